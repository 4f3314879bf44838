"""`python -m benchmarks load [SIZE …]`: what loading an export costs, as a multiple of the database's own reading of the same file.

Makes an export of each size in the import format (interactions; 100,000, 1,000,000 and 10,000,000 unless said). Two arms take turns, each
in a process of its own: DuckDB's `read_csv` as it comes into a table of a database file, and a load of the file into an empty workspace up
to its published snapshot. What counts is the ratio of their CPU in the same run, all their processes together, and the most memory.
What each arm made is removed before the next one begins, and a large export after its size: fifty million need 40 GB of disk at once.
"""

import itertools
import json
import statistics
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import duckdb
from rich.console import Console
from rich.table import Table

from benchmarks import measured, process_tree
from benchmarks.goals import goal_of
from benchmarks.measured import INTERACTIONS, Measured
from benchmarks.process_tree import Cost
from queries.load import Progressed
from queries.load import load as load_exports
from queries.snapshots import current
from queries.workspace import Workspace

HERE: Final = Path(__file__).parent
FOLDER: Final = Path(".cache") / "bench-load"
SIZES: Final = (100_000, 1_000_000, 10_000_000)
ROUNDS: Final = 3
FEW_ROUNDS, MANY = 2, 5_000_000
ONE_ROUND: Final = 30_000_000
PER_CUSTOMER: Final = 20
THREADS: Final = 2
CPU_WORK, MEMORY_WORK = "load ÷ read_csv, CPU", "load: memory"
SHOWN_STEPS: Final = 12
MODEL, CHECKS = "build: ", "checks, and closing the build"

say = Console().print


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """What one size took: both arms, round by round; of the last load CPU seconds by step, seconds by chapter, and bytes kept."""

    size: int
    file_bytes: int
    reads: Sequence[Cost]
    loads: Sequence[Cost]
    steps: Mapping[str, float]
    chapters: Mapping[str, float]
    kept: Mapping[str, int]

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
    file_bytes, reads, loads = export.stat().st_size, list[Cost](), list[Cost]()
    last: Mapping[str, Mapping[str, float]] = {}
    for _ in range(rounds_of(size)):
        with TemporaryDirectory(dir=FOLDER) as folder:
            reads.append(_child("read", export, Path(folder) / "read.duckdb")[1])
        with TemporaryDirectory(dir=FOLDER) as folder:
            told, cost = _child("load", export, Path(folder) / "workspace")
        loads.append(cost)
        last = json.loads(told)
        say(f"{size:,}: read_csv {reads[-1].cpu:.1f} s of CPU, load {cost.cpu:.1f} s, {cost.peak_bytes / 1e9:.2f} GB")
    if size >= MANY:
        export.unlink()
    kept = {name: int(held) for name, held in last["kept"].items()}
    return Run(
        size=size, file_bytes=file_bytes, reads=reads, loads=loads, steps=last["steps"], chapters=last["chapters"], kept=kept
    )


def rounds_of(size: int) -> int:
    """Returns how often a size is loaded."""
    return ROUNDS if size < MANY else FEW_ROUNDS if size < ONE_ROUND else 1


def made_export(size: int) -> Path:
    """Returns the export of so many interactions, made by the database where it is missing."""
    export = (FOLDER / f"interactions_{size}.csv").absolute()
    made_by, sql = export.with_suffix(".sql"), _sql()
    if not export.exists() or not made_by.exists() or made_by.read_text(encoding="utf-8") != sql:
        write_export(export, size, (0, size))
        made_by.write_text(sql, encoding="utf-8")
    return export


