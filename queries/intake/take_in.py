"""Takes files in: staged, recognised, read, cast; each one whole and adding up, or refused with its reason."""

import errno
import hashlib
import json
import os
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from fnmatch import fnmatch
from functools import cache
from itertools import count
from pathlib import Path

import duckdb

from queries.errors import IntakeError, LedgerMismatch, NotRecognised, Unreadable, did_you_mean
from queries.intake import manifest
from queries.intake.cast import cast_file
from queries.intake.contract import FOLDER as ENTITIES
from queries.intake.database import is_shortage
from queries.intake.manifest import TakenIn
from queries.intake.parse import parse
from queries.intake.reading import Job, Reading
from queries.intake.recognise import plain
from queries.intake.source import Habits, Source
from queries.intake.stage import Staged, readable, sha256_of, stage
from queries.intake.target import RawFile
from queries.workspace import Workspace

Told = Callable[[str], None]
LONGEST_NAME = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Declared:
    """What the workspace declares about its exports."""

    sources: Mapping[str, Source]
    habits: Mapping[str, Habits]
    zone: str

    def source_name(self, source: Source, file_name: str) -> str:
        """Return the source of rows that do not name one: for the import format, whose file names sources.toml knows."""
        by_name = [habit.source for habit in self.habits.values() for files in habit.files if fnmatch(file_name, files)]
        return by_name[0] if by_name and source.is_import_format else source.source


@dataclass(frozen=True, slots=True, kw_only=True)
class New:
    """A file that was taken in now."""

    origin: Path
    file: TakenIn


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """A file that was not taken in, the sentence that says why, and whether a copy of it lies in quarantine."""

    origin: Path
    reason: str
    is_kept: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenBefore:
    """A file whose content is in use already, under the name it first came with."""

    origin: Path
    file_name: str


def take_in(
    workspace: Workspace, origins: Sequence[Path], declared: Declared, now: datetime, told: Told
) -> Iterator[New | Refused | SeenBefore]:
    """Yield what became of each file, in order; a refused one lies in quarantine with its reason."""
    in_use = {file.sha256: file for file in manifest.listed(workspace)}
    staged: dict[str, Staged] = {}
    for origin in origins:
        told(f"Copying {origin.name}")
        copy = _staged(workspace, origin, now)
        if isinstance(copy, Refused):
            yield copy
        elif copy.sha256 in in_use or copy.sha256 in staged:
            copy.path.unlink()
            earlier = in_use.get(copy.sha256)
            yield SeenBefore(origin=origin, file_name=earlier.file_name if earlier else staged[copy.sha256].name)
        else:
            staged[copy.sha256] = copy
    yield from _read(workspace, list(staged.values()), declared, len(in_use), told)


def _staged(workspace: Workspace, origin: Path, now: datetime) -> Staged | Refused:
    try:
        return stage(origin, workspace.staging, now)
    except IntakeError as error:
        return Refused(origin=origin, reason=str(error))


def set_aside(workspace: Workspace, origin: Path, reason: str) -> None:
    """Move a file into quarantine, with its reason beside it; another one that was refused under its name steps aside."""
    target = workspace.quarantine / _short(readable(origin.name))
    told = target.with_name(f"{target.name}.reason.txt")
    if origin.is_symlink() or not origin.exists():
        origin.unlink(missing_ok=True)
    else:
        if target.exists() and not _is_same(target, origin):
            aside = free_name(target)
            target.replace(aside)
            if told.exists():
                told.replace(aside.with_name(f"{aside.name}.reason.txt"))
        shutil.move(origin, target)
    manifest.write_durably(told, reason + "\n")


def free_name(path: Path) -> Path:
    """Return the path itself, or one beside it with a number, under which there is no file yet."""
    path = path.with_name(_short(path.name))
    numbered = (path.with_name(f"{path.stem}-{number}{path.suffix}") for number in count(2))
    return path if not path.exists() else next(one for one in numbered if not one.exists())


def _is_same(first: Path, second: Path) -> bool:
    """Return whether two files hold the same; what is no regular file is never opened."""
    return first.is_file() and second.is_file() and sha256_of(first) == sha256_of(second)


def _short(name: str) -> str:
    """Return a name that leaves room for what is added to it: 200 bytes at most, its end kept."""
    return name.encode()[-LONGEST_NAME:].decode("utf-8", "ignore")


def _read(workspace: Workspace, staged: Sequence[Staged], declared: Declared, place: int, told: Told) -> Iterator[New | Refused]:
    by_path = {copy.path: copy for copy in staged}
    jobs = [
        Job(
            path=copy.path,
            name=copy.name,
            sources=declared.sources,
            target=copy.path.with_suffix(".parquet"),
            folder=workspace.staging,
        )
        for copy in staged
    ]
    for job, outcome in parse(jobs):
        copy = by_path[job.path]
        told(f"Reading {copy.name}")
        if isinstance(outcome, IntakeError):
            yield _refuse(workspace, copy, str(outcome))
            continue
        file = _keep(workspace, copy, job.target, outcome, place + 1)
        try:
            _check_rows(cast(workspace, file, declared), file, declared.sources[file.reading.source_id])
        except IntakeError as error:
            yield _refuse(workspace, copy, str(error))
            continue
        copy.path.unlink()
        place += 1
        yield New(origin=copy.origin, file=file)


