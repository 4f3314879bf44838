"""Who left in the period, the most valuable first, with the reason they gave."""

from collections.abc import Mapping
from typing import Any

from markupsafe import Markup

from dashboard import listing
from dashboard.look import Look
from dashboard.view import View
from metrics.answer import People
from metrics.language import _, later


def why(row: Mapping[str, Any]) -> str:
    """Returns the reason, or, where none is known, what we saw."""
    if row.get("reason") not in (None, "unknown"):
        return str(row["reason"])
    return _("fell silent") if row.get("movement") == "fell_silent" else _("reason not known")


NAMES_PEOPLE = True
KIND = listing.Kind(worth="value_lost", counted="customers_lost", one=later("{n} left"), many=later("{n} left"), why=why)


def fetch(center: Any, view: View) -> People:
    return listing.fetch(KIND, center, view)


def draw(listed: People, look: Look) -> Markup:
    return listing.draw(KIND, listed, look)
