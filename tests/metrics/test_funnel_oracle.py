"""How far, in every mode, anchor, window, split, attribution and piece of time, against looking at each customer's events one by one."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import Phase, event, given, settings
from hypothesis import strategies as st

from metrics import CommandCenter
from metrics.answer import Answer, Row
from metrics.errors import BadPeriod
from metrics.options import seconds_of
from metrics.selection import local_day
from tests.metrics.made import ZONE, made_center
from tests.metrics.oracles.built import EXAMPLES, built
from tests.metrics.oracles.funnel_oracle import NOT_REACHED, Asked, Person, person
from tests.metrics.oracles.journey_oracle import Event, Journey
from tests.metrics.test_funnel import without_times
from tests.metrics.test_journey_oracle import JOURNEYS, MODELS, STAGES, some_history, tables_of

UNIT = 43_200  # seconds: half days, so that the oracle's small numbers reach over days, weeks, and the night the clocks change
BEGIN = datetime(2026, 3, 19, 23)  # midnight in Berlin; the clocks change on 29 March
CUSTOMERS = 40
QUESTIONS = 6
PERIODS = ("all", "2026", "2026-03", "2026-W13", "2026-03-28..2026-03-31", "2026-03-20", "2026-04")
PARTS = (
    "entered",
    "known",
    "reached",
    "moved_on",
    "skipped",
    "turned_away",
    "excluded",
    "not_yet_known",
    "moved",
    "left",
    "open",
    "tied",
)
COLUMNS = (
    "journey_id, customer_id, account_id, attempt_no, event_id, entered_at, attempt_entered_at, previous_entered_at, first_entered_at,"
    " earlier_first_entered_at, entered_stage, starts_attempt, is_first_entry, straight_through, excluded_after, left_after, channel,"
    " segment, region, customer_kind, subject, because, "
) + ", ".join([*(f"next_{k}" for k in range(1, 13)), *(f"then_{k}" for k in range(2, 13))])  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """Some customers' histories, the journey they are followed through, and until when they are known."""

    histories: Sequence[list[Event]]
    journey: Journey
    as_of: int
    channels: Mapping[tuple[int, int], str]


def moment(unit: float) -> datetime:
    return BEGIN + timedelta(seconds=unit * UNIT)


def unit(at: datetime) -> float:
    return (at - BEGIN).total_seconds() / UNIT


