"""Themes and which scores count as satisfied: what ships is sound, what is wrong in a workspace's file is told with what to write."""

import re
from pathlib import Path

import pytest

from queries.declarations import SHIPPED, check_declared
from queries.errors import DeclarationErrors
from queries.satisfied import load_satisfied_rule
from queries.theme import Theme, load_themes, theme_tables
from queries.workspace import Workspace


def found(words: tuple[str, ...], comment: str) -> str:
    """The first of the words that a comment speaks of, as the models look for it; empty when there is none."""
    pattern = Theme(theme_id="one", title="One", words=words).pattern
    match = re.search(pattern, comment.lower())
    assert not match or any(stem in comment.lower() for stem in Theme(theme_id="one", title="One", words=words).stems)
    return match[1] if match else ""


@pytest.mark.parametrize(
    ("words", "comment", "word"),
    [
        (("wait*",), "I WAITED a week.", "waited"),
        (("wait*",), "awaiting", ""),
        (("price",), "priceless", ""),
        (("price", "price*"), "prices", "prices"),
        (("on the day",), "fitted on  the\nday you said", "on  the\nday"),
        (("nett*",), "Sehr nettes Team!", "nettes"),
        (("spät",), "viel zu spät", "spät"),
        (("call-back",), "no call-back", "call-back"),
    ],
)
def test_a_word_is_found_whole_or_up_to_its_star(words: tuple[str, ...], comment: str, word: str) -> None:
    assert found(words, comment) == word


def test_the_shipped_themes_speak_english_and_german() -> None:
    themes = load_themes([SHIPPED / "themes"])
    assert {"waiting", "price", "friendliness", "bills", "appointments"} <= set(themes)
    for comment, theme in (
        ("I waited a week for an answer.", "waiting"), ("Too expensive after the first year.", "price"),
        ("Nobody came on the day agreed.", "appointments"), ("Clear bills, quick answers.", "bills"),
        ("Der Termin wurde verschoben.", "appointments"), ("Die Rechnung ist falsch.", "bills"), ("Sehr freundlich!", "friendliness"),
        ("Viel zu teuer.", "price"), ("Niemand meldet sich, ich warte noch.", "waiting"),
    ):  # fmt: skip
        assert found(themes[theme].words, comment), comment


def test_a_workspaces_theme_takes_the_place_of_the_shipped_one_and_none_is_switched_off(tmp_path: Path) -> None:
    (tmp_path / "price.toml").write_text('title = "Preis"\nwords = ["gas price"]\n', encoding="utf-8")
    (tmp_path / "ease.toml").write_text('title = "Ease"\nwords = []\n', encoding="utf-8")
    themes = load_themes([SHIPPED / "themes", tmp_path])
    assert themes["price"].words == ("gas price",)
    assert "ease" not in {theme_id for theme_id, _, _ in theme_tables(themes)["theme"]}


def test_every_mistake_of_every_theme_and_of_the_scores_is_told_at_once(tmp_path: Path) -> None:
    workspace = Workspace.create(tmp_path / "workspace")
    (workspace.root / "themes").mkdir()
    (workspace.root / "themes" / "mine.toml").write_text(
        'titel = "Mine"\nwords = ["a*b", "twice", "Twice", ".*"]\n', encoding="utf-8"
    )
    workspace.score_rules.write_text('[satisfied]\n5 = 5\nmany = 2\n7 = "two"\n[other]\n', encoding="utf-8")
    with pytest.raises(DeclarationErrors) as told:
        check_declared(workspace)
    for sentence in (
        '"title" is missing', '"titel" is not known here. Did you mean "title"?', '"a*b" is no word', '".*" is no word',
        '"twice" is there twice', "5 = 5 cannot be. Of 5 marks 1 to 4 can be the best.", '"many" is not a number of marks',
        "whole number", '"other" is not known here',
    ):  # fmt: skip
        assert sentence in str(told.value), sentence


def test_a_workspace_says_what_satisfied_means_on_a_scale_of_its_own(tmp_path: Path) -> None:
    path = tmp_path / "scores.toml"
    assert load_satisfied_rule(path).best == {2: 1, 3: 1, 5: 2, 7: 2}
    path.write_text("[satisfied]\n5 = 1\n10 = 2\n", encoding="utf-8")
    assert load_satisfied_rule(path).best == {2: 1, 3: 1, 5: 1, 7: 2, 10: 2}
