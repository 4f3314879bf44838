"""Asked and volunteered voice side by side, stage by stage: the score that was asked for, and what came by itself."""

from collections.abc import Mapping, Sequence
from typing import Any

from markupsafe import Markup

from dashboard import table as tables
from dashboard.charts._scale import Scale
from dashboard.charts._scores import axis_of, between_words, few_words, is_indicative, is_told, score_words, unsaid
from dashboard.charts.empty import nothing
from dashboard.look import Look
from dashboard.states import state_of
from dashboard.table import Table
from dashboard.templates import render
from metrics.answer import Answer, Row, kind_of
from metrics.language import _, _n, later
from metrics.notices import NOTHING

STAGE = "stage"
ASKED = "nps_relational"
UNKNOWN = {"unknown": later("not known"), "before any stage": later("before any stage")}


def draw(answers: Mapping[str, Any], look: Look) -> Markup:
    """Draws a line per stage: left the score with its interval, right the requests and complaints with their categories."""
    answer: Answer = next(iter(answers.values()))
    rows = [row for row in answer.rows if row.value.n or row.extra["requests"].n]
    if not rows:
        return nothing(look, answer)
    aim, unit = look.target(ASKED), answer.unit
    axis = axis_of([row.value for row in rows if is_told(row.value, unit)], aim, unit, (0.0, 50.0))
    most = max(row.extra["requests"].n for row in rows) or 1
    return render(
        "voices.html",
        title=look.title,
        question=look.question,
        rows=[_row(row, axis, aim, most, answer, look) for row in rows],
        marks=_marks(axis, aim, unit, look),
        aim=None if aim is None else {"x": axis.x(aim), "name": score_words(aim, unit, look)},
        is_asked=any(row.value.n for row in rows),
        caption=answer.caption,
        notices=[notice for notice in unsaid(answer) if kind_of(notice) != NOTHING],
        range_with_answers=next((notice for notice in unsaid(answer) if kind_of(notice) == NOTHING), answer.caption),
    )


def table(answers: Mapping[str, Any], look: Look) -> Table:
    """Returns a row per stage."""
    answer: Answer = next(iter(answers.values()))
    rows = [
        [
            tables.text(_stage(row.by[STAGE])),
            *tables.score(row.value, answer.unit, look, _href("answers", row, answer, look)),
            tables.count(row.extra["requests"].n, look, _href("requests", row, answer, look)),
            tables.count(row.extra["complaints"].n, look, _href("complaints", row, answer, look)),
            tables.text(_categories(row.extra["categories"], look)),
        ]
        for row in answer.rows
    ]
    return Table(
        (_("stage"), _("NPS"), _("95 % interval"), _("answers"), _("requests"), _("complaints"), _("most frequent categories")),
        rows,
    )


def _marks(axis: Scale, aim: float | None, unit: str, look: Look) -> list[dict[str, Any]]:
    """The marks of the axis; those that would run into the aim's name keep only their line."""
    span = axis.high - axis.low
    return [
        {
            "x": axis.x(mark),
            "name": score_words(mark, unit, look),
            "is_named": aim is None or abs(mark - aim) / span > 0.14,
            "is_roomy": aim is not None and abs(mark - aim) / span <= 0.3,
        }
        for mark in axis.marks
    ]


def _row(row: Row, axis: Scale, aim: float | None, most: int, answer: Answer, look: Look) -> dict[str, Any]:
    value, unit, stage = row.value, answer.unit, row.by[STAGE]
    requests, complaints = row.extra["requests"], row.extra["complaints"]
    is_shown = is_told(value, unit)
    name = _stage(stage)
    return {
        "key": stage,
        "name": name[:1].upper() + name[1:],
        "score": score_words(value.value, unit, look) if is_shown else "",
        "few": "" if is_shown else few_words(value, look),
        "between": between_words(value, unit, look) if is_shown else "",
        "answers": look.reader.counted(value.n, "answer", "answers"),
        "is_indicative": is_shown and is_indicative(value, unit),
        "state": state_of(value, target=aim, better="higher", unit=unit) if is_shown else None,
        "href": _href("answers", row, answer, look),
        "x": axis.x(value.value) if is_shown else None,
        "low": axis.x(value.low) if is_shown else None,
        "high": axis.x(value.high) if is_shown else None,
        "requests": look.reader.count(requests.n),
        "requests_noun": _n("request", "requests", requests.n),
        "requests_href": _href("requests", row, answer, look),
        "complaints": look.reader.count(complaints.n),
        "complaints_noun": _n("complaint", "complaints", complaints.n),
        "complaints_href": _href("complaints", row, answer, look),
        "requests_width": round(100 * (requests.n - complaints.n) / most, 2),
        "complaints_width": round(100 * complaints.n / most, 2),
        "categories": _categories(row.extra["categories"], look),
    }


def _stage(stage: str) -> str:
    return _(UNKNOWN.get(stage, stage))


def _categories(found: Sequence[Mapping[str, Any]], look: Look) -> str:
    told = [each for each in found if each["category"] != "unknown"]
    return ", ".join(f"{each['category']} {look.reader.count(each['requests'])}" for each in told)


def _href(part: str, row: Row, answer: Answer, look: Look) -> str:
    return look.behind(answer, {"part": part, STAGE: row.by[STAGE]})
