"""The rehearsal of promises against an oracle that walks through a week minute by minute, with hours written down by hand."""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from metrics import CommandCenter
from metrics.errors import QuestionError, UnknownName
from metrics.replay import Clock, replayed
from queries.calendar import Opening, Window
from tests.metrics.made import made_center, person
from tests.metrics.oracles.built import EXAMPLES
from tests.metrics.oracles.rehearsal_oracle import MINUTE, Waited, verdict

MONDAY = datetime(2026, 10, 5)
START = int((MONDAY - datetime(1970, 1, 1)).total_seconds())
DAY = 1440
WEEK = 8 * DAY
DESK = [(day * DAY + 6 * 60, day * DAY + 14 * 60) for day in (0, 1, 2, 3, 4, 7)]  # 8 to 16 in Berlin, seen from UTC
SPLIT = [(day * DAY + opens, day * DAY + closes) for day in range(8) for opens, closes in ((360, 600), (660, 900))]
SATURDAY = [(5 * DAY + 7 * 60, 5 * DAY + 11 * 60)]  # 9 to 13 in Berlin
HOURS = {"desk": DESK, "split": SPLIT, "always": [(0, WEEK)]}
AS_OF = MONDAY + timedelta(minutes=WEEK)
PRIORITIES = ("urgent", "normal")


def minutes_of(windows: list[tuple[int, int]]) -> list[bool]:
    """Returns for each minute of the week whether it lies in a window."""
    inside = {minute for window in windows for minute in range(*window)}
    return [minute in inside for minute in range(WEEK)]


OPEN = {name: minutes_of(windows) for name, windows in HOURS.items()}
OPEN_SATURDAY = {name: minutes_of([*windows, *SATURDAY]) for name, windows in HOURS.items()}


@st.composite
def waits(draw: st.DrawFn) -> Waited:
    """A promise that ran, paused, and was fulfilled, ended or still runs, often at the edges of the hours and of the target."""
    edges = st.sampled_from([edge for window in DESK for edge in window])
    moment = st.one_of(edges, st.integers(0, WEEK - 2))
    started = min(draw(moment), WEEK - 2)
    cuts = sorted({one for one in draw(st.lists(moment, max_size=3)) if one > started})
    how = draw(st.sampled_from(["fulfilled", "fulfilled", "fulfilled", "runs", "ended"]))
    last = WEEK if how == "runs" or not cuts else cuts.pop()
    runs = draw(st.booleans()) or not cuts
    spans = tuple((until, (number % 2 == 0) == runs) for number, until in enumerate([*cuts, last]))
    return Waited(
        started=started,
        spans=spans,
        fulfilled=last if how == "fulfilled" else None,
        ended=how == "ended",
        target=draw(st.sampled_from([1, 30, 120, 240, 480, 960])),
        priority=draw(st.sampled_from(PRIORITIES)),
        is_provisional=how == "fulfilled" and draw(st.integers(0, 4)) == 0,
        calendar=draw(st.sampled_from(["desk", "split", "always"])),
    )


def spans_of(waited: Waited) -> list[tuple[int, int, bool]]:
    begins = [waited.started, *(until for until, _ in waited.spans)]
    pairs = zip(begins, waited.spans, strict=False)
    return [(START + begin * MINUTE, START + until * MINUTE, runs) for begin, (until, runs) in pairs]


@settings(max_examples=EXAMPLES * 3)
@given(waits(), st.sampled_from(sorted(HOURS)), st.integers(1, 1200))
def test_a_clock_run_again_ends_as_walking_through_time_does(waited: Waited, calendar: str, target: int) -> None:
    clock = Clock(
        clock_id="c", customer_id="c", is_identified=True, group="", priority=waited.priority, calendar=waited.calendar,
        target=waited.target * MINUTE, fulfilled=None if waited.fulfilled is None else START + waited.fulfilled * MINUTE,
        is_unanswered=waited.ended, was_kept=None, is_provisional=waited.is_provisional, spans=spans_of(waited),
    )  # fmt: skip
    windows = [Window(START + opens * MINUTE, START + closes * MINUTE) for opens, closes in HOURS[calendar]]
    assert replayed(clock, Opening.of(windows), target * MINUTE) == verdict(waited, OPEN[calendar], target)


