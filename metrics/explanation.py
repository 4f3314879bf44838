"""How a metric is worked out, in words and in SQL."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

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
        return f"There are no {question.metric.noun} in the data."
    identified = question.words.percent(found["identified"] / found["n"])
    known = f"{question.counted(found['n'])} in all, {identified} of a known customer"
    if found["first_at"] is None:
        return f"{known}."
    first, last = (day_text(local_day(found[name], question.zone)) for name in ("first_at", "last_at"))
    return f"{known}, from {first} to {last}."
