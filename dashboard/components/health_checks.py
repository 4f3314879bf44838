"""The checks by severity: what each says, and how many rows break it, which open."""

from collections.abc import Mapping
from typing import Any, Final

from markupsafe import Markup

from dashboard import table as tables
from dashboard.look import Look
from dashboard.states import AT_RISK, CANT_TELL, MISSED, State
from dashboard.table import Table
from dashboard.templates import render
from dashboard.view import View
from metrics.language import _, later

Rows = tuple[Mapping[str, Any], ...]

SEVERITIES: Final = {"error": later("error"), "warning": later("warning"), "note": later("note")}
BY_SEVERITY: Final[Mapping[str, State]] = {"error": MISSED, "warning": AT_RISK, "note": CANT_TELL}


def fetch(center: Any, view: View) -> Rows:
    found: Rows = center.checks()
    return found


def broken(checks: Rows) -> list[Mapping[str, Any]]:
    """Returns the checks that do not hold, the gravest and then the most frequent first."""
    found = [row for row in checks if row["rows"]]
    return sorted(found, key=lambda row: ([*BY_SEVERITY].index(row["severity"]), -row["rows"], row["check_id"]))


def draw(checks: Rows, look: Look) -> Markup:
    found = broken(checks)
    chosen = look.view.options.get("check") or (found[0]["check_id"] if found else "")
    return render(
        "health_checks.html",
        title=look.title,
        question=look.question,
        rows=[_row(row, chosen, look) for row in found],
        holding=[{"name": named(row["check_id"]), "says": _(row["sentence"])} for row in checks if not row["rows"]],
    )


def table(checks: Rows, look: Look) -> Table:
    rows = [
        [
            tables.text(named(row["check_id"])),
            tables.text(_(SEVERITIES[row["severity"]])),
            tables.count(row["rows"], look),
            tables.text(_(row["sentence"])),
        ]
        for row in [*broken(checks), *(row for row in checks if not row["rows"])]
    ]
    return Table((_("check"), _("severity"), _("rows"), _("what it says")), rows)


def named(check_id: str) -> str:
    """Returns a check's name in words."""
    words = check_id.replace("_", " ")
    return _(words[:1].upper() + words[1:])


def _row(row: Mapping[str, Any], chosen: str, look: Look) -> dict[str, Any]:
    return {
        "key": row["check_id"],
        "name": named(row["check_id"]),
        "says": _(row["sentence"]),
        "severity": _(SEVERITIES[row["severity"]]),
        "state": BY_SEVERITY[row["severity"]],
        "count": look.reader.count(row["rows"]),
        "rows": look.reader.counted(row["rows"], "row", "rows"),
        "href": look.view.chosen(check=row["check_id"]).href(),
        "is_chosen": row["check_id"] == chosen,
    }
