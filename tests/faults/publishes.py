"""Publish after publish under three readers: every page is of one snapshot wholly, none fails, and no descriptor is left open.

The databases are small ones, cut from the tiny sample, each with its number in five tables; one reader takes so long for a page
that many snapshots are published, and swept, meanwhile.
"""

import json
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any
from unittest import mock

import duckdb

from queries import snapshots
from queries.errors import QueriesError
from queries.policy import Policy
from queries.warehouse import Limits, Reading, Warehouse
from queries.workspace import Workspace, alone
from tests.faults.child import DONE, Child, Ended
from tests.faults.company import NOW, company, current_database
from tests.faults.fault import Counts, steps

SHORT, LONG = 40, 10_000
MADE = 16
PAUSES = (0.0, 0.002, 0.4)  # between the figures of a page
TABLES = (
    "workspace_setting",
    "entity_as_of",
    "known_until",
    "dimension",
    "customer_rule",
    "customer_redirect",
    "check_result",
    "customers",
)
FIGURES = {"settings": "title", "lapse": "lapse_after_days", "sources": "title", "redirects": "customer_id", "checks": "sentence"}
NUMBERED = {"workspace_setting": "title", "known_until": "title", "customer_redirect": "customer_id", "check_result": "sentence"}
MOST_MORE = 2  # descriptors: the new snapshot is opened before the old one is closed


def run(count: int, seed: int) -> Counts:
    """Publish so many times."""
    counts = Counts("publishes")
    with tempfile.TemporaryDirectory(prefix="faults-") as told_place:
        place = Path(told_place)
        workspace, built, stop = Workspace.create(place / "workspace"), _built(place, seed), place / "stop"
        _publish(workspace, built[0], 0)
        readers = [Child(_reader(workspace, stop, pause)) for pause in PAUSES]
        try:
            _publish_often(workspace, built, count, counts)
        finally:
            stop.touch()
            ended = [reader.wait() for reader in readers]
        for one in ended:
            _judge(one, counts)
    return counts


def _publish_often(workspace: Workspace, built: list[Path], count: int, counts: Counts) -> None:
    open_before = _descriptors()
    for number in steps(count, "publishing"):
        _publish(workspace, built[number % MADE], number)
        counts.count("publishes")
    kept = sorted(workspace.snapshots.iterdir())
    counts.expect(len(kept) <= 2 * (snapshots.KEPT + 1), f"{len(kept)} files are kept")
    counts.expect(_descriptors() <= open_before, f"publishing leaves {_descriptors() - open_before} descriptors open")
    counts.expect(snapshots.published(workspace)[0] == snapshots.current(workspace), "the newest is not the one that is served")


def _publish(workspace: Workspace, built: Path, number: int) -> None:
    """Sweep and publish as a load does."""
    with alone(workspace):
        snapshots.sweep(workspace, ["f"])
        with snapshots.building(workspace) as path:
            shutil.copyfile(built, path)
            snapshots.publish(workspace, path, files=["f"], definitions="d", now=NOW + timedelta(seconds=number))


def _built(place: Path, seed: int) -> list[Path]:
    """Return small databases, each with another number wherever a page looks."""
    template = place / "template.duckdb"
    with duckdb.connect(str(template)) as connection:
        connection.execute(f"attach '{current_database(company().before)}' as tiny (read_only)")
        for table in TABLES:
            connection.execute(f"create table {table} as from tiny.{table}")
        connection.execute("delete from customer_redirect")
        connection.execute("insert into customer_redirect (old_customer_id, customer_id) values ('old', 'new')")
        connection.execute("detach tiny")
    made = [place / f"built-{number}.duckdb" for number in range(MADE)]
    for number, path in enumerate(made, start=seed):
        shutil.copyfile(template, path)
        with duckdb.connect(str(path)) as connection:
            for table, column in NUMBERED.items():
                connection.execute(f"update {table} set {column} = $number", {"number": str(number)})
            connection.execute("update customer_rule set lapse_after_days = $number", {"number": number})
            connection.execute("checkpoint")
    return made


def _reader(workspace: Workspace, stop: Path, pause: float) -> Callable[[], str]:
    """Return the work of one reader: page after page until it is stopped; then what it saw, as JSON."""

    def work() -> str:
        warehouse = Warehouse.open(workspace, Limits(memory="200MB", threads=1))
        pages, seen, wrong, most, first = 0, set[str](), list[str](), 0, 0
        while not stop.exists() and len(wrong) < 5:
            try:
                snapshot, numbers = _page(warehouse, pause)
            except (QueriesError, duckdb.Error) as error:
                wrong.append(f"a page failed: {error}")
                continue
            if len(numbers) != 1:
                wrong.append(f"a page of {snapshot} tells of {len(numbers)} snapshots")
            if seen and snapshot < max(seen):
                wrong.append(f"after {max(seen)} came {snapshot}")
            seen.add(snapshot)
            pages += 1
            most = max(most, _descriptors())
            first = first or most
        if most > first + MOST_MORE:
            wrong.append(f"{first} descriptors became {most}")
        warehouse.close()
        return json.dumps({"pages": pages, "snapshots": len(seen), "wrong": wrong})

    return work


def _page(warehouse: Warehouse, pause: float) -> tuple[str, set[str]]:
    """Return the snapshot of one page and the numbers that its figures tell; it is read twice."""
    with warehouse.reading(Policy.everything()) as reading:
        numbers = set[str]()
        for _ in range(2):
            for figure, column in FIGURES.items():
                numbers |= {str(row[column]) for row in reading.run(figure)}
                time.sleep(pause / len(FIGURES))
        return reading.snapshot, numbers


def _judge(ended: Ended | None, counts: Counts) -> None:
    if ended is None or ended.code != DONE:
        counts.miss(f"a reader ended: {ended}")
        return
    told = json.loads(ended.told)
    counts.count("readers")
    counts.count("pages", told["pages"])
    counts.count("snapshots seen", told["snapshots"])
    counts.expect(told["snapshots"] > 1, "a reader never saw another snapshot")
    for wrong in told["wrong"]:
        counts.miss(wrong)


def _descriptors() -> int:
    return len(os.listdir("/proc/self/fd"))


@contextmanager
def _every_question_anew() -> Iterator[None]:
    """Let every figure of a page be of whatever snapshot is current then."""
    real = Warehouse.reading

    class Loose:
        def __init__(self, warehouse: Warehouse, policy: Policy, first: Reading) -> None:
            self.warehouse, self.policy, self.snapshot = warehouse, policy, first.snapshot

        def run(self, figure: str) -> list[dict[str, Any]]:
            with real(self.warehouse, self.policy) as reading:
                return reading.run(figure)

    @contextmanager
    def reading(warehouse: Warehouse, policy: Policy) -> Iterator[Loose]:
        with real(warehouse, policy) as first:
            yield Loose(warehouse, policy, first)

    with mock.patch.object(Warehouse, "reading", reading):
        yield


@contextmanager
def _never_closed() -> Iterator[None]:
    """Leave every snapshot open that was ever read."""
    kept: list[object] = []
    with mock.patch("queries.warehouse._Snapshot.close_when_unread", lambda snapshot: kept.append(snapshot)):
        yield


PLANTED = {"a page takes what is current": _every_question_anew, "snapshots stay open": _never_closed}
