"""From their figure to ours: each rule as a step that floats between the share before and after it; what it touched opens."""

from collections.abc import Mapping
from typing import Any

from markupsafe import Markup

from dashboard import table as tables
from dashboard.charts._scale import Scale, axis, scale_of
from dashboard.charts._told import worth_saying
from dashboard.charts.empty import nothing
from dashboard.look import Look
from dashboard.phrases import signed_points
from dashboard.table import Cell, Table
from dashboard.templates import render
from metrics.answer import Answer, Row
from metrics.language import _

UNOPENED = "told"  # what another tool shows is a number without rows
ENDS = ("told", "reported")


def draw(answers: Mapping[str, Any], look: Look) -> Markup:
    """Draws the reported share, a floating bar per rule, and our own share."""
    answer: Answer = next(iter(answers.values()))
    known = [row.value for row in answer.rows if row.value.value is not None]
    if not known or answer.total.value is None:
        return nothing(look, answer)
    scale = scale_of(known, None, "percent", from_zero=False)
    before: list[float | None] = [None, *(row.value.value for row in answer.rows)]
    return render(
        "bridge.html",
        title=look.title,
        question=look.question,
        caption=answer.caption,
        rows=[_row(row, before[place], scale, answer, look) for place, row in enumerate(answer.rows)],
        ours={
            "share": look.reader.percent(answer.total.value),
            "x": scale.x(answer.total.value),
            "low": scale.x(answer.total.low),
            "high": scale.x(answer.total.high),
            "count": look.reader.count(answer.total.n),
            "href": look.behind(answer),
        },
        grid=axis(scale, None, "percent", look),
        notices=worth_saying(answer),
    )


def table(answers: Mapping[str, Any], look: Look) -> Table:
    """Returns a row per step: the share after it, its change, how many it touched."""
    answer: Answer = next(iter(answers.values()))
    rows = [
        [
            tables.text(_(row.extra["says"])),
            tables.number(row.value.value, "percent", look),
            tables.interval(row.value, look),
            Cell(signed_points(row.extra["change"], look), row.extra["change"], unit="percent"),
            tables.count(row.extra["touched"], look, _href(row, answer, look)),
            tables.count(row.value.n, look),
        ]
        for row in answer.rows
    ]
    return Table((_("step"), _("share"), _("95 % interval"), _("change"), _("touched"), _("counted")), rows)


def _href(row: Row, answer: Answer, look: Look) -> str:
    return "" if row.by["step"] == UNOPENED else look.behind(answer, {"step": row.by["step"]})


def _row(row: Row, before: float | None, scale: Scale, answer: Answer, look: Look) -> dict[str, Any]:
    reader, value = look.reader, row.value
    here, was = scale.x(value.value), scale.x(before)
    low, high = min(here or 0.0, was or 0.0), max(here or 0.0, was or 0.0)
    is_end = row.by["step"] in ENDS and before is None
    change = row.extra["change"]
    return {
        "key": row.by["step"],
        "says": _(row.extra["says"]),
        "is_end": is_end,
        "x": here,
        "from": None if was is None or here is None or is_end else round(low, 2),
        "width": round(max(high - low, 0.3), 2),
        "was": was,
        "tone": "up" if (change or 0) > 0 else "down",
        "share": reader.percent(value.value) if value.value is not None else "–",
        "change": "" if is_end or change is None else signed_points(change, look) if round(1000 * change) else _("no change"),
        "touched": reader.count(row.extra["touched"]) if row.extra["touched"] else "",
        "href": _href(row, answer, look),
    }
