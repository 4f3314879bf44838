"""Segments: who our customers are, how many and of what value, and who moved in and out."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from dashboard.choice import dimension_of, segmentation_of, segmentations
from dashboard.look import Look
from dashboard.templates import render
from dashboard.view import View
from metrics.answer import Answer
from metrics.selection import Selection

METRIC = "customer_equation"


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """The equation, split by the dimension of the segmentation that the page looks at."""

    equation: Answer
    by: str
    name: str


def fetch(center: Any, view: View) -> Parts:
    chosen, segmentation = view.selection, segmentation_of(center, view)
    by = dimension_of(center, segmentation)
    selection = Selection.of(period=chosen.period, compare="none", where=chosen.where, by=(by,))
    return Parts(equation=center.ask(METRIC, selection), by=by, name=dict(segmentations(center)).get(segmentation, "segment"))


def draw(parts: Parts, look: Look) -> Markup:
    rows = [row for row in parts.equation.rows if parts.by in row.by]  # of no customers at all there is one row, and no segment
    most = max((row.extra["closing"]["customers"] for row in rows), default=0) or 1
    return render(
        "segments.html",
        name=parts.name,
        rows=[_row(row.by[parts.by], parts.by, row.extra, most, look) for row in rows],
        period=parts.equation.period,
        notices=parts.equation.notices,
    )


def _row(segment: str, by: str, extra: Mapping[str, Any], most: float, look: Look) -> dict[str, Any]:
    reader = look.reader

    def cell(part: str) -> dict[str, str]:
        href = look.opens(METRIC, mark={"part": part}, where={by: (segment,)})
        return {"text": reader.count(extra[part].get("n", extra[part]["customers"])), "href": href}

    return {
        "name": "Not known" if segment == "unknown" else segment,
        "closing": cell("closing"),
        "value": reader.money(extra["closing"]["value"]),
        "share": round(100 * extra["closing"]["customers"] / most, 1),
        "parts": [cell(part) for part in ("gained", "returned", "ended", "fell_silent", "moved_in", "moved_out")],
    }
