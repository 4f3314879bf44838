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
from metrics.language import _, later

Rows = tuple[Mapping[str, Any], ...]

FINISHED: Final = later("finished")
NO_INTERVAL: Final = later("no interval declared")
ON_TIME: Final = later("on time")
LATE: Final = later("late")
VERY_LATE: Final = later("very late")
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
        title=look.title,
        question=look.question,
        rows=[_row(row, look) for row in rows],
    )


def table(sources: Rows, look: Look) -> Table:
    heads = (_("source"), _("known until"), _("told by"), _("newest event"), _("loaded"), _("usual interval"), _("state"))
    rows = [
        [
            tables.text(row["title"]),
            _moment(row["known_until"], look),
            tables.text(_teller(row)),
            _moment(row["newest_event_at"], look),
            _moment(row["loaded_at"], look),
            tables.number(row["interval_seconds"], "seconds", look),
            tables.text(_(lateness(row))),
        ]
        for row in sources
    ]
    return Table(heads, rows)


def _row(row: Mapping[str, Any], look: Look) -> dict[str, Any]:
    reader, state = look.reader, lateness(row)
    interval = _("every {duration}", duration=_even(reader.duration(row["interval_seconds"]))) if row["interval_seconds"] else ""
    return {
        "key": row["source"],
        "name": row["title"],
        "known": reader.full_moment(row["known_until"]),
        "by": _teller(row),
        "loaded": reader.full_moment(row["loaded_at"]),
        "behind": reader.duration(row["age_seconds"]) if (row["age_seconds"] or 0) > 0 and not row["is_finished"] else "",
        "interval": interval,
        "state": STATES[state],
        "words": _(state),
    }


def _teller(source: Mapping[str, Any]) -> str:
    teller = str(source["told_by"])
    return _(teller)


def _even(duration: str) -> str:
    return duration.replace(".0 ", " ").replace(",0 ", " ")


def _moment(moment: Any, look: Look) -> tables.Cell:
    return tables.Cell(look.reader.full_moment(moment) if moment else "", moment)
