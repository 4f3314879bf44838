"""Here now: who is in each stage, for how long they have been there, and who was there in the period before."""

from collections.abc import Mapping
from typing import Any

from markupsafe import Markup

from dashboard import table as tables
from dashboard.charts.empty import nothing
from dashboard.look import Look
from dashboard.phrases import compared_words
from dashboard.table import Table
from dashboard.templates import render
from metrics.answer import Answer, Row
from metrics.language import _
from metrics.named import group_name

ROOM = 1.3  # the width of the drawing in longest bars: the number stands beside a short one
WIDE = 9.0


def draw(answers: Mapping[str, Any], look: Look) -> Markup:
    """Draws a bar per stage; where the page is split, one per stage and group."""
    answer: Answer = next(iter(answers.values()))
    if not answer.total.n:
        return nothing(look, answer)
    before = {_place(row): row.value.n for row in answer.comparison.rows} if answer.comparison else {}
    most = max([row.value.n for row in answer.rows] + list(before.values())) * ROOM
    return render(
        "stock.html",
        title=look.title,
        question=look.question,
        caption=answer.caption,
        compared=compared_words(answer) if before else "",
        stages=[
            _stage(number, answer, before, most, look) for number in dict.fromkeys(row.extra["stage_no"] for row in answer.rows)
        ],
        notices=answer.notices,
    )


def table(answers: Mapping[str, Any], look: Look) -> Table:
    """Returns a row per stage and group."""
    answer: Answer = next(iter(answers.values()))
    by = answer.selection.by
    heads = (
        _("stage"),
        *map(group_name, by),
        _("here"),
        _("there anew"),
        _("half here for"),
        _("nine in ten here for"),
    )
    rows = [
        [
            tables.text(_(row.extra["label"])),
            *(tables.text(group_name(row.by.get(name) or "")) for name in by),
            tables.count(row.value.n, look, look.behind(answer, _mark(row, answer))),
            tables.count(row.extra["re_entered"], look),
            tables.number(row.extra["median_seconds_here"], "seconds", look),
            tables.number(row.extra["p90_seconds_here"], "seconds", look),
        ]
        for row in answer.rows
    ]
    return Table(heads, rows)


def _stage(number: int, answer: Answer, before: Mapping[Any, int], most: float, look: Look) -> dict[str, Any]:
    rows = [row for row in answer.rows if row.extra["stage_no"] == number]
    first = rows[0].extra
    return {
        "key": first["stage_id"],
        "says": _("“{words}”", words=first["says"]),
        "own": " · ".join(_(word) for word in (first["label"], first["owner"]) if word),
        "bars": [_bar(row, answer, before, most, look) for row in rows],
    }


def _bar(row: Row, answer: Answer, before: Mapping[Any, int], most: float, look: Look) -> dict[str, Any]:
    width = round(100 * row.value.n / most, 2)
    was = before.get(_place(row))
    group = row.by.get(answer.selection.by[0], "") if answer.selection.by else ""
    stays, reader = row.extra, look.reader
    lasting = ""
    if stays["median_seconds_here"] is not None and not group:
        half, long = reader.duration(stays["median_seconds_here"]), reader.duration(stays["p90_seconds_here"])
        lasting = _("half here for {half} or longer, one in ten for {long}", half=half, long=long)
    place = _("“{words}”", words=stays["says"]) + (f", {group}" if group else "")
    return {
        "key": group or "all",
        "group": group_name(group) if group else "",
        "width": width,
        "is_wide": width >= WIDE,
        "was": round(100 * was / most, 2) if was is not None else None,
        "ends": max(width, round(100 * (was or 0) / most, 2)),
        "count": reader.count(row.value.n),
        "href": look.behind(answer, _mark(row, answer)),
        "name": f"{place}: {reader.counted(row.value.n, 'person', 'people')}",
        "told": lasting,
        "again": reader.count(stays["re_entered"]) if stays["re_entered"] else "",
        "again_href": look.behind(answer, {**_mark(row, answer), "part": "re_entered"}),
    }


def _place(row: Row) -> tuple[Any, ...]:
    return tuple(sorted(row.by.items()))


def _mark(row: Row, answer: Answer) -> dict[str, str]:
    group = {name: row.by[name] for name in answer.selection.by if name in row.by}
    return {**group, "stage": str(row.extra["stage_no"])}
