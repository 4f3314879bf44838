"""Puts a file that somebody sends into the inbox: written aside, then renamed, so that it is there whole or not at all."""

import errno
import hashlib
import os
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

from filelock import FileLock

from queries.errors import IntakeError, Unreadable, WorkspaceError
from queries.intake import limits
from queries.intake.manifest import sync_folder
from queries.intake.stage import sha256_of
from queries.intake.take_in import free_name
from queries.workspace import Workspace, said_plainly

ASIDE = ".arriving-"
LONGEST_NAME = 200
CHUNK_BYTES = 1 << 20
SECONDS_LEFT_BEHIND = 3600.0  # what nobody has written to for so long was left behind by a process that is gone
SEND_AGAIN = "Send it again"
Read = Callable[[int], bytes]


class NoRoom(WorkspaceError):
    """The disk has no room for a file."""


class CutOff(IntakeError):
    """The sender was gone before the file was whole."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """A file that was sent: the name under which it lies in the inbox, its bytes, and whether the same lay there already."""

    file_name: str
    size: int
    was_there: bool


def take(workspace: Workspace, name: str, size: int, read: Read, modified: float | None = None) -> Sent:
    """Write a file of so many bytes into the inbox; read(n) gives at most n of them, none when the sender is gone.

    modified: when it was last written where it comes from, in seconds since 1970: of two exports the later one is believed.
    Raises Unreadable for a name or size that no export has, CutOff, NoRoom, or WorkspaceError when the disk refuses it otherwise.
    """
    check_name(name)
    if not size:
        raise Unreadable("is empty", where=name, instead="Export it again, with its header")
    if size > limits.FILE_BYTES:
        raise Unreadable(f"is larger than {limits.FILE_BYTES >> 30} GB", where=name, instead="Export it in parts")
    with said_plainly(workspace.inbox):
        sweep(workspace)
        aside = workspace.inbox / f"{ASIDE}{uuid4().hex}"
        try:
            digest = _written(aside, name, size, read)
            return _named(workspace, aside, name, size, digest, modified)
        except OSError as error:
            if error.errno in (errno.ENOSPC, errno.EDQUOT):
                raise NoRoom("the disk has no room for it", where=name, instead="Free some, then send it again") from error
            raise
        finally:
            aside.unlink(missing_ok=True)


def check_name(name: str) -> None:
    """Raise Unreadable for a name that no file of the inbox may have."""
    if not name.isprintable() or not name.strip():
        raise Unreadable("has a name that cannot be read", where="the file", instead="Rename it")
    if "/" in name or "\\" in name:
        raise Unreadable("has a name with a slash, which would be a folder", where=name, instead="Rename it")
    if name.startswith("."):
        raise Unreadable("has a name that begins with a dot, and such files are not looked at", where=name, instead="Rename it")
    if len(name.encode("utf-8")) > LONGEST_NAME:
        raise Unreadable(f"has a name of more than {LONGEST_NAME} bytes", where=name, instead="Give it a shorter one")


def sweep(workspace: Workspace) -> None:
    """Remove what was written aside and left behind: its process was ended before the file was whole."""
    for path in workspace.inbox.glob(f"{ASIDE}*"):
        try:
            if time.time() - path.stat().st_mtime > SECONDS_LEFT_BEHIND:
                path.unlink()
        except FileNotFoundError:  # renamed or removed meanwhile by its own process
            continue


def _written(aside: Path, name: str, size: int, read: Read) -> str:
    """Write all bytes and see that the disk has them; return their sha256."""
    digest, left = hashlib.sha256(), size
    handle = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    with os.fdopen(handle, "wb") as out:
        while left:
            chunk = _read(read, min(CHUNK_BYTES, left), name, size - left, size)
            digest.update(chunk)
            out.write(chunk)
            left -= len(chunk)
        out.flush()
        os.fsync(out.fileno())
    return digest.hexdigest()


def _read(read: Read, most: int, name: str, until: int, size: int) -> bytes:
    try:
        chunk = read(most)
    except (ConnectionError, TimeoutError):
        chunk = b""
    if not chunk:
        raise CutOff(f"was cut off after {until:,} of {size:,} bytes; none of it was kept", where=name, instead=SEND_AGAIN)
    return chunk


def _named(workspace: Workspace, aside: Path, name: str, size: int, digest: str, modified: float | None) -> Sent:
    """Give a whole file its name; beside another of that name it gets a number, and one that is there already is there once."""
    target = workspace.inbox / name
    with FileLock(workspace.root / ".inbox.lock"):
        if target.is_file() and target.stat().st_size == size and sha256_of(target) == digest:
            return Sent(file_name=name, size=size, was_there=True)
        target = free_name(target)
        aside.rename(target)
        if modified is not None and 0 < modified < time.time():
            with suppress(FileNotFoundError):  # taken in already
                os.utime(target, (modified, modified))  # not before: an old file that lies aside is swept
    sync_folder(workspace.inbox)
    return Sent(file_name=target.name, size=size, was_there=False)
