"""Keeping the people behind a number: the form of the drawer, and in words what it keeps."""

from dataclasses import replace
from typing import Any, Final

from dashboard.look import Look
from metrics.answer import People
from metrics.language import _
from metrics.named import group_name

LONGEST_TITLE: Final = 120


def form(listed: People, metric: str, look: Look) -> dict[str, Any]:
    """Returns what the form shows: the address that it sends, a name to begin with, and what is kept."""
    view = look.view
    parts = [value for name, value in listed.mark.items() if name not in ("stage", "at")]
    filters = [value for values in listed.selection.where.values() for value in values]
    named = list(dict.fromkeys([metric, *(group_name(part) for part in parts), *filters]))
    return {
        "at": replace(view.opened(view.target), search="").href(),
        "name": ", ".join(named)[:LONGEST_TITLE],
        "longest": LONGEST_TITLE,
        "means": meaning(listed, look),
    }


def meaning(listed: People, look: Look) -> str:
    """Returns what a list of these people would be: alive, and of which time."""
    asked = listed.selection.period
    if asked is None and look.specs[listed.metric].is_now:
        return _(
            "Kept alive: whoever is behind this mark in the newest data. The question is kept with what is chosen, not the people."
        )
    if asked is None:
        return _("Kept alive: whoever is behind this mark in the newest data, for the month it ends in. The question is kept "
                 "with what is chosen, not the people.")  # fmt: skip
    return _("Kept alive: whoever is behind this mark in the newest data, always of {period}. The question is kept with what is "
             "chosen, not the people.", period=listed.period.label if listed.period else asked)  # fmt: skip
