"""Who makes records of people whom the same source knew already, by the team that serves them; by owner where that is agreed."""

from collections.abc import Mapping
from typing import Any

from markupsafe import Markup

from dashboard import table as tables
from dashboard.look import Look
from dashboard.states import TOO_FEW_FOR_A_SHARE
from dashboard.table import Table
from dashboard.templates import render
from dashboard.view import View
from metrics.language import _
from metrics.named import group_name

Rows = tuple[Mapping[str, Any], ...]

SHOWN = 10
CHECK = "record_doubled"


def fetch(center: Any, view: View) -> Rows:
    found: Rows = center.doubled_records()
    return found


def draw(rows: Rows, look: Look) -> Markup:
    doubled = sum(row["doubled"] for row in rows)
    return render(
        "health_doubled.html",
        title=look.title,
        question=look.question,
        count=look.reader.count(doubled),
        of=look.reader.counted(sum(row["records"] for row in rows), "record", "records"),
        href=look.view.chosen(check=CHECK).href(),
        rows=[_row(row, look) for row in rows[:SHOWN]],
        by_owner=any(row["owner"] for row in rows),
        more=max(0, len(rows) - SHOWN),
    )


def table(rows: Rows, look: Look) -> Table:
    shown = [
        [
            tables.text(row["source"]),
            tables.text(group_name(row["team"])),
            tables.text(row["owner"]),
            tables.count(row["records"], look),
            tables.count(row["doubled"], look),
            tables.count(row["customers"], look),
        ]
        for row in rows
    ]
    return Table((_("source"), _("business unit"), _("owner"), _("records"), _("made twice"), _("customers")), shown)


def _row(row: Mapping[str, Any], look: Look) -> dict[str, str]:
    is_told = row["records"] >= TOO_FEW_FOR_A_SHARE
    return {
        "source": row["source"],
        "team": group_name(row["owner"] or row["team"]),
        "records": look.reader.count(row["records"]),
        "doubled": look.reader.count(row["doubled"]),
        "share": look.reader.percent(row["doubled"] / row["records"]) if is_told else _("too few"),
    }
