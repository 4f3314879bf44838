"""The cohort grid: by the month in which they came, the share still with us so many months later, or later still."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from markupsafe import Markup

from dashboard.charts.empty import nothing
from dashboard.look import Look
from dashboard.templates import render
from metrics.answer import Answer, Row

MOST_COHORTS, MOST_MONTHS = 13, 12
NAMES, SIZES, CELL, ROW, TOP = 84, 52, 38, 27, 26  # the grid's measures, in units of its drawing
FAINTEST, STRONGEST, FLOOR = 0.07, 0.5, 0.5  # how strongly a cell is filled: from a half still there to all


def draw(answers: Mapping[str, Answer], look: Look) -> Markup:
    """Draws the overall row and the newest cohorts; a share that cannot be known yet is left blank."""
    answer = next(iter(answers.values()))
    overall, *cohorts = [row for row in answer.rows if not row.extra["left_censored"]] or [None]
    if overall is None or not cohorts:
        return nothing(look.title, look.question, answer)
    rows = [overall, *cohorts[-MOST_COHORTS:]]
    months = list(range(1, min(MOST_MONTHS, len(overall.extra["cells"]) - 1) + 1))
    return render(
        "cohorts.html",
        title=look.title,
        question=look.question,
        caption=answer.caption,
        width=NAMES + SIZES + CELL * len(months),
        height=TOP + ROW * len(rows),
        months=[{"name": str(month), "x": _x(month) + CELL / 2} for month in months],
        rows=[_row(row, place, months, answer, look) for place, row in enumerate(rows)],
        sizes_end=NAMES + SIZES - 14,
        cell_width=CELL - 2,
        row_height=ROW - 2,
        has_provisional=any(cell["provisional"] for row in rows for cell in row.extra["cells"]),
    )


def _row(row: Row, place: int, months: Sequence[int], answer: Answer, look: Look) -> dict[str, Any]:
    name = row.by["cohort"]
    shown = name if place == 0 else look.reader.short_month(date.fromisoformat(f"{name}-01"))
    cells = {cell["months_since"]: cell for cell in row.extra["cells"]}
    y = TOP + ROW * place
    return {
        "key": name,
        "name": shown[:1].upper() + shown[1:],
        "size": look.reader.count(row.extra["size"]),
        "y": y,
        "text_y": y + ROW / 2 + 3.5,
        "cells": [
            _cell(name, shown, cells[month], answer, look)
            for month in months
            if month in cells and cells[month]["value"] is not None
        ],
    }


def _cell(cohort: str, shown: str, cell: Mapping[str, Any], answer: Answer, look: Look) -> dict[str, Any]:
    month, share = cell["months_since"], cell["value"].value
    after = f"{month} month{'' if month == 1 else 's'} on"
    may_change = ", may still change" if cell["provisional"] else ""
    return {
        "key": f"{cohort} {month}",
        "x": _x(month),
        "text_x": _x(month) + CELL / 2 - 1,
        "text": look.reader.points(share),
        "fill": 0
        if cell["provisional"]
        else round(FAINTEST + (STRONGEST - FAINTEST) * max(0.0, (share - FLOOR) / (1 - FLOOR)), 3),
        "is_provisional": cell["provisional"],
        "name": f"{shown}, {after}: {look.reader.percent(share)} of {look.reader.count(cell['value'].n)}{may_change}",
        "href": look.opens(answer.metric, mark={"cohort": cohort, "months_since": str(month)}),
    }


def _x(month: int) -> int:
    return NAMES + SIZES + CELL * (month - 1)
