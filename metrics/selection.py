"""What was asked for: a period, a comparison, filters, splits and options; and its round trip to a URL.

A `Selection` is what a person chose; a `Period` is what its period text means on a workspace's clock, given how far
the data is known. Both are frozen; everything here is pure.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import parse_qsl, urlencode

from metrics.errors import QuestionError, UnknownName
from metrics.period import Period, compared, earlier, local_day, local_time, pieces, resolve, utc_midnight, utc_text
from metrics.period_text import canonical_period, day_text, days_of, period_label

__all__ = [
    "COMPARISONS", "RESERVED", "Period", "Selection", "canonical_period", "compared", "day_text", "days_of", "earlier", "local_day",
    "local_time", "option_text", "period_label", "pieces", "resolve", "utc_midnight", "utc_text",
]  # fmt: skip

COMPARISONS: Final = ("before", "year", "none")
RESERVED: Final = ("period", "compare", "by", "where", "v")


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """One question's period, comparison, filters, splits and options, as a person chose them.

    period: the period's text, or None for the month that holds as_of.
    compare: "before" (the default), "year" or "none".
    where: the values allowed, by dimension.   by: the dimensions to split by.   options: a figure's own, as text.
    """

    period: str | None = None
    compare: str = "before"
    where: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    by: tuple[str, ...] = ()
    options: Mapping[str, str] = field(default_factory=dict)

    def __hash__(self) -> int:
        return hash(self.to_query())

    @classmethod
    def of(
        cls,
        *,
        period: str | None = None,
        compare: str | None = None,
        where: Mapping[str, str | Sequence[str]] | None = None,
        by: str | Sequence[str] = (),
        options: Mapping[str, Any] | None = None,
    ) -> Selection:
        """Returns the selection in its one canonical form, so that equal questions are equal selections.

        Raises BadPeriod for a period that cannot be read, UnknownName for a comparison that does not exist.
        """
        return cls(
            period=canonical_period(period) if period else None,
            compare=_comparison(compare or "before"),
            where={name: _values(where[name]) for name in sorted(where)} if where else {},
            by=tuple(dict.fromkeys([by] if isinstance(by, str) else by)),
            options={name: option_text(options[name]) for name in sorted(options)} if options else {},
        )

    def to_query(self) -> str:
        """Returns the URL query without its question mark; defaults are left out."""
        pairs: list[tuple[str, str]] = []
        if self.period:
            pairs.append(("period", self.period))
        if self.compare != "before":
            pairs.append(("compare", self.compare))
        pairs += [("by", name) for name in self.by]
        pairs += [(f"where.{name}", value) for name, values in self.where.items() for value in values]
        pairs += list(self.options.items())
        return urlencode(pairs)

    @classmethod
    def from_query(cls, query: str) -> Selection:
        """Reads a URL query; names that are neither ours nor a filter are options of the figure."""
        where: dict[str, list[str]] = {}
        by: list[str] = []
        single: dict[str, str] = {}
        for name, value in _pairs(query):
            if name.startswith("where."):
                where.setdefault(name.removeprefix("where."), []).append(value)
            elif name == "by":
                by.append(value)
            else:
                single[name] = value
        _check_version(single.pop("v", "1"))
        return cls.of(period=single.pop("period", None), compare=single.pop("compare", None), where=where, by=by, options=single)

    def changed(self, **changes: Any) -> Selection:
        """Returns this selection with some parts replaced, in canonical form."""
        parts = {"period": self.period, "compare": self.compare, "where": self.where, "by": self.by, "options": self.options}
        return Selection.of(**(parts | changes))

    def filtered(self, dimension: str, values: str | Sequence[str]) -> Selection:
        """Returns this selection narrowed to some values of one dimension."""
        return self.changed(where={**self.where, dimension: values})


def option_text(value: object) -> str:
    """Returns an option's value as the text that a URL carries."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def _comparison(text: str) -> str:
    if text not in COMPARISONS:
        raise UnknownName(f'"{text}" is not a comparison', name=text, known=COMPARISONS)
    return text


def _values(values: str | Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted({values} if isinstance(values, str) else set(values)))


def _pairs(query: str) -> list[tuple[str, str]]:
    try:
        return parse_qsl(query.removeprefix("?"), keep_blank_values=True, strict_parsing=bool(query), max_num_fields=100)
    except ValueError:
        raise QuestionError("The address cannot be read", instead="Write name=value pairs joined by &") from None


def _check_version(version: str) -> None:
    if version != "1":
        raise QuestionError(f"This address is of version {version}", instead="This program reads version 1")
