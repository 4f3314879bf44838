"""Whom the server knows: a name and its groups, as a proxy or a provider tells them, become somebody with a role and a policy."""

from collections.abc import Iterable
from typing import Final, Protocol

from dashboard.access.who import Role, Who
from dashboard.errors import NotAllowed
from queries.errors import QueriesError
from queries.policy import Policy

LONGEST_NAME: Final = 200
MOST_GROUPS: Final = 200


class PeopleFile(Protocol):
    """Who may come in: the workspace's access.toml, read anew when it has changed."""

    def who(self, name: str, groups: Iterable[str] = ()) -> tuple[str, Policy] | None:
        """Returns the role and the policy of somebody; None for whom nothing names."""


def known(people: PeopleFile, name: str, groups: Iterable[str] = ()) -> Who:
    """Returns who a name is here; raises NotAllowed for one that nothing lets in, or that could not be a person's."""
    plain, of = name.strip(), frozenset(filter(None, (group.strip() for group in groups)))
    if not is_name(plain) or len(of) > MOST_GROUPS or not all(map(is_name, of)):
        raise NotAllowed("Nobody is called that.")
    try:
        found = people.who(plain, of)
    except (QueriesError, OSError) as problem:
        raise NotAllowed(
            "The workspace's access.toml cannot be read: nobody comes in until it can. See `cx doctor`."
        ) from problem
    if found is None or found[0] == Role.CHART:
        raise NotAllowed(f"{plain} may not come in here. An administrator can name them in the workspace's access.toml.")
    return Who(name=plain, role=Role(found[0]), policy=found[1], groups=of)


def is_name(text: str) -> bool:
    """Tells whether a text could name a person or a group: one line that can be read, no list of several."""
    return 0 < len(text) <= LONGEST_NAME and text.isprintable() and "," not in text
