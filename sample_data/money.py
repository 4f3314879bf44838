"""Campaigns, costs by month, and exchange rates."""

import math
from dataclasses import dataclass
from datetime import date

from sample_data.draw import Draw
from sample_data.moments import FIRST, LAST, day

CHANNEL_COSTS = {
    "acquire": (("web", 21_000), ("email", 3_200), ("store", 9_500), ("field", 6_000)),
    "keep": (("email", 2_400), ("phone", 4_800)),
    "serve": (("phone", 17_500), ("email", 8_800), ("chat", 4_900), ("field", 12_500)),
}
RATES = {"CHF": 1.055, "GBP": 1.172}


@dataclass(frozen=True, slots=True, kw_only=True)
class Campaign:
    """A planned set of contacts."""

    number: str
    name: str
    objective: str
    intended: str
    starts: int
    ends: int
    cost: float


def months() -> list[tuple[int, int]]:
    """Year and month of every month of the sample."""
    first, last = date.fromordinal(FIRST), date.fromordinal(LAST)
    count = (last.year - first.year) * 12 + last.month - first.month + 1
    return [divmod(first.year * 12 + first.month - 1 + step, 12) for step in range(count)]


def month_starts() -> list[int]:
    """The first day of every month of the sample."""
    return [day(year, month + 1, 1) for year, month in months()]


def make_campaigns(seed: int) -> list[Campaign]:
    """A letter each month and two larger campaigns a year."""
    draw = Draw(seed, "campaigns")
    letters = [
        Campaign(
            number=f"K{index + 1:03d}",
            name=f"Letter of {date.fromordinal(start):%B %Y}",
            objective="keep",
            intended="reads the letter",
            starts=start + 3,
            ends=start + 9,
            cost=round(600 + 300 * draw.unit(), 2),
        )
        for index, start in enumerate(month_starts())
    ]
    larger = [
        ("K101", "Solar roof autumn 2024", "acquire", "asks for an offer", day(2024, 10, 7), 18_400.0),
        ("K102", "Warm home spring 2025", "grow", "books a heating check", day(2025, 3, 10), 9_700.0),
        ("K103", "Solar roof autumn 2025", "acquire", "asks for an offer", day(2025, 10, 6), 21_150.0),
        ("K104", "Warm home spring 2026", "grow", "books a heating check", day(2026, 3, 9), 10_300.0),
        ("K105", "Autumn offer 2026", "grow", "takes a second product", day(2026, 10, 12), 24_900.0),
    ]
    return letters + [
        Campaign(number=number, name=name, objective=objective, intended=intended, starts=starts, ends=starts + 12, cost=cost)
        for number, name, objective, intended, starts, cost in larger
    ]


def make_costs(seed: int) -> list[tuple[int, str, str, float]]:
    """First day of the month, kind, channel, amount in EUR; the last month is not closed yet."""
    draw = Draw(seed, "costs")
    return [
        (start, kind, channel, round(usual * (0.9 + 0.2 * draw.unit()), 2))
        for start in month_starts()
        for kind, channels in CHANNEL_COSTS.items()
        for channel, usual in channels
    ]


def make_rates(every: int = 1) -> list[tuple[int, str, float]]:
    """One row a working day (or every so many of them) and currency; kroner have none."""
    days = [of_day for of_day in range(FIRST - 3, LAST + 1) if (of_day - 1) % 7 < 5][::every]
    return [
        (of_day, currency, round(middle * (1 + 0.02 * math.sin((of_day - FIRST) / 41 + shift)), 4))
        for of_day in days
        for shift, (currency, middle) in enumerate(RATES.items())
    ]


class RateBook:
    """What one unit of a currency is worth in EUR on a day: the newest rate not after it."""

    def __init__(self, rates: list[tuple[int, str, float]]) -> None:
        self._rates = {(of_day, currency): rate for of_day, currency, rate in rates}
        self._first = min(of_day for of_day, _, _ in rates)

    def rate(self, currency: str, of_day: int) -> float | None:
        """The rate, or None where there is none."""
        if currency == "EUR":
            return 1.0
        while of_day >= self._first:
            if (of_day, currency) in self._rates:
                return self._rates[of_day, currency]
            of_day -= 1
        return None
