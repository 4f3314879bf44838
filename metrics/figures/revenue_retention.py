"""Retention of contracts over a period: of the customers under contract at its start, who still is, and what is left of their value.

Logos counts customers. Gross counts what they bring in a year, each at most as much as at the start; net counts all of it. A contract
counts through its renewal grace, as in the customer equation. Customers whose value is not known in full are left out of both values.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any, Final

from metrics import intervals, notices
from metrics.answer import Answer, Change, Comparison, People, Row, Value
from metrics.errors import QuestionError, UnknownName
from metrics.figures.strip import share_change, share_value
from metrics.figures.summary import person_row
from metrics.groups import OTHER, narrowed, shown_names
from metrics.intervals import Sums
from metrics.language import _
from metrics.metric import Metric
from metrics.options import options_json
from metrics.period import MOMENT
from metrics.period_text import period_label, same_day
from metrics.question import Page, Question
from metrics.selection import Period, local_day
from metrics.words import sentence_start
from queries.fact import judged_by
from queries.warehouse import Reading

PARTS: Final[Mapping[str, tuple[str, ...]]] = {
    "everyone": ("lost", "shrunk", "grown", "unchanged"),
    "kept": ("shrunk", "grown", "unchanged"),
    "lost": ("lost",),
    "shrunk": ("shrunk",),
    "grown": ("grown",),
    "unchanged": ("unchanged",),
}
_WORTH: Final = {"logos": "kept", "gross": "held", "net": "after"}

SPLITS: Final = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What is counted."""

    of: str = field(default="logos", metadata={"help": "customers, or their value a year", "choices": ("logos", "gross", "net")})
    most: int = field(default=0, metadata={"help": "groups shown, the rest is other; 0: as the dimension says", "most": 500})


def asked(reading: Reading, metric: Metric, options: Options) -> tuple[Metric, datetime | None]:
    """Returns the metric with the last twelve whole months before the local day of as_of as its period, where it says none."""
    as_of = reading.as_of(judged_by(metric.fact)) or reading.newest
    if metric.period or as_of is None:
        return metric, None
    until = local_day(as_of, reading.constant("settings")[0]["zone"])
    return replace(metric, period=f"{same_day(until, until.year - 1)}..{until}"), None


def answer(question: Question, options: Options) -> Answer:
    """Answers with one row, or one per group of the start; the total is the share that is left at the end."""
    whole = _row(question, options, _found(question, options), None)
    rows = _rows(question, options) if question.split else (whole,)
    return question.answered(
        options=options_json(options),
        total=whole.value,
        rows=rows,
        comparison=_comparison(question, options, whole.value),
        notices=(
            *notices.of_time(question),
            *_coverage(question),
            *_begun(question),
            *notices.of_sizes(question, whole.value, rows if question.split else ()),
        ),
        caption=_sentence(question, options, whole),
    )


def people(question: Question, options: Options, mark: Mapping[str, str], page: Page) -> People:
    """Lists the customers under contract at the start, or a part of them ("kept", "lost", "shrunk", "grown", "unchanged")."""
    part = mark.get("part", "everyone")
    if part not in PARTS:
        raise UnknownName(f'"{part}" is not a part of those under contract', name=part, known=PARTS)
    for dimension, value in mark.items():
        question = question if dimension == "part" else _narrowed(question, options, dimension, value)
    found = question.run(
        "revenue_retention_people",
        worth=_WORTH[options.of],
        parts=list(PARTS[part]),
        most=page.most,
        skipped=page.skipped,
        **_parameters(question, options),
    )
    row = _row(question, options, _found(question, options), None)
    count = sum(row.extra["parts"][name] for name in PARTS[part])
    return question.people(
        unit="customers under contract at the start",
        one="customer under contract at the start",
        count=count,
        customers=count,
        rows=[person_row(one) for one in found],
        mark=mark,
    )


def _parameters(question: Question, options: Options) -> dict[str, Any]:
    period = _period(question)
    return {
        "opening_day": _day_before(period.first_day),
        "closing_day": local_day(period.ends_at - MOMENT, question.zone),
        "of_known": options.of != "logos",
    }


def _day_before(day: date) -> date:
    """Returns the day whose end is the start of another, on which nothing of the period has happened yet."""
    return day - timedelta(days=1)


def _found(question: Question, options: Options) -> Mapping[str, Any]:
    found = question.run("revenue_retention", **_parameters(question, options))
    return found[0] if found else {}


def _rows(question: Question, options: Options) -> tuple[Row, ...]:
    found = _groups(question, options)
    names = _names(question, options, found)
    sums: dict[str, Counter[str]] = {}
    for row in found:
        sums.setdefault(names[row["split_1"]], Counter()).update({key: row[key] for key in row if key != "split_1"})
    return tuple(_row(question, options, row, name) for name, row in sums.items())


