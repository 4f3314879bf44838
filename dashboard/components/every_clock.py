"""Every promise whose time runs out soon or just ran out, a lane per promise, narrowed as the page's choices say."""

from collections.abc import Mapping
from typing import Any

from markupsafe import Markup

from dashboard.charts import clocks
from dashboard.components.about_to_break import MOST
from dashboard.look import Look
from dashboard.view import View
from metrics.answer import People
from metrics.selection import Selection

CHOICES = ("promise", "priority", "team", "channel")


def fetch(center: Any, view: View) -> Mapping[str, People]:
    selection = Selection.of(where={**view.selection.where, **chosen(view)})
    return {
        part: center.customers_behind(clocks.METRIC, selection, mark={"part": part}, limit=MOST) for part, _, _ in clocks.PARTS
    }


def draw(running: Mapping[str, People], look: Look) -> Markup:
    return clocks.draw(running, look, lane="promise", where=chosen(look.view))


def chosen(view: View) -> dict[str, tuple[str, ...]]:
    """Returns what the page's choices narrow the promises to."""
    return {name: (view.options[name],) for name in CHOICES if view.options.get(name)}
