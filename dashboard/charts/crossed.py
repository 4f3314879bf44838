"""A share by two splits at once: a row per group of the one, a column per group of the other, each cell with its interval and state."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from dashboard import table as tables
from dashboard.charts._scale import Scale, scale_of
from dashboard.charts._told import told, worth_saying
from dashboard.charts.empty import nothing
from dashboard.look import Look
from dashboard.page import Ask
from dashboard.states import TOO_FEW, State, state_of
from dashboard.table import Table
from dashboard.templates import render
from metrics.answer import Answer, Value
from metrics.language import _, _n
from metrics.named import group_name

MOST_ROWS, MOST_COLUMNS = 9, 5
ALL = "all"
IN_ORDER = ("urgent", "high", "normal", "low")
LAST = ("other", "unknown", "none")


def asks(metric: str, rows: tuple[str, str], columns: tuple[str, str], compare: str | None = "none", **asked: Any) -> list[Ask]:
    """Returns what it asks of a metric: by one split, by another and by both; each is an option of the page and its usual dimension.

    compare: what the rows are compared with; asked: what else each of the three is asked with.
    """
    ways = (("rows", (rows,), compare), ("columns", (columns,), "none"), ("cells", (rows, columns), "none"))
    return [Ask(metric=metric, key=key, compare=with_, crossed_by=dict(by), **asked) for key, by, with_ in ways]


@dataclass(frozen=True, slots=True, kw_only=True)
class Crossed:
    """The same metric by one split ("rows"), by another ("columns") and by both ("cells"); across is "" where both are the same."""

    rows: Answer
    columns: Answer
    cells: Answer
    by: str
    across: str

    @classmethod
    def of(cls, answers: Mapping[str, Any]) -> "Crossed":
        rows, columns = told(answers, "rows"), told(answers, "columns")
        by, across = rows.selection.by[0], columns.selection.by[0]
        return cls(rows=rows, columns=columns, cells=told(answers, "cells"), by=by, across="" if across == by else across)

    @property
    def heads(self) -> list[str]:
        """The columns' groups: priorities by rank, others by size, what is not known last."""
        if not self.across:
            return []
        sizes = {row.by[self.across]: row.value.n for row in self.columns.rows}
        return sorted(sizes, key=lambda name: (name in LAST, _rank(name), -sizes[name], name))

    @property
    def groups(self) -> list[str]:
        sizes = {row.by[self.by]: row.value.n for row in self.rows.rows}
        return sorted(sizes, key=lambda name: (name in LAST, _rank(name), -sizes[name], name))

    def value(self, group: str, head: str) -> Value | None:
        """Returns what stands in a cell; "" is all of them."""
        if not group and not head:
            return self.rows.total
        wanted = {name: value for name, value in ((self.by, group), (self.across, head)) if name and value}
        rows = self.rows.rows if not head else self.columns.rows if not group else self.cells.rows
        return next((row.value for row in rows if dict(row.by) == wanted), None)

    def mark(self, group: str, head: str) -> dict[str, str]:
        return {name: value for name, value in ((self.by, group), (self.across, head)) if name and value}


def draw(answers: Mapping[str, Any], look: Look) -> Markup:
    """Draws a cell per pair of groups, on one scale with the aim; groups beyond the greatest are in the table."""
    crossed = Crossed.of(answers)
    if not crossed.rows.total.n:
        return nothing(look, crossed.rows)
    groups, heads = ["", *crossed.groups[:MOST_ROWS]], ["", *crossed.heads[:MOST_COLUMNS]]
    aim, unit = look.target(crossed.rows.metric), crossed.rows.unit
    values = [
        value for group in groups for head in heads if (value := crossed.value(group, head)) and _is_told(value, unit, look)
    ]
    scale = scale_of(values or [crossed.rows.total], aim, unit, from_zero=False)
    return render(
        "crossed.html",
        title=look.title,
        question=look.question,
        caption=crossed.rows.caption,
        by=group_name(crossed.by),
        heads=[group_name(head) if head else _("all") for head in heads],
        lines=[
            {
                "key": group or ALL,
                "name": group_name(group) if group else _("all"),
                "cells": [_cell(crossed, group, head, scale, look) for head in heads],
            }
            for group in groups
        ],
        aim="" if aim is None else look.reader.percent(aim, 0),
        ends=(look.reader.percent(scale.low, 0), look.reader.percent(scale.high, 0)),
        left_out=_left_out(crossed),
        notices=worth_saying(crossed.rows),
    )


def table(answers: Mapping[str, Any], look: Look) -> Table:
    """Returns a row per group and per pair."""
    crossed = Crossed.of(answers)
    pairs = [(group, head) for group in ["", *crossed.groups] for head in ["", *crossed.heads]]
    rows = [
        [
            tables.text(group_name(group) if group else _("all")),
            *([tables.text(group_name(head) if head else _("all"))] if crossed.across else []),
            tables.share(value, look, look.behind(crossed.cells if head and group else crossed.rows, crossed.mark(group, head))),
            tables.interval(value, look),
            tables.count(value.n, look),
            tables.count(value.customers, look),
        ]
        for group, head in pairs
        if (value := crossed.value(group, head))
    ]
    heads = [group_name(crossed.by), *([group_name(crossed.across)] if crossed.across else [])]
    return Table((*heads, _("share"), _("95 % interval"), look.specs[crossed.rows.metric].noun, _("customers")), rows)


def _rank(name: str) -> int:
    return IN_ORDER.index(name) if name in IN_ORDER else len(IN_ORDER)


def _is_told(value: Value, unit: str, look: Look) -> bool:
    return value.value is not None and not look.is_too_few_of(value, unit)


def _cell(crossed: Crossed, group: str, head: str, scale: Scale, look: Look) -> dict[str, Any] | None:
    value = crossed.value(group, head)
    if value is None or not value.n:
        return None
    spec, unit = look.specs[crossed.rows.metric], crossed.rows.unit
    is_told = _is_told(value, unit, look)
    state: State | None = state_of(value, target=spec.target, better=spec.better, unit=unit)
    reader = look.reader
    share = reader.value(value.value, unit) if is_told else TOO_FEW.word
    between = _between(value, look) if is_told else ""
    who = ", ".join(group_name(name) for name in (group, head) if name) or _("all")
    return {
        "href": look.behind(crossed.cells if group and head else crossed.rows, crossed.mark(group, head)),
        "state": state,
        "share": share,
        "of": " · ".join(words for words in (between, _("of {n}", n=reader.count(value.n))) if words),
        "name": _(
            "{name}: {value}, of {n}", name=who, value=f"{share} ({between})" if between else share, n=reader.count(value.n)
        ),
        "x": scale.x(value.value) if is_told else None,
        "low": scale.x(value.low) if is_told else None,
        "high": scale.x(value.high) if is_told else None,
        "aim": scale.x(spec.target),
    }


def _between(value: Value, look: Look) -> str:
    if value.low is None or value.high is None:
        return ""
    return f"{look.reader.points(value.low)}–{look.reader.points(value.high)}"


def _left_out(crossed: Crossed) -> str:
    more = max(0, len(crossed.groups) - MOST_ROWS) + max(0, len(crossed.heads) - MOST_COLUMNS)
    return _n("{n} more group is in the table.", "{n} more groups are in the table.", more, n=more) if more else ""
