"""What is timed: questions to the company, the scan that each is held against, and another tool counting the same."""

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

from metrics import CommandCenter
from metrics.answer import Answer
from queries.warehouse import Reading

HERE = Path(__file__).parent
ROUNDS = 7
DIMENSIONS = ("segment", "region", "channel", "acquired_through", "customer_kind")

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

    for window in ("7 days", "90 days"):
        for mode in ("reached", "ordered", "strict"):
            yield Arm(name=f"{mode}, first, {window}", work=asks(mode=mode, window=window), goal=1.0)
        for mode in ("reached", "ordered", "strict"):
            yield Arm(name=f"{mode}, latest, {window}", work=asks(mode=mode, anchor="latest", window=window), goal=1.2)
        yield Arm(name=f"any, first, {window}", work=asks(mode="any", window=window), goal=2.0)
        yield Arm(name=f"any, latest, {window}", work=asks(mode="any", anchor="latest", window=window), goal=2.0)
    for mode, anchor in (("reached", "first"), ("ordered", "latest"), ("any", "latest")):
        yield Arm(name=f"{mode}, {anchor}, 90 days, and times", work=asks(mode=mode, anchor=anchor, window="90 days", times=True))
    yield Arm(name="reached, first, by segment", work=asks("segment"), goal=1.2)
    yield Arm(name="ordered, latest, by segment", work=asks("segment", mode="ordered", anchor="latest"), goal=1.2)


def retention(center: CommandCenter) -> Arm:
    """Returns the retention grid of all time by month."""
    return Arm(name="retention grid", work=lambda: center.ask("retention", period="all", compare="none"), goal=0.4)


def funnel(center: CommandCenter, split: str = "", **options: Any) -> Answer:
    """Asks how far everybody got."""
    return center.ask("journey_funnel", period="all", compare="none", split_by=(split,) if split else (), **options)


def filtered(center: CommandCenter, combinations: int, seed: int = 1) -> list[float]:
    """Returns the seconds of the journey under so many random combinations of filters, window, mode and anchor, in order of size."""
    chance = random.Random(seed)
    values = {name: center.dimension_values(name, metric="journey_funnel") for name in DIMENSIONS}
    taken = []
    for _ in range(combinations):
        chosen = chance.sample(DIMENSIONS, chance.randint(1, 3))
        where = {name: chance.sample(values[name], chance.randint(1, len(values[name]))) for name in chosen}
        options = {
            "mode": chance.choice(("reached", "ordered", "strict", "any")),
            "anchor": chance.choice(("first", "latest")),
            "window": f"{chance.randint(1, 180)} days",
        }
        begin = time.perf_counter()
        center.ask("journey_funnel", period="all", compare="none", where=where, **options)
        taken.append(time.perf_counter() - begin)
    return sorted(taken)


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
