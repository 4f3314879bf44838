"""Keeping the people of a mark, and ending a list: the forms of the drawer and of Customers, and what they are told."""

from collections.abc import Mapping

from flask import Flask, Response
from markupsafe import Markup

from dashboard import dialogs
from dashboard.access.noted import must_own, noted, owner_asking
from dashboard.access.who import Role, needs
from dashboard.components import drawer
from dashboard.errors import BadInput
from dashboard.panels import Panels
from dashboard.posted import posted
from dashboard.saved_views import named_after
from dashboard.view import View
from metrics.errors import QuestionError
from metrics.language import _, speaking
from metrics.lists import SavedList
from queries.audit import KEPT, LIST_DELETED
from queries.errors import QueriesError

FIELDS = ("act", "name", "title", "at")
LONGEST_TITLE = 120


def register(server: Flask, panels: Panels) -> None:
    """Adds POST /api/lists: act "keep" keeps whoever is behind the number that an address opens as a list that lives, "delete" ends one."""

    @server.post("/api/lists")
    @needs(Role.MANAGER)
    def change_lists() -> Response:
        told = posted("A list", FIELDS)
        path, _sign, query = told["at"].partition("?")
        view = View.read(path, query)
        with speaking(panels.language(view)):
            try:
                said = _done(panels, view, told)
            except QueriesError as problem:
                said = dialogs.refused(str(problem))
        return Response(str(said), mimetype="text/html")


def _done(panels: Panels, view: View, told: Mapping[str, str]) -> Markup:
    match told["act"]:
        case "keep":
            return dialogs.kept_list(_kept(panels, view, told["title"]), panels.center, view)
        case "delete":
            must_own(told["name"], panels.center.owner_of_list(told["name"]))
            panels.center.delete_list(told["name"])
            noted(panels.center, LIST_DELETED, of=told["name"])
            return dialogs.done(_("It is deleted."))
    raise BadInput("act is keep or delete.")


def _kept(panels: Panels, view: View, title: str) -> SavedList:
    target = view.target
    if target is None:
        raise BadInput("Open a number first: the address needs open=<metric>.")
    if view.problem:
        raise QuestionError(view.problem.rstrip("."), instead="Choose another period first")
    title = " ".join(title.split())
    if not title:
        raise QuestionError("A list needs a name", instead="Write one line")
    if len(title) > LONGEST_TITLE or not title.isprintable():
        raise QuestionError(f"A list's name is one line of at most {LONGEST_TITLE} letters", instead="Shorten it")
    chosen = drawer.selection(panels.center, view).changed(by=target.by)
    name = named_after(title, "list")
    if name in panels.center.list_titles():
        raise QuestionError(f'there is a list "{name}" already', instead="Choose another name")
    kept: SavedList = panels.center.save_list(
        name, target.metric, chosen, mark=target.mark or None, title=title, owner=owner_asking()
    )
    noted(panels.center, KEPT, of=f"{name}, {target.metric}")
    return kept
