"""Those who wait past a promise of ours now, the most valuable first; the number in the heading opens all of them."""

from collections.abc import Mapping
from typing import Any

from markupsafe import Markup

from dashboard import listing
from dashboard.components.every_clock import chosen
from dashboard.listing import Kind
from dashboard.look import Look
from dashboard.view import View
from metrics.answer import People
from metrics.language import later
from metrics.named import group_name
from metrics.selection import Selection


def _why(row: Mapping[str, Any]) -> str:
    return group_name(str(row.get("promise") or ""))


NAMES_PEOPLE = True
MOST = 8
KIND = Kind(worth="past_promise_now", counted="past_promise_now", one=later("{n} waits"), many=later("{n} wait"), why=_why)


def fetch(center: Any, view: View) -> People:
    selection = Selection.of(where={**view.selection.where, **chosen(view)})
    found: People = center.customers_behind(KIND.worth, selection, limit=MOST, order="value")
    return found


def draw(listed: People, look: Look) -> Markup:
    return listing.draw(KIND, listed, look)
