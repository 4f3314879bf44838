"""Who may see which rows: an immutable policy that the warehouse turns into views."""

from dataclasses import dataclass
from hashlib import sha256
from typing import Final

FEW: Final = 5
"""Groups of fewer customers are not told to somebody who may not look at people."""

CLOSED: Final = ("rejected_rows", "unknown_values", "alarm", "costs", "cost_of_month")


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """The regions, segments and teams whose rows may be seen; None means no limit.

    Region and segment limit by the customer's current value, team by the row's own; what has no team is closed to
    someone limited by team. A row names no other customer who is hidden: of a company that its customer belongs to it
    tells the id alone, by which figures count. names: whether people are told by name and in their own words. least: a group of
    fewer customers is not told.
    """

    regions: frozenset[str] | None = None
    segments: frozenset[str] | None = None
    teams: frozenset[str] | None = None
    names: bool = True
    least: int = 1

    @classmethod
    def everything(cls) -> "Policy":
        """The policy of someone who may see all rows."""
        return cls()

    @property
    def is_limited(self) -> bool:
        """Whether any row is hidden."""
        return (self.regions, self.segments, self.teams) != (None, None, None)

    @property
    def key(self) -> str:
        """A name for this policy that fits a schema and a cache key."""
        if self == Policy():
            return "everything"
        limits = (sorted(limit) if limit is not None else None for limit in (self.regions, self.segments, self.teams))
        parts = [*limits, self.names, self.least]
        return f"policy_{sha256(repr(parts).encode()).hexdigest()[:16]}"
