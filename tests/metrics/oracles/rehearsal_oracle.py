"""What another target or other hours would have made of promises, found by walking through time minute by minute."""

from collections.abc import Sequence
from dataclasses import dataclass

MINUTE = 60


@dataclass(frozen=True)
class Waited:
    """One promise: minutes of the week in which its time ran or stood still, and what ended it; all in minutes since its Monday.

    spans: until which minute, and whether its time ran, from `started` on.   ended: solved without what was promised.
    """

    started: int
    spans: tuple[tuple[int, bool], ...]
    fulfilled: int | None
    ended: bool
    target: int
    priority: str
    is_provisional: bool
    calendar: str

    @property
    def last(self) -> int:
        """The minute until which it is known."""
        return self.spans[-1][0]


def due_minute(waited: Waited, is_open: Sequence[bool], target: int) -> int | None:
    """Return the first minute at which so many minutes had passed, open and not paused; None when that is after all that is known."""
    left, minute = target, waited.started
    for until, runs in waited.spans:
        while minute < until:
            if runs and is_open[minute]:
                left -= 1
            minute += 1
            if left == 0:
                return minute
    return None


def verdict(waited: Waited, is_open: Sequence[bool], target: int) -> bool | None:
    """Return whether it was kept; None when nobody knows yet."""
    if waited.ended:
        return False
    due = due_minute(waited, is_open, target)
    if waited.fulfilled is None:
        return None if due is None else False
    if due is not None and due < waited.fulfilled:
        return False
    return None if waited.is_provisional else True
