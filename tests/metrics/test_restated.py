"""What happens after a month is over never changes how its promises were kept; corrections do, and are listed, load after load."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import duckdb
import pytest

from metrics import CommandCenter
from queries.load import load
from queries.snapshots import current
from queries.workspace import Workspace

PROMISES = """
title    = "Requests"
calendar = "always"
[[policies]]
id      = "everyone"
default = true
targets = { first_reply = { urgent = "1h", default = "4h" }, next_reply = "4h", full_resolution = "2 days" }
pauses  = { full_resolution = ["pending"] }
"""
CASES = "case_id,email,opened_at,opened_by,kind,channel,priority,status,merged_into,is_spam,resolved_at,updated_at\n"
EVENTS = "case_event_id,case_id,happened_at,kind,value,actor\n"


def case(number: int, opened: str, status: str, updated: str, *, merged: str = "", spam: str = "", solved: str = "") -> str:
    told = f"{number},c{number}@example.com,{opened}Z,customer,question,email,normal,{status},{merged},{spam}"
    return f"{told},{solved and solved + 'Z'},{updated}Z\n"


def event(number: str, case_number: int, happened: str, kind: str, value: str = "", actor: str = "") -> str:
    return f"{number},{case_number},{happened}Z,{kind},{value},{actor}\n"


UNTIL_AUGUST = (
    CASES
    + case(1, "2026-08-03T08:00", "solved", "2026-08-04T00:00", solved="2026-08-03T12:00")
    + case(2, "2026-08-03T08:00", "open", "2026-08-04T00:00")
    + case(3, "2026-08-03T08:00", "open", "2026-08-04T00:00")
    + case(4, "2026-08-31T21:00", "open", "2026-09-02T00:00")
    + case(5, "2026-08-10T08:00", "open", "2026-08-11T00:00"),
    EVENTS
    + event("e1", 1, "2026-08-03T09:00", "public_reply", actor="agent")
    + event("e2", 1, "2026-08-03T10:00", "customer_message")
    + event("e3", 1, "2026-08-03T11:00", "public_reply", actor="agent")
    + event("e4", 1, "2026-08-03T12:00", "status", "solved")
    + event("e5", 2, "2026-08-03T20:00", "public_reply", actor="agent")
    + event("e6", 3, "2026-08-03T08:30", "internal_note", actor="agent")
    + event("e7", 4, "2026-08-31T22:00", "public_reply", actor="agent")
    + event("e8", 5, "2026-08-10T08:30", "status", "open")
    + event("e9", 4, "2026-09-02T08:00", "internal_note", actor="agent"),
)
"""What the help desk told on 2 September."""

AFTER_AUGUST = (
    CASES
    + case(1, "2026-08-03T08:00", "open", "2026-09-20T00:00")
    + case(2, "2026-08-03T08:00", "closed", "2026-09-20T00:00", solved="2026-09-10T12:00")
    + case(3, "2026-08-03T08:00", "solved", "2026-09-20T00:00", solved="2026-09-12T12:00")
    + case(6, "2026-09-05T08:00", "open", "2026-09-20T00:00"),
    EVENTS
    + event("f1", 1, "2026-09-15T08:00", "status", "open")
    + event("f2", 1, "2026-09-15T08:00", "customer_message")
    + event("f3", 2, "2026-09-09T08:00", "priority", "urgent")
    + event("f4", 2, "2026-09-10T12:00", "status", "closed")
    + event("f5", 3, "2026-09-12T08:00", "public_reply", actor="agent")
    + event("f6", 3, "2026-09-12T12:00", "status", "solved")
    + event("f7", 6, "2026-09-05T09:00", "public_reply", actor="agent")
    + event("f8", 6, "2026-09-20T00:00", "internal_note", actor="agent"),
    "order_id,email,ordered_at,amount,currency\n1,c1@example.com,2026-09-10T08:00Z,90000,EUR\n",
)
"""What it told on 20 September: requests opened again, replied to, raised, solved and closed, and a purchase, all in September."""

CORRECTIONS = (
    CASES
    + case(1, "2026-08-03T08:00", "closed", "2026-09-21T00:00", merged="2")
    + case(5, "2026-08-10T08:00", "closed", "2026-09-21T00:00", spam="true"),
    EVENTS + event("g1", 3, "2026-08-03T09:00", "public_reply", actor="agent"),
)
"""What it told on 21 September of what had happened in August: a reply that came late, a merge, and spam."""


@dataclass(frozen=True)
class Told:
    """What one load made: kept and decided of August by promise, the notices with first replies, and the restatements."""

    august: Mapping[str, tuple[int, int]]
    notices: tuple[str, ...]
    restated: Mapping[str, float | None]
    paused: tuple[float | None, float | None]
    by_segment: Mapping[str, int]
    rows: tuple[tuple[str, str, str, str], ...]


@pytest.fixture(scope="module")
def loads(tmp_path_factory: pytest.TempPathFactory) -> tuple[Told, ...]:
    folder = tmp_path_factory.mktemp("restated")
    workspace = Workspace.create(folder / "workspace")
    (workspace.root / "promises").mkdir()
    (workspace.root / "promises" / "requests.toml").write_text(PROMISES, encoding="utf-8")
    told = [loaded(workspace, folder, number, files) for number, files in enumerate((UNTIL_AUGUST, AFTER_AUGUST, CORRECTIONS))]
    stricter = PROMISES.replace('default = "4h"', 'default = "30 minutes"')
    (workspace.root / "promises" / "requests.toml").write_text(stricter, encoding="utf-8")
    return (*told, loaded(workspace, folder, 3, None))


def loaded(workspace: Workspace, folder: Path, number: int, files: tuple[str, ...] | None) -> Told:
    exports = folder / f"exports{number}"
    exports.mkdir()
    for name, text in zip(("cases", "case_events", "orders"), files or (), strict=False):
        (exports / f"{name}_{number}.csv").write_text(text, encoding="utf-8")
    load(workspace, [exports] if files else [], now=datetime(2026, 9, 21 + number))
    return told_by(workspace)


def told_by(workspace: Workspace) -> Told:
    center, snapshot = CommandCenter.open(workspace.root), current(workspace)
    assert snapshot
    with duckdb.connect(str(snapshot.path), read_only=True) as connection:
        counted = connection.execute(
            "select promise, count(*) filter (where was_kept), count(*) from fct_promise"
            " where is_decided and decided_at >= '2026-08-01' and decided_at < '2026-09-01' group by promise"
        ).fetchall()
        rows = connection.execute(
            "select subject_id, was, becomes, cause from fct_restatement where promise = 'first_reply' order by load_no, subject_id"
        ).fetchall()
    paused = center.ask("pause_share", period="2026-08", compare="none").total
    opened = center.ask("cases_opened", period="2026-08", compare="none", split_by="value_group")
    by_cause = center.ask("promises_restated", period="2026-08", compare="none", split_by="cause")
    return Told(
        august={promise: (kept, decided) for promise, kept, decided in counted},
        notices=center.ask("replied_in_time", period="2026-08", compare="none").notices,
        restated={row.by["cause"]: row.value.value for row in by_cause.rows},
        rows=tuple(rows),
        paused=(paused.numerator, paused.denominator),
        by_segment={row.by["value_group"]: row.value.n for row in opened.rows},
    )


def test_what_happens_after_a_month_never_changes_how_its_promises_were_kept(loads: tuple[Told, ...]) -> None:
    first, later, *_ = loads
    assert first.august["first_reply"] == (2, 5)
    assert later.august == first.august
    assert (first.rows, later.rows) == ((), ())
    assert not any("was" in notice for notice in later.notices)


def test_the_time_paused_of_a_month_ends_when_its_promises_are_decided(loads: tuple[Told, ...]) -> None:
    first, later, *_ = loads
    assert first.paused[1]
    assert later.paused == first.paused


def test_who_became_a_customer_later_moves_no_row_of_a_month_from_one_segment_to_another(loads: tuple[Told, ...]) -> None:
    first, later, *_ = loads
    assert first.by_segment == {"unknown": 5}
    assert later.by_segment == first.by_segment


def test_corrections_of_the_past_are_listed_with_their_causes(loads: tuple[Told, ...]) -> None:
    _, _, corrected, _ = loads
    assert corrected.august["first_reply"] == (2, 3)
    assert corrected.rows == (
        ("import:1", "kept", "not decided", "merged"),
        ("import:3", "broken", "kept", "late row"),
        ("import:5", "broken", "not decided", "spam"),
    )
    assert corrected.restated.keys() == {"merged", "late row", "spam"}
    assert "August 2026 was 2 of 5, is 2 of 3: 1 late row, 1 merged, 1 spam." in corrected.notices


def test_restatements_are_carried_on_when_a_definition_changes_too(loads: tuple[Told, ...]) -> None:
    *_, stricter = loads
    assert stricter.august["first_reply"] == (0, 3)
    assert stricter.rows[:3] == loads[2].rows
    assert {row[1:] for row in stricter.rows[3:]} == {
        ("kept", "broken", "definition changed"),
        ("broken", "broken", "definition changed"),
    }
    assert any(notice.startswith("August 2026 was 2 of 5, is 0 of 3: ") for notice in stricter.notices)
