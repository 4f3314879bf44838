"""The handful of callbacks that serve every page.

The address is the only state: it is read in the browser, and every server call gets its text and parses it again.
The server answers with strings; assets/command_center.js puts them into the page and replaces only what changed.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import partial
from typing import Any

from dash import ALL, MATCH, ClientsideFunction, Dash, Input, Output, State, dcc, html, no_update
from dash.exceptions import PreventUpdate

from dashboard.access.noted import names_nobody
from dashboard.access.who import Role, asking, is_offered, needs
from dashboard.cache import SharedCache
from dashboard.components import _who
from dashboard.errors import BadInput
from dashboard.gate import begun
from dashboard.link_told import LinkTold, of_link
from dashboard.page import Page, Pages, Section
from dashboard.panels import Panels
from dashboard.saved_views import SavedViews
from dashboard.skeletons import style_of
from dashboard.view import View
from metrics.language import _, speaking

DRAWN = {"type": "drawn", "page": MATCH, "lane": MATCH, "panel": ALL}
PUT = {
    "type": "put",
    "page": MATCH,
    "lane": MATCH,
}  # nothing is kept there: Dash waits for all inputs, so each lane is put by itself
MOST_PANELS = 50


def register(app: Dash, panels: Panels, cache: SharedCache, views: SavedViews) -> None:
    """Registers the callbacks on one app."""
    _read_address(app)
    _show_page(app, panels, views)
    _draw_lane(app, panels, cache)
    _draw_drawer(app, panels)
    _put_into_page(app)


def layout(panels: Panels) -> html.Div:
    """Returns the frame of every page: the stores, the landmarks, and places for what is drawn."""
    return html.Div(
        id="app",
        children=[
            dcc.Location(id="url", refresh=False),
            *(dcc.Store(id=name) for name in ("path", "coming", "view", "target", "drawer")),
            dcc.Store(id="version", data=current_version(panels)),
            html.Header(place("*", "header"), className="top"),
            html.Div(place("*", "sample"), className="strip is-there" if panels.center.is_sample else "strip"),
            html.Div(id="band", role="status", className="band", hidden=True),
            html.Main(id="page", tabIndex=-1),
            html.Footer(place("*", "footer"), className="foot"),
            lane_put("*", 0),
            html.Aside(id="drawer-place", className="drawer", hidden=True, **{"aria-label": "The customers behind a number"}),
        ],
    )


def current_version(panels: Panels) -> str | None:
    """Returns the snapshot and definitions that are current, or None before the first load."""
    try:
        return f"{panels.center.snapshot}/{panels.center.definitions}"
    except Exception:  # a page is shown all the same, and its panels say what is wrong
        return None


def lane_of(at: int) -> int:
    """Returns the call that brings the panel in this place of a page: the first one alone, the next two, and all others in two.

    However many panels a page has, it is drawn by four calls, and its top does not wait for its end.
    """
    return min(at, 1) if at < 3 else 2 + at % 2


def lane_put(page: str, lane: int) -> dcc.Store:
    """Returns what stands for a lane's panels being put into the page."""
    return dcc.Store(id={"type": "put", "page": page, "lane": lane})


def place(page: str, panel: str, lane: int = 0, style: Mapping[str, str] | None = None) -> list[Any]:
    """Returns a panel's store and the element that its HTML goes into; panels of one lane come with one call.

    style tells how tall it will be.
    """
    return [
        dcc.Store(id={"type": "drawn", "page": page, "lane": lane, "panel": panel}),
        html.Div(className="drawn", style=style, **{"data-page": page, "data-panel": panel, "data-waits": "true"}),
    ]


def page_frame(page: Page, path: str) -> html.Div:
    """Returns a page's sections as skeletons of their final size, named in the language spoken."""
    return html.Div(
        [
            frame
            for at, section in enumerate(page.sections)
            for frame in (*_part_head(section), _section_frame(page, section, path, lane_of(at)))
        ]
        + [lane_put(path, lane) for lane in sorted({lane_of(at) for at in range(len(page.sections))})],
        className=f"page {page.layout}",
        **{"data-title": _(page.title), "data-path": page.path},
    )


def _part_head(section: Section) -> list[html.H2]:
    return [html.H2(_(section.begins), id=section.anchor, className="part-head")] if section.begins else []


