"""The reader: how numbers, money, dates and times are written for the people who look."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_skeleton, format_time

from metrics.language import spoken_locale
from metrics.words import Words


@dataclass(frozen=True, kw_only=True)
class Reader(Words):
    """Writes values in one locale, currency and time zone. Percents come as fractions, moments as naive UTC."""

    zone: str

    @classmethod
    def of(cls, settings: Mapping[str, Any]) -> "Reader":
        """Returns the reader of a workspace's settings, in the language spoken; a locale babel does not know is read as English."""
        return cls(locale=spoken_locale(settings["locale"]), zone=settings["zone"], currency=settings["currency"])

    def local(self, moment: datetime) -> datetime:
        aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        return aware.astimezone(ZoneInfo(self.zone))

    def time(self, moment: datetime) -> str:
        return format_time(self.local(moment).time(), "HH:mm", locale=self.locale)

    def day(self, day: date) -> str:
        return format_skeleton("MMMMd", day, locale=self.locale)

    def short_day(self, day: date) -> str:
        return format_skeleton("MMMd", day, locale=self.locale)

    def near_day(self, day: date, today: date | None) -> str:
        """Returns a day, with its year where that is not this year's."""
        return self.short_day(day) if today and day.year == today.year else self.full_day(day)

    def full_day(self, day: date) -> str:
        return format_skeleton("yMMMd", day, locale=self.locale)

    def month(self, day: date) -> str:
        return format_skeleton("yMMMM", day, locale=self.locale)

    def short_month(self, day: date) -> str:
        return format_skeleton("yMMM", day, locale=self.locale)

    def month_name(self, day: date) -> str:
        return format_date(day, "LLLL", locale=self.locale)

    def moment(self, moment: datetime) -> str:
        return f"{self.short_day(self.local(moment).date())} {self.time(moment)}"

    def plain_moment(self, moment: datetime) -> str:
        """Returns a moment; one that stands for a whole local day is told as the day."""
        is_a_day = self.local(moment).time() == time()
        return self.full_day(self.local(moment).date()) if is_a_day else self.full_moment(moment)

    def full_moment(self, moment: datetime) -> str:
        return f"{self.full_day(self.local(moment).date())} {self.time(moment)}"
