"""Tokens: what a program shows instead of a login. Each has a name, a role, what it is for, and whose rows it may see.

The workspace's registry keeps of a token only its digest: whoever reads the file cannot call with it. A token is 256 random bits, which
nobody tries out, so a plain digest does; its id before them finds it without comparing it with every other one.
"""

import hmac
import json
import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from filelock import FileLock, Timeout

from dashboard.access.who import Role, Who
from metrics.errors import QuestionError, UnknownName
from metrics.selection import utc_text
from queries.access_file import policy_of_role
from queries.clock import utc_now
from queries.errors import WorkspaceBusy, WorkspaceError
from queries.intake.forgotten import write_secretly
from queries.workspace import Workspace, said_plainly

READ: Final = "read"
CUSTOMERS: Final = "customers"
SCOPES: Final = (READ, CUSTOMERS)
"""What a token may be for: figures and what is said of them; the people behind them."""
ROLES: Final = (Role.VIEWER, Role.MANAGER)
BEGINS: Final = "cx"
MOST_DAYS: Final = 730
SECONDS_TO_WAIT: Final = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """One token, as it is kept. digest: of its secret part.   purpose: what for, where it may list people.

    made_at, expires_at: UTC, as text.   regions, segments, teams: whose rows it may see; None is everybody's.
    giver: for whom of access.toml it was made: it is good as long as they have its role, and sees no more than they; empty for whoever
    works on the machine.
    """

    token_id: str
    name: str
    digest: str
    role: str
    scopes: tuple[str, ...]
    made_at: str
    expires_at: str
    purpose: str = ""
    regions: tuple[str, ...] | None = None
    segments: tuple[str, ...] | None = None
    teams: tuple[str, ...] | None = None
    giver: str = ""

    @property
    def who(self) -> Who:
        """Returns who asks with it."""
        limits = {name: _limit(getattr(self, name)) for name in ("regions", "segments", "teams")}
        policy = replace(policy_of_role(self.role), **limits)
        return Who(name=f"token {self.name}", role=Role(self.role), policy=policy, scopes=frozenset(self.scopes))

    def is_good(self, now: datetime) -> bool:
        """Whether it has not expired; now is naive UTC."""
        return utc_text(now) < self.expires_at


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What a token is to be."""

    name: str
    role: str = Role.VIEWER.value
    scopes: Sequence[str] = (READ,)
    days: int = 365
    purpose: str = ""
    regions: Sequence[str] = ()
    segments: Sequence[str] = ()
    teams: Sequence[str] = ()
    giver: str = ""

    def refuse_unless_whole(self) -> None:
        """Raises QuestionError for what no token can be."""
        for given, known, what in ((self.role, ROLES, "role"), *((scope, SCOPES, "scope") for scope in self.scopes)):
            if given not in known:
                raise UnknownName(f'"{given}" is no {what} of a token', name=given, known=known)
        if not self.name.strip() or not self.scopes:
            raise QuestionError("a token has a name and is for something", instead="Give both")
        if not 1 <= self.days <= MOST_DAYS:
            raise QuestionError(f"a token is good for 1 to {MOST_DAYS} days, not {self.days}", instead="Make a new one in time")
        if CUSTOMERS in self.scopes and (self.role != Role.MANAGER or not self.purpose.strip()):
            what = "a token that lists people has the role manager and says what they are listed for"
            raise QuestionError(what, instead='Write for example --role manager --purpose "sync into the campaign tool"')


@dataclass(slots=True)
class Tokens:
    """The tokens of one workspace; a token added or revoked counts from the next request on, in every process."""

    path: Path
    _stamp: object = None
    _known: dict[str, Token] = field(default_factory=dict)

    @classmethod
    def of(cls, workspace: Workspace) -> "Tokens":
        return cls(workspace.registry / "tokens.json")

    def all(self) -> tuple[Token, ...]:
        """Returns every token, the oldest first; raises WorkspaceError where the file cannot be read."""
        return tuple(self._read().values())

    def who_has(self, text: str, *, now: datetime | None = None) -> Who | None:
        """Returns who asks with this token; None for one that is unknown, revoked, changed or expired. now: naive UTC."""
        token = self.found(text, now=now)
        return token.who if token else None

    def found(self, text: str, *, now: datetime | None = None) -> Token | None:
        """Returns the token of which this is the text; None as `who_has`."""
        begins, _, rest = text.partition("_")
        token_id, _, secret = rest.partition("_")
        token = self._read().get(token_id)
        if begins != BEGINS or token is None or not hmac.compare_digest(token.digest, digest(secret)):
            return None
        return token if token.is_good(now or utc_now()) else None

    def add(self, wish: Wish, *, now: datetime | None = None) -> tuple[Token, str]:
        """Makes a token; returns it and its text, which is told this once. Raises QuestionError."""
        wish.refuse_unless_whole()
        made, secret = now or utc_now(), secrets.token_urlsafe(32)
        token = Token(
            token_id=secrets.token_hex(4), name=wish.name.strip(), digest=digest(secret), role=str(wish.role),
            scopes=tuple(dict.fromkeys(wish.scopes)), made_at=utc_text(made),
            expires_at=utc_text(made + timedelta(days=wish.days)), purpose=wish.purpose.strip(),
            regions=tuple(wish.regions) or None, segments=tuple(wish.segments) or None, teams=tuple(wish.teams) or None,
            giver=wish.giver.strip(),
        )  # fmt: skip
        with self._alone():
            self._write({**self._read(), token.token_id: token})
        return token, f"{BEGINS}_{token.token_id}_{secret}"

    def revoke(self, token_id: str) -> Token:
        """Removes a token, which opens nothing from then on; raises UnknownName."""
        with self._alone():
            known = self._read()
            if token_id not in known:
                raise UnknownName(f'there is no token "{token_id}"', name=token_id, known=known)
            self._write({name: token for name, token in known.items() if name != token_id})
            return known[token_id]

    def _read(self) -> dict[str, Token]:
        try:
            found = self.path.stat()
            stamp = (found.st_ino, found.st_mtime_ns, found.st_size)
            if stamp != self._stamp:
                listed = [_token(each) for each in json.loads(self.path.read_bytes())]
                self._known, self._stamp = {token.token_id: token for token in listed}, stamp
        except FileNotFoundError:
            self._known, self._stamp = {}, None
        except (OSError, ValueError, TypeError, KeyError) as error:
            raise WorkspaceError(
                "the tokens cannot be read", where=str(self.path), instead="Make them anew: cx token add"
            ) from error
        return self._known

    def _write(self, tokens: dict[str, Token]) -> None:
        with said_plainly(self.path):
            write_secretly(self.path, json.dumps([asdict(token) for token in tokens.values()], indent=1).encode())

    @contextmanager
    def _alone(self) -> Iterator[None]:
        with said_plainly(self.path):
            self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        try:
            with FileLock(self.path.with_suffix(".lock"), timeout=SECONDS_TO_WAIT, mode=0o600):
                yield
        except Timeout:
            raise WorkspaceBusy("somebody else changes the tokens", instead="Try again") from None


def digest(secret: str) -> str:
    """Returns what is kept of a token's secret part."""
    return sha256(secret.encode("utf-8", "replace")).hexdigest()


def _token(told: dict[str, Any]) -> Token:
    lists = {name: tuple(told[name]) for name in ("scopes", "regions", "segments", "teams") if told[name] is not None}
    token = Token(**{**told, **lists})
    if not token.scopes or not set(token.scopes) <= set(SCOPES) or token.role not in ROLES:
        raise ValueError(token.token_id)
    return token


def _limit(names: tuple[str, ...] | None) -> frozenset[str] | None:
    return None if names is None else frozenset(names)