def write_export(path: Path, size: int, rows: tuple[int, int]) -> None:
    """Writes the rows from a first to before a last of a company of so many interactions; those beyond them fall into its last week."""
    path.parent.mkdir(parents=True, exist_ok=True)
    named = {"first": rows[0], "last": rows[1], "customers": size // PER_CUSTOMER, "recent": size}
    with duckdb.connect(config={"memory_limit": "2GB", "threads": THREADS}) as connection:
        connection.execute(f"copy ({_sql()}) to '{path}' (header)", named)


def _sql() -> str:
    return (HERE / "made_export.sql").read_text(encoding="utf-8")


def _child(arm: str, export: Path, target: Path) -> tuple[str, Cost]:
    return process_tree.run([sys.executable, "-m", "benchmarks.loading", arm, str(export), str(target)])


def read(export: Path, target: Path) -> None:
    """Reads a file into a table of a new database, as the database does it by itself."""
    with duckdb.connect(str(target), config={"threads": THREADS, "memory_limit": "4GB"}) as connection:
        connection.read_csv(str(export)).create("interactions")


def load(export: Path, target: Path) -> Mapping[str, Mapping[str, float]]:
    """Loads a file into an empty workspace; returns the CPU seconds of its steps, the seconds of its chapters, and the bytes it keeps."""
    marks: list[tuple[str, float]] = [("begin", process_tree.cpu_seconds())]
    chapters: list[tuple[str, float]] = [("take in", time.perf_counter())]

    def note(step: Progressed) -> None:
        name = step.doing.replace(export.name, "the file")
        is_model = step.chapter == "build" and step.number > 0
        marks.append((f"{MODEL}{name}" if is_model else name, process_tree.cpu_seconds()))
        if step.chapter != chapters[-1][0]:
            chapters.append((step.chapter, time.perf_counter()))

    workspace = Workspace.create(target)
    report = load_exports(workspace, [export], note)
    if report.refused or not report.changed:
        raise SystemExit(f"{export.name} was not loaded: {[refused.reason for refused in report.refused]}")
    marks.append(("", process_tree.cpu_seconds()))
    chapters.append(("", time.perf_counter()))
    spent = {chapter: end - begin for (chapter, begin), (_, end) in itertools.pairwise(chapters)}
    return {"steps": _steps(marks), "chapters": spent, "kept": kept_by(workspace)}


def kept_by(workspace: Workspace) -> dict[str, float]:
    """Returns the bytes of a workspace's raw rows, typed rows and newest snapshot."""
    snapshot = current(workspace)
    typed = _bytes_below(workspace.typed)
    return {
        "raw rows": _bytes_below(workspace.raw) - typed,
        "typed rows": typed,
        "snapshot": snapshot.path.stat().st_size if snapshot else 0,
    }


def _bytes_below(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


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
    for work, unit in ((CPU_WORK, 1.0), (MEMORY_WORK, 1e9)):
        cells = [_judged(told.ratio if work == CPU_WORK else told.peak_bytes, work, unit, told.size) for told in runs]
        goal = goal_of(work)
        table.add_row(work, goal.all_words if goal else "", *cells)
    for label, arm in (("load", "loads"), ("read_csv into a table", "reads")):
        costs = [getattr(told, arm) for told in runs]
        walls = [statistics.median(cost.wall for cost in each) for each in costs]
        table.add_row(
            f"{label}: CPU; wall", "", *[f"{cpu(each):.1f} s; {wall:.1f} s" for each, wall in zip(costs, walls, strict=True)]
        )
    table.add_row("the file", "", *[f"{told.file_bytes / 1e6:,.0f} MB" for told in runs])
    return table


def _judged(value: float, work: str, unit: float, size: int) -> str:
    goal = goal_of(work)
    is_missed = goal is not None and goal.is_met(value, size) is False
    return f"{value / unit:.2f}{' GB' if unit > 1 else ' ×'}{' missed' if is_missed else ''}"


def kept_of(told: Run) -> list[Measured]:
    """Returns what one size took as entries to be kept."""
    rounds = len(told.loads)

    def entry(work: str, figure: float, unit: str = "s", ratio: float | None = None) -> Measured:
        return Measured(work=work, size=told.size, of=INTERACTIONS, figure=figure, unit=unit, ratio=ratio, rounds=rounds)

    return [
        entry(CPU_WORK, cpu(told.loads), ratio=told.ratio),
        entry(MEMORY_WORK, told.peak_bytes, "bytes"),
        entry("load: wall", statistics.median(cost.wall for cost in told.loads)),
        entry("read_csv: CPU", cpu(told.reads)),
        *[entry(f"load: wall, {chapter}", spent) for chapter, spent in told.chapters.items()],
        entry("load: the export", told.file_bytes, "bytes"),
        *[entry(f"load: {what}", held, "bytes") for what, held in told.kept.items()],
    ]


def main(sizes: Sequence[int]) -> None:
    """Makes, reads, loads and tells."""
    runs = []
    for size in sizes:
        runs.append(run(size))
        measured.keep(kept_of(runs[-1]))
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
