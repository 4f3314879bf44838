"""The product in Python: open a workspace, ask a metric, see the customers behind it, and how it is worked out."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from metrics.answer import Answer, Explanation, People, Story, Value, json_ready
from metrics.catalog import Catalog, definition_folders, load_catalog
from metrics.errors import BadPeriod, QuestionError, UnknownName
from metrics.explanation import coverage_words, sql_words
from metrics.figures import families
from metrics.metric import Metric
from metrics.options import read_options
from metrics.question import Page, Question
from metrics.selection import Selection, compared, resolve
from metrics.words import Words, known_locale
from queries.fact import judged_by
from queries.policy import Policy
from queries.warehouse import Limits, Reading, Warehouse
from queries.workspace import Workspace

MOST_STORY_ROWS = 5000
ORDERS = ("newest", "value")

Rows = tuple[Mapping[str, Any], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandCenter:
    """One workspace's answers under one policy. Thread-safe; follows the current snapshot by itself."""

    warehouse: Warehouse
    catalog: Catalog
    policy: Policy

    @classmethod
    def open(cls, path: str | Path, *, policy: Policy | None = None, limits: Limits | None = None) -> CommandCenter:
        """Opens a workspace; nothing is read of the data until the first question. policy defaults to Policy.everything().

        Raises WorkspaceError without such a folder, DeclarationErrors telling every problem of every metric.
        """
        workspace = Workspace.at(path)
        catalog = load_catalog(definition_folders(workspace.declared("metrics")))
        return cls(warehouse=Warehouse.open(workspace, limits), catalog=catalog, policy=policy or Policy.everything())

    def under(self, policy: Policy) -> CommandCenter:
        """Returns the same center under another policy."""
        return CommandCenter(warehouse=self.warehouse, catalog=self.catalog, policy=policy)

    @property
    def snapshot(self) -> str:
        """The current snapshot's id, read from the pointer (cheap); raises SnapshotError before anything is loaded."""
        return self.warehouse.snapshot

    @property
    def definitions(self) -> str:
        """A hash of all metric definitions and the policy, for cache keys."""
        return f"{self.catalog.key}-{self.policy.key}"

    def settings(self) -> Mapping[str, Any]:
        """Returns title, zone, currency, week_start, default_journey, segmentation, locale of the workspace."""
        return self._one("settings")

    def metrics(self) -> tuple[Metric, ...]:
        """Returns every metric, in the order of their ids."""
        return self.catalog.all()

    def metric(self, metric: str) -> Metric:
        """Returns one metric; raises UnknownName."""
        return self.catalog[metric]

    def ask(
        self,
        metric: str,
        selection: Selection | None = None,
        *,
        period: str | None = None,
        compare: str | None = None,
        where: Mapping[str, str | Sequence[str]] | None = None,
        split_by: str | Sequence[str] = (),
        **options: Any,
    ) -> Answer:
        """Answers a metric, for a Selection or for its parts by name; an option overrules the selection's. Raises QuestionError.

        Options of every summary metric: series=13 gives a row per period, the last one this one, with `at` (period text).
        """
        chosen = _selection(selection, period=period, compare=compare, where=where, by=split_by, options=options)
        with self._question(metric, chosen) as (question, family_options):
            return families()[question.metric.figure].answer(question, family_options)

    def customers_behind(
        self,
        metric: str,
        selection: Selection | None = None,
        *,
        mark: Mapping[str, str] | None = None,
        limit: int = 1000,
        offset: int = 0,
        order: str = "newest",
        period: str | None = None,
        where: Mapping[str, str | Sequence[str]] | None = None,
        split_by: str | Sequence[str] = (),
        **options: Any,
    ) -> People:
        """Lists what a number counted, in its own unit; mark picks a part of a figure.

        equation {"part": "opening|gained|returned|ended|fell_silent|grown|shrunk|moved_in|moved_out|closing"}
        strip {"stage": "2", "part": "here_now|entered|moved_on|went_away|turned_away|share|not_yet_known"}
        funnel {"stage": "2", "part": "known|reached|turned_away|excluded|not_yet_known"}
        cohort_grid {"cohort": "2026-01", "months_since": "3"}
        clocks {"part": "broke_last_hour|at_risk|time_left"}
        any: a dimension and its value, {"reason": "Moved away"}.
        order: "newest" first, or of rows counted one by one the greatest "value" first.
        """
        if order not in ORDERS:
            raise UnknownName(f'"{order}" is not an order', name=order, known=ORDERS)
        chosen = _selection(selection, period=period, compare="none", where=where, by=split_by, options=options)
        page = Page(most=max(0, min(limit, 100_000)), skipped=max(0, offset), by_value=order == "value")
        with self._question(metric, chosen) as (question, family_options):
            words = {name: str(value) for name, value in (mark or {}).items()}
            return families()[question.metric.figure].people(question, family_options, words, page)

    def explain(self, metric: str, selection: Selection | None = None) -> Explanation:
        """Says how a metric is worked out: question, formula, SQL, whose data judges it, coverage."""
        with self._question(metric, selection or Selection()) as (question, _):
            told = question.metric
            reading = question.reading
            return Explanation(
                metric=told.metric_id,
                title=told.title,
                question=told.question,
                formula=told.formula,
                unit=told.unit,
                better=told.better,
                target=told.target,
                fact=told.fact,
                judged_by=told.judged_by or judged_by(told.fact),
                as_of=question.as_of,
                split_by=tuple(name for name in told.split_by if name in question.dimensions),
                interval=told.interval,
                owner=told.owner,
                reviewed=told.reviewed,
                sql=sql_words(told, reading.tables[told.fact]),
                coverage=coverage_words(question),
                snapshot=reading.snapshot,
            )

    def story(self, customer_id: str) -> Story:
        """Returns everything known of one customer; an id that was merged away leads to the one that was kept.

        Raises UnknownName.
        """
        with self._reading() as reading:
            found = reading.run("story_customer", customer_id=customer_id)
            if not found:
                raise UnknownName(f'there is no customer "{customer_id}"', instead="Search by name, e-mail, phone or id")
            customer = found[0]
            kept = {"customer_id": customer["customer_id"], "most": MOST_STORY_ROWS}
            parts = {
                part: tuple(reading.run(f"story_{part}", **kept))
                for part in (
                    "records", "conflicts", "events", "promises", "contracts", "orders", "cases", "consents", "scores",
                )
            }  # fmt: skip
            worth = reading.run("story_value", account_id=customer["account_id"])[0]
            return Story(
                customer={
                    **customer, "is_customer": worth["is_customer"] > 0, "customer_since": worth["customer_since"],
                },
                value=Value(value=float(worth["value"]), n=worth["movements"], customers=1 if worth["movements"] else 0),
                as_of=_newest(reading),
                snapshot=reading.snapshot,
                **parts,
            )  # fmt: skip

    def search(self, text: str, *, limit: int = 20) -> Rows:
        """Finds customers by name, e-mail, phone, company or id: customer_id, name, kind, email, phone, region, segment, lifecycle."""
        words = text.strip().lower()
        digits = re.sub(r"\D", "", words)
        if len(words) < 2:
            return ()
        digits = digits.lstrip("0") if len(digits) >= 5 else ""
        return self._rows("search", text=words, digits=digits, most=max(1, min(limit, 500)))

    def sources(self) -> Rows:
        """Returns source, title, known_until, told_by, newest_event_at, loaded_at, is_finished, interval_seconds, age_seconds.

        title is what people call it: as sources.toml says, else its id.   age_seconds is how far it lies behind the newest one.
        """
        return self._rows("sources")

    def ledger_summary(self) -> Mapping[str, Any]:
        """Returns files, sources, records, loaded_new, loaded_updated, rejected, duplicates: sums over the primary rows."""
        return self._one("ledger_summary")

    def journeys(self) -> Rows:
        """Returns a row per stage of every journey: journey_id, title, stage_no, stage_id, says, label, owner, within_seconds …"""
        return self._rows("journeys")

    def dimensions(self) -> Rows:
        """Returns dimension_id, label, kind, column_name, sort_no, most_values of all that may be split or filtered by."""
        return self._rows("dimensions")

    def dimension_values(self, dimension: str, *, metric: str = "customer_equation", limit: int = 100) -> tuple[str, ...]:
        """Returns the values that a dimension takes on a metric's rows, the most frequent first. Raises UnknownName."""
        with self._question(metric, Selection.of(period="all")) as (question, _):
            column = question.dimensions.get(dimension)
            if column is None:
                raise _not_a_dimension(dimension, question.metric, question.dimensions)
            return tuple(str(row["name"]) for row in question.run("dimension_values", split=(column,), most=limit))

    def glossary(self) -> Rows:
        """Returns every metric as words: metric, title, question, formula, unit, better, target, owner, reviewed, fact, split_by."""
        names = ("title", "question", "formula", "unit", "better", "target", "dimension", "owner", "reviewed", "fact", "split_by")
        return tuple(
            json_ready({"metric": metric.metric_id, **{name: getattr(metric, name) for name in names}})
            for metric in self.metrics()
        )

    def check(self) -> Rows:
        """Returns the data checks of the current snapshot (check_id, severity, sentence, rows); raises when a metric does not fit it."""
        with self._reading() as reading:
            for metric in self.metrics():
                reading.check_view(metric.view)
            return tuple(reading.run("checks"))

    def close(self) -> None:
        """Closes the snapshot after its last reader."""
        self.warehouse.close()

    @contextmanager
    def _question(self, metric_id: str, selection: Selection) -> Iterator[tuple[Question, Any]]:
        metric = self.catalog[metric_id]
        options = read_options(families()[metric.figure].Options, metric.options, selection.options)
        with self._reading() as reading:
            yield _understood(metric, selection, reading, getattr(options, "journey", "")), options

    @contextmanager
    def _reading(self) -> Iterator[Reading]:
        with self.warehouse.reading(self.policy) as reading:
            yield reading

    def _rows(self, figure: str, **parameters: Any) -> Rows:
        with self._reading() as reading:
            return tuple(reading.run(figure, **parameters))

    def _one(self, figure: str) -> Mapping[str, Any]:
        with self._reading() as reading:
            return reading.constant(figure)[0]