def _section_frame(page: Page, section: Section, path: str, lane: int) -> html.Section:
    return html.Section(
        place(path, section.id, lane, style_of(page.path, section.id)),
        className=f"panel is-{section.kind} {section.size}",
        **{"aria-label": _(section.title), "data-section": section.id},
    )


def _read_address(app: Dash) -> None:
    app.clientside_callback(
        ClientsideFunction("command_center", "readAddress"),
        Output("path", "data"),
        Output("coming", "data"),
        Output("view", "data"),
        Output("target", "data"),
        Input("url", "pathname"),
        Input("url", "search"),
        State("path", "data"),
        State("view", "data"),
        State("target", "data"),
    )


def _show_page(app: Dash, panels: Panels, views: SavedViews) -> None:
    @app.callback(
        Output("page", "children"),
        Output("view", "data", allow_duplicate=True),
        Output("target", "data", allow_duplicate=True),
        Input("path", "data"),
        State("coming", "data"),
        State("view", "data"),
        State("target", "data"),
        prevent_initial_call=True,
    )
    @needs(Role.VIEWER)
    @begun
    def show_page(path: Any, coming: Any, query: Any, target: Any) -> Any:
        if path is None:
            raise PreventUpdate
        comes_along = _what_comes_along(coming, query, target)
        view = View.of_address(path, coming.get("view"))
        page = panels.pages.at(view.path)
        with speaking(panels.language(view)):
            frame = _frame_of(panels, page, view)
            told = of_link(view.path, _joined(coming.get("view"), coming.get("target")), page, views, panels.center)
        return [_link_told(told), frame] if told else frame, *comes_along


def _link_told(told: LinkTold) -> html.Div:
    """Returns what is said of a link that is not understood whole; its own link reads the page anew."""
    sentences = [html.P(sentence) for sentence in told.sentences]
    return html.Div([*sentences, html.A(_("Show the page without it"), href=told.plain)], className="link-told", role="status")


def _what_comes_along(coming: Any, query: Any, target: Any) -> tuple[Any, Any]:
    """Returns what the next page's address says beside its path; nothing that is known already, which would be drawn twice."""
    if not isinstance(coming, dict):
        raise BadInput("An address has a view and a target.")
    return (
        no_update if coming.get("view") == query else coming.get("view"),
        no_update if coming.get("target") == target == "" else coming.get("target"),
    )


def _frame_of(panels: Panels, page: Page | None, view: View) -> html.Div:
    if page is None:
        return _no_such_page(panels.pages, view)
    if not asking().role.covers(page.role):
        return _not_for_you(page, view)
    return _nothing_loaded(page, view) if page.needs_data and panels.center.is_empty else page_frame(page, view.path)


def _not_for_you(page: Page, view: View) -> html.Div:
    told = html.P(_("Only an administrator may open this page. Ask whoever looks after the command center."), className="q")
    return html.Div(
        html.Section([html.H1(_(page.title), className="title"), told], className="panel nothing-yet"),
        className="page flow",
        **{"data-title": _(page.title), "data-path": view.path},
    )


def _nothing_loaded(page: Page, view: View) -> html.Div:
    """A page before there is any data: what it will tell, and the way there. The script reads it anew once something is loaded."""
    way = html.A(_("Load your exports"), href=view.elsewhere("/start"), className="button", **{"data-nav": "true"})
    is_loader = is_offered(Role.ADMIN)
    told = html.P(
        _("Nothing has been loaded yet. Give the command center some exports, or look at sample data first."), className="q"
    )
    return html.Div(
        html.Section(
            [
                html.H1(_(page.title), className="title"),
                html.P(_(page.question), className="q"),
                told,
                *([html.P(way)] if is_loader else []),
            ],
            className="panel nothing-yet",
        ),
        className="page flow",
        **{"data-title": _(page.title), "data-path": view.path, "data-until-loaded": "true"},
    )


def _no_such_page(pages: Pages, view: View) -> html.Div:
    links = [html.Li(html.A(_(page.title), href=view.elsewhere(page.path), **{"data-nav": "true"})) for page in pages.menu]
    return html.Div(
        html.Section(
            [html.H1(_("There is no such page")), html.P(_("These are the pages there are:")), html.Ul(links)], className="panel"
        ),
        className="page flow",
        **{"data-title": _("No such page"), "data-path": view.path},
    )


