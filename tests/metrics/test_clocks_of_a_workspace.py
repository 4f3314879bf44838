"""A workspace of cases, their events, its promises and its calendars only: what `cx clocks` and `cx case` tell of it."""

import csv
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from dashboard.cli import main
from metrics import CommandCenter
from metrics.errors import QuestionError, UnknownName
from queries.load import load
from queries.workspace import Workspace

CALENDAR = """
title = "Desk hours"
zone  = "Europe/Berlin"
[hours]
monday    = ["09:00-12:00", "13:00-17:00"]
tuesday   = ["09:00-12:00", "13:00-17:00"]
wednesday = ["09:00-12:00", "13:00-17:00"]
thursday  = ["09:00-12:00", "13:00-17:00"]
friday    = ["09:00-12:00", "13:00-17:00"]

[[days]]
dates = [2026-05-14]
note  = "Ascension Day"
"""
PROMISES = """
title    = "Requests"
calendar = "desk"

[[policies]]
id      = "phones"
when    = { channel = ["phone"] }
from    = 2026-05-06
targets = { first_reply = "1h" }

[[policies]]
id      = "no hurry"
when    = { priority = ["low"] }
targets = { first_reply = "2 days" }

[[policies]]
id      = "everyone"
default = true
pauses  = { full_resolution = ["pending"] }

[policies.targets]
first_reply     = { urgent = "1h", default = "4h" }
next_reply      = "2h"
full_resolution = "7h"
customer_wait   = "14h"
agent_work      = "14h"
"""
CASES = """case_id,source,record_id,opened_at,opened_by,kind,channel,priority,status,resolved_at,closed_at,merged_into,is_spam,is_withdrawn
exact,desk,K1,2026-05-04T07:00:00Z,customer,question,email,normal,open,,,,,
used up,desk,K1,2026-05-04T07:00:00Z,customer,question,email,normal,open,,,,,
night,desk,K2,2026-05-05T21:00:00Z,customer,question,email,normal,open,,,,,
weekend,desk,K2,2026-05-08T07:00:00Z,customer,problem,email,normal,closed,2026-05-11T08:00:00Z,2026-05-11T08:30:00Z,,,
again,desk,K3,2026-05-04T07:00:00Z,customer,problem,email,normal,solved,2026-05-05T08:00:00Z,,,,
merged,desk,K3,2026-05-04T07:00:00Z,customer,question,email,normal,open,,,exact,,
spam,desk,,2026-05-04T07:00:00Z,customer,question,email,normal,open,,,,true,
taken back,desk,K4,2026-05-04T07:00:00Z,customer,question,email,normal,closed,,2026-05-04T07:10:00Z,,,true
raised,desk,K4,2026-05-04T07:00:00Z,customer,problem,email,urgent,open,,,,,
policy,desk,K5,2026-05-05T13:00:00Z,customer,question,phone,normal,open,,,,,
ours,desk,K5,2026-05-04T07:00:00Z,agent,question,email,normal,open,,,,,
hushed,desk,K6,2026-05-04T07:00:00Z,customer,question,email,normal,closed,2026-05-04T08:00:00Z,2026-05-04T08:00:00Z,,,
waiting,desk,K6,2026-05-15T07:00:00Z,customer,question,email,normal,pending,,,,,
no hurry,desk,K8,2026-05-18T07:00:00Z,customer,question,email,low,open,,,,,
bare,old,K7,2026-05-04T07:00:00Z,customer,question,email,normal,pending,,,,,
exact,old,K7,2026-05-04T07:00:00Z,customer,question,email,normal,open,,,,,
"""
EVENTS = """case_id,source,happened_at,kind,value
exact,desk,2026-05-04T07:00:00Z,customer_message,
exact,desk,2026-05-04T11:30:00Z,automatic_reply,
exact,desk,2026-05-04T11:40:00Z,internal_note,
exact,desk,2026-05-04T12:00:00Z,public_reply,
used up,desk,2026-05-04T07:00:00Z,customer_message,
used up,desk,2026-05-04T07:05:00Z,public_reply,
used up,desk,2026-05-04T08:00:00Z,customer_message,
used up,desk,2026-05-04T08:30:00Z,customer_message,
used up,desk,2026-05-04T11:00:00Z,public_reply,
night,desk,2026-05-05T21:00:00Z,customer_message,
night,desk,2026-05-05T23:00:00Z,public_reply,
weekend,desk,2026-05-08T07:00:00Z,status,open
weekend,desk,2026-05-08T14:00:00Z,status,Pending
weekend,desk,2026-05-11T07:00:00Z,status,open
weekend,desk,2026-05-11T07:30:00Z,public_reply,
weekend,desk,2026-05-11T08:00:00Z,status,solved
weekend,desk,2026-05-11T08:30:00Z,status,closed
again,desk,2026-05-04T07:00:00Z,status,open
again,desk,2026-05-04T08:00:00Z,public_reply,
again,desk,2026-05-04T08:00:00Z,status,solved
again,desk,2026-05-04T13:00:00Z,status,open
again,desk,2026-05-05T08:00:00Z,status,solved
raised,desk,2026-05-04T07:00:00Z,priority,normal
raised,desk,2026-05-04T09:00:00Z,priority,urgent
raised,desk,2026-05-04T12:30:00Z,priority,normal
policy,desk,2026-05-05T13:00:00Z,customer_message,
ours,desk,2026-05-04T07:00:00Z,public_reply,
ours,desk,2026-05-05T07:00:00Z,customer_message,
merged,desk,2026-05-04T07:00:00Z,customer_message,
spam,desk,2026-05-04T07:00:00Z,customer_message,
taken back,desk,2026-05-04T07:00:00Z,customer_message,
taken back,desk,2026-05-04T07:10:00Z,status,closed
hushed,desk,2026-05-04T07:00:00Z,customer_message,
hushed,desk,2026-05-04T08:00:00Z,status,solved
waiting,desk,2026-05-15T07:00:00Z,customer_message,
waiting,desk,2026-05-15T08:00:00Z,public_reply,
waiting,desk,2026-05-15T08:00:00Z,status,pending
waiting,desk,2026-05-15T08:30:00Z,status,archived
waiting,desk,2026-05-15T09:00:00Z,status,pending
no hurry,desk,2026-05-18T07:00:00Z,customer_message,
exact,old,2026-05-20T08:00:00Z,internal_note,
"""


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("desk")
    workspace = Workspace.create(root / "workspace")
    for kind, text in (("calendars/desk.toml", CALENDAR), ("promises/requests.toml", PROMISES)):
        path = workspace.root / kind
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    for name, text in (("cases.csv", CASES), ("case_events.csv", EVENTS)):
        (root / name).write_text(text, encoding="utf-8")
    load(workspace, [root / "cases.csv", root / "case_events.csv"])
    return workspace.root


