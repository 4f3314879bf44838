"""A definition that changes is told: when, from what to what, and what that did to the figure, asked of the same data both ways."""

import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

import pytest

from dashboard import defined
from dashboard.reader import Reader
from metrics import CommandCenter
from metrics.answer import Explanation
from queries.definition_log import add_to_log, definition_log, read_log
from queries.workspace import Workspace

FIRST, LATER, LAST = datetime(2026, 10, 1, 8), datetime(2026, 10, 20, 8), datetime(2026, 11, 3, 8)
MONTH = "2026-10"
METRIC = """
title     = "{title}"
question  = "How many of us asked for help?"
dimension = "service"
unit      = "count"
better    = "lower"
fact      = "fct_case"
counts    = "{counts}"
aggregate = "count"
noun      = "requests"
one       = "request"
formula   = "{formula}"
dated_by  = "opened_at"
split_by  = ["channel"]
owner     = "service"
reviewed  = 2026-11-22
"""
EVERY = {"title": "Requests", "counts": "true", "formula": "every request"}
FEWER = {"title": "Requests", "counts": "channel = 'email'", "formula": "every request by e-mail"}
RENAMED = {**FEWER, "title": "Letters to us"}


def center_of(workspace: Path, words: Mapping[str, str]) -> CommandCenter:
    """Writes the metric with these words, and opens the workspace anew, as a server that is started again does."""
    (workspace / "metrics").mkdir(exist_ok=True)
    (workspace / "metrics" / "asked.toml").write_text(METRIC.format(**words), encoding="utf-8")
    return CommandCenter.open(workspace)


@pytest.fixture
def told(own_workspace: Path) -> tuple[Explanation, list[float | None]]:
    """What is explained after the metric counted otherwise and was then renamed; and what it told each time."""
    definition_log(Workspace.at(own_workspace)).unlink(missing_ok=True)
    figures = []
    for words, moment in ((EVERY, FIRST), (FEWER, LATER), (RENAMED, LAST)):
        center = center_of(own_workspace, words)
        center.keep_definitions(now=moment)
        figures.append(center.ask("asked", period=MONTH, compare="none").total.value)
    return center.explain("asked", center.ask("asked", period=MONTH).selection), figures


def test_a_changed_definition_is_told_with_what_it_did_to_the_figure(told: tuple[Explanation, list[float | None]]) -> None:
    explained, (every, fewer, _) = told
    renamed, narrowed = explained.history
    assert every != fewer
    assert (narrowed.at, narrowed.is_worded_anew) == (LATER, False)
    assert narrowed.parts == (("formula", "every request", "every request by e-mail"), ("counts", "true", "channel = 'email'"))
    assert narrowed.was is not None
    assert narrowed.now is not None
    assert (narrowed.was.value, narrowed.now.value) == (every, fewer)
    assert (renamed.at, renamed.is_worded_anew, renamed.was) == (LAST, True, None)
    assert renamed.parts == (("title", "Requests", "Letters to us"),)


def test_the_history_is_told_in_words_and_as_json(told: tuple[Explanation, list[float | None]]) -> None:
    explained, (every, fewer, _) = told
    reader = Reader(locale="en_GB", zone="UTC", currency="EUR")
    since, renamed, narrowed = defined.sentences(explained, reader)
    assert since == "As it is since 3 Nov 2026."
    assert "the name was “Requests”, is “Letters to us”" in renamed
    assert renamed.endswith("Nothing that counts changed: the figure is the same.")
    assert f"October 2026: {every:.0f} (of {every:.0f}) as it was defined before, {fewer:.0f} (of {fewer:.0f})" in narrowed
    assert [change["at"] for change in explained.to_json()["history"]] == ["2026-11-03T08:00:00Z", "2026-10-20T08:00:00Z"]


def test_a_definition_that_stays_is_kept_once(own_workspace: Path) -> None:
    center = center_of(own_workspace, EVERY)
    workspace = Workspace.at(own_workspace)
    assert center.keep_definitions(now=FIRST) > 0
    assert center.keep_definitions(now=LATER) == 0
    kept = [line for line in read_log(workspace, "asked") if line["is"]["title"] == "Requests"]
    assert len(kept) == 1
    told = center.explain("asked")
    assert told.history == ()
    assert told.since == FIRST
    assert told.counts.startswith("October 2026 to date: ")


def test_what_cannot_be_asked_any_more_says_so_and_what_cannot_be_read_is_left_out(own_workspace: Path) -> None:
    center, workspace = center_of(own_workspace, EVERY), Workspace.at(own_workspace)
    center.keep_definitions(now=LATER)
    now = read_log(workspace, "asked")[-1]
    old = {**now["is"], "counts": "nobody_knows = 1"}
    lines = [
        "half a li",
        json.dumps(["no line"]),
        json.dumps({"metric": "asked", "since": FIRST.isoformat(), "is": old}),
        json.dumps(now),
    ]
    definition_log(workspace).write_text("\n".join(lines), encoding="utf-8")
    (change,) = center.explain("asked").history
    assert change.was is None
    assert "nobody_knows" in change.problem
    assert add_to_log(workspace, {"asked": {"since": LAST.isoformat(), "is": old}}) == 1
    assert len(read_log(workspace, "asked")) == 3
