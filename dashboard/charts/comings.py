"""Coming and going: month by month who joined and returned, who ended and fell silent, and what is left of it."""

from collections.abc import Mapping
from typing import Any

from markupsafe import Markup

from dashboard import table as tables
from dashboard.charts._changed import changes_on, columns_left
from dashboard.charts._columns import Column, Part, placed
from dashboard.charts.empty import nothing
from dashboard.look import Look
from dashboard.table import Table
from dashboard.templates import render
from metrics.answer import Answer, Row
from metrics.language import _, later
from metrics.selection import Period, resolve

UPS = (("gained", later("joined")), ("returned", later("returned")))
DOWNS = (("ended", later("ended")), ("fell_silent", later("fell silent")))


def draw(answers: Mapping[str, Any], look: Look) -> Markup:
    """Draws the answer of the customer equation, asked with a series."""
    answer: Answer = next(iter(answers.values()))
    if not answer.rows:
        return nothing(look, answer)
    return render(
        "columns.html",
        title=look.title,
        question=look.question,
        caption=answer.caption,
        keys=[{"kind": part, "words": _(words)} for part, words in (*UPS, *DOWNS)],
        foot=_("net"),
        changes=changes_on(answer, look, columns_left(len(answer.rows))),
        drawing=placed([_column(row, answer, look) for row in answer.rows], look),
        notices=(),
    )


def table(answers: Mapping[str, Any], look: Look) -> Table:
    """Returns a row per month, in customers and in value a year."""
    answer: Answer = next(iter(answers.values()))
    parts = [*UPS, *DOWNS]
    heads = (
        _("when"),
        _("at the start"),
        *(_(words) for _part, words in parts),
        _("at the end"),
        *(_("{part}, value", part=_(words)) for _part, words in parts),
    )
    rows = [
        [
            tables.at(row.at),
            tables.count(_size(row, "opening"), look),
            *(tables.count(_size(row, part), look, _href(row, part, answer, look)) for part, _words in parts),
            tables.count(_size(row, "closing"), look),
            *(tables.number(row.extra[part]["value"], "money", look) for part, _words in parts),
        ]
        for row in answer.rows
    ]
    return Table(heads, rows)


def _column(row: Row, answer: Answer, look: Look) -> Column:
    period = _period(row, answer, look)
    name = look.reader.short_month(period.first_day) if len(period.text) == 7 else period.label

    def part(key: str, words: str) -> Part:
        told = f"{name}: {look.reader.count(_size(row, key))} {_(words)}"
        return Part(count=_size(row, key), kind=key, name=told, href=_href(row, key, answer, look))

    return Column(
        key=str(row.at),
        name=look.reader.month_name(period.first_day)[:3] if len(period.text) == 7 else str(row.at),
        ups=[part(*each) for each in UPS],
        downs=[part(*each) for each in DOWNS],
        foot=look.reader.signed(row.extra["net"]["customers"]),
        is_open=period.is_to_date,
    )


def _size(row: Row, part: str) -> float:
    told = row.extra[part]
    return float(told.get("n", told["customers"]))


def _href(row: Row, part: str, answer: Answer, look: Look) -> str:
    return look.behind(answer, {"part": part}, period=row.at)


def _period(row: Row, answer: Answer, look: Look) -> Period:
    return resolve(row.at, as_of=answer.as_of, zone=look.reader.zone)