@pytest.fixture(scope="module")
def center(desk: Path) -> CommandCenter:
    return CommandCenter.open(desk)


def said(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    with pytest.raises(SystemExit) as end:
        main(list(words))
    assert end.value.code == 0
    return capsys.readouterr().out


def told(center: CommandCenter, case: str, promise: str, version: int = 1, occurrence: int = 1) -> Mapping[str, Any]:
    clocks = center.clocks(f"desk:{case}")
    (found,) = [one for one in clocks if (one["promise"], one["version"], one["occurrence"]) == (promise, version, occurrence)]
    return {name: f"{value:%d %H:%M:%S}" if hasattr(value, "hour") else value for name, value in found.items()}


def test_every_clock_is_told_as_json(capsys: pytest.CaptureFixture[str], desk: Path, center: CommandCenter) -> None:
    clocks = json.loads(said(capsys, "clocks", "--json", "-w", str(desk)))
    assert len(clocks) == len(center.clocks())
    cases = {(row["source"], row["case_id"]) for row in csv.DictReader(CASES.splitlines())}
    untold = json.loads(said(capsys, "clocks", "--untold", "--json", "-w", str(desk)))
    assert {(one["source"], one["subject"]) for one in (*clocks, *untold)} == cases
    assert {one["subject"] for one in clocks if one["source"] == "desk"} == {case for source, case in cases if source == "desk"}
    weekend = next(one for one in clocks if one["subject"] == "weekend" and one["promise"] == "full_resolution")
    assert {name: weekend[name] for name in ("started_at", "due_at", "fulfilled_at", "paused_seconds", "state")} == {
        "started_at": "2026-05-08T07:00:00Z",
        "due_at": "2026-05-11T08:00:00Z",
        "fulfilled_at": "2026-05-11T08:00:00Z",
        "paused_seconds": 65 * 3600,
        "state": "kept",
    }
    paused = next(one for one in clocks if one["subject"] == "waiting" and one["promise"] == "full_resolution")
    assert paused["due_at"] is None
    assert paused["state"] == "paused"


def test_a_reply_exactly_at_the_deadline_is_in_time(center: CommandCenter) -> None:
    one = told(center, "exact", "first_reply")
    assert (one["due_at"], one["fulfilled_at"], one["state"]) == ("04 12:00:00", "04 12:00:00", "kept")


def test_a_window_used_up_exactly_is_due_at_its_close(center: CommandCenter) -> None:
    one = told(center, "used up", "next_reply")
    assert (one["started_at"], one["due_at"], one["state"]) == ("04 08:00:00", "04 10:00:00", "broken_closed")


def test_a_reply_outside_hours_uses_no_time(center: CommandCenter) -> None:
    one = told(center, "night", "first_reply")
    assert (one["open_seconds"], one["calendar_seconds"], one["state"]) == (0, 7200, "kept")


def test_paused_over_a_weekend(center: CommandCenter) -> None:
    one = told(center, "weekend", "full_resolution")
    assert (one["open_seconds"], one["paused_seconds"], one["paused_open_seconds"]) == (7 * 3600, 65 * 3600, 3600)
    assert (one["due_at"], one["state"], one["decided_at"]) == ("11 08:00:00", "kept", "11 08:30:00")


def test_a_solution_opened_again_goes_on_with_the_same_clock(center: CommandCenter) -> None:
    one = told(center, "again", "full_resolution")
    assert (one["fulfilled_at"], one["open_seconds"], one["paused_seconds"]) == ("05 08:00:00", 4 * 3600, 0)
    assert (one["state"], one["decided_at"], one["is_provisional"]) == ("kept", "12 08:00:00", False)


def test_merged_spam_and_taken_back_are_void(center: CommandCenter) -> None:
    for case in ("merged", "spam", "taken back"):
        states = {one["state"] for one in center.clocks(f"desk:{case}")}
        assert states == {"void"}


def test_a_priority_raised_supersedes_and_after_the_breach_changes_nothing(center: CommandCenter) -> None:
    first, second = told(center, "raised", "first_reply"), told(center, "raised", "first_reply", version=2)
    assert (first["state"], first["ended_at"], first["priority"]) == ("superseded", "04 09:00:00", "normal")
    assert (second["state"], second["started_at"], second["due_at"]) == ("broken_open", "04 07:00:00", "04 08:00:00")
    assert (second["in_force_at"], second["decided_at"]) == ("04 09:00:00", "04 09:00:00")
    assert len([one for one in center.clocks("desk:raised") if one["promise"] == "first_reply"]) == 2


def test_a_policy_that_comes_into_force_measures_from_the_start(center: CommandCenter) -> None:
    first, second = told(center, "policy", "first_reply"), told(center, "policy", "first_reply", version=2)
    assert (first["policy"], first["state"], first["ended_at"]) == ("everyone", "superseded", "05 22:00:00")
    assert (second["policy"], second["due_at"], second["decided_at"]) == ("phones", "05 14:00:00", "05 22:00:00")
    assert second["state"] == "broken_open"


def test_a_case_we_opened_starts_with_the_customers_first_message(center: CommandCenter) -> None:
    assert told(center, "ours", "first_reply")["started_at"] == "05 07:00:00"


def test_solved_without_a_word_is_decided_then_and_broken(center: CommandCenter) -> None:
    one = told(center, "hushed", "first_reply")
    assert (one["state"], one["was_kept"], one["decided_at"]) == ("closed_unanswered", False, "04 08:00:00")


def test_the_customers_wait_and_the_time_pending_are_the_unresolved_time(center: CommandCenter) -> None:
    for case in ("weekend", "again", "waiting"):
        wait, work = told(center, case, "customer_wait"), told(center, case, "agent_work")
        whole = told(center, case, "full_resolution")
        unresolved = whole["open_seconds"] + whole["paused_open_seconds"]
        assert wait["open_seconds"] + wait["paused_open_seconds"] == unresolved
        assert work["open_seconds"] + work["paused_open_seconds"] == unresolved
        assert work["open_seconds"] == wait["open_seconds"]  # nobody waited for others


def test_no_pause_is_assumed_away(center: CommandCenter) -> None:
    untold = {(one["promise"], one["reason"]) for one in center.untold_clocks("old:bare")}
    assert ("full_resolution", "needs case events") in untold
    assert ("customer_wait", "needs case events") in untold
    assert not [one for one in center.clocks("old:bare") if one["promise"] in ("full_resolution", "customer_wait")]


def test_statuses_that_nobody_knows_are_listed(center: CommandCenter) -> None:
    assert next(row for row in center.check() if row["check_id"] == "unknown_status")["rows"] == 1


def test_a_case_is_told_step_by_step(capsys: pytest.CaptureFixture[str], desk: Path) -> None:
    text = said(capsys, "case", "weekend", "-w", str(desk))
    assert "desk:weekend · problem by email" in text
    assert "Solution: kept" in text
    assert "promised   7 h of desk, priority normal" in text
    assert "policy     everyone: the first that fits: it is for every request; time stands still in pending" in text
    assert "stood still" in text
    unhurried = said(capsys, "case", "no hurry", "-w", str(desk))
    assert "policy     no hurry: the first that fits: it is for priority low; time never stands still" in unhurried
    story = json.loads(said(capsys, "case", "desk:raised", "--json", "-w", str(desk)))
    assert [one["state"] for one in story["clocks"] if one["promise"] == "first_reply"] == ["superseded", "broken_open"]


def test_an_id_of_two_sources_asks_which(center: CommandCenter) -> None:
    with pytest.raises(QuestionError, match="desk:exact, old:exact"):
        center.case("exact")
    assert center.case("desk:exact").case["source"] == "desk"
    with pytest.raises(UnknownName, match='there is no case "nothing"'):
        center.case("nothing")
    with pytest.raises(UnknownName, match='there is no case "nothing"'):
        center.clocks("nothing")
