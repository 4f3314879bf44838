"""A period as it is written: which local days it means, which one came before it, and what it is called."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from functools import lru_cache
from typing import Final

from babel.dates import format_date

from metrics.errors import BadPeriod
from metrics.language import _, spoken

FORMS: Final = "Write 2026, 2026-Q3, 2026-10, 2026-W41, 2026-10-05, START..END or all."
EARLIEST: Final = date(1900, 1, 1)
LATEST: Final = date(2200, 1, 1)


@lru_cache(maxsize=4096)
def days_of(text: str) -> tuple[date, date]:
    """Returns the first local day of a period and the first day after it."""
    for form, read in _FORMS:
        match = form.fullmatch(text)
        if match:
            try:
                first, end = read(*match.groups())
            except (ValueError, OverflowError):
                break
            if not EARLIEST <= first <= LATEST or not EARLIEST <= end <= LATEST:
                break
            if first >= end:
                raise BadPeriod(f'The period "{text}" is empty', instead="Its end is the first day after it")
            return first, end
    raise BadPeriod(f'"{text}" is not a period', instead=FORMS)


def canonical_period(text: str) -> str:
    """Returns the period as it is always written; raises BadPeriod when it cannot be read."""
    written = text.strip()
    upper = "all" if written.lower() == "all" else written.upper()
    days_of(upper)
    return upper


def period_label(text: str) -> str:
    """Returns a period text in words."""
    first, end = days_of(text)
    last = end - timedelta(days=1)
    if text == "all":
        return _("all time")
    if len(text) == 4:
        return text
    if "-Q" in text:
        return _("quarter {quarter} of {year}", quarter=text[-1], year=text[:4])
    if "-W" in text:
        return _("week {week} of {year}", week=int(text[6:]), year=text[:4])
    if len(text) == 7:
        return _("{month} {year}", month=month_text(first), year=first.year)
    return day_text(first) if first == last else _("{first} to {last}", first=day_text(first), last=day_text(last))


def period_words(text: str) -> str:
    """Returns when a period is, as the end of a sentence: "in October 2026", "from 3 May 2026 to 9 June 2026", "over all time"."""
    first, end = days_of(text)
    last = end - timedelta(days=1)
    if text == "all":
        return _("over all time")
    if ".." in text and first != last:
        return _("from {first} to {last}", first=day_text(first), last=day_text(last))
    if ".." in text or len(text) == 10:
        return _("on {day}", day=day_text(first))
    if "-Q" in text:
        return _("in quarter {quarter} of {year}", quarter=text[-1], year=text[:4])
    if "-W" in text:
        return _("in week {week} of {year}", week=int(text[6:]), year=text[:4])
    if len(text) == 4:
        return _("in {year}", year=text)
    return _("in {month} {year}", month=month_text(first), year=first.year)


def shifted(text: str, *, years: int = 0) -> str:
    """Returns the period of the same kind just before, or some years before."""
    first, end = days_of(text)
    if ".." in text:
        start, stop = (
            (same_day(first, first.year - years), same_day(end, end.year - years)) if years else (first - (end - first), first)
        )
        return f"{start}..{stop}"
    if "-W" in text:
        return _week_text(first - timedelta(weeks=52 * years or 1))
    if years:
        return f"{same_day(first, first.year - years)}" if len(text) == 10 else f"{int(text[:4]) - years}{text[4:]}"
    before = first - timedelta(days=1)
    if len(text) == 4:
        return f"{before.year}"
    if "-Q" in text:
        return f"{before.year}-Q{(before.month + 2) // 3}"
    return f"{before}" if len(text) == 10 else f"{before:%Y-%m}"


def same_day(day: date, year: int) -> date:
    """Returns the same date in another year; of 29 February the 28th where there is none."""
    try:
        return day.replace(year=year)
    except ValueError:
        return day.replace(year=year, day=28)


def day_text(day: date) -> str:
    """Returns "5 October 2026"."""
    return _("{day} {month} {year}", day=day.day, month=month_text(day), year=day.year)


def month_text(day: date) -> str:
    """Returns the name of a day's month in the language spoken."""
    return format_date(day, "MMMM", locale=spoken())


def _week_text(day: date) -> str:
    year, week, _ = day.isocalendar()
    return f"{year}-W{week:02d}"


def _year(year: str) -> tuple[date, date]:
    return date(int(year), 1, 1), date(int(year) + 1, 1, 1)


def _quarter(year: str, quarter: str) -> tuple[date, date]:
    first = date(int(year), 3 * int(quarter) - 2, 1)
    return first, _month(year, str(3 * int(quarter)))[1]


def _month(year: str, month: str) -> tuple[date, date]:
    first = date(int(year), int(month), 1)
    return first, (first + timedelta(days=31)).replace(day=1)


def _week(year: str, week: str) -> tuple[date, date]:
    first = date.fromisocalendar(int(year), int(week), 1)
    return first, first + timedelta(days=7)


def _day(text: str) -> tuple[date, date]:
    first = date.fromisoformat(text)
    return first, first + timedelta(days=1)


def _range(start: str, end: str) -> tuple[date, date]:
    return date.fromisoformat(start), date.fromisoformat(end)


def _all() -> tuple[date, date]:
    return EARLIEST, LATEST


GRAINS: Final[Mapping[str, Callable[[date], str]]] = {
    "day": date.isoformat,
    "week": lambda day: _week_text(day),
    "month": lambda day: f"{day:%Y-%m}",
    "quarter": lambda day: f"{day.year}-Q{(day.month + 2) // 3}",
    "year": lambda day: f"{day.year}",
}


_FORMS: Final = (
    (re.compile(r"(\d{4})", re.ASCII), _year),
    (re.compile(r"(\d{4})-Q([1-4])", re.ASCII), _quarter),
    (re.compile(r"(\d{4})-(\d{2})", re.ASCII), _month),
    (re.compile(r"(\d{4})-W(\d{2})", re.ASCII), _week),
    (re.compile(r"(\d{4}-\d{2}-\d{2})", re.ASCII), _day),
    (re.compile(r"(\d{4}-\d{2}-\d{2})\.\.(\d{4}-\d{2}-\d{2})", re.ASCII), _range),
    (re.compile(r"all"), _all),
)
