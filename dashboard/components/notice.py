"""What a place says when it has nothing to show: what happened, and what next."""

from markupsafe import Markup

from dashboard.states import MISSED, NO_DATA
from dashboard.templates import render
from dashboard.view import View


def problem(text: str, view: View) -> Markup:
    """A question that cannot be answered as asked, with a way back to the usual one."""
    links = [{"href": view.path, "name": "Show the usual view"}] if view.selection.to_query() or view.problem else []
    return render("notice.html", state=NO_DATA, title="Nothing to show here", text=text, links=links)


def failure(title: str, failure_id: str) -> Markup:
    """A panel that failed: the others go on."""
    text = f"“{title}” could not be drawn. It is tried again with the next data; tell your administrator the id {failure_id}."
    return render("notice.html", state=MISSED, title="This panel failed", text=text, links=[])
