"""A question that has been understood: the metric, what was selected, on which snapshot, known until when."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from metrics.answer import Answer, Comparison, People, Row, Value
from metrics.errors import UnknownName
from metrics.language import _, later
from metrics.metric import PERSONS, Metric
from metrics.period_text import period_words as words_of_period
from metrics.selection import Period, Selection, day_text, local_day, local_time
from metrics.words import Words
from queries.view import ViewSpec
from queries.warehouse import LISTED, Reading

EVERYTHING = 1_000_000
SPOKEN_OF_STAGES = ("title", "says", "moved_words")
_SINGLE = (
    later("person who entered"),
    later("person whose time is over"),
    later("person who reached the stage"),
    later("person who moved on"),
    later("person who skipped the stage"),
    later("person who turned away"),
    later("person set aside"),
    later("person not yet known"),
    later("person not yet known who moved on"),
    later("person not yet known who left"),
    later("person not yet known who may still move on"),
    later("person who came in the same second as to the stage before"),
    later("person who reached it"),
    later("person who left"),
    later("person whose time ended without it"),
    later("person who came straight there"),
    later("person here at the start"),
    later("person here now"),
    later("person whose time for the step ended"),
    later("customer active"),
    later("customer active before"),
    later("customer new"),
    later("customer returning"),
    later("customer resurrected"),
    later("customer dormant"),
    later("customer not seen yet"),
)
"""What a single one of a list is called, of those whose list is told in the plural alone."""
_ONE = {
    "people": "person",
    "customers": "customer",
    "accounts": "account",
    "prospects": "prospect",
    "visits": "visit",
    "moves": "move",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Which part of a list: at most so many rows, after so many; in the list's own order, or the greatest values first."""

    most: int = 1000
    skipped: int = 0
    by_value: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One metric asked of one snapshot.

    period: None for a metric judged now.   before: the period compared with.   dimensions: the columns of the metric's fact
    by dimension.   most_values: how many values of a dimension are shown.   newest: how far any source is known.
    journey: the journey asked about.   also: filters of the figure's own, by column.
    segmentations: of the dimensions that are one, which.   listed: the name under which the customers of the lists are kept.
    """

    metric: Metric
    selection: Selection
    period: Period | None
    before: Period | None
    reading: Reading
    zone: str
    words: Words
    journey: str
    as_of: datetime
    newest: datetime
    dimensions: Mapping[str, str]
    most_values: Mapping[str, int]
    also: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    segmentations: Mapping[str, str] = field(default_factory=dict)
    listed: str = ""

    @property
    def where(self) -> dict[str, tuple[str, ...]]:
        """The values allowed, by column; where the selection and the figure both narrow one, those that both allow."""
        chosen = {self.dimensions[name]: values for name, values in self.selection.where.items() if name != LISTED}
        chosen |= {LISTED: (self.listed,)} if self.listed else {}
        both = {
            name: tuple(value for value in chosen[name] if value in self.also[name]) for name in chosen.keys() & self.also.keys()
        }
        return {**chosen, **self.also, **both}

    @property
    def split(self) -> tuple[str, ...]:
        """The columns to split by."""
        return tuple(self.dimensions[name] for name in self.selection.by)

    @property
    def is_by_segment(self) -> bool:
        """Whether a segmentation is looked at: moves between its segments are then comings and goings."""
        return any(name in self.segmentations for name in (*self.selection.by, *self.selection.where))

    def run(
        self, figure: str, *, view: ViewSpec | None = None, split: Sequence[str] = (), **parameters: Any
    ) -> list[dict[str, Any]]:
        """Runs a figure on the metric's rows, or those of another view, under this selection's filters."""
        return self.reading.run(figure, view or self.metric.view, self.where, split, **parameters)

    def of(self, period: Period | None) -> Question:
        """Returns the same question of another period, compared with nothing."""
        return replace(self, period=period, before=None)

    def everybody(self) -> Question:
        """Returns the same question without the filters that were chosen."""
        return replace(self, selection=self.selection.changed(where={}), listed="")

    def unsplit(self) -> Question:
        """Returns the same question of everyone together."""
        return replace(self, selection=self.selection.changed(by=()))

    def only(self, **columns: str | Sequence[str]) -> Question:
        """Returns the same question narrowed to some values of columns that are no dimensions."""
        narrowed = {name: (values,) if isinstance(values, str) else tuple(values) for name, values in columns.items()}
        return replace(self, also={**self.also, **narrowed})

    def filtered(self, dimension: str, values: str | Sequence[str]) -> Question:
        """Returns the same question narrowed to some values of a dimension."""
        if dimension not in self.dimensions:
            what = f'"{dimension}" is not a dimension of {self.metric.fact}'
            raise UnknownName(what, name=dimension, known=self.dimensions)
        return replace(self, selection=self.selection.filtered(dimension, values))

    def stages(self) -> list[dict[str, Any]]:
        """The stages of the journey asked about, in order; see the figure journeys."""
        return [spoken_stage(row) for row in self.reading.constant("journeys") if row["journey_id"] == self.journey]

    def begun(self, period: Period) -> Period:
        """Returns the period; of all time only the part from the day of the first row on."""
        first_at = self.run("range")[0]["first_at"] if period.text == "all" else None
        return replace(period, first_day=local_day(first_at, self.zone)) if first_at else period

    def times(self, period: Period | None) -> dict[str, Any]:
        """The period as parameters of a figure."""
        return {"starts_at": period.starts_at if period else None, "ends_at": period.ends_at if period else None}

    def shown(self) -> list[str]:
        """The fact's columns that a list of its rows shows: whose, what, why, what the metric adds, and its dimensions."""
        columns = self.reading.tables[self.metric.view.table]
        wanted = ["customer_id", "account_id", "subject", "because", *self.metric.shows, *self.dimensions.values()]
        return [name for name in dict.fromkeys(wanted) if name in columns]

    def counted(self, n: float) -> str:
        """Returns so many of what the metric counts: "1 request", "1,204 requests"."""
        return self.words.counted(n, self.metric.one, self.metric.noun)

    def when(self) -> str:
        """The period, or as_of, as the end of a sentence: "in October 2026 to date"."""
        return period_words(self.period) if self.period else _("on {day}", day=self.as_of_words())

    def as_of_words(self) -> str:
        """As_of on the workspace's clock: "30 October 2026, 14:05"."""
        moment = local_time(self.as_of, self.zone)
        return f"{day_text(moment.date())}, {moment:%H:%M}"

    def answered(
        self, *, options: Mapping[str, Any], total: Value, caption: str, rows: tuple[Row, ...] = (),
        comparison: Comparison | None = None, notices: tuple[str, ...] = (),
    ) -> Answer:  # fmt: skip
        """Returns the answer to this question, as it was understood and on the snapshot it was asked of."""
        return Answer(
            metric=self.metric.metric_id, selection=self.selection, period=self.period, options=options,
            snapshot=self.reading.snapshot, as_of=self.as_of, unit=self.metric.unit, total=total, rows=rows,
            comparison=comparison, notices=notices, caption=caption,
        )  # fmt: skip

    def people(
        self, *, unit: str, one: str = "", count: int, customers: int, rows: Sequence[Mapping[str, Any]], mark: Mapping[str, str],
        notices: Sequence[str] = (),
    ) -> People:  # fmt: skip
        """Returns a list of this question, with the sentence that says what it holds; the unit comes in English or as declared."""
        told, noun = _((one or one_of(unit)) if count == 1 else unit), self.metric.noun
        is_of_customers = self.metric.is_of_customers if noun and unit.startswith(noun) else unit.startswith(PERSONS)
        return People(
            metric=self.metric.metric_id, selection=self.selection, period=self.period, mark=dict(mark), unit=_(unit), count=count,
            customers=customers, rows=tuple(rows), as_of=self.as_of, snapshot=self.reading.snapshot, notices=tuple(notices),
            sentence=_("{counted} {when}.", counted=size_words(self.words, count, customers, told, is_of_customers=is_of_customers),
                       when=self.when()),
            one=_(one or one_of(unit)), is_of_customers=is_of_customers,
        )  # fmt: skip


def spoken_stage(stage: Mapping[str, Any]) -> dict[str, Any]:
    """Returns a stage with its words in the language spoken, where its journey ships; its label is its key and stays."""
    said: dict[str, str] = {name: _(stage[name]) for name in SPOKEN_OF_STAGES if stage.get(name)}
    return {**stage, **said}


def period_words(period: Period) -> str:
    """Returns "in October 2026 to date", "from 3 May 2026 to 9 June 2026", "on 5 October 2026" or "over all time"."""
    words = words_of_period(period.text)
    return _("{when} to date", when=words) if period.is_to_date and period.text != "all" else words


def one_of(unit: str) -> str:
    """Returns what a single one of a list is: "person who left" of "people who left"."""
    first, space, rest = unit.partition(" ")
    return f"{_ONE.get(first, first)}{space}{rest}"


def size_words(words: Words, count: int, customers: int, unit: str, *, is_of_customers: bool) -> str:
    """Returns "1,204 requests by 1,131 customers"; the customers are left out when they are the unit, in whatever language."""
    counted = f"{words.count(count)} {unit}"
    if count == customers and is_of_customers:
        return counted
    return _("{counted} by {customers}", counted=counted, customers=words.counted(customers, "customer", "customers"))
