"""What a place says when it has nothing to show: what happened, and what next."""

from datetime import UTC, datetime

from markupsafe import Markup

from dashboard.access.who import Role, is_offered
from dashboard.states import MISSED, NO_DATA
from dashboard.templates import render
from dashboard.view import View
from metrics.language import _


def problem(text: str, view: View, panel: str = "") -> Markup:
    """A question that cannot be answered as asked, under the panel's own name, with a way back to the usual one."""
    links = [{"href": view.path, "name": _("Show the usual view")}] if view.query() or view.problem else []
    return render("notice.html", state=NO_DATA, panel=panel, title=_("Nothing to show here"), text=text, links=links)


def nothing_loaded(view: View, panel: str = "") -> Markup:
    """A panel before there is any data, under its own name, with the way to load some."""
    links = [{"href": view.elsewhere("/start"), "name": _("Load your exports")}] if is_offered(Role.ADMIN) else []
    text = _("It fills once exports are loaded that tell it.")
    return render("notice.html", state=NO_DATA, panel=panel, title=_("Nothing has been loaded yet"), text=text, links=links)


def failure(title: str, failure_id: str, panel: str = "", last_good: datetime | None = None) -> Markup:
    """A panel that failed, under its own name: what failed, when it was drawn last, and a way to try again; the others go on.

    last_good is naive UTC; None where nobody has drawn it since the server began.
    """
    text = _(
        "“{title}” could not be drawn. It is tried again with the next data; tell your administrator the id {failure_id}.",
        title=title,
        failure_id=failure_id,
    )
    drawn = int(last_good.replace(tzinfo=UTC).timestamp()) if last_good else 0
    return render("failed.html", state=MISSED, panel=panel, text=text, drawn=drawn)