def _groups(question: Question, options: Options) -> list[dict[str, Any]]:
    return question.run("revenue_retention", split=question.split[:1], **_parameters(question, options))


def _names(question: Question, options: Options, found: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    sizes = {row["split_1"]: row["accounts"] for row in found}
    return shown_names(sizes, options.most or question.most_values[question.selection.by[0]])


def _narrowed(question: Question, options: Options, dimension: str, value: str) -> Question:
    if value != OTHER or dimension not in question.selection.by:
        return question.filtered(dimension, value)
    return narrowed(question, dimension, value, _names(question, options, _groups(question, options)))


def _row(question: Question, options: Options, found: Mapping[str, Any], group: str | None) -> Row:
    accounts, kept = found.get("accounts", 0), found.get("kept", 0)
    shrunk, grown, unknown = (found.get(name, 0) for name in ("shrunk", "grown", "unknown"))
    extra = {
        "parts": {
            "opening": accounts, "lost": accounts - kept, "shrunk": shrunk, "grown": grown, "unchanged": kept - shrunk - grown,
            "closing": kept,
        },
        "worth": {name: found.get(f"{name}_cents", 0) / 100 for name in ("opening", "lost", "shrunk", "grown", "closing")},
        "value_unknown": unknown,
    }  # fmt: skip
    by = {} if group is None else {question.selection.by[0]: group}
    return Row(by=by, value=_value(found, options), extra=extra)


def _value(found: Mapping[str, Any], options: Options) -> Value:
    accounts = found.get("accounts", 0)
    if options.of == "logos":
        return share_value(found.get("kept", 0), accounts)
    kind = _WORTH[options.of]
    opening, left = found.get("opening_cents", 0), found.get(f"{'closing' if kind == 'after' else kind}_cents", 0)
    if not opening:
        return Value(value=None, n=accounts, customers=accounts, numerator=left / 100, denominator=opening / 100)
    sums = Sums(
        n=opening,
        clusters=accounts,
        total=float(left),
        squares=0.0,
        cluster_totals=found[f"{kind}_squares"],
        cluster_counts=found["before_squares"],
        cluster_products=found[f"{kind}_products"],
    )
    low, high = intervals.mean(sums) or (None, None)
    return Value(
        value=left / opening,
        n=accounts,
        customers=accounts,
        low=None if low is None else max(0.0, low),
        high=high if high is None or kind == "after" else min(1.0, high),
        numerator=left / 100,
        denominator=opening / 100,
    )


def _comparison(question: Question, options: Options, now: Value) -> Comparison | None:
    if question.before is None:
        return None
    before = question.of(question.before)
    whole = _row(before, options, _found(before, options), None)
    rows = _rows(before, options) if question.split else (whole,)
    has_both = now.low is not None and whole.value.low is not None
    change = (share_change(now, whole.value) if has_both else None) or Change(value=None)
    return Comparison(period=question.before, total=whole.value, rows=rows, change=change)


def _coverage(question: Question) -> list[str]:
    opening = question.run("revenue_retention", **_parameters(question, Options(of="logos")))
    if not opening or not opening[0]["unknown"]:
        return []
    share = question.words.percent(1 - opening[0]["unknown"] / opening[0]["accounts"], 0)
    return [_("Value known for {share} of customers under contract at the start.", share=share)]


def _begun(question: Question) -> list[str]:
    begins_at = question.reading.constant("data_begins")[0]["begins_at"]
    begins = local_day(begins_at, question.zone) if begins_at else None
    if begins is None or _period(question).first_day >= begins:
        return []
    return [_("The data begins in {month}: who left before then is not in it.", month=period_label(f"{begins:%Y-%m}"))]


def _sentence(question: Question, options: Options, row: Row) -> str:
    words, total = question.words, row.value
    when = sentence_start(question.when())
    if total.value is None:
        return _("No {noun} {when}.", noun=question.metric.noun, when=question.when())
    between = ""
    if total.low is not None:
        between = _(", between {low} and {high}", low=words.points(total.low, 1), high=words.percent(total.high))
    if options.of == "logos":
        kept = round(total.numerator or 0)
        told = f"{words.count(kept)} {question.metric.verb_of(kept)}{notices.as_percent(question, total, between)}"
        return _("{when}: of {whole} {told}.", when=when, whole=question.counted(total.n), told=told)
    was, left = words.whole_money(total.denominator), words.whole_money(total.numerator)
    of, share = question.counted(total.n), notices.as_percent(question, total, between)
    parts = {"when": when, "was": was, "whole": of, "left": left, "verb": question.metric.verb, "share": share}
    return _("{when}: of {was} a year from {whole} {left} {verb}{share}.", **parts)


def _period(question: Question) -> Period:
    if question.period is None:
        raise QuestionError("retention of contracts needs a period", where=f"definition {question.metric.metric_id}")
    return question.period
