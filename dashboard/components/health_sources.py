"""Sources and how fresh they are: until when each is known, who says so, and how that stands to its usual interval."""

from collections.abc import Mapping
from typing import Any, Final

from markupsafe import Markup

from dashboard import table as tables
from dashboard.look import Look
from dashboard.states import AT_RISK, MET, MISSED, NO_DATA, State
from dashboard.table import Table
from dashboard.templates import render
from dashboard.view import View

Rows = tuple[Mapping[str, Any], ...]

FINISHED: Final = "finished"
NO_INTERVAL: Final = "no interval declared"
ON_TIME: Final = "on time"
LATE: Final = "late"
VERY_LATE: Final = "very late"
STATES: Final[Mapping[str, State]] = {ON_TIME: MET, LATE: AT_RISK, VERY_LATE: MISSED, FINISHED: NO_DATA, NO_INTERVAL: NO_DATA}
ORDER: Final = (VERY_LATE, LATE, ON_TIME, NO_INTERVAL, FINISHED)


def fetch(center: Any, view: View) -> Rows:
    found: Rows = center.sources()
    return found


def lateness(source: Mapping[str, Any]) -> str:
    """Returns how a source stands to its interval: late past twice it, very late past four times."""
    if source["is_finished"]:
        return FINISHED
    if not source["interval_seconds"]:
        return NO_INTERVAL
    times = (source["age_seconds"] or 0) / source["interval_seconds"]
    return VERY_LATE if times > 4 else LATE if times > 2 else ON_TIME


def draw(sources: Rows, look: Look) -> Markup:
    rows = sorted(sources, key=lambda row: (ORDER.index(lateness(row)), str(row["title"])))
    return render(
        "health_sources.html",
        look=look,
        title=look.title,
        question=look.question,
        rows=[_row(row, look) for row in rows],
        table=table(sources, look),
    )


def table(sources: Rows, look: Look) -> Table:
    heads = ("source", "known until", "told by", "newest event", "loaded", "usual interval", "state")
    rows = [
        [
            tables.text(row["title"]),
            _moment(row["known_until"], look),
            tables.text(row["told_by"]),
            _moment(row["newest_event_at"], look),
            _moment(row["loaded_at"], look),
            tables.number(row["interval_seconds"], "seconds", look),
            tables.text(lateness(row)),
        ]
        for row in sources
    ]
    return Table(heads, rows)


def _row(row: Mapping[str, Any], look: Look) -> dict[str, Any]:
    reader, state = look.reader, lateness(row)
    interval = f"every {reader.duration(row['interval_seconds'])}".replace(".0 ", " ") if row["interval_seconds"] else ""
    return {
        "key": row["source"],
        "name": row["title"],
        "known": reader.full_moment(row["known_until"]),
        "by": row["told_by"],
        "loaded": reader.full_moment(row["loaded_at"]),
        "behind": reader.duration(row["age_seconds"]) if (row["age_seconds"] or 0) > 0 and not row["is_finished"] else "",
        "interval": interval,
        "state": STATES[state],
        "words": state,
    }


def _moment(moment: Any, look: Look) -> tables.Cell:
    return tables.Cell(look.reader.full_moment(moment) if moment else "", moment)
