"""The replies whose promised time runs out soon, and those whose time just ran out."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from markupsafe import Markup

from dashboard.charts import clocks
from dashboard.look import Look
from dashboard.view import View
from metrics.answer import People
from metrics.selection import Selection

MOST = 10_000
UNITS: Mapping[str, str] = {
    "broke_last_hour": "requests whose promise broke in the last hour",
    "at_risk": "requests at risk in the next four hours",
    "time_left": "requests due in the next four hours, with time left",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """The clocks that run now, within the view's filters."""

    people: People


def fetch(center: Any, view: View) -> Running:
    selection = Selection.of(where={**view.selection.where, **clocks.WHERE})
    return Running(people=center.customers_behind(clocks.METRIC, selection, limit=MOST))


def draw(running: Running, look: Look) -> Markup:
    parts = Counter(clocks.part_of(row, running.people.as_of) for row in running.people.rows)
    return clocks.draw(running.people, {part: count for part, count in parts.items() if part}, look)


def is_a_part(metric: str, mark: Mapping[str, str]) -> bool:
    """Tells whether an opened number is one of the counts under the clocks."""
    return metric == clocks.METRIC and mark.get("part") in UNITS


def of_part(running: People, part: str, limit: int) -> People:
    """Returns the list of one part: exactly the clocks that the panel draws in its shape."""
    rows = [row for row in running.rows if clocks.part_of(row, running.as_of) == part]
    customers = len({row["customer_id"] for row in rows})
    return replace(
        running,
        mark={"part": part},
        unit=UNITS[part],
        count=len(rows),
        customers=customers,
        rows=tuple(rows[:limit]),
        sentence="Promises of a reply in the last hour and the next four.",
    )
