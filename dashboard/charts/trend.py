"""The trend of a step: of those who set out in each period, the share who took it, with its band; the open ones are blank."""

from collections.abc import Mapping, Sequence
from typing import Any

from markupsafe import Markup

from dashboard import table as tables
from dashboard.charts._changed import changes_on
from dashboard.charts._lines import Plane, shares_axis, top_of
from dashboard.charts.empty import nothing
from dashboard.look import Look
from dashboard.table import Table
from dashboard.templates import render
from metrics.answer import Answer, Row, Value
from metrics.language import _
from metrics.selection import resolve

MOST_NAMES = 8


def draw(answers: Mapping[str, Any], look: Look) -> Markup:
    """Draws the share of the step that the page looks at; a period of too few, or not over, is left out."""
    answer: Answer = next(iter(answers.values()))
    told = [(row, _share(row, look)) for row in answer.rows]
    shown = [share for _, share in told if share is not None]
    if not shown:
        return nothing(look, answer)
    plane = Plane(last=max(len(told) - 1, 1), top=top_of([share.high or share.value or 0 for share in shown]))
    points = [_point(place, row, share, plane, answer, look) for place, (row, share) in enumerate(told) if share is not None]
    stage = _stage(answer.rows[0], look)
    return render(
        "trend.html",
        title=look.title,
        question=_("Share who moved on to “{stage}”, by when they set out.", stage=stage["says"]),
        ys=shares_axis(plane, look),
        xs=_names([row for row, _ in told], plane, answer, look),
        line="M" + "L".join(f"{point['px']} {point['py']}" for point in points),
        points=points,
        changes=changes_on(answer, look, lambda place: plane.left(place - 0.5)),
        caption=answer.caption,
        notices=answer.notices,
    )


def table(answers: Mapping[str, Any], look: Look) -> Table:
    """Returns a row per period and stage."""
    answer: Answer = next(iter(answers.values()))
    rows = [
        [
            tables.at(row.at),
            tables.text(_(stage["label"])),
            tables.count(stage["reached"], look, look.behind(answer, {"at": str(row.at), **_mark(stage, "reached")})),
            tables.share(stage["share_of_previous"], look),
            tables.interval(stage["share_of_previous"], look),
            tables.count(stage["not_yet_known"]["reached"], look),
        ]
        for row in answer.rows
        for stage in row.extra["stages"]
    ]
    return Table((_("set out"), _("stage"), _("reached"), _("of the stage before"), _("95 % interval"), _("not yet known")), rows)


def _stage(row: Row, look: Look) -> Mapping[str, Any]:
    """The stage that the page's step leads to, the second unless one is chosen."""
    stages: Sequence[Mapping[str, Any]] = row.extra["stages"]
    named = [stage for stage in stages if stage["stage"] == look.view.options.get("step")]
    return next(iter(named), stages[min(1, len(stages) - 1)])


def _share(row: Row, look: Look) -> Value | None:
    share: Value = _stage(row, look)["share_of_previous"]
    return None if share.value is None or look.is_too_few_of(share, "percent") else share


def _mark(stage: Mapping[str, Any], part: str) -> dict[str, str]:
    return {"stage": str(stage["stage_no"]), "part": part}


def _point(place: int, row: Row, share: Value, plane: Plane, answer: Answer, look: Look) -> dict[str, Any]:
    assert share.value is not None
    moved, of = look.reader.count(share.numerator), look.reader.count(share.n)
    told = {"name": _name(row, answer, look), "n": moved, "whole": of, "share": look.reader.percent(share.value)}
    name = _("{name}: {n} of {whole}, {share}", **told)
    return {
        "key": str(row.at),
        "px": plane.x(place),
        "py": plane.y(share.value),
        "x": plane.left(place),
        "y": plane.down(share.value),
        "low": plane.down(share.low) if share.low is not None else None,
        "high": plane.down(share.high) if share.high is not None else None,
        "name": name,
        "href": look.behind(answer, {"at": str(row.at), **_mark(_stage(row, look), "reached")}),
    }


def _names(rows: Sequence[Row], plane: Plane, answer: Answer, look: Look) -> list[dict[str, Any]]:
    every = -(-len(rows) // MOST_NAMES)
    return [
        {"at": plane.left(place), "name": _name(row, answer, look)}
        for place, row in enumerate(rows)
        if (len(rows) - 1 - place) % every == 0
    ]


def _name(row: Row, answer: Answer, look: Look) -> str:
    at = str(row.at)
    if len(at) == 7 and "-Q" not in at:
        return look.reader.month_name(resolve(at, as_of=answer.as_of, zone=look.reader.zone).first_day)[:3]
    return at[5:] if "-W" in at else at
