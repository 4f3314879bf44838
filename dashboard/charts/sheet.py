"""Several figures by one split: a row per group, a column per figure, each with its interval; every number opens."""

from collections.abc import Mapping, Sequence
from typing import Any

from markupsafe import Markup

from dashboard import table as tables
from dashboard.charts._told import OUTSIDE_THE_SHARE, told, worth_saying
from dashboard.charts.crossed import LAST
from dashboard.charts.empty import nothing
from dashboard.look import Look
from dashboard.states import TOO_FEW, state_of
from dashboard.table import Table
from dashboard.templates import render
from metrics.answer import Answer, Row, Value
from metrics.language import _, later
from metrics.named import group_name
from queries.errors import QueriesError

MOST = 12
ALL = "all"


def draw(answers: Mapping[str, Any], look: Look) -> Markup:
    """Draws every answer of the same split as a column; one that could not be answered says why below."""
    first = told(answers, next(iter(answers)))
    figures = [answer for answer in answers.values() if isinstance(answer, Answer)]
    groups = _groups(figures)[:MOST]
    if not groups:
        return nothing(look, first)
    by = first.selection.by[0]
    return render(
        "sheet.html",
        title=look.title,
        question=look.question,
        by=group_name(by),
        heads=[look.specs[answer.metric].title for answer in figures],
        rows=[
            {
                "key": group or ALL,
                "name": group_name(group) or _("all"),
                "cells": [_cell(group, answer, look) for answer in figures],
            }
            for group in ["", *groups]
        ],
        notices=_notices(answers),
    )


def table(answers: Mapping[str, Any], look: Look) -> Table:
    """Returns a row per group, with value, interval and size of each figure."""
    figures = [answer for answer in answers.values() if isinstance(answer, Answer)]
    by = figures[0].selection.by[0]
    heads = [
        head
        for answer in figures
        for head in (look.specs[answer.metric].title, _("95 % interval"), look.specs[answer.metric].noun)
    ]
    rows = []
    for group in _groups(figures):
        cells = [tables.text(group_name(group))]
        for answer in figures:
            row = _row(group, answer)
            value = row.value if row else None
            cells += [
                tables.number(
                    value.value if value else None, answer.unit, look, look.behind(answer, {by: group}) if value else ""
                ),
                tables.interval(value, look, answer.unit),
                tables.count(value.n if value else None, look),
            ]
        rows.append(cells)
    return Table((group_name(by), *_unlike(heads)), rows)


def _unlike(heads: list[str]) -> list[str]:
    """Gives every head a name of its own: a file keeps a column per name."""
    return [f"{head} {heads[:place].count(head) + 1}" if head in heads[:place] else head for place, head in enumerate(heads)]


def _notices(answers: Mapping[str, Any]) -> list[str]:
    figures = [answer for answer in answers.values() if isinstance(answer, Answer)]
    said = worth_saying(*figures, drawn=(*OUTSIDE_THE_SHARE, later("still wait"), later("Calendar time")))
    return [*said, *(str(problem) for problem in answers.values() if isinstance(problem, QueriesError))]


def _groups(figures: Sequence[Answer]) -> list[str]:
    sizes: dict[str, int] = {}
    for answer in figures:
        for row in answer.rows:
            name = row.by[answer.selection.by[0]]
            sizes[name] = max(sizes.get(name, 0), row.value.n)
    return sorted((name for name in sizes if sizes[name]), key=lambda name: (name in LAST, -sizes[name], name))


def _row(group: str, answer: Answer) -> Row | None:
    return next((row for row in answer.rows if row.by[answer.selection.by[0]] == group), None)


def _cell(group: str, answer: Answer, look: Look) -> dict[str, Any] | None:
    row = _row(group, answer) if group else None
    value: Value | None = (row.value if row else None) if group else answer.total
    if value is None or not value.n:
        return None
    spec, reader = look.specs[answer.metric], look.reader
    is_told = value.value is not None and not look.is_too_few_of(value, answer.unit)
    state = state_of(value, target=spec.target, better=spec.better, unit=answer.unit) if is_told else TOO_FEW
    words = reader.value(value.value, answer.unit) if is_told else TOO_FEW.word
    return {
        "href": look.behind(answer, {answer.selection.by[0]: group} if group else None),
        "state": state,
        "words": words,
        "of": ""
        if answer.unit == "count"
        else f"{_between(value, answer.unit, look) if is_told else ''}{_('of {n}', n=reader.count(value.n))}",
        "name": _(
            "{name}: {value}, of {n}", name=f"{spec.title}, {group_name(group) or _('all')}", value=words, n=reader.count(value.n)
        ),
    }


def _between(value: Value, unit: str, look: Look) -> str:
    if value.low is None or value.high is None:
        return ""
    if unit == "percent":
        return f"{look.reader.points(value.low)}–{look.reader.points(value.high)} · "
    return f"{look.reader.value(value.low, unit)}{_(' to ')}{look.reader.value(value.high, unit)} · "
