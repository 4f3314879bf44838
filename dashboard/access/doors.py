"""The doors of the server: each tells who comes in by it. What no other door is for goes through the people's own.

A door is called once for each request, before its view. It returns who asks, an answer to give instead (a redirection to a login), or
raises NotAllowed. A path is a door's own when it begins with the door's: `/embed/` is for tokens, and no cookie is read there.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from flask import Response, request

from dashboard.access.who import Who
from dashboard.errors import NotAllowed

Door = Callable[[], Who | Response]
OF_PROXIES: Final = ("Forwarded", "X-Forwarded-For", "X-Real-IP", "Via")


def local_person() -> Who:
    """The door of a server that only this machine can reach; raises NotAllowed for what a proxy brings from elsewhere.

    Not every proxy says that it is one: the settings say who may come in where there is one.
    """
    if any(name in request.headers for name in OF_PROXIES):
        raise NotAllowed("A proxy is in front of this server, and nothing says who may come in: set CX_ACCESS.")
    return Who.local()


@dataclass(slots=True)
class Doors:
    """Which door a path is behind."""

    people: Door = local_person
    others: dict[str, Door] = field(default_factory=dict)
    nobody: tuple[str, ...] = ("/assets/", "/_dash-component-suites/", "/_favicon", "/health", "/login/")

    def open_at(self, prefix: str, door: Door) -> None:
        """Puts a door before every path that begins with prefix, which ends with a slash; raises ValueError for one that is taken."""
        if not (prefix.startswith("/") and prefix.endswith("/")) or any(known.startswith(prefix) for known in self.others):
            raise ValueError(f"{prefix} cannot be a door: it begins and ends with a slash, and there is none yet")
        self.others[prefix] = door

    def is_for_people(self, path: str) -> bool:
        """Tells whether no door of another kind is before a path."""
        return not path.startswith(tuple(self.others))

    def enter(self, path: str) -> Who | Response | None:
        """Returns who asks for a path, or what is answered instead; None where a path tells nothing about anybody."""
        for prefix, door in self.others.items():
            if path.startswith(prefix):
                return door()
        return None if path.startswith(self.nobody) else self.people()


def closed() -> Who:
    """A door that nobody comes in by."""
    raise NotAllowed("Nobody may come in here.")
