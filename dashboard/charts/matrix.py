"""From where to where: each group at the start, by its group at the end, with those who came and those who went."""

from collections.abc import Mapping, Sequence
from typing import Any

from markupsafe import Markup

from dashboard import table as tables
from dashboard.charts.empty import nothing
from dashboard.look import Look
from dashboard.table import Table
from dashboard.templates import render
from metrics.answer import Answer, Row
from metrics.language import _
from metrics.named import group_name

FROM, TO = "from", "to"
NOBODY = "not a customer"
FAINTEST, STRONGEST = 0.08, 0.5


def draw(answers: Mapping[str, Any], look: Look) -> Markup:
    """Draws a cell per pair of groups that anybody is in; those who stayed where they were stand in the diagonal, unfilled."""
    answer: Answer = next(iter(answers.values()))
    if not answer.total.n:
        return nothing(look, answer)
    cells = {(row.by[FROM], row.by[TO]): row for row in answer.rows}
    groups = _groups(answer.rows)
    most = max((row.value.n for row in answer.rows if row.extra["kind"] != "stayed"), default=0) or 1
    return render(
        "matrix.html",
        title=look.title,
        question=look.question,
        caption=answer.caption,
        heads=[{"name": _name(group, _("left")), "href": look.behind(answer, {TO: group})} for group in groups],
        rows=[
            {
                "key": group,
                "name": _name(group, _("new or back")),
                "href": look.behind(answer, {FROM: group}),
                "cells": [_cell(cells.get((group, to)), group, to, most, answer, look) for to in groups],
            }
            for group in groups
        ],
        notices=answer.notices,
    )


def table(answers: Mapping[str, Any], look: Look) -> Table:
    """Returns a row per pair."""
    answer: Answer = next(iter(answers.values()))
    heads = (_("from"), _("to"), _("customers"), _("value a year before"), _("value a year after"))
    rows = [
        [
            tables.text(_name(row.by[FROM], _("new or back"))),
            tables.text(_name(row.by[TO], _("left"))),
            tables.count(row.value.n, look, look.behind(answer, dict(row.by))),
            tables.number(row.extra["value_before"], "money", look),
            tables.number(row.extra["value_after"], "money", look),
        ]
        for row in answer.rows
    ]
    return Table(heads, rows)


def _groups(rows: Sequence[Row]) -> list[str]:
    """Returns the groups, the most valuable first, those who are no customers last."""
    found = dict.fromkeys([row.by[FROM] for row in rows] + [row.by[TO] for row in rows])
    stayed = [row for row in rows if row.by[FROM] == row.by[TO] and row.value.n and row.extra["value_before"] is not None]
    worth = {row.by[FROM]: row.extra["value_before"] / row.value.n for row in stayed}
    return sorted(found, key=lambda group: (group == NOBODY, group == "unknown", -worth.get(group, 0.0), group))


def _name(group: str, nobody: str) -> str:
    return nobody if group == NOBODY else group_name(group)


def _cell(row: Row | None, group: str, to: str, most: float, answer: Answer, look: Look) -> dict[str, Any] | None:
    if row is None or not row.value.n:
        return None
    reader, kind = look.reader, row.extra["kind"]
    known = row.extra["value_before"] is not None and row.extra["value_after"] is not None
    moved = row.extra["value_after"] - row.extra["value_before"] if known else None
    return {
        "kind": kind,
        "tone": "better" if (moved or 0) > 0 else "worse" if (moved or 0) < 0 else "same",
        "fill": 0 if kind == "stayed" else round(FAINTEST + (STRONGEST - FAINTEST) * row.value.n / most, 3),
        "count": reader.count(row.value.n),
        "money": "" if kind == "stayed" else reader.signed_money(moved),
        "href": look.behind(answer, {FROM: group, TO: to}),
        "name": _(
            "{before} to {after}: {customers}",
            before=_name(group, _("new or back")),
            after=_name(to, _("left")),
            customers=reader.counted(row.value.n, "customer", "customers"),
        ),
    }
