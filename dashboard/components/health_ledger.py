"""The ledger as a picture: of every file, source or day of loading, how many records were new, updated, refused, told before or removed."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from markupsafe import Markup

from dashboard import table as tables
from dashboard.look import Look
from dashboard.table import Table
from dashboard.templates import render
from dashboard.view import View
from metrics.language import _, later
from metrics.named import entity_name

PARTS: Final = (
    ("loaded_new", later("new")),
    ("loaded_updated", later("updated")),
    ("rejected", later("refused")),
    ("duplicates", later("told before")),
    ("removed", later("removed on request")),
)
BY: Final = {"file": later("file"), "source": later("source"), "day": later("loaded on")}
SHOWN: Final = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledger:
    """The lines of the ledger that count records, and what they are summed up by."""

    rows: tuple[Mapping[str, Any], ...]
    by: str


def fetch(center: Any, view: View) -> Ledger:
    rows = tuple(row for row in center.ledger() if row["is_primary"])
    return Ledger(rows=rows, by=view.options.get("ledger", "file"))


def draw(ledger: Ledger, look: Look) -> Markup:
    groups = _groups(ledger, look)
    most = max((row["records"] for row in groups), default=0) or 1
    return render(
        "health_ledger.html",
        title=look.title,
        question=look.question,
        parts=[{"key": key, "words": _(words)} for key, words in PARTS],
        rows=[_row(row, most, look) for row in groups[:SHOWN]],
        more=len(groups) - SHOWN,
        by=_(BY[ledger.by]),
    )


def table(ledger: Ledger, look: Look) -> Table:
    rows = [
        [
            tables.text(row["name"]),
            tables.text(row["of"]),
            tables.text(row["loaded"]),
            *(tables.count(row[key], look) for key in ("records", *(key for key, _words in PARTS))),
        ]
        for row in _groups(ledger, look)
    ]
    return Table((_(BY[ledger.by]), _("of"), _("loaded"), _("records"), *(_(words) for _key, words in PARTS)), rows)


def _groups(ledger: Ledger, look: Look) -> list[dict[str, Any]]:
    """Returns the sums by what is chosen, the newest load first."""
    groups: dict[str, dict[str, Any]] = {}
    for row in ledger.rows:
        name, of = _named(row, ledger.by, look)
        empty = {"name": name, "of": of, "loaded": "", "records": 0, **dict.fromkeys((key for key, _words in PARTS), 0)}
        group = groups.setdefault(str(row["file_id"]) if ledger.by == "file" else name, empty)
        group["loaded"] = group["loaded"] or look.reader.full_moment(row["loaded_at"])
        for key in ("records", *(key for key, _words in PARTS)):
            group[key] += row[key]
    return list(groups.values())


def _named(row: Mapping[str, Any], by: str, look: Look) -> tuple[str, str]:
    if by == "source":
        return str(row["source"]), ""
    if by == "day":
        return look.reader.full_day(look.reader.local(row["loaded_at"]).date()), ""
    return str(row["file_name"]), f"{row['source']}, {entity_name(row['entity'])}"


def _row(row: Mapping[str, Any], most: int, look: Look) -> dict[str, Any]:
    records = row["records"] or 1
    return {
        **row,
        "count": look.reader.count(row["records"]),
        "width": round(max(2.0, 100 * (row["records"] / most) ** 0.5), 2),
        "refused": look.reader.count(row["rejected"]) if row["rejected"] else "",
        "again": look.reader.count(row["duplicates"]) if row["duplicates"] else "",
        "drawn": [
            {"key": key, "width": round(100 * row[key] / records, 2), "words": f"{look.reader.count(row[key])} {_(words)}"}
            for key, words in PARTS
            if row[key]
        ],
    }
