"""Who waits past a promise now: customers, their promises and what they are worth a year, by group."""

from collections.abc import Mapping
from typing import Any

from markupsafe import Markup

from dashboard import table as tables
from dashboard.charts._told import worth_saying
from dashboard.charts.crossed import LAST
from dashboard.charts.empty import nothing
from dashboard.look import Look
from dashboard.states import BROKEN
from dashboard.table import Table
from dashboard.templates import render
from metrics.answer import Answer, Row
from metrics.language import _
from metrics.named import group_name

MOST = 7


def draw(answers: Mapping[str, Any], look: Look) -> Markup:
    """Draws the first answer's groups, the most customers first; a customer may wait in more than one of them."""
    answer: Answer = next(iter(answers.values()))
    if not answer.total.n:
        return nothing(look, answer)
    rows = _shown(answer)
    most = max((row.value.n for row in rows), default=0) or 1
    return render(
        "waiting.html",
        title=look.title,
        question=look.question,
        state=BROKEN,
        all={"text": look.reader.count(answer.total.n), "href": look.behind(answer)},
        caption=answer.caption,
        by=group_name(answer.selection.by[0]),
        rows=[_row(row, most, answer, look) for row in rows],
        notices=worth_saying(answer),
    )


def table(answers: Mapping[str, Any], look: Look) -> Table:
    """Returns a row per group."""
    answer: Answer = next(iter(answers.values()))
    by = answer.selection.by[0]
    rows = [
        [
            tables.text(group_name(row.by[by])),
            tables.count(row.value.n, look, look.behind(answer, dict(row.by))),
            tables.count(row.extra["promises"], look),
            tables.count(row.extra["accounts"], look),
            tables.number(row.extra["value_a_year"], "money", look),
        ]
        for row in _shown(answer)
    ]
    return Table((group_name(by), _("customers"), _("promises"), _("accounts"), _("value a year")), rows)


def _shown(answer: Answer) -> list[Row]:
    by = answer.selection.by[0]
    return sorted(answer.rows, key=lambda row: (row.by[by] in LAST, -row.value.n, row.by[by]))[:MOST]


def _row(row: Row, most: float, answer: Answer, look: Look) -> dict[str, Any]:
    reader, name = look.reader, group_name(next(iter(row.by.values())))
    is_known = row.extra["value_coverage"] is None or row.extra["value_coverage"] > 0
    return {
        "key": name,
        "name": name,
        "width": round(100 * row.value.n / most, 2),
        "count": reader.count(row.value.n),
        "href": look.behind(answer, dict(row.by)),
        "promises": reader.count(row.extra["promises"]),
        "worth": reader.money(row.extra["value_a_year"]) if is_known else _("not known"),
    }
