"""Scores side by side, each on an axis of its own: what is asked in another way, or on another scale, is never put on one."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from dashboard import table as tables
from dashboard.charts._scale import Scale
from dashboard.charts._scores import axis_between, axis_of, between_words, few_words, is_indicative, is_told, score_words
from dashboard.charts.tiles import change
from dashboard.look import Look
from dashboard.states import state_of
from dashboard.table import Table
from dashboard.templates import render
from metrics.answer import Answer, Comparison, Value
from metrics.language import _
from queries.errors import QueriesError

SCALE = "scale"
ENDS = {"nps": (-100.0, 100.0), "percent": (0.0, 1.0)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """One score: its answer, the scale it was given on where there are several, its value and that of the comparison."""

    key: str
    answer: Answer
    value: Value
    scale: str = ""
    comparison: Comparison | None = None


def draw(answers: Mapping[str, Any], look: Look) -> Markup:
    """Draws a line per score that was ever asked for, and says of which there is no answer at all."""
    asked = [(name, answer) for name, answer in answers.items() if isinstance(answer, Answer)]
    there = [(name, answer) for name, answer in asked if answer.total.n]
    silent = [look.title_of(answer.metric).lower() for _, answer in asked if not answer.total.n]
    return render(
        "scores.html",
        title=look.title,
        question=look.question,
        lines=[_line(series, look) for name, answer in there for series in series_of(name, answer)],
        problems=[
            {"key": name, "title": look.title_of(name), "text": str(problem)}
            for name, problem in answers.items()
            if isinstance(problem, QueriesError)
        ],
        silent=silent,
    )


def table(answers: Mapping[str, Any], look: Look) -> Table:
    """Returns a row per score and scale."""
    told = [each for name, answer in answers.items() if isinstance(answer, Answer) for each in series_of(name, answer)]
    rows = [
        [
            tables.text(look.specs[series.answer.metric].title),
            tables.text(series.scale),
            *tables.score(series.value, series.answer.unit, look, _href(series, look)),
            tables.number(series.comparison.total.value if series.comparison else None, series.answer.unit, look),
        ]
        for series in told
    ]
    return Table((_("figure"), _("scale"), _("value"), _("95 % interval"), _("rows"), _("before")), rows)


def series_of(name: str, answer: Answer) -> list[Series]:
    """Returns the series that an answer holds: one, or one per scale."""
    scales = [row for row in answer.rows if set(row.by) == {SCALE} and row.value.n]
    if len(scales) < 2:
        scale = scales[0].by[SCALE] if scales and answer.unit == "score" else ""
        return [Series(key=name, answer=answer, value=answer.total, scale=scale, comparison=answer.comparison)]
    return [Series(key=f"{name} {row.by[SCALE]}", answer=answer, value=row.value, scale=row.by[SCALE]) for row in scales]


def _line(series: Series, look: Look) -> dict[str, Any]:
    answer, value, unit = series.answer, series.value, series.answer.unit
    spec, is_shown = look.specs[answer.metric], is_told(series.value, unit)
    axis = _axis(series, spec.target)
    of = look.reader.counted(value.n, spec.one, spec.noun)
    return {
        "key": series.key,
        "title": spec.title,
        "scale": _("scale {scale}", scale=series.scale) if series.scale else "",
        "question": spec.question,
        "value": score_words(value.value, unit, look) if is_shown else "",
        "state": state_of(value, target=spec.target, better=spec.better, unit=unit) if is_shown else None,
        "few": "" if is_shown else few_words(value, look, one=spec.one, many=spec.noun),
        "is_indicative": is_shown and is_indicative(value, unit),
        "between": between_words(value, unit, look) if is_shown else "",
        "of": of,
        "aim": None if spec.target is None else {"at": axis.x(spec.target), "name": score_words(spec.target, unit, look)},
        "low": axis.x(value.low) if is_shown else None,
        "high": axis.x(value.high) if is_shown else None,
        "x": axis.x(value.value) if is_shown else None,
        "ends": (score_words(axis.low, unit, look), score_words(axis.high, unit, look)),
        "href": _href(series, look),
        "change": change(series.comparison, unit, spec.better, look.reader) if is_shown else None,
    }


def _axis(series: Series, aim: float | None) -> Scale:
    """The axis of a score goes from end to end of what the score can be; of a mean, from end to end of its scale."""
    unit = series.answer.unit
    if unit in ENDS:
        return axis_between(*ENDS[unit], unit)
    low, _, high = series.scale.partition(",")[0].partition("–")
    try:
        return axis_between(float(low), float(high), unit)
    except ValueError:  # a scale that nobody told
        return axis_of([series.value], aim, unit)


def _href(series: Series, look: Look) -> str:
    is_apart = series.key != series.answer.metric and series.scale != ""
    return look.behind(series.answer, {SCALE: series.scale} if is_apart else None)
