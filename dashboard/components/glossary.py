"""The glossary: every metric as its declaration tells it."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from markupsafe import Markup

from dashboard.look import Look
from dashboard.templates import render
from dashboard.view import View
from metrics.language import _, later
from metrics.named import group_name

UNITS = {
    "percent": later("percent"),
    "customers": later("customers"),
    "count": later("count"),
    "money": later("money"),
    "seconds": later("seconds"),
    "nps": later("nps"),
    "score": later("score"),
}


def fetch(center: Any, view: View) -> tuple[Mapping[str, Any], ...]:
    """Returns the metrics whose words hold the searched text, by title."""
    words = view.search.lower()
    found = [entry for entry in center.glossary() if words in f"{entry['title']} {entry['question']} {entry['metric']}".lower()]
    return tuple(sorted(found, key=lambda entry: str(entry["title"]).casefold()))


def draw(entries: tuple[Mapping[str, Any], ...], look: Look) -> Markup:
    return render(
        "glossary.html", search=look.view.search, action=look.view.path, entries=[_entry(entry, look) for entry in entries]
    )


def _entry(entry: Mapping[str, Any], look: Look) -> dict[str, Any]:
    target = entry["target"]
    return {
        **entry,
        "unit": _(UNITS.get(entry["unit"], entry["unit"])),
        "target": look.reader.value(target, entry["unit"]) if target is not None else _("none"),
        "better": {"higher": _("more is better"), "lower": _("less is better")}.get(entry["better"], entry["better"]),
        "reviewed": look.reader.full_day(date.fromisoformat(str(entry["reviewed"]))),
        "split_by": ", ".join(map(group_name, entry["split_by"])) or _("nothing"),
        "href": look.opens(entry["metric"]),
    }
