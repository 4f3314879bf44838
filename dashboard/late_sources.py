"""A panel whose source is old says so: in words, amber past twice the source's declared interval, red past four times."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from markupsafe import Markup

from dashboard.components.health_sources import LATE, VERY_LATE, lateness
from dashboard.reader import Reader
from dashboard.states import AT_RISK, MISSED
from dashboard.templates import render
from metrics.answer import Answer
from metrics.language import _


def late_sources(told: Any, sources: Iterable[Mapping[str, Any]], reader: Reader) -> Markup:
    """Returns what to say below a panel: which late sources hold its answers back; nothing where none does.

    told is what the panel is drawn from: its answers by name, or anything else, which is held back by none that is known here.
    """
    answers = [each for each in told.values() if isinstance(each, Answer)] if isinstance(told, Mapping) else []
    until = {each.as_of for each in answers}
    held = [source for source in sources if source["known_until"] in until]
    grouped = [(state, [source for source in held if lateness(source) == state]) for state in (VERY_LATE, LATE)]
    late = [_told(state, found, reader) for state, found in grouped if found]
    return render("late_sources.html", late=late) if late else Markup("")


def _told(state: str, late: Sequence[Mapping[str, Any]], reader: Reader) -> dict[str, Any]:
    fields = {
        "sources": ", ".join(str(source["title"]) for source in late),
        "duration": reader.duration(max(source["age_seconds"] for source in late)),
    }
    words = (
        _("Very late: {sources}, {duration} older than the newest", **fields)
        if state == VERY_LATE
        else _("Late: {sources}, {duration} older than the newest", **fields)
    )
    return {"key": state, "state": MISSED if state == VERY_LATE else AT_RISK, "words": words}