def _keep(workspace: Workspace, copy: Staged, raw: Path, reading: Reading, place: int) -> TakenIn:
    file = TakenIn(
        file_id=copy.file_id,
        file_name=copy.name,
        sha256=copy.sha256,
        size=copy.size,
        file_time=copy.file_time,
        staged_at=copy.staged_at,
        loaded_order=place,
        reading=reading,
        raw_sha256=sha256_of(raw),
    )
    raw.replace(file.raw_path(workspace))
    manifest.write(workspace, file)
    return file


def cast(workspace: Workspace, file: TakenIn, declared: Declared) -> Path:
    """Return the folder with the file's typed rows, made now unless the same declaration made them before."""
    source = declared.sources.get(file.reading.source_id)
    if source is None:
        raise IntakeError(
            f"{file.file_name} was loaded by the format {file.reading.source_id}, which is no longer declared",
            instead=f"Put sources/{file.reading.source_id}.toml back",
        )
    raw = RawFile(
        file_id=file.file_id,
        name=file.file_name,
        path=file.raw_path(workspace),
        file_time=file.file_time,
        reading=file.reading,
        source=source,
        zone=declared.zone,
        default_source=declared.source_name(source, file.file_name),
        habits=declared.habits,
    )
    folder = workspace.typed / f"{file.file_id}-{_stamp(raw)}"
    if not _is_cast(folder):
        manifest.check_raw(workspace, file)
        _cast_into(raw, folder, workspace.staging)
    return folder


def _is_cast(folder: Path) -> bool:
    """Return whether a folder holds typed rows; one that was damaged is made again."""
    try:
        told = json.loads((folder / "blocks.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return all((folder / block["file"]).exists() for block in told)


def _cast_into(raw: RawFile, folder: Path, spill: Path) -> None:
    being_made = folder.with_name(f".{folder.name}")
    shutil.rmtree(being_made, ignore_errors=True)
    being_made.mkdir()
    try:
        cast_file(raw, being_made, spill)
    except duckdb.Error as error:
        if is_shortage(error):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(folder)) from error
        raise Unreadable(
            f"cannot be cast: {str(error).splitlines()[0]}", where=raw.name, instead=f"Look at {raw.source.told_in}"
        ) from error
    for old in folder.parent.glob(f"{raw.file_id}-*"):
        shutil.rmtree(old)
    being_made.replace(folder)


def _stamp(raw: RawFile) -> str:
    habits = {
        name: replace(habit, title="", known_until="", interval_seconds=None, finished=False, full=False, files=())
        for name, habit in raw.habits.items()
    }
    told = repr((raw.source, habits, raw.zone, raw.default_source, raw.name, raw.time_text, raw.reading.records, program_stamp()))
    return hashlib.sha256(told.encode()).hexdigest()[:12]


@cache
def program_stamp() -> str:
    """Return a text that changes whenever the code that casts, or the entities, do."""
    files = sorted([*Path(__file__).parent.glob("*.*"), *ENTITIES.glob("*.sql")])
    return hashlib.sha256(b"".join(path.read_bytes() for path in files) + duckdb.__version__.encode()).hexdigest()


def _check_rows(folder: Path, file: TakenIn, source: Source) -> None:
    """Raise unless every record that was counted is a typed row or a rejected one, and one at least is a row."""
    blocks = json.loads((folder / "blocks.json").read_text(encoding="utf-8"))
    primary = next((block for block in blocks if block["is_primary"]), None)
    if primary is None:
        return
    records, rows, rejected = file.reading.records, primary["rows"], primary["rejected"]
    if rows + rejected != records:
        told = f"{records:,} records were counted, but {rows:,} became rows and {rejected:,} were rejected"
        raise LedgerMismatch(told, where=file.file_name, instead="Nothing of the file was loaded: look at its declaration")
    if records and not rows:
        line, column, value, reason = primary["first_rejected"]
        _check_header(source, primary["name"], column, file)
        first = f'the first has {column} "{value or ""}"' if column else f"the first is record {line}"
        raise Unreadable(f"none of its {records:,} records can be read; {first}", where=file.file_name, instead=reason)


def _check_header(source: Source, block: str, column: str | None, file: TakenIn) -> None:
    """Raise NotRecognised when no record can be read because a column is told by a header that the file has not."""
    cells = next(one.columns for one in source.blocks if one.name == block)
    names = cells[column].columns if column and column in cells else ()
    headers = {plain(header) for header in file.reading.headers}
    if names and not any(plain(name) in headers or not name[:1].isalnum() or "." in name for name in names):
        told = f'has no column "{names[0]}", of which {source.told_in} makes {column}'
        raise NotRecognised(told, where=file.file_name, instead=did_you_mean(names[0], file.reading.headers))


def _refuse(workspace: Workspace, copy: Staged, reason: str) -> Refused:
    """Put a staged file into quarantine, with its reason beside it; forget what was read from it."""
    named = copy.path.with_name(copy.name)
    copy.path.replace(named)
    set_aside(workspace, named, reason)
    copy.path.with_suffix(".parquet").unlink(missing_ok=True)
    for left in workspace.raw.glob(f"{copy.file_id}.*"):
        left.unlink()
    return Refused(origin=copy.origin, reason=reason, is_kept=True)
