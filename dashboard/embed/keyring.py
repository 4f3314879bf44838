"""What links to charts are signed with, and the hosts that may show them: one file in the workspace that nobody else can read.

Two keys may be active. The newest signs and both are believed: a key is changed by adding one, waiting until the links of the old one
have ended or were renewed, and retiring it. A host is a web address that was registered; it renews links with a key of its own, of
which only a digest is kept here.
"""

import hmac
import json
import os
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from hashlib import sha256
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any, Final

from filelock import FileLock, Timeout

from metrics.errors import QuestionError, UnknownName
from queries.errors import WorkspaceBusy, WorkspaceError
from queries.intake.manifest import sync_folder
from queries.workspace import Workspace, said_plainly

FILE: Final = "embeds.json"
LOCK: Final = ".embeds.lock"
SECONDS_TO_WAIT: Final = 10
MOST_ACTIVE: Final = 2
MOST_HOSTS: Final = 100
KEY_BYTES: Final = 32
LINK: Final = re.compile(r"[0-9a-f]{8}", re.ASCII)
ORIGIN: Final = re.compile(r"https?://[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?(?::[0-9]{1,5})?", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """A key that signs. secret is hexadecimal, and empty once it was retired: then only its name is known."""

    key_id: str
    added_at: str
    secret: str = ""
    retired_at: str = ""

    @property
    def is_active(self) -> bool:
        return bool(self.secret)

    def __repr__(self) -> str:
        return f"Key({self.key_id})"  # a secret is in no message and in no trace


@dataclass(frozen=True, slots=True, kw_only=True)
class Host:
    """A web address whose pages may show charts. digest: of its own key.   long_lived: whether its links may last for long."""

    origin: str
    digest: str
    added_at: str
    long_lived: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What the file holds, the oldest first. ended: the links that were taken back."""

    keys: tuple[Key, ...] = ()
    hosts: tuple[Host, ...] = ()
    ended: tuple[str, ...] = ()

    @property
    def active(self) -> tuple[Key, ...]:
        return tuple(key for key in self.keys if key.is_active)

    def key(self, key_id: str) -> Key | None:
        return next((key for key in self.keys if key.key_id == key_id), None)

    def host(self, origin: str) -> Host | None:
        return next((host for host in self.hosts if host.origin == origin), None)

    def host_of(self, own_key: str) -> Host | None:
        """Returns the host whose own key this is; every one is compared in the same time."""
        digest = digest_of(own_key)
        return next((host for host in self.hosts if hmac.compare_digest(host.digest, digest)), None)


@dataclass(frozen=True, slots=True)
class Keyring:
    """The keys and the hosts of one workspace."""

    workspace: Workspace

    @property
    def path(self) -> Path:
        return self.workspace.registry / FILE

    def read(self) -> Kept:
        """Returns what is kept; nothing before the first chart was given away. Raises WorkspaceError."""
        with said_plainly(self.path):
            if not self.path.exists():
                return Kept()
            if self.path.stat().st_mode & 0o077:
                raise WorkspaceError(
                    "others can read the keys", where=str(self.path), instead=f"Close it: chmod 600 {self.path}, then retire them"
                )
            text = self.path.read_text(encoding="utf-8")
        try:
            told = json.loads(text)
            keys, hosts = tuple(Key(**each) for each in told["keys"]), tuple(Host(**each) for each in told["hosts"])
            return Kept(keys=keys, hosts=hosts, ended=tuple(map(str, told.get("ended", ()))))
        except (ValueError, KeyError, TypeError):
            raise WorkspaceError(
                "is no file of keys", where=str(self.path), instead="Bring it back, or remove it and give the charts anew"
            ) from None

    def signing(self, now: str) -> Key:
        """Returns the key that signs now, the first one made where there is none."""
        active = self.read().active
        return active[-1] if active else self.add_key(now)

    def add_key(self, now: str) -> Key:
        """Adds a key, which signs from now on. Raises QuestionError while two are active."""
        with self._changing() as kept:
            if len(kept.active) >= MOST_ACTIVE:
                raise QuestionError(
                    f"{' and '.join(key.key_id for key in kept.active)} are both active", instead="Retire the older one first"
                )
            key = Key(key_id=secrets.token_hex(4), secret=secrets.token_hex(KEY_BYTES), added_at=now)
            self._write(replace(kept, keys=(*kept.keys, key)))
        return key

    def retire_key(self, key_id: str, now: str) -> None:
        """Ends a key at once, and with it every link that it signed. Raises UnknownName."""
        with self._changing() as kept:
            names = [key.key_id for key in kept.active]
            if key_id not in names:
                raise UnknownName(f'there is no active key "{key_id[:40]}"', name=key_id, known=names)
            ended = [replace(key, secret="", retired_at=now) if key.key_id == key_id else key for key in kept.keys]
            self._write(replace(kept, keys=tuple(ended)))

    def end_link(self, link: str) -> None:
        """Takes one link back, however often it was renewed. Raises QuestionError."""
        if not LINK.fullmatch(link):
            raise QuestionError(f'"{link[:40]}" is no link', instead="Take its id from cx embed list")
        with self._changing() as kept:
            self._write(replace(kept, ended=tuple(dict.fromkeys((*kept.ended, link)))))

    def add_host(self, origin: str, now: str, *, long_lived: bool = False) -> str:
        """Registers a host, or gives a known one another key; returns the key, which is told this once. Raises QuestionError."""
        if not ORIGIN.fullmatch(origin):
            raise QuestionError(
                f'"{origin[:100]}" is no origin of a web page', instead="Write it as browsers do: https://wiki.example.com"
            )
        own_key = secrets.token_urlsafe(KEY_BYTES)
        with self._changing() as kept:
            others = tuple(host for host in kept.hosts if host.origin != origin)
            if len(others) >= MOST_HOSTS:
                raise QuestionError(f"there are {MOST_HOSTS} hosts", instead="Remove one first")
            host = Host(origin=origin, digest=digest_of(own_key), added_at=now, long_lived=long_lived)
            self._write(replace(kept, hosts=(*others, host)))
        return own_key

    def remove_host(self, origin: str) -> None:
        """Takes a host off the list: every link that it shows ends at once. Raises UnknownName."""
        with self._changing() as kept:
            if kept.host(origin) is None:
                names = [host.origin for host in kept.hosts]
                raise UnknownName(f'there is no host "{origin[:100]}"', name=origin, known=names)
            self._write(replace(kept, hosts=tuple(host for host in kept.hosts if host.origin != origin)))

    @contextmanager
    def _changing(self) -> Iterator[Kept]:
        """Holds the lock under which the file changes, and gives what is in it."""
        try:
            with said_plainly(self.path):
                self.workspace.registry.mkdir(mode=0o700, parents=True, exist_ok=True)
                lock = FileLock(self.workspace.root / LOCK, timeout=SECONDS_TO_WAIT, mode=0o600)
                with lock:
                    yield self.read()
        except Timeout as error:
            raise WorkspaceBusy(
                "somebody else changes the keys", where=str(self.path), instead="Try again in a moment"
            ) from error

    def _write(self, kept: Kept) -> None:
        """Puts a whole file in its place, readable to its owner alone from its first byte."""
        told: dict[str, Any] = {
            "keys": [asdict(key) for key in kept.keys],
            "hosts": [asdict(host) for host in kept.hosts],
            "ended": kept.ended,
        }
        with NamedTemporaryFile("w", dir=self.workspace.registry, prefix=".", encoding="utf-8", delete=False) as file:
            os.fchmod(file.fileno(), 0o600)
            json.dump(told, file, indent=1)
            file.flush()
            os.fsync(file.fileno())
            Path(file.name).replace(self.path)
            sync_folder(self.workspace.registry)


def digest_of(own_key: str) -> str:
    """Returns what is kept of a host's own key: it is as long as a hash, so that a plain digest cannot be guessed back."""
    return sha256(own_key.encode("utf-8", "surrogateescape")).hexdigest()
