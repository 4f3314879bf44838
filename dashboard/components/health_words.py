"""The words that nobody declared: where each stands, how often, and the line that settles it."""

from collections.abc import Mapping
from typing import Any

from markupsafe import Markup

from dashboard import table as tables
from dashboard.look import Look
from dashboard.table import Table
from dashboard.templates import render
from dashboard.view import View

Rows = tuple[Mapping[str, Any], ...]

SHOWN = 10


def fetch(center: Any, view: View) -> Rows:
    found: Rows = center.unknown_words()
    return found


def draw(words: Rows, look: Look) -> Markup:
    return render(
        "health_words.html",
        look=look,
        title=look.title,
        question=look.question,
        rows=[{**row, "count": look.reader.count(row["rows"])} for row in words[:SHOWN]],
        more=max(0, len(words) - SHOWN),
        table=table(words, look),
    )


def table(words: Rows, look: Look) -> Table:
    heads = ("word", "source", "column", "rows", "read as", "settled by")
    rows = [
        [
            tables.text(row["value"]),
            tables.text(row["source"]),
            tables.text(f"{row['entity']}.{row['column_name']}"),
            tables.count(row["rows"], look),
            tables.text(row["read_as"]),
            tables.text(row["settled_by"]),
        ]
        for row in words
    ]
    return Table(heads, rows)
