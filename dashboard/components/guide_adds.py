"""The guide's third step: which figures the files given make possible, and which exports would add the most."""

from typing import Any

from markupsafe import Markup

from dashboard.look import Look
from dashboard.templates import render
from dashboard.view import View
from metrics.coverage import IN_PART, NOT_YET, POSSIBLE, Coverage, in_words

SHOWN = 6
EXPORTS = 3


def fetch(center: Any, view: View) -> Coverage | None:
    """Returns the coverage of the workspace's own files; None before there are any."""
    if not center.has_own:
        return None
    found: Coverage = center.own.coverage()
    return found


def draw(told: Coverage | None, look: Look) -> Markup:
    count = look.reader.count
    return render(
        "guide_adds.html",
        title=look.title,
        sentence=told.sentence if told else "",
        parts=[
            {"key": state.replace(" ", "_"), "width": round(100 * told.count(state) / (len(told.figures) or 1), 2)}
            for state in (POSSIBLE, IN_PART, NOT_YET)
        ]
        if told
        else [],
        wanted=[
            {
                "entity": in_words(one.entity).replace("_", " "),
                "opens": count(one.opens) if one.opens else "",
                "completes": count(one.completes) if one.completes else "",
                "exports": ", ".join(one.exports[:EXPORTS]),
                "sees": _sees(told, one.entity),
            }
            for one in told.wanted[:SHOWN]
        ]
        if told
        else [],
        overview=look.view.elsewhere("/"),
        health=look.view.elsewhere("/data-health"),
    )


def _sees(told: Coverage, entity: str) -> str:
    """Returns some figures that wait for an entity, by their titles."""
    waiting = [one.title for one in told.figures if one.state == NOT_YET and entity in one.lacks]
    return ", ".join(waiting[:2]) + (" …" if len(waiting) > 2 else "")
