"""Journeys as declared, random ones, against reading their rules event by event: conditions, brackets, accounts, steps back."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from queries.engines.duckdb import Connection
from queries.journey import Exclusion, Journey, Rule, Stage, journey_tables
from tests.metrics.oracles.built import EXAMPLES, Rows, built
from tests.metrics.oracles.journey_oracle import EXIT, SET_ASIDE, Event, attempts
from tests.metrics.oracles.journey_oracle import Journey as Followed
from tests.metrics.oracles.rules_oracle import Happened, Meaning, meaning, steps_back

BEGIN = datetime(2026, 3, 1)
MODELS = ("journey_event", "journey_as_of", "stage_heard", "journey_step", "journey_attempt", "fct_step_back")
EVENTS = ("visit", "Visit", "asked", "bought", "moved", "gone")
CHANNELS = ("web", "store")
VALUES: Mapping[str, tuple[str, ...]] = {"topic": ("solar", "gas"), "size": ("big", "small"), "plan": ("a", "b")}
PEOPLE = 8
STAGES = 4
GAP = 50


def some_rule(chance: Random) -> Rule:
    names = chance.sample(list(VALUES), chance.choice([0, 0, 1, 2]))
    return Rule(
        event=chance.choice(EVENTS),
        channels=tuple(chance.sample(CHANNELS, chance.choice([0, 0, 1, 2]))),
        properties={name: tuple(chance.sample(VALUES[name], chance.choice([1, 2]))) for name in names},
    )


def some_journey(chance: Random) -> Journey:
    def stage(number: int) -> Stage:
        rules = tuple(some_rule(chance) for _ in range(chance.choice([1, 2])))
        return Stage(stage=f"s{number}", says="I", label=f"Stage {number}", events=rules)

    brackets = [(after, before) for after in range(1, STAGES) for before in range(after + 1, STAGES + 1)]
    return Journey(
        journey="j",
        title="J",
        per=chance.choice(["person", "account"]),
        window=20,
        idle_gap=GAP,
        stages=tuple(stage(number) for number in range(1, STAGES + 1)),
        exits=tuple(some_rule(chance) for _ in range(chance.choice([0, 1]))),
        exclusions=tuple(
            Exclusion(rule=some_rule(chance), after=after, before=before)
            for after, before in chance.sample(brackets, chance.choice([0, 1, 3]))
        ),
    )


def some_events(chance: Random) -> list[Happened]:
    found = []
    for number in range(chance.choice([0, 1, 60])):
        person = chance.randrange(PEOPLE)
        properties = {name: chance.choice(values) for name, values in VALUES.items() if chance.random() < 0.8}
        found.append(
            Happened(
                event_id=f"{number:03}",
                person=f"p{person}",
                account=f"a{person % 3}",
                happened_at=BEGIN + timedelta(seconds=chance.choice([0, 1, 2, chance.randrange(300)])),
                event=chance.choice(EVENTS),
                channel=chance.choice(CHANNELS),
                properties=properties,
                sensitive=frozenset(name for name in properties if chance.random() < 0.1),
            )
        )
    return found


@settings(max_examples=EXAMPLES)
@given(st.integers(0, 2**32))
def test_every_event_means_what_the_journeys_own_words_say(seed: int) -> None:
    chance = Random(seed)
    journey, happened = some_journey(chance), some_events(chance)
    wanted = {told.event_id: found for told in happened if (found := meaning(told, journey))}
    connection = built(tables_of(journey, happened), MODELS)
    try:
        check_events(connection, wanted)
        check_heard(connection, wanted)
        check_steps_back(connection, happened, wanted)
    finally:
        connection.close()


def check_events(connection: Connection, wanted: Mapping[str, Meaning]) -> None:
    columns = "event_id, customer_id, stage_no, sets_aside, moment % 128"
    made = sorted(connection.table("journey_event").select(columns).fetchall())
    assert made == sorted(
        (event_id, one.who, one.stage, sum(2**k for k in one.sets_aside), order_of(one)) for event_id, one in wanted.items()
    )


def check_heard(connection: Connection, wanted: Mapping[str, Meaning]) -> None:
    for number, events, customers in connection.table("stage_heard").select("stage_no, events, customers").fetchall():
        of_stage = [one.who for one in wanted.values() if one.stage == number]
        assert (events, customers) == (len(of_stage), len(set(of_stage)))


def check_steps_back(connection: Connection, happened: Sequence[Happened], wanted: Mapping[str, Meaning]) -> None:
    """One event of several that mean the same stage in the same second stands for them: times and stages are compared."""
    columns = "customer_id, stage_no, from_stage_no, stepped_back_at"
    made = sorted(connection.table("fct_step_back").select(columns).fetchall())
    expected = []
    for who in {one.who for one in wanted.values()}:
        events = [
            Event(int((told.happened_at - BEGIN).total_seconds()), order_of(wanted[told.event_id]), 0, number)
            for number, told in enumerate(happened)
            if told.event_id in wanted and wanted[told.event_id].who == who
        ]
        followed = Followed(stages=STAGES, optional=frozenset(), idle_gap=GAP, brackets=((1, 2), (1, 2)))
        for attempt in attempts(events, followed, 10**6):
            stages = [(event.what, event.second) for event in attempt.stages]
            expected += [(who, to, came_from, BEGIN + timedelta(seconds=second)) for to, came_from, second in steps_back(stages)]
    assert made == sorted(expected)


def order_of(one: Meaning) -> int:
    return one.stage or (SET_ASIDE if one.sets_aside else EXIT)


def tables_of(journey: Journey, happened: Sequence[Happened]) -> dict[str, tuple[str, Rows]]:
    declared = journey_tables({"j": replace(journey)}, "j")
    kinds: dict[str, str] = {
        "journey": "journey_id varchar, title varchar, window_seconds bigint, idle_gap_seconds bigint, stage_count integer,"
        " is_default boolean, per varchar",
        "journey_stage": "journey_id varchar, stage_no integer, stage_id varchar, says varchar, label varchar, owner varchar,"
        " dimension varchar, is_optional boolean, within_seconds bigint, promise varchar, target double, moved_words varchar",
        "journey_rule": "journey_id varchar, rule_no integer, rule varchar, stage_no integer, event varchar, channel varchar,"
        " conditions integer, after_no integer, before_no integer",
        "journey_condition": "journey_id varchar, rule_no integer, property_name varchar, property_value varchar",
    }
    rows: list[tuple[Any, ...]] = [
        (one.event_id, one.person, one.account, one.happened_at, one.event, one.channel, "interactions", one.event_id, "web", "A",
         "North", "person")
        for one in happened
    ]  # fmt: skip
    properties = [
        ("interactions", one.event_id, name, value, name in one.sensitive)
        for one in happened
        for name, value in one.properties.items()
    ]
    names = [*(f"p{number}" for number in range(PEOPLE)), *(f"a{number}" for number in range(3))]
    return {
        **{table: (kinds[table], declared[table]) for table in kinds},
        "fct_event": (
            "event_id varchar, customer_id varchar, account_id varchar, happened_at timestamp, event varchar, channel varchar,"
            " entity varchar, entity_id varchar, source varchar, segment varchar, region varchar, customer_kind varchar",
            rows,
        ),
        "properties": ("subject_kind varchar, subject_id varchar, name varchar, value varchar, sensitive boolean", properties),
        "known_until": (
            "source varchar, known_until timestamp, is_finished boolean", [("web", BEGIN + timedelta(days=1), False)]
        ),
        "entity_as_of": ("entity varchar, as_of timestamp", [("interactions", BEGIN + timedelta(days=1))]),
        "account_as_of": ("as_of timestamp", []),
        "customers": (
            "customer_id varchar, kind varchar, region varchar, acquired_through varchar, business_unit varchar",
            [(name, "person", "North", None, None) for name in names],
        ),
    }  # fmt: skip
