"""The alarms: what the newest export of each source should make a person look at, and what earlier ones did."""

from collections.abc import Mapping
from typing import Any, Final

from markupsafe import Markup

from dashboard import table as tables
from dashboard.look import Look
from dashboard.states import AT_RISK, MISSED, State
from dashboard.table import Table
from dashboard.templates import render
from dashboard.view import View
from metrics.language import _
from metrics.ledger import ALARM_NAMES
from metrics.sentences import in_words

Rows = tuple[Mapping[str, Any], ...]

KINDS: Final[Mapping[str, State]] = {
    "no rows": MISSED,
    "fewer rows": MISSED,
    "gone": AT_RISK,
    "late": AT_RISK,
    "empty keys": AT_RISK,
    "dated ahead": AT_RISK,
    "unknown words": AT_RISK,
}
SHOWN: Final = 8
EARLIER: Final = 12


def fetch(center: Any, view: View) -> Rows:
    found: Rows = center.alarms()
    return found


def newest(alarms: Rows) -> list[Mapping[str, Any]]:
    """Returns the alarms of each source's last load, the gravest first."""
    order = [*KINDS]
    return sorted((row for row in alarms if row["is_newest"]), key=lambda row: order.index(row["alarm"]))


def draw(alarms: Rows, look: Look) -> Markup:
    now, earlier = newest(alarms), [row for row in alarms if not row["is_newest"]]
    return render(
        "health_alarms.html",
        title=look.title,
        question=look.question,
        rows=[_row(row, look) for row in now[:SHOWN]],
        more=max(0, len(now) - SHOWN),
        earlier=[_row(row, look) for row in earlier[:EARLIER]],
        before=len(earlier),
    )


def table(alarms: Rows, look: Look) -> Table:
    rows = [
        [
            tables.text(name_of(row)),
            tables.text(in_words(row["sentence"])),
            tables.text(row["source"]),
            tables.Cell(_loaded(row, look), row["loaded_at"]),
            tables.text(_("yes") if row["is_newest"] else _("no")),
        ]
        for row in alarms
    ]
    return Table((_("alarm"), _("what it says"), _("source"), _("loaded"), _("of the newest load of its source")), rows)


def _row(row: Mapping[str, Any], look: Look) -> dict[str, Any]:
    return {
        "state": KINDS[row["alarm"]],
        "name": name_of(row),
        "says": in_words(row["sentence"]),
        "source": row["source"],
        "loaded": _loaded(row, look),
    }


def name_of(row: Mapping[str, Any]) -> str:
    """Returns what an alarm is called."""
    return _(ALARM_NAMES[row["alarm"]]) if row["alarm"] in ALARM_NAMES else str(row["alarm"])


def _loaded(row: Mapping[str, Any], look: Look) -> str:
    return look.reader.full_moment(row["loaded_at"]) if row["loaded_at"] else ""
