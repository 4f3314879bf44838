"""Publishes a built database as an immutable snapshot under a name of its own, and moves the pointer to it.

Killed at any moment, the pointer names the last snapshot that was whole.
"""

import json
import re
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from uuid import uuid4

import duckdb

from queries.errors import SnapshotError
from queries.intake.manifest import sync_file, sync_folder, write_durably
from queries.intake.stage import sha256_of
from queries.workspace import Workspace

KEPT = 3
SCHEMA_VERSION = 1
SPARE_BYTES = 256 << 20
BUILDING = ".build-"
ID_TIME = "%Y%m%dT%H%M%S"


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """One published database: its id, where it lies, what it was made of, and when (UTC).

    raw: of each of its files the sha256 of the raw rows it was made of.
    """

    snapshot_id: str
    path: Path
    files: tuple[str, ...]
    definitions: str
    raw: tuple[str, ...] = ()
    made_at: datetime | None = field(default=None, compare=False)


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


def publish(
    workspace: Workspace, build: Path, *, files: Sequence[str], definitions: str, now: datetime, raw: Sequence[str] = ()
) -> Snapshot:
    """Verify a closed build, give it its name, and move the pointer to it; raise SnapshotError when it is not whole."""
    tables = _verified(build)
    snapshot_id = f"{_after_all(workspace, now):{ID_TIME}}-{uuid4().hex[:8]}"
    told = {
        "snapshot": snapshot_id,
        "schema_version": SCHEMA_VERSION,
        "made_at": now.isoformat(),
        "files": list(files),
        "raw": list(raw),
        "definitions": definitions,
        "tables": tables,
        "sha256": sha256_of(build),
    }
    sync_file(build)
    target = workspace.snapshots / f"{snapshot_id}.duckdb"
    write_durably(target.with_suffix(".json"), json.dumps(told, indent=1))
    build.rename(target)
    sync_folder(workspace.snapshots)
    made = Snapshot(
        snapshot_id=snapshot_id, path=target, files=tuple(files), definitions=definitions, raw=tuple(raw), made_at=now
    )
    point_to(workspace, made)
    return made


def _after_all(workspace: Workspace, now: datetime) -> datetime:
    """Return a time for a snapshot's name: now, or a second after the newest one's when the clock has not come that far."""
    names = (path.name.split("-")[0] for path in workspace.snapshots.glob("*.duckdb"))
    times = [datetime.fromisoformat(name) for name in names if re.fullmatch(r"\d{8}T\d{6}", name)]
    return max([now, *(time + timedelta(seconds=1) for time in times)])


def point_to(workspace: Workspace, snapshot: Snapshot) -> None:
    """Move the pointer to a snapshot; whoever reads follows with the next question."""
    write_durably(workspace.current, f"{snapshot.path.name}\n")


def current(workspace: Workspace) -> Snapshot | None:
    """Return the snapshot that the pointer names; None before the first load, and where the pointer leads to none.

    Whoever loads then builds a new one from the raw exports.
    """
    try:
        path = workspace.snapshots / workspace.current.read_text(encoding="utf-8").strip()
    except (OSError, ValueError):
        return None
    return _read(path)


def _read(path: Path) -> Snapshot | None:
    """Return the snapshot of a database and the manifest beside it; None where one of them is missing or cannot be read."""
    try:
        told = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
        found = Snapshot(
            snapshot_id=path.stem,
            path=path,
            files=tuple(told["files"]),
            definitions=str(told["definitions"]),
            raw=tuple(told.get("raw", ())),
            made_at=datetime.fromisoformat(told["made_at"]) if "made_at" in told else None,
        )
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return found if path.is_file() else None


def published(workspace: Workspace) -> list[Snapshot]:
    """Return every snapshot that is kept, the newest first; one without a manifest is made of nothing that is known."""
    paths = sorted(workspace.snapshots.glob("*.duckdb"), reverse=True)
    told = [_read(path) or Snapshot(snapshot_id=path.stem, path=path, files=(), definitions="") for path in paths]
    return [one for one in told if not one.path.name.startswith(".")]


def is_whole(snapshot: Snapshot) -> bool:
    """Return whether a snapshot's database is still the one that was published, and of this version of the schema."""
    try:
        told = json.loads(snapshot.path.with_suffix(".json").read_text(encoding="utf-8"))
        return bool(told["schema_version"] == SCHEMA_VERSION and sha256_of(snapshot.path) == told["sha256"])
    except (OSError, ValueError, KeyError, TypeError):
        return False


def is_outdated(snapshot: Snapshot, raw: Mapping[str, str]) -> bool:
    """Return whether a snapshot was made of raw rows from which somebody was taken out since; `raw`: their sha256 now, by file."""
    return any(raw.get(file_id, made_of) != made_of for file_id, made_of in zip(snapshot.files, snapshot.raw, strict=False))


def drop_outdated(workspace: Workspace, raw: Mapping[str, str]) -> None:
    """Remove every snapshot but the served one that was made of raw rows from which somebody was taken out since."""
    served = current(workspace)
    for old in published(workspace):
        if old != served and is_outdated(old, raw):
            remove(old.path)


def remove(path: Path) -> None:
    """Remove a snapshot's database, and what says of what it was made."""
    path.unlink()
    path.with_suffix(".json").unlink(missing_ok=True)


def sweep(workspace: Workspace, in_use: Sequence[str]) -> None:
    """Remove what an interrupted load left behind, and all but the newest snapshots; only the holder of the lock may.

    A snapshot of files that are not in use was never served: its load was killed before the pointer moved.
    """
    for left in _left_behind(workspace):
        _clear(left)
    served = current(workspace)
    kept = [one for one in published(workspace) if not served or served == one or set(one.files) <= set(in_use)]
    for old in published(workspace):
        if old not in kept[:KEPT] and old != served:
            remove(old.path)


def _left_behind(workspace: Workspace) -> Iterator[Path]:
    yield from workspace.snapshots.glob(f"{BUILDING}*")
    yield from (path for path in workspace.snapshots.glob("*.json") if not path.with_suffix(".duckdb").exists())
    yield from (path for folder in (workspace.raw, workspace.registry, workspace.snapshots) for path in folder.glob("*.new"))
    yield from workspace.root.glob(f".{workspace.current.name}.new")
    yield from workspace.quarantine.rglob(".*.new")
    yield from workspace.staging.iterdir()
    yield from workspace.typed.glob(".*")


@contextmanager
def staging_emptied(workspace: Workspace) -> Iterator[None]:
    """Leave no private copy of a file behind, whatever a parser that was stopped left of one; only for the holder of the lock."""
    try:
        yield
    finally:
        for left in workspace.staging.iterdir():
            _clear(left)


def _clear(left: Path) -> None:
    """Remove what was left behind; what a parser that is being stopped still writes there goes the next time."""
    if left.is_dir():
        shutil.rmtree(left, ignore_errors=True)
    else:
        left.unlink(missing_ok=True)


def _verified(build: Path) -> Mapping[str, int]:
    """Return the rows of every table, read by a second, read-only opening."""
    if build.with_name(f"{build.name}.wal").exists():
        raise SnapshotError("the build was not closed: it still has a log", where=build.name, instead="Load again")
    try:
        with duckdb.connect(str(build), read_only=True) as connection:
            names = [name for (name,) in connection.sql("show tables").fetchall()]
            return {name: connection.table(name).count("*").fetchall()[0][0] for name in names}
    except duckdb.Error as error:
        raise SnapshotError(
            f"the build cannot be read: {str(error).splitlines()[0]}", where=build.name, instead="Load again"
        ) from error
