"""A list of people that is taken along says of each what forbids contacting them now, so that nobody calls whom the hold list holds."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from dashboard.table import Table, story_of, text
from metrics.answer import People
from metrics.hold_list import REASONS
from metrics.language import _, later
from queries.errors import QueriesError

COLUMN: Final = "do_not_contact"
NOT_KNOWN: Final = later("not known: ask who may see names")
"""Of everybody, where the hold list is not told to whoever asks."""


def marked(center: Any, listed: People) -> People:
    """Returns a list with a further column: why somebody must not be contacted, empty where nothing forbids it."""
    if not listed.rows:
        return listed
    held = _held(center)
    return replace(listed, rows=tuple({**row, COLUMN: _why(held, str(row["customer_id"]))} for row in listed.rows))


def marked_table(center: Any, table: Table) -> Table:
    """Returns a table that names people with the same column."""
    held = _held(center)
    rows = [[*row, text(_why(held, next(filter(None, map(story_of, row)), "")))] for row in table.rows]
    return Table([*table.heads, _("do not contact")], rows)


def _held(center: Any) -> Mapping[str, str] | None:
    try:
        return {str(row["customer_id"]): str(row[REASONS]) for row in center.hold_list().rows}
    except QueriesError:
        return None


def _why(held: Mapping[str, str] | None, customer: str) -> str:
    return _(NOT_KNOWN) if held is None else held.get(customer, "")
