"""Takes files in: staged, recognised, read, cast; each one whole and adding up, or refused with its reason."""

import hashlib
import json
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
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
from queries.intake.database import is_shortage, too_little_room
from queries.intake.declaration import habits_of, sources_of
from queries.intake.manifest import TakenIn
from queries.intake.masking import masked_cell
from queries.intake.opening import Closed, open_copies
from queries.intake.parse import parse
from queries.intake.reading import Job, Reading
from queries.intake.recognise import own_name, plain
from queries.intake.remembered import Remembered
from queries.intake.source import Habits, Source
from queries.intake.stage import Staged, readable, sha256_of, stage
from queries.intake.target import RawFile
from queries.workspace import Workspace

Told = Callable[[str], None]
LONGEST_NAME = 200
REASON = ".reason.txt"


@dataclass(frozen=True, slots=True, kw_only=True)
class Declared:
    """What the workspace declares about its exports."""

    sources: Mapping[str, Source]
    habits: Mapping[str, Habits]
    zone: str
    remembered: Remembered = field(default_factory=Remembered)

    @classmethod
    def of(cls, workspace: Workspace) -> "Declared":
        """Return what a workspace declares and remembers; raise DeclarationErrors telling the mistakes of a kind of file."""
        return cls(
            sources=sources_of(workspace),
            habits=habits_of(workspace),
            zone=workspace.settings.zone,
            remembered=Remembered.of(workspace),
        )

    def source_name(self, source: Source, file_name: str) -> str:
        """Return the source of rows that do not name one: for the import format, whose file names sources.toml knows."""
        by_name = [habit.source for habit in self.habits.values() for files in habit.files if fnmatch(own_name(file_name), files)]
        return by_name[0] if by_name and source.is_import_format else source.source

    def is_full(self, file: TakenIn) -> bool:
        """Return whether a file is declared to hold all that its source has, so that what is missing is gone."""
        source = self.sources[file.reading.source_id]
        habits = self.habits.get(self.source_name(source, file.file_name))
        return source.full or bool(habits and habits.full)

    def raw_file(self, file: TakenIn, path: Path, *, is_new: bool = False) -> RawFile:
        """Return a file that was read into `path` as its format, declared now, is to be cast; raise IntakeError without one."""
        source = self.sources.get(file.reading.source_id)
        if source is None:
            raise IntakeError(
                f"{file.file_name} was loaded by the format {file.reading.source_id}, which is no longer declared",
                instead=f"Put sources/{file.reading.source_id}.toml back",
            )
        return RawFile(
            file_id=file.file_id,
            name=file.file_name,
            path=path,
            file_time=file.file_time,
            reading=file.reading,
            source=source,
            zone=self.zone,
            default_source=self.source_name(source, file.file_name),
            habits=self.habits,
            remembered=self.remembered,
            is_new=is_new,
        )


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
    """Yield what became of each file; a refused one lies in quarantine with its reason.

    Of files that hold the same the first is taken in; where that is refused, each of the others is judged by itself.
    """
    in_use = {file.sha256: file for file in manifest.listed(workspace)}
    staged: list[Staged] = []
    for copy in _copies(workspace, origins, declared, now, told):
        if isinstance(copy, Refused):
            yield copy
        else:
            staged.append(copy)
    while staged:
        for copy in [one for one in staged if one.sha256 in in_use]:
            copy.path.unlink()
            staged.remove(copy)
            yield SeenBefore(origin=copy.origin, file_name=in_use[copy.sha256].file_name)
        firsts = list({copy.sha256: copy for copy in reversed(staged)}.values())[::-1]
        for outcome in _read(workspace, firsts, declared, len(in_use), told):
            if isinstance(outcome, New):
                in_use[outcome.file.sha256] = outcome.file
            yield outcome
        staged = [copy for copy in staged if copy not in firsts]


def _copies(
    workspace: Workspace, origins: Sequence[Path], declared: Declared, now: datetime, told: Told
) -> Iterator[Staged | Refused]:
    """Yield a private copy of every file; of an archive or workbook one of every file in it."""
    copies: list[Staged | Refused] = []
    for origin in origins:
        told(f"Copying {origin.name}")
        try:
            copies.append(stage(origin, workspace.staging, now, below=_folder_of_others(workspace, origin)))
        except IntakeError as error:
            copies.append(Refused(origin=origin, reason=str(error)))
    opened = open_copies([copy for copy in copies if isinstance(copy, Staged)], declared.sources, workspace.staging)
    for copy in copies:
        for one in opened[copy.path] if isinstance(copy, Staged) else [copy]:
            if isinstance(one, Closed) and one.whole is not None:
                yield _refuse(workspace, one.whole, one.reason)
            else:
                yield Refused(origin=one.origin, reason=one.reason) if isinstance(one, Closed) else one


def _folder_of_others(workspace: Workspace, origin: Path) -> Path | None:
    """Return the folder that a file came to from elsewhere, if it lies in one: nobody says what else stands there."""
    return next((one for one in (workspace.inbox, workspace.quarantine) if origin.is_relative_to(one)), None)


def set_aside(workspace: Workspace, origin: Path, reason: str) -> None:
    """Move a file into quarantine, with its reason beside it; another one that was refused under its name steps aside.

    Of a link, a pipe or a device only the reason is kept.
    """
    target = workspace.quarantine / _short(readable(origin.name))
    told = target.with_name(f"{target.name}{REASON}")
    if origin.is_symlink() or not origin.is_file():
        origin.unlink(missing_ok=True)
    else:
        if target.exists() and not _is_same(target, origin):
            aside = free_name(target)
            target.replace(aside)
            if told.exists():
                told.replace(aside.with_name(f"{aside.name}{REASON}"))
        shutil.move(origin, target)
    manifest.write_durably(told, reason + "\n")


