"""The foot of every page: what the shapes mean, and which data this is."""

from collections.abc import Mapping
from typing import Any

from markupsafe import Markup

from dashboard.look import Look
from dashboard.states import AT_RISK, CANT_TELL, MET, MISSED, NO_DATA
from dashboard.templates import render
from dashboard.view import View
from metrics.language import _, later

LEGEND = (
    (MET, later("met")),
    (MISSED, later("missed or broken")),
    (AT_RISK, later("at risk")),
    (CANT_TELL, later("can’t tell, the aim is inside the interval")),
    (NO_DATA, later("no data or too few")),
)


def fetch(center: Any, view: View) -> Mapping[str, Any]:
    loaded = max((source["loaded_at"] for source in center.sources()), default=None)
    return {"loaded_at": loaded, **center.ledger_summary()}


def bare() -> Markup:
    """The foot before anything is loaded: only what the shapes mean."""
    return render("footer.html", legend=[(state, _(words)) for state, words in LEGEND], ledger="")


def draw(ledger: Mapping[str, Any], look: Look) -> Markup:
    reader = look.reader
    rows, sources = reader.counted(ledger["records"], "row", "rows"), reader.counted(ledger["sources"], "source", "sources")
    refused = _("{rejected} of {rows} refused", rejected=reader.count(ledger["rejected"]), rows=rows)
    loaded = [_("snapshot {moment}", moment=reader.full_moment(ledger["loaded_at"]))] if ledger["loaded_at"] else []
    legend = [(state, _(words)) for state, words in LEGEND]
    return render("footer.html", legend=legend, ledger=" · ".join([*loaded, sources, refused]))
