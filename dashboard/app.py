"""create_app(settings) puts the parts of the web application together; nowhere else does."""

from functools import partial
from pathlib import Path
from typing import Any

from dash import Dash

from dashboard import callbacks, gate, theme
from dashboard.cache import SharedCache
from dashboard.page import Pages
from dashboard.panels import Panels
from dashboard.routes import downloads, health
from dashboard.settings import Settings
from metrics import CommandCenter
from queries.workspace import Workspace

ASSETS = Path(__file__).parent.parent / "assets"


def create_app(settings: Settings, center: Any = None) -> Dash:
    """Returns the app over a workspace; two apps in one process do not know of each other.

    center stands in for the workspace's own in tests.
    """
    app = Dash(
        "dashboard",
        assets_folder=str(ASSETS),
        assets_ignore=theme.THEME_SCRIPT,
        index_string=theme.INDEX,
        title="Command center",
        update_title=None,
        compress=False,
        use_pages=False,
        pages_folder="",
        suppress_callback_exceptions=True,
        enable_mcp=False,
    )
    panels = Panels(center or CommandCenter.open(settings.workspace), Pages.found())
    forgotten = Workspace(Path(settings.workspace)).registry / "forgotten.json"
    cache = SharedCache(app.server, settings.cache_dir, settings.cache_seconds, forgotten)
    callbacks.register(app, panels, cache)
    app.layout = lambda: callbacks.layout(panels)
    health.register(app.server, panels, settings)
    downloads.register(app.server, panels)
    gate.guard(app, settings)
    app.server.config["WARM"] = partial(callbacks.warm, panels, cache)
    return app
