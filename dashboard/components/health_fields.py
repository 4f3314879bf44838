"""How complete the fields are: of each field of each source's rows, the share told last month and in the month before."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from dashboard import table as tables
from dashboard.look import Look
from dashboard.states import AT_RISK
from dashboard.table import Table
from dashboard.templates import render
from dashboard.view import View
from metrics.language import _
from metrics.named import entity_name

SHOWN = 10
ALL_SHOWN = 60
SELDOM = 0.5
FELL = 0.1
LEAST = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Fields:
    """What is told of each field, and whether every one is shown."""

    rows: tuple[Mapping[str, Any], ...]
    shows_all: bool


def fetch(center: Any, view: View) -> Fields:
    rows = tuple(row for row in center.completeness() if row["rows"])
    return Fields(rows=rows, shows_all=view.options.get("fields") == "all")


def draw(fields: Fields, look: Look) -> Markup:
    found = _listed(fields)
    most = ALL_SHOWN if fields.shows_all else SHOWN
    return render(
        "health_fields.html",
        title=look.title,
        question=look.question,
        rows=[_row(row, look) for row in found[:most]],
        more=max(0, len(found) - most),
        never=len({(row["entity"], row["field"]) for row in fields.rows}) - len(_told(fields)),
    )


def table(fields: Fields, look: Look) -> Table:
    heads = (_("entity"), _("source"), _("field"), _("rows"), _("told"), _("last month"), _("month before"))
    rows = [
        [
            tables.text(entity_name(row["entity"])),
            tables.text(row["source"]),
            tables.text(row["field"]),
            tables.count(row["rows"], look),
            tables.number(row["filled"] / row["rows"], "percent", look),
            tables.number(_share(row, "last_month"), "percent", look),
            tables.number(_share(row, "month_before"), "percent", look),
        ]
        for row in fields.rows
    ]
    return Table(heads, rows)


def _told(fields: Fields) -> set[tuple[str, str]]:
    return {(row["entity"], row["field"]) for row in fields.rows if row["filled"]}


def _listed(fields: Fields) -> list[Mapping[str, Any]]:
    """Returns the fields that fell, the greatest fall first, then those told of less than half the rows; or every one."""
    if fields.shows_all:
        return list(fields.rows)
    fell = [row for row in fields.rows if _fall(row) >= FELL]
    seldom = [row for row in fields.rows if _fall(row) < FELL and 0 < row["filled"] < SELDOM * row["rows"]]
    return sorted(fell, key=lambda row: -_fall(row)) + sorted(seldom, key=lambda row: -row["rows"])


def _fall(row: Mapping[str, Any]) -> float:
    last, before = _share(row, "last_month"), _share(row, "month_before")
    if last is None or before is None or min(row["rows_last_month"], row["rows_month_before"]) < LEAST:
        return 0.0
    return before - last


def _share(row: Mapping[str, Any], when: str) -> float | None:
    rows = row[f"rows_{when}"]
    return row[f"filled_{when}"] / rows if rows else None


def _row(row: Mapping[str, Any], look: Look) -> dict[str, Any]:
    reader, last, before = look.reader, _share(row, "last_month"), _share(row, "month_before")
    return {
        "key": f"{row['entity']}.{row['source']}.{row['field']}",
        "entity": entity_name(row["entity"]),
        "source": row["source"],
        "field": row["field"].replace("_", " "),
        "rows": reader.count(row["rows"]),
        "share": reader.percent(row["filled"] / row["rows"], 0),
        "width": round(100 * row["filled"] / row["rows"], 2),
        "last": reader.percent(last, 0) if last is not None else "",
        "before": reader.percent(before, 0) if before is not None else "",
        "fell": AT_RISK if _fall(row) >= FELL else None,
    }
