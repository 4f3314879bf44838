"""Days, moments and opening hours of the sample company, which lives in Berlin.

A day is a local calendar day as a proleptic ordinal; a moment is a whole second of UTC since 1970.
The hour that an autumn night has twice is read as its first one; nobody does anything in it.
"""

from datetime import date, datetime
from functools import cache, lru_cache
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Europe/Berlin")
DAY = 86_400
HOUR = 3_600
MINUTE = 60
_EPOCH = date(1970, 1, 1).toordinal()


def day(year: int, month: int, day_of_month: int) -> int:
    """The ordinal of a calendar day."""
    return date(year, month, day_of_month).toordinal()


FIRST = day(2024, 9, 1)
LAST = day(2026, 10, 30)
ERP_FIRST = day(2022, 9, 1)


@cache
def _offset(hour: int) -> int:
    """Seconds that the company's clocks are ahead of UTC in an hour counted from 1970."""
    offset = datetime.fromtimestamp(hour * HOUR, ZONE).utcoffset()
    assert offset is not None
    return int(offset.total_seconds())


def at(of_day: int, second: int) -> int:
    """The moment of a local wall time, given as seconds after local midnight."""
    wall = (of_day - _EPOCH) * DAY + second
    return wall - _offset((wall - 2 * HOUR) // HOUR)


def clock(hours: int, minutes: int = 0) -> int:
    """Seconds after local midnight."""
    return hours * HOUR + minutes * MINUTE


NOW = at(LAST, clock(14, 5))
CRM_NOW = at(LAST, clock(14, 0))
SURVEY_NOW = at(LAST - 1, clock(12, 0))
OPEN_FIRST = at(FIRST, clock(6, 0))


def local_day(moment: int) -> int:
    """The local day that holds a moment."""
    return (moment + _offset(moment // HOUR)) // DAY + _EPOCH


@cache
def day_text(of_day: int) -> str:
    """2026-10-30."""
    return date.fromordinal(of_day).isoformat()


@cache
def day_first_text(of_day: int) -> str:
    """30.10.2026."""
    return date.fromordinal(of_day).strftime("%d.%m.%Y")


@lru_cache(maxsize=DAY)
def _time_text(second: int) -> str:
    return f"{second // HOUR:02d}:{second // MINUTE % 60:02d}:{second % 60:02d}"


def utc_text(moment: int | None) -> str:
    """2026-10-30T13:05:00Z; empty for None."""
    if moment is None:
        return ""
    return f"{day_text(moment // DAY + _EPOCH)}T{_time_text(moment % DAY)}Z"


def local_text(moment: int | None) -> str:
    """2026-10-30 14:05:00 on the company's clocks; empty for None."""
    if moment is None:
        return ""
    wall = moment + _offset(moment // HOUR)
    return f"{day_text(wall // DAY + _EPOCH)} {_time_text(wall % DAY)}"


def day_first_moment(moment: int | None) -> str:
    """30.10.2026 14:05, as a spreadsheet in Germany writes it; empty for None."""
    if moment is None:
        return ""
    wall = moment + _offset(moment // HOUR)
    return f"{day_first_text(wall // DAY + _EPOCH)} {_time_text(wall % DAY)[:5]}"


def month_of(of_day: int) -> str:
    """2026-10."""
    return day_text(of_day)[:7]


# The public holidays of Berlin on days when the desk would be open: 8 May 2025 was one, once. On Saturday 3 October 2026 it stayed open.
HOLIDAYS = frozenset(
    day(year, month, day_of_month)
    for year, month, days in (
        (2024, 10, (3,)), (2024, 12, (25, 26)),
        (2025, 1, (1,)), (2025, 3, (8,)), (2025, 4, (18, 21)), (2025, 5, (1, 8, 29)), (2025, 6, (9,)), (2025, 10, (3,)),
        (2025, 12, (25, 26)),
        (2026, 1, (1,)), (2026, 4, (3, 6)), (2026, 5, (1, 14, 25)), (2026, 12, (25, 26)),
    )
    for day_of_month in days
)  # fmt: skip
EVERY_DAY: frozenset[int] = frozenset()


def _window(of_day: int, closed: frozenset[int] = EVERY_DAY) -> tuple[int, int] | None:
    weekday = (of_day - 1) % 7
    if weekday == 6 or of_day in closed:
        return None
    hours = (clock(9), clock(13)) if weekday == 5 else (clock(8), clock(18))
    return at(of_day, hours[0]), at(of_day, hours[1])


def open_after(moment: int, seconds: int, closed: frozenset[int] = EVERY_DAY) -> int:
    """The moment at which so many opening seconds have passed since a moment, on days that are not closed."""
    of_day = local_day(moment)
    while True:
        window = _window(of_day, closed)
        if window and moment < window[1]:
            start = max(moment, window[0])
            if seconds <= window[1] - start:
                return start + seconds
            seconds -= window[1] - start
        of_day += 1


def open_before(moment: int, seconds: int) -> int:
    """The latest moment from which so many opening seconds lead to a moment."""
    of_day = local_day(moment)
    while True:
        window = _window(of_day)
        if window and moment > window[0]:
            end = min(moment, window[1])
            if seconds <= end - window[0]:
                return end - seconds
            seconds -= end - window[0]
        of_day -= 1


def open_seconds(since: int, until: int, closed: frozenset[int] = EVERY_DAY) -> int:
    """The opening seconds between two moments, on days that are not closed."""
    windows = (_window(of_day, closed) for of_day in range(local_day(since), local_day(until) + 1))
    return sum(max(0, min(until, window[1]) - max(since, window[0])) for window in windows if window)


def is_open(moment: int) -> bool:
    """Whether the service desk is open at a moment."""
    window = _window(local_day(moment))
    return bool(window and window[0] <= moment < window[1])
