"""What was given away, and by whom: a chart or a token is good only as long as its giver may still give it."""

from collections.abc import Iterable
from dataclasses import dataclass

from dashboard.access.people import PeopleFile, known
from dashboard.access.who import Role
from dashboard.errors import NotAllowed
from queries.policy import Policy


@dataclass(frozen=True, slots=True)
class Givers:
    """Those who gave something away, as access.toml knows them now; people is None where nobody logs in."""

    people: PeopleFile | None = None

    def policy_of(self, name: str, groups: Iterable[str], role: Role) -> Policy | None:
        """Returns what a giver sees today, None for one who no longer has the role that giving takes."""
        if self.people is None:
            return Policy.everything()
        try:
            giver = known(self.people, name, groups)
        except NotAllowed:
            return None
        return giver.policy if giver.role.covers(role) else None


def narrowed(one: Policy, other: Policy) -> Policy:
    """Returns what both let be seen."""
    return Policy(
        regions=_both(one.regions, other.regions),
        segments=_both(one.segments, other.segments),
        teams=_both(one.teams, other.teams),
        names=one.names and other.names,
        least=max(one.least, other.least),
    )


def _both(one: frozenset[str] | None, other: frozenset[str] | None) -> frozenset[str] | None:
    if one is None or other is None:
        return other if one is None else one
    return one & other
