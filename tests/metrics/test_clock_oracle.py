"""The clocks of every promise, and calendars, against oracles that live through cases and walk through time."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from random import Random
from typing import Any

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from queries.calendar import Calendar, Hours, calendar_tables
from queries.engines.duckdb import Connection
from tests.metrics.oracles.built import EXAMPLES, Rows, built
from tests.metrics.oracles.clock_oracle import Commitment, add_open, commitment_clock, open_between, open_minutes
from tests.metrics.oracles.clock_simulator import ALWAYS_PAUSES, Course, Happened, OpenTime, Story, Told, World, clocks_of
from tests.metrics.oracles.clock_stories import (
    CHANGES,
    DAYS,
    PROMISES,
    seconds_of,
    some_calendar,
    some_rules,
    some_story,
    some_world,
)

MODELS = (
    "case_message",
    "case_start",
    "case_ending",
    "case_wait",
    "case_run",
    "case_status",
    "clock_solution",
    "detractor",
    "clock_subject",
    "promise_period",
    "clock_change",
    "policy_match",
    "promise_number",
    "promise_word",
    "clock_rule",
    "clock_promise",
    "clock_wait",
    "clock_version",
    "clock_span",
    "clock_timed",
    "clock_commitment",
    "clock_judged",
    "fct_promise",
    "fct_promise_span",
    "fct_promise_untold",
)
DAYS_BEFORE, DAYS_AFTER = 3, 8
LAST_START = 5 * 86_400
CASES, COMMITMENTS = 60, 15
BUILDS = max(8, EXAMPLES // 8)
NEAR_THE_CHANGE = [0, 60, 90, 105, 120, 135, 150, 165, 180, 195, 240]
MINUTES_OF_A_DAY = st.one_of(st.sampled_from(NEAR_THE_CHANGE), st.sampled_from(range(0, 1441, 30)))
SECONDS = st.one_of(st.integers(0, LAST_START), st.sampled_from(range(0, LAST_START, 1800)))
COMPARED = (
    "promise, occurrence, version, priority, policy, calendar, target_seconds, started_at, in_force_at, due_at, fulfilled_at,"
    " ended_at, state, decided_at, is_provisional, remaining_seconds, open_seconds, calendar_seconds, paused_seconds,"
    " paused_open_seconds, lasted_seconds, stood_still_seconds, loosened_late"
)


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


@settings(max_examples=BUILDS)
@given(st.integers(0, 2**32))
def test_every_clock_is_told_as_living_through_its_case_tells_it(seed: int) -> None:
    chance = Random(seed)
    zone, change = chance.choice(CHANGES)
    first = change - timedelta(days=DAYS_BEFORE)
    declared, hours = {}, {}
    for name, where in (("hours", zone), ("other", chance.choice(CHANGES)[0])):
        declared[name], hours[name] = some_calendar(name, where, first, chance)
    declared["always"] = Calendar(calendar="always", title="always", zone="UTC", is_always=True)
    hours["always"] = OpenTime((0,), (10**11,))
    start = seconds_of(first)
    world = some_world(some_rules(list(hours), start, chance), hours, start, chance)
    desk = [some_story(world, start, chance) for _ in range(CASES)]
    tables = tables_of(desk, world, declared, first)
    connection = built(tables, MODELS)
    wanted = [clocks_of(Course(story, desk, world)) if story.opened_at <= world.as_of else ([], []) for story in desk]
    compare(connection, wanted, instant(world.as_of))
    connection.close()


@settings(max_examples=BUILDS // 2)
@given(st.integers(0, 2**32))
def test_what_is_decided_stays_as_it_is_whatever_happens_later(seed: int) -> None:
    chance = Random(seed)
    zone, change = chance.choice(CHANGES)
    first = change - timedelta(days=DAYS_BEFORE)
    calendar, hours = some_calendar("hours", zone, first, chance)
    start = seconds_of(first)
    world = some_world(some_rules(["hours"], start, chance), {"hours": hours}, start, chance)
    desk = [with_whole_history(some_story(world, start, chance)) for _ in range(CASES)]
    later = replace(world, as_of=world.as_of + chance.choice([1, 3600, 86_400, 4 * 86_400]))
    decided = []
    for one in (world, later):
        connection = built(tables_of(desk, one, {"hours": calendar}, first), MODELS)
        made = connection.table("fct_promise").select("clock_id, was_kept, decided_at, is_decided").fetchall()
        decided.append({row[:3] for row in made if row[3] and row[2] <= instant(world.as_of)})
        connection.close()
    assert decided[0] == decided[1]


@settings(max_examples=BUILDS)
@given(st.integers(0, 2**32))
def test_every_commitment_is_told_as_its_own_story_tells_it(seed: int) -> None:
    chance, start = Random(seed), seconds_of(date(2026, 3, 26))
    as_of = start + chance.choice([7200, 86_400, 3 * 86_400, LAST_START])
    promised = [some_commitment(chance, start, as_of) for _ in range(COMMITMENTS)]
    connection = built(commitment_tables(promised, as_of), MODELS)
    made = connection.table("fct_promise").select(
        "subject_id, started_at, due_at, fulfilled_at, ended_at, state, decided_at, open_seconds, remaining_seconds"
    )
    clocks = [(f"p{number}", commitment_clock(one, as_of)) for number, one in enumerate(promised)]
    wanted = [
        (
            *(name, instant(one.started_at), instant(one.due_at), instant(one.fulfilled_at), instant(one.ended_at)),
            *(one.state, instant(one.decided_at), one.open_seconds, one.remaining_seconds),
        )
        for name, one in clocks
        if one
    ]
    assert sorted(made.fetchall(), key=repr) == sorted(wanted, key=repr)
    connection.close()


def with_whole_history(story: Story) -> Story:
    """The case with everything told by its events from the opening on, as an export that is complete tells it."""
    told = [("status", "new"), ("priority", "normal"), ("customer_message", None)]
    opening = [Happened(second=story.opened_at, kind=kind, value=value, actor="customer") for kind, value in told]
    events = [one for one in story.events if one.second >= story.opened_at]
    own = {"first_replied_at": None, "first_resolved_at": None, "resolved_at": None, "closed_at": None}
    return replace(story, events=(*opening, *events), **own)


def compare(connection: Connection, wanted: Sequence[tuple[list[Told], list[tuple[str, int, str]]]], as_of: datetime) -> None:
    """Compare every column of every clock, every stretch of its time, and what cannot be told."""
    made = connection.table("fct_promise").select(f"subject_id, {COMPARED}").fetchall()
    clocks = [(f"c{number}", one) for number, (clocks, _) in enumerate(wanted) for one in clocks]
    assert sorted(made, key=repr) == sorted(((name, *row_of(one)) for name, one in clocks), key=repr)
    untold = connection.table("fct_promise_untold").select("subject_id, promise, occurrence, reason").fetchall()
    assert sorted(untold) == sorted((f"c{number}", *one) for number, (_, untold) in enumerate(wanted) for one in untold)
    spans = connection.table("fct_promise_span").select("clock_id, from_at, until_at, is_running").fetchall()
    assert merged(spans, as_of) == {
        f"{one.promise}:{name}:{one.occurrence}:{one.version}": [
            (instant(start), instant(end), runs) for start, end, runs in one.spans
        ]
        for name, one in clocks
        if one.spans
    }


def row_of(one: Told) -> tuple[Any, ...]:
    """A clock as its row in fct_promise tells it."""
    return (
        *(one.promise, one.occurrence, one.version, one.priority, one.policy, one.calendar, one.target_seconds),
        *map(instant, (one.started_at, one.in_force_at, one.due_at, one.fulfilled_at, one.ended_at)),
        *(one.state, instant(one.decided_at), one.is_provisional, one.remaining_seconds, one.open_seconds),
        *(one.calendar_seconds, one.paused_seconds, one.paused_open_seconds, one.lasted_seconds),
        *(one.stood_still_seconds, one.loosened_late),
    )


def merged(spans: Sequence[tuple[str, Any, Any, bool]], as_of: datetime) -> dict[str, list[tuple[Any, Any, bool]]]:
    """The spans of each clock, those that touch and are alike made one; one that has not begun to run has none."""
    found: dict[str, list[tuple[Any, Any, bool]]] = {}
    for clock, start, end, runs in sorted(spans, key=lambda one: one[:2]):
        if start in (end, as_of):
            continue
        mine = found.setdefault(clock, [])
        if mine and mine[-1][2] == runs and mine[-1][1] == start:
            mine[-1] = (mine[-1][0], end, runs)
        else:
            mine.append((start, end, runs))
    return found


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


def instant(seconds: int | None) -> Any:
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC).replace(tzinfo=None)


def tables_of(desk: Sequence[Story], world: World, calendars: dict[str, Calendar], first: date) -> dict[str, tuple[str, Rows]]:
    """The tables that the models read, for these cases."""
    last = first + timedelta(days=DAYS + 40)
    rows = calendar_tables(calendars, first - timedelta(days=2), last)
    return empty_tables() | {
        "cases": (CASE_COLUMNS, [case_row(f"c{number}", one) for number, one in enumerate(desk)]),
        "case_events": (
            EVENT_COLUMNS,
            [
                (f"e{place}", f"c{number}", "desk", instant(one.second), one.kind, one.actor, one.value, place)
                for number, story in enumerate(desk)
                for place, one in enumerate(story.events)
            ],
        ),
        "entity_as_of": (AS_OF_COLUMNS, [("cases", instant(world.as_of + 5)), ("case_events", instant(world.as_of))]),
        "customer_of": (OF_COLUMNS, [("cases", f"c{number}", "C-1", "C-1") for number, _ in enumerate(desk)]),
        "promise_policy": (POLICY_COLUMNS, list(policy_rows_of(world))),
        "promise_pause": (
            "promise varchar, policy varchar, status varchar",
            [
                (promise, rule.name, status)
                for rule in world.rules
                for promise in rule.targets
                for status in ALWAYS_PAUSES.get(promise, rule.pauses.get(promise, ()))
            ],
        ),
        "promise_setting": ("final_after_seconds bigint", [(world.final_after,)]),
        "open_step": (STEP_COLUMNS, rows["open_step"]),
        "open_bucket": (BUCKET_COLUMNS, rows["open_bucket"]),
    }


def policy_rows_of(world: World) -> Iterator[tuple[Any, ...]]:
    """The rows of promise_policy: by promise and policy each priority with a target of its own, then every other one."""
    for promise in PROMISES:
        number = 0
        for rule in world.rules:
            targets = rule.targets.get(promise, {})
            for priority in (*(one for one in targets if one != "default"), None):
                number += 1
                target = targets.get("default" if priority is None else priority)
                yield (
                    *(promise, rule.name, number, "case", None, rule.channel, priority, None, None, rule.calendar, target),
                    *(instant(rule.from_at), instant(rule.until_at)),
                )


def case_row(name: str, one: Story) -> tuple[Any, ...]:
    """A case as a row of cases."""
    told = (one.first_replied_at, one.first_resolved_at, one.resolved_at, one.closed_at)
    return (
        *(name, name, "desk", "customer", instant(one.opened_at), one.opened_by, *map(instant, told)),
        *(None, one.is_void, None, one.status, "question", one.channel, one.priority, None, None, None),
    )


def commitment_tables(promised: Sequence[Commitment], as_of: int) -> dict[str, tuple[str, Rows]]:
    """The tables that the models read, for these commitments."""
    return empty_tables() | {
        "entity_as_of": (AS_OF_COLUMNS, [("commitments", instant(as_of))]),
        "customer_of": (OF_COLUMNS, [("commitments", f"p{number}", "C-1", "C-1") for number, _ in enumerate(promised)]),
        "commitments": (
            COMMITMENT_COLUMNS,
            [
                (
                    *(f"p{number}", f"p{number}", "offer", instant(one.made_at), instant(one.due_at), instant(one.kept_at)),
                    *(instant(one.cancelled_at), None, None, None),
                )
                for number, one in enumerate(promised)
            ],
        ),
    }


def empty_tables() -> dict[str, tuple[str, Rows]]:
    """Every table that the models read, without a row."""
    return {
        "cases": (CASE_COLUMNS, []),
        "case_events": (EVENT_COLUMNS, []),
        "entity_as_of": (AS_OF_COLUMNS, []),
        "known_until": ("source varchar, known_until timestamp", []),
        "customer_of": (OF_COLUMNS, []),
        "commitments": (COMMITMENT_COLUMNS, []),
        "segment_at": ("account_id varchar, segment varchar, from_at timestamp, until_at timestamp", []),
        "customers": (
            "customer_id varchar, customer_no bigint, kind varchar, region varchar, acquired_through varchar, business_unit varchar",
            [],
        ),
        "account_company": ("account_id varchar, company varchar", []),
        "interactions": (
            "row_id varchar, happened_at timestamp, direction varchar, purpose varchar, channel varchar, delivered boolean",
            [],
        ),
        "survey_responses": (
            "row_id varchar, source varchar, response_id varchar, answered_at timestamp, scale_low double, scale_high double,"
            " dismissed boolean, confidential boolean",
            [],
        ),
        "response_score": ("row_id varchar, net_points integer", []),
        "promise_policy": (POLICY_COLUMNS, []),
        "promise_pause": ("promise varchar, policy varchar, status varchar", []),
        "promise_setting": ("final_after_seconds bigint", [(604_800,)]),
        "open_step": (STEP_COLUMNS, []),
        "open_bucket": (BUCKET_COLUMNS, []),
    }


CASE_COLUMNS = (
    "row_id varchar, case_id varchar, source varchar, record_id varchar, opened_at timestamp, opened_by varchar,"
    " first_replied_at timestamp, first_resolved_at timestamp, resolved_at timestamp, closed_at timestamp,"
    " merged_into varchar, is_spam boolean, is_withdrawn boolean, status varchar, kind varchar, channel varchar,"
    " priority varchar, category varchar, team varchar, agent varchar"
)
EVENT_COLUMNS = (
    "row_id varchar, case_id varchar, source varchar, happened_at timestamp, kind varchar, actor varchar, value varchar,"
    " source_line bigint"
)
AS_OF_COLUMNS = "entity varchar, as_of timestamp"
OF_COLUMNS = "entity varchar, row_id varchar, customer_id varchar, account_id varchar"
COMMITMENT_COLUMNS = (
    "row_id varchar, commitment_id varchar, kind varchar, made_at timestamp, due_at timestamp, kept_at timestamp,"
    " cancelled_at timestamp, subject varchar, channel varchar, team varchar"
)
POLICY_COLUMNS = (
    "promise varchar, policy varchar, sort_no integer, subject_kind varchar, kind varchar, channel varchar, priority varchar,"
    " category varchar, segment varchar, calendar varchar, target_seconds bigint, from_at timestamp, until_at timestamp"
)
STEP_COLUMNS = (
    "calendar varchar, day_number bigint, from_at bigint, until_at bigint, opens_at bigint, closes_at bigint,"
    " seconds_before bigint"
)
BUCKET_COLUMNS = "calendar varchar, bucket bigint, opens_at bigint, seconds_before bigint, seconds_after bigint"
