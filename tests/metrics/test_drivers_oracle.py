"""What goes along with turning away, against a count person by person, on random lives with everything that can be told of them."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import false_discovery_control

from metrics import CommandCenter
from metrics.answer import Row
from metrics.discovery import adjusted, two_proportion_p
from metrics.errors import QuestionError, UnknownName
from metrics.figures.strip import share_value
from metrics.things import Thing, decides, is_told_unevenly
from tests.metrics.made import made_center, person
from tests.metrics.oracles import drivers_oracle as oracle
from tests.metrics.oracles import ways_oracle
from tests.metrics.oracles.built import EXAMPLES
from tests.metrics.oracles.drivers_oracle import Case, Clock, Compared, Happened, Key, Told
from tests.metrics.oracles.journey_oracle import Journey
from tests.metrics.oracles.ways_oracle import Life
from tests.metrics.test_incidence_oracle import BEFORE_MIDNIGHT, asked_of, at, journey_tables, some_lives
from tests.metrics.test_journey_oracle import JOURNEYS, STAGES

DIMENSIONS = {"segment": "as of the row", "region": "customer", "channel": "row", "customer_kind": "customer"}
CASES_KNOWN = 55
JOURNEY = Journey(stages=STAGES, optional=frozenset(), idle_gap=1000, brackets=((1, 2), (1, 2)))


def some_told(chance: Random, life: Life, with_hindsight: bool = False) -> Told:
    """Whatever may be told of a life. with_hindsight: its region is known only when it got far."""

    def second() -> int:
        return chance.randrange(0, 70)

    is_told = not with_hindsight or any(event.what in (2, 3) for event in life.events)
    happened = [Happened(second=event.second, event=f"stage {event.what}", number=event.number) for event in life.events]
    happened += [
        Happened(second=second(), event=step, is_of_sales=True)
        for step in ("lifecycle: lead", "opportunity won")
        if chance.random() < 0.7
    ]
    for _ in range(chance.randrange(6)):
        properties = tuple(
            (name, chance.choice(values)) for name, values in (("topic", "xy"), ("long", "z")) if chance.random() < 0.5
        )
        happened.append(Happened(second=second(), event=chance.choice(["call", "call", "visit"]), properties=properties))
    return Told(
        values={
            "region": chance.choice(["north", "south", "unknown"]) if is_told else "unknown",
            "customer_kind": chance.choice(["person", "company"]),
        },
        as_customer={"segment": chance.choice(["A", "B", "C"])},
        gained=chance.choice([None, second()]),
        happened=happened,
        properties=[
            (name, chance.choice(values), chance.choice([None, second()]))
            for name, values in (("heating", "gho"), ("vip", "y"), ("vip", "y"), ("hidden", "ab"))
            if chance.random() < 0.6
        ],
        cases=[
            Case(asked=asked, replied=chance.choice([None, asked + chance.randrange(6)]), counts=chance.random() < 0.8)
            for asked in (second() for _ in range(chance.randrange(3)))
        ],
        clocks=[
            Clock(
                promise=chance.choice(["offer", "first_reply"]),
                made=made,
                decided=made + chance.randrange(6),
                kept=chance.random() < 0.5,
            )
            for made in (second() for _ in range(chance.randrange(3)))
        ],
    )


def some_channels(chance: Random, life: Life) -> dict[int, str]:
    return {event.number: chance.choice(["web", "store", "unknown"]) for event in life.events}


def tables_of(
    lives: Sequence[Life], told: Mapping[str, Told], channels: Mapping[str, Mapping[int, str]], journey: Journey, as_of: int
) -> dict[str, Any]:
    """What a snapshot holds of these lives and of everything told of them."""
    segments = {life.name: told[life.name].as_customer["segment"] for life in lives}
    tables = journey_tables(lives, segments, journey, as_of)
    for row in tables["fct_stage_entry"]:
        row |= told[row["customer_id"]].values
    tables["dimension"] = [
        {
            "dimension_id": name,
            "label": name,
            "kind": kind,
            "column_name": name,
            "sort_no": 1,
            "most_values": 12,
            "is_sensitive": False,
        }
        for name, kind in DIMENSIONS.items()
    ]
    secret = {
        "dimension_id": "secret",
        "column_name": "subject",
        "kind": "row",
        "sort_no": 2,
        "most_values": 9,
        "is_sensitive": True,
    }
    tables["dimension"].append(secret)
    tables["journey_event"] = [
        person(life.name, **told[life.name].values, segment=segments[life.name], journey_id="way",
               stage_no=event.what if event.what <= STAGES else None, event_id=f"{life.name}-{event.number}",
               happened_at=at(event.second), moment=event.second * 128 + event.what, channel=channels[life.name][event.number])
        for life in lives
        for event in life.events
    ]  # fmt: skip
    tables |= told_tables(lives, told)
    return tables


def told_tables(lives: Sequence[Life], told: Mapping[str, Told]) -> dict[str, Any]:
    half = timedelta(milliseconds=500)
    tables: dict[str, Any] = {
        name: [] for name in ("fct_event", "properties", "fct_case", "fct_promise", "fct_customer_movement")
    }
    tables["customer_of"] = [
        {"entity": "customer_records", "row_id": f"r-{life.name}", "customer_id": life.name, "account_id": life.name}
        for life in lives
    ]
    for life in lives:
        mine = told[life.name]
        for number, thing in enumerate(mine.happened):
            row_id = f"{life.name}/{number}"
            moment = at(thing.second) + half
            tables["fct_event"].append(
                person(
                    life.name,
                    entity=entity_of(thing),
                    entity_id=row_id,
                    event=thing.event,
                    happened_at=moment,
                    event_id=f"{life.name}-{thing.number}" if thing.number is not None else row_id,
                )
            )
            for name, value in thing.properties:
                tables["properties"].append(a_property("interactions", row_id, name, value, None))
        for name, value, since in mine.properties:
            tables["properties"].append(a_property("customer_records", f"r-{life.name}", name, value, since))
        tables["fct_case"] += [
            person(life.name, opened_at=at(case.asked), first_replied_at=None if case.replied is None else at(case.replied),
                   is_counted=case.counts, opened_by="customer", as_of=at(CASES_KNOWN))
            for case in mine.cases
        ]  # fmt: skip
        tables["fct_promise"] += [
            person(life.name, promise=clock.promise, started_at=at(clock.made), decided_at=at(clock.decided), was_kept=clock.kept,
                   is_decided=True)
            for clock in mine.clocks
        ]  # fmt: skip
        if mine.gained is not None:
            tables["fct_customer_movement"].append(person(life.name, movement="gained", happened_at=at(mine.gained)))
    tables["properties"].append({**a_property("customer_records", "r-nobody", "hidden", "a", None), "sensitive": True})
    return tables


def entity_of(thing: Happened) -> str:
    if not thing.is_of_sales:
        return "interactions"
    return "stage_changes" if thing.event.startswith("lifecycle") else "opportunities"


def a_property(kind: str, row_id: str, name: str, value: str, since: int | None) -> dict[str, Any]:
    updated_at = None if since is None else at(since)
    return {
        "subject_kind": kind,
        "subject_id": row_id,
        "name": name,
        "value": value,
        "sensitive": False,
        "updated_at": updated_at,
    }


@settings(max_examples=max(1, EXAMPLES // 4))  # of seventy lives each
@given(
    JOURNEYS,
    st.sampled_from([5, 20, 40]),
    st.sampled_from([1, 3, 8]),
    st.sampled_from([1, 2]),
    st.sampled_from([1, 3, 8]),
    st.integers(0, 2**32),
)
def test_what_goes_along_is_what_a_count_of_everybody_finds(
    journey: Journey, window: int, span: int, stage: int, least: int, seed: int
) -> None:
    chance, span = Random(seed), min(span, window - 1)
    lives, _ = some_lives(seed, people=70)
    with_hindsight = chance.random() < 0.5
    told = {life.name: some_told(chance, life, with_hindsight) for life in lives}
    channels = {life.name: some_channels(chance, life) for life in lives}
    days = {begins: begins + chance.randrange(1, 9) for begins in chance.sample(range(70), 15)}
    as_of, patience = 60, chance.choice([1, 2, 5])
    question = asked_of(journey, as_of, window, chance.choice(["all", "2026-03-03"]))
    period = "2026-03-03" if question.begins == BEFORE_MIDNIGHT else "all"
    parts = oracle.parts(ways_oracle.ways(lives, question), question, stage, span, STAGES)
    known = {one.name: reached_through(lives, channels, told, one, stage) for one in parts["compared"]}
    counted = oracle.tallies(parts["compared"], lambda one: known[one.name], patience, CASES_KNOWN, days)

    def choices(key: Key) -> int:
        return len({other[3] for other in counted if other[:3] == key[:3]})

    uneven = oracle.told_unevenly(counted, parts["compared"], is_told_now, choices)
    enough = oracle.tried(counted, least, choices)
    wanted = {key: tally for key, tally in enough.items() if key not in uneven}
    tables = tables_of(lives, told, channels, journey, as_of)
    tables["local_day"] = [{"starts_at": at(begins), "ends_at": at(ends)} for begins, ends in days.items()]
    with TemporaryDirectory() as folder:
        center = made_center(Path(folder), tables, as_of=at(as_of))
        options = {"stage": f"s{stage}", "window": f"{window}s", "span": f"{span}s", "patience": f"{patience}s",
                   "least": least, "most": 1000}  # fmt: skip
        answer = center.ask("journey_drivers", period=period, **options)
        assert (answer.total.n, answer.total.numerator) == (
            len(parts["compared"]),
            sum(one.turned_away for one in parts["compared"]),
        )
        assert answer.options["apart"] == {part: len(parts[part]) for part in ("moved_on_sooner", "left_sooner", "too_late")}
        assert {key_of(row): sizes_of(row) for row in answer.rows} == {key: sizes(tally) for key, tally in wanted.items()}
        assert answer.options["told_unevenly"] == sorted({key[2] for key in uneven & set(enough)})
        check_findings(answer.rows, wanted)
        check_lists(center, answer.rows[:1], period, options)
        center.close()


def is_told_now(key: Key) -> bool:
    return key[0] == "property" or (key[0] == "dimension" and DIMENSIONS[key[2]] == "customer")


def reached_through(
    lives: Sequence[Life], channels: Mapping[str, Mapping[int, str]], told: Mapping[str, Told], one: Compared, stage: int
) -> Told:
    """What is told of a person, with the channel through which they came to the stage, and without what must not be tried."""
    life = next(life for life in lives if life.name == one.name)
    events = [event for event in life.events if event.what == stage and event.second == one.here]
    first = min(events, key=lambda event: f"{life.name}-{event.number}")
    mine = told[one.name]
    return Told(
        values={**mine.values, "channel": channels[one.name][first.number]},
        as_customer=mine.as_customer,
        gained=mine.gained,
        happened=mine.happened,
        properties=[each for each in mine.properties if each[0] != "hidden"],
        cases=mine.cases,
        clocks=mine.clocks,
    )


def key_of(row: Row) -> Key:
    told = row.extra
    return told["kind"], told["event"], told["name"], told["answer"], told["times"]


def sizes_of(row: Row) -> tuple[float | None, ...]:
    with_it, without = row.extra["with"], row.extra["without"]
    return with_it.n, with_it.numerator, without.n, without.numerator


def sizes(tally: oracle.Tally) -> tuple[float, ...]:
    return tally.n, tally.turned_away, tally.other_n, tally.other_turned_away


def check_findings(rows: Sequence[Row], wanted: Mapping[Key, oracle.Tally]) -> None:
    """Differences, intervals and p values of each, and which of them all are clear."""
    for row in rows:
        tally = wanted[key_of(row)]
        assert row.value.value == pytest.approx(tally.difference, abs=1e-12)
        assert (row.value.low, row.value.high) == pytest.approx(
            ways_oracle.newcombe(tally.turned_away, tally.n, tally.other_turned_away, tally.other_n), abs=1e-9
        )
        assert row.extra["p"] == pytest.approx(tally.p, abs=1e-9)
        assert row.extra["says"].startswith("associated with")
    assert {key_of(row) for row in rows if row.extra["clear"]} == oracle.clear({key: one.p for key, one in wanted.items()}, 0.05)
    order = [(not row.extra["clear"], -abs(row.value.value or 0)) for row in rows]
    assert order == sorted(order)


def check_lists(center: CommandCenter, rows: Sequence[Row], period: str, options: Mapping[str, Any]) -> None:
    """Each part of a thing opens onto as many people as it counts."""
    for row in rows:
        for part, value in (("with", row.extra["with"]), ("without", row.extra["without"])):
            mark = {**row.by, "part": part}
            listed = center.customers_behind("journey_drivers", period=period, mark=mark, **options)
            assert (listed.count, len(listed.rows), sum(one["value"] for one in listed.rows)) == (
                value.n,
                value.n,
                value.numerator,
            )
        turned = center.customers_behind("journey_drivers", period=period, mark=dict(row.by), **options)
        assert (turned.count, len(turned.rows)) == (row.extra["with"].numerator, row.extra["with"].numerator)


def test_what_is_sensitive_anywhere_is_never_tried(tmp_path: Path) -> None:
    names = {key[2] for key in found_in(tmp_path, some_tables(3))}
    assert {"heating", "vip", "region", "channel", "topic"} <= names
    assert not {"hidden", "subject", "secret"} & names


def some_tables(seed: int) -> dict[str, Any]:
    chance = Random(seed)
    lives, _ = some_lives(seed, people=800)
    told = {life.name: some_told(chance, life) for life in lives}
    channels = {life.name: some_channels(chance, life) for life in lives}
    return tables_of(lives, told, channels, JOURNEY, 60)


def found_in(folder: Path, tables: Mapping[str, Any]) -> dict[Key, Any]:
    center = made_center(folder, tables, as_of=at(60))
    options = {"stage": "s1", "window": "40s", "span": "20s", "patience": "1s", "least": 1, "most": 1000}
    rows = center.ask("journey_drivers", period="all", **options).rows
    center.close()
    return {key_of(row): (row.value, row.extra["rate"]) for row in rows}


def test_where_accounts_are_followed_what_happened_to_their_people_counts(tmp_path: Path) -> None:
    tables = some_tables(7)
    of_people = {**tables, "journey": [{**tables["journey"][0], "per": "account"}]}
    for name in ("fct_event", "fct_case", "fct_promise", "customer_of"):
        of_people[name] = [{**row, "customer_id": f"someone at {row['customer_id']}"} for row in tables[name]]
    wanted = found_in(tmp_path / "people", tables)
    assert {"event", "property", "reply", "promise"} <= {key[0] for key in wanted}
    assert found_in(tmp_path / "accounts", of_people) == wanted


def test_a_property_that_is_a_dimension_is_tried_once(tmp_path: Path) -> None:
    tables = some_tables(7)
    assert ("property", "heating") in {(key[0], key[2]) for key in found_in(tmp_path / "told", tables)}
    tables["dimension"] = [
        {**row, "kind": "property", "property": "heating"} if row["dimension_id"] == "region" else row
        for row in tables["dimension"]
    ]
    names = {(key[0], key[2]) for key in found_in(tmp_path / "carried", tables)}
    assert ("dimension", "region") in names
    assert ("property", "heating") not in names


def a_thing(kind: str, among: str, with_it: tuple[int, int], without: tuple[int, int]) -> Thing:
    key = {"kind": kind, "event": "", "name": "region", "value": "north", "times": 1, "among": among, "choices": 2}
    return Thing(key=key, with_it=share_value(*with_it), without=share_value(*without))


def test_what_is_known_mostly_of_those_who_moved_on_is_not_tried() -> None:
    total = share_value(700, 1000)
    of_those_who_moved_on = a_thing("dimension", "same", (20, 200), (10, 100))  # known of 30 of 700, and of 270 of 300
    assert is_told_unevenly(of_those_who_moved_on, total, {"region"})
    assert not is_told_unevenly(of_those_who_moved_on, total, set())  # known when they entered
    assert is_told_unevenly(a_thing("property", "same", (300, 330), (300, 320)), total, set())
    assert not is_told_unevenly(a_thing("property", "everyone", (20, 200), (680, 800)), total, set())
    of_all = a_thing("dimension", "same", (300, 400), (350, 530))  # known of 650 of 700, and of 280 of 300
    assert not is_told_unevenly(of_all, total, {"region"})


def test_what_all_with_it_did_is_told_where_enough_others_were_to_be_expected() -> None:
    assert decides(a_thing("event", "everyone", (100, 100), (600, 900)), 30) == "turned away"
    assert decides(a_thing("event", "everyone", (99, 99), (601, 901)), 30) == ""
    assert decides(a_thing("event", "everyone", (99, 100), (601, 900)), 30) == ""
    assert decides(a_thing("event", "everyone", (0, 50), (700, 950)), 30) == "moved on"


def test_the_journey_itself_and_steps_of_sales_do_not_go_along_with_it(tmp_path: Path) -> None:
    tables = some_tables(7)
    events = {row["event"] for row in tables["fct_event"]}
    assert {"stage 1", "stage 2", "lifecycle: lead", "opportunity won", "call"} <= events
    assert {key[1] for key in found_in(tmp_path, tables) if key[0] == "event"} == {"call", "visit"}


def test_the_false_discovery_rate_is_that_of_the_published_example() -> None:
    """The fifteen p values of Benjamini and Hochberg (1995): the first four are clear at five percent."""
    p_values = [
        0.0001,
        0.0004,
        0.0019,
        0.0095,
        0.0201,
        0.0278,
        0.0298,
        0.0344,
        0.0459,
        0.3240,
        0.4262,
        0.5719,
        0.6528,
        0.7590,
        1.0,
    ]
    rates = adjusted(p_values)
    assert [rate <= 0.05 for rate in rates] == [True] * 4 + [False] * 11
    assert rates[3] == pytest.approx(0.0095 * 15 / 4)
    assert adjusted(p_values[::-1]) == rates[::-1]
    assert adjusted([]) == []
    assert rates == pytest.approx(list(false_discovery_control(p_values)), abs=1e-12)


def test_a_p_value_is_that_of_the_normal_distribution() -> None:
    assert two_proportion_p(15, 100, 25, 100) == pytest.approx(0.0771, abs=1e-4)
    assert two_proportion_p(0, 10, 0, 20) == 1.0
    assert two_proportion_p(10, 10, 20, 20) == 1.0


def test_what_cannot_be_asked_is_refused_in_a_sentence(tiny_center: CommandCenter) -> None:
    with pytest.raises(QuestionError, match="Nobody can turn away after Refer, the last stage"):
        tiny_center.ask("journey_drivers", stage="bring")
    with pytest.raises(QuestionError, match="A span of 90 days leaves no time to decide"):
        tiny_center.ask("journey_drivers", window="90 days", span="90 days")
    with pytest.raises(UnknownName, match='"shoe size = 44" was not tried'):
        tiny_center.customers_behind("journey_drivers", window="90 days", mark={"thing": "shoe size = 44"})
    with pytest.raises(QuestionError, match="cannot be split by region"):
        tiny_center.ask("journey_drivers", split_by="region")
