"""Tiles: one a metric, with value, counts, change, aim and interval; where a section is split, its groups as bars below."""

from collections.abc import Mapping
from typing import Any

from markupsafe import Markup

from dashboard import table as tables
from dashboard.look import Look
from dashboard.reader import Reader
from dashboard.states import State, state_of
from dashboard.table import Table
from dashboard.templates import render
from metrics.answer import Answer, Comparison, Row
from metrics.language import _
from metrics.named import group_name
from queries.errors import QueriesError

MOST_GROUPS = 8
SMALL_MONEY = 1000
RANGE = "earned_growth"  # of which one knows only between what it lies


def draw(answers: Mapping[str, Answer | QueriesError], look: Look) -> Markup:
    """Draws every answer as a tile; a question that could not be answered says why in its tile."""
    return render("tiles.html", tiles=[_tile(name, answer, look) for name, answer in answers.items()])


def table(answers: Mapping[str, Answer | QueriesError], look: Look) -> Table:
    """Returns a row per answer."""
    rows = [
        [
            tables.text(look.title_of(answer.metric)),
            tables.number(answer.total.value, answer.unit, look),
            tables.interval(answer.total, look, answer.unit),
            tables.count(answer.total.n, look, look.behind(answer)),
            tables.count(answer.total.customers, look),
        ]
        for answer in answers.values()
        if isinstance(answer, Answer)
    ]
    return Table((_("figure"), _("value"), _("95 % interval"), _("rows"), _("customers")), rows)


def _tile(name: str, answer: Answer | QueriesError, look: Look) -> dict[str, Any]:
    if isinstance(answer, QueriesError):
        return {"key": name, "title": look.title_of(name), "problem": str(answer)}
    spec, value, reader = look.specs[answer.metric], answer.total, look.reader
    state = state_of(value, target=spec.target, better=spec.better, unit=answer.unit)
    is_shown = value.value is not None and not look.is_too_few(answer.metric, value)
    return {
        "key": name,
        "title": spec.title,
        "problem": "",
        "question": spec.question,
        "value": value_words(answer, reader) if is_shown else (state.word if state else "–"),
        "href": look.behind(answer),
        "counts": f"{reader.counted(value.n, spec.one, spec.noun)} · {reader.counted(value.customers, 'customer', 'customers')}",
        "state": state,
        "aim": _("aim {aim}", aim=reader.value(spec.target, answer.unit)) if spec.target is not None else "",
        "interval": interval(value.low, value.high, answer.unit, reader) if is_shown and answer.metric != RANGE else "",
        "change": change(answer.comparison, answer.unit, spec.better, reader) if is_shown else None,
        "groups": _groups(answer, look),
        "notices": answer.notices,
    }


def value_words(answer: Answer, reader: Reader) -> str:
    """A figure that is a range, not a number with an interval, is told from end to end."""
    value = answer.total
    is_range = answer.metric == RANGE and value.low != value.high
    if is_range and value.low is not None and value.high is not None:
        return f"{reader.points(value.low, 1)}{_(' to ')}{reader.value(value.high, answer.unit)}"
    return amount(value.value, answer.unit, reader)


def amount(value: float | None, unit: str, reader: Reader) -> str:
    """Returns a value in its unit; a small sum of money keeps its cents."""
    is_small = unit == "money" and value is not None and 0 < abs(value) < SMALL_MONEY
    return reader.exact_money(value) if is_small else reader.value(value, unit)


def interval(low: float | None, high: float | None, unit: str, reader: Reader) -> str:
    if low is None or high is None:
        return ""
    return _("between {low} and {high}", low=reader.value(low, unit), high=reader.value(high, unit))


def change(comparison: Comparison | None, unit: str, better: str, reader: Reader) -> dict[str, Any] | None:
    """Returns a change in words: grey and "no clear change" where 0 lies in its interval."""
    if comparison is None or comparison.change.value is None:
        return None
    moved = comparison.change.value
    points = _("{points} points", points=reader.points(abs(moved), 1))
    size = points if unit == "percent" else amount(abs(moved), unit, reader)
    before = f"{comparison.period.label}: {amount(comparison.total.value, unit, reader)}"
    if comparison.change.low is None and not comparison.change.clear:  # nothing is known of how sure it is
        return _said("none", "", before)
    if not comparison.change.clear:
        return _said("none", _("no clear change"), before)
    is_good = (moved > 0) == (better == "higher")
    arrow, sign = ("▲", "+") if moved > 0 else ("▼", "−")
    told = {"arrow": arrow, "size": f"{sign}{size}"}
    short = _("{arrow} {size}, better", **told) if is_good else _("{arrow} {size}, worse", **told)
    return _said("met" if is_good else "missed", short, before)


def _said(tone: str, short: str, before: str) -> dict[str, Any]:
    """A change in words, and in short: without what it was before."""
    return {
        "tone": tone,
        "words": f"{short} ({before})" if short else before,
        "short": short or before,
        "before": before if short else "",
    }


def _groups(answer: Answer, look: Look) -> list[dict[str, Any]]:
    if not answer.selection.by:
        return []
    by = answer.selection.by[0]
    most = max((abs(row.value.value or 0) for row in answer.rows), default=0) or 1
    return [_group(row, by, most, answer, look) for row in answer.rows[:MOST_GROUPS]]


def _group(row: Row, by: str, most: float, answer: Answer, look: Look) -> dict[str, Any]:
    state: State | None = look.state(answer.metric, row.value)
    is_shown = row.value.value is not None and not look.is_too_few(answer.metric, row.value)
    return {
        "name": group_name(row.by[by]),
        "value": look.reader.value(row.value.value, answer.unit) if is_shown else (state.word if state else "–"),
        "share": round(100 * abs(row.value.value or 0) / most, 1) if is_shown else 0,
        "state": state,
        "href": look.opens(answer.metric, where={by: (row.by[by],)}),
    }