def _draw_lane(app: Dash, panels: Panels, cache: SharedCache) -> None:
    @app.callback(Output(DRAWN, "data"), Input("view", "data"), Input("version", "data"), State(DRAWN, "id"))
    @needs(Role.VIEWER)
    @begun
    def draw_lane(query: Any, version: Any, lane: Any) -> Any:
        named = panel_names(lane)
        if query is None:
            raise PreventUpdate
        if any(panels.section(page, name) is None for page, name in named):
            raise BadInput("There is no such panel.")
        for page, _name in named:
            asking().must_cover(panels.role_of(page))
        views = {page: View.of_address(None if page == "*" else page, query) for page, _ in named}
        return [drawn(panels, cache, page, name, views[page]) for page, name in named]


def drawn(panels: Panels, cache: SharedCache, page: str, name: str, view: View) -> dict[str, str]:
    """Returns a panel's HTML and the version it was drawn from, drawn once per version and view; people are not kept."""
    version, section = current_version(panels), panels.section(page, name)
    view = section.looked_at(view) if section else view
    parts = (
        "panel",
        version or "",
        asking().role,
        page,
        name,
        view.href(),
        view.problem or "",
    )  # what is offered differs by role
    is_live = section is not None and section.before_data
    is_kept = version is not None and not is_live and not view.search and not page.startswith("/customers/")

    of_page = panels.pages.at(page)
    good = ("drawn last", of_page.path if of_page else page, name)

    def made(make: Callable[[], str]) -> str:
        html = make()
        cache.keep(good, datetime.now(UTC).replace(tzinfo=None))
        return html

    def once(make: Callable[[], str]) -> str:
        return cache.once(parts, partial(made, make), names_nobody) if is_kept else made(make)

    html = str(panels.draw(page, name, view, once, partial(cache.kept, good)))
    if (page, name) == ("*", "header"):
        with speaking(panels.language(view)):
            html = _who.put_into(html, asking())
    return {"page": page, "panel": name, "version": version or "", "html": html}


def warm(panels: Panels, cache: SharedCache) -> None:
    """Draws the first page's panels before anybody asks, so that the first visitor does not wait."""
    frame = [("*", "header", View.read(None, "")), ("*", "footer", View.read(None, ""))]
    page = panels.pages.at("/")
    sections = [("/", section.id, View.read("/", "")) for section in page.sections] if page else []
    for path, name, view in [*frame, *sections]:
        drawn(panels, cache, path, name, view)


def panel_names(lane: Any) -> list[tuple[str, str]]:
    """Reads the pattern ids of the panels of a lane; raises BadInput for anything else, and for more than a page has."""
    if not isinstance(lane, list) or not 0 < len(lane) <= MOST_PANELS:
        raise BadInput("A call names the panels that it draws.")
    return [_panel_name(panel) for panel in lane]


def _panel_name(panel: Any) -> tuple[str, str]:
    if not isinstance(panel, dict) or set(panel) != {"type", "page", "lane", "panel"}:
        raise BadInput("A panel is named by page, lane and panel.")
    page, name = panel["page"], panel["panel"]
    if not isinstance(page, str) or not isinstance(name, str) or len(page) > 300 or len(name) > 100:
        raise BadInput("A panel is named by page, lane and panel.")
    return page, name


def _draw_drawer(app: Dash, panels: Panels) -> None:
    @app.callback(
        Output("drawer", "data"), Input("target", "data"), Input("version", "data"), State("path", "data"), State("view", "data")
    )
    @needs(Role.VIEWER)
    @begun
    def draw_drawer(target: Any, version: Any, path: Any, query: Any) -> Any:
        if target is None:
            return no_update
        return {"html": str(panels.draw_drawer(View.of_address(path, _joined(query, target))))}


def _joined(query: Any, target: Any) -> str:
    if not all(part is None or isinstance(part, str) for part in (query, target)):
        raise BadInput("An address is text.")
    return "&".join(part for part in (query, target) if part)


def _put_into_page(app: Dash) -> None:
    app.clientside_callback(
        ClientsideFunction("command_center", "putPanels"),
        Output(PUT, "data"),
        Input(DRAWN, "data"),
    )
    app.clientside_callback(
        ClientsideFunction("command_center", "putDrawer"),
        Input("drawer", "data"),
    )
