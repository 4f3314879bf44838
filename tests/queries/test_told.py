"""What a declaration file tells is read key by key, and all its mistakes are told together."""

from datetime import date, time
from pathlib import Path

import pytest

from queries.dimension import load_dimensions
from queries.errors import DeclarationError, DeclarationErrors, QueriesError
from queries.segment import load_segments, segment_rows
from queries.told import Told, as_written
from queries.workspace import read_toml

DAY = 86_400


def told(**values: object) -> tuple[Told, list[QueriesError]]:
    """A table of a file, and where its mistakes go."""
    problems: list[QueriesError] = []
    return Told("kinds/file.toml", values, problems), problems


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("30 days", 30 * DAY),
        ("30d", 30 * DAY),
        ("1 day", DAY),
        ("4 h", 14_400),
        ("15m", 900),
        ("2 weeks", 14 * DAY),
        ("90 Seconds", 90),
    ],
)
def test_a_duration_is_written_in_words_or_short(text: str, seconds: int) -> None:
    told_of, problems = told(window=text)
    assert told_of.seconds("window") == seconds
    assert problems == []


@pytest.mark.parametrize("text", ["30", "a day", "1.5 days", "-1 day", "1 month", "1 day and more", "5ms", ""])
def test_what_is_no_duration_is_told(text: str) -> None:
    told_of, problems = told(window=text)
    assert told_of.seconds("window", 5) is None
    assert [str(problem) for problem in problems] == [
        f'kinds/file.toml: window = "{text}" is not a duration. Write for example "30 days", "4 hours" or "15 minutes".'
    ]


def test_whole_days_may_be_asked_for() -> None:
    told_of, _ = told(grace="36 hours")
    assert told_of.days("grace") == 1
    assert told_of.days("lapse", 365) == 365
    assert told_of.days("other", None) is None


@pytest.mark.parametrize(
    ("getter", "value"),
    [
        ("text", 5),
        ("text", " "),
        ("flag", "yes"),
        ("number", "5"),
        ("number", True),
        ("whole", 1.5),
        ("texts", "a"),
        ("seconds", 5),
    ],
)
def test_a_value_of_the_wrong_kind_is_told_and_the_default_is_used(getter: str, value: object) -> None:
    told_of, problems = told(key=value)
    default = () if getter == "texts" else None
    assert getattr(told_of, getter)("key", default) == default
    assert len(problems) == 1
    assert str(problems[0]).startswith(f"kinds/file.toml: key = {as_written(value)} is not ")


def test_a_missing_key_is_told_only_where_it_has_no_default() -> None:
    told_of, problems = told()
    assert told_of.text("label", "none") == "none"
    assert problems == []
    assert told_of.text("title") is None
    assert str(problems[0]).startswith('kinds/file.toml: "title" is missing. It is a text.')


def test_a_key_that_nobody_asked_for_is_told_with_the_nearest() -> None:
    told_of, problems = told(titel="x")
    told_of.text("title", "")
    told_of.done()
    assert str(problems[0]) == 'kinds/file.toml: "titel" is not known here. Did you mean "title"?'


def test_a_word_that_is_not_one_of_the_known_is_told_with_the_nearest() -> None:
    told_of, problems = told(kind="costumer")
    told_of.choice("kind", ("row", "customer"))
    assert str(problems[0]) == 'kinds/file.toml: kind = "costumer" is not one. Did you mean "customer"?'


def test_a_workspace_replaces_a_shipped_declaration_and_adds_its_own(tmp_path: Path) -> None:
    shipped, own = tmp_path / "shipped", tmp_path / "own"
    write(shipped, region='label = "Region"\nkind = "customer"\n', team='label = "Team"\nkind = "row"\n')
    write(own, region='label = "Area"\nkind = "customer"\n', tariff='label = "Tariff"\nkind = "customer"\nsensitive = true\n')
    labels = {name: (one.label, one.column, one.is_sensitive) for name, one in load_dimensions([shipped, own]).items()}
    assert labels == {"region": ("Area", "region", False), "team": ("Team", "team", False), "tariff": ("Tariff", "tariff", True)}


def test_the_mistakes_of_all_files_are_told_together(tmp_path: Path) -> None:
    write(tmp_path, one='label = "x"\nkind = "rows"\n', two="label = [\n", three='kind = "row"\norder = "first"\n')
    with pytest.raises(DeclarationErrors) as mistakes:
        load_dimensions([tmp_path])
    assert len(mistakes.value.problems) == 4
    assert [Path(str(problem).split(":")[0]).stem for problem in mistakes.value.problems].count("three") == 2


def test_segments_are_tried_in_the_order_in_which_they_are_written(tmp_path: Path) -> None:
    write(
        tmp_path,
        kinds='title = "Kinds"\n[[segments]]\nname = "Firms"\nwhen = { kind = "company" }\n[[segments]]\nname = "Homes"\n',
    )
    nothing = (None,) * 13
    assert segment_rows(load_segments([tmp_path])) == [
        ("kinds", "Firms", "Firms", 1, "company", *nothing),
        ("kinds", "Homes", "Homes", 2, None, *nothing),
    ]


def test_a_segmentation_without_segments_or_with_two_of_a_name_is_told(tmp_path: Path) -> None:
    write(tmp_path, empty='title = "Empty"\n', twins='title = "Twins"\n[[segments]]\nname = "A"\n[[segments]]\nname = "A"\n')
    with pytest.raises(DeclarationErrors) as mistakes:
        load_segments([tmp_path])
    assert 'two segments are called "A"' in str(mistakes.value)
    assert "it has no segments" in str(mistakes.value)


def write(folder: Path, **files: str) -> None:
    """Write declaration files into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (folder / f"{name}.toml").write_text(text)


def test_a_number_or_a_duration_that_no_column_holds_is_told() -> None:
    told_of, problems = told(cap=2**31, window="99999999999 days", shown=3)
    assert (told_of.whole("cap", 4), told_of.seconds("window"), told_of.flag("shown", True)) == (4, None, True)
    assert [str(problem) for problem in problems] == [
        "kinds/file.toml: cap = 2147483648 is not a whole number of at most 2147483647.",
        'kinds/file.toml: window = "99999999999 days" is longer than a hundred years. '
        'Write for example "30 days", "4 hours" or "15 minutes".',
        "kinds/file.toml: shown = 3 is not true or false.",
    ]


def test_a_value_is_told_as_the_file_tells_it() -> None:
    assert [as_written(value) for value in (True, time(10), date(2026, 5, 4), "x", 3)] == [
        "true",
        "10:00:00",
        "2026-05-04",
        "'x'",
        "3",
    ]


def test_a_folder_or_brackets_without_end_in_place_of_a_file_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "folder.toml").mkdir()
    (tmp_path / "deep.toml").write_text("a = " + "[" * 5_000, encoding="utf-8")
    with pytest.raises(DeclarationError, match="is a directory"):
        read_toml(tmp_path / "folder.toml")
    with pytest.raises(DeclarationError, match="brackets within brackets"):
        read_toml(tmp_path / "deep.toml")
