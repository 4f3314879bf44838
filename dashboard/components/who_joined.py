"""Who joined in the period, the most valuable first, with how they found us."""

from collections.abc import Mapping
from typing import Any

from markupsafe import Markup

from dashboard import listing
from dashboard.look import Look
from dashboard.view import View
from metrics.answer import People
from metrics.language import later
from metrics.sentences import in_words


def why(row: Mapping[str, Any]) -> str:
    """Returns the way they came, or, where it is not known, what they began with."""
    way = row.get("acquired_through")
    return str(way) if way not in (None, "unknown") else in_words(row.get("because"))


NAMES_PEOPLE = True
KIND = listing.Kind(worth="value_gained", counted="customers_gained", one=later("{n} joined"), many=later("{n} joined"), why=why)


def fetch(center: Any, view: View) -> People:
    return listing.fetch(KIND, center, view)


def draw(listed: People, look: Look) -> Markup:
    return listing.draw(KIND, listed, look)
