"""What was refused: by file and reason, each of which opens its records, and the files that wait in quarantine."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final

from markupsafe import Markup

from dashboard import table as tables
from dashboard.look import Look
from dashboard.table import Table
from dashboard.templates import render
from dashboard.view import View
from metrics.language import _
from metrics.named import entity_name
from metrics.sentences import in_words

SHOWN: Final = 12
LONGEST: Final = 48
OPTION: Final = "refused"
PLACE: Final = "from"


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusals:
    """Why records were refused, and the files that could not be taken in at all."""

    rows: tuple[Mapping[str, Any], ...]
    files: tuple[Any, ...]


def fetch(center: Any, view: View) -> Refusals:
    return Refusals(rows=center.rejections(), files=center.quarantine())


def key_of(row: Mapping[str, Any]) -> str:
    """Returns the name of one file's reason in an address."""
    told = (str(row[name]) for name in ("file_id", "entity", "column_name", "reason", "is_empty"))
    return sha256("\x1f".join(told).encode()).hexdigest()[:12]


def most_first(rows: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    return sorted(rows, key=lambda row: -row["rows"])


def draw(refused: Refusals, look: Look) -> Markup:
    chosen = look.view.options.get(OPTION)
    return render(
        "health_refused.html",
        title=look.title,
        question=look.question,
        count=look.reader.counted(sum(row["rows"] for row in refused.rows), "record", "records"),
        all_of_them=look.view.chosen(**{OPTION: None, PLACE: None}).href(),
        is_narrowed=chosen is not None,
        rows=[_row(row, chosen, look) for row in most_first(refused.rows)[:SHOWN]],
        more=max(0, len(refused.rows) - SHOWN),
        files=[{"name": one.file_name, "reason": in_words(one.why)} for one in refused.files],
    )


def table(refused: Refusals, look: Look) -> Table:
    heads = (_("file"), _("entity"), _("column"), _("reason"), _("rows"), _("first record"), _("its value, masked"))
    rows = [
        [
            tables.text(row["file_name"]),
            tables.text(entity_name(row["entity"])),
            tables.text(row["column_name"]),
            tables.text(in_words(row["reason"])),
            tables.count(row["rows"], look),
            tables.count(row["first_line"], look),
            tables.text(row["value"]),
        ]
        for row in refused.rows
    ]
    return Table(heads, rows)


def shortened(row: Mapping[str, Any]) -> str:
    """Returns what a refused record told, masked, and not too long for a cell."""
    value = str(row["value"] or "")
    return value[:LONGEST] + ("…" if len(value) > LONGEST else "")


def _row(row: Mapping[str, Any], chosen: str | None, look: Look) -> dict[str, Any]:
    return {
        "href": look.view.chosen(**{OPTION: key_of(row), PLACE: None}).href(),
        "is_chosen": key_of(row) == chosen,
        "count": look.reader.count(row["rows"]),
        "file": row["file_name"],
        "line": look.reader.count(row["first_line"]),
        "column": row["column_name"] or "",
        "value": shortened(row),
        "reason": in_words(row["reason"]),
    }
