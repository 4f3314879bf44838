"""Who stays, worked out a second time: one person after the other, by the words of the definition.

Nothing here knows of masks, joins or windows: every interval of every person is looked at by itself.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from math import exp, log, sqrt
from typing import Any
from zoneinfo import ZoneInfo

DAY = timedelta(days=1)
ROLLING_DAYS = {"day": 1, "week": 7, "month": 30, "quarter": 91}
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
Row = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Clock:
    """The zone, the first day of a week, and until when all is known."""

    zone: str
    week_start: str
    as_of: datetime

    def day(self, moment: datetime) -> date:
        return moment.replace(tzinfo=UTC).astimezone(ZoneInfo(self.zone)).date()

    def midnight(self, day: date) -> datetime:
        return datetime.combine(day, time(), ZoneInfo(self.zone)).astimezone(UTC).replace(tzinfo=None)

    def interval(self, day: date, unit: str) -> date:
        """The first day of the interval that holds a day, found by going back one day at a time."""
        return _interval(day, unit, self.week_start)

    def later(self, first: date, unit: str, count: int) -> date:
        """The first day of the interval so many after one, found by going on one interval at a time."""
        for _ in range(count):
            first = _next(first, unit, self.week_start)
        return first


@cache
def _interval(day: date, unit: str, week_start: str) -> date:
    starts: dict[str, Callable[[date], bool]] = {
        "day": lambda one: True,
        "week": lambda one: WEEKDAYS[one.weekday()] == week_start,
        "month": lambda one: one.day == 1,
        "quarter": lambda one: one.day == 1 and one.month in (1, 4, 7, 10),
    }
    while not starts[unit](day):
        day -= DAY
    return day


@cache
def _next(first: date, unit: str, week_start: str) -> date:
    day = first + {"day": DAY, "week": 7 * DAY}.get(unit, DAY)
    while _interval(day, unit, week_start) != day:
        day += DAY
    return day


@dataclass(frozen=True, kw_only=True)
class Asked:
    """One question to the grid."""

    unit: str
    rolling: bool
    recurring: bool
    or_after: bool
    lapse: int
    most: int


@dataclass(frozen=True, kw_only=True)
class Member:
    """Somebody in a cohort: from which moment on, and the row with which they came."""

    name: str
    cohort: date
    first_at: datetime
    row: Row


def members(starts: Iterable[tuple[str, Row]], asked: Asked, clock: Clock) -> list[Member]:
    """Everyone who starts, once by the first row of all history, or once in every interval in which they do."""
    by_place: dict[Any, list[tuple[str, Row]]] = defaultdict(list)
    for name, row in starts:
        by_place[name, clock.interval(clock.day(row["happened_at"]), asked.unit) if asked.recurring else None].append((name, row))
    found = [min(some, key=lambda one: (one[1]["happened_at"], one[1]["event_id"])) for some in by_place.values()]
    return [
        Member(name=name, cohort=clock.interval(clock.day(row["happened_at"]), asked.unit), first_at=row["happened_at"], row=row)
        for name, row in found
    ]


def is_there(member: Member, since: int, signs: Iterable[tuple[datetime, datetime]], asked: Asked, clock: Clock) -> bool:
    """Whether somebody was there in an interval, or in it or any later one; everyone is in the first."""
    if since == 0:
        return True
    if asked.rolling:
        length = ROLLING_DAYS[asked.unit] * DAY
        begins, ends = member.first_at + since * length, member.first_at + (since + 1) * length
    else:
        begins = clock.midnight(clock.later(member.cohort, asked.unit, since))
        ends = clock.midnight(clock.later(member.cohort, asked.unit, since + 1))
    return any(last >= begins and (asked.or_after or first < ends) for first, last in signs)


def is_over(cohort: date, since: int, silence: int, asked: Asked, clock: Clock) -> bool:
    """Whether an interval of the whole cohort is over, and as many days of silence after it."""
    if asked.rolling:
        ends = clock.midnight(clock.later(cohort, asked.unit, 1)) + (since + 1) * ROLLING_DAYS[asked.unit] * DAY
        return ends + silence * DAY <= clock.as_of
    return clock.later(cohort, asked.unit, since + 1) + silence * DAY <= clock.day(clock.as_of)


def grid(
    chosen: Sequence[Member], signs: Mapping[str, Sequence[tuple[datetime, datetime]]], asked: Asked, clock: Clock
) -> dict[date, list[tuple[int, int | None, bool]]]:
    """By cohort, for every interval since: its size, who is there (None: cannot be known yet), and whether that may still change."""
    made: dict[date, list[tuple[int, int | None, bool]]] = {}
    for cohort in {member.cohort for member in chosen}:
        here = [member for member in chosen if member.cohort == cohort]
        cells = []
        for since in range(asked.most + 1):
            there = sum(is_there(one, since, signs.get(one.name, ()), asked, clock) for one in here)
            if since == 0:
                cells.append((len(here), there, clock.later(cohort, asked.unit, 1) > clock.day(clock.as_of)))
            else:
                provisional = asked.or_after and not is_over(cohort, since, asked.lapse, asked, clock)
                cells.append((len(here), there if is_over(cohort, since, 0, asked, clock) else None, provisional))
        made[cohort] = cells
    return made


# ── survival ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def surviving(lives: Iterable[tuple[int, int, bool]], age: int) -> tuple[float, float | None, float | None] | None:
    """The share still there at an age and its band, of (seen from, seen until, lost then); None where nobody is seen at it."""
    seen = [life for life in lives if life[0] == 0 or life[0] < life[1]]
    if not seen or age > max(until for _, until, _ in seen):
        return None
    share, spread = 1.0, 0.0
    for day in range(1, age + 1):
        at_risk = sum(late < day <= until for late, until, _ in seen)
        lost = sum(until == day and is_lost and late < day for late, until, is_lost in seen)
        if lost:
            share *= 1 - lost / at_risk
            spread += lost / (at_risk * (at_risk - lost)) if lost < at_risk else float("inf")
    if not 1e-12 < share < 1:
        return share, None, None
    reach = 1.959963984540054 * sqrt(spread) / log(share)
    return share, share ** exp(-reach), share ** exp(reach)


# ── lifecycle ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def lifecycle(
    first_at: Mapping[str, datetime],
    signs: Mapping[str, Sequence[tuple[datetime, datetime]]],
    before: tuple[datetime, datetime],
    period: tuple[datetime, datetime],
) -> dict[str, set[str]]:
    """Who is new, returning, resurrected and dormant in a period, given the one before."""
    made: dict[str, set[str]] = {name: set() for name in ("new", "returning", "resurrected", "dormant")}
    for name, since in first_at.items():
        was, now = (any(first < end and last >= start for first, last in signs.get(name, ())) for start, end in (before, period))
        if now:
            made["new" if since >= period[0] else "returning" if was else "resurrected"].add(name)
        elif was:
            made["dormant"].add(name)
    return made
