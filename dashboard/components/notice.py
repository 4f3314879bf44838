"""What a place says when it has nothing to show: what happened, and what next."""

from markupsafe import Markup

from dashboard.states import MISSED, NO_DATA
from dashboard.templates import render
from dashboard.view import View


def problem(text: str, view: View, panel: str = "") -> Markup:
    """A question that cannot be answered as asked, under the panel's own name, with a way back to the usual one."""
    links = [{"href": view.path, "name": "Show the usual view"}] if view.query() or view.problem else []
    return render("notice.html", state=NO_DATA, panel=panel, title="Nothing to show here", text=text, links=links)


def failure(title: str, failure_id: str, panel: str = "") -> Markup:
    """A panel that failed, under its own name: the others go on."""
    text = f"“{title}” could not be drawn. It is tried again with the next data; tell your administrator the id {failure_id}."
    return render("notice.html", state=MISSED, panel=panel, title="This panel failed", text=text, links=[])
