"""The intervals that people are put into cohorts by, and followed over: where each begins, what it is called, when it is known.

A calendar interval is a local day, week, month or quarter. A rolling one is so many whole 24 hours from a person's own first
moment: a day 24, a week 7 × 24, a month 30 × 24, a quarter 91 × 24 hours.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from metrics.language import _n
from metrics.period import utc_midnight
from metrics.period_text import GRAINS

WEEKDAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """One kind of interval: how many are followed unless said, which one is the headline, and how many days a rolling one has."""

    unit: str
    followed: int
    headline: int
    rolling_days: int

    @property
    def microseconds(self) -> int:
        """The length of a rolling one."""
        return self.rolling_days * 86_400_000_000


INTERVALS: Final[Mapping[str, Interval]] = {
    "day": Interval(unit="day", followed=30, headline=7, rolling_days=1),
    "week": Interval(unit="week", followed=26, headline=4, rolling_days=7),
    "month": Interval(unit="month", followed=24, headline=6, rolling_days=30),
    "quarter": Interval(unit="quarter", followed=12, headline=4, rolling_days=91),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Follow:
    """How cohorts are followed: by which interval, cut how, until when all is known, and whether a silence may still end.

    today: the local day of as_of.   shift: the days from a week's first day to the Monday after it.
    """

    interval: Interval
    is_rolling: bool
    is_on_or_after: bool
    as_of: datetime
    today: date
    zone: str
    shift: int

    def is_over(self, cohort: date, since: int, silence: timedelta = timedelta(0)) -> bool:
        """Whether the whole cohort's interval so many later is over, and a silence after it too."""
        if self.is_rolling:
            length = timedelta(days=self.interval.rolling_days)
            return utc_midnight(self.step(cohort, 1), self.zone) + (since + 1) * length + silence <= self.as_of
        return self.step(cohort, since + 1) + silence <= self.today

    def is_known(self, cohort: date, since: int) -> bool:
        """Whether a cell could have been observed; the cohort itself always is."""
        return since == 0 or self.is_over(cohort, since)

    def is_provisional(self, cohort: date, since: int, lapse_days: int) -> bool:
        """Whether a cell may still change: the cohort may still grow, or somebody silent may still come back."""
        if since == 0:
            return self.step(cohort, 1) > self.today
        return self.is_on_or_after and not self.is_over(cohort, since, timedelta(days=lapse_days))

    def last_known(self, intervals: int, lapse_days: int) -> list[date]:
        """Returns, by intervals since, the last cohort that is known and no longer provisional."""
        shifted = self.today + timedelta(days=self.shift)
        cohort = {
            "day": self.today,
            "week": shifted - timedelta(days=shifted.weekday() + self.shift),
            "month": self.today.replace(day=1),
            "quarter": self.today.replace(month=(self.today.month - 1) // 3 * 3 + 1, day=1),
        }[self.interval.unit]
        found = []
        for since in range(intervals + 1):
            while not self.is_known(cohort, since) or self.is_provisional(cohort, since, lapse_days):
                cohort = self.step(cohort, -1)
            found.append(cohort)
        return found

    def step(self, cohort: date, count: int) -> date:
        """Returns the first day of the interval so many after this one."""
        if self.interval.unit in ("day", "week"):
            return cohort + timedelta(days=count * (7 if self.interval.unit == "week" else 1))
        years, month = divmod(cohort.month - 1 + count * (3 if self.interval.unit == "quarter" else 1), 12)
        return date(cohort.year + years, month + 1, 1)

    def name(self, cohort: date) -> str:
        """Returns "2026-03-05", "2026-W10", "2026-03" or "2026-Q1"; a week that begins on another day is named by that day."""
        return cohort.isoformat() if self.shift else GRAINS[self.interval.unit](cohort)


def week_shift(week_start: str) -> int:
    """Returns the days from the first day of a week to the Monday that follows it, 0 where weeks begin on Monday."""
    return -WEEKDAYS.index(week_start) % 7


def after_words(count: int, interval: str) -> str:
    """Returns how long after they came: "1 month on", "3 weeks on"."""
    match interval:
        case "day":
            return _n("{n} day on", "{n} days on", count, n=count)
        case "week":
            return _n("{n} week on", "{n} weeks on", count, n=count)
        case "quarter":
            return _n("{n} quarter on", "{n} quarters on", count, n=count)
    return _n("{n} month on", "{n} months on", count, n=count)
