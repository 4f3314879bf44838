"""The backlog by age: what waits for a solution at each instant, the young at the bottom, the old on top."""

from collections.abc import Mapping
from typing import Any

from markupsafe import Markup

from dashboard import table as tables
from dashboard.charts._changed import changes_on, columns_left
from dashboard.charts._columns import Column, Part, placed
from dashboard.charts._told import worth_saying
from dashboard.charts.empty import nothing
from dashboard.look import Look
from dashboard.table import Table
from dashboard.templates import render
from metrics.answer import Answer, Row
from metrics.language import _
from metrics.selection import Period, resolve


def draw(answers: Mapping[str, Any], look: Look) -> Markup:
    """Draws the answer of the backlog, asked with a series: a column per instant, a part per age."""
    answer: Answer = next(iter(answers.values()))
    if not any(row.value.n for row in answer.rows):
        return nothing(look, answer)
    ages = list(answer.rows[0].extra["ages"])
    return render(
        "columns.html",
        title=look.title,
        question=look.question,
        caption=answer.caption,
        keys=[{"kind": f"age-{place}", "words": _(age)} for place, age in enumerate(ages, start=1)],
        foot=_("all"),
        changes=changes_on(answer, look, columns_left(len(answer.rows))),
        drawing=placed([_column(row, ages, answer, look) for row in answer.rows], look),
        notices=worth_saying(answer),
    )


def table(answers: Mapping[str, Any], look: Look) -> Table:
    """Returns a row per instant: what waited, by age, and what came and went since the one before."""
    answer: Answer = next(iter(answers.values()))
    ages = list(answer.rows[0].extra["ages"]) if answer.rows else []
    parts = ("opening", "opened", "reopened", "solved")
    rows = [
        [
            tables.at(row.at),
            *(tables.count(row.extra[part], look, look.behind(answer, {"at": str(row.at), "part": part})) for part in parts),
            tables.count(row.value.n, look, look.behind(answer, {"at": str(row.at)})),
            *(tables.count(row.extra["ages"][age], look, look.behind(answer, {"at": str(row.at), "age": age})) for age in ages),
            tables.number(row.extra["median_age_seconds"], "seconds", look),
        ]
        for row in answer.rows
    ]
    heads = (
        _("when"),
        _("at the start"),
        _("opened"),
        _("opened again"),
        _("solved"),
        _("at the end"),
        *map(_, ages),
        _("half younger than"),
    )
    return Table(heads, rows)


def _column(row: Row, ages: list[str], answer: Answer, look: Look) -> Column:
    period = _period(row, answer, look)
    name = look.reader.short_month(period.first_day) if len(period.text) == 7 else period.label

    def part(place: int, age: str) -> Part:
        count = float(row.extra["ages"][age])
        told = _("{when}: {n} waiting, {age} old", when=name, n=look.reader.count(count), age=_(age))
        return Part(count=count, kind=f"age-{place}", name=told, href=look.behind(answer, {"at": str(row.at), "age": age}))

    return Column(
        key=str(row.at),
        name=look.reader.month_name(period.first_day)[:3] if len(period.text) == 7 else str(row.at),
        ups=[part(place, age) for place, age in enumerate(ages, start=1)],
        downs=[],
        foot=look.reader.count(row.value.n),
        is_open=period.is_to_date,
    )


def _period(row: Row, answer: Answer, look: Look) -> Period:
    return resolve(row.at, as_of=answer.as_of, zone=look.reader.zone)
