"""What the palette finds: its index, and customers one search at a time."""

from typing import Any

from flask import Flask, Response, jsonify, request

from dashboard import palette
from dashboard.access.who import Role, needs
from dashboard.cache import SharedCache
from dashboard.callbacks import current_version
from dashboard.panels import Panels
from dashboard.saved_views import SavedViews
from dashboard.view import View
from metrics.language import speaking, spoken
from queries.errors import QueriesError

SHORTEST = 2
LONGEST = 100


def register(server: Flask, panels: Panels, views: SavedViews, cache: SharedCache) -> None:
    """Adds /api/palette (everything that can be found but customers) and /api/find (customers by name, e-mail, phone or id)."""

    @server.get("/api/palette")
    @needs(Role.VIEWER)
    def index() -> Response:
        with speaking(panels.language(_asked())):
            kept = cache.once(("palette", current_version(panels) or "", spoken()), lambda: _fixed(panels))
            return jsonify(entries=[*kept["entries"], *_own(panels, views)], words=kept["words"], keys=kept["keys"])

    @server.get("/api/find")
    @needs(Role.VIEWER)
    def find() -> Response:
        text = request.args.get("q", "").strip()[:LONGEST]
        with speaking(panels.language(_asked())):
            return jsonify(entries=_customers(panels, text) if len(text) >= SHORTEST else [])


def _asked() -> View:
    return View.of_address("/", request.query_string.decode("ascii", "replace"))


def _fixed(panels: Panels) -> dict[str, Any]:
    """Returns the index; before anything is loaded the pages and what can be done."""
    try:
        return palette.fixed(panels.center, panels.pages)
    except QueriesError:
        return palette.fixed(NothingLoaded(), panels.pages)


def _own(panels: Panels, views: SavedViews) -> list[palette.Entry]:
    try:
        return palette.own(panels.center, views)
    except QueriesError:
        return []


def _customers(panels: Panels, text: str) -> list[palette.Entry]:
    try:
        return palette.customers(panels.center, text)
    except QueriesError:
        return []


class NothingLoaded:
    """Stands in for the command center before the first load."""

    def metrics(self) -> tuple[Any, ...]:
        return ()

    def dimension_values(self, name: str) -> tuple[str, ...]:
        return ()
