"""What the dialogs and the forms of the drawer say: saved views, and people who were kept as a list."""

from dataclasses import replace
from typing import Any

from markupsafe import Markup

from dashboard.access.who import asking
from dashboard.link_told import lost
from dashboard.reader import Reader
from dashboard.saved_views import LONGEST_TITLE, SavedView, SavedViews, as_told, kept_address
from dashboard.templates import render
from dashboard.view import View
from metrics.language import _, _n
from metrics.lists import SavedList
from metrics.selection import period_label
from queries.errors import QueriesError


def saved_views(views: SavedViews, center: Any, at: View, *, message: str = "", problem: str = "") -> Markup:
    """Draws the saved views with the form that saves the page at hand; message and problem tell what the last form did."""
    here = _kept(at, views)
    return render(
        "views.html",
        message=message,
        problem=problem,
        at=at.href(),
        address=here.href() if here else "",
        shows=_shows(here, views, center) if here else "",
        longest=LONGEST_TITLE,
        views=[_view(one, views, center, at.language) for one in as_told(views.all(), center)],
        start=views.start,
    )


def kept_list(saved: SavedList, center: Any, at: View) -> Markup:
    """Says that people were kept as a list, and leads to the page narrowed to them."""
    reader = Reader.of(center.settings())
    narrowed = at.selected(where={**at.selection.where, "list": saved.name})
    counted = _n(
        "{count} customer now", "{count} customers now", saved.customers_then or 0, count=reader.count(saved.customers_then or 0)
    )
    return render("kept.html", title=saved.title, counted=counted, narrow=narrowed.href(), customers=at.elsewhere("/customers"))


def done(words: str) -> Markup:
    """Says that something is so now."""
    return Markup('<p class="done">{}</p>').format(words)


def refused(problem: str) -> Markup:
    """Says why something could not be kept: an answer to whoever filled the form in, not a failure of the request."""
    return Markup('<p class="wrong" role="alert">{}</p>').format(problem)


def _kept(at: View, views: SavedViews) -> View | None:
    """Returns the page at hand as a view would keep it, or None where it is none that can be kept."""
    try:
        path, _sign, query = kept_address(at.href(), views.pages).partition("?")
    except QueriesError:
        return None
    return None if at.problem else View.of_address(path, query)


def _view(one: SavedView, views: SavedViews, center: Any, language: str) -> dict[str, Any]:
    path, _sign, query = one.address.partition("?")
    view = View.of_address(path, query) if one.address else None
    problems = [one.problem] if one.problem else lost(view, center) if view else []
    return {
        "name": one.name,
        "title": one.title,
        "link": one.link,
        "href": replace(view, language=language).href() if view else "",
        "shows": _shows(view, views, center) if view else "",
        "problems": problems,
        "is_start": one.is_start,
        "can_start": not one.problem,
        "owner": one.owner,
        "is_mine": asking().owns(one.owner),
    }


def _shows(view: View, views: SavedViews, center: Any) -> str:
    """Returns what a view shows in few words: "Service · 2026-Q3 · Homes, gas · Requests for help, opened"."""
    page = views.pages.at(view.path)
    titles = center.list_titles() if "list" in view.selection.where else {}
    values = [titles.get(value, value) for values in view.selection.where.values() for value in values]
    menus = [_chosen(view, name) for name in view.options]
    opened = [_("{metric}, opened", metric=_title(center, view.target.metric))] if view.target else []
    chosen = view.selection.period
    period = [period_label(chosen) if chosen else _("the newest data")]
    return " · ".join([_(page.title) if page else view.path, *period, *values, *menus, *opened])


def _chosen(view: View, name: str) -> str:
    return view.options[name].replace("_", " ")


def _title(center: Any, metric: str) -> str:
    try:
        return str(center.metric(metric).title)
    except QueriesError:
        return metric
