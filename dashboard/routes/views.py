"""Saved views: their dialog, what its forms send, each view's short link, and the view that `/` opens."""

from collections.abc import Mapping
from dataclasses import replace
from urllib.parse import urlencode

from flask import Flask, Response, request

from dashboard import dialogs
from dashboard.access.noted import must_own, noted_in, owner_asking
from dashboard.access.who import Role, needs
from dashboard.errors import BadInput
from dashboard.link_told import GONE_VIEW
from dashboard.panels import Panels
from dashboard.posted import posted
from dashboard.saved_views import OVERVIEW, SavedViews, named_after
from dashboard.view import View
from metrics.errors import UnknownName
from metrics.language import LANGUAGES, _, speaking
from metrics.period import utc_text
from queries.audit import VIEW_CHANGED, VIEW_DELETED, VIEW_SAVED
from queries.clock import utc_now
from queries.errors import QueriesError

WRITTEN = {"save": VIEW_SAVED, "delete": VIEW_DELETED}
FIELDS = ("act", "name", "title", "address", "start", "at")


def register(server: Flask, panels: Panels, views: SavedViews) -> None:
    """Adds GET and POST /api/views (the dialog), /v/<name>, and opens the start view at `/`.

    To be called after the gate is set up: who may not call is refused before.
    """

    @server.get("/api/views")
    @needs(Role.VIEWER)
    def views_dialog() -> Response:
        return _dialog(panels, views, _view_at(request.args.get("at", "/")))

    @server.post("/api/views")
    @needs(Role.MANAGER)
    def change_views() -> Response:
        told = posted("A view", FIELDS)
        view = _view_at(told["at"])
        with speaking(panels.language(view)):
            try:
                message, problem = _done(views, told), ""
            except QueriesError as error:
                message, problem = "", str(error)
        return _dialog(panels, views, view, message=message, problem=problem)

    @server.get("/v/<name>")
    @needs(Role.VIEWER)
    def short_link(name: str) -> Response:
        return _to(_opened(views, name))

    @server.before_request
    def start_view() -> Response | None:
        if request.method != "GET" or request.path != "/" or request.query_string or not (name := views.start):
            return None
        try:
            found = views.one(name)
        except UnknownName:
            return None
        return None if found.problem else _to(_address(found.address))


def _opened(views: SavedViews, name: str) -> str:
    """Returns where a short link leads: to its view in the language asked for, else to an overview that says that it is gone."""
    try:
        found = views.one(name)
    except UnknownName:
        found = None
    if found is None or found.problem:
        return f"{OVERVIEW}&{urlencode({GONE_VIEW: name[:60]})}"
    address, language = _address(found.address), request.args.get("lang", "")
    return f"{address}{'&' if '?' in address else '?'}lang={language}" if language in LANGUAGES else address


def _address(kept: str) -> str:
    """Returns a view's address as it is opened: that of the overview says so, since `/` alone may open another view."""
    return OVERVIEW if kept == "/" else kept


def _to(address: str) -> Response:
    return Response(status=302, headers={"Location": address})


def _done(views: SavedViews, told: Mapping[str, str]) -> str:
    """Does what a form asks for, writes it down, and returns what then is so; raises NotAllowed for what somebody else keeps."""
    _only_ones_own(views, told)
    said = _changed(views, told)
    name = told["name"] or named_after(told["title"], "view")
    noted_in(
        views.workspace, WRITTEN.get(told["act"], VIEW_CHANGED), of=name if told["act"] in WRITTEN else f"{name}, {told['act']}"
    )
    return said


def _only_ones_own(views: SavedViews, told: Mapping[str, str]) -> None:
    """What opens first for everybody is somebody's, too: another one takes its place only by whoever may change it."""
    is_first = told["act"] in ("start", "no start") or (told["act"] == "save" and told["start"])
    names = [views.start] if is_first and views.start else []
    names += [told["name"]] if told["act"] in ("rename", "delete", "start") else []
    kept = {one.name: one for one in views.all()}
    for one in (kept[name] for name in names if name in kept):
        must_own(one.title, one.owner)


def _changed(views: SavedViews, told: Mapping[str, str]) -> str:
    match told["act"]:
        case "save":
            now = utc_now()
            saved = views.save(told["title"], told["address"], utc_text(now), owner=owner_asking())
            if told["start"]:
                views.begin_with(saved.name)
                return _("“{title}” is saved, and opens first from now on.", title=saved.title)
            return _("“{title}” is saved.", title=saved.title)
        case "rename":
            return _("It is called “{title}” now; its link stays.", title=views.rename(told["name"], told["title"]).title)
        case "delete":
            return _("“{title}” is deleted.", title=views.delete(told["name"]).title)
        case "start":
            views.begin_with(told["name"])
            return _("“{title}” opens first from now on.", title=views.one(told["name"]).title)
        case "no start":
            views.begin_with("")
            return _("The overview opens first again.")
    raise BadInput("act is save, rename, delete, start or no start.")


def _dialog(panels: Panels, views: SavedViews, view: View, *, message: str = "", problem: str = "") -> Response:
    with speaking(panels.language(view)):
        html = dialogs.saved_views(views, panels.center, view, message=message, problem=problem)
    return Response(str(html), mimetype="text/html")


def _view_at(address: str) -> View:
    path, _sign, query = address.partition("?")
    view = View.of_address(path, query)
    return replace(view, rows=View().rows)
