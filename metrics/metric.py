"""A metric as it is declared: whose question it answers, over which rows, by which value and how it is summed up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Final

from metrics.language import SOURCE, _, spoken
from queries.view import NOW, ViewSpec

UNITS: Final = ("percent", "nps", "customers", "count", "money", "seconds", "score")
PERSONS: Final = ("customer", "people", "person", "account")
"""How what is counted begins, in English, where it is customers themselves."""
BETTER: Final = ("higher", "lower")
AGGREGATES: Final = ("count", "customers", "sum", "mean", "median")
RELATIONSHIP: Final = ("attract", "convert", "retain", "loyalty", "refer", "service", "optimise")
INTERVALS: Final = ("wilson", "nps", "mean", "median", "per_1000", "none")
TEXTS: Final = ("title", "question", "formula", "noun", "one", "verb", "verb_one", "waits")
"""The fields that are read by people: the catalog holds those of every metric that ships."""

CHARTS: Final = (
    "trend", "bars", "number", "funnel", "grid", "strip", "equation", "clocks", "stock", "flow", "incidence", "drivers", "parts",
    "paths", "survival", "lifecycle", "matrix", "ranges", "calibration", "aftermath",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Metric:
    """One declared metric; its id is its file's name.

    noun, one: what the counted rows are, in the plural and the singular ("first replies", "first reply").
    is_of_customers: whether the counted rows are customers themselves, as its noun says before it is put into another language.
    verb: what a yes means ("were kept in time").   verb_one: the same of a single one, where it differs ("was kept in time").
    dated_by: the fact's column that says when a row counts; "now" is judged at as_of and takes no period.
    judged_by: the entities whose sources decide until when it is known; empty: as its fact says.
    period: the period when none is asked; None is the month that holds as_of.
    waits: of a metric that is dated by the end of a time, what waits until then ("answers of promoters"): told as not yet known.
    cap: the seconds at which a longer time is cut ("30 days"): a median that reaches it is only known to be longer.
    segmentation: of a question about movements between segments, the segmentation beside the workspace's own that is asked for.
    at: of a metric judged now, the column that a list shows as when.   shows: further columns that a list shows.
    is_personal_score: what people will do is foretold: it stays among those who look after them, on no wall, embed or pack.
    """

    metric_id: str
    title: str
    question: str
    dimension: str
    unit: str
    better: str
    target: float | None
    fact: str
    counts: str
    value: str
    aggregate: str
    interval: str
    formula: str
    dated_by: str
    judged_by: tuple[str, ...]
    noun: str
    one: str
    verb: str
    split_by: tuple[str, ...]
    chart: str
    owner: str
    reviewed: date
    figure: str = "summary"
    period: str | None = None
    at: str = ""
    shows: tuple[str, ...] = ()
    is_personal_score: bool = False
    verb_one: str = ""
    is_of_customers: bool = False
    waits: str = ""
    cap: float | None = None
    segmentation: str = ""
    options: Mapping[str, Any] = field(default_factory=dict)

    @property
    def is_now(self) -> bool:
        """Whether it is judged at as_of and takes no period."""
        return self.dated_by == NOW

    @property
    def spoken(self) -> Metric:
        """The metric with its texts in the language spoken; a workspace's own texts stay as they are written."""
        if spoken() == SOURCE:
            return self
        told: dict[str, Any] = {name: _(getattr(self, name)) for name in TEXTS}
        return replace(self, **told)

    def verb_of(self, count: float) -> str:
        """Returns what is said of so many: "were won", of one "was won"."""
        return self.verb_one if count == 1 and self.verb_one else self.verb

    @property
    def view(self) -> ViewSpec:
        """The rows it counts and what each is worth."""
        return ViewSpec(
            metric_id=self.metric_id,
            fact=self.fact,
            counts=self.counts,
            value=self.value,
            dated_by=self.dated_by,
            at=self.at,
            segmentation=self.segmentation,
        )
