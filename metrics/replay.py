"""Clocks run again over what happened, by another target or other hours: a reply stays where it was, its due time moves."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from queries.calendar import Opening


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """One promise as it was made and what became of it; instants are UTC seconds since 1970.

    was_kept: None while it is not decided.   is_provisional: fulfilled in time, and not final yet.   spans: from, until and whether
    its time ran, in order, until it was fulfilled, ended or is looked at.
    """

    clock_id: str
    customer_id: str
    is_identified: bool
    group: str
    priority: str
    calendar: str
    target: int
    fulfilled: int | None
    is_unanswered: bool
    was_kept: bool | None
    is_provisional: bool
    spans: Sequence[tuple[int, int, bool]] = field(default=())


def clocks_of(rows: Iterable[Mapping[str, Any]]) -> list[Clock]:
    """Returns the clocks of rows of their stretches, which come clock by clock and in order."""
    made = []
    for _, spans in groupby(rows, key=lambda row: row["clock_id"]):
        told = list(spans)
        first = told[0]
        made.append(
            Clock(
                clock_id=first["clock_id"],
                customer_id=first["customer_id"],
                is_identified=first["is_identified"],
                group=first["split_1"],
                priority=first["priority"],
                calendar=first["calendar"],
                target=first["target_seconds"],
                fulfilled=first["fulfilled_second"],
                is_unanswered=first["is_unanswered"],
                was_kept=first["was_kept"] if first["is_decided"] else None,
                is_provisional=first["is_provisional"],
                spans=[(row["from_second"], row["until_second"], row["is_running"]) for row in told],
            )
        )
    return made


def replayed(clock: Clock, opening: Opening, target: int) -> bool | None:
    """Returns whether a clock would have been kept by this target in these hours; None where that is not yet known.

    It is kept when it was fulfilled at its due time or before. One that still runs and is not due, or whose solution is not final,
    is not yet known.
    """
    if clock.is_unanswered:
        return False
    due = due_of(clock.spans, opening, target)
    if due is None or (clock.fulfilled is not None and clock.fulfilled <= due):
        return None if clock.fulfilled is None or clock.is_provisional else True
    return False


def due_of(spans: Iterable[tuple[int, int, bool]], opening: Opening, target: int) -> int | None:
    """Returns when the open seconds of the stretches in which time ran come to the target; None when they never do."""
    left = target
    for from_second, until_second, is_running in spans:
        if is_running:
            before = opening.before(from_second)
            used = opening.before(until_second) - before
            if used >= left:
                return opening.instant(before + left)
            left -= used
    return None
