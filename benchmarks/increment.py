"""`python -m benchmarks increment [SIZE …]`: what a batch costs where so many interactions are loaded already.

Loads an export of each size, then another export of the same source with 1 % more, of its last week; then everything is built anew from
the raw rows, as `cx rebuild` does. Both ways every fact has to hold as many rows. Then a batch of 10,000 rows is put into the inbox of
a running `cx serve --watch`: how long until an open page, which asks for the version every three seconds, has drawn the new snapshot?
"""

import http.client
import json
import os
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from rich.console import Console
from rich.table import Table

from benchmarks import measured, process_tree
from benchmarks.goals import GOALS
from benchmarks.loading import FOLDER, made_export, write_export
from benchmarks.measured import INTERACTIONS, Measured
from benchmarks.process_tree import Cost
from benchmarks.viewers import SECONDS_BETWEEN_VERSIONS, drawing
from queries.lifeline import end_with_parent
from queries.load import load
from queries.snapshots import current
from queries.workspace import Workspace

SIZES: Final = (1_000_000, 10_000_000)
SHARE: Final = 100
ROUNDS, FEW_ROUNDS, MANY = 2, 1, 30_000_000
PAGE_ROWS: Final = 10_000
PAGE_ROUNDS: Final = 3
SECONDS_TO_WAIT: Final = 1800
CPU_WORK, PAGE_WORK = "batch of 1 %: full rebuild ÷ batch, CPU", "batch of 10,000 rows: until an open page has it"
PANEL: Final = "header"

say = Console().print


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """What one size took: batches and rebuilds in turns, and by batch the seconds until an open page had it and until it was published."""

    size: int
    batches: Sequence[Cost]
    rebuilds: Sequence[Cost]
    on_page: Sequence[float]
    published: Sequence[float]


