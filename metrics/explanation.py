"""How a metric is worked out, in words and in SQL."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from metrics.answer import Answer
from metrics.language import _
from metrics.metric import Metric
from metrics.question import Question
from metrics.selection import day_text, local_day
from queries.figure import figure_text
from queries.view import readable_query

_FIGURES: Final = {
    "summary": "rollup",
    "scores": "rollup",
    "voice_by_stage": "rollup",
    "why_moved": "funnel",
    "reasons": "rollup",
}


def sql_words(metric: Metric, columns: Sequence[str]) -> str:
    """Returns the SQL of a metric: the view that says which rows count, then the figure that reads it as selected_rows."""
    view = readable_query(metric.view, columns, ("customer_id", *metric.split_by))
    figure = _FIGURES.get(metric.figure, metric.figure)
    return f"-- selected_rows: the rows that count\n{view};\n\n{figure_text(figure)}"


def coverage_words(question: Question) -> str:
    """Returns how many rows the metric has in all, from when to when, and of how many the customer is known."""
    found = question.run("range")[0]
    if not found["n"]:
        return _("There are no {noun} in the data.", noun=question.metric.noun)
    identified = question.words.percent(found["identified"] / found["n"])
    known = _("{counted} in all, {share} of a known customer", counted=question.counted(found["n"]), share=identified)
    if found["first_at"] is None:
        return f"{known}."
    first, last = (day_text(local_day(found[name], question.zone)) for name in ("first_at", "last_at"))
    return _("{told}, from {first} to {last}.", told=known, first=first, last=last)


def counts_words(question: Question, answer: Answer) -> str:
    """Returns the figure with what it stands on: "October 2026 to date: 88.9 %, of 999 first replies decided, 843 customers"."""
    value, words, period = answer.total, question.words, answer.period
    customers = words.counted(value.customers, "customer", "customers")
    parts = [question.counted(value.n), customers]
    if answer.unit not in ("count", "customers") or value.value != value.n:
        parts = [words.value(value.value, answer.unit), _("of {counted}", counted=parts[0]), customers]
    when = "" if period is None else _("{period} to date", period=period.label) if period.is_to_date else period.label
    return f"{when}: {', '.join(parts)}." if when else f"{', '.join(parts)}."
