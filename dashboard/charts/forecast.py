"""What is going to break: of the promises that run, how many are at risk and how many are expected to break, by group."""

from collections.abc import Mapping
from typing import Any

from markupsafe import Markup

from dashboard import table as tables
from dashboard.charts._told import worth_saying
from dashboard.charts.crossed import LAST
from dashboard.charts.empty import nothing
from dashboard.look import Look
from dashboard.table import Table
from dashboard.templates import render
from metrics.answer import Answer, Row, Value
from metrics.language import _
from metrics.named import group_name

MOST = 8


def draw(answers: Mapping[str, Any], look: Look) -> Markup:
    """Draws the first answer's groups: a bar of what runs, on it what is expected to break with its interval."""
    answer: Answer = next(iter(answers.values()))
    if not answer.total.n:
        return nothing(look, answer)
    rows = sorted(answer.rows, key=lambda row: (_name(row) in LAST, -row.value.n))[:MOST]
    most = max((row.value.n for row in rows), default=0) or 1
    return render(
        "forecast.html",
        title=look.title,
        question=look.question,
        caption=answer.caption,
        by=group_name(answer.selection.by[0]),
        rows=[_row(row, most, answer, look) for row in rows if row.value.n],
        notices=worth_saying(answer),
    )


def table(answers: Mapping[str, Any], look: Look) -> Table:
    """Returns a row per group."""
    answer: Answer = next(iter(answers.values()))
    rows = [
        [
            tables.text(group_name(_name(row))),
            tables.count(row.value.n, look, look.behind(answer, dict(row.by))),
            tables.count(row.extra["at_risk"], look),
            tables.count(row.extra["paused"], look),
            tables.Cell("–" if row.value.value is None else look.reader.number(row.value.value, 1), row.value.value),
            tables.Cell(_between(row.value, look), None if row.value.low is None else f"{row.value.low}..{row.value.high}"),
            tables.count(row.extra["too_few"], look, look.behind(answer, {**row.by, "part": "too_few"})),
        ]
        for row in answer.rows
    ]
    heads = (
        group_name(answer.selection.by[0]),
        _("running"),
        _("at risk"),
        _("paused"),
        _("expected to break"),
        _("between"),
        _("too few to say"),
    )
    return Table(heads, rows)


def _name(row: Row) -> str:
    return next(iter(row.by.values()))


def _between(value: Value, look: Look) -> str:
    if value.low is None or value.high is None:
        return ""
    return f"{look.reader.number(value.low, 0)}–{look.reader.number(value.high, 0)}"


def _row(row: Row, most: float, answer: Answer, look: Look) -> dict[str, Any]:
    reader, value = look.reader, row.value

    def x(count: float | None) -> float | None:
        return None if count is None else round(100 * count / most, 2)

    name = group_name(_name(row))
    expected = _("too few to say") if value.value is None else _("about {n}", n=reader.number(value.value, 0))
    return {
        "key": name,
        "name": name,
        "running": reader.count(value.n),
        "width": x(value.n),
        "expected": expected,
        "between": _between(value, look),
        "x": x(value.value),
        "low": x(value.low),
        "high": x(value.high),
        "at_risk": reader.count(row.extra["at_risk"]) if row.extra["at_risk"] else "",
        "href": look.behind(answer, dict(row.by)),
        "spoken": _("{name}: {n} running, expected to break: {expected}", name=name, n=reader.count(value.n), expected=expected),
    }