def _selection(selection: Selection | None, **parts: Any) -> Selection:
    """Returns the selection with the parts that were named laid over it."""
    base = selection or Selection()
    given = {name: value for name, value in parts.items() if value}
    return base.changed(**{**given, "options": {**base.options, **(parts["options"] or {})}})


def _understood(metric: Metric, selection: Selection, reading: Reading, journey: str) -> Question:
    settings = reading.constant("settings")[0]
    has_journey = "journey_id" in reading.tables.get(metric.fact, ())
    journey = journey or settings["default_journey"]
    as_of = _journey_as_of(reading, journey) if has_journey else _as_of(reading, metric)
    dimensions = {row["dimension_id"]: row for row in reading.constant("dimensions")}
    carried = {name: row["column_name"] for name, row in dimensions.items() if row["column_name"] in reading.tables[metric.fact]}
    _check_names(metric, selection, carried)
    if metric.is_now and selection.period:
        raise BadPeriod(f"{metric.metric_id} is judged now and takes no period", instead="Leave the period out")
    zone = settings["zone"]
    period = None if metric.is_now else resolve(selection.period or metric.period, as_of=as_of, zone=zone)
    return Question(
        metric=metric,
        selection=selection,
        period=period,
        before=compared(period, selection.compare, zone=zone) if period else None,
        reading=reading,
        zone=zone,
        words=Words(locale=known_locale(settings["locale"]), currency=settings["currency"]),
        journey=journey,
        as_of=as_of,
        newest=_newest(reading),
        dimensions=carried,
        most_values={name: dimensions[name]["most_values"] for name in carried},
        also={"journey_id": (journey,)} if has_journey else {},
    )


