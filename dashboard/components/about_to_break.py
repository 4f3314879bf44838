"""The replies whose promised time runs out soon, and those whose time just ran out."""

from collections.abc import Mapping
from typing import Any

from markupsafe import Markup

from dashboard.charts import clocks
from dashboard.look import Look
from dashboard.view import View
from metrics.answer import People
from metrics.selection import Selection

MOST = 500  # marks of one part; beyond that nobody could tell them apart


def fetch(center: Any, view: View) -> Mapping[str, People]:
    selection = Selection.of(where={**view.selection.where, **clocks.WHERE})
    return {
        part: center.customers_behind(clocks.METRIC, selection, mark={"part": part}, limit=MOST) for part, _, _ in clocks.PARTS
    }


def draw(running: Mapping[str, People], look: Look) -> Markup:
    return clocks.draw(running, look)
