"""What is known of every file that was taken in: one JSON file beside its raw Parquet, and the list of those in use."""

import json
import os
import shutil
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from queries.errors import IntakeError, WorkspaceError
from queries.intake.reading import Reading
from queries.intake.stage import sha256_of
from queries.workspace import Workspace

AGAIN = "Restore it from a copy of the workspace, or load all exports into a new one"


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenIn:
    """One file in the workspace: its name, its place in the order of loading, and what was read from it. Times are UTC.

    removed: how many of its records are gone because whom they tell of asked for it.   expired: when, and by which retention.toml,
    it was last looked through for people who are kept no longer.   named_forgotten: whether it named somebody who asked to be forgotten.
    has_aged: whether rows of it lost their person by age.   whole_sha256: that of the archive or workbook it came in.
    """

    file_id: str
    file_name: str
    sha256: str
    size: int
    file_time: datetime
    staged_at: datetime
    loaded_order: int
    reading: Reading
    raw_sha256: str
    removed: int = 0
    expired: str = ""
    named_forgotten: bool = False
    has_aged: bool = False
    whole_sha256: str = ""

    def raw_path(self, workspace: Workspace) -> Path:
        """Return where its raw rows lie."""
        return workspace.raw / f"{self.file_id}.parquet"


def listed(workspace: Workspace) -> list[TakenIn]:
    """Return the files in use, in the order of loading."""
    path = workspace.registry / "files.json"
    if not path.exists():
        return []
    told = _json(path, "Restore it: the newest .json in snapshots/ lists the same files")
    return [_read(workspace.raw / f"{file_id}.json", place) for place, file_id in enumerate(told, start=1)]


def write_list(workspace: Workspace, file_ids: Iterable[str]) -> None:
    """Keep which files are in use, and in which order."""
    write_durably(workspace.registry / "files.json", json.dumps(list(file_ids), indent=1))


def write(workspace: Workspace, file: TakenIn) -> None:
    """Keep what is known of one file."""
    told = asdict(file)
    del told["loaded_order"]
    told.update(file_time=file.file_time.isoformat(), staged_at=file.staged_at.isoformat())
    write_durably(workspace.raw / f"{file.file_id}.json", json.dumps(told, indent=1))


def again(workspace: Workspace, file: TakenIn) -> TakenIn:
    """Return what is known of a file now."""
    return _read(workspace.raw / f"{file.file_id}.json", file.loaded_order)


def rewrite_raw(workspace: Workspace, file: TakenIn, written: Path, removed: int, *, expired: str = "") -> TakenIn:
    """Replace a file's raw rows by those in `written`, of which so many fewer; killed at any moment, `finish_rewrites` ends it."""
    for folder in workspace.typed.glob(f"{file.file_id}-*"):
        shutil.rmtree(folder)
    new = _rewritten(workspace, file.file_id)
    with written.open("rb") as handle:
        os.fsync(handle.fileno())
    written.replace(new)
    sync_folder(workspace.raw)
    made = replace(
        file,
        raw_sha256=sha256_of(new),
        removed=file.removed + removed,
        expired=expired or file.expired,
        named_forgotten=file.named_forgotten or not expired,
        has_aged=file.has_aged or bool(expired),
    )
    write(workspace, made)
    new.replace(file.raw_path(workspace))
    sync_folder(workspace.raw)
    return made


def finish_rewrites(workspace: Workspace) -> None:
    """End what was killed while it replaced raw rows: those that the manifest tells of are put in place, others are removed."""
    for file in listed(workspace):
        new = _rewritten(workspace, file.file_id)
        if new.exists() and sha256_of(new) == file.raw_sha256:
            new.replace(file.raw_path(workspace))
    for left in workspace.raw.glob(".*.rewritten"):
        left.unlink()


def _rewritten(workspace: Workspace, file_id: str) -> Path:
    return workspace.raw / f".{file_id}.rewritten"


def forget_unused(workspace: Workspace) -> None:
    """Remove what a load that came to nothing had read: only files in use are kept."""
    in_use = {file.file_id for file in listed(workspace)}
    for path in (*workspace.raw.glob("*.parquet"), *workspace.raw.glob("*.json"), *workspace.typed.iterdir()):
        if path.name.split(".")[0].split("-")[0] not in in_use:
            shutil.rmtree(path) if path.is_dir() else path.unlink()


def check_raw(workspace: Workspace, file: TakenIn) -> None:
    """Raise IntakeError when the raw rows are no longer those that were written."""
    path = file.raw_path(workspace)
    if not path.exists() or sha256_of(path) != file.raw_sha256:
        raise IntakeError(
            f"the raw rows of {file.file_name} are damaged",
            where=f"raw/{path.name}",
            instead=AGAIN,
        )


def write_durably(path: Path, text: str) -> None:
    """Replace a file so that it is the old one or the new one, whatever happens in between."""
    new = path.with_name(f".{path.name}.new")
    with new.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    new.replace(path)
    sync_folder(path.parent)


def sync_file(path: Path) -> None:
    """Make what was written to a file durable."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def sync_folder(folder: Path) -> None:
    """Make the names in a folder durable."""
    sync_file(folder)


def _json(path: Path, instead: str) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise WorkspaceError("is missing or damaged", where=f"{path.parent.name}/{path.name}", instead=instead) from error


def _read(path: Path, place: int) -> TakenIn:
    told: dict[str, Any] = _json(path, AGAIN)
    reading = Reading.of(told["reading"])
    times = {name: datetime.fromisoformat(told[name]) for name in ("file_time", "staged_at")}
    return TakenIn(**{**told, **times, "reading": reading, "loaded_order": place})
