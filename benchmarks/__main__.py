"""`python -m benchmarks [SIZE …]`: how long the figures take, as multiples of one scan of the raw columns, with the goals beside.

Makes a company of each size (interactions; 1,000,000 and 10,000,000 unless said) and asks it. Machines differ and are never quiet:
what counts are ratios within one run, whose arms take turns; medians of seven. `python -m benchmarks service [SIZE …]` does the same for
the clocks of help desks of so many cases (benchmarks/service.py), `python -m benchmarks load [SIZE …]` for loading exports of so many
interactions (benchmarks/loading.py). `python -m benchmarks wall [MINUTES]` shows a wall for so long (benchmarks/wall.py), and
`python -m benchmarks pages [SIZE …]` a page of four charts beside three other tools (benchmarks/pages.py), and
`python -m benchmarks viewers [MINUTES] [--people N] [--walls N] [--plant]` lets 200 people and 10 walls call at once
(benchmarks/viewers.py). `tiles [SIZE …]` and `increment [SIZE …]` time tiles and batches, `everything [SIZE …]` runs all of it, one size
after the other, `scale` works out docs/scale.md (benchmarks/scale.py), and `report` writes what was measured into docs/SPEED.md.

Each keeps what it measured in benchmarks/measured.json.
"""

import math
import statistics
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
from rich.console import Console
from rich.table import Table

from benchmarks import arms, everything, increment, loading, measured, pages, report, scale, service, tiles, viewers, wall
from benchmarks.arms import FUNNEL, OF_PEOPLE, RETENTION, Arm
from benchmarks.company import company
from benchmarks.goals import GROWTH_GOAL, OTHER_GOAL
from benchmarks.measured import INTERACTIONS, Measured
from metrics import CommandCenter
from queries.warehouse import Limits

if TYPE_CHECKING:
    from benchmarks.other_tool import WindowFunnel

FOLDER = Path(".cache") / "bench"
SIZES = (1_000_000, 10_000_000)
WINDOW = 90 * 86_400
SCAN, OTHER = "scan of the three raw columns", "chDB windowFunnel on the raw events"
LATEST = "ordered, latest, 90 days"
COMBINATIONS, FEWER = 200, 100
P95_OF_FUNNEL = "funnel: p95 of 200 filter combinations"
P95S = ("retention grid: p95 of 100 filter combinations",
    "NPS of the relationship by segment and month: p95 of 100 filter combinations",
    "one customer's story: p95 of 100",
)  # fmt: skip
P95_GOAL = arms.most_of(P95_OF_FUNNEL)

say = Console().print


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """What one size took: building it, each arm's seconds, the slowest of filtered questions."""

    built: Mapping[str, Any]
    seconds: Mapping[str, float]
    goals: Mapping[str, float | None]
    p95: float
    p95_in_scans: float
    further: Mapping[str, float]

    def ratio(self, name: str) -> float:
        """The arm's time as a multiple of the scan's."""
        return self.seconds[name] / self.seconds[SCAN]


def run(size: int) -> Run:
    """Makes the company where it is missing, and times every arm beside the scan and the other tool."""
    folder = (FOLDER / str(size)).absolute()
    say(f"Making {size:,} interactions in {folder} …")
    built = company(size, folder)
    raw, parquet = _raw(folder)
    center = CommandCenter.open(folder, limits=Limits(memory="4GB"))
    others = list(_others(center, parquet, folder / "chdb"))
    of_figures = [*arms.funnels(center), arms.retention(center)]
    timed = [Arm(name=SCAN, work=arms.scan(raw)), *others, *of_figures]
    seconds = arms.medians(timed)
    p95 = arms.p95(arms.filtered(center, COMBINATIONS))
    return Run(
        built=built,
        seconds=seconds,
        goals={arm.name: arm.goal for arm in of_figures},
        p95=p95,
        p95_in_scans=p95 / seconds[SCAN],
        further=_further(center, folder),
    )


def _further(center: CommandCenter, folder: Path) -> dict[str, float]:
    """Returns the 95th of 100 other questions' seconds: retention and a score under random filters, and customers' stories."""
    grid = arms.asked_at_random(center, "retention", FEWER, OF_PEOPLE, lambda _: {})
    month = {"split_by": ("segment",), "grain": "month", "period": "2024-11-01..2026-10-31"}
    score = arms.asked_at_random(center, "nps_relational", FEWER, OF_PEOPLE, lambda _: month)
    return dict(zip(P95S, map(arms.p95, (grid, score, arms.stories(center, _some_customers(folder)))), strict=True))


