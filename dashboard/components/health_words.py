"""The words that nobody declared: where each stands, how often, and the line that settles it."""

from collections.abc import Mapping
from typing import Any

from markupsafe import Markup

from dashboard import table as tables
from dashboard.look import Look
from dashboard.table import Table
from dashboard.templates import render
from dashboard.view import View
from metrics.language import _
from metrics.named import entity_name, group_name
from metrics.sentences import in_words

Rows = tuple[Mapping[str, Any], ...]

SHOWN = 10


def fetch(center: Any, view: View) -> Rows:
    found: Rows = center.unknown_words()
    return found


def draw(words: Rows, look: Look) -> Markup:
    return render(
        "health_words.html",
        title=look.title,
        question=look.question,
        rows=[{**_row(row), "count": look.reader.count(row["rows"])} for row in words[:SHOWN]],
        more=max(0, len(words) - SHOWN),
    )


def _row(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        **row,
        "settled_by": in_words(row["settled_by"]),
        "place": f"{entity_name(row['entity'])}, {row['column_name']}",
    }


def table(words: Rows, look: Look) -> Table:
    heads = (_("word"), _("source"), _("column"), _("rows"), _("read as"), _("settled by"))
    rows = [
        [
            tables.text(row["value"]),
            tables.text(row["source"]),
            tables.text(f"{row['entity']}.{row['column_name']}"),
            tables.count(row["rows"], look),
            tables.text(group_name(row["read_as"])),
            tables.text(in_words(row["settled_by"])),
        ]
        for row in words
    ]
    return Table(heads, rows)
