"""The rows behind one check: whose they are, and the file and line that told them."""

from collections.abc import Mapping
from typing import Any

from markupsafe import Markup

from dashboard import table as tables
from dashboard.components.health_checks import BY_SEVERITY, broken, named
from dashboard.look import Look
from dashboard.table import Cell, Table
from dashboard.templates import render
from dashboard.view import View
from metrics.data_health import CheckRows
from metrics.language import _
from metrics.named import entity_name

NAMES_PEOPLE = True
SHOWN = 12
MOST = 10_000


def fetch(center: Any, view: View) -> CheckRows | None:
    """Returns the rows of the check that is chosen, of the gravest unless one is."""
    chosen = view.options.get("check") or next((str(row["check_id"]) for row in broken(center.checks())), "")
    found: CheckRows | None = center.check_rows(chosen, limit=MOST) if chosen else None
    return found


def draw(found: CheckRows | None, look: Look) -> Markup:
    if found is None:
        return render("health_check_rows.html", title=look.title, look=look, check=None)
    count = look.reader.counted(found.rows, "row", "rows")
    return render(
        "health_check_rows.html",
        title=look.title,
        check={
            "name": named(found.check_id),
            "says": _(found.sentence),
            "state": BY_SEVERITY[found.severity],
            "severity": found.severity,
            "count": count,
            "sql": found.sql,
        },
        heads=_heads(found),
        rows=[_cells(row, found, look) for row in found.found[:SHOWN]],
        more=look.reader.count(found.rows - SHOWN) if found.rows > SHOWN else "",
        is_hidden=not found.found and found.rows > 0,
    )


def table(found: CheckRows | None, look: Look) -> Table:
    if found is None:
        return Table((), ())
    if found.kind == "things":
        heads = list(found.found[0]) if found.found else [_("row")]
        return Table(
            list(map(_column, heads)),
            [[tables.text(_plain(row[head], look)) for head in heads] for row in found.found],
        )
    heads = (_("customer"), _("customer id"), _("of"), _("id"), _("when"), _("file"), _("record"))
    return Table(heads, [_told(row, look) for row in found.found])


def _column(name: str) -> str:
    return _(name.replace("_", " "))


def _told(row: Mapping[str, Any], look: Look) -> list[Cell]:
    return [
        tables.text(row["name"] or _("unnamed")),
        tables.text(row["customer_id"]),
        tables.text(entity_name(str(row.get("entity") or "customers"))),
        tables.text(row.get("row_id")),
        Cell(_plain(row["dated_at"], look), row["dated_at"]),
        tables.text(row.get("source_file")),
        tables.count(row.get("source_line"), look),
    ]


def _heads(found: CheckRows) -> tuple[str, ...]:
    if found.kind == "things":
        return tuple(map(_column, found.found[0])) if found.found else (_("row"),)
    return (
        (_("customer"), _("when")) if found.kind == "customers" else (_("customer"), _("what"), _("when"), _("file and record"))
    )


def _cells(row: Mapping[str, Any], found: CheckRows, look: Look) -> list[dict[str, str]]:
    if found.kind == "things":
        return [{"words": _plain(value, look), "href": "", "small": ""} for value in row.values()]
    href = look.story(str(row["customer_id"])) if row["customer_id"] else ""
    who = row["name"] or (row["customer_id"] if row["customer_id"] else _("nobody known"))
    customer = {"words": who, "href": href, "small": ""}
    when = {"words": look.day(row["dated_at"]) if row["dated_at"] else "", "href": "", "small": ""}
    if found.kind == "customers":
        return [customer, when]
    what = {"words": entity_name(row["entity"]), "href": row["source_url"] or "", "small": row["row_id"]}
    where = {"words": row["source_file"], "href": "", "small": _("record {n}", n=look.reader.count(row["source_line"]))}
    return [customer, what, when, where]


def _plain(value: Any, look: Look) -> str:
    if value is None:
        return ""
    return look.reader.full_moment(value) if hasattr(value, "hour") else str(value)
