"""The facts of journeys against an oracle that tries every way through a customer's events."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from random import Random

from hypothesis import event, given, settings
from hypothesis import strategies as st

from tests.metrics.oracles.built import EXAMPLES, Rows, built
from tests.metrics.oracles.journey_oracle import EXIT, SET_ASIDE, Event, Journey, attempts, entries, stage_at

BEGIN = datetime(2026, 3, 1)
STAGES = 4
MODELS = (
    "journey_event",
    "journey_as_of",
    "journey_step",
    "journey_ahead",
    "journey_chain",
    "journey_attempt",
    "fct_stage_entry",
    "fct_stage_stay",
)
CUSTOMERS = 12
GAPS = (0, 0, 1, 2, 3, 7, 8, 9, 10, 11)  # seconds since the event before; the idle gaps are 8 and 10
KINDS = ((1, 0), (1, 0), (1, 0), (2, 0), (2, 0), (3, 0), (3, 0), (4, 0), (4, 0), (SET_ASIDE, 0), (SET_ASIDE, 1), (EXIT, 0))
BRACKETS = [(after, before) for after in range(1, STAGES) for before in range(after + 1, STAGES + 1)]
JOURNEYS = st.builds(
    lambda optional, idle_gap, brackets, within: Journey(
        stages=STAGES, optional=optional, idle_gap=idle_gap, brackets=brackets, within=within
    ),
    st.frozensets(st.sampled_from([2, 3])),
    st.sampled_from([8, 10, 1000]),
    st.tuples(st.sampled_from(BRACKETS), st.sampled_from(BRACKETS)),
    st.dictionaries(st.sampled_from([2, 3, 4]), st.sampled_from([1, 3, 9])),
)


@settings(max_examples=EXAMPLES)
@given(st.lists(JOURNEYS, min_size=1, max_size=2), st.sampled_from([0, 10, 20, 40, 60, 100]), st.integers(0, 2**32))
def test_every_customers_way_is_told_as_trying_every_way_tells_it(journeys: list[Journey], as_of: int, seed: int) -> None:
    chance = Random(seed)
    histories = [some_history(chance) for _ in range(CUSTOMERS)]
    connection = built(tables_of(histories, journeys, as_of), MODELS)
    next_columns = ", ".join(f"next_{stage}" for stage in range(1, STAGES + 1))
    then_columns = ", ".join(f"then_{stage}" for stage in range(2, STAGES + 1))
    made = connection.table("fct_stage_entry").select(
        "journey_id, customer_id, attempt_no, entered_at, attempt_entered_at, previous_entered_at, first_entered_at,"
        f" earlier_first_entered_at, entered_stage, starts_attempt, is_first_entry, {next_columns},"
        f" {then_columns}, straight_through, excluded_after, left_after"
    )
    wanted = entry_rows(histories, journeys, as_of)
    assert sorted(made.fetchall(), key=repr) == sorted(wanted, key=repr)
    assert beyond_the_last_stage(connection.table("fct_stage_entry").select("next_5, next_12, then_5, then_12").fetchall())
    check_stock(
        connection.table("fct_stage_stay").fetchall(), connection.table("fct_stage_stay").columns, histories, journeys, as_of
    )
    connection.close()
    event(f"attempts of one customer: {max(len(attempts(one, journeys[0], as_of)) for one in histories)}")


def some_history(chance: Random) -> list[Event]:
    second, events = 0, []
    for number in range(chance.randrange(11)):
        second += chance.choice(GAPS)
        what, variant = chance.choice(KINDS)
        events.append(Event(second, what, variant, number))
    return events


def at(second: int) -> datetime:
    return BEGIN + timedelta(seconds=second)


def entry_rows(histories: Sequence[list[Event]], journeys: Sequence[Journey], as_of: int) -> Rows:
    return [
        (
            *(f"j{j}", f"c{c}", one.attempt_no, at(one.second), at(one.started)),
            *(None if second is None else at(second) for second in (one.started_before, one.entered, one.entered_before)),
            *(one.stage, one.starts_attempt, one.is_first_entry),
            *one.next_in,
            *one.then_in,
            *(one.straight_through, one.excluded_after, one.left_after),
        )
        for j, journey in enumerate(journeys)
        for c, history in enumerate(histories)
        for one in entries(history, journey, as_of)
    ]


def beyond_the_last_stage(rows: Rows) -> bool:
    return all(cell is None for row in rows for cell in row)


def check_stock(
    rows: Rows, columns: Sequence[str], histories: Sequence[list[Event]], journeys: Sequence[Journey], as_of: int
) -> None:
    """At every instant near an event or the end of an idle gap, the stays say where the oracle sees each customer."""
    stays = [dict(zip(columns, row, strict=True)) for row in rows]
    for j, journey in enumerate(journeys):
        for c, history in enumerate(histories):
            mine = [stay for stay in stays if stay["journey_id"] == f"j{j}" and stay["customer_id"] == f"c{c}"]
            near = {one.second + more for one in history for more in (0, 1, journey.idle_gap, journey.idle_gap + 1)}
            for instant in sorted(near):
                if instant <= as_of:
                    here = [
                        stay["stage_no"]
                        for stay in mine
                        if stay["entered_at"] < at(instant) and (stay["left_at"] is None or stay["left_at"] >= at(instant))
                    ]
                    seen = stage_at(history, journey, as_of, instant)
                    assert here == ([] if seen is None else [seen]), (history, instant)


def tables_of(
    histories: Sequence[list[Event]], journeys: Sequence[Journey], as_of: int, at: Callable[[int], datetime] = at
) -> dict[str, tuple[str, Rows]]:
    names = {SET_ASIDE: "set aside", EXIT: "gone"}  # what sets aside comes in two variants, each with a bracket of its own
    happened = [
        (f"{c}-{one.number:02}", f"c{c}", f"a{c}", at(one.second), f"{names.get(one.what, one.what)} {one.variant}")
        for c, history in enumerate(histories)
        for one in history
    ]
    stage_rules = [
        (f"j{j}", stage, "stage", stage, f"{stage} 0", None, 0, None, None)
        for j, _ in enumerate(journeys)
        for stage in range(1, STAGES + 1)
    ]
    other_rules = [
        row
        for j, one in enumerate(journeys)
        for row in (
            (f"j{j}", 97, "exclusion", None, "set aside 0", None, 0, *one.brackets[0]),
            (f"j{j}", 98, "exclusion", None, "set aside 1", None, 0, *one.brackets[1]),
            (f"j{j}", 99, "exit", None, "gone 0", None, 0, None, None),
        )
    ]
    return {
        "fct_event": (
            "event_id varchar, customer_id varchar, account_id varchar, happened_at timestamp, event varchar, channel varchar,"
            " entity varchar, entity_id varchar, source varchar, segment varchar, region varchar, customer_kind varchar",
            [(*row, "web", "interactions", row[0], "web", "Homes", "North", "person") for row in happened],
        ),
        "journey": (
            "journey_id varchar, window_seconds bigint, idle_gap_seconds bigint, per varchar",
            [(f"j{j}", 20, one.idle_gap, "person") for j, one in enumerate(journeys)],
        ),
        "journey_stage": (
            "journey_id varchar, stage_no integer, stage_id varchar, label varchar, is_optional boolean, within_seconds bigint",
            [
                (f"j{j}", stage, f"s{stage}", f"Stage {stage}", stage in one.optional, one.within.get(stage))
                for j, one in enumerate(journeys)
                for stage in range(1, STAGES + 1)
            ],
        ),
        "journey_rule": (
            "journey_id varchar, rule_no integer, rule varchar, stage_no integer, event varchar, channel varchar,"
            " conditions integer, after_no integer, before_no integer",
            [*stage_rules, *other_rules],
        ),
        "journey_condition": (
            "journey_id varchar, rule_no integer, property_name varchar, property_value varchar",
            [],
        ),
        "properties": ("subject_kind varchar, subject_id varchar, name varchar, value varchar, sensitive boolean", []),
        "known_until": ("source varchar, known_until timestamp, is_finished boolean", [("web", at(as_of), False)]),
        "entity_as_of": ("entity varchar, as_of timestamp", [("interactions", at(as_of))]),
        "account_as_of": ("as_of timestamp", []),
        "customers": (
            "customer_id varchar, kind varchar, region varchar, acquired_through varchar, business_unit varchar",
            [(f"a{c}", "person", "North", None, None) for c in range(len(histories))],
        ),
        "workspace_setting": ("zone varchar", [("Europe/Berlin",)]),
    }