def tables(told: list[Waited]) -> dict[str, list[dict[str, Any]]]:
    promises, spans = [], []
    for number, waited in enumerate(told):
        name = f"P{number % 7}"
        kept = verdict(waited, OPEN[waited.calendar], waited.target)
        ends = MONDAY + timedelta(minutes=waited.last)
        promises.append(
            person(
                name, clock_id=f"c{number}", promise="first_reply", state="kept" if kept else "open", is_decided=kept is not None,
                was_kept=kept, started_at=MONDAY + timedelta(minutes=waited.started), calendar=waited.calendar,
                target_seconds=waited.target * MINUTE, priority=waited.priority, is_provisional=waited.is_provisional, as_of=AS_OF,
                fulfilled_at=ends if waited.fulfilled is not None else None, ended_at=ends if waited.ended else None,
            )
        )  # fmt: skip
        rows = spans_of(waited)
        for place, (begin, until, runs) in enumerate(rows, start=1):
            goes_on = place == len(rows) and waited.fulfilled is None and not waited.ended
            times = {"from_at": moment(begin), "until_at": None if goes_on else moment(until)}
            spans.append({"clock_id": f"c{number}", "span_no": place, "is_running": runs, **times})
    windows = [
        {"calendar": name, "opens_at": START + opens * MINUTE, "closes_at": START + closes * MINUTE}
        for name, hours in HOURS.items()
        for opens, closes in hours
    ]
    versions = [{"calendar": name, "version_of": name, "zone": "Europe/Berlin"} for name in HOURS]
    customers = [{"customer_id": f"P{i}", "account_id": f"P{i}", "name": f"Person {i}", "kind": "person"} for i in range(7)]
    return {
        "fct_promise": promises, "fct_promise_span": spans, "open_window": windows, "calendar_version": versions,
        "customers": customers,
    }  # fmt: skip


def moment(second: int) -> datetime:
    return datetime(1970, 1, 1) + timedelta(seconds=second)


CHANGES: dict[str, tuple[dict[str, str], Callable[[Waited], bool | None]]] = {
    "another target": ({"target": "3h"}, lambda one: verdict(one, OPEN[one.calendar], 180)),
    "another target of one priority": (
        {"target": "30 minutes", "priority": "urgent"},
        lambda one: verdict(one, OPEN[one.calendar], 30 if one.priority == "urgent" else one.target),
    ),
    "another calendar": ({"calendar": "split"}, lambda one: verdict(one, OPEN["split"], one.target)),
    "a Saturday": ({"open": "saturday 09:00-13:00"}, lambda one: verdict(one, OPEN_SATURDAY[one.calendar], one.target)),
    "nothing": ({}, lambda one: verdict(one, OPEN[one.calendar], one.target)),
}


