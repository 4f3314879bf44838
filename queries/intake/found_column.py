"""What the values of one column of an unknown export look like: times, numbers, addresses, words; nothing is decided for them."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property

MOST, NEARLY = 0.9, 0.99
NOTHING_TOLD = ("-", "--", "—", "n/a", "#n/a", "null", "(null)", "nan", "nil", "?", "(not set)", "(blank)", "\\n")
MOST_WORDS = 60
DAY_FIRST, MONTH_FIRST = "day first", "month first"
CLOCKS = ("", " %H:%M:%S", " %H:%M", " %I:%M:%S %p", " %I:%M %p")
DAYS = (
    "%Y/%m/%d", "%Y.%m.%d", "%d %b %Y", "%d-%b-%Y", "%d %B %Y", "%b %d, %Y", "%B %d, %Y", "%b %d %Y", "%d. %B %Y",
    "%d.%m.%y", "%d/%m/%y", "%m/%d/%y", "%d-%m-%y", "%Y%m%d",
)  # fmt: skip
ISO = re.compile(
    r"\d{4}-\d{2}-\d{2}([T ]\d{1,2}:\d{2}(:\d{2}([.]\d{1,9})?)?( ?(Z|UTC|[+-]\d{2}(:?\d{2})?))?)?"
)  # as the intake reads it
SHIFT = re.compile(r":\d{2}.*(Z|UTC|[+-]\d{2}(:?\d{2})?)$")
FULL_YEAR = re.compile(r"(\d{1,2})/(\d{1,2})/\d{4}( .+)?")
MONEY = (re.compile(r"^([+-]?)\s*([$€£¥]|[A-Z]{3}\b)\s*"), re.compile(r"(\d)\s*([$€£¥]|\b[A-Z]{3})$"))
GROUPED = re.compile(r"[+-]?\d{1,3}([\s\u00a0\u2009\u202f'’]\d{3})+([.,]\d+)?")
POINT = re.compile(r"[+-]?(\d+|[1-9]\d{0,2}(,\d{3})+)([.]\d+)?")
COMMA = re.compile(r"[+-]?(\d+|[1-9]\d{0,2}([.]\d{3})+)(,\d+)?")
EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
PHONE = re.compile(r"[+(]?\d[\d\s()/.-]{5,18}\d")
UNIX = re.compile(r"1\d{9}([.]\d+)?|1\d{12}")


@dataclass(frozen=True, slots=True)
class Times:
    """How a column's moments are written: the formats that may read it, the share of its values that one of them reads.

    `is_unclear` says that day and month can be told apart by none of them; `has_zone` that each names its zone.
    """

    formats: tuple[str, ...]
    share: float
    is_unclear: bool = False
    has_zone: bool = False
    days_only: bool = False


@dataclass(frozen=True, slots=True)
class Numbers:
    """How a column's numbers are written: the share of its values that are numbers, the sign before decimals where they tell it."""

    share: float
    decimal: str
    is_unclear: bool
    symbols: tuple[str, ...]
    low: float
    high: float
    are_whole: bool


