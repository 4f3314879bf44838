"""`python -m benchmarks service [SIZE …]`: the clocks of a made help desk against a row-wise Python function, and how fast they are asked.

Makes a help desk of each size (cases; 300,000 and 1,500,000 unless said), first holds every clock against the function's, then tells how
much less the models cost, in CPU and in seconds, and the slowest answers under random filters and splits.
"""

import math
import random
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final

import duckdb
from rich.console import Console
from rich.table import Table

from benchmarks import arms, measured
from benchmarks.arms import Arm
from benchmarks.business_time import WALKED, Taken, business_time
from benchmarks.company import HELP_DESK, company
from benchmarks.goals import goal_of, most_of
from benchmarks.measured import CASES, Measured
from benchmarks.row_wise import Clock, clocks, seconds, service_hours
from metrics import CommandCenter
from queries.warehouse import Limits

HERE: Final = Path(__file__).parent
FOLDER: Final = Path(".cache") / "bench-service"
SIZES: Final = (300_000, 1_500_000)
KNOWN_UNTIL: Final = datetime(2026, 11, 1)
DAYS: Final = (date(2024, 9, 1), date(2027, 9, 1))
AT_ONCE: Final = 50_000
COMBINATIONS: Final = 100
CLOCKS: Final = ("clock_", "fct_promise")
STEPS: Final = (*CLOCKS, "case_", "policy_match", "promise_period")
NPS, PROMISES = "NPS by segment and month", "promises kept"
P95_OF: Final = "p95 of 100 filter combinations"
P95_GOALS: Final = {name: most_of(f"{name}: {P95_OF}") for name in (NPS, PROMISES)}
BY_WALKING, BY_BISECTION = "business time: walking day after day ÷ SQL", "business time: bisection ÷ SQL"
OF_CLOCKS, OF_FIGURE = "clocks: row-wise function ÷ models", "attainment: row-wise function ÷ figure"
CHEAPER_GOAL: Final = goal_of(BY_WALKING).least
KEPT_BY: Final = ("promise", "priority", "team", "channel")

say = Console().print


@dataclass(frozen=True, slots=True, kw_only=True)
class Spent:
    """Seconds of the clock on the wall, and of the processor."""

    wall: float
    cpu: float

    def times(self, other: "Spent") -> tuple[float, float]:
        """How many times as much this is as the other, in CPU and on the wall."""
        return self.cpu / other.cpu, self.wall / other.wall


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """What one size took."""

    built: Mapping[str, Any]
    clocks: int
    by_function: Spent
    business_time: Taken
    figure_by_function: Spent
    figure: Spent
    p95: Mapping[str, Spent]

    def models(self, begin: tuple[str, ...]) -> Spent:
        """What the models took whose names begin so."""
        return Spent(wall=_of(self.built["steps"], begin), cpu=_of(self.built["steps_cpu"], begin))


def run(size: int) -> Run:
    """Makes the help desk where it is missing, holds the clocks against the function's, and times both, and the figures."""
    folder = (FOLDER / str(size)).absolute()
    say(f"Making {size:,} cases in {folder} …")
    built = company(size, folder, HELP_DESK)
    snapshot = folder / "snapshots" / (folder / "CURRENT").read_text(encoding="utf-8").strip()
    with duckdb.connect(str(snapshot), read_only=True, config={"threads": "2"}) as connection:
        count, by_function = _same_clocks(connection, size)
        alone = business_time(connection, service_hours(*DAYS), DAYS)
        rows = connection.execute((HERE / "attainment_rows.sql").read_text(encoding="utf-8")).fetchall()
    center = CommandCenter.open(folder, limits=Limits(memory="4GB"))
    figure, figure_by_function = _attainment(center, rows)
    p95 = {NPS: slowest(center, _nps), PROMISES: slowest(center, _kept)}
    return Run(
        built=built,
        clocks=count,
        by_function=by_function,
        business_time=alone,
        figure_by_function=figure_by_function,
        figure=figure,
        p95=p95,
    )


def _same_clocks(connection: duckdb.DuckDBPyConnection, size: int) -> tuple[int, Spent]:
    """Returns how many clocks there are and what the function took; raises when any clock differs.

    Reading its rows is a part of the function's work, as it is of the models', which also write what they find.
    """
    hours, as_of, found, wall, cpu = service_hours(*DAYS), seconds(KNOWN_UNTIL), 0, 0.0, 0.0
    for first in range(0, size, AT_ONCE):
        bounds = {"first": first, "last": min(size, first + AT_ONCE)}
        wall_before, cpu_before = time.perf_counter(), time.process_time()
        cases = connection.execute((HERE / "cases.sql").read_text(encoding="utf-8"), bounds).fetchall()
        walked = [(row_id, list(clocks(hours, channel, opened, events, as_of))) for row_id, channel, opened, events in cases]
        wall, cpu = wall + time.perf_counter() - wall_before, cpu + time.process_time() - cpu_before
        ours = connection.execute((HERE / "clocks.sql").read_text(encoding="utf-8"), bounds).fetchall()
        _compare(walked, ours)
        found += len(ours)
    say(f"Both tell the same of every one of {found:,} clocks.")
    return found, Spent(wall=wall, cpu=cpu)


