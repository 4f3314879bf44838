"""Who is where and who moved, counted visit by visit from the rows of stays and of steps back."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from statistics import fmean
from typing import Any

Row = Mapping[str, Any]

LEFT_BY = {"moved_on": ("moved on",), "left": ("exit", "idle"), "left_exit": ("exit",), "left_idle": ("idle",)}


def here(stays: Iterable[Row], instant: datetime) -> list[Row]:
    """The visits going on just before an instant: begun before it, and ended at it or later, or not at all."""
    return [one for one in stays if one["entered_at"] < instant and not (one["left_at"] is not None and one["left_at"] < instant)]


def seconds_here(stays: Iterable[Row], instant: datetime) -> list[int]:
    """For how many whole seconds the people who are here at an instant have been."""
    return sorted(int((instant.replace(microsecond=0) - one["entered_at"]).total_seconds()) for one in here(stays, instant))


def flow(
    stays: Sequence[Row], ever: Sequence[Row], steps: Sequence[Row], starts_at: datetime, ends_at: datetime
) -> dict[str, tuple[int, int]]:
    """Visits and people of each part of one stage and group in a period; ever holds the stage's visits of all groups."""
    begun = [one for one in stays if starts_at <= one["entered_at"] < ends_at]
    ended = [one for one in stays if one["left_at"] is not None and starts_at <= one["left_at"] < ends_at]
    parts: dict[str, Sequence[Row]] = {
        "opening": here(stays, starts_at),
        "entered": begun,
        "re_entered": [one for one in begun if any(_is_earlier(other, one) for other in ever)],
        "rework": [one for one in steps if starts_at <= one["stepped_back_at"] < ends_at],
        "closing": here(stays, ends_at),
        **{part: [one for one in ended if one["left_by"] in words] for part, words in LEFT_BY.items()},
    }
    return {part: (len(rows), len({one["customer_id"] for one in rows})) for part, rows in parts.items()}


def time_in_stage(stays: Iterable[Row], starts_at: datetime, ends_at: datetime) -> dict[str, float | int | None]:
    """How long people were in a stage, over all of their visits that ended in the period."""
    spent: dict[str, int] = defaultdict(int)
    for one in stays:
        if one["left_at"] is not None and starts_at <= one["left_at"] < ends_at:
            spent[one["customer_id"]] += int((one["left_at"] - one["entered_at"]).total_seconds())
    sums = sorted(spent.values())
    return {
        "people": len(sums),
        "median_seconds": quantile(sums, 0.5),
        "mean_seconds": fmean(sums) if sums else None,
        "p90_seconds": quantile(sums, 0.9),
    }


def quantile(ordered: Sequence[float], share: float) -> float | None:
    """The value below which a share of the values lies, straight between the two around it."""
    if not ordered:
        return None
    place = share * (len(ordered) - 1)
    low = int(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (place - low)


def _is_earlier(other: Row, one: Row) -> bool:
    return bool(other["customer_id"] == one["customer_id"] and other["attempt_no"] < one["attempt_no"])
