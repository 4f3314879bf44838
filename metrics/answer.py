"""What comes back: values that carry their counts and intervals, and lists of the people behind them.

Percents are fractions, times naive UTC (ISO with Z in JSON), durations seconds, money the reporting currency.
A missing number is None, in JSON null, never absent.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from pathlib import PurePath
from typing import Any, Final

from metrics.selection import Period, Selection, utc_text

LISTED_COLUMNS: Final = ("customer_id", "name", "value", "at", "subject", "because")


class Notice(str):
    """What to bear in mind, with its kind, by which a drawing that tells it by itself leaves it out, in whatever language it is."""

    kind: str

    def __new__(cls, text: str, kind: str = "") -> Notice:
        made = super().__new__(cls, text)
        made.kind = kind
        return made


def kind_of(notice: str) -> str:
    """Returns the kind of a notice, empty of one without."""
    return notice.kind if isinstance(notice, Notice) else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """A number with what it was made of: n rows, so many customers, and its 95 % interval."""

    value: float | None
    n: int
    customers: int
    low: float | None = None
    high: float | None = None
    numerator: float | None = None
    denominator: float | None = None

    def to_json(self) -> dict[str, Any]:
        return {
            "value": self.value,
            "n": self.n,
            "customers": self.customers,
            "low": self.low,
            "high": self.high,
            "numerator": self.numerator,
            "denominator": self.denominator,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One group of an answer: by = its place in each split, at = its place in time; extra = the figure's own fields."""

    by: Mapping[str, str] = field(default_factory=dict)
    at: str | None = None
    value: Value
    extra: Mapping[str, Any] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        return {"by": dict(self.by), "at": self.at, **self.value.to_json(), **json_ready(self.extra)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """The difference to the comparison; clear when 0 lies outside its interval."""

    value: float | None
    low: float | None = None
    high: float | None = None
    clear: bool = False

    def to_json(self) -> dict[str, Any]:
        return {"value": self.value, "low": self.low, "high": self.high, "clear": self.clear}


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """The same question asked of another period."""

    period: Period
    total: Value
    rows: tuple[Row, ...]
    change: Change

    def to_json(self) -> dict[str, Any]:
        return {
            "period": self.period.to_json(),
            "total": self.total.to_json(),
            "rows": [row.to_json() for row in self.rows],
            "change": self.change.to_json(),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A metric's answer: what was understood, the total, its rows, a comparison, and what to bear in mind.

    period is None for a metric that is judged now.   changes: of an answer with rows in time, what was changed then.
    widest: of an answer that counted nothing, the widest period with data, as its text; empty where there is none.
    """

    metric: str
    selection: Selection
    period: Period | None
    options: Mapping[str, Any]
    snapshot: str
    as_of: datetime
    unit: str
    total: Value
    rows: tuple[Row, ...]
    comparison: Comparison | None
    notices: tuple[str, ...]
    caption: str
    changes: tuple[Any, ...] = ()
    widest: str = ""

    def to_json(self) -> dict[str, Any]:
        told = {
            "metric": self.metric,
            "selection": selection_json(self.selection, self.period),
            "options": json_ready(self.options),
            "snapshot": self.snapshot,
            "as_of": utc_text(self.as_of),
            "unit": self.unit,
            "total": self.total.to_json(),
            "rows": [row.to_json() for row in self.rows],
            "comparison": self.comparison.to_json() if self.comparison else None,
            "notices": list(self.notices),
            "caption": self.caption,
        }
        return told | ({"changes": json_ready(self.changes)} if any(row.at for row in self.rows) else {})


@dataclass(frozen=True, slots=True, kw_only=True)
class People:
    """The list behind a number, in the number's own unit: `count` of them, by so many customers.

    Each row has customer_id, name, value, at, subject and because, and the dimensions of its fact.
    rows may be a page of the list; count is always the whole.   is_of_customers: the unit is customers, and not what they did.
    """

    metric: str
    selection: Selection
    period: Period | None
    mark: Mapping[str, str]
    unit: str
    count: int
    customers: int
    rows: tuple[Mapping[str, Any], ...]
    as_of: datetime
    snapshot: str
    notices: tuple[str, ...]
    sentence: str
    one: str = ""
    is_of_customers: bool = False

    @property
    def customer_ids(self) -> frozenset[str]:
        """Who is on it, of the rows that are told."""
        return frozenset(str(row["customer_id"]) for row in self.rows if row["customer_id"])

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of what its rows tell; of an empty list those that every list has."""
        return tuple(dict.fromkeys(name for row in self.rows for name in row)) or LISTED_COLUMNS

    def to_json(self) -> dict[str, Any]:
        return {
            "metric": self.metric,
            "selection": selection_json(self.selection, self.period),
            "mark": dict(self.mark),
            "unit": self.unit,
            "count": self.count,
            "customers": self.customers,
            "rows": json_ready(self.rows),
            "as_of": utc_text(self.as_of),
            "snapshot": self.snapshot,
            "notices": list(self.notices),
            "sentence": self.sentence,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """Everything known of one customer, each part a tuple of plain rows, newest first where dated.

    customer: the golden record.   records: what was joined, by which rule and on what evidence.
    conflicts: values that other records tell.   events: the timeline over all sources.
    """

    customer: Mapping[str, Any]
    records: tuple[Mapping[str, Any], ...]
    conflicts: tuple[Mapping[str, Any], ...]
    events: tuple[Mapping[str, Any], ...]
    promises: tuple[Mapping[str, Any], ...]
    contracts: tuple[Mapping[str, Any], ...]
    orders: tuple[Mapping[str, Any], ...]
    cases: tuple[Mapping[str, Any], ...]
    consents: tuple[Mapping[str, Any], ...]
    scores: tuple[Mapping[str, Any], ...]
    value: Value
    as_of: datetime
    snapshot: str

    def to_json(self) -> dict[str, Any]:
        parts = ("customer", "records", "conflicts", "events", "promises", "contracts", "orders", "cases", "consents", "scores")
        return {
            **{part: json_ready(getattr(self, part)) for part in parts},
            "value": self.value.to_json(),
            "as_of": utc_text(self.as_of),
            "snapshot": self.snapshot,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Reasons:
    """Why one customer stands where they do in an answer: the steps that put them there, a sentence each, in order."""

    metric: str
    customer_id: str
    selection: Selection
    period: Period | None
    steps: tuple[str, ...]
    as_of: datetime
    snapshot: str

    def to_json(self) -> dict[str, Any]:
        return {
            "metric": self.metric,
            "customer_id": self.customer_id,
            "selection": selection_json(self.selection, self.period),
            "steps": list(self.steps),
            "as_of": utc_text(self.as_of),
            "snapshot": self.snapshot,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """How a metric is worked out: the question, the formula in words, the SQL, whose data judges it.

    counts: the figure now with its rows and customers.   since: since when its definition is known (UTC).   history: the changes
    of its definition since then, the newest first.   restated: the closed months that tell another figure than the load before;
    None where no earlier load is kept, or it has no months.
    """

    metric: str
    title: str
    question: str
    formula: str
    unit: str
    better: str
    target: float | None
    fact: str
    judged_by: tuple[str, ...]
    as_of: datetime
    split_by: tuple[str, ...]
    interval: str
    owner: str
    reviewed: date
    sql: str
    coverage: str
    snapshot: str
    counts: str = ""
    since: datetime | None = None
    history: tuple[Any, ...] = ()
    restated: tuple[str, ...] | None = None

    def to_json(self) -> dict[str, Any]:
        return {name: json_ready(getattr(self, name)) for name in self.__slots__}


def selection_json(selection: Selection, period: Period | None) -> dict[str, Any]:
    """Returns what was understood, as an answer echoes it."""
    return {
        "period": period.to_json() if period else None,
        "compare": selection.compare,
        "where": {name: list(values) for name, values in selection.where.items()},
        "by": list(selection.by),
    }


def json_ready(thing: Any) -> Any:
    """Returns plain lists, dicts, numbers and text: moments end in Z, days are ISO, files their path, our own types themselves."""
    if hasattr(thing, "to_json"):
        return thing.to_json()
    if isinstance(thing, Mapping):
        return {str(name): json_ready(value) for name, value in thing.items()}
    if isinstance(thing, list | tuple):
        return [json_ready(value) for value in thing]
    if isinstance(thing, datetime):
        return utc_text(thing)
    if isinstance(thing, date):
        return thing.isoformat()
    if isinstance(thing, Decimal):
        return float(thing)
    if isinstance(thing, PurePath):
        return str(thing)
    return thing