def _compare(walked: Sequence[tuple[str, Sequence[Clock]]], ours: Sequence[tuple[Any, ...]]) -> None:
    theirs = {(row_id, *clock[:3]): clock[3:] for row_id, told in walked for clock in told}
    mine = {row[:4]: row[4:] for row in ours}
    if theirs != mine:
        place = next(place for place in sorted({*theirs, *mine}) if theirs.get(place) != mine.get(place))
        raise SystemExit(f"The function and the models differ about {place}: {theirs.get(place)} and {mine.get(place)}")


def _attainment(center: CommandCenter, rows: Sequence[tuple[str, str, bool]]) -> tuple[Spent, Spent]:
    """Returns what the figure by promise and team takes from the snapshot, and what counting the same rows in Python does."""

    def ask() -> dict[tuple[str, str], int]:
        answer = center.ask("promises_kept", period="all", compare="none", split_by=("promise", "team"))
        return {(row.by["promise"], row.by["team"]): row.extra["kept"] for row in answer.rows}

    def count() -> dict[tuple[str, str], int]:
        decided: Counter[tuple[str, str]] = Counter()
        kept: Counter[tuple[str, str]] = Counter()
        for promise, team, was_kept in rows:
            decided[promise, team] += 1
            kept[promise, team] += was_kept
        return dict(kept)

    if ask() != count():
        raise SystemExit("The figure and the function count different promises")
    took = arms.spent([Arm(name="figure", work=ask), Arm(name="function", work=count)])
    return (Spent(wall=took["figure"][0], cpu=took["figure"][1]), Spent(wall=took["function"][0], cpu=took["function"][1]))


def slowest(center: CommandCenter, question: Callable[[CommandCenter, random.Random], Mapping[str, Any]]) -> Spent:
    """Returns the 95th of 100 random questions' seconds, and of their CPU seconds."""
    chance = random.Random(1)
    asked = [question(center, chance) for _ in range(COMBINATIONS)]
    wall, cpu = [], []
    for options in asked:
        wall_before, cpu_before = time.perf_counter(), time.process_time()
        center.ask(compare="none", **options)
        wall.append(time.perf_counter() - wall_before)
        cpu.append(time.process_time() - cpu_before)
    place = math.ceil(0.95 * COMBINATIONS) - 1
    return Spent(wall=sorted(wall)[place], cpu=sorted(cpu)[place])


def _nps(center: CommandCenter, chance: random.Random) -> dict[str, Any]:
    where = _filters(center, chance, "nps_transactional", ("region", "customer_kind", "segment"))
    period = chance.choice(("2025", "2026", "2026-Q2", "2025-11-01..2026-10-31"))
    return {"metric": "nps_transactional", "split_by": ("segment",), "grain": "month", "period": period, "where": where}


def _kept(center: CommandCenter, chance: random.Random) -> dict[str, Any]:
    where = _filters(center, chance, "promises_kept", KEPT_BY)
    period = chance.choice(("2025", "2026", "2026-Q2", "2026-09"))
    return {"metric": "promises_kept", "split_by": tuple(chance.sample(KEPT_BY, 2)), "period": period, "where": where}


def _filters(
    center: CommandCenter, chance: random.Random, metric: str, dimensions: Sequence[str]
) -> dict[str, Sequence[str]]:  # fmt: skip
    chosen = chance.sample(dimensions, chance.randint(1, 2))
    values = {name: center.dimension_values(name, metric=metric) for name in chosen}
    return {name: chance.sample(values[name], chance.randint(1, len(values[name]))) for name in chosen if values[name]}


def _of(steps: Mapping[str, float], begin: tuple[str, ...]) -> float:
    return sum(spent for name, spent in steps.items() if name.startswith(begin))


