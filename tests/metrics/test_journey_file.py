"""A journey's file that was edited after the load is told of, until the load has come; anything else is not."""

from pathlib import Path

import pytest

from metrics import CommandCenter
from queries.declarations import SHIPPED
from queries.load import load
from queries.workspace import Workspace

JOURNEY = """
title  = "Help"
window = "30 days"
per    = "account"

[[stages]]
id     = "ask"
says   = "I ask"
label  = "Ask"
events = ["case opened", { event = "web visit", where = { channel = ["web", "app"], page = ["help", "contact"], kind = "x" } }]

[[stages]]
id     = "have"
says   = "I have it"
label  = "Have"
owner  = "Service"
within = "2 days"
target = 0.8
events = ["case solved"]
"""
EDITS = (
    ("contact", "faq"),
    ('"app"', '"field"'),
    ("30 days", "31 days"),
    ("I ask", "I call"),
    ("2 days", "3 days"),
    ("0.8", "0.7"),
)


def told(workspace: Path, journey: str) -> bool:
    notices = CommandCenter.open(workspace).ask("journey_funnel", period="all", journey=journey).notices
    return any("A load brings the new one." in notice for notice in notices)


def written(workspace: Path, journey: str, text: str) -> None:
    (workspace / "journeys").mkdir(exist_ok=True)
    (workspace / "journeys" / f"{journey}.toml").write_text(text, encoding="utf-8")


@pytest.mark.parametrize("path", sorted((SHIPPED / "journeys").glob("*.toml")), ids=lambda path: path.stem)
def test_a_file_that_says_the_same_is_no_edit(own_workspace: Path, path: Path) -> None:
    written(own_workspace, path.stem, "# our own copy\n" + path.read_text(encoding="utf-8"))
    assert not told(own_workspace, path.stem)


def test_an_edit_is_told_of_until_it_is_loaded(own_workspace: Path) -> None:
    written(own_workspace, "help", JOURNEY)
    load(Workspace.at(own_workspace), [])
    assert not told(own_workspace, "help")
    before = CommandCenter.open(own_workspace).definitions
    for edit in EDITS:
        written(own_workspace, "help", JOURNEY.replace(*edit))
        assert told(own_workspace, "help"), edit
    assert CommandCenter.open(own_workspace).definitions != before
    load(Workspace.at(own_workspace), [])
    assert not told(own_workspace, "help")


def test_a_file_that_cannot_be_read_tells_nothing_and_stops_no_answer(own_workspace: Path) -> None:
    written(own_workspace, "four_stages", "title = ")
    assert not told(own_workspace, "four_stages")