def _check_names(metric: Metric, selection: Selection, carried: Mapping[str, str]) -> None:
    for name in [*selection.by, *selection.where]:
        if name not in carried:
            raise _not_a_dimension(name, metric, carried)
    most = families()[metric.figure].SPLITS
    if len(selection.by) > most:
        instead = f"Split by at most {most}" if most else "Filter it instead"
        raise QuestionError(f"{metric.metric_id} cannot be split by {' and '.join(selection.by)}", instead=instead)


def _not_a_dimension(name: str, metric: Metric, carried: Mapping[str, str]) -> UnknownName:
    return UnknownName(f'"{name}" is not a dimension of {metric.fact}', name=name, known=carried)


def _as_of(reading: Reading, metric: Metric) -> datetime:
    return reading.as_of(metric.judged_by or judged_by(metric.fact)) or _newest(reading)


def _journey_as_of(reading: Reading, journey: str) -> datetime:
    known = {row["journey_id"]: row["as_of"] for row in reading.constant("journeys")}
    if journey not in known:
        raise UnknownName(f'there is no journey "{journey}"', name=journey, known=known)
    found = known[journey] or _newest(reading)
    assert isinstance(found, datetime)
    return found


def _newest(reading: Reading) -> datetime:
    found = reading.newest
    if found is None:
        raise QuestionError("nothing dated has been loaded yet", instead="Run: cx load YOUR_EXPORTS")
    return found