def table_of(runs: Sequence[Run]) -> Table:
    """Returns the goals beside what was seen, a column per size."""
    table = Table("work", "goal", *[f"{told.built['cases']:,} cases" for told in runs])
    goal = f"≥ {CHEAPER_GOAL:.0f} ×"
    for label, begin in (("clocks: function ÷ models, CPU; wall", CLOCKS), ("… and what they are made from", STEPS)):
        ratios = [told.by_function.times(told.models(begin)) for told in runs]
        table.add_row(label, goal if begin is CLOCKS else "", *[_cheaper(each, begin is CLOCKS) for each in ratios])
    alone = [told.business_time for told in runs]
    table.add_row(
        "business time alone: bisection ÷ SQL, CPU; wall",
        goal,
        *[_cheaper(one.times(one.by_bisection), is_goal=True) for one in alone],
    )
    table.add_row(
        f"… walking day after day ({WALKED:,} rows) ÷ SQL",
        goal,
        *[_cheaper(one.times(one.by_walking), is_goal=True) for one in alone],
    )
    of_figure = [_cheaper(told.figure_by_function.times(told.figure), is_goal=True) for told in runs]
    table.add_row("attainment: function ÷ figure, CPU; wall", goal, *of_figure)
    for name, most in P95_GOALS.items():
        cells = [_judged(told.p95[name], most) for told in runs]
        table.add_row(f"p95 of {COMBINATIONS} combinations: {name}", f"≤ {most * 1000:.0f} ms", *cells)
    table.add_row("clocks", "", *[f"{told.clocks:,}" for told in runs])
    for label, begin in (("building the clocks", CLOCKS), ("… and what they are made from", STEPS)):
        table.add_row(f"{label}: CPU; wall", "", *[_seconds(told.models(begin)) for told in runs])
    table.add_row("the function: CPU; wall", "", *[_seconds(told.by_function) for told in runs])
    for label, arm in (("SQL", "by_sql"), ("bisection", "by_bisection"), ("walking", "by_walking")):
        seen = [getattr(one, arm) for one in alone]
        table.add_row(
            f"business time of a million rows by {label}: CPU; wall", "", *[f"{cpu:.2f} s; {wall:.2f} s" for wall, cpu in seen]
        )
    built = [Spent(wall=told.built["build_seconds"], cpu=told.built["cpu_seconds"]) for told in runs]
    table.add_row("building everything: CPU; wall", "", *[_seconds(each) for each in built])
    table.add_row("… memory", "", *[f"{told.built['peak_bytes'] / 1e9:.1f} GB" for told in runs])
    return table


def _cheaper(ratios: tuple[float, float], is_goal: bool) -> str:
    missed = " missed" if is_goal and ratios[0] < CHEAPER_GOAL else ""
    return f"{ratios[0]:.1f} ×; {ratios[1]:.1f} ×{missed}"


def _judged(spent: Spent, most: float) -> str:
    return f"{spent.wall * 1000:.1f} ms, CPU {spent.cpu * 1000:.1f} ms" + (" missed" if spent.wall > most else "")


def _seconds(spent: Spent) -> str:
    return f"{spent.cpu:.1f} s; {spent.wall:.1f} s"


def kept_of(told: Run) -> list[Measured]:
    """Returns what one size took as entries to be kept: the ratios are of CPU, the 95ths of seconds on the wall."""
    alone = told.business_time
    held = {
        OF_CLOCKS: told.by_function.times(told.models(CLOCKS))[0],
        BY_BISECTION: alone.times(alone.by_bisection)[0],
        BY_WALKING: alone.times(alone.by_walking)[0],
        OF_FIGURE: told.figure_by_function.times(told.figure)[0],
    }
    spent = {
        OF_CLOCKS: told.models(CLOCKS).cpu,
        BY_BISECTION: alone.by_sql[1],
        BY_WALKING: alone.by_sql[1],
        OF_FIGURE: told.figure.cpu,
    }

    def entry(work: str, figure: float, unit: str = "s", ratio: float | None = None, rounds: int = 1) -> Measured:
        return Measured(work=work, size=told.built["cases"], of=CASES, figure=figure, unit=unit, ratio=ratio, rounds=rounds)

    return [
        *[entry(work, spent[work], ratio=ratio, rounds=1 if work == OF_CLOCKS else arms.ROUNDS) for work, ratio in held.items()],
        *[entry(f"{name}: {P95_OF}", spent.wall, rounds=COMBINATIONS) for name, spent in told.p95.items()],
        entry("help desk: building, CPU", told.built["cpu_seconds"]),
        entry("help desk: building, memory", told.built["peak_bytes"], "bytes"),
    ]


def dearest(told: Run) -> Iterator[str]:
    """Yields the dearest steps of building, by CPU."""
    steps = {name: cpu for name, cpu in told.built["steps_cpu"].items() if name in told.built["steps"]}
    for name, cpu in sorted(steps.items(), key=lambda step: -step[1])[:12]:
        yield f"{name} {cpu:.1f} s"


def main(sizes: Sequence[int]) -> None:
    """Makes, compares, times and tells."""
    runs = []
    for size in sizes:
        runs.append(run(size))
        measured.keep(kept_of(runs[-1]))
    say(table_of(runs))
    for told in runs:
        say(f"{told.built['cases']:,}: the dearest steps of building, CPU: {', '.join(dearest(told))}")
