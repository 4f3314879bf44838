"""Two loaders at once: one waits its turn or is refused plainly, and what both were to load is there in the end, counted once.

Each has a file of its own; what is refused is loaded again until it goes through, as a person or the watcher would do.
"""

import random
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest import mock

import duckdb

from queries.load import load
from queries.workspace import Workspace
from tests.faults.child import DONE, REFUSED, Child, Ended, forked_parser
from tests.faults.company import HEADER, NOW, leftovers
from tests.faults.fault import Counts, steps

SHORT, LONG = 1, 40
ROWS = 20
BUSY = "another load is at work. Wait until it is done."
MOST_TRIES = 6


def run(count: int, seed: int) -> Counts:
    """Let two load so many times."""
    counts, draw = Counts("loaders"), random.Random(seed)
    with tempfile.TemporaryDirectory(prefix="faults-") as told_place:
        place = Path(told_place)
        for number in steps(count, "loading by two"):
            if counts.is_lost:
                break
            _race(place / str(number), draw, counts)
    return counts


def _race(place: Path, draw: random.Random, counts: Counts) -> None:
    """Let two load a file each into a new workspace, the second a moment after the first."""
    workspace = Workspace.create(place / "workspace")
    files = [_write(place / f"orders {letter}.csv", letter) for letter in "AB"]
    first = Child(_load(workspace, files[0]))
    at_once = first.wait(draw.uniform(0, 1.0))
    second = Child(_load(workspace, files[1]))
    for file, ended in zip(files, (at_once or first.wait(), second.wait()), strict=True):
        _until_done(workspace, file, ended, counts)
    counts.count("races")
    _judge(workspace, files, counts)


def _until_done(workspace: Workspace, file: Path, ended: Ended | None, counts: Counts) -> None:
    for _ in range(MOST_TRIES):
        if ended is not None and ended.code == DONE:
            return
        if ended is None or ended.code != REFUSED or not ended.told.endswith(BUSY):
            counts.miss(f"{file.name}: {ended}")
        counts.count("refused while the other was at work")
        ended = Child(_load(workspace, file)).wait()
    counts.miss(f"{file.name} was never loaded")


def _judge(workspace: Workspace, files: list[Path], counts: Counts) -> None:
    """Look whether every row is there once, and whether the ledger of every file adds up."""
    with duckdb.connect(str(workspace.snapshots / workspace.current.read_text().strip()), read_only=True) as connection:
        orders = connection.sql("select count(*), count(distinct order_id) from orders").fetchall()[0]
        ledger = connection.sql(
            "select file_name, sum(records), sum(loaded_new + loaded_updated + rejected + duplicates) "
            "from ledger where is_primary group by file_name order by file_name"
        ).fetchall()
    wanted = len(files) * ROWS
    counts.count("rows", orders[0])
    counts.expect(orders == (wanted, wanted), f"{wanted} orders became {orders[0]}, {orders[1]} of them different")
    counts.expect(ledger == [(file.name, ROWS, ROWS) for file in files], f"the ledger does not add up: {ledger}")
    for path in leftovers(workspace):
        counts.miss(f"left behind: {path}")


def _load(workspace: Workspace, file: Path) -> Callable[[], object]:
    def work() -> str:
        with forked_parser():
            report = load(workspace, [file], now=NOW)
        return "\n".join(one.reason for one in report.refused)

    return work


def _write(path: Path, letter: str) -> Path:
    path.parent.mkdir(exist_ok=True)
    rows = (f"{letter}{number},ann{number}@example.com,2026-10-01 10:00,5,EUR,placed\n" for number in range(ROWS))
    path.write_text(HEADER + "".join(rows))
    return path


@contextmanager
def _no_lock() -> Iterator[None]:
    """Let everybody load at once."""

    @contextmanager
    def nobody_waits(_: Workspace) -> Iterator[None]:
        yield

    with mock.patch("queries.load.alone", nobody_waits):
        yield


PLANTED = {"nobody locks": _no_lock}
