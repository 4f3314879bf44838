"""`python -m benchmarks load [SIZE …]`: what loading an export costs, as a multiple of the database's own reading of the same file.

Makes an export of each size in the import format (interactions; 100,000, 1,000,000 and 10,000,000 unless said). Two arms take turns, each
in a process of its own: DuckDB's `read_csv` as it comes into a table of a database file, and a load of the file into an empty workspace up
to its published snapshot. What counts is the ratio of their CPU in the same run, all their processes together, and the most memory.
"""

import itertools
import json
import statistics
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import duckdb
from rich.console import Console
from rich.table import Table

from benchmarks import process_tree
from benchmarks.process_tree import Cost
from queries.load import Progressed
from queries.load import load as load_exports
from queries.workspace import Workspace

HERE: Final = Path(__file__).parent
FOLDER: Final = Path(".cache") / "bench-load"
SIZES: Final = (100_000, 1_000_000, 10_000_000)
ROUNDS: Final = 3
FEW_ROUNDS, MANY = 2, 5_000_000
THREADS: Final = 2
CPU_GOAL, MEMORY_GOAL, GOAL_SIZE = 8.0, 4e9, 10_000_000
SHOWN_STEPS: Final = 12
MODEL, CHECKS = "build: ", "checks, and closing the build"

say = Console().print


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """What one size took: both arms, round by round, and the CPU seconds of each step of the last load."""

    size: int
    file_bytes: int
    reads: Sequence[Cost]
    loads: Sequence[Cost]
    steps: Mapping[str, float]

    @property
    def ratio(self) -> float:
        """How many times the CPU of the database's own reading a load takes."""
        return cpu(self.loads) / cpu(self.reads)

    @property
    def peak_bytes(self) -> int:
        """The most memory that any of the loads held."""
        return max(cost.peak_bytes for cost in self.loads)


def run(size: int) -> Run:
    """Makes the export where it is missing; reads it and loads it in turns."""
    export = made_export(size)
    reads: list[Cost] = []
    loads: list[Cost] = []
    steps: dict[str, float] = {}
    for _ in range(FEW_ROUNDS if size >= MANY else ROUNDS):
        with TemporaryDirectory(dir=FOLDER) as folder:
            reads.append(_child("read", export, Path(folder) / "read.duckdb")[1])
            told, cost = _child("load", export, Path(folder) / "workspace")
            loads.append(cost)
            steps = json.loads(told)
        say(f"{size:,}: read_csv {reads[-1].cpu:.1f} s of CPU, load {cost.cpu:.1f} s, {cost.peak_bytes / 1e9:.2f} GB")
    return Run(size=size, file_bytes=export.stat().st_size, reads=reads, loads=loads, steps=steps)


def made_export(size: int) -> Path:
    """Returns the export of so many interactions, made by the database where it is missing."""
    sql = (HERE / "made_export.sql").read_text(encoding="utf-8")
    export = (FOLDER / f"interactions_{size}.csv").absolute()
    made_by = export.with_suffix(".sql")
    if not made_by.exists() or made_by.read_text(encoding="utf-8") != sql:
        export.parent.mkdir(parents=True, exist_ok=True)
        with duckdb.connect() as connection:
            connection.execute(f"copy ({sql}) to '{export}' (header)", {"interactions": size})
        made_by.write_text(sql, encoding="utf-8")
    return export


def _child(arm: str, export: Path, target: Path) -> tuple[str, Cost]:
    return process_tree.run([sys.executable, "-m", "benchmarks.loading", arm, str(export), str(target)])


def read(export: Path, target: Path) -> None:
    """Reads a file into a table of a new database, as the database does it by itself."""
    with duckdb.connect(str(target), config={"threads": THREADS, "memory_limit": "4GB"}) as connection:
        connection.read_csv(str(export)).create("interactions")


def load(export: Path, target: Path) -> Mapping[str, float]:
    """Loads a file into an empty workspace; returns the seconds of CPU by step, the dearest first."""
    marks: list[tuple[str, float]] = [("begin", process_tree.cpu_seconds())]

    def note(step: Progressed) -> None:
        name = step.doing.replace(export.name, "the file")
        is_model = step.chapter == "build" and step.number > 0
        marks.append((f"{MODEL}{name}" if is_model else name, process_tree.cpu_seconds()))

    report = load_exports(Workspace.create(target), [export], note)
    if report.refused or not report.changed:
        raise SystemExit(f"{export.name} was not loaded: {[refused.reason for refused in report.refused]}")
    marks.append(("", process_tree.cpu_seconds()))
    return _steps(marks)


def _steps(marks: Sequence[tuple[str, float]]) -> Mapping[str, float]:
    """Returns the seconds by step: a model is told when it is made, every other step when it begins."""
    steps: dict[str, float] = {}
    for (before, begin), (after, end) in itertools.pairwise(marks):
        is_model = after.startswith(MODEL)
        name = after if is_model and before.startswith(MODEL) else CHECKS if before.startswith(MODEL) else before
        steps[name] = steps.get(name, 0.0) + end - begin
    return dict(sorted(steps.items(), key=lambda step: -step[1]))


def cpu(costs: Sequence[Cost]) -> float:
    """Returns the median seconds of CPU."""
    return statistics.median(cost.cpu for cost in costs)


def table_of(runs: Sequence[Run]) -> Table:
    """Returns the goals beside what was seen, a column per size."""
    table = Table("work", "goal", *[f"{told.size:,}" for told in runs])
    table.add_row(
        "load ÷ read_csv, CPU", f"≤ {CPU_GOAL:.0f} × at 10M", *[_judged(told.ratio, CPU_GOAL, told) + " ×" for told in runs]
    )
    table.add_row(
        "… memory",
        f"≤ {MEMORY_GOAL / 1e9:.0f} GB at 10M",
        *[_judged(told.peak_bytes / 1e9, MEMORY_GOAL / 1e9, told) + " GB" for told in runs],
    )
    for label, arm in (("load", "loads"), ("read_csv into a table", "reads")):
        costs = [getattr(told, arm) for told in runs]
        walls = [statistics.median(cost.wall for cost in each) for each in costs]
        table.add_row(
            f"{label}: CPU; wall", "", *[f"{cpu(each):.1f} s; {wall:.1f} s" for each, wall in zip(costs, walls, strict=True)]
        )
    table.add_row("the file", "", *[f"{told.file_bytes / 1e6:,.0f} MB" for told in runs])
    return table


def _judged(value: float, goal: float, told: Run) -> str:
    return f"{value:.2f}" + (" missed" if told.size == GOAL_SIZE and value > goal else "")


def main(sizes: Sequence[int]) -> None:
    """Makes, reads, loads and tells."""
    runs = [run(size) for size in sizes]
    say(table_of(runs))
    for told in runs:
        own = cpu(told.reads)
        dearest = list(told.steps.items())[:SHOWN_STEPS]
        say(
            f"{told.size:,}: the dearest steps, in read_csv's: "
            + ", ".join(f"{name} {spent / own:.2f}" for name, spent in dearest)
        )


if __name__ == "__main__":
    arm, of, to = sys.argv[1:]
    if arm == "read":
        read(Path(of), Path(to))
    else:
        sys.stdout.write(json.dumps(load(Path(of), Path(to))))
