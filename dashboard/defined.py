"""How a definition changed, in words: when, from what to what, and what that did to the figure."""

from collections.abc import Mapping
from typing import Any, Final

from dashboard.reader import Reader
from metrics.answer import Explanation, Value
from metrics.definition_history import DefinitionChange
from metrics.language import _, later

PARTS: Final[Mapping[str, str]] = {
    "formula": later("the formula"),
    "title": later("the name"),
    "question": later("the question"),
    "noun": later("what is counted"),
    "better": later("which way is better"),
    "target": later("the aim"),
    "waits": later("what waits"),
    "fact": later("the rows"),
    "counts": later("which rows count"),
    "value": later("what a row is worth"),
    "aggregate": later("how rows are summed up"),
    "dated_by": later("the day that counts"),
    "judged_by": later("by whose data it is judged"),
    "figure": later("how it is put together"),
    "period": later("the usual period"),
    "cap": later("where long times are cut"),
    "options": later("the options"),
    "unit": later("the unit"),
    "interval": later("how sure it is"),
}


def history(told: Explanation, reader: Reader) -> list[dict[str, Any]]:
    """Returns each change of a definition, the newest first: its day, what was and is, and what that did to the figure."""
    return [
        {
            "day": reader.full_day(reader.local(change.at).date()),
            "parts": [{"name": _(PARTS[name]), "was": was, "now": now} for name, was, now in change.parts],
            "effect": effect(change, told, reader),
        }
        for change in told.history
    ]


def effect(change: DefinitionChange, told: Explanation, reader: Reader) -> str:
    """Returns what a change did to the figure: the same month by both definitions."""
    if change.is_worded_anew:
        return _("Nothing that counts changed: the figure is the same.")
    if change.was is None or change.now is None:
        return _("What it did to the figure cannot be told: {problem}", problem=change.problem)
    was, now = (_figure(value, told.unit, reader) for value in (change.was, change.now))
    if was == now:
        return _("{period}: {now}, by both definitions.", period=change.period or _("Now"), now=now)
    return _(
        "{period}: {was} as it was defined before, {now} as it was defined from then on.",
        period=change.period or _("Now"),
        was=was,
        now=now,
    )


def since(told: Explanation, reader: Reader) -> str:
    """Returns since when the definition is as it is, as far as that was kept."""
    if told.since is None:
        return _("Not kept yet: the next load keeps it.")
    day = reader.full_day(reader.local(told.history[0].at if told.history else told.since).date())
    return _("As it is since {day}.", day=day) if told.history else _("Kept since {day}, and not changed since.", day=day)


def sentences(told: Explanation, reader: Reader) -> list[str]:
    """Returns the history as plain sentences, for a terminal."""
    found = [since(told, reader)]
    for change in history(told, reader):
        parts = "; ".join(f"{part['name']} was “{part['was']}”, is “{part['now']}”" for part in change["parts"])
        found.append(f"{change['day']}: {parts}. {change['effect']}")
    return found


def _figure(value: Value, unit: str, reader: Reader) -> str:
    return f"{reader.value(value.value, unit)} ({_('of {n}', n=reader.count(value.n))})"
