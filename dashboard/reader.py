"""The reader: how numbers, money, dates and times are written for the people who look at the page."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_skeleton, format_time
from babel.numbers import format_compact_currency, format_currency, format_decimal

MINUS = "−"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """Writes values in one locale, currency and time zone. Percents come as fractions, moments as naive UTC."""

    locale: str
    zone: str
    currency: str

    @classmethod
    def of(cls, *, locale: str, zone: str, currency: str) -> "Reader":
        """Returns a reader; a locale that babel does not know is read as English."""
        return cls(locale=known_locale(locale), zone=zone, currency=currency)

    def count(self, value: float | None) -> str:
        return "–" if value is None else _minus(format_decimal(round(value), locale=self.locale))

    def counted(self, value: float | None, one: str, many: str) -> str:
        """Returns a count with its noun: "1 customer", "338 customers"."""
        return f"{self.count(value)} {one if value == 1 else many}"

    def signed(self, value: float) -> str:
        return ("+" if value > 0 else "") + self.count(value)

    def number(self, value: float | None, digits: int = 1) -> str:
        if value is None:
            return "–"
        pattern = "#,##0" + ("." + "0" * digits if digits else "")
        return _minus(format_decimal(value, format=pattern, locale=self.locale))

    def percent(self, fraction: float | None, digits: int = 1) -> str:
        return "–" if fraction is None else f"{self.number(100 * fraction, digits)} %"

    def points(self, fraction: float | None, digits: int = 0) -> str:
        """Returns a fraction as bare percentage points, for ranges beside a percent."""
        return "–" if fraction is None else self.number(100 * fraction, digits)

    def money(self, amount: float | None) -> str:
        """Returns money in a short form: three figures or so, as the locale shortens it."""
        if amount is None:
            return "–"
        size = abs(amount)
        shown = 2 if size >= 1_000_000 else 1 if 1000 <= size < 9_950 else 0
        rounded = amount if size >= 1000 else round(amount)  # below a thousand babel keeps every digit
        return _minus(format_compact_currency(rounded, self.currency, locale=self.locale, fraction_digits=shown))

    def signed_money(self, amount: float) -> str:
        return ("+" if amount > 0 else "") + self.money(amount)

    def exact_money(self, amount: float | None) -> str:
        return "–" if amount is None else _minus(format_currency(amount, self.currency, locale=self.locale))

    def local(self, moment: datetime) -> datetime:
        aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        return aware.astimezone(ZoneInfo(self.zone))

    def time(self, moment: datetime) -> str:
        return format_time(self.local(moment).time(), "HH:mm", locale=self.locale)

    def day(self, day: date) -> str:
        return format_skeleton("MMMMd", day, locale=self.locale)

    def short_day(self, day: date) -> str:
        return format_skeleton("MMMd", day, locale=self.locale)

    def full_day(self, day: date) -> str:
        return format_skeleton("yMMMd", day, locale=self.locale)

    def month(self, day: date) -> str:
        return format_skeleton("yMMMM", day, locale=self.locale)

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

    def value(self, value: float | None, unit: str) -> str:
        """Returns a metric's value in its unit."""
        if value is None:
            return "–"
        match unit:
            case "percent":
                return self.percent(value)
            case "nps":
                return self.number(value, 0)
            case "score":
                return self.number(value)
            case "money":
                return self.money(value)
            case "seconds":
                return duration(self, value)
        return self.count(value)


def duration(reader: Reader, seconds: float) -> str:
    """Returns a length of time in its largest fitting unit: "5.2 h", "41 h", "3 days"."""
    size = abs(seconds)
    if size < 3600:
        return f"{reader.number(seconds / 60, 0)} min"
    if size < 48 * 3600:
        return f"{reader.number(seconds / 3600, 1 if size < 36_000 else 0)} h"
    return f"{reader.number(seconds / 86400, 1 if size < 864_000 else 0)} days"


def known_locale(name: str) -> str:
    """Returns a locale's name as babel writes it, or English for one that it does not know."""
    try:
        return str(Locale.parse(name.replace("-", "_")))
    except (UnknownLocaleError, ValueError):
        return "en"


def _minus(text: str) -> str:
    return text.replace("-", MINUS)
