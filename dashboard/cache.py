"""One store of drawn panels, shared by the workers: a panel is drawn once, by whoever asks first.

Keys are plain text (program, snapshot, definitions, policy, what was asked). Values are pickled: the folder is private, and what lies in
a Redis is signed.
"""

from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any, Protocol, TypeVar

from filelock import FileLock, Timeout
from flask import Flask
from flask_caching import Cache

from queries.temporary import OwnFolder

T = TypeVar("T")
WAIT_SECONDS = 30
MOST_KEPT = 20_000


def always(_: object) -> bool:
    """Everything may be kept."""
    return True


class Store(Protocol):
    """What values are kept in. is_away: whether nothing can be kept just now."""

    is_away: bool

    def get(self, key: str) -> Any: ...
    def set(self, key: str, value: Any) -> object: ...
    def clear(self) -> bool: ...


class InFiles:
    """A file a value, in a folder that only its owner may look into."""

    is_away = False

    def __init__(self, server: Flask, folder: Path, seconds: int) -> None:
        self._cache = Cache(
            server,
            config={
                "CACHE_TYPE": "FileSystemCache",
                "CACHE_DIR": str(_private(folder)),
                "CACHE_DEFAULT_TIMEOUT": seconds,
                "CACHE_THRESHOLD": MOST_KEPT,
                "CACHE_OPTIONS": {"mode": 0o600},
            },
        )

    def get(self, key: str) -> Any:
        return self._cache.get(key)

    def set(self, key: str, value: Any) -> None:
        self._cache.set(key, value)

    def clear(self) -> bool:
        self._cache.clear()
        return True


class SharedCache:
    """A store with one flight per key across processes; None is a value like any other.

    forgotten: the file that changes once somebody was forgotten: then all that is kept is dropped, since a panel may name them; and
    what was begun before is not kept afterwards.
    program: the mark of what draws: another version draws anew.   store: in place of files in the folder.
    """

    def __init__(
        self,
        server: Flask,
        folder: Path | None,
        seconds: int,
        forgotten: Path | None = None,
        *,
        program: str = "",
        store: Store | None = None,
    ) -> None:
        self._forgotten, self._program = forgotten, program
        self._own = None if folder else OwnFolder("panels")
        self.folder = _private(self._own.path if self._own else folder)
        self._locks = _private(self.folder / "locks")
        self._store = store or InFiles(server, self.folder / "values", seconds)

    def once(self, parts: tuple[str, ...], make: Callable[[], T], keeps: Callable[[T], bool] = always) -> T:
        """Returns the value kept under these parts, or makes and keeps it; others who ask meanwhile wait for it.

        keeps tells of what was made whether it may lie in a store.
        """
        stamp = self._stamp()
        self._drop_forgotten(stamp)
        key = self._key(parts)
        kept = self._store.get(key)
        if kept is not None:
            return kept[0]
        if self._store.is_away:  # whoever waited would have to make it all the same
            return make()
        try:
            with FileLock(self._locks / f"{key[:2]}.lock", timeout=WAIT_SECONDS, mode=0o600):
                return self._made(key, make, stamp, keeps)
        except Timeout:  # the one who makes it is slow or gone: better twice than not at all
            return make()

    def keep(self, parts: tuple[str, ...], value: T) -> None:
        """Keeps a value under these parts, whatever was there."""
        self._store.set(self._key(parts), (value,))

    def kept(self, parts: tuple[str, ...]) -> Any:
        """Returns the value kept under these parts, None without one."""
        found = self._store.get(self._key(parts))
        return found[0] if found is not None else None

    def _key(self, parts: tuple[str, ...]) -> str:
        return sha256("\x1f".join((self._program, *parts)).encode()).hexdigest()

    def _stamp(self) -> str:
        """Returns a text that changes whenever somebody is forgotten."""
        return str(self._forgotten.stat().st_mtime_ns) if self._forgotten and self._forgotten.exists() else ""

    def _drop_forgotten(self, stamp: str) -> None:
        note = self.folder / "forgotten"
        if not stamp or (note.exists() and note.read_text(encoding="utf-8") == stamp):
            return
        with self._forgetting():
            if self._store.clear():  # else with the next question
                note.write_text(stamp, encoding="utf-8")

    def _made(self, key: str, make: Callable[[], T], stamp: str, keeps: Callable[[T], bool]) -> T:
        kept = self._store.get(key)
        if kept is None:
            kept = (make(),)
            with self._forgetting():
                if self._stamp() == stamp and keeps(kept[0]):  # else it may name somebody who was forgotten while it was made
                    self._store.set(key, kept)
        return kept[0]

    def _forgetting(self) -> FileLock:
        return FileLock(self._locks / "forgotten.lock", mode=0o600)


def _private(folder: Path) -> Path:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.chmod(0o700)
    return folder
