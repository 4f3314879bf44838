"""Pressure: contacts by which one they were within the time that is counted, and the cap between what is allowed and what is too many."""

from collections.abc import Mapping
from typing import Any

from markupsafe import Markup

from dashboard import table as tables
from dashboard.charts._told import worth_saying
from dashboard.charts.empty import nothing
from dashboard.charts.spans import ordered
from dashboard.look import Look
from dashboard.table import Table
from dashboard.templates import render
from metrics.answer import Answer, Row
from metrics.language import _, later
from metrics.named import group_name

UNCOUNTED = "not counted"
KINDS = {"allowed": later("allowed"), "too_many": later("too many")}


def draw(answers: Mapping[str, Any], look: Look) -> Markup:
    """Draws a column per group of contacts, what is over the cap apart, and the cap as a line."""
    answer: Answer = next(iter(answers.values()))
    rows = _rows(answer)
    if not rows:
        return nothing(look, answer)
    most = max(row.value.n for row in rows)
    room = 100 / len(rows)
    allowed = [place for place, row in enumerate(rows) if not row.extra["affected"]]
    return render(
        "pressure.html",
        title=look.title,
        question=look.question,
        caption=answer.caption,
        columns=[_column(place, row, room, most, answer, look) for place, row in enumerate(rows)],
        cap=round(room * (allowed[-1] + 1), 2) if allowed and len(allowed) < len(rows) else None,
        is_late=bool(allowed) and 2 * len(allowed) > len(rows),
        notices=worth_saying(answer),
    )


def table(answers: Mapping[str, Any], look: Look) -> Table:
    """Returns a row per group."""
    answer: Answer = next(iter(answers.values()))
    by = answer.selection.by[0]
    rows = [
        [
            tables.text(group_name(row.by[by])),
            tables.count(row.value.n, look, look.behind(answer, dict(row.by))),
            tables.count(row.extra["affected"], look, look.behind(answer, {**row.by, "part": "affected"})),
            tables.count(row.extra["customers_affected"], look),
            tables.number(row.extra["value_a_year"], "money", look),
        ]
        for row in _rows(answer)
    ]
    return Table((_("which one"), _("contacts"), _("over the cap"), _("customers over it"), _("their value a year")), rows)


def _rows(answer: Answer) -> list[Row]:
    by = answer.selection.by[0]
    return [row for row in ordered(answer) if row.by[by] != UNCOUNTED]


def _column(place: int, row: Row, room: float, most: int, answer: Answer, look: Look) -> dict[str, Any]:
    name, over = row.by[answer.selection.by[0]], int(row.extra["affected"])
    within = row.value.n - over
    parts = [("allowed", within, row.value.n), ("too_many", over, over)]
    return {
        "key": name,
        "name": group_name(name),
        "x": round(room * (place + 0.14), 2),
        "width": round(room * 0.72, 2),
        "middle": round(room * (place + 0.5), 2),
        "count": look.reader.count(row.value.n),
        "share": look.reader.percent(row.value.n / (answer.total.n or 1), 0),
        "top": round(100 * (1 - row.value.n / most), 2),
        "parts": [
            {
                "kind": kind,
                "y": round(100 * (1 - ends / most), 2),
                "height": round(100 * count / most, 2),
                "href": look.behind(answer, {**row.by, "part": "affected"} if kind == "too_many" else dict(row.by)),
                "name": _(
                    "contact {which} of its time: {n} {allowed}",
                    which=group_name(name),
                    n=look.reader.count(count),
                    allowed=_(KINDS[kind]),
                ),
            }
            for kind, count, ends in parts
            if count and (kind == "too_many" or not over)
        ],
    }