@dataclass(frozen=True)
class FoundColumn:
    """One column of an unknown export: its header, how a declaration names it, and what was told in the records looked at."""

    header: str
    values: tuple[str, ...]
    records: int
    missing: tuple[str, ...] = ()
    is_nested: bool = False

    @classmethod
    def of(cls, header: str, cells: Iterable[str | None], *, is_nested: bool = False) -> "FoundColumn":
        """Return a column of these cells; empty ones, and words that mean nothing was told, are no values."""
        told = [(cell or "").strip() for cell in cells]
        missing = tuple(dict.fromkeys(cell for cell in told if cell.lower() in NOTHING_TOLD))
        values = tuple(cell for cell in told if cell and cell not in missing)
        return cls(header=header, values=values, records=len(told), missing=missing, is_nested=is_nested)

    @cached_property
    def distinct(self) -> Mapping[str, int]:
        """Its values with their number, the most frequent first."""
        return dict(Counter(self.values).most_common())

    @cached_property
    def is_key(self) -> bool:
        """True when every record tells it and no two tell the same."""
        return len(self.distinct) == len(self.values) == self.records > 0

    @cached_property
    def is_nearly_key(self) -> bool:
        """True when all but one in a hundred records tell it, each another one: a key with a slip in it."""
        return self.records > 0 and len(self.distinct) >= NEARLY * self.records

    @cached_property
    def are_words(self) -> bool:
        """True when it holds a few words that come again."""
        few = len(self.distinct) <= min(MOST_WORDS, max(2, len(self.values) // 2 + 1))
        return bool(self.values) and few and self.times is None and not self.is_email

    @cached_property
    def is_email(self) -> bool:
        """True when most of its values are e-mail addresses."""
        return self._share(lambda value: EMAIL.fullmatch(value) is not None) >= MOST

    @cached_property
    def is_phone(self) -> bool:
        """True when most of its values can be phone numbers."""
        return self._share(lambda value: PHONE.fullmatch(value) is not None) >= MOST

    @cached_property
    def is_unix(self) -> bool:
        """True when its numbers can be seconds, or thousandths of them, since 1970 began."""
        return self._share(lambda value: UNIX.fullmatch(value) is not None) >= MOST

    @cached_property
    def is_truth(self) -> bool:
        """True when it holds two words at most, of those that mean yes and no."""
        told = {value.lower() for value in self.distinct}
        return bool(told) and told <= {"true", "t", "yes", "y", "1", "false", "f", "no", "n", "0"}

    @cached_property
    def times(self) -> Times | None:
        """How its moments are written, or None when it holds none."""
        return times_of(self.values)

    @cached_property
    def numbers(self) -> Numbers | None:
        """How its numbers are written, or None when it holds none."""
        return numbers_of(self.values)

    def _share(self, holds: Callable[[str], bool]) -> float:
        return sum(map(holds, self.values)) / len(self.values) if self.values else 0.0


def times_of(values: Sequence[str]) -> Times | None:
    """Return how moments are written; None unless nine in ten values are some that the intake can read in one way."""
    if not values or not any(character.isdigit() for character in values[0]):
        return None
    iso = [value for value in values if ISO.fullmatch(value)]
    if len(iso) >= MOST * len(values):
        days = not any(":" in value for value in iso)
        return Times(("iso",), len(iso) / len(values), has_zone=all(map(SHIFT.search, iso)), days_only=days)
    return _slashed(values) or _in_words(values)


def _slashed(values: Sequence[str]) -> Times | None:
    """Return how days told by three numbers with a full year behind are ordered."""
    slashed = [re.sub(r"[.-]", "/", value, count=2).replace(",", "") for value in values]
    found = [(int(one[1]), int(one[2])) for value in slashed if (one := FULL_YEAR.fullmatch(value))]
    if len(found) < MOST * len(values):
        return None
    days_only = not any(":" in value for value in slashed)
    by_day = sum(day <= 31 and month <= 12 for day, month in found)
    by_month = sum(day <= 31 and month <= 12 for month, day in found)
    if by_day == by_month and any(one != other for one, other in found):
        return Times((DAY_FIRST, MONTH_FIRST), by_day / len(values), is_unclear=True, days_only=days_only)
    return Times((DAY_FIRST if by_day >= by_month else MONTH_FIRST,), max(by_day, by_month) / len(values), days_only=days_only)


def _in_words(values: Sequence[str]) -> Times | None:
    """Return the one written form that reads most of the values."""
    some = values[:300]
    best, read, fitting = "", 0, []
    for form in (day + clock for day in DAYS for clock in CLOCKS):
        count = sum(_reads(form, value) for value in some)
        if count > read:
            best, read, fitting = form, count, [form]
        elif count and count == read:
            fitting.append(form)
    if read < MOST * len(some):
        return None
    orders = {("%d", "%m"): DAY_FIRST, ("%m", "%d"): MONTH_FIRST}
    unclear = len({orders.get((form[:2], form[3:5]), form) for form in fitting}) > 1
    return Times(tuple(fitting) if unclear else (best,), read / len(some), is_unclear=unclear, days_only="%H" not in best)


def _reads(form: str, value: str) -> bool:
    if form == "%Y%m%d" and not re.fullmatch(r"(19|20)\d{6}", value):
        return False
    try:
        datetime.strptime(value, form).replace(tzinfo=UTC)
    except ValueError:
        return False
    return True


def numbers_of(values: Sequence[str]) -> Numbers | None:
    """Return how numbers are written, however their thousands are grouped; None unless nine in ten values are numbers."""
    symbols: dict[str, None] = {}
    points: list[float] = []
    commas: list[float] = []
    differ = False
    for value in values:
        text = _bare(value, symbols)
        by_point = float(text.replace(",", "")) if POINT.fullmatch(text) else None
        by_comma = float(text.replace(".", "").replace(",", ".")) if COMMA.fullmatch(text) else None
        points += [by_point] if by_point is not None else []
        commas += [by_comma] if by_comma is not None else []
        differ = differ or by_point != by_comma
    read = points if len(points) >= len(commas) else commas
    if not values or len(read) < MOST * len(values):
        return None
    unclear = differ and len(points) == len(commas)
    decimal = "" if not differ or unclear else "." if len(points) > len(commas) else ","
    return Numbers(
        share=len(read) / len(values),
        decimal=decimal,
        is_unclear=unclear,
        symbols=tuple(symbols),
        low=min(read),
        high=max(read),
        are_whole=all(number == int(number) for number in read),
    )


def _bare(value: str, symbols: dict[str, None]) -> str:
    """Return a number without its currency, brackets and groups of thousands by spaces or apostrophes; keep the currency."""
    text = value
    if text.startswith("(") and text.endswith(")"):
        text = "-" + text.strip("()")
    for pattern in MONEY:
        if found := pattern.search(text):
            symbols.setdefault(found[2])
            text = pattern.sub(r"\1", text)
    return re.sub(r"[\s\u00a0\u2009\u202f'’]", "", text) if GROUPED.fullmatch(text) else text
