"""A company all of whose people are canaries: no pack for somebody who is told no names holds one, in any of its forms."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from dashboard.embed.chart import Charts
from dashboard.packs.contents import Contents, Gathering
from dashboard.packs.deck import deck
from dashboard.packs.sheet import sheet
from dashboard.page import Pages
from dashboard.panels import Panels
from metrics import CommandCenter
from queries.pack import Pack, Part, Stories
from queries.policy import Policy
from tests.canaries import traces
from tests.security.test_canaries import WORDS
from tests.security.test_names import NAMELESS, center

__all__ = ["center"]
COMPLAINTS = Stories(metric="complaints_opened")
PARTS = (
    Part(metric="comments"),
    Part(metric="complaints_opened"),
    Part(metric="customers_gained"),
    Part(page="/customers", panel="who-joined"),
    Part(page="/voice", panel="comments"),
)


def written(center: CommandCenter, policy: Policy, folder: Path) -> Contents:
    """Writes the slides and the page of a pack into a folder."""
    charts = Charts(Panels(center, Pages.found())).under(policy)
    pack = Pack(name="all", title="All of it", parts=PARTS, decisions=True, names=True, stories=COMPLAINTS)
    told = Gathering(charts, pack, "all", "https://cx.example.com", "ada@example.com").contents()
    (folder / "all.pptx").write_bytes(deck(told))
    (folder / "all.html").write_text(sheet(told), encoding="utf-8")
    return told


def found(folder: Path) -> Sequence[tuple[str, str]]:
    return traces(folder, WORDS)


def test_a_pack_without_names_holds_no_canary(center: CommandCenter, tmp_path: Path) -> None:
    told = written(center, NAMELESS, tmp_path)
    assert told.stories is not None
    assert len(told.stories.stories) == 1, "who complained is told of, and not by name"
    assert found(tmp_path) == []


@pytest.mark.parametrize("file", ["all.pptx", "all.html"])
def test_one_with_names_does(center: CommandCenter, tmp_path: Path, file: str) -> None:
    written(center, Policy.everything(), tmp_path)
    assert "zwieselina" in {word for place, word in found(tmp_path) if place == file}
