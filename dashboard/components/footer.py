"""The foot of every page: what the shapes mean, and which data this is."""

from collections.abc import Mapping
from typing import Any

from markupsafe import Markup

from dashboard.look import Look
from dashboard.states import AT_RISK, CANT_TELL, MET, MISSED, NO_DATA
from dashboard.templates import render
from dashboard.view import View

LEGEND = (
    (MET, "met"),
    (MISSED, "missed or broken"),
    (AT_RISK, "at risk"),
    (CANT_TELL, "can’t tell, the aim is inside the interval"),
    (NO_DATA, "no data or too few"),
)


def fetch(center: Any, view: View) -> Mapping[str, Any]:
    loaded = max((source["loaded_at"] for source in center.sources()), default=None)
    return {"loaded_at": loaded, **center.ledger_summary()}


def draw(ledger: Mapping[str, Any], look: Look) -> Markup:
    reader = look.reader
    loaded = f"snapshot {reader.full_moment(ledger['loaded_at'])} · " if ledger["loaded_at"] else ""
    refused = f"{reader.count(ledger['rejected'])} of {reader.counted(ledger['records'], 'row', 'rows')} refused"
    line = f"{loaded}{reader.counted(ledger['sources'], 'source', 'sources')} · {refused}"
    return render("footer.html", legend=LEGEND, ledger=line)
