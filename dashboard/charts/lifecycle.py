"""The lifecycle: month by month who is new and who came back to life, against who went dormant; under it, who is active."""

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
from metrics.selection import resolve

UPS = (("new", later("new")), ("resurrected", later("back after a pause")))
DOWNS = (("dormant", later("dormant")), ("not_seen_yet", later("not seen yet")))
PARTS = {
    "active_before": later("active before"),
    "new": later("new"),
    "returning": later("returning"),
    "resurrected": later("back after a pause"),
    "dormant": later("dormant"),
    "not_seen_yet": later("not seen yet"),
    "active": later("active"),
}


def draw(answers: Mapping[str, Any], look: Look) -> Markup:
    """Draws the moves between active and not; those who simply stayed active are told in the table."""
    answer: Answer = next(iter(answers.values()))
    if not answer.rows:
        return nothing(look, answer)
    return render(
        "columns.html",
        title=look.title,
        question=look.question,
        caption=answer.caption,
        keys=[{"kind": part, "words": _(words)} for part, words in (*UPS, *DOWNS)],
        foot=_("active"),
        changes=changes_on(answer, look, columns_left(len(answer.rows))),
        drawing=placed([_column(row, answer, look) for row in answer.rows], look),
        notices=answer.notices,
    )


def table(answers: Mapping[str, Any], look: Look) -> Table:
    """Returns a row per period."""
    answer: Answer = next(iter(answers.values()))
    rows = [
        [tables.at(row.at), *(tables.count(row.extra[part], look, _href(row, part, answer, look)) for part in PARTS)]
        for row in answer.rows
    ]
    return Table((_("when"), *(_(words) for words in PARTS.values())), rows)


def _column(row: Row, answer: Answer, look: Look) -> Column:
    period = resolve(row.at, as_of=answer.as_of, zone=look.reader.zone)
    name = look.reader.short_month(period.first_day) if len(period.text) == 7 else period.label

    def part(key: str, words: str) -> Part:
        count = row.extra[key] or 0
        return Part(
            count=count, kind=key, name=f"{name}: {look.reader.count(count)} {_(words)}", href=_href(row, key, answer, look)
        )

    return Column(
        key=str(row.at),
        name=look.reader.month_name(period.first_day)[:3] if len(period.text) == 7 else str(row.at),
        ups=[part(*each) for each in UPS],
        downs=[part(*each) for each in DOWNS],
        foot=look.reader.count(row.extra["active"]),
        is_open=bool(row.extra["is_to_date"]),
    )


def _href(row: Row, part: str, answer: Answer, look: Look) -> str:
    return look.behind(answer, {"part": part, "at": str(row.at)})
