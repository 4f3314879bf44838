"""Groups of one split with their intervals on one line, against the aim if there is one; every group opens."""

from collections.abc import Mapping
from typing import Any

from markupsafe import Markup

from dashboard import table as tables
from dashboard.charts._scale import Scale, axis, scale_of, short
from dashboard.charts._told import worth_saying
from dashboard.charts.empty import nothing
from dashboard.look import Look
from dashboard.states import TOO_FEW, state_of
from dashboard.table import Table
from dashboard.templates import render
from metrics.answer import Answer, Row, Value
from metrics.language import _
from metrics.named import group_name

MOST = 10
LAST = ("other", "unknown", "none")
PER_MILLE = ("fatigue",)  # opt-outs and complaints of a thousand contacts: too few where there are fewer than a hundred


def draw(answers: Mapping[str, Any], look: Look) -> Markup:
    """Draws the total of the first answer and its groups, in an order of their own where they are numbers, else the most first."""
    answer: Answer = next(iter(answers.values()))
    if not answer.total.n:
        return nothing(look, answer)
    rows = ordered(answer)[:MOST]
    told = [value for value in (answer.total, *(row.value for row in rows)) if _is_told(value, answer, look)]
    aim = look.target(answer.metric)
    scale = scale_of(told or [answer.total], aim, answer.unit, from_zero=answer.unit != "percent")
    return render(
        "spans.html",
        title=look.title,
        question=look.question,
        caption=answer.caption,
        rows=[
            _row(_("all"), answer.total, {}, scale, answer, look),
            *(_row(_name(row), row.value, dict(row.by), scale, answer, look) for row in rows),
        ],
        grid=axis(scale, aim, answer.unit, look),
        aim=None if aim is None else {"x": scale.x(aim), "name": short(aim, answer.unit, look)},
        notices=worth_saying(answer),
    )


def table(answers: Mapping[str, Any], look: Look) -> Table:
    """Returns a row per group."""
    answer: Answer = next(iter(answers.values()))
    by = answer.selection.by[0]
    rows = [
        [
            tables.text(group_name(row.by[by])),
            tables.number(row.value.value, answer.unit, look, look.behind(answer, dict(row.by))),
            tables.interval(row.value, look, answer.unit),
            tables.count(row.value.n, look),
            tables.count(row.value.customers, look),
        ]
        for row in ordered(answer)
    ]
    spec = look.specs[answer.metric]
    return Table((group_name(by), spec.title, _("95 % interval"), spec.noun, _("customers")), rows)


def ordered(answer: Answer) -> list[Row]:
    """Returns the groups: those that begin with a number by it, others by size, what is not known last."""
    by = answer.selection.by[0]

    def place(row: Row) -> tuple[Any, ...]:
        first = row.by[by].partition(" ")[0]
        return (row.by[by] in LAST, int(first) if first.isdigit() else 1_000_000, -row.value.n, row.by[by])

    return sorted((row for row in answer.rows if row.value.n), key=place)


def _name(row: Row) -> str:
    return group_name(next(iter(row.by.values())))


def _is_told(value: Value, answer: Answer, look: Look) -> bool:
    return value.value is not None and not look.is_too_few_of(value, answer.unit) and value.n >= least_of(answer)


def least_of(answer: Answer) -> int:
    return 100 if answer.metric in PER_MILLE else 0


def _row(name: str, value: Value, mark: Mapping[str, str], scale: Scale, answer: Answer, look: Look) -> dict[str, Any]:
    spec, reader = look.specs[answer.metric], look.reader
    is_told = _is_told(value, answer, look)
    state = state_of(value, target=spec.target, better=spec.better, unit=answer.unit) if is_told else TOO_FEW
    words = reader.value(value.value, answer.unit) if is_told else "–"
    return {
        "key": name,
        "name": name,
        "value": words,
        "of": _("of {n}", n=reader.count(value.n)),
        "x": scale.x(value.value) if is_told else None,
        "low": scale.x(value.low) if is_told else None,
        "high": scale.x(value.high) if is_told else None,
        "state": state,
        "spoken": _("{name}: {value}, of {n}", name=name, value=words, n=reader.count(value.n))
        + (f", {state.word}" if state else ""),
        "href": look.behind(answer, mark),
    }
