"""Who asks: a person, a program or a chart that was given away; each has a role and sees rows under one policy.

What a request may see is decided once, at the gate, and kept in Flask's `g`: code that draws never passes it on, and can never
forget to. Outside of a request there is nobody, unless `acting` says for whom something is done.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from functools import wraps
from typing import Any, Final

from flask import Flask, g, has_app_context

from dashboard.errors import NotAllowed
from queries.policy import Policy


class Role(StrEnum):
    """What somebody may do, each role all that the one before it may."""

    CHART = "chart"  # a token's: nothing but what the token was made for
    VIEWER = "viewer"  # reads; small groups are hidden, people have no names
    MANAGER = "manager"  # within their rows: sees names, decides, keeps lists and views, takes people out, gives charts away
    ADMIN = "admin"  # loads data, removes what others keep; tokens and the audit log are for whoever works on the machine

    def covers(self, other: "Role") -> bool:
        """Tells whether this role may do what the other one may."""
        return _ORDER[self] >= _ORDER[other]


_ORDER: Final = {role: place for place, role in enumerate(Role)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Who:
    """Somebody who asks. name is what the audit log calls them; scopes are those of a program's token, empty for a person.

    logs_out: whether they came in by a session of ours, which they can end.   groups: those that the door told.
    is_local: whether it is whoever sits at this machine, where nobody logs in.
    """

    name: str
    role: Role
    policy: Policy
    scopes: frozenset[str] = frozenset()
    logs_out: bool = False
    groups: frozenset[str] = frozenset()
    is_local: bool = False

    @classmethod
    def local(cls) -> "Who":
        """Returns whoever sits at this machine, where nothing says who may come in: they may do everything."""
        return cls(name="local", role=Role.ADMIN, policy=Policy.everything(), is_local=True)

    def owns(self, owner: str) -> bool:
        """Tells whether this one may change what somebody keeps: they do, or are an administrator; what nobody keeps is theirs."""
        return self.role.covers(Role.ADMIN) or (bool(owner) and owner.casefold() == self.name.casefold())

    def must_cover(self, role: Role) -> None:
        """Raises NotAllowed unless this one may do what that role may."""
        if not self.role.covers(role):
            raise NotAllowed(f"This needs the role {role}; {self.name} has the role {self.role}.")


def asking() -> Who:
    """Returns who asks. Raises NotAllowed where nobody does: nothing is told to nobody."""
    who: Who | None = g.get("who") if has_app_context() else None
    if who is None:
        raise NotAllowed("Nobody asks.")
    return who


def policy_asking() -> Policy:
    """Returns the policy of who asks; raises NotAllowed where nobody does."""
    return asking().policy


def is_offered(role: Role) -> bool:
    """Tells whether what needs a role is offered to who asks; what is drawn for nobody shows all there is. It guards nothing."""
    who: Who | None = g.get("who") if has_app_context() else None
    return who is None or who.role.covers(role)


@contextmanager
def acting(server: Flask, who: Who) -> Iterator[None]:
    """Does what is in the block for somebody, outside of a request."""
    with server.app_context():
        g.who = who
        yield


def needs(role: Role) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Lets a view be called by this role and those above it; others get a sentence and 403."""

    def guarded(view: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(view)
        def run(*args: Any, **named: Any) -> Any:
            asking().must_cover(role)
            return view(*args, **named)

        run.needs_role = role  # type: ignore[attr-defined]  # for the test that walks through every route
        return run

    return guarded
