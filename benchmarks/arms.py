"""What is timed: questions to the company, the scan that each is held against, and another tool counting the same."""

import math
import random
import statistics
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest.mock import patch

import duckdb

from benchmarks.goals import WINDOWS, most_of
from metrics import CommandCenter
from metrics.answer import Answer
from queries.warehouse import Reading

HERE = Path(__file__).parent
ROUNDS = 7
DIMENSIONS = ("segment", "region", "channel", "acquired_through", "customer_kind")
OF_PEOPLE = ("region", "acquired_through", "customer_kind")
FUNNEL, RETENTION = "funnel: ", "retention grid"

Work = Callable[[], Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Arm:
    """One piece of work, and by how many scans it should be done at most; no goal where it is only told beside."""

    name: str
    work: Work
    goal: float | None = None


def medians(arms: Sequence[Arm], rounds: int = ROUNDS) -> dict[str, float]:
    """Returns the median seconds of each arm; the arms take turns, and a first round is not counted."""
    taken: dict[str, list[float]] = {arm.name: [] for arm in arms}
    for _ in range(rounds + 1):
        for arm in arms:
            begin = time.perf_counter()
            arm.work()
            taken[arm.name].append(time.perf_counter() - begin)
    return {name: statistics.median(times[1:]) for name, times in taken.items()}


def spent(arms: Sequence[Arm], rounds: int = ROUNDS) -> dict[str, tuple[float, float]]:
    """Returns the median seconds of each arm, on the wall and of the processor; the arms take turns as for `medians`."""
    taken: dict[str, list[tuple[float, float]]] = {arm.name: [] for arm in arms}
    for _ in range(rounds + 1):
        for arm in arms:
            wall, cpu = time.perf_counter(), time.process_time()
            arm.work()
            taken[arm.name].append((time.perf_counter() - wall, time.process_time() - cpu))
    return {
        name: (statistics.median(wall for wall, _ in times[1:]), statistics.median(cpu for _, cpu in times[1:]))
        for name, times in taken.items()
    }


def scan(raw: Path, threads: int = 2) -> Work:
    """Returns the work of reading the three raw columns once: who, when, what."""
    connection = duckdb.connect(str(raw), read_only=True, config={"threads": str(threads)})
    text = (HERE / "scan.sql").read_text(encoding="utf-8")
    return lambda: connection.cursor().execute(text).fetchall()


def funnels(center: CommandCenter) -> Iterator[Arm]:
    """Yields how far people got in every mode, anchor and split that has a goal, and beside some how long the steps took too."""

    def asks(split: str = "", **options: Any) -> Work:
        return lambda: funnel(center, split, **{"times": False, **options})

    for window in WINDOWS:
        for mode in ("reached", "ordered", "strict", "any"):
            for anchor in ("first", "latest"):
                yield _held(f"{mode}, {anchor}, {window}", asks(mode=mode, anchor=anchor, window=window))
    for mode, anchor in (("reached", "first"), ("ordered", "latest"), ("any", "latest")):
        yield Arm(name=f"{mode}, {anchor}, 90 days, and times", work=asks(mode=mode, anchor=anchor, window="90 days", times=True))
    yield _held("reached, first, by segment", asks("segment"))
    yield _held("ordered, latest, by segment", asks("segment", mode="ordered", anchor="latest"))


def _held(name: str, work: Work) -> Arm:
    return Arm(name=name, work=work, goal=most_of(f"{FUNNEL}{name}"))


def retention(center: CommandCenter) -> Arm:
    """Returns the retention grid of all time by month."""
    return Arm(name=RETENTION, work=lambda: center.ask("retention", period="all", compare="none"), goal=most_of(RETENTION))


def funnel(center: CommandCenter, split: str = "", **options: Any) -> Answer:
    """Asks how far everybody got."""
    return center.ask("journey_funnel", period="all", compare="none", split_by=(split,) if split else (), **options)


def filtered(center: CommandCenter, combinations: int, seed: int = 1) -> list[float]:
    """Returns the seconds of the journey under so many random combinations of filters, window, mode and anchor, in order of size."""

    def options(chance: random.Random) -> dict[str, Any]:
        return {
            "mode": chance.choice(("reached", "ordered", "strict", "any")),
            "anchor": chance.choice(("first", "latest")),
            "window": f"{chance.randint(1, 180)} days",
        }

    return asked_at_random(center, "journey_funnel", combinations, DIMENSIONS, options, seed)


def asked_at_random(
    center: CommandCenter,
    metric: str,
    combinations: int,
    dimensions: Sequence[str],
    options: Callable[[random.Random], Mapping[str, Any]],
    seed: int = 1,
) -> list[float]:
    """Returns the seconds of a metric under random filters of one to three dimensions, in order; of all time, if options say no other."""
    chance = random.Random(seed)
    values = {name: center.dimension_values(name, metric=metric) for name in dimensions}
    taken = []
    for _ in range(combinations):
        chosen = chance.sample(dimensions, chance.randint(1, min(3, len(dimensions))))
        where = {name: chance.sample(values[name], chance.randint(1, len(values[name]))) for name in chosen}
        asked = {"period": "all", "compare": "none", **options(chance)}
        begin = time.perf_counter()
        center.ask(metric, where=where, **asked)
        taken.append(time.perf_counter() - begin)
    return sorted(taken)


def stories(center: CommandCenter, customers: Sequence[str]) -> list[float]:
    """Returns the seconds of telling each customer's story, in order of size."""
    taken = []
    for customer in customers:
        begin = time.perf_counter()
        center.story(customer)
        taken.append(time.perf_counter() - begin)
    return sorted(taken)


def p95(ordered: Sequence[float]) -> float:
    """Returns the value that 95 of 100 do not exceed."""
    return ordered[math.ceil(0.95 * len(ordered)) - 1]


@contextmanager
def seconds_by_figure() -> Iterator[Mapping[str, float]]:
    """Gives how long each SQL figure runs while this lasts: the rest of an answer's time is Python."""
    spent: dict[str, float] = {}
    run = Reading.run

    def timed(self: Reading, figure: str, *given: Any, **named: Any) -> Any:
        begin = time.perf_counter()
        try:
            return run(self, figure, *given, **named)
        finally:
            spent[figure] = spent.get(figure, 0.0) + time.perf_counter() - begin

    with patch.object(Reading, "run", timed):
        yield spent
