"""The rehearsal: the same requests run again with another promise or other hours, as it was beside as it would have been."""

from collections.abc import Mapping
from typing import Any

from markupsafe import Markup

from dashboard import table as tables
from dashboard.charts._scale import Scale, axis, scale_of
from dashboard.charts._told import worth_saying
from dashboard.charts.crossed import LAST
from dashboard.charts.empty import nothing
from dashboard.look import Look
from dashboard.phrases import signed_points
from dashboard.table import Cell, Table
from dashboard.templates import render
from metrics.answer import Answer, Row, Value
from metrics.language import _, later
from metrics.named import group_name

MOST = 6
CHANGES: tuple[tuple[str, str, str, tuple[tuple[str, str], ...]], ...] = (
    (
        "target",
        "4h",
        later("promise"),
        (
            ("", later("as it is")),
            ("1h", later("1 h")),
            ("2h", later("2 h")),
            ("4h", later("4 h")),
            ("8h", later("8 h")),
            ("1d", later("a day")),
        ),
    ),
    (
        "hours",
        "",
        later("open also on"),
        (
            ("", later("no other hours")),
            ("saturday 09:00-13:00", later("Saturday, 9 to 13")),
            ("saturday 09:00-17:00, sunday 09:00-17:00", later("both days, 9 to 17")),
        ),
    ),
)


def draw(answers: Mapping[str, Any], look: Look) -> Markup:
    """Draws the first answer: a line per group from the share as it was to the share as it would be, and what to change as links."""
    answer: Answer = next(iter(answers.values()))
    if not answer.total.n:
        return nothing(look, answer)
    by = answer.selection.by
    rows = sorted((row for row in answer.rows if row.value.n), key=lambda row: (_name(row) in LAST, -row.value.n))[:MOST]
    told = [value for row in rows for value in (row.value, row.extra["promised"]) if not look.is_too_few_of(value, answer.unit)]
    scale = scale_of(told or [answer.total], None, "percent", from_zero=False)
    return render(
        "rehearsal.html",
        title=look.title,
        question=look.question,
        caption=answer.caption,
        by=group_name(by[0]) if by else "",
        changes=[_change(*change, look) for change in CHANGES],
        rows=[_row(row, scale, answer, look) for row in rows],
        grid=axis(scale, None, "percent", look),
        notices=worth_saying(answer),
    )


def table(answers: Mapping[str, Any], look: Look) -> Table:
    """Returns a row per group: as it was, as it would be, and how many would end otherwise."""
    answer: Answer = next(iter(answers.values()))
    rows = [
        [
            tables.text(group_name(_name(row)) or _("all")),
            tables.share(row.extra["promised"], look),
            tables.share(row.value, look),
            tables.interval(row.value, look),
            Cell(signed_points(_moved(row), look), _moved(row), unit="percent"),
            *(
                tables.count(row.extra[part], look, _href(row, part, answer, look))
                for part in ("mended", "worsened", "not_yet_known")
            ),
            tables.count(row.value.n, look),
        ]
        for row in answer.rows
    ]
    heads = (
        _("group"),
        _("as it was"),
        _("as it would be"),
        _("95 % interval"),
        _("change"),
        _("would be kept"),
        _("would be broken"),
        _("not yet known"),
    )
    return Table((*heads, look.specs[answer.metric].noun), rows)


def _name(row: Row) -> str:
    return next(iter(row.by.values()), "")


def _moved(row: Row) -> float | None:
    before = row.extra["promised"].value
    return None if row.value.value is None or before is None else row.value.value - before


def _href(row: Row, part: str, answer: Answer, look: Look) -> str:
    return look.behind(answer, {**row.by, "part": part})


def _change(name: str, usual: str, words: str, values: tuple[tuple[str, str], ...], look: Look) -> dict[str, Any]:
    chosen = look.view.options.get(name, usual)
    return {
        "key": name,
        "words": _(words),
        "values": [
            {
                "words": _(told),
                "href": look.view.chosen(**{name: None if value == usual else value}).href(),
                "is_chosen": value == chosen,
            }
            for value, told in values
        ],
    }


def _row(row: Row, scale: Scale, answer: Answer, look: Look) -> dict[str, Any]:
    before: Value = row.extra["promised"]
    is_few = look.is_too_few_of(row.value, answer.unit)
    was, would = (None, None) if is_few else (scale.x(before.value), scale.x(row.value.value))
    name = group_name(_name(row)) or _("all")
    return {
        "key": name,
        "name": name,
        "was": was,
        "would": would,
        "words": _("too few") if is_few else f"{look.reader.percent(before.value)} → {look.reader.percent(row.value.value)}",
        "of": look.reader.count(row.value.n),
        "parts": [
            {"text": look.reader.count(row.extra[part]), "words": words, "href": _href(row, part, answer, look)}
            for part, words in (("mended", _("would be kept")), ("worsened", _("would be broken")))
            if row.extra[part]
        ],
    }
