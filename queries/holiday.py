"""Public holidays of a country and its region: which days they are, what they are called, and the hours left on them."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache, lru_cache

from holidays import HolidayBase, country_holidays, list_supported_countries
from holidays.registry import COUNTRIES

PUBLIC = "public"
ENGLISH = "en_US"
NAMED_FROM, NAMED_UNTIL = 1990, 2050
_TOLD_ASIDE = re.compile(r"\s*\([^)]*\)$")

Day = date | tuple[int, int]
"""A date, or a month and day of every year."""

Names = frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Holidays:
    """The holidays that a calendar keeps: a country's public ones, without some, with others, some with hours left.

    A holiday is named by its name in the country's language or in English, in small letters, or by its day.
    """

    country: str
    region: str | None = None
    without: frozenset[str | Day] = frozenset()
    also: frozenset[str | Day] = frozenset()
    hours: Mapping[str | Day, tuple[tuple[int, int], ...]] = field(default_factory=dict)
    _years: dict[int, Mapping[date, tuple[tuple[int, int], ...]]] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    def left_on(self, day: date) -> tuple[tuple[int, int], ...] | None:
        """Return the hours left on a holiday in seconds since midnight, none when it is closed, or None on an ordinary day."""
        if day.year not in self._years:
            self._years[day.year] = dict(self._of_year(day.year))
        return self._years[day.year].get(day)

    def _of_year(self, year: int) -> Iterator[tuple[date, tuple[tuple[int, int], ...]]]:
        public, further = named_days(self.country, self.region, year)
        asked = self.also | self.hours.keys()
        for day in {**public, **further, **dict.fromkeys(_days_in(asked, year))}:
            told = frozenset[str | Day]({day, (day.month, day.day)}) | public.get(day, Names())
            if (day in public and not told & self.without) or (told | further.get(day, Names())) & asked:
                yield day, self._hours_of(told | further.get(day, Names()))

    def _hours_of(self, told: frozenset[str | Day]) -> tuple[tuple[int, int], ...]:
        return next((hours for key, hours in self.hours.items() if key in told), ())


def countries() -> Mapping[str, str]:
    """Return the codes of the countries whose holidays are known, by every word that stands for one: code or English name."""
    codes = {code: code for code in list_supported_countries(include_aliases=False)}
    return {name.replace("_", " ").title(): told[1] for name, told in COUNTRIES.items() if told[1] in codes} | codes


def regions(country: str) -> Mapping[str, str]:
    """Return the codes of a country's regions by every word that stands for one: code or name in the country."""
    known = country_holidays(country)
    return {code: code for code in known.subdivisions} | dict(known.subdivisions_aliases)


@cache
def holiday_names(country: str, region: str | None) -> Mapping[str, str]:
    """Return every name that a holiday of this place has had, as it is written, by the name in small letters."""
    return {name.casefold(): name for told in _told(country, region, range(NAMED_FROM, NAMED_UNTIL)) for _, name, _ in told}


@lru_cache(maxsize=512)
def named_days(country: str, region: str | None, year: int) -> tuple[Mapping[date, Names], Mapping[date, Names]]:
    """Return the public holidays of a year and the country's other ones (bank holidays, half days), each with its names."""
    public: dict[date, Names] = {}
    further: dict[date, Names] = {}
    # a holiday on the first of January may be kept on the last of December
    for told in _told(country, region, range(year - 1, year + 2)):
        for day, name, is_public in told:
            if day.year == year:
                days = public if is_public else further
                days[day] = days.get(day, Names()) | {name.casefold()}
    return public, further


def _told(country: str, region: str | None, years: range) -> Iterator[Iterator[tuple[date, str, bool]]]:
    known = country_holidays(country)
    for language in dict.fromkeys((known.default_language, ENGLISH)):
        if language in (known.default_language, *known.supported_languages):
            for category in known.supported_categories:
                # the language is always told: without one the names depend on the machine
                yield _days_of(
                    country_holidays(country, subdiv=region, years=years, language=language, categories=category),
                    is_public=category == PUBLIC,
                )


def _days_of(listed: HolidayBase, *, is_public: bool) -> Iterator[tuple[date, str, bool]]:
    for day in listed:
        for name in listed.get_list(day):
            yield day, _TOLD_ASIDE.sub("", name), is_public


def _days_in(told: frozenset[str | Day], year: int) -> Iterator[date]:
    for one in told:
        if isinstance(one, date):
            if one.year == year:
                yield one
        elif isinstance(one, tuple) and (one != (2, 29) or (year % 4 == 0 and (year % 100 != 0 or year % 400 == 0))):
            yield date(year, *one)
