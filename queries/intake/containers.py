"""Opens zip archives and workbooks into files of their own: what runs in the child process, before anything is parsed.

Names inside are labels only: nothing is ever written under them. One member that cannot be had does not cost the others.
"""

import csv
import hashlib
import stat
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path, PurePosixPath
from typing import Any
from uuid import uuid4
from zipfile import BadZipFile, ZipFile, ZipInfo

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, PasswordError

from queries.errors import NotRecognised, Unreadable
from queries.intake import limits
from queries.intake.decode import DAMAGED, ZIP, head
from queries.intake.recognise import recognise
from queries.intake.source import Source

PACKED = (ZIP, b"PK\x05\x06")
WORKBOOKS = frozenset({"xl/workbook.xml", "xl/workbook.bin", "content.xml"})
AGAIN = "Export it again"
WASTED = 4  # times its share may an archive take for what is then refused: one bomb does not cost the files beside it
LAST = datetime.combine(date.max, time(23, 59, 59))
BROKEN = (*DAMAGED, OSError)


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """One staged archive or workbook to be opened: under which name it came, which formats there are, where its files go."""

    path: Path
    name: str
    sources: Mapping[str, Source]
    folder: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One file found inside, under its own name, or the sentence that says why it could not be had.

    `size` is what it took until then when it could not. `is_typed` is True for a sheet: its numbers are written with a point,
    its times as ISO, whatever the workbook shows.
    """

    name: str
    path: str = ""
    sha256: str = ""
    size: int = 0
    is_typed: bool = False
    notices: tuple[str, ...] = ()
    problem: str = ""

    def as_json(self) -> dict[str, Any]:
        """Return it as plain values."""
        return asdict(self)


def is_packed(path: Path) -> bool:
    """Return whether a file is a zip archive, or a workbook, by its first bytes."""
    return head(path, 4) in PACKED


def open_parts(job: Opening) -> list[Part]:
    """Write what is inside as files of their own; raise Unreadable when it cannot be opened, or unpacks to more than it may."""
    try:
        with ZipFile(job.path) as archive:
            _check_sizes(archive, job)
            if not WORKBOOKS.isdisjoint(archive.namelist()):
                return _sheets(job)
            return _members(archive, job)
    except BadZipFile as error:
        raise Unreadable("is a zip archive or workbook that is cut off or damaged", where=job.name, instead=AGAIN) from error


def _check_sizes(archive: ZipFile, job: Opening) -> None:
    members = archive.infolist()
    if len(members) > limits.MEMBERS:
        what = f"holds more than {limits.MEMBERS:,} files"
        raise Unreadable(what, where=job.name, instead="Load its files in parts")
    if not WORKBOOKS.isdisjoint(archive.namelist()) and sum(one.file_size for one in members) > _allowed(job.path.stat().st_size):
        raise Unreadable("unpacks to far more than it should", where=job.name, instead="Save the sheet as CSV")


def _allowed(packed: int, most: int = limits.WORKBOOK_BYTES) -> int:
    return min(most, max(packed * limits.UNPACKED_RATIO, limits.CHUNK_BYTES))


def _members(archive: ZipFile, job: Opening) -> list[Part]:
    told = [one for one in archive.infolist() if not one.is_dir() and not _is_hidden(one.filename)]
    if not told:
        raise Unreadable("holds no file", where=job.name, instead="Load the archive of an export")
    left = _allowed(job.path.stat().st_size, limits.UNPACKED_BYTES)
    wasted, parts = WASTED * left, list[Part]()
    for info in told:
        parts.append(_member(archive, info, job, left if wasted > 0 else 0))
        if parts[-1].problem:
            wasted -= parts[-1].size
        else:
            left -= parts[-1].size
    return parts


def _is_hidden(name: str) -> bool:
    parts = PurePosixPath(name.replace("\\", "/")).parts
    return any(part == "__MACOSX" or (part.startswith(".") and part != "..") for part in parts)


def _member(archive: ZipFile, info: ZipInfo, job: Opening, left: int) -> Part:
    name = f"{job.name}: {info.filename}"
    target = job.folder / f"{uuid4().hex}.staged"
    try:
        _check_member(info, name, left)
        digest = _unpack(archive, info, target, name, min(left, _allowed(info.compress_size, limits.UNPACKED_BYTES)))
        _check_content(target, name)
    except Unreadable as error:
        taken = target.stat().st_size if target.exists() else 0
        target.unlink(missing_ok=True)
        return Part(name=name, problem=str(error), size=taken)
    return Part(name=name, path=str(target), sha256=digest, size=target.stat().st_size)


def _check_member(info: ZipInfo, name: str, left: int) -> None:
    if left <= 0:
        raise Unreadable("is in an archive that unpacks to far more than it should", where=name, instead=f"{AGAIN}, unpacked")
    told = PurePosixPath(info.filename.replace("\\", "/"))
    if told.is_absolute() or ".." in told.parts or info.filename[1:2] == ":":
        raise Unreadable("has a name that leads out of its archive", where=name, instead="Load the file itself")
    if stat.S_ISLNK(info.external_attr >> 16):
        raise Unreadable("is a link", where=name, instead="Load the file itself")
    if info.flag_bits & 1:
        raise Unreadable("is locked by a password", where=name, instead="Unpack it, then load it")
    if not info.file_size:
        raise Unreadable("is empty", where=name, instead=f"{AGAIN}, with its header")


def _unpack(archive: ZipFile, info: ZipInfo, target: Path, name: str, allowed: int) -> str:
    """Write one member to a file and return its sha256; raise Unreadable when it is damaged, or grows past what it may."""
    digest, written = hashlib.sha256(), 0
    with target.open("xb") as out:
        for chunk in _chunks(archive, info, name):
            written += len(chunk)
            out.write(chunk)
            if written > allowed:
                raise Unreadable("unpacks to far more than it should", where=name, instead=f"{AGAIN}, unpacked")
            digest.update(chunk)
    return digest.hexdigest()


def _chunks(archive: ZipFile, info: ZipInfo, name: str) -> Iterator[bytes]:
    """Yield what a member holds; only what reading raises is the member's fault."""
    try:
        with archive.open(info) as member:
            while chunk := member.read(limits.CHUNK_BYTES):
                yield chunk
    except BROKEN as error:
        raise Unreadable("is cut off or damaged, or packed in a way that is not known", where=name, instead=AGAIN) from error


