"""Calendars: when a promise's time runs, in local hours; one .toml file each, its windows worked out as UTC seconds."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from queries.errors import QueriesError, did_you_mean
from queries.told import Told, read_each
from queries.workspace import WEEKDAYS

DAY = 86_400
BUCKET = 14_400
LONGEST_WAIT_DAYS = 3_660

_HOURS = re.compile(r"(\d{1,2}):(\d{2})\s*[-–]\s*(\d{1,2}):(\d{2})")
_EVERY_YEAR = re.compile(r"(\d{2})-(\d{2})")
_LEAP_YEAR = 2024


class NeverOpen(QueriesError):
    """No open time is left in the years after an instant."""


@dataclass(frozen=True, slots=True, order=True)
class Hours:
    """One stretch of a local day in seconds since midnight on the wall; beyond 86,400 it ends on the next day."""

    opens: int
    closes: int


@dataclass(frozen=True, slots=True, order=True)
class Window:
    """One time open, in UTC seconds since 1970, from `opens_at` until just before `closes_at`."""

    opens_at: int
    closes_at: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendar:
    """When time runs: the hours of each weekday, in a zone, with the dates that differ."""

    calendar: str
    title: str
    zone: str
    is_always: bool = False
    week: tuple[tuple[Hours, ...], ...] = ((),) * 7
    dates: Mapping[date, tuple[Hours, ...]] = field(default_factory=dict)
    every_year: Mapping[tuple[int, int], tuple[Hours, ...]] = field(default_factory=dict)

    def hours_of(self, day: date) -> tuple[Hours, ...]:
        """Return the hours that begin on a local day: the date's own, else those of that day every year, else the weekday's."""
        yearly = self.every_year.get((day.month, day.day), self.week[day.weekday()])
        return self.dates.get(day, yearly)

    def windows(self, first: date, last: date) -> list[Window]:
        """Return the times open from the start of the UTC day `first` to the end of `last`, in order, never overlapping."""
        start, end = _utc_midnight(first), _utc_midnight(last) + DAY
        if self.is_always:
            return [Window(start, end)]
        return list(_cut(self._as_declared(first - timedelta(days=3), last + timedelta(days=2)), start, end))

    def open_seconds(self, start: datetime, end: datetime) -> int:
        """Return the open seconds from one instant until another; both in UTC without a zone, cut to the second."""
        if end <= start:
            return 0
        from_at, until_at = _seconds(start), _seconds(end)
        return sum(
            max(0, min(one.closes_at, until_at) - max(one.opens_at, from_at)) for one in self.windows(start.date(), end.date())
        )

    def add(self, start: datetime, seconds: int) -> datetime:
        """Return the instant at which this many open seconds have passed since `start` (both in UTC without a zone).

        Time used up exactly with a window lands on that window's close. Raises NeverOpen where the calendar closes for good.
        """
        left, from_at, day = seconds, _seconds(start), start.date()
        for _ in range(LONGEST_WAIT_DAYS):
            for window in self.windows(day, day):
                open_now = window.closes_at - max(window.opens_at, from_at)
                if left <= open_now:
                    return _instant(max(window.opens_at, from_at) + left)
                left -= max(0, open_now)
            day += timedelta(days=1)
        raise NeverOpen(f"{self.calendar} has no {seconds} open seconds after {start}", instead="Add hours to the calendar")

    def _as_declared(self, first: date, last: date) -> Iterator[Window]:
        zone = ZoneInfo(self.zone)
        for number in range((last - first).days + 1):
            day = first + timedelta(days=number)
            for hours in self.hours_of(day):
                yield Window(_from_wall(day, hours.opens, zone), _from_wall(day, hours.closes, zone))


def load_calendars(folders: Iterable[Path], zone: str = "UTC") -> dict[str, Calendar]:
    """Return the declared calendars by id; one without a zone keeps this one. Raises DeclarationErrors telling every mistake."""
    return read_each(folders, lambda name, told: _read(name, told, zone))


def calendar_tables(calendars: Mapping[str, Calendar], first: date, last: date) -> dict[str, list[tuple[Any, ...]]]:
    """Return the rows of open_window, open_step and open_bucket for the UTC days from `first` to `last`."""
    tables: dict[str, list[tuple[Any, ...]]] = {"open_window": [], "open_step": [], "open_bucket": []}
    start, end = _utc_midnight(first), _utc_midnight(last) + DAY
    for name, calendar in calendars.items():
        windows = list(_counted(calendar.windows(first, last)))
        tables["open_window"] += [(name, window.opens_at, window.closes_at, before) for window, before in windows]
        tables["open_step"] += [(name, *step) for step in _steps(windows, start, end)]
        tables["open_bucket"] += [(name, *bucket) for bucket in _buckets(windows)]
    return tables


def _cut(windows: Iterable[Window], start: int, end: int) -> Iterator[Window]:
    open_until = start
    for window in sorted(windows):
        opens_at, closes_at = max(window.opens_at, open_until), min(window.closes_at, end)
        if opens_at < closes_at:
            yield Window(opens_at, closes_at)
        open_until = max(open_until, closes_at)


def _counted(windows: Iterable[Window]) -> Iterator[tuple[Window, int]]:
    before = 0
    for window in windows:
        yield window, before
        before += window.closes_at - window.opens_at


def _steps(windows: Sequence[tuple[Window, int]], start: int, end: int) -> Iterator[tuple[int, ...]]:
    """Yield day_number, from_at, until_at, opens_at, closes_at, seconds_before, each second in one row."""
    total = sum(window.closes_at - window.opens_at for window, _ in windows)
    from_at = start
    for window, before in [*windows, (Window(end, end), total)]:
        until_at = window.closes_at
        for day in range(from_at // DAY, -(-until_at // DAY)):
            yield day, max(from_at, day * DAY), min(until_at, (day + 1) * DAY), window.opens_at, window.closes_at, before
        from_at = until_at


def _buckets(windows: Sequence[tuple[Window, int]]) -> Iterator[tuple[int, ...]]:
    """Yield bucket, opens_at, seconds_before, seconds_after: one row for each piece of open time that a window reaches into."""
    for window, before in windows:
        after = before + window.closes_at - window.opens_at
        for bucket in range(before // BUCKET, (after - 1) // BUCKET + 1):
            yield bucket, window.opens_at, before, after


def _from_wall(day: date, seconds: int, zone: ZoneInfo) -> int:
    # fold 0: a time skipped in spring maps forward, a time that comes twice in autumn is the first of the two
    wall = datetime.combine(day, time()) + timedelta(seconds=seconds)
    return int(wall.replace(tzinfo=zone, fold=0).timestamp())


def _utc_midnight(day: date) -> int:
    return int(datetime.combine(day, time(), UTC).timestamp())


def _seconds(instant: datetime) -> int:
    return int(instant.replace(microsecond=0, tzinfo=UTC).timestamp())


def _instant(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC).replace(tzinfo=None)


def _read(name: str, told: Told, workspace_zone: str) -> Calendar:
    calendar = Calendar(
        calendar=name,
        title=told.text("title"),
        zone=_read_zone(told, workspace_zone),
        is_always=told.flag("always", False),
        week=_read_week(told.table("hours")),
        **_read_days(told.tables("days")),
    )
    has_hours = any(calendar.week)
    if calendar.is_always and (has_hours or calendar.dates or calendar.every_year):
        told.wrong("it is always open and has hours too", "Leave out either always = true or the hours and days")
    if not calendar.is_always and not has_hours:
        told.wrong("it has no hours", 'Write [hours] with monday = ["08:00-18:00"], or always = true for time that never stops')
    return calendar


def _read_zone(told: Told, workspace_zone: str) -> str:
    zone: str = told.text("zone", workspace_zone)
    if zone not in available_timezones():
        told.wrong(f'zone = "{zone}" is not a time zone', _nearest_zone(zone))
    return zone


def _nearest_zone(zone: str) -> str:
    advice = did_you_mean(zone, available_timezones())
    return advice if advice.startswith("Did you mean") else 'Use a name such as "Europe/Berlin"'


def _read_week(told: Told) -> tuple[tuple[Hours, ...], ...]:
    week = tuple(_read_hours(told, day, told.texts(day, ())) for day in WEEKDAYS)
    told.done()
    return week


def _read_hours(told: Told, key: str, texts: Sequence[str]) -> tuple[Hours, ...]:
    hours = sorted(one for text in texts if (one := _hours(told, key, text)))
    for earlier, later in pairwise(hours):
        if later.opens < earlier.closes:
            told.wrong(f"{key} has hours that overlap", "Write one pair of times for them")
    return tuple(hours)


def _hours(told: Told, key: str, text: str) -> Hours | None:
    found = _HOURS.fullmatch(text.strip())
    opens, closes = (_of_day(found[1], found[2]), _of_day(found[3], found[4])) if found else (-1, -1)
    if opens in (-1, DAY) or closes == -1 or opens == closes:
        told.wrong(f'{key} = "{text}" is not a pair of times', 'Write "08:00-18:00", or "00:00-24:00" for the whole day')
        return None
    return Hours(opens, closes if closes > opens else closes + DAY)


def _of_day(hours: str, minutes: str) -> int:
    seconds = int(hours) * 3600 + int(minutes) * 60
    return seconds if int(minutes) < 60 and seconds <= DAY else -1


def _read_days(tables: Sequence[Told]) -> dict[str, Any]:
    dates: dict[date, tuple[Hours, ...]] = {}
    every_year: dict[tuple[int, int], tuple[Hours, ...]] = {}
    for told in tables:
        hours = _read_hours(told, "hours", told.texts("hours", ()))
        told.text("note", None)
        for day in _listed(told):
            known: dict[Any, tuple[Hours, ...]] = dates if isinstance(day, date) else every_year
            if day in known:
                told.wrong(f"{_shown(day)} is told twice", "Keep one of the two")
            known[day] = hours
        told.done()
    return {"dates": dates, "every_year": every_year}


def _listed(told: Told) -> Iterator[date | tuple[int, int]]:
    told.asked.add("dates")
    listed = told.values.get("dates")
    if not isinstance(listed, list) or not listed:
        told.wrong('"dates" is missing', 'Write dates = [2026-12-24, "12-25"]: a date, or a day of every year in quotes')
        return
    for day in listed:
        found = _day(day)
        if found is None:
            told.wrong(f"dates has {day!r}, which is not a day", 'Write a date such as 2026-12-24, or "12-25" for every year')
        else:
            yield found


def _day(told: object) -> date | tuple[int, int] | None:
    if isinstance(told, date) and not isinstance(told, datetime):
        return told
    if not isinstance(told, str) or not (found := _EVERY_YEAR.fullmatch(told)):
        return None
    month, day = int(found[1]), int(found[2])
    try:
        date(_LEAP_YEAR, month, day)
    except ValueError:
        return None
    return month, day


def _shown(day: date | tuple[int, int]) -> str:
    return day.isoformat() if isinstance(day, date) else f"{day[0]:02}-{day[1]:02}"