def _some_customers(folder: Path) -> list[str]:
    made = (folder / "CURRENT").read_text(encoding="utf-8").strip()
    with duckdb.connect(str(folder / "snapshots" / made), read_only=True) as connection:
        text = (Path(__file__).parent / "some_customers.sql").read_text(encoding="utf-8")
        return [customer for (customer,) in connection.execute(text, {"customers": FEWER}).fetchall()]


def kept_of(told: Run) -> list[Measured]:
    """Returns what one size took as entries to be kept: each question beside the scan, the 95ths, and what building took."""
    size, scan = told.built["interactions"], told.seconds[SCAN]

    def entry(work: str, figure: float, unit: str = "s", **given: Any) -> Measured:
        return Measured(work=work, size=size, of=INTERACTIONS, figure=figure, unit=unit, **given)

    asked = {name if name == RETENTION else f"{FUNNEL}{name}": name for name in told.seconds if name not in (SCAN, OTHER)}
    built = told.built
    return [
        entry(SCAN, scan, rounds=arms.ROUNDS),
        *[entry(work, told.seconds[name], ratio=told.ratio(name), rounds=arms.ROUNDS) for work, name in asked.items()],
        *[
            entry("funnel: chDB windowFunnel ÷ ours", seconds, ratio=seconds / told.seconds[LATEST], rounds=arms.ROUNDS)
            for name, seconds in told.seconds.items()
            if name == OTHER
        ],
        entry(P95_OF_FUNNEL, told.p95, rounds=COMBINATIONS),
        *[entry(work, seconds, rounds=FEWER) for work, seconds in told.further.items()],
        entry("company: building, wall", built["build_seconds"]),
        entry("company: building, CPU", built["cpu_seconds"]),
        entry("company: building, memory", built["peak_bytes"], "bytes"),
        entry("company: snapshot", built["snapshot_bytes"], "bytes"),
    ]


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


def _others(center: CommandCenter, parquet: Path, folder: Path) -> Iterator[Arm]:
    """Yields the other tool's counting, once it counts the same; nothing where it is not installed."""
    if find_spec("chdb") is None:
        say("chDB is not installed, so nothing is compared with it: make bench installs it.")
        return
    from benchmarks.other_tool import WindowFunnel

    other = WindowFunnel(parquet, folder)
    _same_counts(center, other)
    yield Arm(name=OTHER, work=other.work(WINDOW))


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
    if OTHER in largest.seconds:
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
    runs = []
    for size in sizes:
        runs.append(run(size))
        measured.keep(kept_of(runs[-1]))
    say(table_of(runs))
    for told in runs:
        dearest = ", ".join(f"{name} {seconds:.1f} s" for name, seconds in list(told.built["steps"].items())[:6])
        say(f"{told.built['interactions']:,}: the dearest steps of building: {dearest}")
    median = statistics.median(runs[-1].ratio(name) for name in runs[-1].goals)
    say(f"Half of the questions take at most {median:.2f} scans.")


def _viewers(minutes: Sequence[float]) -> None:
    people = int(_said("--people", str(viewers.VIEWERS)))
    walls = int(_said("--walls", str(viewers.walls_of(people))))
    viewers.main(minutes, plant="--plant" in sys.argv, viewers=people, walls=walls, is_kept=True)


def _said(name: str, otherwise: str) -> str:
    """Returns the word behind a name of the command line."""
    return sys.argv[sys.argv.index(name) + 1] if name in sys.argv else otherwise


def _numbers(words: Sequence[str]) -> list[int]:
    """Returns the plain numbers of the command line; the one behind --people or --walls is none of them."""
    plain = [word for before, word in zip(["", *words], words, strict=False) if not {before, word} & {"--people", "--walls"}]
    return [int(word.replace(",", "")) for word in plain if not word.startswith("--")]


if __name__ == "__main__":
    named = {
        "service": (service.main, service.SIZES),
        "load": (loading.main, loading.SIZES),
        "increment": (increment.main, increment.SIZES),
        "tiles": (tiles.main, tiles.SIZES),
        "pages": (pages.main, pages.SIZES),
        "wall": (wall.main, wall.MINUTES),
        "viewers": (_viewers, viewers.MINUTES),
        "everything": (everything.main, everything.SIZES),
        "scale": (lambda _: scale.main(), ()),
        "report": (lambda _: report.main(), ()),
    }
    arguments = sys.argv[1:]
    told_main, told_sizes = named.get(arguments[0], (main, SIZES)) if arguments else (main, SIZES)
    told_main(_numbers(arguments[1:] if arguments and arguments[0] in named else arguments) or told_sizes)
