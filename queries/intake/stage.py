"""Takes a private copy of a file that somebody else wrote: links are not followed, and it must hold still meanwhile."""

import errno
import hashlib
import os
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

from queries.errors import IntakeError, Unreadable
from queries.intake import limits


@dataclass(frozen=True, slots=True, kw_only=True)
class Staged:
    """A private copy of one file: where it came from, its content's hash, when it was written (UTC, naive).

    A file of an archive or workbook comes from there, under a name of its own; `is_typed` is True for a sheet, and
    `whole_sha256` the hash of all that it came in.
    """

    origin: Path
    path: Path
    name: str
    sha256: str
    size: int
    file_time: datetime
    staged_at: datetime
    is_typed: bool = False
    notices: tuple[str, ...] = ()
    whole_sha256: str = ""

    @property
    def file_id(self) -> str:
        """The name under which the intake keeps what is in the file."""
        return self.sha256[:16]


def files_in(paths: Sequence[Path]) -> list[Path]:
    """Return the files below some paths, in a fixed order; raise IntakeError for a path or a folder without files."""
    found: list[Path] = []
    for path in paths:
        here = list(_below(path))
        if not here:
            what = "holds no files" if path.is_dir() else "does not exist"
            raise IntakeError(what, where=str(path), instead="Name exported files, or a folder that holds some")
        found += [file for file in here if file not in found]
    return found


def stage(origin: Path, folder: Path, now: datetime, *, below: Path | None = None) -> Staged:
    """Copy one file into a folder; raise Unreadable when it is no regular file, too large, or still being written.

    below: a folder that others write to. Nothing between it and the file may be a link, nor the file a second name of another.
    """
    if readable(origin.name) != origin.name:
        raise Unreadable("has a name that is not UTF-8", where=readable(origin.name), instead="Rename it")
    try:
        handle = _opened(origin, below)
    except OSError as error:
        is_link = error.errno in (errno.ELOOP, errno.ENOTDIR)
        what = "is a link, or lies behind one" if is_link else f"cannot be opened ({error.strerror})"
        raise Unreadable(what, where=origin.name, instead="Load the file itself") from error
    with os.fdopen(handle, "rb") as file:
        before = os.fstat(file.fileno())
        _check(before, origin, is_strange=below is not None)
        target = folder / f"{uuid4().hex}.staged"
        digest = _copy(file.fileno(), target)
        after = os.fstat(file.fileno())
    if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns):
        target.unlink()
        raise Unreadable("is still being written", where=origin.name, instead="Load it when it is complete")
    written = datetime.fromtimestamp(after.st_mtime, UTC).replace(tzinfo=None, microsecond=0)
    return Staged(
        origin=origin,
        path=target,
        name=origin.name,
        sha256=digest,
        size=after.st_size,
        file_time=min(written, now),
        staged_at=now,
    )


def readable(name: str) -> str:
    """Return a file's name as text that can be written anywhere: bytes that are no UTF-8 are shown as �."""
    return os.fsencode(name).decode("utf-8", "replace")


def sha256_of(path: Path) -> str:
    """Return the sha256 of a file's content."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _below(path: Path) -> Iterator[Path]:
    if path.is_dir():
        for inside in sorted(path.rglob("*")):
            hidden = any(part.startswith(".") for part in inside.relative_to(path).parts)
            if not hidden and not inside.is_dir():
                yield inside
    elif path.exists() or path.is_symlink():
        yield path


def _opened(origin: Path, below: Path | None) -> int:
    """Open a file without following a link; step by step below a folder of others, who may swap one on the way at any moment."""
    flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC
    if below is None:
        return os.open(origin, flags | os.O_NONBLOCK)
    *folders, name = origin.relative_to(below).parts
    handle = os.open(below, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        for folder in folders:
            inner = os.open(folder, flags | os.O_DIRECTORY, dir_fd=handle)
            os.close(handle)
            handle = inner
        return os.open(name, flags | os.O_NONBLOCK, dir_fd=handle)
    finally:
        os.close(handle)


def _check(told: os.stat_result, origin: Path, *, is_strange: bool) -> None:
    if not stat.S_ISREG(told.st_mode):
        raise Unreadable("is not a regular file", where=origin.name, instead="Load an exported file")
    if is_strange and told.st_nlink > 1:
        what = "is a second name (a hard link) of a file that may lie elsewhere"
        raise Unreadable(what, where=origin.name, instead="Put a copy of it there")
    if not told.st_size:
        raise Unreadable("is empty", where=origin.name, instead="Export it again, with its header")
    if told.st_size > limits.FILE_BYTES:
        raise Unreadable(f"is larger than {limits.FILE_BYTES >> 30} GB", where=origin.name, instead="Export it in parts")


def _copy(handle: int, target: Path) -> str:
    digest = hashlib.sha256()
    with target.open("xb") as out:
        while chunk := os.read(handle, limits.CHUNK_BYTES):
            digest.update(chunk)
            out.write(chunk)
        out.flush()
        os.fsync(out.fileno())
    return digest.hexdigest()
