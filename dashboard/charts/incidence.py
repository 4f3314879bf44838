"""How long it takes: the share who had got there, by the days since; leaving competes with it, those still open count fairly."""

from collections.abc import Mapping, Sequence
from typing import Any

from markupsafe import Markup

from dashboard import table as tables
from dashboard.charts._lines import DAY, Plane, apart, band, days_axis, shares_axis, steps, top_of
from dashboard.charts.empty import nothing
from dashboard.look import Look
from dashboard.phrases import compared_words
from dashboard.table import Table
from dashboard.templates import render
from metrics.answer import Answer, Row, json_ready
from metrics.language import _
from metrics.named import group_name
from metrics.options import seconds_of

METRIC = "time_to_convert"
MOST_LINES = 5


def draw(answers: Mapping[str, Any], look: Look) -> Markup:
    """Draws the curve, or one per group, with the period before dashed beside a single one."""
    answer: Answer = next(iter(answers.values()))
    rows = [row for row in answer.rows if curve_of(row) and not look.is_too_few_of(row.value, "percent")][:MOST_LINES]
    if not rows:
        return nothing(look, answer)
    window = seconds_of(str(answer.options["window"]))
    before = _before(answer) if len(rows) == 1 else None
    shares = [point["share"] for row in [*rows, *([before] if before else [])] for point in curve_of(row)]
    plane = Plane(last=window, top=top_of(shares))
    return render(
        "lines.html",
        title=look.title,
        question=look.question,
        x_title=_("days"),
        ys=shares_axis(plane, look),
        xs=days_axis(window / DAY, plane),
        bands=[{"path": band(_bounds(rows[0]), plane), "series": 0}] if len(rows) == 1 else [],
        lines=[
            *([{"path": steps(_points(before), plane), "series": "before"}] if before else []),
            *({"path": steps(_points(row, window), plane), "series": i} for i, row in enumerate(rows)),
        ],
        half=_half(rows[0], plane, look) if len(rows) == 1 else None,
        labels=_labels(rows, before, plane, answer, look),
        caption=answer.caption,
        notices=answer.notices,
    )


def table(answers: Mapping[str, Any], look: Look) -> Table:
    """Returns the steps of every curve."""
    answer: Answer = next(iter(answers.values()))
    by = answer.selection.by
    heads = (*map(group_name, by), _("days"), _("share"), _("low"), _("high"), _("still followed"))
    rows = [
        [
            *(tables.text(group_name(row.by.get(name) or "")) for name in by),
            tables.Cell(look.reader.number(point["seconds"] / DAY, 1), point["seconds"] / DAY),
            *(tables.Cell(look.reader.percent(point[name]), point[name], unit="percent") for name in ("share", "low", "high")),
            tables.count(point.get("at_risk"), look),
        ]
        for row in answer.rows
        for point in curve_of(row)
    ]
    return Table(heads, rows)


def curve_of(row: Row) -> list[dict[str, Any]]:
    """Returns the steps of a row's curve as plain values."""
    curve: list[dict[str, Any]] = json_ready(row.extra["curve"])
    return curve


def _before(answer: Answer) -> Row | None:
    rows = answer.comparison.rows if answer.comparison else ()
    return next((row for row in rows if curve_of(row)), None)


def _points(row: Row, until: float | None = None) -> list[tuple[float, float]]:
    points = [(0.0, 0.0), *((point["seconds"], point["share"]) for point in curve_of(row))]
    followed = min(until, row.extra.get("followed_seconds") or until) if until else None
    return [*points, (followed, points[-1][1])] if followed and followed > points[-1][0] else points


def _bounds(row: Row) -> list[tuple[float, float, float]]:
    return [
        (point["seconds"], point["low"], point["high"])
        for point in curve_of(row)
        if point["low"] is not None and point["high"] is not None
    ]


def _half(row: Row, plane: Plane, look: Look) -> dict[str, Any] | None:
    seconds = row.extra["half_seconds"]
    if seconds is None:
        return None
    share = next((point["share"] for point in curve_of(row) if point["seconds"] >= seconds), 0.0)
    return {"x": plane.x(seconds), "y": plane.y(share), "left": plane.left(seconds), "name": look.reader.duration(seconds)}


def _labels(rows: Sequence[Row], before: Row | None, plane: Plane, answer: Answer, look: Look) -> list[dict[str, Any]]:
    by = answer.selection.by
    labels = []
    for i, row in enumerate(rows):
        share = curve_of(row)[-1]["share"]
        name = row.by[by[0]] if by else ""
        words = f"{look.reader.percent(share)} {group_name(name) if name else ''}".strip()
        labels.append(
            {"at": plane.down(share), "series": i, "words": words, "href": look.behind(answer, {**row.by, "part": "reached"})}
        )
    if before:
        labels.append(
            {
                "at": plane.down(curve_of(before)[-1]["share"]),
                "series": "before",
                "words": compared_words(answer),
                "href": "",
            }
        )
    return apart(labels)
