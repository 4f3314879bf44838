"""What we changed: each change with its figures before and after, of those it touched and of those it did not."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from typing import Any

from markupsafe import Markup

from dashboard import table as tables
from dashboard.look import Look
from dashboard.table import Table
from dashboard.templates import render
from dashboard.view import Target, View
from metrics.answer import Change
from metrics.before_after import AFTER, BEFORE, OTHERS_AFTER, OTHERS_BEFORE, Effect
from metrics.language import _, later
from metrics.named import owner_name, where_words
from queries.intervention import Intervention

SHAPES = {"better": later("▲ better"), "worse": later("▼ worse")}
BESIDE = {"better": later("▲ better than the others"), "worse": later("▼ worse than the others")}
ROOM = 44  # percent of the axis on either side of no difference
PARTS = (
    (BEFORE, later("before")),
    (AFTER, later("after")),
    (OTHERS_BEFORE, later("others before")),
    (OTHERS_AFTER, later("others after")),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """The declared changes, the newest first, and their effects."""

    declared: Sequence[Intervention]
    effects: Sequence[Effect]


def fetch(center: Any, view: View) -> Changed:
    return Changed(declared=tuple(reversed(center.changes())), effects=center.before_and_after())


def draw(found: Changed, look: Look) -> Markup:
    return render(
        "what_changed.html",
        title=look.title,
        question=look.question,
        changes=[_change(one, found.effects, look) for one in found.declared],
    )


def table(found: Changed, look: Look) -> Table:
    """Returns a row per change and figure."""
    rows = [
        [
            tables.text(one.change.name),
            tables.text(one.change.on.isoformat()),
            tables.text(one.title),
            *(tables.text(_part(one, part, look)["value"] if part in one.told else "") for part, _name in PARTS),
            tables.text(difference(one.beyond or one.moved, one.unit, look)),
            tables.text(verdict_words(one)),
        ]
        for one in found.effects
    ]
    return Table(
        (_("change"), _("on"), _("figure"), *(_(name) for _part, name in PARTS), _("difference, 95 % interval"), _("verdict")),
        rows,
    )


def difference(change: Change, unit: str, look: Look) -> str:
    """Returns a difference with its interval: "−20.7 (−36.9 to −1.1) points"."""
    if change.value is None or change.low is None or change.high is None:
        return ""
    say = look.reader.points if unit == "percent" else look.reader.number
    told = [("+" if value > 0 else "") + say(value, 1) for value in (change.value, change.low, change.high)]
    difference = _("{value} ({low} to {high})", value=told[0], low=told[1], high=told[2])
    return _("{points} points", points=difference) if unit in ("percent", "nps") else difference


def verdict_words(one: Effect) -> str:
    """Returns a verdict with its sign, which a colour alone would not tell; beside others it says that it is against them."""
    shapes = BESIDE if one.is_beside_others else SHAPES
    return _(shapes[one.verdict]) if one.verdict in shapes else f"○ {_(one.verdict)}"


def of_effect(one: Effect, look: Look, beside: Sequence[Effect] = ()) -> dict[str, Any]:
    """Returns what is drawn of an effect: its parts, each opening onto its customers, the difference, the verdict, the sentence.

    beside: the effects that stand on one axis with it, where they have its unit.
    """
    return {
        "picture": _picture(one, [each for each in beside if each.unit == one.unit] or [one], look),
        "title": one.title,
        "parts": [{"name": _(name), **_part(one, part, look)} for part, name in PARTS if part in one.told],
        "difference": difference(one.beyond or one.moved, one.unit, look),
        "against": _("difference against the others") if one.beyond else _("difference"),
        "verdict": verdict_words(one),
        "tone": one.verdict if one.verdict in SHAPES else "unclear",
        "sentence": one.sentence,
    }


def _picture(one: Effect, beside: Sequence[Effect], look: Look) -> dict[str, Any] | None:
    """Returns where the difference and its interval lie on an axis around no difference, in percent of its width.

    None without an interval.
    """
    change = one.beyond or one.moved
    if change.value is None or change.low is None or change.high is None:
        return None
    ends = [
        abs(end)
        for each in beside
        for end in ((each.beyond or each.moved).low, (each.beyond or each.moved).high)
        if end is not None
    ]
    step = 0.1 if one.unit == "percent" else 10.0
    most = step * max(ceil(max(ends) / step), 1)
    say = look.reader.points if one.unit == "percent" else look.reader.number
    low, at, high = (round(50 + ROOM * end / most, 2) for end in (change.low, change.value, change.high))
    return {"low": low, "at": at, "wide": round(high - low, 2), "ends": [f"−{say(most, 0)}", "0", f"+{say(most, 0)}"]}


def _change(one: Intervention, effects: Sequence[Effect], look: Look) -> dict[str, Any]:
    return {
        "name": one.name,
        "what": one.what,
        "day": look.reader.full_day(one.on),
        "owner": owner_name(one.owner),
        "touched": ", ".join(where_words(one.touched)) or _("everybody"),
        "effects": [of_effect(each, look, effects) for each in effects if each.change.name == one.name],
    }


def _part(one: Effect, part: str, look: Look) -> dict[str, Any]:
    value, asked = one.told[part], one.asked[part]
    target = Target(metric=one.metric, period=asked.period, where=asked.where)
    few = value.value is None or look.is_too_few_of(value, one.unit)
    return {
        "value": _("too few") if few else look.reader.value(value.value, one.unit),
        "n": look.reader.count(value.n),
        "href": look.view.opened(target).href(),
    }
