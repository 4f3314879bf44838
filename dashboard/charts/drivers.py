"""What goes along with turning away: the difference each thing makes to the share, with its interval; associated, never the cause."""

from collections.abc import Mapping
from typing import Any

from markupsafe import Markup

from dashboard import table as tables
from dashboard.charts.empty import nothing
from dashboard.look import Look
from dashboard.phrases import signed_points
from dashboard.table import Table
from dashboard.templates import render
from metrics.answer import Answer, Row
from metrics.language import _

MOST = 8


def draw(answers: Mapping[str, Any], look: Look) -> Markup:
    """Draws the things that are clearly associated, the greatest difference first; where none is clear it says so."""
    answer: Answer = next(iter(answers.values()))
    if not answer.rows:
        return nothing(look, answer)
    clear = [row for row in answer.rows if row.extra["clear"]]
    shown = clear[:MOST]
    most = max((abs(end or 0) for row in shown for end in (row.value.low, row.value.high, row.value.value)), default=0.0) or 1.0
    return render(
        "drivers.html",
        title=look.title,
        question=look.question,
        caption=answer.caption,
        rows=[_row(row, most, answer, look) for row in shown],
        more=len(clear) - len(shown),
        notices=answer.notices,
    )


def table(answers: Mapping[str, Any], look: Look) -> Table:
    """Returns a row per thing tried."""
    answer: Answer = next(iter(answers.values()))
    heads = (
        _("associated with"), _("people with it"), _("turned away with it"), _("without it"), _("difference"), _("low"), _("high"),
        _("p"), _("clear"),
    )  # fmt: skip
    rows = [
        [
            tables.text(row.by["thing"]),
            tables.count(row.extra["with"].n, look, look.behind(answer, {"thing": row.by["thing"], "part": "with"})),
            tables.share(row.extra["with"], look, _href(row, answer, look)),
            tables.share(row.extra["without"], look),
            *(
                tables.Cell(signed_points(each, look), each, unit="percent")
                for each in (row.value.value, row.value.low, row.value.high)
            ),
            tables.Cell(
                _("under {p}", p=look.reader.number(0.001, 3))
                if row.extra["p"] < 0.001
                else look.reader.number(row.extra["p"], 3),
                row.extra["p"],
            ),
            tables.text(_("yes") if row.extra["clear"] else _("no")),
        ]
        for row in answer.rows
    ]
    return Table(heads, rows)


def _p_value(p: float, look: Look) -> tables.Cell:
    least = look.reader.number(0.001, 3)
    return tables.Cell(_("under {p}", p=least) if p < 0.001 else look.reader.number(p, 3), p)


def _row(row: Row, most: float, answer: Answer, look: Look) -> dict[str, Any]:
    value = row.value
    shares = {name: look.reader.percent(row.extra[part].value) for name, part in (("share", "with"), ("other", "without"))}
    spoken = {"thing": row.by["thing"], "change": signed_points(value.value, look)}

    def x(fraction: float | None) -> float:
        return round(50 + 50 * (fraction or 0) / most, 2)

    return {
        "key": row.by["thing"],
        "name": row.by["thing"],
        "says": _("{share} with it, {other} without", **shares),
        "against": row.extra["against"],
        "people": look.reader.count(row.extra["with"].n),
        "people_href": look.behind(answer, {"thing": row.by["thing"], "part": "with"}),
        "words": signed_points(value.value, look),
        "tone": "missed" if (value.value or 0) > 0 else "met",
        "spoken": _("{thing}: {change}, more turning away", **spoken)
        if (value.value or 0) > 0
        else _("{thing}: {change}, fewer turning away", **spoken),
        "x": x(value.value),
        "low": x(value.low),
        "high": x(value.high),
        "href": _href(row, answer, look),
    }


def _href(row: Row, answer: Answer, look: Look) -> str:
    return look.behind(answer, {"thing": row.by["thing"], "part": "with_turned_away"})
