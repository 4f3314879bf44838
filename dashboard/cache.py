"""One store of drawn panels, shared by the workers: a panel is drawn once, by whoever asks first.

Keys are plain text (snapshot, definitions, policy, what was asked); values are pickled, so the folder is private.
"""

from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any, TypeVar

from filelock import FileLock, Timeout
from flask import Flask
from flask_caching import Cache

from queries.temporary import OwnFolder

T = TypeVar("T")
WAIT_SECONDS = 30


class SharedCache:
    """A file store with one flight per key across processes; None is a value like any other.

    forgotten: the file that changes once somebody was forgotten: then all that is kept is dropped, since a panel may name them; and
    what was begun before is not kept afterwards.
    """

    def __init__(self, server: Flask, folder: Path | None, seconds: int, forgotten: Path | None = None) -> None:
        self._forgotten = forgotten
        self._own = None if folder else OwnFolder("panels")
        self.folder = _private(self._own.path if self._own else folder)
        self._locks = _private(self.folder / "locks")
        self._cache = Cache(
            server,
            config={
                "CACHE_TYPE": "FileSystemCache",
                "CACHE_DIR": str(_private(self.folder / "values")),
                "CACHE_DEFAULT_TIMEOUT": seconds,
                "CACHE_THRESHOLD": 5000,
                "CACHE_OPTIONS": {"mode": 0o600},
            },
        )

    def once(self, parts: tuple[str, ...], make: Callable[[], T]) -> T:
        """Returns the value kept under these parts, or makes and keeps it; others who ask meanwhile wait for it."""
        stamp = self._stamp()
        self._drop_forgotten(stamp)
        key = sha256("\x1f".join(parts).encode()).hexdigest()
        kept = self._cache.get(key)
        if kept is not None:
            return kept[0]
        try:
            with FileLock(self._locks / f"{key[:2]}.lock", timeout=WAIT_SECONDS, mode=0o600):
                return self._made(key, make, stamp)
        except Timeout:  # the one who makes it is slow or gone: better twice than not at all
            return make()

    def keep(self, parts: tuple[str, ...], value: T) -> None:
        """Keeps a value under these parts, whatever was there."""
        self._cache.set(sha256("\x1f".join(parts).encode()).hexdigest(), (value,))

    def kept(self, parts: tuple[str, ...]) -> Any:
        """Returns the value kept under these parts, None without one."""
        found = self._cache.get(sha256("\x1f".join(parts).encode()).hexdigest())
        return found[0] if found is not None else None

    def _stamp(self) -> str:
        """Returns a text that changes whenever somebody is forgotten."""
        return str(self._forgotten.stat().st_mtime_ns) if self._forgotten and self._forgotten.exists() else ""

    def _drop_forgotten(self, stamp: str) -> None:
        note = self.folder / "forgotten"
        if not stamp or (note.exists() and note.read_text(encoding="utf-8") == stamp):
            return
        with self._forgetting():
            self._cache.clear()
            note.write_text(stamp, encoding="utf-8")

    def _made(self, key: str, make: Callable[[], T], stamp: str) -> T:
        kept = self._cache.get(key)
        if kept is None:
            kept = (make(),)
            with self._forgetting():
                if self._stamp() == stamp:  # else it may name somebody who was forgotten while it was made
                    self._cache.set(key, kept)
        return kept[0]

    def _forgetting(self) -> FileLock:
        return FileLock(self._locks / "forgotten.lock", mode=0o600)


def _private(folder: Path) -> Path:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.chmod(0o700)
    return folder
