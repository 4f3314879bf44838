"""Sessions of people who logged in: the cookie holds a signed random id, the workspace what it stands for.

So a logout ends one for good, in every worker, and a copied cookie with it. Nothing of customers is kept here.
"""

import json
import os
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from secrets import token_urlsafe
from typing import Final

from itsdangerous import BadSignature, TimestampSigner

LONGEST_COOKIE: Final = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """Somebody who logged in: what the provider called them, and when, in seconds since 1970."""

    name: str
    groups: tuple[str, ...]
    began: float


class Sessions:
    """The sessions of one workspace, each a file of its own that only its owner may read."""

    def __init__(self, folder: Path, secret: str, hours: float, clock: Callable[[], float] = time.time) -> None:
        self._folder, self._seconds, self._clock = folder, hours * 3600, clock
        self._signer = TimestampSigner(secret, salt="session", digest_method=sha256)

    def begin(self, name: str, groups: Sequence[str]) -> str:
        """Keeps a new session and returns its cookie; those whose time is over are dropped."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._sweep()
        token = token_urlsafe(32)
        told = json.dumps({"name": name, "groups": [*groups], "began": self._clock()})
        kept = os.open(self._file(token), os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
        with os.fdopen(kept, "w", encoding="utf-8") as file:
            file.write(told)
        return self._signer.sign(token).decode()

    def of(self, cookie: str | None) -> Session | None:
        """Returns the session of a cookie; None where there is none, it is over, or it was ended."""
        token = self._token(cookie)
        if token is None:
            return None
        try:
            told = json.loads(self._file(token).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return None
        found = Session(name=str(told["name"]), groups=tuple(map(str, told["groups"])), began=float(told["began"]))
        return found if 0 <= self._clock() - found.began < self._seconds else None

    def end(self, cookie: str | None) -> None:
        """Ends a session for good."""
        token = self._token(cookie)
        if token is not None:
            self._file(token).unlink(missing_ok=True)

    def _token(self, cookie: str | None) -> str | None:
        if not cookie or len(cookie) > LONGEST_COOKIE:
            return None
        try:
            return self._signer.unsign(cookie).decode()
        except (BadSignature, UnicodeError):
            return None

    def _file(self, token: str) -> Path:
        return self._folder / f"{sha256(token.encode()).hexdigest()}.json"  # who reads the folder cannot make a cookie of it

    def _sweep(self) -> None:
        for file in self._folder.glob("*.json"):
            try:
                if self._clock() - file.stat().st_mtime > self._seconds:
                    file.unlink()
            except FileNotFoundError:  # another worker swept it
                continue
