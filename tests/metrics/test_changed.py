"""What changed between two snapshots: planted late rows, merges, removals and definitions, counted again by hand."""

from collections import Counter
from dataclasses import replace
from datetime import datetime

import orjson
import pytest

from dashboard.asking import headline_metrics
from dashboard.cli import main
from metrics import CommandCenter
from metrics.changed import ChangedMonth, Changes, Judge, Since
from queries.errors import SnapshotError
from queries.load import load
from queries.policy import Policy
from queries.workspace import Workspace

PROMISES = """
title    = "Requests"
calendar = "always"
[[policies]]
id      = "everyone"
default = true
targets = { first_reply = "4h" }
"""
CASES = "case_id,record_id,opened_at,opened_by,kind,channel,priority,status,updated_at\n"
EVENTS = "case_event_id,case_id,happened_at,kind,actor\n"
ORDERS = "order_id,record_id,ordered_at,amount,currency,status\n"
PEOPLE = "record_id,kind,name,email,merged_into,created_at,updated_at\n"


def case(number: int, day: str) -> str:
    return f"{number},p{number},{day}T08:00Z,customer,question,email,normal,open,{day}T08:00Z\n"


def reply(number: int, at: str) -> str:
    return f"r{number},{number},{at}Z,public_reply,agent\n"


def note(number: int) -> str:
    return f"n{number},{number},2026-08-0{number}T08:30Z,internal_note,agent\n"


def person(number: int, merged_into: str = "", updated: str = "2026-06-01") -> str:
    return f"p{number},person,Person {number},p{number}@example.com,{merged_into},2026-06-01,{updated}\n"


def order(number: int, person_number: int, day: str, amount: int = 10) -> str:
    return f"{number},p{person_number},{day}T10:00Z,{amount},EUR,placed\n"


FIRST = {
    "people": PEOPLE + "".join(person(number) for number in range(1, 10)),
    "cases": CASES + "".join(case(number, f"2026-08-0{number}") for number in range(1, 8)) + case(9, "2026-10-05"),
    "case_events": EVENTS
    + "".join(reply(number, f"2026-08-0{number}T09:00") for number in range(1, 5))
    + "".join(map(note, (5, 6, 7))),
    "orders": ORDERS
    + order(1, 1, "2026-08-01")
    + order(2, 2, "2026-08-02")
    + order(3, 3, "2026-07-02")
    + order(4, 9, "2026-10-05"),
}
"""Seven requests of August, four of them answered in time; orders of July and August; and something of October."""

SECOND = {
    "people": PEOPLE + person(4, merged_into="p7", updated="2026-10-06"),
    "cases": CASES + case(8, "2026-08-08"),
    "case_events": EVENTS + reply(5, "2026-08-05T10:00") + reply(8, "2026-08-08T20:00"),
    "orders": ORDERS + order(5, 1, "2026-07-20") + order(1, 1, "2026-08-01", amount=15),
}
"""Told late: a reply in time, a request answered too late, an order of July, another amount of August; and a merge."""


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """Three snapshots: the second with late rows and a merge, the third with a stricter promise and nothing loaded."""
    folder = tmp_path_factory.mktemp("changed")
    made = Workspace.create(folder / "workspace")
    (made.root / "promises").mkdir()
    promises = made.root / "promises" / "requests.toml"
    promises.write_text(PROMISES)
    for number, files in enumerate((FIRST, SECOND)):
        exports = folder / f"exports {number}"
        exports.mkdir()
        for name, text in files.items():
            (exports / f"{name}_{number}.csv").write_text(text)
        assert not load(made, [exports], now=datetime(2026, 10, 10 + number)).refused
    promises.write_text(PROMISES.replace("4h", "90 minutes"))
    load(made, [], now=datetime(2026, 10, 12))
    return made


@pytest.fixture(scope="module")
def ids(workspace: Workspace) -> tuple[str, ...]:
    return tuple(path.stem for path in sorted(workspace.snapshots.glob("*.duckdb")))


def months(found: Changes) -> dict[tuple[str, str], ChangedMonth]:
    return {(one.metric, one.month): one for one in found.months}


