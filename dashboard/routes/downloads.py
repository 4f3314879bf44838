"""The list behind a number as a file, what a chart shows as a file, and the hold list for a campaign tool: CSV or a workbook."""

from flask import Flask, Response, request

from dashboard import panel_menu
from dashboard.access.noted import must_say_why, noted
from dashboard.access.who import Role, asking, needs
from dashboard.callbacks import current_version
from dashboard.components import drawer
from dashboard.errors import BadInput
from dashboard.files import File, about, file_of_rows
from dashboard.may_contact import marked, marked_table
from dashboard.panels import Panels, Shown, module_of
from dashboard.pictures.pictures import Pictures
from dashboard.pictures.sheet import sheet
from dashboard.view import View
from dashboard.wall import program
from metrics.language import _, speaking, spoken
from queries.audit import EXPORT
from queries.errors import QueriesError

MOST_ROWS = 100_000


VALUED = ("money", "seconds", "score", "nps")
"""The units that a row of a list is worth something in."""


def register(server: Flask, panels: Panels, pictures: Pictures) -> None:
    """Adds /customers, which takes the query of any address with a number opened, /panel and /hold-list, each as .csv and .xlsx.

    /panel holds what a chart shows, also as a picture, .png and .svg; /hold-list who must not be contacted, for a campaign tool.
    """

    @server.get("/hold-list.csv")
    @server.get("/hold-list.xlsx")
    @needs(Role.MANAGER)
    def hold_list_file() -> Response:
        return _hold_list(panels)

    @server.get("/panel.csv")
    @server.get("/panel.xlsx")
    @needs(Role.VIEWER)
    def panel_file() -> Response:
        return _panel(panels)

    @server.get("/panel.png")
    @server.get("/panel.svg")
    @needs(Role.VIEWER)
    def panel_picture() -> Response:
        return _picture(panels, pictures)

    @server.get("/customers.csv")
    @server.get("/customers.xlsx")
    @needs(Role.MANAGER)
    def customers_file() -> Response:
        return _customers(panels)


def form_asked() -> str:
    """Returns in which form a file is asked for: the end of its address."""
    return request.path.rpartition(".")[2]


def _customers(panels: Panels) -> Response:
    """Answers with the list behind the number that the address opens."""
    view = View.read("/", request.query_string.decode("ascii", "replace"))
    if view.target is None:
        raise BadInput("Open a number first: the address needs open=<metric>.")
    if view.problem:
        raise BadInput(view.problem)
    metric = view.target.metric
    must_say_why()
    try:
        people = marked(panels.center, drawer.people(panels.center, view, limit=MOST_ROWS))
        noted(panels.center, EXPORT, of=metric, customers=people.customer_ids)
    except QueriesError as problem:
        raise BadInput(str(problem)) from None
    with speaking(panels.language(view)):
        look = panels.look(view)
        unit = look.specs[metric].unit if metric in look.specs else ""
        units = {"value": unit} if unit in VALUED else {}
        told = about(drawer.title(people, look), [people], look, panels.company)
        return file_of_rows(metric, people.rows, people.columns, units, told).as_answer(form_asked())


def _hold_list(panels: Panels) -> Response:
    """Answers with who must not be contacted now, as the campaign tool named by `for` takes it in."""
    tool = request.args.get("for", "csv")
    must_say_why()
    try:
        held = panels.center.hold_list(tool)
        noted(panels.center, EXPORT, of="hold list", customers=held.customer_ids)
    except QueriesError as problem:
        raise BadInput(str(problem)) from None
    rows = [{name: row[name] for name in held.columns} for row in held.rows]
    with speaking(panels.language(View.read("/", request.query_string.decode("ascii", "replace")))):
        dated = [(_("data as of"), held.as_of), (_("snapshot"), held.snapshot), (_("moments"), "UTC")]
        told = [(_("title"), _("Who must not be contacted now")), (_("campaign tool"), held.tool), *dated]
        return file_of_rows(f"hold-list-{held.tool}", rows, held.columns, about=told).as_answer(form_asked())


def _shown(panels: Panels) -> tuple[View, Shown]:
    """Returns what one panel of a page shows: of_page and of_panel name it, the rest is the page's address."""
    view = View.read(request.args.get("of_page", "/"), request.query_string.decode("ascii", "replace"))
    if view.problem:
        raise BadInput(view.problem)
    asking().must_cover(panels.role_of(view.path))
    try:
        shown = panels.shown(view.path, request.args.get("of_panel", ""), view)
    except QueriesError as problem:
        raise BadInput(str(problem)) from None
    if shown is None:
        raise BadInput("There is no such chart.")
    return view, shown


def _panel(panels: Panels) -> Response:
    """Answers with what one panel shows as a table."""
    view, shown = _shown(panels)
    table = shown.table
    if table is None:
        raise BadInput("There is no such chart.")
    if table.names_people:
        asking().must_cover(Role.MANAGER)
        must_say_why()
        noted(panels.center, EXPORT, of=f"{view.path} {shown.look.panel}", customers=table.people)
        table = marked_table(panels.center, table)
    with speaking(panels.language(view)):
        told = about(shown.look.title, shown.sources, shown.look, panels.company)
        return File(name=shown.look.panel, heads=table.heads, rows=table.rows, about=told).as_answer(form_asked())


def _picture(panels: Panels, pictures: Pictures) -> Response:
    """Answers with a picture of one panel, of those alone whose menu offers one."""
    view, shown = _shown(panels)
    if not shown.may_be_pictured:
        raise BadInput("Of this panel there is no picture: it names customers, foretells what they will do, or shows nothing.")
    with speaking(panels.language(view)):
        drawn = module_of(shown.section).draw(shown.told, shown.look)
        told = panel_menu.standing(shown.sources, shown.look, panels.company)
        return pictures.answer(form_asked(), lambda theme: sheet(drawn, told, theme), shown.look.panel, _mark(panels, shown))


def _mark(panels: Panels, shown: Shown) -> str:
    """Returns the mark of what a picture shows: which figures, as who asks sees them; empty of what is never kept."""
    version = current_version(panels)
    if version is None or shown.section.before_data or shown.look.view.path.startswith("/customers/"):
        return ""
    words = request.query_string.decode("ascii", "replace")
    return "\n".join((version, program(), asking().policy.key, shown.look.panel, words, spoken()))
