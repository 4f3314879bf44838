"""`python -m benchmarks [SIZE …]`: how long the figures take, as multiples of one scan of the raw columns, with the goals beside.

Makes a company of each size (interactions; 1,000,000 and 10,000,000 unless said) and asks it. Machines differ and are never quiet:
what counts are ratios within one run, whose arms take turns; medians of seven. `python -m benchmarks service [SIZE …]` does the same for
the clocks of help desks of so many cases (benchmarks/service.py), `python -m benchmarks load [SIZE …]` for loading exports of so many
interactions (benchmarks/loading.py). `python -m benchmarks wall [MINUTES]` shows a wall for so long (benchmarks/wall.py), and
`python -m benchmarks pages [SIZE …]` a page of four charts beside three other tools (benchmarks/pages.py), and
`python -m benchmarks viewers [MINUTES] [--plant]` lets 200 people and 10 walls call at once (benchmarks/viewers.py).
"""

import math
import statistics
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
from rich.console import Console
from rich.table import Table

from benchmarks import arms, loading, pages, service, viewers, wall
from benchmarks.arms import Arm
from benchmarks.company import company
from metrics import CommandCenter
from queries.warehouse import Limits

if TYPE_CHECKING:
    from benchmarks.other_tool import WindowFunnel

FOLDER = Path(".cache") / "bench"
SIZES = (1_000_000, 10_000_000)
WINDOW = 90 * 86_400
SCAN, OTHER = "scan of the three raw columns", "chDB windowFunnel on the raw events"
LATEST = "ordered, latest, 90 days"
COMBINATIONS = 200
OTHER_GOAL, GROWTH_GOAL, P95_GOAL = 5.0, 1.1, 0.25

say = Console().print


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """What one size took: building it, each arm's seconds, the slowest of filtered questions."""

    built: Mapping[str, Any]
    seconds: Mapping[str, float]
    goals: Mapping[str, float | None]
    p95: float
    p95_in_scans: float

    def ratio(self, name: str) -> float:
        """The arm's time as a multiple of the scan's."""
        return self.seconds[name] / self.seconds[SCAN]


def run(size: int) -> Run:
    """Makes the company where it is missing, and times every arm beside the scan and the other tool."""
    folder = (FOLDER / str(size)).absolute()
    say(f"Making {size:,} interactions in {folder} …")
    built = company(size, folder)
    raw, parquet = _raw(folder)
    from benchmarks.other_tool import WindowFunnel  # needs chDB, which the help desk's run does not

    other = WindowFunnel(parquet, folder / "chdb")
    center = CommandCenter.open(folder, limits=Limits(memory="4GB"))
    _same_counts(center, other)
    of_figures = [*arms.funnels(center), arms.retention(center)]
    timed = [Arm(name=SCAN, work=arms.scan(raw)), Arm(name=OTHER, work=other.work(WINDOW)), *of_figures]
    seconds = arms.medians(timed)
    slowest = arms.filtered(center, COMBINATIONS)
    p95 = slowest[math.ceil(0.95 * len(slowest)) - 1]
    return Run(
        built=built,
        seconds=seconds,
        goals={arm.name: arm.goal for arm in of_figures},
        p95=p95,
        p95_in_scans=p95 / seconds[SCAN],
    )


def _raw(folder: Path) -> tuple[Path, Path]:
    """Returns the bare events as a table of DuckDB and as Parquet, made once per company."""
    raw, parquet = folder / "raw.duckdb", folder / "raw.parquet"
    if not parquet.exists():
        raw.unlink(missing_ok=True)
        made = (folder / "CURRENT").read_text(encoding="utf-8").strip()
        with duckdb.connect(str(raw)) as connection:
            connection.execute(f"attach '{folder / 'snapshots' / made}' as made (read_only)")
            connection.execute((Path(__file__).parent / "raw_event.sql").read_text(encoding="utf-8"))
            connection.table("raw_event").write_parquet(str(parquet))
    return raw, parquet


