"""Why it moved: the change of a share, split exactly into who came and how each group did, with the people of each part."""

from collections.abc import Mapping
from typing import Any

from markupsafe import Markup

from dashboard import table as tables
from dashboard.charts.empty import nothing
from dashboard.look import Look
from dashboard.phrases import signed_points
from dashboard.table import Cell, Table
from dashboard.templates import render
from metrics.answer import Answer, Row
from metrics.language import _
from metrics.named import group_name

MOST = 8
_OF_A_YEAR = {"now": {"when": "now", "against": "year"}, "before": {"when": "year"}}


def draw(answers: Mapping[str, Any], look: Look) -> Markup:
    """Draws a line per group: what it adds to the change through who came and through how it did."""
    answer: Answer = next(iter(answers.values()))
    if not answer.rows or answer.total.value is None:
        return nothing(look, answer)
    parts = [abs(row.extra[part]) for row in answer.rows for part in ("mix", "rate") if row.extra[part] is not None]
    most = max([*parts, abs(answer.options["mix"] or 0), abs(answer.options["rate"] or 0)]) or 1.0
    by = next(iter(answer.rows[0].by))
    return render(
        "parts.html",
        title=look.title,
        question=look.question,
        by=_(by.replace("_", " ")),
        caption=answer.caption,
        is_clear=answer.comparison.change.clear if answer.comparison else False,
        rows=[_row(row, by, most, answer, look) for row in answer.rows[:MOST]],
        all={
            "mix": _bar(answer.options["mix"], most, look),
            "rate": _bar(answer.options["rate"], most, look),
            "words": signed_points(answer.total.value, look),
        },
        notices=answer.notices,
    )


def table(answers: Mapping[str, Any], look: Look) -> Table:
    """Returns a row per group."""
    answer: Answer = next(iter(answers.values()))
    heads = (
        *(map(group_name, answer.rows[0].by) if answer.rows else ()),
        _("people now"),
        _("people before"),
        _("share now"),
        _("share before"),
        _("who came"),
        _("how they did"),
        _("together"),
    )
    rows = [
        [
            *(tables.text(group_name(value)) for value in row.by.values()),
            tables.count(row.extra["people_now"], look, _href(row, "now", answer, look)),
            tables.count(row.extra["people_before"], look, _href(row, "before", answer, look)),
            tables.share(row.extra["rate_now"], look),
            tables.share(row.extra["rate_before"], look),
            *(
                Cell(signed_points(each, look), each, unit="percent")
                for each in (row.extra["mix"], row.extra["rate"], row.value.value)
            ),
        ]
        for row in answer.rows
    ]
    return Table(heads, rows)


def _row(row: Row, by: str, most: float, answer: Answer, look: Look) -> dict[str, Any]:
    reader, told = look.reader, row.extra
    name = row.by[by]
    return {
        "key": name,
        "name": group_name(name),
        "now": reader.count(told["people_now"]),
        "now_href": _href(row, "now", answer, look),
        "before": reader.count(told["people_before"]),
        "before_href": _href(row, "before", answer, look),
        "rates": _("{now}, was {before}", now=_rate(told["rate_now"], look), before=_rate(told["rate_before"], look)),
        "mix": _bar(told["mix"], most, look),
        "rate": _bar(told["rate"], most, look),
        "words": signed_points(row.value.value, look),
    }


def _rate(value: Any, look: Look) -> str:
    if value is None or value.value is None or look.is_too_few_of(value, "percent"):
        return _("too few")
    return look.reader.percent(value.value)


def _bar(change: float | None, most: float, look: Look) -> dict[str, Any]:
    part = (change or 0) / most
    width = round(50 * abs(part), 2)
    tone = "missed" if part < 0 else "met"
    return {"x": round(50 - width if part < 0 else 50, 2), "width": width, "tone": tone, "words": signed_points(change, look)}


def _href(row: Row, when: str, answer: Answer, look: Look) -> str:
    """The people who came to the step, then and now; a year before is a part of its own, and what now is told against."""
    mark = {"when": when} if answer.selection.compare != "year" else _OF_A_YEAR[when]
    return look.behind(answer, {**row.by, "part": "came", **mark})
