"""The tiny company before and after one more export: what every scenario of snapshots breaks, and what must come out of it.

A load costs seconds, nearly all of them for the models, which write nothing that anybody reads. Most trials therefore take the
database as it was built once: all else of the load (staging, parsing, casting, the registry, publishing) is the real one.
"""

import json
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any
from unittest import mock

import duckdb

from queries.engines.duckdb import open_build
from queries.intake import manifest
from queries.intake.stage import sha256_of
from queries.load import LoadReport, load
from queries.registry import keep_registry
from queries.workspace import Workspace
from tests.conftest import TINY, built_once, load_exports

NOW = datetime(2026, 11, 2, 9, 0)
HEADER = "order_id,email,ordered_at,amount,currency,status\n"
ORDERS = 120
OF_THE_REGISTRY = {"customer_registry", "registered_claim"}  # a killed load may have kept ids already, which the next one reads
Print = Mapping[str, tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Company:
    """One folder with the workspaces `before` and `after`, and the export that makes the one of the other."""

    folder: Path

    @property
    def export(self) -> Path:
        """The file that is loaded again and again."""
        return self.folder / "more orders.csv"

    @property
    def before(self) -> Workspace:
        """The tiny sample."""
        return Workspace(self.folder / "before")

    @property
    def after(self) -> Workspace:
        """The tiny sample and one more export, loaded without a break."""
        return Workspace(self.folder / "after")

    def copy(self, place: Path) -> Workspace:
        """Return a workspace of one's own as it was before, in place of what is there."""
        shutil.rmtree(place, ignore_errors=True)
        return Workspace(Path(shutil.copytree(self.before.root, place)))

    def load(self, workspace: Workspace, now: datetime = NOW) -> LoadReport:
        """Load the one more export."""
        return load(workspace, [self.export], now=now)


def company() -> Company:
    """Return the company, made once for all scenarios and kept until the code or the sample changes."""
    return Company(built_once("faults", _made))


def _made(folder: Path) -> None:
    made, tiny = Company(folder), built_once("tiny", lambda place: load_exports(place, TINY))
    rows = (f"K{number},ann{number % 50}@example.com,2026-10-01 10:00,5,EUR,placed\n" for number in range(ORDERS))
    made.export.write_text(HEADER + "".join(rows))
    shutil.copytree(tiny, made.before.root)
    shutil.copytree(tiny, made.after.root)
    made.load(made.after)


@contextmanager
def built_already(built: Path) -> Iterator[None]:
    """Let a load take its tables from a database that was built once; whatever else it does is done as ever."""

    def copied(path: Path, *, temporary: Path) -> duckdb.DuckDBPyConnection:
        shutil.copyfile(built, path)
        return open_build(path, temporary=temporary)

    with (
        mock.patch("queries.load.open_build", copied),
        mock.patch("queries.load.assemble"),
        mock.patch("queries.build.build", lambda connection, workspace, *_: keep_registry(connection, workspace)),
    ):
        yield


def current_database(workspace: Workspace) -> Path:
    """Return the database behind the pointer."""
    return workspace.snapshots / workspace.current.read_text().strip()


@cache
def fingerprint(path: Path) -> Print:
    """Return, by table, how many rows it has and what they add up to, in whatever order they lie."""
    with duckdb.connect(str(path), read_only=True, config={"threads": 1}) as connection:
        names = [name for (name,) in connection.sql("show tables").fetchall()]
        return {name: _sum(connection, name) for name in names if name not in OF_THE_REGISTRY}


def _sum(connection: duckdb.DuckDBPyConnection, table: str) -> tuple[int, int]:
    rows, total = connection.execute(f'select count(*), sum(hash(t)::hugeint) from "{table}" t').fetchall()[0]
    return rows, total or 0


def faults_of(workspace: Workspace, known: Mapping[str, Print]) -> list[str]:
    """Return what is wrong with what a workspace serves: it must be one of the known figures, whole, and as its manifest says."""
    try:
        path = current_database(workspace)
        told: Mapping[str, Any] = json.loads(path.with_suffix(".json").read_text())
        digest = sha256_of(path)
    except (OSError, ValueError) as error:
        return [f"the pointer leads to nothing whole: {error}"]
    if digest != told["sha256"]:
        return [f"{path.name} is not what its manifest says"]
    if digest in known:
        return []
    try:
        found = fingerprint(path)
    except duckdb.Error as error:
        return [f"{path.name} cannot be read: {error}"]
    return [] if found in known.values() else [f"{path.name} holds other figures than an unbroken load"]


def leftovers(workspace: Workspace) -> list[str]:
    """Return what lies in a workspace after a load that belongs to nothing."""
    in_use = {file.file_id for file in manifest.listed(workspace)}
    raw = [path for path in workspace.raw.iterdir() if path.suffix in (".parquet", ".json") and path.stem not in in_use]
    typed = [path for path in workspace.typed.iterdir() if path.name.split("-")[0] not in in_use]
    pairs = {
        path.stem: {".duckdb", ".json"} - {one.suffix for one in workspace.snapshots.glob(f"{path.stem}.*")}
        for path in workspace.snapshots.iterdir()
    }
    lone = [workspace.snapshots / stem for stem, missing in pairs.items() if missing]
    new = [path for path in workspace.root.rglob("*") if path.suffix == ".new"]
    return [str(path.relative_to(workspace.root)) for path in (*workspace.staging.iterdir(), *raw, *typed, *lone, *new)]