@settings(
    max_examples=max(1, EXAMPLES // 3), phases=[Phase.explicit, Phase.reuse, Phase.generate]
)  # of forty lives asked six questions each, and one is dear: none is made smaller
@given(JOURNEYS, st.sampled_from([0, 3, 11, 20, 40, 60, 200]), st.integers(0, 2**32))
def test_how_far_is_what_every_customers_events_say(
    tmp_path_factory: pytest.TempPathFactory, journey: Journey, as_of: int, seed: int
) -> None:
    chance = Random(seed)
    histories = [some_history(chance) for _ in range(chance.choice([1, CUSTOMERS, CUSTOMERS]))]
    channels = {(c, one.number): chance.choice(["web", "store"]) for c, history in enumerate(histories) for one in history}
    world = World(histories=histories, journey=journey, as_of=as_of, channels=channels)
    center = center_of(world, tmp_path_factory.mktemp("ways"))
    for number in range(QUESTIONS):
        chosen = some_question(chance, histories)
        try:
            answer = center.ask("journey_funnel", compare="none", **chosen)
        except BadPeriod:
            continue
        check(center, world, answer, chosen, chance)
        event(f"{chosen['mode']}, {chosen['anchor']}")
        if number == 0:
            lean = center.ask("journey_funnel", compare="none", times=False, **chosen)
            assert (lean.total, without_times(lean.rows)) == (answer.total, without_times(answer.rows))
    center.close()


def some_question(chance: Random, histories: Sequence[list[Event]]) -> dict[str, Any]:
    window = chance.choice([chance.choice([1, 2, 3, 9, 10, 12, 22]), just_as_long(chance, histories)])
    is_split = chance.random() < 0.7
    return {
        "period": chance.choice(PERIODS),
        "mode": chance.choice(["reached", "ordered", "strict", "any"]),
        "anchor": chance.choice(["first", "latest"]),
        "window": "400d" if chance.random() < 0.1 else f"{window * UNIT + chance.choice([0, 0, UNIT - 1])}s",
        "period_of": chance.choice(["entry", "entry", "window_end"]),
        "split_by": ["channel"] if is_split else [],
        "attribution": chance.choice(["entry", "first", "last", *(f"step:{k}" for k in range(1, STAGES + 1))]) if is_split else "entry",
        "grain": chance.choice(["", "", "day", "week", "month"]),
        "most": chance.choice([0, 1]),
    }  # fmt: skip


def just_as_long(chance: Random, histories: Sequence[list[Event]]) -> int:
    """A time that two events of one customer lie apart, so that the window's last second is often hit."""
    history = chance.choice([one for one in histories if len(one) > 1] or [[Event(0, 1), Event(1, 1)]])
    first, last = sorted(chance.sample([one.second for one in history], 2))
    return min(max(1, last - first), 22)


def center_of(world: World, folder: Path) -> CommandCenter:
    histories = [[replace(one, second=one.second) for one in history] for history in world.histories]
    tables = tables_of(histories, [in_seconds(world.journey)], world.as_of, moment)
    columns, rows = tables["fct_event"]
    tables["fct_event"] = (columns, [(*row[:5], world.channels[place_of(row[0])], *row[6:]) for row in rows])
    connection = built(tables, MODELS)
    entries, events = connection.table("fct_stage_entry").select(COLUMNS), connection.table("journey_event")
    made = {
        "fct_stage_entry": [dict(zip(entries.columns, row, strict=True)) | {"journey_id": "way"} for row in entries.fetchall()],
        "journey_event": [
            {name: cell for name, cell in zip(events.columns, row, strict=True) if name != "sets_aside"} | {"journey_id": "way"}
            for row in events.fetchall()
        ],
        "journey": [{"journey_id": "way", "title": "The way", "window_seconds": 9 * UNIT, "stage_count": STAGES, "per": "person"}],
        "journey_stage": [
            {
                "journey_id": "way", "stage_no": k, "stage_id": f"s{k}", "says": f"I am at {k}", "label": f"Stage {k}",
                "is_optional": k in world.journey.optional, "within_seconds": in_seconds(world.journey).within.get(k),
            }
            for k in range(1, STAGES + 1)
        ],
    }  # fmt: skip
    connection.close()
    return made_center(folder, made, as_of=moment(world.as_of))


def in_seconds(journey: Journey) -> Journey:
    within = {stage: units * UNIT for stage, units in journey.within.items()}
    return replace(journey, idle_gap=journey.idle_gap * UNIT, within=within)


def place_of(event_id: str) -> tuple[int, int]:
    customer, number = event_id.split("-")
    return int(customer), int(number)


def check(center: CommandCenter, world: World, answer: Answer, chosen: Mapping[str, Any], chance: Random) -> None:
    seconds = seconds_of(chosen["window"])
    everyone = dict(people_of(world, answer, chosen, seconds // UNIT))
    groups = groups_of(world, everyone, chosen)
    back = timedelta(seconds=seconds if chosen["period_of"] == "window_end" else 0)
    pieces = {c: piece_of(moment(one.entered) + back, chosen["grain"]) for c, one in everyone.items()}
    rows = {(row.by.get("channel", ""), row.at or ""): row for row in answer.rows}
    wanted = {(groups[c], pieces[c]) for c in everyone}
    assert wanted <= set(rows)
    for place, row in rows.items():
        members = {c: one for c, one in everyone.items() if (groups[c], pieces[c]) == place}
        check_row(row, list(members.values()), chosen["mode"])
    known = [one for one in everyone.values() if one.state == "known"]
    assert (answer.total.n, answer.total.numerator or 0) == (len(known), sum(one.level == STAGES for one in known))
    for place in chance.sample(sorted(rows), min(2, len(rows))):
        members = {c: one for c, one in everyone.items() if (groups[c], pieces[c]) == place}
        check_people(center, answer, place, members, chosen["mode"], chance.choice(PARTS), chance.randrange(STAGES + 1))


def people_of(world: World, answer: Answer, chosen: Mapping[str, Any], window: int) -> Iterator[tuple[int, Person]]:
    assert answer.period is not None
    back = seconds_of(chosen["window"]) / UNIT if chosen["period_of"] == "window_end" else 0
    attribution, _, step = chosen["attribution"].partition(":")
    start, end = unit(answer.period.starts_at), unit(answer.period.ends_at)
    # the oracle's window is whole units: all that happens does so at whole ones, but for the moment at which the window is over
    asked = Asked(
        mode=chosen["mode"], anchor=chosen["anchor"], start=start - (back if chosen["period"] != "all" else 0), end=end - back,
        window=window, as_of=world.as_of, attribution=attribution, step=int(step or 0), over=seconds_of(chosen["window"]) / UNIT,
    )  # fmt: skip
    for c, history in enumerate(world.histories):
        found = person(history, world.journey, asked)
        if found:
            yield c, found


def groups_of(world: World, everyone: Mapping[int, Person], chosen: Mapping[str, Any]) -> dict[int, str]:
    """The group of each: the value that their event tells; of more than shown, the largest by name, and the others together."""
    if not chosen["split_by"]:
        return dict.fromkeys(everyone, "")
    told = {c: world.channels[c, one.told_by.number] if one.told_by else NOT_REACHED for c, one in everyone.items()}
    if not chosen["most"]:
        return told
    sizes = {value: list(told.values()).count(value) for value in told.values() if value != NOT_REACHED}
    first = min(sizes, key=lambda value: (-sizes[value], value), default="")
    return {c: value if value in (first, NOT_REACHED) else "other" for c, value in told.items()}


def piece_of(entered: datetime, grain: str) -> str:
    day = entered.replace(tzinfo=ZoneInfo("UTC")).astimezone(ZoneInfo(ZONE)).date()
    assert day == local_day(entered, ZONE)
    return {"": "", "day": day.isoformat(), "week": f"{day:%G-W%V}", "month": f"{day:%Y-%m}"}[grain]


def check_row(row: Row, members: Sequence[Person], mode: str) -> None:
    states: dict[str, list[Person]] = defaultdict(list)
    for one in members:
        states[one.state].append(one)
    known, waiting = states["known"], states["left"] + states["open"]
    told = row.extra
    assert (told["entered"], told["known"], told["set_aside"], told["not_yet_known"]) == (
        len(members), len(known), len(states["set aside"]), len(waiting),
    )  # fmt: skip
    assert told["entered"] == told["set_aside"] + told["not_yet_known"] + told["known"]
    for stage in told["stages"]:
        k = stage["stage_no"]
        reached = sum(one.level >= k for one in known)
        assert stage["reached"] == reached
        assert stage["reached"] == stage["moved_on"] + stage["turned_away"] + (reached if k == STAGES else 0)
        assert stage["turned_away"] == sum(one.level == k < STAGES for one in known)
        assert stage["skipped"] == sum(one.level >= k and k not in one.seen for one in known)
        assert stage["excluded"] == sum(one.level == k for one in states["set aside"])
        assert stage["not_yet_known"] == {
            "reached": sum(one.level >= k for one in waiting),
            "skipped": sum(one.level >= k and k not in one.seen for one in waiting),
            "moved": sum(one.level > k for one in waiting),
            "left": sum(one.level == k for one in states["left"]),
            "open": sum(one.level == k for one in states["open"]),
        }
        before = len(known) if k == 1 else sum(one.level >= k - 1 for one in known)
        assert (stage["share_of_first"].numerator, stage["share_of_first"].denominator) == (reached, len(known))
        assert (stage["share_of_previous"].numerator, stage["share_of_previous"].denominator) == (reached, before)
        check_times(stage, [one.steps[k] * UNIT for one in known if k in one.steps])


def check_times(stage: Mapping[str, Any], times: Sequence[int]) -> None:
    assert (stage["timed"], stage["tied"].numerator, stage["tied"].n) == (len(times), times.count(0), len(times))
    if times:
        assert stage["median_seconds"] == pytest.approx(np.median(times))
        assert stage["mean_seconds"] == pytest.approx(np.mean(times))
        assert stage["p90_seconds"] == pytest.approx(np.quantile(times, 0.9))
    else:
        assert stage["median_seconds"] is stage["mean_seconds"] is stage["p90_seconds"] is None


def check_people(
    center: CommandCenter, answer: Answer, place: tuple[str, str], members: Mapping[int, Person], mode: str, part: str, stage: int
) -> None:
    group, at = place
    mark = {
        "part": part,
        **({"stage": str(stage)} if stage else {}),
        **({"channel": group} if group else {}),
        **({"at": at} if at else {}),
    }
    people = center.customers_behind("journey_funnel", answer.selection, mark=mark, limit=1000)
    wanted = sorted(f"c{c}" for c, one in members.items() if is_of(one, part, stage))
    assert sorted(row["customer_id"] for row in people.rows) == wanted, (mark, mode)
    assert people.count == people.customers == len(wanted)
    if wanted:
        beyond = center.customers_behind("journey_funnel", answer.selection, mark=mark, limit=1, offset=len(wanted))
        assert (beyond.count, beyond.rows) == (len(wanted), ())


def is_of(one: Person, part: str, stage: int) -> bool:
    waits, here = one.state in ("left", "open"), stage in (0, one.level)
    return {
        "entered": True,
        "known": one.state == "known",
        "reached": one.state == "known" and one.level >= stage,
        "moved_on": one.state == "known" and one.level > max(1, stage),
        "skipped": one.state == "known" and 0 < stage <= one.level and stage not in one.seen,
        "turned_away": one.state == "known" and one.level < STAGES and here,
        "excluded": one.state == "set aside" and here,
        "not_yet_known": waits and one.level >= stage,
        "moved": waits and one.level > max(1, stage),
        "left": one.state == "left" and here,
        "open": one.state == "open" and here,
        "tied": one.state == "known" and (one.steps.get(stage) == 0 if stage else 0 in one.steps.values()),
    }[part]