@settings(max_examples=EXAMPLES // 10)
@given(st.lists(waits(), min_size=1, max_size=30))
def test_each_change_makes_of_the_promises_what_walking_through_time_does(told: list[Waited]) -> None:
    with TemporaryDirectory() as folder:
        center = made_center(Path(folder), tables(told), as_of=AS_OF)
        for options, wanted in CHANGES.values():
            before = [verdict(one, OPEN[one.calendar], one.target) for one in told]
            after = [wanted(one) for one in told]
            agrees(center, options, before, after)


def agrees(center: CommandCenter, options: dict[str, str], before: list[bool | None], after: list[bool | None]) -> None:
    """Asserts that the answer and its lists are what the verdicts before and after say."""
    known = [(old, new) for old, new in zip(before, after, strict=True) if old is not None and new is not None]
    answer = center.ask("promise_rehearsal", **options)
    assert (answer.total.numerator, answer.total.n) == (sum(new for _, new in known), len(known))
    (row,) = answer.rows
    assert (row.extra["promised"].numerator, row.extra["promised"].n) == (sum(old for old, _ in known), len(known))
    parts = {
        "mended": sum(new and not old for old, new in known),
        "worsened": sum(old and not new for old, new in known),
        "not_yet_known": len(before) - len(known),
    }
    assert {part: row.extra[part] for part in parts} == parts
    changed = center.customers_behind("promise_rehearsal", mark={"part": "changed"}, limit=100, **options)
    otherwise = {f"c{i}" for i, (old, new) in enumerate(zip(before, after, strict=True)) if None not in (old, new) and old != new}
    assert {person["clock_id"] for person in changed.rows} == otherwise
    assert changed.count == len(otherwise) == parts["mended"] + parts["worsened"]
    for group in center.ask("promise_rehearsal", split_by="priority", **options).rows:
        assert group.by["priority"] in PRIORITIES


def desk_center(folder: Path) -> CommandCenter:
    """Returns a center over 40 first replies: 30 after an hour, 8 after three hours, two never, one that still runs."""
    after = [60] * 30 + [180] * 8
    told = [
        Waited(7 * 60, ((7 * 60 + minutes, True),), 7 * 60 + minutes, False, 120, "normal", False, "desk") for minutes in after
    ]
    told += [Waited(7 * 60, ((WEEK, True),), None, False, 120, "normal", False, "desk")] * 2
    told.append(Waited(WEEK - 10 * 60, ((WEEK, True),), None, False, 120, "urgent", False, "desk"))
    return made_center(folder, tables(told), as_of=AS_OF)


def test_what_is_changed_is_said_with_the_share_before_and_after(tmp_path: Path) -> None:
    center = desk_center(tmp_path)
    answer = center.ask("promise_rehearsal", target="4h")
    assert answer.caption == "4 hours instead of 2 hours: 75.0 % → 95.0 % of 40 promises known both ways of the last 90 days."
    assert "Behaviour is held fixed: replies and solutions come when they came, whatever is promised." in answer.notices
    assert "8 broken promises would be kept, 0 kept ones broken." in answer.notices
    assert "1 more is not yet known: still running, or the solution is not final." in answer.notices
    urgent = center.ask("promise_rehearsal", target="4h", priority="urgent")
    assert urgent.caption.startswith("4 hours instead of 2 hours, for urgent priority only: 75.0 % → 75.0 % of 40")
    longer = center.ask("promise_rehearsal", open="Saturday 09:00-13:00", calendar="always")
    assert longer.caption.startswith("always instead of desk, open on Saturday 09:00-13:00, too: ")
    assert "The hours more are counted on every such day, public holidays too." in longer.notices
    assert center.ask("promise_rehearsal").caption.startswith("Nothing changed: 75.0 % → 75.0 %")


@pytest.mark.parametrize(
    ("options", "error", "told"),
    [
        ({"calendar": "dsk"}, UnknownName, '"dsk" is not a calendar here. Did you mean "desk"?'),
        ({"open": "saterday 09:00-13:00"}, QuestionError, '"saterday" is not known here'),
        ({"open": "saturday 9-13"}, QuestionError, 'saturday = "9-13" is not a pair of times'),
        ({"target": "soon"}, QuestionError, '"soon" is not a duration'),
        ({"promise": "first"}, UnknownName, 'promise = "first" is not one of its values'),
    ],
)
def test_what_cannot_be_rehearsed_is_told_in_one_sentence(
    tmp_path: Path, options: dict[str, str], error: type[Exception], told: str
) -> None:
    with pytest.raises(error, match=told.split(".", maxsplit=1)[0].replace("?", "")):
        desk_center(tmp_path).ask("promise_rehearsal", **options)
