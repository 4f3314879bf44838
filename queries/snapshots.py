"""Publishes a built database as an immutable snapshot under a name of its own, and moves the pointer to it.

Killed at any moment, the pointer names the last snapshot that was whole.
"""

import json
import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import uuid4

import duckdb

from queries.errors import SnapshotError
from queries.intake.manifest import sync_folder, write_durably
from queries.intake.stage import sha256_of
from queries.workspace import Workspace

KEPT = 3
SCHEMA_VERSION = 1
SPARE_BYTES = 256 << 20
BUILDING = ".build-"


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """One published database: its id, where it lies, and what it was made of."""

    snapshot_id: str
    path: Path
    files: tuple[str, ...]
    definitions: str


@contextmanager
def building(workspace: Workspace) -> Iterator[Path]:
    """Give the path of a database to build; what is left of one that fails is removed."""
    path = new_build(workspace)
    try:
        yield path
    except BaseException:
        for left in workspace.snapshots.glob(f"{path.name}*"):
            left.unlink()
        raise


def new_build(workspace: Workspace) -> Path:
    """Return the path of a database to build; raise SnapshotError when the disk is nearly full."""
    check_space(workspace)
    return workspace.snapshots / f"{BUILDING}{uuid4().hex[:12]}.duckdb"


def check_space(workspace: Workspace, arriving: int = 0) -> None:
    """Raise SnapshotError when the disk has no room for a build, and for so many bytes of new exports before it."""
    newest = current(workspace)
    wanted = SPARE_BYTES + (2 * newest.path.stat().st_size if newest else 0) + arriving
    free = shutil.disk_usage(workspace.snapshots).free
    if free < wanted:
        told = f"{free >> 20:,} MB are free and {wanted >> 20:,} MB are needed to build"
        raise SnapshotError(told, where=str(workspace.snapshots), instead="Free some space; the last snapshot keeps serving")


def publish(workspace: Workspace, build: Path, *, files: Sequence[str], definitions: str, now: datetime) -> Snapshot:
    """Verify a closed build, give it its name, and move the pointer to it; raise SnapshotError when it is not whole."""
    tables = _verified(build)
    snapshot_id = f"{now:%Y%m%dT%H%M%S}-{uuid4().hex[:8]}"
    told = {
        "snapshot": snapshot_id,
        "schema_version": SCHEMA_VERSION,
        "made_at": now.isoformat(),
        "files": list(files),
        "definitions": definitions,
        "tables": tables,
        "sha256": sha256_of(build),
    }
    _sync(build)
    target = workspace.snapshots / f"{snapshot_id}.duckdb"
    write_durably(target.with_suffix(".json"), json.dumps(told, indent=1))
    build.rename(target)
    sync_folder(workspace.snapshots)
    write_durably(workspace.current, f"{target.name}\n")
    return Snapshot(snapshot_id=snapshot_id, path=target, files=tuple(files), definitions=definitions)


def current(workspace: Workspace) -> Snapshot | None:
    """Return the snapshot that the pointer names; None before the first load, and where the pointer leads to none.

    Whoever loads then builds a new one from the raw exports.
    """
    try:
        path = workspace.snapshots / workspace.current.read_text(encoding="utf-8").strip()
        told = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
        found = Snapshot(snapshot_id=path.stem, path=path, files=tuple(told["files"]), definitions=str(told["definitions"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return found if path.is_file() else None


def is_whole(snapshot: Snapshot) -> bool:
    """Return whether a snapshot's database is still the one that was published."""
    told = json.loads(snapshot.path.with_suffix(".json").read_text(encoding="utf-8"))
    return bool(sha256_of(snapshot.path) == told.get("sha256"))


def sweep(workspace: Workspace) -> None:
    """Remove what an interrupted load left behind, and all but the newest snapshots; only the holder of the lock may."""
    for left in workspace.snapshots.glob(f"{BUILDING}*"):
        left.unlink()
    for left in (*workspace.staging.iterdir(), *workspace.typed.glob(".*")):
        shutil.rmtree(left) if left.is_dir() else left.unlink()
    newest = current(workspace)
    published = sorted(workspace.snapshots.glob("*.duckdb"), reverse=True)
    for old in published[KEPT:]:
        if newest is None or old != newest.path:
            old.unlink()
            old.with_suffix(".json").unlink(missing_ok=True)


def _verified(build: Path) -> Mapping[str, int]:
    """Return the rows of every table, read by a second, read-only opening."""
    if build.with_name(f"{build.name}.wal").exists():
        raise SnapshotError("the build was not closed: it still has a log", where=build.name, instead="Load again")
    try:
        with duckdb.connect(str(build), read_only=True) as connection:
            names = [name for (name,) in connection.sql("show tables").fetchall()]
            return {name: connection.table(name).count("*").fetchall()[0][0] for name in names}
    except duckdb.Error as error:
        raise SnapshotError(f"the build cannot be read: {error}", where=build.name, instead="Load again") from error


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
