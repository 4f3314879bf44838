"""The clock of first replies, and calendars, against an oracle that walks through time minute by minute."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from random import Random
from typing import Any

from hypothesis import assume, event, given, settings
from hypothesis import strategies as st

from queries.calendar import Calendar, Hours, calendar_tables
from tests.metrics.oracles.built import EXAMPLES, Rows, built
from tests.metrics.oracles.clock_oracle import (
    Case,
    Clock,
    Commitment,
    add_open,
    clock,
    commitment_clock,
    open_between,
    open_minutes,
)

MODELS = (
    "case_message",
    "case_start",
    "case_ending",
    "case_wait",
    "case_asked",
    "case_policy",
    "clock_first_reply",
    "clock_commitment",
    "clock_judged",
    "fct_promise",
)
CHANGES = (  # where the clocks change, and on which day
    ("Europe/Berlin", date(2026, 3, 29)),
    ("Europe/Berlin", date(2026, 10, 25)),
    ("America/New_York", date(2026, 3, 8)),
    ("America/New_York", date(2026, 11, 1)),
    ("Australia/Lord_Howe", date(2026, 4, 5)),
    ("Australia/Lord_Howe", date(2026, 10, 4)),
)
DAYS_BEFORE, DAYS_AFTER = 3, 8
LAST_START = 5 * 86_400
LAST_AS_OF = 7 * 86_400
TARGETS = (1, 60, 899, 900, 901, 3600, 4500, 4501, 14_400, 28_800)
CASES = 30
NEAR_THE_CHANGE = [0, 60, 90, 105, 120, 135, 150, 165, 180, 195, 240]
MINUTES_OF_A_DAY = st.one_of(st.sampled_from(NEAR_THE_CHANGE), st.sampled_from(range(0, 1441, 30)))
SECONDS = st.one_of(st.integers(0, LAST_START), st.sampled_from(range(0, LAST_START, 1800)))
KINDS = ("customer_message", "message", "public_reply", "automatic_reply", "internal_note", "status")
ACTORS = {"status": ("open", "solved", "pending"), "message": ("customer", "agent", "")}


@st.composite
def day_hours(draw: st.DrawFn) -> tuple[tuple[int, int], ...]:
    """Hours of one day in minutes: none, one or two windows, the last perhaps past midnight."""
    edges = sorted(draw(st.lists(MINUTES_OF_A_DAY, max_size=4, unique=True)))
    pairs = list(zip(edges[::2], edges[1::2], strict=False))
    if pairs and draw(st.booleans()) and pairs[0][0] > 0:
        pairs[-1] = (pairs[-1][0], 1440 + draw(st.integers(0, pairs[0][0] - 1)))
    return tuple(pairs)


@st.composite
def calendars(draw: st.DrawFn) -> tuple[Calendar, frozenset[int], date]:
    """A calendar whose week holds the change of the clocks, the same as open minutes, and the first day of interest."""
    zone, change = draw(st.sampled_from(CHANGES))
    week = draw(st.lists(day_hours(), min_size=7, max_size=7))
    week[0] = week[0] or ((480, 1080),)
    other_day, other_hours = change + timedelta(days=draw(st.integers(-2, 3))), draw(day_hours())
    first, last = change - timedelta(days=DAYS_BEFORE), change + timedelta(days=DAYS_AFTER + 21)
    days = [first + timedelta(days=number) for number in range(-2, (last - first).days)]
    hours = {day: other_hours if day == other_day else week[day.weekday()] for day in days}
    calendar = Calendar(
        calendar="hours", title="Hours", zone=zone, week=tuple(map(as_hours, week)), dates={other_day: as_hours(other_hours)}
    )
    return calendar, open_minutes(zone, hours, first - timedelta(days=2), last + timedelta(days=2)), first


def some_case(chance: Random, minutes: frozenset[int], start: int, target: int, as_of: int, *, tells_events: bool) -> Case:
    """A case near the change of the clocks; what ends it likes to fall on the due time, the end of the data, or a second beside."""
    opened = start + chance.choice([chance.randrange(LAST_START), 1800 * chance.randrange(LAST_START // 1800)])
    due = add_open(minutes, opened, target) or opened
    if chance.random() < 0.2:
        as_of_minute = as_of // 60 * 60
        opened, due = max(start, as_of_minute - target), as_of

    def moment() -> int:
        near = chance.choice([opened, due]) + chance.choice([-1, 0, 0, 0, 1])
        return chance.choice([near, near, chance.randrange(opened, max(opened, due) + 1), start + chance.randrange(LAST_START)])

    told = []
    for _ in range(chance.randrange(5) if tells_events else 0):
        kind = chance.choice(KINDS)
        told.append((moment(), kind, chance.choice(ACTORS.get(kind, ("someone",)))))
    replied, resolved = (moment() if chance.random() < 0.5 else None for _ in range(2))
    if told and chance.random() < 0.3:
        resolved = told[-1][0]
    return Case(
        opened_at=opened,
        opened_by=chance.choice(["customer", "customer", "agent"]),
        events=tuple(told),
        first_replied_at=replied if replied is None or replied >= opened else None,
        resolved_at=resolved if resolved is None or resolved >= opened else None,
        is_void=chance.random() < 0.05,
    )


def some_commitment(chance: Random, start: int, as_of: int) -> Commitment:
    """A commitment that likes to be kept, called off or judged at its due time or a second beside it."""
    made = start + chance.randrange(LAST_START)
    due = chance.choice([made, made + chance.randrange(1, 200_000), max(made, as_of)])
    kept, cancelled = (
        chance.choice([None, None, made, due - 1, due, due, due + 1, made + chance.randrange(300_000)]) for _ in range(2)
    )
    return Commitment(
        made_at=made,
        due_at=due,
        kept_at=kept if kept is None or kept >= made else made,
        cancelled_at=chance.choice([cancelled, kept, None]),
    )


@settings(max_examples=EXAMPLES)
@given(calendars(), st.integers(0, 2**32))
def test_every_clock_is_told_as_walking_through_time_tells_it(drawn: tuple[Calendar, frozenset[int], date], seed: int) -> None:
    calendar, minutes, first = drawn
    chance, start = Random(seed), seconds_of(first)
    target = chance.choice([seconds for seconds in TARGETS if add_open(minutes, start + LAST_AS_OF, seconds)])
    as_of = start + chance.choice([7200, 86_400, 3 * 86_400, LAST_START, 6 * 86_400 + 1800]) + chance.choice([0, 0, 1])
    tells_events = chance.random() < 0.8
    told = [some_case(chance, minutes, start, target, as_of, tells_events=tells_events) for _ in range(CASES)]
    promised = [some_commitment(chance, start, as_of) for _ in range(CASES // 3)]
    connection = built(tables_of(told, promised, calendar, first, target, as_of), MODELS)
    made = connection.table("fct_promise").select(
        "subject_id, started_at, due_at, fulfilled_at, ended_at, state, decided_at, open_seconds, remaining_seconds,"
        " is_decided, was_kept, is_running, is_past, target_seconds"
    )
    clocks = [(f"c{number}", clock(case, told, minutes, target, as_of), target) for number, case in enumerate(told)]
    clocks += [(f"p{number}", commitment_clock(one, as_of), one.due_at - one.made_at) for number, one in enumerate(promised)]
    wanted = [clock_row(name, one, seconds) for name, one, seconds in clocks if one]
    assert sorted(made.fetchall(), key=repr) == sorted(wanted, key=repr)
    connection.close()
    for row in wanted:
        event(str(row[5]))


@settings(max_examples=EXAMPLES)
@given(calendars(), SECONDS, st.integers(0, 200_000))
def test_a_calendar_counts_and_adds_as_walking_through_time_does(
    drawn: tuple[Calendar, frozenset[int], date], after: int, seconds: int
) -> None:
    calendar, minutes, first = drawn
    start = seconds_of(first) + after
    assert calendar.open_seconds(instant(start), instant(start + seconds)) == open_between(minutes, start, start + seconds)
    target = 1 + seconds // 20
    due = add_open(minutes, start, target)
    assume(due is not None)
    assert calendar.add(instant(start), target) == instant(due)
    assert calendar.open_seconds(instant(start), instant(due)) == target


@settings(max_examples=EXAMPLES // 4)
@given(calendars())
def test_every_second_lies_in_one_step_and_every_open_second_in_one_bucket(drawn: tuple[Calendar, frozenset[int], date]) -> None:
    calendar, _, first = drawn
    last = first + timedelta(days=9)
    tables = calendar_tables({"hours": calendar}, first, last)
    steps = [(from_at, until_at) for _, _, from_at, until_at, *_ in tables["open_step"]]
    assert steps[0][0] == seconds_of(first)
    assert steps[-1][1] == seconds_of(last) + 86_400
    assert all(before[1] == after[0] for before, after in pairwise(steps))
    assert all(from_at // 86_400 == day == (until_at - 1) // 86_400 for _, day, from_at, until_at, *_ in tables["open_step"])
    pieces = sorted({(before, after) for _, _, _, before, after in tables["open_bucket"]})
    windows = sorted((before, before + closes - opens) for _, opens, closes, before in tables["open_window"])
    assert pieces == windows


def as_hours(pairs: Sequence[tuple[int, int]]) -> tuple[Hours, ...]:
    return tuple(Hours(opens * 60, closes * 60) for opens, closes in pairs)


def seconds_of(day: date) -> int:
    return int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp())


def instant(seconds: int | None) -> Any:
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC).replace(tzinfo=None)


def clock_row(name: str, one: Clock, target: int) -> tuple[Any, ...]:
    is_decided = one.decided_at is not None
    return (
        name,
        instant(one.started_at),
        instant(one.due_at),
        instant(one.fulfilled_at),
        instant(one.ended_at),
        one.state,
        instant(one.decided_at),
        one.open_seconds,
        one.remaining_seconds,
        is_decided,
        one.state == "kept" if is_decided else None,
        one.remaining_seconds is not None,
        one.state == "broken_open",
        target,
    )


def tables_of(
    told: Sequence[Case], promised: Sequence[Commitment], calendar: Calendar, first: date, target: int, as_of: int
) -> dict[str, tuple[str, Rows]]:
    calendars = calendar_tables({"hours": calendar}, first - timedelta(days=2), first + timedelta(days=DAYS_AFTER + 21))
    event_rows = [
        (f"e{c}-{number}", f"c{c}", "desk", instant(second), kind, actor or None if kind != "status" else None, actor)
        for c, case in enumerate(told)
        for number, (second, kind, actor) in enumerate(case.events)
    ]
    return {
        "cases": (
            "row_id varchar, case_id varchar, source varchar, record_id varchar, opened_at timestamp, opened_by varchar,"
            " first_replied_at timestamp, first_resolved_at timestamp, resolved_at timestamp, closed_at timestamp,"
            " merged_into varchar, is_spam boolean, kind varchar, channel varchar, priority varchar, category varchar, team varchar",
            [
                (
                    *(f"c{number}", f"c{number}", "desk", "customer", instant(case.opened_at), case.opened_by),
                    *(instant(case.first_replied_at), None, instant(case.resolved_at), None, None, case.is_void),
                    *("question", "email", "normal", None, None),
                )
                for number, case in enumerate(told)
            ],
        ),
        "case_events": (
            "row_id varchar, case_id varchar, source varchar, happened_at timestamp, kind varchar, actor varchar, value varchar",
            event_rows,
        ),
        "entity_as_of": (
            "entity varchar, as_of timestamp",
            [("cases", instant(as_of + 5)), ("case_events", instant(as_of)), ("commitments", instant(as_of))],
        ),
        "customer_of": (
            "entity varchar, row_id varchar, customer_id varchar, account_id varchar",
            [("cases", f"c{number}", "C-1", "C-1") for number, _ in enumerate(told)]
            + [("commitments", f"p{number}", "C-1", "C-1") for number, _ in enumerate(promised)],
        ),
        "commitments": (
            "row_id varchar, commitment_id varchar, kind varchar, made_at timestamp, due_at timestamp, kept_at timestamp,"
            " cancelled_at timestamp, subject varchar, channel varchar, team varchar",
            [
                (
                    *(f"p{number}", f"p{number}", "offer", instant(one.made_at), instant(one.due_at), instant(one.kept_at)),
                    *(instant(one.cancelled_at), None, None, None),
                )
                for number, one in enumerate(promised)
            ],
        ),
        "segment_at": ("account_id varchar, segment varchar, from_at timestamp, until_at timestamp", []),
        "customers": ("customer_id varchar, kind varchar, region varchar, acquired_through varchar, business_unit varchar", []),
        "promise_policy": (
            "promise varchar, policy varchar, sort_no integer, subject_kind varchar, kind varchar, channel varchar,"
            " priority varchar, category varchar, segment varchar, calendar varchar, target_seconds bigint, from_at timestamp,"
            " until_at timestamp",
            [("first_reply", "all", 1, "case", None, None, None, None, None, "hours", target, None, None)],
        ),
        "open_step": (
            "calendar varchar, day_number bigint, from_at bigint, until_at bigint, opens_at bigint, closes_at bigint,"
            " seconds_before bigint",
            calendars["open_step"],
        ),
        "open_bucket": (
            "calendar varchar, bucket bigint, opens_at bigint, seconds_before bigint, seconds_after bigint",
            calendars["open_bucket"],
        ),
    }
