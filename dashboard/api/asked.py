"""What a program asks: the words of `cx ask` and `cx customers` as the names of an address.

Each is read once and by the same code as on the command line; a name that nothing takes is refused and never passed over, so that
a mistyped filter cannot widen an answer.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from typing import Final
from urllib.parse import parse_qsl

from flask import request

from dashboard.errors import BadInput
from dashboard.flags import filters
from dashboard.spreadsheet import MIMETYPE as WORKBOOK
from metrics.errors import QuestionError
from metrics.figures import families
from metrics.metric import Metric
from metrics.options import option_name
from metrics.selection import Selection

REPEATED: Final = ("where", "by", "mark")
OF_ASK: Final = ("period", "compare", "where", "by", "format")
OF_CUSTOMERS: Final = ("period", "where", "by", "mark", "limit", "offset", "order", "format")
NEVER_EMPTY: Final = ("period", "compare", "limit", "offset", "order", "format")
FORMATS: Final = {"json": "application/json", "csv": "text/csv", "xlsx": WORKBOOK}
"""What an answer may be, and how it is asked for with Accept."""
MOST_ROWS: Final = 10_000
USUAL_ROWS: Final = 100
LAST_OFFSET: Final = 100_000_000
LONGEST: Final = 4000


@dataclass(frozen=True, slots=True)
class Words:
    """The names of an address with what they were given, in its order."""

    given: Mapping[str, tuple[str, ...]]

    @classmethod
    def read(cls, known: Iterable[str]) -> "Words":
        """Reads the address of the request; raises BadInput for a name not known, and for one given twice that is taken once."""
        given: dict[str, list[str]] = {}
        for name, value in _pairs(request.query_string.decode("ascii", "replace")):
            given.setdefault(name, []).append(value)
        names = tuple(known)
        for name, values in given.items():
            if name not in names:
                raise BadInput(f'"{name[:60]}" is not asked for here. There is: {", ".join(names)}.')
            if len(values) > 1 and name not in REPEATED:
                raise BadInput(f'"{name}" is given {len(values)} times. Give it once.')
            if name in NEVER_EMPTY and "" in values:
                raise BadInput(f'"{name}" is given nothing. Leave it out, or say what.')
        return cls({name: tuple(values) for name, values in given.items()})

    def one(self, name: str) -> str | None:
        """Returns what a name was given, None where it was not."""
        return self.given[name][0] if name in self.given else None

    def pairs(self, name: str) -> dict[str, list[str]]:
        """Returns the values by dimension of a name that takes dimension=value; raises BadInput."""
        try:
            return filters(self.given.get(name))
        except QuestionError as problem:
            raise BadInput(str(problem)) from None

    def number(self, name: str, usual: int, most: int) -> int:
        """Returns a whole number from 0 to most; raises BadInput."""
        text = self.one(name)
        if text is None:
            return usual
        if not re.fullmatch(r"\d{1,9}", text, re.ASCII) or int(text) > most:
            raise BadInput(f'{name} = "{text[:60]}" is not a whole number from 0 to {most}.')
        return int(text)

    def word(self, name: str, usual: str, known: tuple[str, ...]) -> str:
        """Returns one of the words known; raises BadInput."""
        text = self.one(name) or usual
        if text not in known:
            raise BadInput(f'{name} = "{text[:60]}" is not one of: {", ".join(known)}.')
        return text

    @property
    def format(self) -> str:
        """Returns json, csv or xlsx: what was said, else what is accepted rather, else json."""
        accepted = request.accept_mimetypes.best_match(FORMATS.values())
        return self.word("format", next((name for name, kind in FORMATS.items() if kind == accepted), "json"), tuple(FORMATS))

    def selection(self, metric: Metric, *, compare: str | None = None) -> Selection:
        """Returns the question; raises QuestionError for what no question can mean, and BadInput."""
        options = {name: self.given[name][0] for name in options_of(metric) if name in self.given}
        return Selection.of(
            period=self.one("period"),
            compare=compare or self.one("compare"),
            where=self.pairs("where"),
            by=self.given.get("by", ()),
            options=options,
        )


def options_of(metric: Metric) -> tuple[str, ...]:
    """Returns the names of the options that a metric's figure takes."""
    return tuple(option_name(field) for field in fields(families()[metric.figure].Options))


def _pairs(query: str) -> list[tuple[str, str]]:
    if len(query) > LONGEST:
        raise BadInput(f"The address is longer than {LONGEST} letters. Ask for less at once.")
    try:
        return parse_qsl(query, keep_blank_values=True, strict_parsing=bool(query), max_num_fields=100, errors="strict")
    except ValueError:
        raise BadInput("The address cannot be read. Write name=value pairs joined by &.") from None
