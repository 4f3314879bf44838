"""What is open when, found by looking at a clock on the wall once a minute; shares nothing with queries.calendar.

A calendar is told here as the values of its file. A time on the wall is the first minute that shows it; one that is never shown
is the minute that would have shown it, had the clock not been put forward.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from itertools import accumulate
from typing import Any
from zoneinfo import ZoneInfo

MINUTE = 60
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
PUBLIC_HOLIDAYS: Mapping[tuple[str, str], Mapping[date, str]] = {
    ("DE", "BY"): {
        date(2026, 4, 3): "Good Friday",
        date(2026, 4, 6): "Easter Monday",
        date(2026, 11, 1): "All Saints' Day",
    },
    ("BR", "SP"): {
        date(2018, 11, 2): "All Souls' Day",
        date(2018, 11, 15): "Republic Proclamation Day",
    },
    ("US", "NY"): {date(2026, 11, 3): "Election Day", date(2026, 11, 11): "Veterans Day"},
    ("AU", "NSW"): {
        date(2026, 4, 3): "Good Friday",
        date(2026, 4, 4): "Easter Saturday",
        date(2026, 4, 5): "Easter Sunday",
        date(2026, 4, 6): "Easter Monday",
        date(2026, 10, 5): "Labor Day",
    },
}

Pairs = Sequence[tuple[int, int]]


@dataclass(frozen=True, kw_only=True)
class Told:
    """A calendar's file, or one version of it: hours are pairs of minutes since midnight."""

    week: Mapping[str, Pairs]
    days: Mapping[date, Pairs] = field(default_factory=dict)
    place: tuple[str, str] | None = None
    worked: frozenset[str] = frozenset()
    kept: frozenset[date] = frozenset()
    part_days: Mapping[str, Pairs] = field(default_factory=dict)


def hours_on(told: Told, day: date) -> Pairs:
    """Return the hours that begin on a day, in minutes."""
    if day in told.days:
        return told.days[day]
    usual = told.week.get(WEEKDAYS[day.weekday()], ())
    name = PUBLIC_HOLIDAYS[told.place].get(day) if told.place else None
    if name and name not in told.worked:
        return common(usual, told.part_days.get(name, ()))
    return () if told.place and day in told.kept else usual


def common(one: Pairs, other: Pairs) -> Pairs:
    """Return the minutes that lie in both, minute by minute."""
    both = {minute for pair in one for minute in range(*pair)} & {minute for pair in other for minute in range(*pair)}
    return [(minute, minute + 1) for minute in sorted(both)]


def open_minutes(told: Told, zone: str, first: date, last: date) -> frozenset[int]:
    """Return the UTC minutes since 1970 that are open, of the hours that begin on the days from `first` to `last`."""
    shown = first_shown(zone, first - timedelta(days=2), last + timedelta(days=4))
    minutes: set[int] = set()
    for number in range((last - first).days + 1):
        day = first + timedelta(days=number)
        midnight = datetime(day.year, day.month, day.day)
        for opens, closes in hours_on(told, day):
            ends = (minute_of(midnight + timedelta(minutes=one), shown) for one in (opens, closes))
            minutes.update(range(*ends))
    return frozenset(minutes)


@lru_cache(maxsize=16)
def first_shown(zone: str, first: date, last: date) -> Mapping[datetime, int]:
    """Return the first UTC minute at which the clock of a zone shows each wall time."""
    start = int(datetime(first.year, first.month, first.day, tzinfo=UTC).timestamp()) // MINUTE
    found: dict[datetime, int] = {}
    for minute in range(start, start + (last - first).days * 1440):
        wall = datetime.fromtimestamp(minute * MINUTE, ZoneInfo(zone)).replace(tzinfo=None, fold=0)
        found.setdefault(wall, minute)
    return found


def minute_of(wall: datetime, shown: Mapping[datetime, int]) -> int:
    """Return the minute of a wall time: as many minutes after the last one shown before it as the wall says."""
    if wall in shown:
        return shown[wall]
    skipped = 1
    while wall - timedelta(minutes=skipped) not in shown:
        skipped += 1
    return shown[wall - timedelta(minutes=skipped)] + skipped


@dataclass(frozen=True)
class Walk:
    """The open seconds counted minute by minute from a first minute on."""

    first: int
    is_open: tuple[bool, ...]
    before: tuple[int, ...]

    @classmethod
    def over(cls, minutes: frozenset[int], first: int, last: int) -> "Walk":
        is_open = tuple(minute in minutes for minute in range(first, last + 1))
        return cls(first, is_open, (0, *accumulate(MINUTE * one for one in is_open)))

    def until(self, second: int) -> int:
        """Return the open seconds before a second."""
        place = second // MINUTE - self.first
        return self.before[place] + (second % MINUTE if self.is_open[place] else 0)

    def between(self, start: int, end: int) -> int:
        """Return the open seconds from one second until just before another."""
        return self.until(end) - self.until(start)

    def after(self, start: int, seconds: int) -> int | None:
        """Return the first second at which this many open seconds have passed; None when the walk ends before."""
        wanted = self.until(start) + seconds
        for place, before in enumerate(self.before[:-1]):
            if self.is_open[place] and before < wanted <= before + MINUTE:
                return (self.first + place) * MINUTE + wanted - before
        return None


def as_file(told: Told, zone: str, later: Told | None = None, from_on: date | None = None) -> str:
    """Return the calendar as the text of its file."""
    text = f'title = "Drawn"\nzone = "{zone}"\n' + _tables(told, "")
    if later:
        text += f"[[versions]]\nfrom = {from_on}\n" + _tables(later, "versions.")
    return text


def _tables(told: Told, under: str) -> str:
    lines = [f"[{under}hours]", *(f"{day} = {_texts(pairs)}" for day, pairs in told.week.items())]
    if told.place:
        lines += [f"[{under}holidays]", f'country = "{told.place[0]}"', f'region = "{told.place[1]}"']
        lines += [f"except = {sorted(told.worked)!r}".replace("'All Saints' Day'", '"All Saints\' Day"')]
        lines += ["also = [" + ", ".join(day.isoformat() for day in sorted(told.kept)) + "]"]
        lines += [f"[{under}holidays.hours]", *(f'"{name}" = {_texts(pairs)}' for name, pairs in told.part_days.items())]
    for day, pairs in told.days.items():
        lines += [f"[[{under}days]]", f"dates = [{day}]", f"hours = {_texts(pairs)}"]
    return "\n".join(lines) + "\n"


def _texts(pairs: Pairs) -> Any:
    return [f"{_wall(opens)}-{_wall(closes)}" for opens, closes in pairs]


def _wall(minutes: int) -> str:
    shown = minutes if minutes <= 1440 else minutes - 1440
    return f"{shown // 60:02}:{shown % 60:02}"
