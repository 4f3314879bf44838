"""Which figures the files given make possible, what the others lack, and which exports would add it."""

from typing import Any

from markupsafe import Markup

from dashboard import table as tables
from dashboard.look import Look
from dashboard.states import CANT_TELL, MET, NO_DATA
from dashboard.table import Table
from dashboard.templates import render
from dashboard.view import View
from metrics.coverage import IN_PART, NOT_YET, POSSIBLE, Coverage
from metrics.language import _
from metrics.named import entity_name

STATES = {POSSIBLE: MET, IN_PART: CANT_TELL, NOT_YET: NO_DATA}
SHOWN = 8
EXPORTS = 4


def fetch(center: Any, view: View) -> Coverage:
    found: Coverage = center.coverage()
    return found


def draw(told: Coverage, look: Look) -> Markup:
    lacking = [one for one in told.figures if one.state == NOT_YET]
    return render(
        "health_coverage.html",
        title=look.title,
        question=look.question,
        sentence=told.sentence,
        parts=[
            {
                "key": state.replace(" ", "_"),
                "words": _(state),
                "state": STATES[state],
                "count": look.reader.count(told.count(state)),
                "width": round(100 * told.count(state) / (len(told.figures) or 1), 2),
            }
            for state in STATES
            if told.count(state)
        ],
        wanted=[
            {
                "entity": _words(one.entity),
                "opens": look.reader.count(one.opens) if one.opens else "",
                "completes": look.reader.count(one.completes) if one.completes else "",
                "exports": ", ".join(one.exports[:EXPORTS]) + (" …" if len(one.exports) > EXPORTS else ""),
            }
            for one in told.wanted[:SHOWN]
        ],
        lacking=[{"title": one.title, "missing": _words(one.missing)} for one in lacking[:SHOWN]],
        more=max(0, len(lacking) - SHOWN),
    )


def table(told: Coverage, look: Look) -> Table:
    rows = [
        [
            tables.text(one.title),
            tables.text(_(one.state)),
            tables.text(", ".join(map(_words, one.needs))),
            tables.text(_words(one.missing)),
        ]
        for one in told.figures
    ]
    return Table((_("figure"), _("is"), _("made of"), _("lacks")), rows)


def _words(names: str) -> str:
    return ", ".join(entity_name(name) for name in names.split(", ")) if names else ""