def _check_content(path: Path, name: str) -> None:
    if not is_packed(path):
        return
    try:
        with ZipFile(path) as inner:
            is_workbook = not WORKBOOKS.isdisjoint(inner.namelist())
    except BadZipFile:
        is_workbook = False
    if not is_workbook:
        raise Unreadable("is an archive within an archive", where=name, instead="Unpack it, then load it")


def _sheets(job: Opening) -> list[Part]:
    """Write every sheet that is recognised as a table of text; raise NotRecognised saying the nearest when none is."""
    try:
        with job.path.open("rb") as file:
            book = CalamineWorkbook.from_filelike(file)
            tables = {name: table for name in book.sheet_names if (table := _table(book.get_sheet_by_name(name), name, job))}
    except PasswordError as error:
        raise Unreadable("is locked by a password", where=job.name, instead="Save it without one") from error
    except CalamineError as error:
        raise Unreadable("is a workbook that is damaged", where=job.name, instead="Save the sheet as CSV") from error
    if not tables:
        raise Unreadable("is a workbook without a table", where=job.name, instead=AGAIN)
    known: list[Part] = []
    refusals: list[tuple[str, NotRecognised]] = []
    for sheet, rows in tables.items():
        name = f"{job.name}: {sheet}" if len(tables) > 1 else job.name
        try:
            recognise(rows[0], [one for one in job.sources.values() if one.kind != "json"], name)
        except NotRecognised as refusal:
            refusals.append((sheet, refusal))
        else:
            known.append(_written(rows, name, job.folder))
    if not known:
        raise max((refusal for _, refusal in refusals), key=lambda one: len(one.headers))
    notices = tuple(f'The sheet "{sheet}" is left out ({refusal.what})' for sheet, refusal in refusals)
    return [Part(**{**known[0].as_json(), "notices": notices}), *known[1:]]


def _table(sheet: CalamineSheet, name: str, job: Opening) -> list[list[str]]:
    """Return the rows of a sheet as text, without blank rows and without columns that hold nothing."""
    if sheet.width > limits.COLUMNS:
        what = f'has more than {limits.COLUMNS:,} columns in the sheet "{name}"'
        raise Unreadable(what, where=job.name, instead="Export fewer")
    rows = [row for told in sheet.iter_rows() if any(row := [cell_text(cell) for cell in told])]
    width = max((place + 1 for row in rows for place, cell in enumerate(row) if cell), default=0)
    return [row[:width] for row in rows]


def _written(rows: Iterable[Sequence[str]], name: str, folder: Path) -> Part:
    path = folder / f"{uuid4().hex}.staged"
    with path.open("x", encoding="utf-8", newline="") as out:
        csv.writer(out, lineterminator="\n").writerows(rows)
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return Part(name=name, path=str(path), sha256=digest, size=path.stat().st_size, is_typed=True)


def cell_text(cell: object) -> str:
    """Return a cell as text: times as ISO, numbers as a workbook shows them at most, in fifteen digits, truths in words."""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, int | float):
        return _number(cell)
    if isinstance(cell, datetime):
        return _to_the_second(cell).isoformat(" ")
    if isinstance(cell, date | time):
        return cell.isoformat()
    if isinstance(cell, timedelta):
        seconds = round(cell.total_seconds())
        return f"{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}"
    return str(cell).strip() if cell is not None else ""


def _to_the_second(moment: datetime) -> datetime:
    """Return the nearest second: a moment is kept as a fraction of a day, which is never quite one."""
    return (moment + timedelta(milliseconds=500) if moment < LAST else moment).replace(microsecond=0)


def _number(number: float) -> str:
    return f"{Decimal(f'{number:.15g}'):f}"
