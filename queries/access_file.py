"""Who may come in, as what, and whose rows they see: access.toml of the workspace, read anew whenever it has changed."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

from queries.errors import DeclarationErrors, QueriesError, did_you_mean
from queries.policy import FEW, Policy
from queries.told import Told, read_one

ROLES: Final = ("viewer", "manager", "admin")
LIMITS: Final = ("regions", "segments", "teams")


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One entry: a person, by the name that the door tells, or a group; both are empty in the one of all others."""

    who: str = ""
    group: str = ""
    role: str
    policy: Policy


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessFile:
    """What access.toml says. A person's own entry comes before any group's, and an earlier one before a later."""

    people: tuple[Entry, ...] = ()
    others: Entry | None = None

    def who(self, name: str, groups: Iterable[str] = ()) -> tuple[str, Policy] | None:
        """Returns the role and the policy of somebody, None for one who may not come in; big and small letters are alike."""
        plain, among = name.strip().casefold(), {group.strip().casefold() for group in groups}
        own = (one for one in self.people if one.who and one.who == plain)
        by_group = (one for one in self.people if one.group and one.group in among)
        found = next(own, None) or next(by_group, None) or self.others
        return (found.role, found.policy) if found and plain else None


class PeopleOf:
    """The access.toml of a workspace as it stands: what an administrator writes holds from the next request on."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def who(self, name: str, groups: Iterable[str] = ()) -> tuple[str, Policy] | None:
        """Returns the role and the policy of somebody, None for one who may not come in; raises DeclarationErrors."""
        return load_access(self._path).who(name, groups)


def policy_of_role(role: str) -> Policy:
    """Returns what a role sees of all rows: a viewer neither names nor groups of few."""
    return Policy(names=False, least=FEW) if role == "viewer" else Policy.everything()


def load_access(path: Path) -> AccessFile:
    """Return what this file says, nobody without one; raise DeclarationErrors telling every mistake."""
    if not path.exists():
        return AccessFile()
    told = path.stat()
    return _loaded(path, told.st_mtime_ns, told.st_size)


def unknown_segments(access: AccessFile, known: Iterable[str]) -> list[tuple[str, str]]:
    """Returns the segments that entries name and nobody declared, each with a sentence of what there is."""
    names = (*known, "unknown")
    entries = (*access.people, *([access.others] if access.others else ()))
    found = sorted({name for one in entries for name in one.policy.segments or () if name not in names})
    return [(name, did_you_mean(name, names)) for name in found]


@lru_cache(maxsize=8)
def _loaded(path: Path, changed: int, size: int) -> AccessFile:
    problems: list[QueriesError] = []
    found = read_one(path, _read, problems)
    if problems or found is None:
        raise DeclarationErrors(problems)
    return found


def _read(_: str, told: Told) -> AccessFile:
    people = tuple(_person(one) for one in told.tables("people"))
    others = told.table("others")
    seen: set[tuple[str, str]] = set()
    for one in people:
        place = (one.who, one.group)
        if place in seen and any(place):
            told.wrong(f'"{one.who or one.group}" has two entries', "Keep one of them: the later is never read")
        seen.add(place)
    return AccessFile(people=people, others=_entry(others) if others.values else None)


def _person(told: Told) -> Entry:
    who, group = told.text("who", ""), told.text("group", "")
    if bool(who) == bool(group):
        told.wrong("it names neither one person nor one group", 'Write who = "ada@example.com", or group = "service leads"')
    return _entry(told, who=(who or "").strip().casefold(), group=(group or "").strip().casefold())


def _entry(told: Told, *, who: str = "", group: str = "") -> Entry:
    role = told.choice("role", ROLES)
    limits = {name: _limit(told, name) for name in LIMITS}
    names = told.flag("names", None)
    told.done()
    if role == "admin" and (names is False or any(limit is not None for limit in limits.values())):
        told.wrong("an admin sees all rows and all names", "Leave the limits out, or write manager")
    if role == "viewer" and names:
        told.wrong("a viewer is told no names", "Write manager, or leave names out")
    of_role = policy_of_role(role or ROLES[0])
    seen = of_role.names if names is None else bool(names)
    return Entry(who=who, group=group, role=role or ROLES[0], policy=Policy(**limits, names=seen, least=of_role.least))


def _limit(told: Told, name: str) -> frozenset[str] | None:
    values = told.texts(name, None)
    if name in told.values and not values:
        told.wrong(f"{name} = [] shows nothing of anybody", f"Name {name}, or leave the line out: then there is no limit")
    return frozenset(values) if values else None
