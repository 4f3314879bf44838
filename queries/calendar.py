"""Calendars: when a promise's time runs, in local hours, with its windows worked out as UTC seconds."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from itertools import accumulate
from typing import Any
from zoneinfo import ZoneInfo

from queries.errors import QueriesError
from queries.holiday import Holidays

DAY = 86_400
BUCKET = 14_400
CHUNK_DAYS = 64
LONGEST_WAIT_DAYS = 3_660

_EPOCH = date(1970, 1, 1)


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
    """When time runs: the hours of each weekday, in a zone, with the days that differ and the versions that follow."""

    calendar: str
    title: str
    zone: str
    is_always: bool = False
    week: tuple[tuple[Hours, ...], ...] = ((),) * 7
    dates: Mapping[date, tuple[Hours, ...]] = field(default_factory=dict)
    every_year: Mapping[tuple[int, int], tuple[Hours, ...]] = field(default_factory=dict)
    holidays: Holidays | None = None
    later: tuple["Version", ...] = ()
    _chunks: dict[int, "Opening"] = field(default_factory=dict, init=False, repr=False, compare=False)

    @property
    def versions(self) -> Sequence["Version"]:
        """The calendars that this one is over time, the first without a beginning."""
        return (Version(self, None, self.later[0].from_at if self.later else None), *self.later)

    def hours_of(self, day: date) -> tuple[Hours, ...]:
        """Return the hours that begin on a local day: the date's own, else those of that day every year, else the weekday's.

        A public holiday leaves none of the weekday's hours, or those that lie in the hours left on it.
        """
        own = self.dates.get(day, self.every_year.get((day.month, day.day)))
        if own is not None:
            return own
        usual = self.week[day.weekday()]
        left = self.holidays.left_on(day) if self.holidays and usual else None
        return usual if left is None else tuple(_within(usual, left))

    def windows(self, first: date, last: date) -> list[Window]:
        """Return the times open from the start of the UTC day `first` to the end of `last`, in order, never overlapping."""
        start, end = _utc_midnight(first), _utc_midnight(last) + DAY
        if not self.later:
            return self._own_windows(start, end)
        return [window for one in self.versions for window in one.calendar._own_windows(*one.within(start, end))]

    def windows_between(self, start: datetime, end: datetime) -> list[Window]:
        """Return the times open from one instant until another (in UTC without a zone, or with one), in order."""
        from_at, until_at = _seconds(start), _seconds(end)
        found = self.windows(_utc_day(from_at), _utc_day(max(from_at, until_at)))
        return list(_cut(found, from_at, until_at))

    def open_seconds(self, start: datetime, end: datetime) -> int:
        """Return the open seconds from one instant until another; in UTC without a zone or with one, cut to the second."""
        return self.open_between(_seconds(start), _seconds(end))

    def add(self, start: datetime, seconds: int) -> datetime:
        """Return the instant, in UTC without a zone, at which this many open seconds have passed since `start`.

        Time used up exactly with a window lands on that window's close; none leaves `start` as it is. Raises NeverOpen where the
        calendar closes for good.
        """
        return _instant(self.after(_seconds(start), seconds))

    def open_between(self, from_at: int, until_at: int) -> int:
        """Return the open seconds between two instants in UTC seconds since 1970."""
        if until_at <= from_at:
            return 0
        first, last = _chunk_of(from_at), _chunk_of(until_at)
        whole = sum(self._chunk(number).total for number in range(first, last))
        return whole - self._chunk(first).before(from_at) + self._chunk(last).before(until_at)

    def after(self, from_at: int, seconds: int) -> int:
        """Return the instant `seconds` of open time after another, both in UTC seconds since 1970; raises NeverOpen."""
        if seconds <= 0:
            return from_at
        first = _chunk_of(from_at)
        wanted = seconds + self._chunk(first).before(from_at)
        empty = 0
        while empty * CHUNK_DAYS < LONGEST_WAIT_DAYS:
            chunk = self._chunk(first)
            if wanted <= chunk.total:
                return chunk.instant(wanted)
            wanted, first, empty = wanted - chunk.total, first + 1, 0 if chunk.total else empty + 1
        raise NeverOpen(
            f"{self.calendar} has no {seconds} open seconds after {_instant(from_at)}", instead="Add hours to the calendar"
        )

    def _own_windows(self, start: int, end: int) -> list[Window]:
        if start >= end:
            return []
        if self.is_always:
            return [Window(start, end)]
        # hours may end on the day after; no zone is more than a day away from UTC
        return list(_cut(self._as_declared(_utc_day(start) - timedelta(days=3), _utc_day(end) + timedelta(days=2)), start, end))

    def _as_declared(self, first: date, last: date) -> Iterator[Window]:
        zone = ZoneInfo(self.zone)
        for number in range((last - first).days + 1):
            day = first + timedelta(days=number)
            for hours in self.hours_of(day):
                yield Window(from_wall(day, hours.opens, zone), from_wall(day, hours.closes, zone))

    def _chunk(self, number: int) -> "Opening":
        if number not in self._chunks:
            first = _EPOCH + timedelta(days=number * CHUNK_DAYS)
            self._chunks[number] = Opening.of(self.windows(first, first + timedelta(days=CHUNK_DAYS - 1)))
        return self._chunks[number]


@dataclass(frozen=True, slots=True)
class Version:
    """A calendar as it was, is or will be: from one instant until another, in UTC seconds; None has no limit."""

    calendar: Calendar
    from_at: int | None
    until_at: int | None

    def within(self, start: int, end: int) -> tuple[int, int]:
        """Return the part of a stretch of time in which it is in force; the end is not after the start when there is none."""
        starts = start if self.from_at is None else max(start, self.from_at)
        return starts, end if self.until_at is None else min(end, self.until_at)


@dataclass(frozen=True, slots=True)
class Opening:
    """Times open, in order: where each opens, and the open seconds since the first when it closes."""

    opens: tuple[int, ...]
    after: tuple[int, ...]

    @classmethod
    def of(cls, windows: Sequence[Window]) -> "Opening":
        """Return the times open of these windows, which are in order and never overlap."""
        after = accumulate(one.closes_at - one.opens_at for one in windows)
        return cls(tuple(one.opens_at for one in windows), tuple(after))

    @property
    def total(self) -> int:
        """All open seconds."""
        return self.after[-1] if self.after else 0

    def before(self, second: int) -> int:
        """Return the open seconds before an instant, in UTC seconds since 1970."""
        found = bisect_right(self.opens, second) - 1
        if found < 0:
            return 0
        earlier = self.after[found - 1] if found else 0
        return min(self.after[found], earlier + second - self.opens[found])

    def instant(self, wanted: int) -> int:
        """Return the instant at which so many open seconds, more than none and at most `total`, have passed."""
        found = bisect_left(self.after, wanted)
        return self.opens[found] + wanted - (self.after[found - 1] if found else 0)


def calendar_tables(calendars: Mapping[str, Calendar], first: date, last: date) -> dict[str, list[tuple[Any, ...]]]:
    """Return the rows of calendar_version, open_window, open_step and open_bucket for the UTC days from `first` to `last`.

    Every version of a calendar has an id and open time of its own, as if it had always been in force.
    """
    tables: dict[str, list[tuple[Any, ...]]] = {
        "calendar_version": [], "open_window": [], "open_step": [], "open_bucket": []
    }  # fmt: skip
    start, end = _utc_midnight(first), _utc_midnight(last) + DAY
    for name, declared in calendars.items():
        for version in declared.versions:
            one = version.calendar
            lasts = (_instant_or_none(version.from_at), _instant_or_none(version.until_at))
            tables["calendar_version"].append((one.calendar, name, one.title, one.zone, one.is_always, *lasts))
            windows = list(_counted(one._own_windows(start, end)))
            tables["open_window"] += [(one.calendar, window.opens_at, window.closes_at, before) for window, before in windows]
            tables["open_step"] += [(one.calendar, *step) for step in _steps(windows, start, end)]
            tables["open_bucket"] += [(one.calendar, *bucket) for bucket in _buckets(windows)]
    return tables


def from_wall(day: date, seconds: int, zone: ZoneInfo) -> int:
    """Return the UTC seconds since 1970 of a time on the wall, in seconds since midnight of a local day.

    A time skipped in spring maps forward, a time that comes twice in autumn is the first of the two.
    """
    wall = datetime.combine(day, time()) + timedelta(seconds=seconds)
    return int(wall.replace(tzinfo=zone, fold=0).timestamp())


def _within(usual: Iterable[Hours], left: Sequence[tuple[int, int]]) -> Iterator[Hours]:
    for hours in usual:
        for opens, closes in left:
            if max(hours.opens, opens) < min(hours.closes, closes):
                yield Hours(max(hours.opens, opens), min(hours.closes, closes))


def united(windows: Iterable[Window]) -> list[Window]:
    """Return the times that lie in any of these windows, in order, never overlapping."""
    found: list[Window] = []
    for window in sorted(windows):
        if found and window.opens_at <= found[-1].closes_at:
            found[-1] = Window(found[-1].opens_at, max(found[-1].closes_at, window.closes_at))
        else:
            found.append(window)
    return found


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


def _utc_midnight(day: date) -> int:
    return (day - _EPOCH).days * DAY


def _utc_day(second: int) -> date:
    return _EPOCH + timedelta(days=second // DAY)


def _chunk_of(second: int) -> int:
    return second // (CHUNK_DAYS * DAY)


def _seconds(instant: datetime) -> int:
    told = instant.replace(tzinfo=UTC) if instant.tzinfo is None else instant
    return int(told.replace(microsecond=0).timestamp())


def _instant(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC).replace(tzinfo=None)


def _instant_or_none(seconds: int | None) -> datetime | None:
    return None if seconds is None else _instant(seconds)