def _same_counts(center: CommandCenter, other: "WindowFunnel") -> None:
    """Raises when the other tool counts other people at any step: a speed compared must be of the same answer."""
    stages = arms.funnel(center, mode="ordered", anchor="latest", window="90 days").rows[0].extra["stages"]
    ours = [stage["reached"] + stage["not_yet_known"]["reached"] for stage in stages]
    theirs = other.reached(WINDOW)
    if ours != theirs:
        raise SystemExit(f"The two tools count different people: {ours} and {theirs}")
    say(f"Both count the same at every step: {', '.join(f'{count:,}' for count in ours)}")


def table_of(runs: Sequence[Run]) -> Table:
    """Returns the goals beside what was seen, a column per size."""
    table = Table("work", "goal", *[f"{told.built['interactions']:,}" for told in runs], "growth")
    largest = runs[-1]
    for name in largest.goals:
        goal = largest.goals[name]
        cells = [_judged(told.ratio(name), goal) for told in runs]
        table.add_row(name, f"≤ {goal} × scan" if goal else "", *cells, _growth([told.seconds[name] for told in runs], runs))
    times = [told.seconds[OTHER] / told.seconds[LATEST] for told in runs]
    table.add_row("chDB ÷ ours (ordered, latest)", f"≥ {OTHER_GOAL} ×", *[_judged(-each, -OTHER_GOAL) for each in times], "")
    p95 = [f"{told.p95 * 1000:.0f} ms, {told.p95_in_scans:.1f} ×" for told in runs]
    table.add_row(f"p95 of {COMBINATIONS} filter combinations", f"≤ {P95_GOAL * 1000:.0f} ms", *p95, "")
    table.add_row("scan itself", "", *[f"{told.seconds[SCAN] * 1000:.0f} ms" for told in runs], "")
    for label, key, unit in (
        ("building: wall", "build_seconds", "s"), ("building: CPU", "cpu_seconds", "s"),
        ("building: memory", "peak_bytes", "GB"), ("snapshot", "snapshot_bytes", "GB"),
    ):  # fmt: skip
        values = [told.built[key] / (1e9 if unit == "GB" else 1) for told in runs]
        goal_of_memory = "≤ 4 GB at 10M" if key == "peak_bytes" else ""
        table.add_row(label, goal_of_memory, *[f"{value:.1f} {unit}" for value in values], _growth(values, runs))
    return table


def _judged(value: float, goal: float | None) -> str:
    missed = goal is not None and value > goal
    return f"{abs(value):.2f}" + (" missed" if missed else "")


def _growth(values: Sequence[float], runs: Sequence[Run]) -> str:
    """Returns the exponent e of cost ~ size^e between the smallest and the largest size."""
    sizes = [told.built["interactions"] for told in runs]
    if len(runs) < 2 or sizes[0] == sizes[-1]:
        return ""
    exponent = math.log(values[-1] / values[0]) / math.log(sizes[-1] / sizes[0])
    return f"n^{exponent:.2f}" + (" missed" if exponent > GROWTH_GOAL else "")


def main(sizes: Sequence[int]) -> None:
    """Makes, times and tells."""
    runs = [run(size) for size in sizes]
    say(table_of(runs))
    for told in runs:
        dearest = ", ".join(f"{name} {seconds:.1f} s" for name, seconds in list(told.built["steps"].items())[:6])
        say(f"{told.built['interactions']:,}: the dearest steps of building: {dearest}")
    median = statistics.median(runs[-1].ratio(name) for name in runs[-1].goals)
    say(f"Half of the questions take at most {median:.2f} scans.")


if __name__ == "__main__":
    named = {
        "service": (service.main, service.SIZES),
        "load": (loading.main, loading.SIZES),
        "pages": (pages.main, pages.SIZES),
        "wall": (wall.main, wall.MINUTES),
        "viewers": (partial(viewers.main, plant="--plant" in sys.argv), viewers.MINUTES),
    }
    arguments = [told for told in sys.argv[1:] if told != "--plant"]
    told_main, told_sizes = named.get(arguments[0], (main, SIZES)) if arguments else (main, SIZES)
    numbers = arguments[1:] if arguments and arguments[0] in named else arguments
    told_main([int(told.replace(",", "")) for told in numbers] or told_sizes)
