"""Numbers as people write them: counts, shares, money and durations in one locale and currency, by babel's rules."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Final

from babel import Locale
from babel.numbers import format_compact_currency, format_currency, format_decimal, format_percent

from metrics.language import _, _n, later

MINUS: Final = "−"
UNKNOWN: Final = "–"
_STAGES: Final = {"lifecycle": later("lifecycle stage “{stage}”"), "opportunity": later("sales stage “{stage}”")}
EVENTS: Final = {
    event: event
    for event in (
        later("account set up"),
        later("became a customer"),
        later("call-back"),
        later("case first reply"),
        later("case opened"),
        later("case reopened"),
        later("case solved"),
        later("complaint opened"),
        later("consent given"),
        later("consent taken back"),
        later("contract ended"),
        later("contract renewed"),
        later("contract started"),
        later("ended"),
        later("fell silent"),
        later("first contract started"),
        later("first order"),
        later("installation done"),
        later("installation promised"),
        later("offer made"),
        later("offer promised"),
        later("opportunity lost"),
        later("opportunity opened"),
        later("opportunity won"),
        later("order placed"),
        later("product added"),
        later("recommended one became a customer"),
        later("recommended someone"),
        later("returned"),
        later("second order"),
        later("survey answered"),
        later("survey sent"),
        later("store visit"),
        later("web visit"),
        later("sales call"),
        later("service call"),
        later("chat"),
    )
}
"""The events that facts make and that exports often bring; others are shown as their source calls them."""
DUST: Final = 1e-9  # what sums of floats are off by: no person of a thousand million


@dataclass(frozen=True, kw_only=True)
class Words:
    """Writes numbers in one locale and currency; a missing one is a dash. Percents come as fractions."""

    locale: str
    currency: str

    def count(self, value: float | None) -> str:
        """Returns a whole number: "13,668"."""
        return UNKNOWN if value is None else _minus(format_decimal(round(value), locale=self.locale))

    def counted(self, value: float | None, one: str, many: str) -> str:
        """Returns a count with its noun: "1 customer", "338 customers"."""
        return f"{self.count(value)} {_n(one, many, 2 if value is None else value)}"

    def signed(self, value: float) -> str:
        """Returns a whole number with its sign: "+118"."""
        return self._signed(value, self.count(value))

    def number(self, value: float | None, digits: int = 1) -> str:
        """Returns a number with so many decimals: "5.2"."""
        return UNKNOWN if value is None else _minus(format_decimal(value, format=_pattern(digits), locale=self.locale))

    def percent(self, fraction: float | None, digits: int = 1) -> str:
        """Returns a fraction as "90.6 %"; what is not all is never told as 100 %, nor what is something as 0 %: "99.97 %"."""
        if fraction is None:
            return UNKNOWN
        told = self._share(fraction, digits)
        while DUST < fraction < 1 - DUST and told in (self._share(0, digits), self._share(1, digits)):
            digits += 1
            told = self._share(fraction, digits)
        return told

    def points(self, fraction: float | None, digits: int = 0) -> str:
        """Returns a fraction as bare percentage points, for ranges beside a percent."""
        return UNKNOWN if fraction is None else self.number(100 * fraction, digits)

    def money(self, amount: float | None) -> str:
        """Returns money in a short form, three figures or so, as the locale shortens it: "€12K"."""
        if amount is None:
            return UNKNOWN
        size = abs(amount)
        shown = 2 if size >= 1_000_000 else 1 if 1000 <= size < 9_950 else 0
        if size < 1_000_000 and not _shortens_thousands(self.locale):
            return self.whole_money(amount)
        rounded = amount if size >= 1000 else round(amount)  # below a thousand babel keeps every digit
        return _minus(format_compact_currency(rounded, self.currency, locale=self.locale, fraction_digits=shown))

    def signed_money(self, amount: float | None) -> str:
        """Returns money in its short form with its sign: "+€77K"."""
        return UNKNOWN if amount is None else self._signed(amount, self.money(amount))

    def exact_money(self, amount: float | None) -> str:
        """Returns money to the cent: "€520.12"."""
        return UNKNOWN if amount is None else _minus(format_currency(round(amount, 2) + 0, self.currency, locale=self.locale))

    def whole_money(self, amount: float | None) -> str:
        """Returns money without cents: "€12,368"."""
        if amount is None:
            return UNKNOWN
        whole = Locale.parse(self.locale).currency_formats["standard"].pattern.replace(".00", "")
        return _minus(format_currency(round(amount), self.currency, format=whole, locale=self.locale, currency_digits=False))

    def duration(self, seconds: float | None) -> str:
        """Returns a length of time in its largest fitting unit: "45 s", "5.2 h", "41 h", "3.4 days"."""
        if seconds is None:
            return UNKNOWN
        size = abs(seconds)
        if size < 60:
            return f"{self.number(seconds, 0)} s"
        if size < 3600:
            return f"{self.number(seconds / 60, 0)} min"
        if size < 48 * 3600:
            return f"{self.number(seconds / 3600, 1 if size < 36_000 else 0)} h"
        return _("{number} days", number=self.number(seconds / 86400, 1 if size < 864_000 else 0))

    def value(self, value: float | None, unit: str) -> str:
        """Returns a metric's value in its unit."""
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
                return self.duration(value)
        return self.count(value)

    def _signed(self, value: float, told: str) -> str:
        return f"+{told}" if value > 0 and _is_something(told) else told

    def _share(self, fraction: float, digits: int) -> str:
        return _minus(format_percent(fraction, format=f"{_pattern(digits)} %", locale=self.locale))


def sentence_start(text: str) -> str:
    """Returns words with a capital, as a sentence begins."""
    return text[:1].upper() + text[1:]


def event_words(event: str) -> str:
    """Returns an event as people say it; one that a source's stage made says whose: "lifecycle stage “opportunity”"."""
    kind, stage = (*event.split(": ", 1), "")[:2]
    return _(_STAGES[kind], stage=stage) if stage and kind in _STAGES else _(EVENTS.get(event, "")) or event


@cache
def _shortens_thousands(locale: str) -> bool:
    """Tells whether a locale has a short form of thousands, as English "12K" and French "12 k"; German has none."""
    return str(Locale.parse(locale).compact_currency_formats["short"]["other"]["1000"].pattern) != "0"


def _pattern(digits: int) -> str:
    return "#,##0" + ("." + "0" * digits if digits else "")


def _minus(text: str) -> str:
    """Returns a number with its minus; what rounds to zero has none."""
    return text.replace("-", MINUS if _is_something(text) else "")


def _is_something(text: str) -> bool:
    return any(digit in text for digit in "123456789")
