"""Segments: who our customers are, how many and of what value, and who moved in and out."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from dashboard import table as tables
from dashboard.choice import dimension_of, segmentation_of, segmentations
from dashboard.look import Look
from dashboard.table import Table
from dashboard.templates import render
from dashboard.view import View
from metrics.answer import Answer
from metrics.language import _
from metrics.named import group_name
from metrics.period_text import period_words
from metrics.selection import Period, Selection

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
        when=_when(parts.equation.period),
        notices=parts.equation.notices,
    )


def table(parts: Parts, look: Look) -> Table:
    """Returns a row per segment: customers, their value, and who came, left or moved."""
    flows = ("gained", "returned", "ended", "fell_silent", "moved_in", "moved_out")
    heads = (
        _(parts.name), _("customers"), _("value a year"), _("joined"), _("returned"), _("ended"), _("fell silent"), _("moved in"),
        _("moved out"),
    )  # fmt: skip
    return Table(
        heads,
        [
            [
                tables.text(group_name(row.by[parts.by])),
                tables.count(row.extra["closing"]["customers"], look, _opens("closing", row.by, look)),
                tables.number(row.extra["closing"]["value"], "money", look),
                *(
                    tables.count(row.extra[part].get("n", row.extra[part]["customers"]), look, _opens(part, row.by, look))
                    for part in flows
                ),
            ]
            for row in parts.equation.rows
            if parts.by in row.by
        ],
    )


def _opens(part: str, by: Mapping[str, str], look: Look) -> str:
    return look.opens(METRIC, mark={"part": part}, where={name: (value,) for name, value in by.items()})


def _when(period: Period | None) -> str:
    if period is None:
        return ""
    when = period_words(period.text)
    return _("{when} to date", when=when) if period.is_to_date else when


def _row(segment: str, by: str, extra: Mapping[str, Any], most: float, look: Look) -> dict[str, Any]:
    reader = look.reader

    def cell(part: str) -> dict[str, str]:
        text = reader.count(extra[part].get("n", extra[part]["customers"]))
        return {"text": text, "href": _opens(part, {by: segment}, look)}

    return {
        "name": _("Not known") if segment == "unknown" else group_name(segment),
        "closing": cell("closing"),
        "value": reader.money(extra["closing"]["value"]),
        "share": round(100 * extra["closing"]["customers"] / most, 1),
        "parts": [cell(part) for part in ("gained", "returned", "ended", "fell_silent", "moved_in", "moved_out")],
    }
