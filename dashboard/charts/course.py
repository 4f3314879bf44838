"""A figure over time: a point per period with its interval, and the aim."""

from collections.abc import Mapping
from typing import Any

from markupsafe import Markup

from dashboard import table as tables
from dashboard.charts._changed import changes_on
from dashboard.charts._lines import Plane
from dashboard.charts._scale import scale_of, short
from dashboard.charts._told import OUTSIDE_THE_SHARE, worth_saying
from dashboard.charts.empty import nothing
from dashboard.look import Look
from dashboard.table import Table
from dashboard.templates import render
from metrics.answer import Answer, Row, Value
from metrics.language import _
from metrics.named import period_name
from metrics.selection import Period, resolve

MOST_NAMES = 7


def draw(answers: Mapping[str, Any], look: Look) -> Markup:
    """Draws the first answer, asked with a series; a period of too few is left out."""
    answer: Answer = next(iter(answers.values()))
    told = [(place, row) for place, row in enumerate(answer.rows) if _is_told(row.value, answer, look)]
    if not told:
        return nothing(look, answer)
    aim = look.target(answer.metric)
    scale = scale_of([row.value for _, row in told], aim, answer.unit, from_zero=answer.unit != "percent")
    plane = Plane(last=max(len(answer.rows) - 1, 1), low=scale.low, top=scale.high)
    points = [_point(place, row, plane, answer, look) for place, row in told]
    return render(
        "course.html",
        title=look.title,
        question=look.question,
        caption=answer.caption,
        ys=[{"at": plane.down(mark), "name": short(mark, answer.unit, look)} for mark in scale.marks],
        xs=_names(answer, plane, look),
        aim=None if aim is None else {"at": plane.down(aim), "name": _("aim {aim}", aim=short(aim, answer.unit, look))},
        line="M" + "L".join(f"{point['px']} {point['py']}" for point in points),
        points=points,
        changes=changes_on(answer, look, lambda place: plane.left(place - 0.5)),
        is_open=_period(answer.rows[-1], answer, look).is_to_date,
        notices=worth_saying(answer, drawn=OUTSIDE_THE_SHARE),
    )


def table(answers: Mapping[str, Any], look: Look) -> Table:
    """Returns a row per period."""
    answer: Answer = next(iter(answers.values()))
    spec = look.specs[answer.metric]
    rows = [
        [
            tables.at(row.at),
            tables.number(row.value.value, answer.unit, look, look.behind(answer, period=row.at)),
            tables.interval(row.value, look, answer.unit),
            tables.count(row.value.n, look),
            tables.count(row.value.customers, look),
        ]
        for row in answer.rows
    ]
    return Table((_("when"), spec.title, _("95 % interval"), spec.noun, _("customers")), rows)


def _is_told(value: Value, answer: Answer, look: Look) -> bool:
    return value.value is not None and value.n > 0 and not look.is_too_few_of(value, answer.unit)


def _period(row: Row, answer: Answer, look: Look) -> Period:
    return resolve(row.at, as_of=answer.as_of, zone=look.reader.zone)


def _point(place: int, row: Row, plane: Plane, answer: Answer, look: Look) -> dict[str, Any]:
    value = row.value
    assert value.value is not None
    words = look.reader.value(value.value, answer.unit)
    return {
        "key": str(row.at),
        "px": plane.x(place),
        "py": plane.y(value.value),
        "x": plane.left(place),
        "y": plane.down(value.value),
        "low": plane.down(value.low) if value.low is not None else None,
        "high": plane.down(value.high) if value.high is not None else None,
        "name": _("{name}: {value}, of {n}", name=_period(row, answer, look).label, value=words, n=look.reader.count(value.n)),
        "href": look.behind(answer, period=row.at),
    }


def _names(answer: Answer, plane: Plane, look: Look) -> list[dict[str, Any]]:
    every = -(-len(answer.rows) // MOST_NAMES)
    return [
        {"at": plane.left(place), "name": _short(row, answer, look)}
        for place, row in enumerate(answer.rows)
        if (len(answer.rows) - 1 - place) % every == 0
    ]


def _short(row: Row, answer: Answer, look: Look) -> str:
    at = str(row.at)
    is_month = len(at) == 7 and "-Q" not in at and "-W" not in at
    return look.reader.month_name(_period(row, answer, look).first_day)[:3] if is_month else period_name(at)
