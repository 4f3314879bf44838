"""The replies whose promised time runs out soon, those whose time just ran out, and how many are expected to break."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from dashboard.charts import clocks
from dashboard.look import Look
from dashboard.view import View
from metrics.answer import Answer, People
from metrics.errors import UnknownName
from metrics.selection import Selection

MOST = 500  # marks of one part; beyond that nobody could tell them apart
FORECAST = "promises_expected_to_break"


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """The promises of each part, and what is foretold of them, where the workspace foretells it."""

    parts: Mapping[str, People]
    forecast: Answer | None


def fetch(center: Any, view: View) -> Running:
    selection = Selection.of(where={**view.selection.where, **clocks.WHERE})
    parts = {
        part: center.customers_behind(clocks.METRIC, selection, mark={"part": part}, limit=MOST) for part, _, _ in clocks.PARTS
    }
    return Running(parts=parts, forecast=_forecast(center, selection))


def _forecast(center: Any, selection: Selection) -> Answer | None:
    try:
        foretold: Answer = center.ask(FORECAST, selection)
    except UnknownName:  # a workspace may do without the metric
        return None
    return foretold


def draw(running: Running, look: Look) -> Markup:
    return clocks.draw(running.parts, look, forecast=running.forecast)
