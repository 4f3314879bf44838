"""What was changed, on a trend: a thin dated mark where its day lies, which says what it was; and the same in the table."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from dashboard import table as tables
from dashboard.look import Look
from dashboard.table import Table
from metrics.answer import Answer, Row
from metrics.interventions import when
from metrics.language import _

LINES = 3


def changes_on(
    answer: Answer, look: Look, left: Callable[[float], float], shown: Sequence[Row] | None = None
) -> list[dict[str, Any]]:
    """Returns the marks of a trend; a change in a period that is not shown has none.

    left: where a place lies, in percent of the width; the first period begins at 0, the next at 1.
    shown: the rows that are drawn, all of the answer's unless said.
    """
    periods = list(dict.fromkeys(at for row in (answer.rows if shown is None else shown) if (at := when(row))))
    drawn = [one for one in answer.changes if one.at in periods]
    return [
        {
            "at": left(periods.index(one.at) + one.part),
            "day": _day(one, look),
            "name": one.change.name,
            "what": one.change.what,
            "line": number % LINES,
        }
        for number, one in enumerate(drawn)
    ]


def with_changes(table: Table, answers: Iterable[Any], look: Look) -> Table:
    """Returns a trend's table with what was changed in each period; one that tells no time, or in which nothing was, stays as it is."""
    told: dict[str, list[str]] = {}
    for answer in answers:
        for one in getattr(answer, "changes", ()):
            told.setdefault(one.at, []).append(f"{_day(one, look)}: {one.change.name}")
    firsts = [str(row[0].plain) for row in table.rows if row]
    if not any(first in told for first in firsts):
        return table
    rows = [
        [*row, tables.text("; ".join(dict.fromkeys(told.get(first, ()))))] for row, first in zip(table.rows, firsts, strict=True)
    ]
    return Table((*table.heads, _("what was changed")), rows)


def columns_left(count: int) -> Callable[[float], float]:
    """Returns where a place lies on so many columns."""
    return lambda place: round(100 * place / max(count, 1), 2)


def _day(one: Any, look: Look) -> str:
    today = look.reader.local(look.newest).date() if look.newest else None
    return look.reader.near_day(one.change.on, today)