def test_late_rows_and_merges_are_told_by_month(workspace: Workspace, ids: tuple[str, ...]) -> None:
    center = CommandCenter.open(workspace.root)
    found = center.changed(["replied_in_time"], from_snapshot=ids[0], to_snapshot=ids[1])
    assert (len(found.files), found.merged_customers, found.definitions_changed) == (4, 1, False)
    august = months(found)["replied_in_time", "2026-08"]
    told = [(value.numerator, value.denominator) for value in (august.was, august.now)]
    assert told == [(4, 7), (5, 8)]
    # of August: case 5 is kept now, case 8 is new, case 4 or case 7 is another customer's
    assert august.causes == Counter({"late rows": 2, "merges": 1})
    assert august.sentence.endswith("August 2026: was 4 of 7, is 5 of 8: 2 late rows, 1 merge, 0 definitions.")
    center.close()


def test_a_changed_definition_is_told_apart_from_late_rows(workspace: Workspace, ids: tuple[str, ...]) -> None:
    center = CommandCenter.open(workspace.root)
    found = center.changed(["replied_in_time"])
    assert (found.from_snapshot, found.to_snapshot, found.files, found.definitions_changed) == (*ids[1:], (), True)
    august = months(found)["replied_in_time", "2026-08"]
    assert august.causes.keys() == {"definitions"}
    assert august.now.numerator == 4

    both = months(center.changed(["replied_in_time"], from_snapshot=ids[0]))["replied_in_time", "2026-08"]
    assert both.causes["merges"] == 1
    assert both.causes["late rows"] >= 2
    assert both.causes["definitions"] >= 1
    center.close()


def test_nothing_changed_is_nothing_told_and_a_snapshot_that_is_not_there_is_refused(
    workspace: Workspace, ids: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    center = CommandCenter.open(workspace.root)
    assert center.changed(["replied_in_time"], from_snapshot=ids[1], to_snapshot=ids[1]).months == ()
    with pytest.raises(SnapshotError, match='there is no snapshot "nowhere"'):
        center.changed(["replied_in_time"], from_snapshot="nowhere")
    with pytest.raises(SnapshotError, match="no snapshot before it"):
        center.changed(["replied_in_time"], to_snapshot=ids[0])
    assert "open_cases" in center.changed(["open_cases"]).not_told
    center.close()

    with pytest.raises(SystemExit):
        main(["changed", "--from", ids[0], "--to", ids[1], "--json", "--workspace", str(workspace.root)])
    told = orjson.loads(capsys.readouterr().out)
    assert {one["metric"] for one in told["months"]} <= {*headline_metrics(center)}
    assert any(one["metric"] == "replied_in_time" for one in told["months"])
    with pytest.raises(SystemExit):
        main(["changed", "replied_in_time", "--to", ids[1], "--workspace", str(workspace.root)])
    assert "4 files loaded since, the same definitions." in capsys.readouterr().out


def test_rows_that_go_by_customer_change_by_merges_and_vanish_with_people_who_were_removed() -> None:
    since = Since(files=("a.csv",), merged={"C-old": "C-kept"}, definitions_changed=True, told_of=frozenset({"C-told"}))
    judge = Judge(since=since, is_by_customer=True, living=frozenset({"C-kept", "C-told", "C-quiet"}))

    def row(customer: str, value: float = 1.0) -> dict[str, object]:
        return {"customer_id": customer, "account_id": customer, "value": value}

    assert judge.cause(row("C-old"), None) == "merges"
    assert judge.cause(row("C-kept"), row("C-kept", 2.0)) == "merges"
    assert judge.cause(row("C-forgotten"), None) == "removed"
    assert judge.cause(None, row("C-told")) == "late rows"
    assert judge.cause(row("C-quiet"), row("C-quiet", 2.0)) == "definitions"
    by_row = replace(judge, is_by_customer=False)
    assert by_row.cause(row("C-told"), row("C-kept")) == "merges"
    assert by_row.cause(None, row("C-kept")) == "definitions"


def test_few_changed_rows_are_not_told_to_whom_few_are_not_for(workspace: Workspace, ids: tuple[str, ...]) -> None:
    viewer = CommandCenter.open(workspace.root).under(Policy(names=False, least=5))
    found = viewer.changed(["replied_in_time", "orders_placed"], from_snapshot=ids[0], to_snapshot=ids[1])
    assert found.months == ()
    assert found.merged_customers == 0
