"""How much of the time that promises lasted they stood still: a share of time, not of promises."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from metrics import intervals, notices
from metrics.answer import Answer, Change, Comparison, People, Row, Value
from metrics.figures import summary
from metrics.intervals import Sums
from metrics.language import _
from metrics.measure import steady
from metrics.options import options_json
from metrics.question import EVERYTHING, Page, Question

SPLITS = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """How a split is shown."""

    most: int = field(default=0, metadata={"help": "groups shown, the rest is other; 0: as the dimension says", "most": 500})


def answer(question: Question, options: Options) -> Answer:
    """Answers with the share of time, in all or by group; each row tells the seconds, and how many promises ever stood still."""
    total = _total(question)
    rows = _rows(question, options)
    return question.answered(
        options=options_json(options),
        total=total.value,
        rows=rows if question.split else (total,),
        comparison=_comparison(question, options, total),
        notices=(
            *notices.of_time(question),
            *notices.of_nothing(question, total.value),
            *notices.of_sizes(question, total.value, rows),
        ),
        caption=_sentence(question, total),
    )


def people(question: Question, options: Options, mark: Mapping[str, str], page: Page) -> People:
    """Lists the promises decided in the period, of a group; their value is the seconds that they stood still."""
    return summary.people(question, summary.Options(most=options.most), mark, page)


def _total(question: Question) -> Row:
    found = question.run("pause_share", most=EVERYTHING, **question.times(question.period))
    return _row(question.unsplit(), found[0] if found else {})


def _rows(question: Question, options: Options) -> tuple[Row, ...]:
    if not question.split:
        return ()
    most = options.most or question.most_values[question.selection.by[0]]
    found = question.run("pause_share", split=question.split[:1], most=most, **question.times(question.period))
    return tuple(_row(question, told) for told in found)


def _row(question: Question, told: Mapping[str, Any]) -> Row:
    lasted = told.get("lasted") or 0.0
    sums = Sums(
        n=round(lasted), clusters=told.get("clusters", 0), total=steady(told.get("paused") or 0.0), squares=0.0,
        **{name: steady(told.get(name) or 0.0) for name in ("cluster_totals", "cluster_counts", "cluster_products")},
    )  # fmt: skip
    low, high = intervals.mean(sums) or (None, None)
    value = Value(
        value=sums.mean,
        n=told.get("n", 0),
        customers=told.get("customers", 0),
        low=max(0.0, low) if low is not None else None,
        high=min(1.0, high) if high is not None else None,
        numerator=sums.total,
        denominator=lasted,
    )
    by = {question.selection.by[0]: str(told["split_1"])} if question.split and told else {}
    return Row(by=by, value=value, extra={"stood_still": told.get("stood_still", 0)})


def _comparison(question: Question, options: Options, now: Row) -> Comparison | None:
    if question.before is None:
        return None
    then = question.of(question.before)
    before = _total(then)
    change = Change(value=None)
    if now.value.value is not None and before.value.value is not None:
        change = Change(value=now.value.value - before.value.value)
    return Comparison(period=question.before, total=before.value, rows=_rows(then, options), change=change)


def _sentence(question: Question, total: Row) -> str:
    words, value = question.words, total.value
    if value.value is None:
        return _("No {noun} {when}.", noun=question.metric.noun, when=question.when())
    share = _(": {share} of their time", share=words.percent(value.value)) if notices.is_enough(value) else ""
    return _(
        "Of {whole} {when}, {n} stood still for {duration} together{share}.",
        whole=question.counted(value.n),
        when=question.when(),
        n=words.count(total.extra["stood_still"]),
        duration=words.duration(value.numerator),
        share=share,
    )
