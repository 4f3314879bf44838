"""What a link says that this program cannot follow any more: told in sentences, while the rest of the link is followed."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final
from urllib.parse import parse_qsl

from dashboard.page import Page
from dashboard.saved_views import OVERVIEW, VERSION, SavedViews
from dashboard.view import LONGEST, MOST_FIELDS, View, is_ours
from metrics.language import _, _n
from metrics.named import group_name
from queries.errors import QueriesError

NOT_OURS: Final = re.compile(r"utm_\w+|(gcl|fbcl|msclk|dcl|yclk)id|mc_[ce]id|_hs\w+|_ga|igshid|ref|si")
"""What mail and ad tools hang to a link: it never was a part of a view."""
GONE_VIEW: Final = "gone"
"""Under this name an address carries the saved view that was asked for and is not there."""
MOST_NAMED: Final = 5
LIST: Final = "list"


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkTold:
    """What is to be said above a page about the link that led to it. plain: the same page without what was not understood."""

    sentences: tuple[str, ...]
    plain: str


def of_link(path: str, query: Any, page: Page | None, views: SavedViews, center: Any) -> LinkTold | None:
    """Returns what to say about a link, or None where all of it is understood; what is no query at all is told by the panels."""
    if page is None or not isinstance(query, str) or len(query) > LONGEST:
        return None
    try:
        pairs = parse_qsl(query.removeprefix("?"), keep_blank_values=True, max_num_fields=MOST_FIELDS)
    except ValueError:
        return None
    named = dict(pairs)
    told = [*_of_version(named.get("v", VERSION)), *_of_view(named.get(GONE_VIEW, "")), *_of_names(list(named), page)]
    if path == "/" and not query:
        told += _of_start(views)
    view = View.of_address(path, query)
    missing = () if getattr(center, "is_empty", False) else center.not_found(view.selection.where)
    told += _of_values(missing)
    known = {name: value for name, value in view.options.items() if name in page.option_names}
    plain = _without(missing, replace(view, options=known)).href()
    return LinkTold(sentences=tuple(told), plain=OVERVIEW if plain == "/" else plain) if told else None


def lost(view: View, center: Any) -> list[str]:
    """Returns what a view asks for that is not there any more: its metric, a list, a dimension, a value of one."""
    told: list[str] = []
    if view.target:
        told += _refused(center.metric, view.target.metric)
    known = {row["dimension_id"] for row in center.dimensions()}
    lists, where = center.list_titles(), view.selection.where
    told += [_("There is no list “{name}” any more.", name=name) for name in where.get(LIST, ()) if name not in lists]
    told += [_("There is no dimension “{name}” any more.", name=name) for name in where if name not in (LIST, *known)]
    told += [_("Nothing is “{value}” in {name} any more.", value=value, name=name) for name, value in center.not_found(where)]
    return told


def _of_values(missing: Sequence[tuple[str, str]]) -> list[str]:
    """Says which values nothing loaded has: a figure of them is true, and nought."""
    return [
        _(
            "Nothing that is loaded is “{value}” in {name}: narrowed by it, nobody is found.",
            value=value[:60],
            name=group_name(name),
        )
        for name, value in missing[:MOST_NAMED]
    ]


def _without(missing: Sequence[tuple[str, str]], view: View) -> View:
    """Returns a view that is narrowed by none of these values."""
    left = {
        name: tuple(value for value in values if (name, value) not in missing) for name, values in view.selection.where.items()
    }
    return view.selected(where={name: values for name, values in left.items() if values})


def _refused(ask: Any, name: str) -> list[str]:
    try:
        ask(name)
    except QueriesError as problem:
        return [str(problem)]
    return []


def _of_version(version: str) -> list[str]:
    if version == VERSION:
        return []
    return [
        _("This link is written as version {version}, and this program reads version {ours}: what it knows of it is shown.",
          version=version[:10], ours=VERSION)
    ]  # fmt: skip


def _of_view(name: str) -> list[str]:
    if not name:
        return []
    return [_("There is no saved view “{name}” any more, or its file cannot be read: this is the overview.", name=name[:60])]


def _of_names(names: list[str], page: Page) -> list[str]:
    strange = [name for name in names if not (is_ours(name) or name == GONE_VIEW or NOT_OURS.fullmatch(name))]
    unknown = [name for name in strange if name not in page.option_names]
    if not unknown:
        return []
    listed = ", ".join(name[:40] for name in unknown[:MOST_NAMED]) + (" …" if len(unknown) > MOST_NAMED else "")
    return [
        _n(
            "This page does not know “{names}”, which this link asks for: it is shown without.",
            "This page does not know {names}, which this link asks for: it is shown without.",
            len(unknown),
            names=listed,
        )
    ]


def _of_start(views: SavedViews) -> list[str]:
    """Says why `/` does not open the view that it should; where it does, nobody comes here."""
    name = views.start
    found = next((one for one in views.all() if one.name == name), None) if name else None
    if not name or (found and not found.problem):
        return []
    why = found.problem if found else _("there is no such view any more.")
    return [_("The view that should open first, “{name}”, cannot be opened: {why}", name=name, why=why)]