def run(size: int) -> Run:
    """Loads so many interactions, then batches; removes all of it in the end."""
    with TemporaryDirectory(dir=_made(FOLDER)) as folder:
        workspace = Workspace.create(Path(folder) / "workspace")
        export = made_export(size)
        _child("load", workspace, export)
        if size >= MANY:
            export.unlink()
        say(f"{size:,} interactions are loaded.")
        batches, rebuilds, given = list[Cost](), list[Cost](), size
        for _ in range(ROUNDS if size < MANY else FEW_ROUNDS):
            batch = Path(folder) / f"interactions_{given}.csv"
            write_export(batch, size, (given, given + size // SHARE))
            given += size // SHARE
            batches.append(_child("load", workspace, batch))
            before = _tables(workspace)
            rebuilds.append(_child("rebuild", workspace))
            _same(before, _tables(workspace))
            say(f"{size:,}: batch {batches[-1].cpu:.1f} s of CPU, everything anew {rebuilds[-1].cpu:.1f} s; equal tables")
        on_page, published = _on_a_page(workspace, Path(folder), size, given)
    return Run(size=size, batches=batches, rebuilds=rebuilds, on_page=on_page, published=published)


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _child(what: str, workspace: Workspace, *paths: Path) -> Cost:
    command = [sys.executable, "-m", "benchmarks.increment", what, str(workspace.root.absolute()), *map(str, paths)]
    return process_tree.run(command)[1]


def _tables(workspace: Workspace) -> Mapping[str, int]:
    """Returns how many rows each table of the newest snapshot has, as its manifest says."""
    snapshot = current(workspace)
    if snapshot is None:
        raise SystemExit("Nothing was published.")
    tables: Mapping[str, int] = json.loads(snapshot.path.with_suffix(".json").read_text(encoding="utf-8"))["tables"]
    return tables


def _same(batch: Mapping[str, int], rebuilt: Mapping[str, int]) -> None:
    """Raises SystemExit where a table of what happened to customers has other rows by the batch than anew."""
    facts = {name for name in {*batch, *rebuilt} if name.startswith("fct_") and name != "fct_restatement"}
    others = [
        f"{name}: {batch.get(name)} and {rebuilt.get(name)}" for name in sorted(facts) if batch.get(name) != rebuilt.get(name)
    ]
    if others:
        raise SystemExit(f"The batch and the rebuild hold other rows of {', '.join(others)}")


def _on_a_page(workspace: Workspace, folder: Path, size: int, given: int) -> tuple[list[float], list[float]]:
    """Returns the seconds from putting a file into the inbox until a page that is open has it, and until it was published."""
    on_page, published = [], []
    with _served(workspace) as port:
        page = _OpenPage(port)
        page.see()
        for number in range(PAGE_ROUNDS if size < MANY else 1):
            ready = folder / "batch.csv"
            first = given + number * PAGE_ROWS
            write_export(ready, size, (first, first + PAGE_ROWS))
            begin = time.monotonic()
            os.replace(ready, workspace.inbox / f"interactions_{first}.csv")
            published.append(page.wait_for_another(begin))
            page.see()
            on_page.append(time.monotonic() - begin)
            say(f"{size:,}: 10,000 rows were told of after {published[-1]:.1f} s and on the page after {on_page[-1]:.1f} s")
    return on_page, published


class _OpenPage:
    """A page that is open: it asks for the version as a browser does, and draws a panel when there is another one."""

    def __init__(self, port: int) -> None:
        self._port, self._version = port, self._asked(port)

    def wait_for_another(self, begin: float) -> float:
        """Returns the seconds since `begin` when the page is told of another version."""
        while (now := self._asked(self._port)) == self._version:
            if time.monotonic() - begin > SECONDS_TO_WAIT:
                raise SystemExit("The batch was never published.")
            time.sleep(SECONDS_BETWEEN_VERSIONS)
        self._version = now
        return time.monotonic() - begin

    def see(self) -> None:
        """Draws the head of the page, which says as of when it is; raises SystemExit where it is of another version."""
        told = _call(self._port, "POST", "/_dash-update-component", json.dumps(drawing("*", [PANEL])))
        versions = {part["data"]["version"] for part in json.loads(told)["response"].values()}
        if versions != {self._version}:
            raise SystemExit(f"The page shows {versions} and not version {self._version}.")

    @staticmethod
    def _asked(port: int) -> str:
        return str(json.loads(_call(port, "GET", "/api/version"))["version"])


def _call(port: int, method: str, path: str, body: str | None = None) -> str:
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=300)
    sent = {"Host": f"127.0.0.1:{port}", "Origin": f"http://127.0.0.1:{port}", "Content-Type": "application/json"}
    try:
        line.request(method, path, body, sent)
        answer = line.getresponse()
        told = answer.read().decode()
    finally:
        line.close()
    if answer.status != 200:
        raise SystemExit(f"{path} was answered with {answer.status}: {told[:200]}")
    return told


@contextmanager
def _served(workspace: Workspace) -> Iterator[int]:
    """Serves a workspace and watches its inbox until the block ends; gives the port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    command = [sys.executable, "-m", "dashboard.cli", "serve", "--workspace", str(workspace.root), "--port", str(port), "--watch"]
    with subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True, preexec_fn=end_with_parent
    ) as server:  # fmt: skip
        assert server.stdout is not None
        said = server.stdout.readline()
        if "answers at" not in said:
            raise SystemExit(f"The server did not start. It said: {said}")
        try:
            yield port
        finally:
            server.terminate()
            server.wait(timeout=120)


def cpu(costs: Sequence[Cost]) -> float:
    """Returns the median seconds of CPU."""
    return statistics.median(cost.cpu for cost in costs)


def kept_of(told: Run) -> list[Measured]:
    """Returns what one size took as entries to be kept."""

    def entry(work: str, figure: float, unit: str = "s", *, rounds: int, **given: Any) -> Measured:
        return Measured(work=work, size=told.size, of=INTERACTIONS, figure=figure, unit=unit, rounds=rounds, **given)

    turns, drops = len(told.batches), len(told.on_page)
    return [
        entry(CPU_WORK, cpu(told.batches), ratio=cpu(told.rebuilds) / cpu(told.batches), rounds=turns),
        entry("batch of 1 %: wall", statistics.median(cost.wall for cost in told.batches), rounds=turns),
        entry("batch of 1 %: memory", max(cost.peak_bytes for cost in told.batches), "bytes", rounds=turns),
        entry("full rebuild: CPU", cpu(told.rebuilds), rounds=turns),
        entry("full rebuild: wall", statistics.median(cost.wall for cost in told.rebuilds), rounds=turns),
        entry("full rebuild: memory", max(cost.peak_bytes for cost in told.rebuilds), "bytes", rounds=turns),
        entry(PAGE_WORK, statistics.median(told.on_page), rounds=drops),
        entry("batch of 10,000 rows: until it is told of", statistics.median(told.published), rounds=drops),
    ]


def main(sizes: Sequence[int]) -> None:
    """Loads, adds, builds anew, serves and tells."""
    table = Table("work", "size", "figure", "ratio", "goal", "")
    for size in sizes:
        seen = kept_of(run(size))
        measured.keep(seen)
        for each in seen:
            goal = GOALS.get(each.work)
            met = {True: "met", False: "missed", None: ""}[goal.is_met(each.judged, size) if goal else None]
            ratio = f"{each.ratio:.2f} ×" if each.ratio else ""
            table.add_row(each.work, f"{size:,}", f"{each.figure:,.3g} {each.unit}", ratio, goal.words(size) if goal else "", met)
    say(table)


if __name__ == "__main__":
    doing, where, *files = sys.argv[1:]
    report = load(Workspace.at(where), [Path(file) for file in files], anew=doing == "rebuild")
    if report.refused or not report.changed:
        raise SystemExit(f"Nothing was built: {[refused.reason for refused in report.refused]}")
