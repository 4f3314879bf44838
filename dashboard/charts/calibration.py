"""Who is likely to: people by how likely, and how such foretelling came true before. Never a score without its proof."""

from collections.abc import Mapping, Sequence
from typing import Any

from markupsafe import Markup

from dashboard import table as tables
from dashboard.charts._lines import Plane, shares_axis, top_of
from dashboard.charts.empty import nothing
from dashboard.look import Look
from dashboard.table import Table
from dashboard.templates import render
from metrics.answer import Answer, Row
from metrics.language import _

ALL = "all"


def draw(answers: Mapping[str, Any], look: Look) -> Markup:
    """Draws a line per band, and beside it what was foretold of groups of people against what came true."""
    answer: Answer = next(iter(answers.values()))
    whole = next((row for row in answer.rows if row.by.get("band") == ALL), None)
    points = whole.extra.get("calibration", ()) if whole else ()
    bands = [row for row in answer.rows if row.by.get("band") != ALL]
    if not bands or not points:
        return nothing(look, answer)
    ends = [end for point in points for end in (point["predicted"], point["observed"], *(point["interval"] or ()))]
    plane = Plane(last=top_of(ends), top=top_of(ends))
    most = max(row.value.n for row in bands) or 1
    return render(
        "calibration.html",
        title=look.title,
        question=look.question,
        caption=answer.caption,
        bands=[_band(row, most, answer, look) for row in bands],
        ys=shares_axis(plane, look),
        diagonal={"x": plane.x(plane.top), "y": plane.y(plane.top)},
        points=[_point(point, plane, look) for point in points],
        notices=answer.notices,
    )


def table(answers: Mapping[str, Any], look: Look) -> Table:
    """Returns a row per group of people whose chance was foretold before: foretold and come true."""
    answer: Answer = next(iter(answers.values()))
    rows = [
        [
            tables.text(_(row.by.get("band", ""))),
            tables.Cell(look.reader.percent(point["predicted"]), point["predicted"], unit="percent"),
            tables.Cell(look.reader.percent(point["observed"]), point["observed"], unit="percent"),
            tables.count(point["n"], look),
        ]
        for row in answer.rows
        for point in row.extra.get("calibration", ())
    ]
    return Table((_("band"), _("foretold"), _("came true"), _("people")), rows)


def _band(row: Row, most: float, answer: Answer, look: Look) -> dict[str, Any]:
    band = row.by["band"]
    return {
        "key": band,
        "name": _(band),
        "count": look.reader.count(row.value.n),
        "width": round(100 * row.value.n / most, 1),
        "href": look.behind(answer, {"band": band}),
        "told": _told(row, answer, look),
    }


def _told(row: Row, answer: Answer, look: Look) -> str:
    """What is foretold of a band, as the answer says it: so many expected of a count, a share of a percent; and the value at stake."""
    value, reader = row.value, look.reader
    if value.value is None or not value.n:
        return ""
    if answer.unit == "percent":
        return reader.percent(value.value)
    told = _("{n} expected", n=reader.count(value.value))
    if value.low is not None:
        told += f" ({reader.count(value.low)}–{reader.count(value.high)})"
    worth = row.extra.get("value_at_risk")
    return told + _(", {amount} a year", amount=reader.money(worth)) if worth else told


def _point(point: Mapping[str, Any], plane: Plane, look: Look) -> dict[str, Any]:
    low, high = _ends(point["interval"])
    return {
        "x": round(plane.x(point["predicted"]) / 10, 2),
        "y": round(plane.y(point["observed"]) / 10, 2),
        "low": None if low is None else round(plane.y(low) / 10, 2),
        "high": None if high is None else round(plane.y(high) / 10, 2),
        "name": _(
            "foretold {foretold}, came true {share} of {n}",
            foretold=look.reader.percent(point["predicted"]),
            share=look.reader.percent(point["observed"]),
            n=look.reader.count(point["n"]),
        ),
    }


def _ends(interval: Sequence[float] | None) -> tuple[float | None, float | None]:
    return (interval[0], interval[1]) if interval else (None, None)