def release(workspace: Workspace, origin: Path) -> None:
    """Take a file's copy out of quarantine: one that holds the same was taken in from elsewhere."""
    copy = workspace.quarantine / _short(readable(origin.name))
    if copy != origin and _is_same(copy, origin):
        copy.unlink()
        copy.with_name(f"{copy.name}{REASON}").unlink(missing_ok=True)


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
    by_path, taken = {copy.path: copy for copy in staged}, list[TakenIn]()
    for job, outcome in parse([job_of(copy, declared.sources, workspace.staging) for copy in staged]):
        copy = by_path[job.path]
        told(f"Reading {copy.name}")
        if isinstance(outcome, IntakeError):
            yield _refuse(workspace, copy, str(outcome))
            continue
        file = _keep(workspace, copy, job.target, with_notices(outcome, copy), place + len(taken) + 1)
        try:
            _check_not_emptied(workspace, file, declared, taken)
            folder = cast(workspace, file, declared, is_new=True)
            check_rows(folder, file, declared.sources[file.reading.source_id])
        except IntakeError as error:
            yield _refuse(workspace, copy, str(error))
            continue
        copy.path.unlink()
        taken.append(file)
        declared.remembered.learn(folder, file.file_name)
        yield New(origin=copy.origin, file=file)


def job_of(copy: Staged, sources: Mapping[str, Source], folder: Path) -> Job:
    """Return what has to be done to read a staged file: its raw rows go beside it."""
    target = copy.path.with_suffix(".parquet")
    return Job(path=copy.path, name=copy.name, sources=sources, target=target, folder=folder, is_typed=copy.is_typed)


def with_notices(reading: Reading, copy: Staged) -> Reading:
    """Return a reading with what was to be told already when its file was opened."""
    return replace(reading, notices=(*copy.notices, *reading.notices))


def taken_in(copy: Staged, reading: Reading, place: int, raw_sha256: str) -> TakenIn:
    """Return what is known of a file that was read, as the file of this place in the order of loading."""
    return TakenIn(
        file_id=copy.file_id,
        file_name=copy.name,
        sha256=copy.sha256,
        size=copy.size,
        file_time=copy.file_time,
        staged_at=copy.staged_at,
        loaded_order=place,
        reading=reading,
        raw_sha256=raw_sha256,
        whole_sha256=copy.whole_sha256,
    )


def _keep(workspace: Workspace, copy: Staged, raw: Path, reading: Reading, place: int) -> TakenIn:
    file = taken_in(copy, reading, place, sha256_of(raw))
    manifest.sync_file(raw)
    raw.replace(file.raw_path(workspace))
    manifest.write(workspace, file)
    return file


def cast(workspace: Workspace, file: TakenIn, declared: Declared, *, is_new: bool = False) -> Path:
    """Return the folder with the file's typed rows, made now unless the same declaration made them before.

    How its columns were read is remembered from then on; a file that `is_new` may not contradict what is.
    """
    raw = declared.raw_file(file, file.raw_path(workspace), is_new=is_new)
    folder = workspace.typed / f"{file.file_id}-{_stamp(raw)}"
    if not _is_cast(folder):
        manifest.check_raw(workspace, file)
        cast_into(raw, folder, workspace.staging)
    if not is_new:
        declared.remembered.learn(folder, file.file_name)
    return folder


def _is_cast(folder: Path) -> bool:
    """Return whether a folder holds typed rows; one that was damaged is made again."""
    try:
        told = json.loads((folder / "blocks.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return all((folder / block["file"]).exists() for block in told)


def cast_into(raw: RawFile, folder: Path, spill: Path) -> None:
    """Cast a file into a folder that is there once all of it is; raise Unreadable where its declaration cannot be run."""
    being_made = folder.with_name(f".{folder.name}")
    shutil.rmtree(being_made, ignore_errors=True)
    being_made.mkdir()
    try:
        cast_file(raw, being_made, spill)
    except duckdb.Error as error:
        if is_shortage(error):
            raise too_little_room("read it", raw.name) from error
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


def _check_not_emptied(workspace: Workspace, file: TakenIn, declared: Declared, taken: Sequence[TakenIn]) -> None:
    """Raise Unreadable for a full export without a record where its source had some: it would say that all of it is gone."""
    if file.reading.records or not declared.is_full(file):
        return
    source = declared.sources[file.reading.source_id]
    name = declared.source_name(source, file.file_name)
    had = [
        one
        for one in (*manifest.listed(workspace), *taken)
        if one.reading.source_id == source.source_id
        and one.reading.records
        and declared.source_name(source, one.file_name) == name
    ]
    if had:
        what = f"is a full export without a record, and {had[-1].file_name} held {had[-1].reading.records:,}"
        raise Unreadable(what, where=file.file_name, instead="Export it again: nothing was taken away")


def check_rows(folder: Path, file: TakenIn, source: Source) -> None:
    """Raise unless every record that was counted is a typed row or a rejected one, and one at least is a row or left out."""
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
        if reason in {one.reason for one in source.leave_out}:
            return
        _check_header(source, primary["name"], column, file)
        shown = masked_cell(value, primary["entity"], column)
        first = f'the first has {column} "{shown}"' if column else f"the first is record {line}"
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
    named = copy.path.with_name(_short(copy.name.replace("/", "-")) + (".csv" if copy.is_typed else ""))
    copy.path.replace(named)
    set_aside(workspace, named, reason)
    copy.path.with_suffix(".parquet").unlink(missing_ok=True)
    for left in workspace.raw.glob(f"{copy.file_id}.*"):
        left.unlink()
    return Refused(origin=copy.origin, reason=reason, is_kept=True)
