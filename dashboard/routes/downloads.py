"""The list behind a number as a file, what a chart shows as a file, and the hold list for a campaign tool."""

import csv
import io
from collections.abc import Iterable, Mapping
from typing import Any

from flask import Flask, Response, request

from dashboard.access.noted import must_say_why, noted
from dashboard.access.who import Role, asking, needs
from dashboard.components import drawer
from dashboard.errors import BadInput
from dashboard.may_contact import marked, marked_table
from dashboard.panels import Panels
from dashboard.view import View
from metrics.answer import json_ready
from queries.audit import EXPORT
from queries.errors import QueriesError

FORMULA_STARTS = ("=", "+", "-", "−", "@", "\t", "\r", "\n")
MOST_ROWS = 100_000


def register(server: Flask, panels: Panels) -> None:
    """Adds /customers.csv, which takes the query of any address with a number opened, /panel.csv and /hold-list.csv.

    /panel.csv holds what a chart shows, /hold-list.csv who must not be contacted, for a campaign tool.
    """

    @server.get("/hold-list.csv")
    @needs(Role.MANAGER)
    def hold_list_csv() -> Response:
        return _hold_list_csv(panels)

    @server.get("/panel.csv")
    @needs(Role.VIEWER)
    def panel_csv() -> Response:
        return _panel_csv(panels)

    @server.get("/customers.csv")
    @needs(Role.MANAGER)
    def customers_csv() -> Response:
        view = View.read("/", request.query_string.decode("ascii", "replace"))
        if view.target is None:
            raise BadInput("Open a number first: the address needs open=<metric>.")
        if view.problem:
            raise BadInput(view.problem)
        must_say_why()
        try:
            people = marked(panels.center, drawer.people(panels.center, view, limit=MOST_ROWS))
            noted(panels.center, EXPORT, of=view.target.metric, customers=people.customer_ids)
        except QueriesError as problem:
            raise BadInput(str(problem)) from None
        name = f"{view.target.metric}.csv"
        return Response(
            as_csv(people.rows, people.columns),
            mimetype="text/csv",
            headers={"Content-Disposition": f'attachment; filename="{name}"'},
        )


def _hold_list_csv(panels: Panels) -> Response:
    """Answers with who must not be contacted now, as the campaign tool named by `for` takes it in."""
    tool = request.args.get("for", "csv")
    must_say_why()
    try:
        held = panels.center.hold_list(tool)
        noted(panels.center, EXPORT, of="hold list", customers=held.customer_ids)
    except QueriesError as problem:
        raise BadInput(str(problem)) from None
    rows = [{name: row[name] for name in held.columns} for row in held.rows]
    disposition = {"Content-Disposition": f'attachment; filename="hold-list-{held.tool}.csv"'}
    return Response(as_csv(rows, held.columns), mimetype="text/csv", headers=disposition)


def _panel_csv(panels: Panels) -> Response:
    """Answers with what one panel of a page shows: of_page and of_panel name it, the rest is the page's address."""
    view = View.read(request.args.get("of_page", "/"), request.query_string.decode("ascii", "replace"))
    name = request.args.get("of_panel", "")
    if view.problem:
        raise BadInput(view.problem)
    asking().must_cover(panels.role_of(view.path))
    try:
        table = panels.table(view.path, name, view)
    except QueriesError as problem:
        raise BadInput(str(problem)) from None
    if table is None:
        raise BadInput("There is no such chart.")
    if table.names_people:
        asking().must_cover(Role.MANAGER)
        must_say_why()
        noted(panels.center, EXPORT, of=f"{view.path} {name}", customers=table.people)
        table = marked_table(panels.center, table)
    disposition = {"Content-Disposition": f'attachment; filename="{name}.csv"'}
    return Response(csv_of(table.heads, table.plain()), mimetype="text/csv", headers=disposition)


def as_csv(rows: Iterable[Mapping[str, Any]], columns: Iterable[str] = ()) -> str:
    """Returns rows as CSV with a header, of these columns first; moments are UTC, cells that a spreadsheet would run are made text."""
    listed = [*rows]
    names = list(dict.fromkeys([*columns, *(name for row in listed for name in row)]))
    return csv_of(names, [[row.get(name) for name in names] for row in listed])


def csv_of(heads: Iterable[str], rows: Iterable[Iterable[Any]]) -> str:
    """Returns rows of cells as CSV under their heads, in their order; as as_csv."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(heads)
    writer.writerows([[safe_cell(json_ready(cell)) for cell in row] for row in rows])
    return out.getvalue()


def safe_cell(value: Any) -> Any:
    """Returns a cell that no spreadsheet runs as a formula."""
    if isinstance(value, str) and value.startswith(FORMULA_STARTS):
        return f"'{value}"
    return value
