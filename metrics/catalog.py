"""The catalog: every declared metric, loaded and checked; all problems of all files are told at once.

A metric is one .toml file, its id the file's name: those shipped in metrics/definitions, and over them the workspace's own.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from metrics.errors import UnknownName
from metrics.figures import families
from metrics.metric import AGGREGATES, BETTER, CHARTS, INTERVALS, PERSONS, RELATIONSHIP, UNITS, Metric
from metrics.options import option_name, read_options
from metrics.selection import RESERVED, canonical_period
from queries.dimension import carried_columns
from queries.errors import QueriesError, did_you_mean
from queries.fact import PARTS, entities, fact_columns, facts, judged_by
from queries.told import Told, read_each
from queries.view import problems_of

SHIPPED: Final = Path(__file__).parent / "definitions"

_OWN_INTERVAL: Final = {"percent": "wilson", "nps": "nps", "score": "mean"}


@dataclass(frozen=True, slots=True)
class Catalog:
    """The metrics by id. key: a hash of all definitions, for cache keys; every panel that is drawn asks for it."""

    metrics: Mapping[str, Metric]
    key: str = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        told = repr(sorted(self.metrics.items())).encode()
        object.__setattr__(self, "key", hashlib.sha256(told).hexdigest()[:16])

    def __getitem__(self, metric_id: str) -> Metric:
        if metric_id not in self.metrics:
            near = [name for name in sorted(self.metrics) if metric_id and metric_id in name]
            instead = f'Did you mean "{near[0]}"?' if near else ""
            raise UnknownName(f'there is no metric "{metric_id}"', instead=instead, name=metric_id, known=self.metrics)
        return self.metrics[metric_id].spoken

    def all(self) -> tuple[Metric, ...]:
        """Returns every metric in the order of the ids, in the language spoken."""
        return tuple(self.metrics[name].spoken for name in sorted(self.metrics))


def load_catalog(folders: Sequence[Path]) -> Catalog:
    """Returns the metrics declared in these folders, a later one replacing; raises DeclarationErrors telling every problem."""
    return _catalog(tuple(folders), _stamp(folders))


def definition_folders(workspace_metrics: Path) -> tuple[Path, Path]:
    """Returns where definitions lie: the shipped ones, then a workspace's own."""
    return SHIPPED, workspace_metrics


def _stamp(folders: Iterable[Path]) -> tuple[tuple[Path, int, int], ...]:
    """Returns what changes whenever a definition is added, changed or removed."""
    found = [(path, path.stat()) for folder in folders for path in sorted(folder.glob("*.toml"))]
    return tuple((path, told.st_mtime_ns, told.st_size) for path, told in found)


@lru_cache(maxsize=8)
def _catalog(folders: tuple[Path, ...], stamp: object) -> Catalog:
    return Catalog(read_each(folders, _read))


def _read(metric_id: str, told: Told) -> Metric:
    figure = told.choice("figure", sorted(families()), "summary")
    unit = told.choice("unit", UNITS)
    is_summary, noun = figure == "summary", told.text("noun")
    aggregate = told.choice("aggregate", AGGREGATES) if is_summary else told.choice("aggregate", AGGREGATES, "count")
    metric = Metric(
        metric_id=metric_id,
        title=told.text("title"),
        question=told.text("question"),
        dimension=told.choice("dimension", RELATIONSHIP),
        unit=unit,
        better=_better(told),
        target=told.number("target", None),
        fact=told.choice("fact", sorted(facts())),
        counts=told.text("counts") if is_summary else told.text("counts", "true"),
        value=told.text("value", "1") if aggregate in ("count", "customers") else told.text("value"),
        aggregate=aggregate,
        interval=told.choice("interval", INTERVALS, _interval(unit, aggregate)),
        formula=told.text("formula"),
        dated_by=told.text("dated_by"),
        judged_by=told.texts("judged_by", None),
        noun=noun,
        one=told.text("one", noun),
        is_of_customers=bool(noun) and noun.startswith(PERSONS),
        verb=told.text("verb") if unit in ("percent", "money") else told.text("verb", ""),
        verb_one=told.text("verb_one", ""),
        split_by=told.texts("split_by", None),
        chart=told.choice("chart", CHARTS, "trend"),
        owner=told.text("owner"),
        reviewed=_day(told, "reviewed"),
        figure=figure,
        period=_period(told),
        at=told.text("at", ""),
        shows=told.texts("shows", None),
        is_personal_score=told.flag("is_personal_score", False),
        waits=told.text("waits", ""),
        cap=told.seconds("cap", None),
        options=told.table("options").values,
    )
    _check_options(told, metric)
    if metric.fact == told.values.get("fact") and None not in (metric.counts, metric.value, metric.dated_by):
        told.problems.extend(_problems_with_fact(metric))
    return metric


def _better(told: Told) -> Any:
    better = told.text("better")
    if better is not None and better not in BETTER:
        told.wrong(f'better = "{better}" is not a direction', 'Use "higher" or "lower"')
    return better


def _interval(unit: str | None, aggregate: str | None) -> str:
    if aggregate == "median":
        return "median"
    return _OWN_INTERVAL.get(unit or "", "mean") if aggregate == "mean" else "none"


def _day(told: Told, key: str) -> Any:
    told.asked.add(key)
    value = told.values.get(key)
    if type(value) is not date:
        told.wrong(f'"{key}" is missing or not a day', f"Write it without quotes: {key} = 2026-11-21")
    return value


def _period(told: Told) -> Any:
    text = told.text("period", None)
    if text is None:
        return None
    try:
        return canonical_period(text)
    except QueriesError as error:
        told.wrong(str(error))
        return None


def _check_options(told: Told, metric: Metric) -> None:
    family = families().get(metric.figure)
    if family is None:
        return
    for option in fields(family.Options):
        if option_name(option) in RESERVED:
            told.wrong(f'the figure {metric.figure} has an option "{option_name(option)}", which every question has already')
    try:
        read_options(family.Options, metric.options, {})
    except QueriesError as error:
        told.wrong(str(error))


def _problems_with_fact(metric: Metric) -> list[QueriesError]:
    columns = fact_columns(metric.fact)
    problems: list[QueriesError] = list(problems_of(metric.view, columns))
    carried = carried_columns() if "customer_id" in columns else frozenset()
    for key, names in (("split_by", metric.split_by), ("shows", metric.shows)):
        for name in names:
            if name not in columns and not (key == "split_by" and name in carried):
                what = f'{key} "{name}" is not a column of {metric.fact}'
                problems.append(QueriesError(what, where=f"definition {metric.metric_id}", instead=did_you_mean(name, columns)))
    known = (*entities(), *PARTS)
    for name in metric.judged_by:
        if name not in known:
            what = f'judged_by "{name}" is neither an entity nor a part of one'
            problems.append(QueriesError(what, where=f"definition {metric.metric_id}", instead=did_you_mean(name, known)))
    if not metric.judged_by and not judged_by(metric.fact) and "journey_id" not in columns:
        what = f"nothing says by whose data {metric.fact} is judged"
        problems.append(QueriesError(what, where=f"definition {metric.metric_id}", instead='Write judged_by = ["orders"]'))
    return problems
