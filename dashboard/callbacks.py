"""The handful of callbacks that serve every page.

The address is the only state: it is read in the browser, and every server call gets its text and parses it again.
The server answers with strings; assets/command_center.js puts them into the page and replaces only what changed.
"""

from collections.abc import Callable
from typing import Any

from dash import ALL, MATCH, ClientsideFunction, Dash, Input, Output, State, dcc, html, no_update
from dash.exceptions import PreventUpdate

from dashboard.cache import SharedCache
from dashboard.errors import BadInput
from dashboard.gate import begun
from dashboard.page import Page, Pages, Section
from dashboard.panels import Panels
from dashboard.view import View

DRAWN = {"type": "drawn", "page": MATCH, "panel": MATCH}
EVERY_DRAWN = {"type": "drawn", "page": ALL, "panel": ALL}


def register(app: Dash, panels: Panels, cache: SharedCache) -> None:
    """Registers the callbacks on one app."""
    _read_address(app)
    _show_page(app, panels.pages)
    _draw_panel(app, panels, cache)
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
            html.Div(id="band", role="status", className="band", hidden=True),
            html.Main(id="page", tabIndex=-1),
            html.Footer(place("*", "footer"), className="foot"),
            html.Aside(id="drawer-place", className="drawer", hidden=True, **{"aria-label": "The customers behind a number"}),
        ],
    )


def current_version(panels: Panels) -> str | None:
    """Returns the snapshot and definitions that are current, or None before the first load."""
    try:
        return f"{panels.center.snapshot}/{panels.center.definitions}"
    except Exception:  # a page is shown all the same, and its panels say what is wrong
        return None


def place(page: str, panel: str) -> list[Any]:
    """Returns a panel's store and the element that its HTML goes into."""
    return [
        dcc.Store(id={"type": "drawn", "page": page, "panel": panel}),
        html.Div(className="drawn", **{"data-page": page, "data-panel": panel, "data-waits": "true"}),
    ]


def page_frame(page: Page, path: str) -> html.Div:
    """Returns a page's sections as skeletons of their final size."""
    return html.Div(
        [frame for section in page.sections for frame in (*_part_head(section), _section_frame(page, section, path))],
        className=f"page {page.layout}",
        **{"data-title": page.title, "data-path": page.path},
    )


def _part_head(section: Section) -> list[html.H2]:
    return [html.H2(section.begins, id=section.anchor, className="part-head")] if section.begins else []


def _section_frame(page: Page, section: Section, path: str) -> html.Section:
    return html.Section(
        place(path, section.id),
        className=f"panel is-{section.kind} {section.size}",
        **{"aria-label": section.title, "data-section": section.id},
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


def _show_page(app: Dash, pages: Pages) -> None:
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
    @begun
    def show_page(path: Any, coming: Any, query: Any, target: Any) -> Any:
        if path is None:
            raise PreventUpdate
        view = View.read(path, "")
        page = pages.at(view.path)
        frame = page_frame(page, view.path) if page else _no_such_page(pages, view.path)
        return frame, *_what_comes_along(coming, query, target)


def _what_comes_along(coming: Any, query: Any, target: Any) -> tuple[Any, Any]:
    """Returns what the next page's address says beside its path; nothing that is known already, which would be drawn twice."""
    if not isinstance(coming, dict):
        raise BadInput("An address has a view and a target.")
    return (
        no_update if coming.get("view") == query else coming.get("view"),
        no_update if coming.get("target") == target == "" else coming.get("target"),
    )


def _no_such_page(pages: Pages, path: str) -> html.Div:
    links = [html.Li(html.A(page.title, href=page.path, **{"data-nav": "true"})) for page in pages.menu]
    return html.Div(
        html.Section(
            [html.H1("There is no such page"), html.P("These are the pages there are:"), html.Ul(links)], className="panel"
        ),
        className="page flow",
        **{"data-title": "No such page", "data-path": path},
    )


def _draw_panel(app: Dash, panels: Panels, cache: SharedCache) -> None:
    @app.callback(Output(DRAWN, "data"), Input("view", "data"), Input("version", "data"), State(DRAWN, "id"))
    @begun
    def draw_panel(query: Any, version: Any, panel: Any) -> Any:
        page, name = panel_name(panel)
        if query is None:
            raise PreventUpdate
        view = View.of_address(None if page == "*" else page, query)
        if panels.section(page, name) is None:
            raise BadInput("There is no such panel.")
        return drawn(panels, cache, page, name, view)


def drawn(panels: Panels, cache: SharedCache, page: str, name: str, view: View) -> dict[str, str]:
    """Returns a panel's HTML and the version it was drawn from, drawn once per version and view; people are not kept."""
    version, section = current_version(panels), panels.section(page, name)
    view = section.looked_at(view) if section else view
    parts = ("panel", version or "", page, name, view.href(), view.problem or "")
    is_kept = version is not None and not view.search and not page.startswith("/customers/")

    def once(make: Callable[[], str]) -> str:
        return cache.once(parts, make) if is_kept else make()

    return {"page": page, "panel": name, "version": version or "", "html": str(panels.draw(page, name, view, once))}


def warm(panels: Panels, cache: SharedCache) -> None:
    """Draws the first page's panels before anybody asks, so that the first visitor does not wait."""
    frame = [("*", "header", View.read(None, "")), ("*", "footer", View.read(None, ""))]
    page = panels.pages.at("/")
    sections = [("/", section.id, View.read("/", "")) for section in page.sections] if page else []
    for path, name, view in [*frame, *sections]:
        drawn(panels, cache, path, name, view)


def panel_name(panel: Any) -> tuple[str, str]:
    """Reads a panel's pattern id; raises BadInput for anything else."""
    if not isinstance(panel, dict) or set(panel) != {"type", "page", "panel"}:
        raise BadInput("A panel is named by page and panel.")
    page, name = panel["page"], panel["panel"]
    if not isinstance(page, str) or not isinstance(name, str) or len(page) > 300 or len(name) > 100:
        raise BadInput("A panel is named by page and panel.")
    return page, name


def _draw_drawer(app: Dash, panels: Panels) -> None:
    @app.callback(
        Output("drawer", "data"), Input("target", "data"), Input("version", "data"), State("path", "data"), State("view", "data")
    )
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
        Input(EVERY_DRAWN, "data"),
    )
    app.clientside_callback(
        ClientsideFunction("command_center", "putDrawer"),
        Input("drawer", "data"),
    )
