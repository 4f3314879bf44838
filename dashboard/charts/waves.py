"""A score from wave to wave, or from month to month: each with its interval, the band between them, and the aim across."""

from collections.abc import Mapping, Sequence
from typing import Any

from markupsafe import Markup

from dashboard import table as tables
from dashboard.charts._changed import changes_on, columns_left
from dashboard.charts._scale import Scale
from dashboard.charts._scores import axis_of, between_words, few_words, is_indicative, is_told, score_words, unsaid
from dashboard.charts.empty import nothing
from dashboard.look import Look
from dashboard.table import Table
from dashboard.templates import render
from metrics.answer import Answer, Row
from metrics.language import _
from metrics.named import group_name, period_name
from metrics.selection import resolve

MOST_NAMES = 13
SCALE, WAVE = "scale", "wave"
NO_WAVE = ("no wave", "unknown", "other")


def draw(answers: Mapping[str, Any], look: Look) -> Markup:
    """Draws one series: waves where the answer is split by them, else its periods; of several scales the one most answered."""
    answer: Answer = next(iter(answers.values()))
    rows = shown_rows(answer)
    told = [row for row in rows if is_told(row.value, answer.unit)]
    if not told:
        return nothing(look, answer)
    aim = look.target(answer.metric)
    axis = axis_of([row.value for row in told], aim, answer.unit)
    points = [_point(place, len(rows), row, axis, answer, look) for place, row in enumerate(rows)]
    stretches = _stretches(points)
    return render(
        "waves.html",
        title=look.title,
        question=_question(rows, answer, look),
        caption=answer.caption,
        ys=[{"at": axis.up(mark), "name": score_words(mark, answer.unit, look)} for mark in axis.marks],
        aim=None if aim is None else {"at": axis.up(aim), "name": score_words(aim, answer.unit, look)},
        bands=[_band(stretch) for stretch in stretches if len(stretch) > 1],
        lines=[_line(stretch) for stretch in stretches if len(stretch) > 1],
        points=points,
        changes=changes_on(answer, look, columns_left(len(rows)), rows),
        has_few=any(point["few"] for point in points),
        has_indicative=any(point["is_indicative"] for point in points),
        notices=unsaid(answer),
    )


def table(answers: Mapping[str, Any], look: Look) -> Table:
    """Returns a row per wave or period, and scale where there are several."""
    answer: Answer = next(iter(answers.values()))
    scales = [SCALE] if any(SCALE in row.by for row in answer.rows) else []
    rows = [
        [
            tables.text(row.at or row.by.get(WAVE, "")),
            *(tables.text(row.by.get(name, "")) for name in scales),
            *tables.score(row.value, answer.unit, look, _href(row, answer, look)),
        ]
        for row in answer.rows
    ]
    return Table(
        (
            _("wave") if _is_of_waves(answer) else _("when"),
            *map(group_name, scales),
            _("score"),
            _("95 % interval"),
            _("answers"),
        ),
        rows,
    )


def shown_rows(answer: Answer) -> Sequence[Row]:
    """Returns the rows of the series in their order: of several scales those of the one most answered, and no wave without a name."""
    sizes: dict[str, int] = {}
    for row in answer.rows:
        sizes[row.by.get(SCALE, "")] = sizes.get(row.by.get(SCALE, ""), 0) + row.value.n
    if not sizes:
        return ()
    scale = max(sizes, key=lambda name: sizes[name])
    return [row for row in answer.rows if row.by.get(SCALE, "") == scale and row.by.get(WAVE) not in NO_WAVE]


def _is_of_waves(answer: Answer) -> bool:
    return any(WAVE in row.by for row in answer.rows)


def _question(rows: Sequence[Row], answer: Answer, look: Look) -> str:
    """The question, and of which scale the series is where there are others."""
    scales = {row.by[SCALE] for row in answer.rows if SCALE in row.by}
    if len(scales) < 2:
        return look.question
    return f"{look.question} {_('Scale {scale}; the others are series of their own.', scale=rows[0].by[SCALE])}".strip()


def _point(place: int, count: int, row: Row, axis: Scale, answer: Answer, look: Look) -> dict[str, Any]:
    value, unit = row.value, answer.unit
    is_shown = is_told(value, unit)
    name = _name(row, answer, look)
    said = f"{score_words(value.value, unit, look)} ({between_words(value, unit, look)})" if is_shown else few_words(value, look)
    every = -(-count // MOST_NAMES)
    return {
        "key": row.at or row.by.get(WAVE, ""),
        "x": round(100 * (place + 0.5) / count, 2),
        "y": axis.up(value.value) if is_shown else None,
        "low": axis.up(value.low) if is_shown else None,
        "high": axis.up(value.high) if is_shown else None,
        "score": score_words(value.value, unit, look) if is_shown else "",
        "few": "" if is_shown else few_words(value, look),
        "is_indicative": is_shown and is_indicative(value, unit),
        "name": name,
        "answers": look.reader.count(value.n),
        "is_named": (count - 1 - place) % every == 0,
        "spoken": f"{name}: {said}, {look.reader.counted(value.n, 'answer', 'answers')}" if is_shown else f"{name}: {said}",
        "href": _href(row, answer, look),
    }


def _stretches(points: Sequence[dict[str, Any]]) -> list[list[dict[str, Any]]]:
    """Returns the points that follow one another without a gap: no line is drawn over what is not known."""
    stretches: list[list[dict[str, Any]]] = [[]]
    for point in points:
        if point["y"] is None:
            stretches.append([])
        else:
            stretches[-1].append(point)
    return [stretch for stretch in stretches if stretch]


def _line(stretch: Sequence[Mapping[str, Any]]) -> str:
    return "M" + "L".join(f"{10 * point['x']:g} {10 * point['y']:g}" for point in stretch)


def _band(stretch: Sequence[Mapping[str, Any]]) -> str:
    known = [point for point in stretch if point["low"] is not None and point["high"] is not None]
    if len(known) < 2:
        return ""
    ends = [(point["x"], point["high"]) for point in known] + [(point["x"], point["low"]) for point in reversed(known)]
    return "M" + "L".join(f"{10 * x:g} {10 * y:g}" for x, y in ends) + "Z"


def _name(row: Row, answer: Answer, look: Look) -> str:
    if row.at is None:
        return row.by.get(WAVE, "")
    if len(row.at) == 7 and "-Q" not in row.at and "-W" not in row.at:
        return look.reader.month_name(resolve(row.at, as_of=answer.as_of, zone=look.reader.zone).first_day)[:3]
    return period_name(row.at)


def _href(row: Row, answer: Answer, look: Look) -> str:
    return look.behind(answer, dict(row.by), period=row.at)
