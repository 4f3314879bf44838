"""How long it takes to get to a stage, against sums over every instant in exact fractions, on random lives."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from fractions import Fraction
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import CensoredData, ecdf

from metrics import CommandCenter
from metrics.answer import Row
from metrics.errors import QuestionError
from tests.metrics.made import made_center, person
from tests.metrics.oracles import ways_oracle as oracle
from tests.metrics.oracles.built import EXAMPLES
from tests.metrics.oracles.journey_oracle import Journey
from tests.metrics.oracles.ways_oracle import Followed, Life, Question
from tests.metrics.test_journey_oracle import JOURNEYS, STAGES, some_history

MIDNIGHT = datetime(2026, 3, 2, 23)  # in Berlin
BEFORE_MIDNIGHT = 15
DAY = "2026-03-03"
PARTS = ("reached", "left", "stayed", "open", "set_aside", "straight")


def at(second: int) -> datetime:
    """The moment of a second; the day asked of begins at 15."""
    return MIDNIGHT + timedelta(seconds=second - BEFORE_MIDNIGHT)


def some_lives(seed: int, people: int = 40) -> tuple[list[Life], dict[str, str]]:
    chance = Random(seed)
    lives = [Life(name=f"C{number:03}", events=tuple(some_history(chance))) for number in range(people)]
    return lives, {life.name: chance.choice(["A", "A", "A", "B", "B", "C", "unknown"]) for life in lives}


def journey_tables(lives: Sequence[Life], segments: dict[str, str], journey: Journey, as_of: int) -> dict[str, Any]:
    """What a snapshot holds of these lives, by the oracle of the facts."""
    return {
        "journey": [{"journey_id": "way", "title": "The way", "window_seconds": 20, "stage_count": STAGES, "is_default": True,
                     "per": "person"}],
        "journey_stage": [
            {"journey_id": "way", "stage_no": stage, "stage_id": f"s{stage}", "says": f"I am at {stage}", "label": f"Stage {stage}",
             "is_optional": stage in journey.optional}
            for stage in range(1, STAGES + 1)
        ],
        "fct_stage_entry": [
            person(life.name, journey_id="way", segment=segments[life.name], channel="web", **row)
            for life in lives
            for row in oracle.entry_rows(life, journey, as_of, at)
        ],
        "customers": [{"customer_id": life.name, "account_id": life.name, "name": life.name, "kind": "person"} for life in lives],
    }  # fmt: skip


def asked_of(journey: Journey, as_of: int, window: int, period: str) -> Question:
    begins = BEFORE_MIDNIGHT if period == DAY else -1
    return Question(journey=journey, as_of=as_of, begins=begins, ends=as_of + 1, window=window)


@settings(max_examples=max(1, EXAMPLES // 4))  # of forty lives each
@given(
    JOURNEYS,
    st.sampled_from([15, 20, 40, 60, 100]),
    st.sampled_from([1, 5, 10, 20, 60]),
    st.sampled_from([(1, 4), (1, 2), (2, 3), (2, 4), (3, 4)]),
    st.sampled_from([DAY, "all"]),
    st.integers(0, 2**32),
)
def test_the_curves_are_the_sums_over_every_instant(
    journey: Journey, as_of: int, window: int, stages: tuple[int, int], period: str, seed: int
) -> None:
    lives, segments = some_lives(seed)
    question = asked_of(journey, as_of, window, period)
    told = {way.name: oracle.followed(way, question, *stages) for way in oracle.ways(lives, question)}
    everyone = [one for one in told.values() if one]
    with TemporaryDirectory() as folder:
        center = made_center(Path(folder), journey_tables(lives, segments, journey, as_of), as_of=at(as_of))
        options = {"from_stage": f"s{stages[0]}", "to_stage": f"s{stages[1]}", "window": f"{window}s"}
        whole = center.ask("time_to_convert", period=period, **options)
        if everyone:
            check_row(whole.rows[0], everyone, window)
            assert whole.total == whole.rows[0].value
        else:
            assert (whole.rows, whole.total.n, whole.total.value) == ((), 0, None)
        most = 1 + seed % 2
        split = center.ask("time_to_convert", period=period, split_by="segment", most=most, **options)
        groups = grouped(everyone, segments, most)
        assert {row.by["segment"] for row in split.rows} == set(groups)
        for row in split.rows:
            check_row(row, groups[row.by["segment"]], window)
        part = PARTS[seed % len(PARTS)]
        for name in sorted(groups)[seed % 3 :][:1]:
            mark = {"part": part, "segment": name}
            of_group = center.customers_behind(
                "time_to_convert", period=period, mark=mark, split_by="segment", most=most, **options
            )
            wanted = sorted(one.name for one in groups[name] if one.ending == part)
            assert sorted(row["customer_id"] for row in of_group.rows) == wanted
        listed = center.customers_behind("time_to_convert", period=period, mark={"part": part}, **options)
        wanted = sorted(one.name for one in everyone if one.ending == part)
        assert sorted(row["customer_id"] for row in listed.rows) == wanted
        assert listed.count == len(wanted)
        center.close()


def grouped(everyone: Sequence[Followed], segments: dict[str, str], most: int) -> dict[str, list[Followed]]:
    sizes = {name: sum(segments[one.name] == name for one in everyone) for name in {segments[one.name] for one in everyone}}
    shown = sorted((name for name in sizes if name != "unknown"), key=lambda name: (-sizes[name], name))[:most]
    groups: dict[str, list[Followed]] = {}
    for one in everyone:
        name = segments[one.name]
        groups.setdefault(name if name in (*shown, "unknown") else "other", []).append(one)
    return groups


def check_row(row: Row, everyone: Sequence[Followed], window: int) -> None:
    """Everything a row tells, from the people it is made of."""
    counted = [one for one in everyone if one.ending not in ("straight", "set_aside")]
    assert row.value.n == row.extra["entered"] == len(counted)
    assert {part: row.extra[part] for part in PARTS} == {part: sum(one.ending == part for one in everyone) for part in PARTS}
    longest = max((one.seconds for one in counted), default=0)
    assert row.extra["followed_seconds"] == longest
    still = Fraction(1)
    for ending, curve in (("reached", "curve"), ("left", "left_curve")):
        points, still = oracle.aalen_johansen(counted, ending)
        check_curve(row.extra[curve], points)
    points, _ = oracle.aalen_johansen(counted, "reached")
    assert row.extra["half_seconds"] == oracle.within_which(points, Fraction(1, 2))
    assert row.extra["p90_seconds"] == oracle.within_which(points, Fraction(9, 10))
    if counted and (longest >= window or still == 0):
        assert row.value.value == pytest.approx(float(points[-1].share) if points else 0.0, abs=1e-12)
        assert row.value.low is not None
        assert row.value.low <= row.value.value + 1e-12
        assert row.value.value <= row.value.high + 1e-12
    else:
        assert row.value.value is None


def check_curve(curve: Sequence[Any], points: Sequence[oracle.Point]) -> None:
    assert [(step.seconds, step.at_risk) for step in curve] == [(point.seconds, point.at_risk) for point in points]
    for step, point in zip(curve, points, strict=True):
        assert step.share == pytest.approx(float(point.share), abs=1e-12)
        if point.variance and point.share < 1:
            wanted = oracle.log_log_interval(float(point.share), float(point.variance))
        else:
            wanted = oracle.wilson(point.at_risk, point.at_risk)
        assert (step.low, step.high) == pytest.approx(wanted, abs=1e-9)


def test_without_censoring_the_share_and_its_variance_are_those_of_a_plain_count() -> None:
    """Of 40 sure answers the curve ends at yes / n, and its variance is p (1 - p) / n: nothing is gained or lost by the way there."""
    chance = Random(4)
    people = [
        Followed(name=str(n), ending=chance.choice(["reached", "left", "stayed"]), seconds=chance.randrange(9)) for n in range(40)
    ]
    people = [one if one.ending != "stayed" else Followed(name=one.name, ending="stayed", seconds=9) for one in people]
    points, _ = oracle.aalen_johansen(people, "reached")
    share = Fraction(sum(one.ending == "reached" for one in people), 40)
    assert (points[-1].share, points[-1].variance) == (share, share * (1 - share) / 40)


def test_where_nobody_leaves_the_curve_is_the_one_that_scipy_draws(tmp_path: Path) -> None:
    """Without a competing way out it is one less the Kaplan–Meier curve of right-censored times."""
    chance = Random(7)
    reached = [chance.choice([None, chance.randrange(50)]) for _ in range(200)]
    entered = [chance.randrange(60) for _ in range(200)]
    rows = [
        person(f"C{n}", journey_id="way", entered_at=at(begin), starts_attempt=True, next_1=0,
               next_4=after if after is not None and begin + after <= 60 else None)
        for n, (begin, after) in enumerate(zip(entered, reached, strict=True))
    ]  # fmt: skip
    no_lives = journey_tables([], {}, Journey(stages=4, optional=frozenset(), idle_gap=8, brackets=()), 0)
    center = made_center(tmp_path, {**no_lives, "fct_stage_entry": rows}, as_of=at(60))
    curve = center.ask("time_to_convert", period="all", window="60s").rows[0].extra["curve"]
    censored = CensoredData.right_censored(
        [60 - begin if row["next_4"] is None else row["next_4"] for begin, row in zip(entered, rows, strict=True)],
        [row["next_4"] is None for row in rows],
    )
    wanted = ecdf(censored).cdf
    assert len(curve) > 20
    assert [step.share for step in curve] == pytest.approx(list(wanted.evaluate([step.seconds for step in curve])), abs=1e-12)


def test_of_a_long_curve_some_steps_are_shown_and_those_are_exact(tmp_path: Path) -> None:
    rows = [
        person(f"C{n}", journey_id="way", entered_at=at(0), starts_attempt=True, next_1=0, next_4=7 * n + 3 if n % 3 else None)
        for n in range(1500)
    ]
    tables = {
        **journey_tables([], {}, Journey(stages=4, optional=frozenset(), idle_gap=8, brackets=()), 0),
        "fct_stage_entry": rows,
    }
    center = made_center(tmp_path, tables, as_of=at(20_000))
    row = center.ask("time_to_convert", period="all", window="20000s").rows[0]
    seconds = [7 * n + 3 for n in range(1500) if n % 3]
    steps = {step.seconds: step.share for step in row.extra["curve"]}
    assert len(steps) == 200
    assert (min(steps), max(steps)) == (min(seconds), max(seconds))
    assert all(share == pytest.approx((seconds.index(second) + 1) / 1500, abs=1e-12) for second, share in steps.items())
    assert row.extra["half_seconds"] == seconds[499]
    assert row.extra["p90_seconds"] == seconds[899]
    few = center.ask("time_to_convert", period="all", window="20000s", points=10).rows[0]
    assert len(few.extra["curve"]) == 10
    assert few.value == row.value
    assert (few.extra["half_seconds"], few.extra["p90_seconds"]) == (seconds[499], seconds[899])


def test_the_funnel_and_the_curve_tell_the_same_of_those_whose_time_is_over(tiny_center: CommandCenter) -> None:
    for stage, number in (("choose", 2), ("settle", 3)):
        funnel = tiny_center.ask("journey_funnel", period="2025", window="90 days").rows[0].extra
        curve = tiny_center.ask("time_to_convert", period="2025", window="90 days", to_stage=stage)
        assert curve.rows[0].extra["open"] == funnel["not_yet_known"] == 0
        assert curve.rows[0].extra["reached"] + curve.rows[0].extra["straight"] == funnel["stages"][number - 1]["reached"]
        assert curve.total.value == pytest.approx(curve.rows[0].extra["reached"] / curve.total.n)


def test_a_way_back_is_refused_in_a_sentence(tiny_center: CommandCenter) -> None:
    with pytest.raises(QuestionError, match="Attract does not come after Convert"):
        tiny_center.ask("time_to_convert", from_stage="choose", to_stage="discover")
