"""The cohort grid: by when they came, the share who are there so many days, weeks, months or quarters later."""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from markupsafe import Markup

from dashboard import table as tables
from dashboard.charts._changed import changes_on
from dashboard.charts.empty import nothing
from dashboard.look import Look
from dashboard.table import Table
from dashboard.templates import render
from metrics.answer import Answer, Row
from metrics.cohorts import after_words
from metrics.language import _, later
from metrics.named import group_name, period_name

MOST_COHORTS, MOST_STEPS = 13, 12
NAMES, SIZES, CELL, ROW, TOP = 84, 52, 38, 27, 26  # the grid's measures, in units of its drawing
ALL = "all known"
SPOKEN = {
    "day": later("by when they came, the share in percent who are there so many days later"),
    "week": later("by when they came, the share in percent who are there so many weeks later"),
    "month": later("by when they came, the share in percent who are there so many months later"),
    "quarter": later("by when they came, the share in percent who are there so many quarters later"),
}
COLUMNS = {
    "day": later("Columns are days after the one in which they came."),
    "week": later("Columns are weeks after the one in which they came."),
    "month": later("Columns are months after the one in which they came."),
    "quarter": later("Columns are quarters after the one in which they came."),
}
FAINTEST, STRONGEST = 0.07, 0.5  # how strongly the least and the greatest share are filled


def draw(answers: Mapping[str, Answer], look: Look) -> Markup:
    """Draws the overall row and the newest cohorts; a share that cannot be known yet is left blank."""
    answer = next(iter(answers.values()))
    overall, *cohorts = [row for row in answer.rows if not row.extra["left_censored"]] or [None]
    if overall is None or not cohorts:
        return nothing(look, answer)
    rows = [overall, *cohorts[-MOST_COHORTS:]]
    steps = list(range(1, min(MOST_STEPS, len(overall.extra["cells"]) - 1) + 1))
    fill = _filling(rows, steps)
    return render(
        "cohorts.html",
        title=look.title,
        question=look.question,
        caption=answer.caption,
        spoken=_(SPOKEN[answer.options["interval"]]),
        columns_are=_(COLUMNS[answer.options["interval"]]),
        width=NAMES + SIZES + CELL * len(steps),
        height=TOP + ROW * len(rows),
        months=[{"name": str(step), "x": _x(step) + CELL / 2} for step in steps],
        rows=[_row(row, place, steps, fill, answer, look) for place, row in enumerate(rows)],
        changes=changes_on(answer, look, lambda place: round(TOP + ROW * (place + 1), 1), rows),
        sizes_end=NAMES + SIZES - 14,
        cell_width=CELL - 2,
        row_height=ROW - 2,
        has_provisional=any(cell["provisional"] for row in rows for cell in row.extra["cells"]),
        notices=answer.notices,
    )


def table(answers: Mapping[str, Any], look: Look) -> Table:
    """Returns a row per cohort (and group), a column per interval since."""
    answer: Answer = next(iter(answers.values()))
    steps = range(1, max((len(row.extra["cells"]) for row in answer.rows), default=1))
    unit = answer.options["interval"]
    by = [name for name in (answer.rows[0].by if answer.rows else ()) if name != "cohort"]
    rows = []
    for row in answer.rows:
        cells = {cell["since"]: cell for cell in row.extra["cells"]}
        values = [cells[step]["value"] if step in cells else None for step in steps]
        rows.append(
            [
                tables.Cell(_shown(row.by["cohort"], look), row.by["cohort"]),
                *(tables.text(group_name(row.by[name])) for name in by),
                tables.count(row.extra["size"], look),
                *(
                    tables.share(value, look, look.behind(answer, {**row.by, "since": str(step)}))
                    for step, value in zip(steps, values, strict=True)
                ),
            ]
        )
    return Table((_("cohort"), *map(group_name, by), _("size"), *(after_words(step, unit) for step in steps)), rows)


def _filling(rows: Sequence[Row], steps: Sequence[int]) -> Callable[[float], float]:
    """Returns how strongly a share is filled: shares that are all above a half tell more when they begin there."""
    told = [cell["value"].value for row in rows for cell in row.extra["cells"] if cell["value"] and cell["since"] in steps]
    known = [share for share in told if share is not None]
    least, most = (0.5 if min(known, default=0) >= 0.5 else 0.0), max(known, default=1.0)

    def fill(share: float) -> float:
        part = (share - least) / (most - least) if most > least else 1.0
        return round(FAINTEST + (STRONGEST - FAINTEST) * min(max(part, 0.0), 1.0), 3)

    return fill


def _row(
    row: Row, place: int, steps: Sequence[int], fill: Callable[[float], float], answer: Answer, look: Look
) -> dict[str, Any]:
    name = row.by["cohort"]
    shown = _shown(name, look)
    cells = {cell["since"]: cell for cell in row.extra["cells"]}
    y = TOP + ROW * place
    return {
        "key": name,
        "name": shown[:1].upper() + shown[1:],
        "size": look.reader.count(row.extra["size"]),
        "y": y,
        "text_y": y + ROW / 2 + 3.5,
        "cells": [
            _cell(row, shown, cells[step], fill, answer, look)
            for step in steps
            if step in cells and cells[step]["value"] is not None
        ],
    }


def _shown(name: str, look: Look) -> str:
    if re.fullmatch(r"\d{4}-\d{2}", name):
        return look.reader.short_month(date.fromisoformat(f"{name}-01"))
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}", name):
        return look.reader.full_day(date.fromisoformat(name))
    return _("all known") if name == ALL else period_name(name)


def _cell(
    row: Row, shown: str, cell: Mapping[str, Any], fill: Callable[[float], float], answer: Answer, look: Look
) -> dict[str, Any]:
    step, share = cell["since"], cell["value"].value
    after = after_words(step, answer.options["interval"])
    may_change = _(", can still rise") if cell["provisional"] else ""
    told = _("{share} of {n}", share=look.reader.percent(share), n=look.reader.count(cell["value"].n))
    return {
        "key": f"{row.by['cohort']} {step}",
        "x": _x(step),
        "text_x": _x(step) + CELL / 2 - 1,
        "text": look.reader.points(share),
        "fill": 0 if cell["provisional"] or share is None else fill(share),
        "is_provisional": cell["provisional"],
        "name": f"{shown}, {after}: {told}{may_change}",
        "href": look.behind(answer, {**row.by, "since": str(step)}),
    }


def _x(step: int) -> int:
    return NAMES + SIZES + CELL * (step - 1)
