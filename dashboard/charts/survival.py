"""How long customers stay: the share still with us by the days since they came, with its band, a line per group."""

from collections.abc import Mapping
from typing import Any

from markupsafe import Markup

from dashboard import table as tables
from dashboard.charts._lines import Plane, apart, band, days_axis, shares_axis, steps
from dashboard.charts.empty import nothing
from dashboard.look import Look
from dashboard.table import Table
from dashboard.templates import render
from metrics.answer import Answer, Row, json_ready
from metrics.language import _
from metrics.named import group_name

MOST_LINES = 5
FEWEST = 20  # a line is drawn as long as so many are followed


def draw(answers: Mapping[str, Any], look: Look) -> Markup:
    """Draws a curve per group as far as enough are followed."""
    answer: Answer = next(iter(answers.values()))
    rows = [row for row in answer.rows if _curve(row)][:MOST_LINES]
    if not rows:
        return nothing(look, answer)
    last = max(point["days"] for row in rows for point in _curve(row))
    least = min(point["share"] for row in rows for point in _curve(row))
    plane = Plane(last=last, top=1.0, low=0.5 if least >= 0.5 else 0.0)
    return render(
        "lines.html",
        title=look.title,
        question=look.question,
        x_title=_("days since they became customers"),
        ys=shares_axis(plane, look),
        xs=days_axis(last, plane),
        bands=[{"path": band(_bounds(row), plane), "series": i} for i, row in enumerate(rows)],
        lines=[{"path": steps(_points(row), plane), "series": i} for i, row in enumerate(rows)],
        half=None,
        labels=apart([_label(row, i, plane, answer, look) for i, row in enumerate(rows)]),
        caption=answer.caption,
        notices=answer.notices,
    )


def table(answers: Mapping[str, Any], look: Look) -> Table:
    """Returns, for every group, the chance to leave in a month, from age to age."""
    answer: Answer = next(iter(answers.values()))
    by = answer.selection.by
    rows = [
        [
            *(tables.text(group_name(row.by.get(name) or "")) for name in by),
            tables.count(part["from_days"], look),
            tables.count(part["until_days"], look),
            tables.count(part["lost"], look),
            *(
                tables.Cell(look.reader.percent(part[name], 2), part[name], unit="percent")
                for name in ("per_month", "low", "high")
            ),
        ]
        for row in answer.rows
        for part in json_ready(row.extra["leaving"])
    ]
    return Table(
        (*map(group_name, by), _("from day"), _("to day"), _("lost"), _("leaving in a month"), _("low"), _("high")), rows
    )


def _curve(row: Row) -> list[dict[str, Any]]:
    return [point for point in json_ready(row.extra["curve"]) if point["at_risk"] >= FEWEST]


def _points(row: Row) -> list[tuple[float, float]]:
    return [(0.0, 1.0), *((point["days"], point["share"]) for point in _curve(row))]


def _bounds(row: Row) -> list[tuple[float, float, float]]:
    return [
        (point["days"], point["low"], point["high"])
        for point in _curve(row)
        if point["low"] is not None and point["high"] is not None
    ]


def _label(row: Row, series: int, plane: Plane, answer: Answer, look: Look) -> dict[str, Any]:
    share = _curve(row)[-1]["share"]
    group = next(iter(row.by.values()), "")
    words = f"{look.reader.percent(share, 0)} {group_name(group)}".strip()
    return {"at": plane.down(share), "series": series, "words": words, "href": look.behind(answer, dict(row.by))}
