"""Private folders outside the workspace: spilled rows, drawn panels, copies to look into. None outlives its process for long.

Each is held by a lock for as long as its process lives; what a killed process left behind is removed by the next that needs one.
"""

import fcntl
import os
import shutil
import stat
import tempfile
import weakref
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from filelock import FileLock

HELD = ".held"


class OwnFolder:
    """One folder that this process alone may use; removed by `remove`, or when nothing refers to it any more."""

    def __init__(self, kind: str) -> None:
        room = _room()
        with FileLock(room / ".lock", mode=0o600):
            _sweep(room)
            self.path = Path(tempfile.mkdtemp(prefix=f"{kind}-", dir=room))
            self._handle = os.open(self.path / HELD, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            fcntl.flock(self._handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        self.remove = weakref.finalize(self, _removed, self.path, self._handle, os.getpid())


@contextmanager
def own_folder(kind: str) -> Iterator[Path]:
    """Give a folder of one's own until the block ends."""
    folder = OwnFolder(kind)
    try:
        yield folder.path
    finally:
        folder.remove()


def _room() -> Path:
    """Return the folder that holds them all; a new one where its name is taken by somebody else."""
    room = Path(tempfile.gettempdir()) / f"cx-{os.getuid()}"
    room.mkdir(mode=0o700, exist_ok=True)
    told = room.lstat()
    if not stat.S_ISDIR(told.st_mode) or told.st_uid != os.getuid() or told.st_mode & 0o077:
        return Path(tempfile.mkdtemp(prefix="cx-"))
    return room


def _sweep(room: Path) -> None:
    """Remove the folders that no living process holds."""
    for folder in room.iterdir():
        if folder.is_dir() and not _is_held(folder):
            shutil.rmtree(folder, ignore_errors=True)


def _is_held(folder: Path) -> bool:
    with suppress(FileNotFoundError):
        handle = os.open(folder / HELD, os.O_RDWR | os.O_CLOEXEC)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        finally:
            os.close(handle)
    return False


def _removed(folder: Path, handle: int, owner: int) -> None:
    """Remove a folder; a forked child leaves its parent's alone."""
    if os.getpid() == owner:
        shutil.rmtree(folder, ignore_errors=True)
        os.close(handle)
