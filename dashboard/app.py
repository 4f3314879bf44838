"""create_app(settings) puts the parts of the web application together; nowhere else does."""

from functools import partial
from hashlib import sha256
from pathlib import Path
from secrets import token_urlsafe
from typing import Any

from dash import Dash
from flask import request

from dashboard import callbacks, gate, scripts, theme
from dashboard.access.doors import Doors
from dashboard.access.given import Givers
from dashboard.access.metrics import PATH as METRICS
from dashboard.access.metrics import metrics_door
from dashboard.access.opened import doors_of, sessions_of
from dashboard.access.pace import Pace
from dashboard.access.provider import Provider
from dashboard.access.who import Who, acting, policy_asking
from dashboard.api.door import door_of
from dashboard.api.problems import PREFIX as API
from dashboard.api.routes import Api
from dashboard.api.routes import register as register_api
from dashboard.api.tokens import Tokens
from dashboard.cache import SharedCache, Store
from dashboard.counted import count_requests
from dashboard.embed.chart import Charts
from dashboard.embed.door import PREFIX as EMBEDS
from dashboard.embed.door import EmbedDoor
from dashboard.embed.keyring import Keyring
from dashboard.first_run import Shown
from dashboard.page import Pages
from dashboard.panels import Panels
from dashboard.pictures.camera import Camera
from dashboard.pictures.pictures import Pictures
from dashboard.routes import decisions, downloads, embed, embeds, first_run, health, lists, login, palette, views, wall
from dashboard.saved_views import SavedViews
from dashboard.settings import Access, Settings
from dashboard.view import View
from dashboard.wall import Wall, program
from metrics import CommandCenter
from metrics.language import speaking
from queries.access_file import PeopleOf
from queries.workspace import Workspace


class Application(Dash):
    """A Dash app whose document is in the language of whoever asks for it."""

    def __init__(self, *names: str, panels: Panels, views: SavedViews, **settings: Any) -> None:
        super().__init__(*names, **settings)
        self.panels, self.views = panels, views

    def interpolate_index(self, **parts: Any) -> str:
        asked = View.of_address(None, request.query_string.decode("ascii", "replace"))
        parts["scripts"] = scripts.needed(parts["scripts"])
        with speaking(self.panels.language(asked)):
            return theme.in_language(super().interpolate_index(**parts), has_start=bool(self.views.start))


def create_app(settings: Settings, center: Any = None, *, doors: Doors | None = None) -> Dash:
    """Returns the app over a workspace; two apps in one process do not know of each other.

    center stands in for the workspace's own in tests, doors for those that the settings say.
    """
    shown = Shown(center or CommandCenter.open(settings.workspace), settings.workspace, policy_asking)
    people = PeopleOf(Workspace(Path(settings.workspace)).access_rules)
    doors = doors or doors_of(settings, people)
    givers = Givers(None if settings.access is Access.NONE else people)
    panels = Panels(shown, Pages.found())
    workspace = Workspace(Path(settings.workspace))
    saved = SavedViews(workspace, panels.pages)
    app = Application(
        "dashboard",
        panels=panels,
        views=saved,
        assets_folder=str(scripts.ASSETS),
        assets_ignore=theme.NOT_ON_EVERY_PAGE,
        index_string=theme.INDEX,
        title="Command center",
        update_title=None,
        compress=False,
        use_pages=False,
        pages_folder="",
        suppress_callback_exceptions=True,
        enable_mcp=False,
    )
    forgotten = workspace.registry / "forgotten.json"
    store = in_redis(settings) if settings.cache else None
    cache = SharedCache(app.server, settings.cache_dir, settings.cache_seconds, forgotten, program=program(), store=store)
    pictures = Pictures(Camera(settings.chromium), cache)
    callbacks.register(app, panels, cache, saved)
    app.layout = lambda: callbacks.layout(panels)
    health.register(app.server, panels, settings, count_requests(app.server))
    downloads.register(app.server, panels, pictures)
    decisions.register(app.server, panels)
    lists.register(app.server, panels)
    palette.register(app.server, panels, saved, cache)
    keyring = Keyring(workspace)
    doors.open_at(EMBEDS, EmbedDoor(keyring, settings, givers, Pace(settings.requests_a_minute)))
    doors.others[METRICS] = metrics_door(settings)
    charts = Charts(panels, cache)
    embed.register(app.server, charts, keyring, settings, givers, pictures)
    embeds.register(app.server, charts, keyring, settings)
    gate.guard(app, settings, doors)
    views.register(app.server, panels, saved)
    wall.register(app.server, Wall(panels, cache), settings)
    first_run.register(app.server, panels, shown)
    register_api(app.server, Api(panels, cache, workspace))
    doors.open_at(API, door_of(doors, Tokens.of(workspace), settings, givers))
    if settings.access is Access.OIDC:
        login.register(app.server, settings, sessions_of(settings), Provider(settings))
    app.server.config["PICTURES"] = pictures
    app.server.config["WARM"] = partial(_warm, app, panels, cache)
    return app


def in_redis(settings: Settings) -> Store:
    """Returns the store of the Redis in the settings. What another server has signed there is nothing to this one."""
    from dashboard.redis_store import RedisStore  # of an extra

    key = settings.cache_key.get_secret_value() if settings.cache_key else token_urlsafe()
    prefix = f"cx:{sha256(str(Path(settings.workspace).resolve()).encode()).hexdigest()[:12]}:"
    return RedisStore(settings.cache, key, prefix, settings.cache_seconds)


def _warm(app: Dash, panels: Panels, cache: SharedCache) -> None:
    try:
        with acting(app.server, Who.local()):
            callbacks.warm(panels, cache)
    finally:
        app.server.config[health.WARM] = True
