"""The refused records, every one: file, place, column, what it told (masked) and why; all, or those of the reason that is chosen."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from markupsafe import Markup

from dashboard import table as tables
from dashboard.components.health_refused import OPTION, PLACE, key_of, shortened
from dashboard.look import Look
from dashboard.table import Table
from dashboard.templates import render
from dashboard.view import View
from metrics.language import _
from metrics.named import entity_name
from metrics.sentences import in_words

SHOWN: Final = 12
MOST: Final = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """The records of one reason, or of all (of is None): how many there are, and up to MOST of them."""

    of: Mapping[str, Any] | None
    count: int
    rows: tuple[Mapping[str, Any], ...]
    first: int


def fetch(center: Any, view: View) -> Refused:
    reasons = center.rejections()
    of = next((row for row in reasons if key_of(row) == view.options.get(OPTION)), None)
    count = of["rows"] if of else sum(row["rows"] for row in reasons)
    rows = center.rejected(of=of, limit=MOST) if count else ()
    return Refused(of=of, count=count, rows=tuple(rows), first=_first(view.options.get(PLACE, ""), len(rows)))


def draw(refused: Refused, look: Look) -> Markup:
    first, told = refused.first, len(refused.rows)
    until = min(first + SHOWN, told)
    return render(
        "health_refused_rows.html",
        title=look.title,
        count=look.reader.count(refused.count),
        of={"file": refused.of["file_name"], "reason": in_words(refused.of["reason"])} if refused.of else None,
        rows=[_row(row, look) for row in refused.rows[first:until]],
        first=look.reader.count(first + 1),
        until=look.reader.count(until),
        before=_from(first - SHOWN, look) if first else "",
        after=_from(until, look) if until < told else "",
        further=look.reader.count(refused.count - told) if refused.count > told else "",
        offset=told,
    )


def table(refused: Refused, look: Look) -> Table:
    rows = [
        [
            tables.text(row["file_name"]),
            tables.count(row["source_line"], look),
            tables.text(entity_name(row["entity"])),
            tables.text(row["column_name"]),
            tables.text(row["value"]),
            tables.text(in_words(row["reason"])),
            tables.Cell(look.reader.full_moment(row["loaded_at"]), row["loaded_at"]),
        ]
        for row in refused.rows
    ]
    return Table((_("file"), _("record"), _("entity"), _("column"), _("what it told, masked"), _("reason"), _("loaded")), rows)


def _first(told: str, rows: int) -> int:
    """Returns the place that an address begins at, on a whole page of rows."""
    place = int(told) if told.isascii() and told.isdigit() else 0
    return min(place, max(0, rows - 1)) // SHOWN * SHOWN


def _from(place: int, look: Look) -> str:
    return look.view.chosen(**{PLACE: str(place) if place > 0 else None}).href()


def _row(row: Mapping[str, Any], look: Look) -> dict[str, Any]:
    return {
        "file": row["file_name"],
        "line": look.reader.count(row["source_line"]),
        "column": row["column_name"] or "",
        "value": shortened(row),
        "reason": in_words(row["reason"]),
    }
