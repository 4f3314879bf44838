"""What was known of an account under contract on a day, and how it went on: asked afresh for each day, from the raw rows, in words."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

DAY = timedelta(days=1)
FOREVER = date.max


def local_day(moment: datetime, zone: str) -> date:
    return moment.replace(tzinfo=ZoneInfo("UTC")).astimezone(ZoneInfo(zone)).date()


@dataclass(kw_only=True)
class Account:
    """One account's rows; moments are naive UTC, contracts (starts_on, over_on, amount a month or None)."""

    name: str
    contracts: list[tuple[date, date, int | None]]
    requests: list[dict[str, Any]] = field(default_factory=list)  # opened_at, resolved_at, is_complaint, is_counted
    promises: list[dict[str, Any]] = field(default_factory=list)  # decided_at, was_kept
    answers: list[dict[str, Any]] = field(default_factory=list)  # answered_at, points
    contacts: list[dict[str, Any]] = field(default_factory=list)  # happened_at, direction
    orders: list[dict[str, Any]] = field(default_factory=list)  # ordered_at, is_purchase


def in_force(account: Account, day: date, as_of: date) -> list[tuple[date, date, int | None]]:
    return [one for one in account.contracts if one[0] <= as_of and one[0] <= day < one[1]]


def is_bound(account: Account, day: date, as_of: date, grace: int) -> bool:
    """Whether the day belongs to a run: a contract in force, or one that ended at most the grace before and is still waited for."""
    return any(in_force(account, day - back * DAY, as_of) for back in range(grace + 1))


def continues(account: Account, over_on: date, as_of: date, grace: int) -> bool:
    """Whether another contract is in force on one of the days of the grace, its last one included."""
    return any(in_force(account, over_on + after * DAY, as_of) for after in range(grace + 1))


def known_on(account: Account, day: date, as_of: date, grace: int, zone: str) -> dict[str, Any] | None:
    """What was known on a day of an account under contract, and how it went on; None for one that is not."""
    now = in_force(account, day, as_of)
    if not now:
        return None

    def recent(moments: list[datetime]) -> int:
        return sum(day - 90 * DAY <= local_day(moment, zone) < day for moment in moments)

    counted = [one for one in account.requests if one["is_counted"]]
    answers = [(local_day(one["answered_at"], zone), one["points"]) for one in account.answers]
    last = max((on for on, _ in answers if on < day), default=None)
    points = [value for on, value in answers if on == last]
    ended_on = end_of_run(account, day, as_of, grace)
    return {
        "contracts": len(now),
        "value_a_year": None if any(one[2] is None for one in now) else 12.0 * sum(one[2] or 0 for one in now),
        "tenure_days": (day - begin_of_run(account, day, as_of, grace)).days,
        "has_returned": has_returned(account, day, as_of, grace),
        "requests": recent([one["opened_at"] for one in counted]),
        "complaints": recent([one["opened_at"] for one in counted if one["is_complaint"]]),
        "broken_promises": recent([one["decided_at"] for one in account.promises if not one["was_kept"]]),
        "contacts": recent([one["happened_at"] for one in account.contacts if one["direction"] in ("self", "inbound")]),
        "orders": recent([one["ordered_at"] for one in account.orders if one["is_purchase"]]),
        "open_requests": sum(
            local_day(one["opened_at"], zone) < day and (one["resolved_at"] is None or local_day(one["resolved_at"], zone) >= day)
            for one in counted
        ),
        "nps_points": sum(points) / len(points) if last and last >= day - 365 * DAY else None,
        "ended_after_days": (ended_on - day).days if ended_on else None,
        "known_days": (as_of - day).days - grace,
    }


def begin_of_run(account: Account, day: date, as_of: date, grace: int) -> date:
    first = day
    while earlier := [back for back in range(1, grace + 2) if in_force(account, first - back * DAY, as_of)]:
        first -= earlier[0] * DAY
    return first


def has_returned(account: Account, day: date, as_of: date, grace: int) -> bool:
    return any(one[0] < begin_of_run(account, day, as_of, grace) for one in account.contracts if one[1] > one[0])


def end_of_run(account: Account, day: date, as_of: date, grace: int) -> date | None:
    """The day on which the last contract of the run was over, once the grace has passed without another; None while it may go on."""
    while day <= as_of:
        if not in_force(account, day, as_of) and not continues(account, day, as_of, grace):
            return day if day + grace * DAY <= as_of else None
        day += DAY
    return None
