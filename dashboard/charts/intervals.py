"""Scores with their intervals against one aim: all answers first, then each group."""

from collections.abc import Mapping
from typing import Any

from markupsafe import Markup

from dashboard import table as tables
from dashboard.charts._scale import Scale
from dashboard.charts._scores import axis_of, few_words, score_words
from dashboard.charts.empty import nothing
from dashboard.look import Look
from dashboard.states import INDICATIVE_SCORE
from dashboard.table import Table
from dashboard.templates import render
from metrics.answer import Answer, Value
from metrics.language import _
from metrics.named import group_name, mark_name
from metrics.question import period_words
from metrics.words import sentence_start

ALWAYS_ON = {"nps": (0.0, 50.0)}
SCALE = "scale"
MOST = 9


def draw(answers: Mapping[str, Any], look: Look) -> Markup:
    """Draws the first answer's total and its groups; an answer of the journey, if there, gives the groups' order."""
    answer: Answer = next(iter(answers.values()))
    if not answer.total.n:
        return nothing(look, answer)
    aim, unit = look.target(answer.metric), answer.unit
    scale = axis(answers, look)
    return render(
        "intervals.html",
        title=look.title,
        question=_question(answer, look),
        when=period_words(answer.period) if answer.period else "",
        rows=rows(answers, look),
        grid=[_line(place, mark, aim, scale, unit, look) for place, mark in enumerate(scale.marks)],
        aim=None if aim is None else {"x": scale.x(aim), "name": score_words(aim, unit, look)},
        notes=_notes(answer, look),
    )


def axis(answers: Mapping[str, Any], look: Look) -> Scale:
    """Returns the line on which all scores of the panel stand."""
    answer: Answer = next(iter(answers.values()))
    shown = [value for _, value, _ in _every_group(answers) if value.n and not look.is_too_few(answer.metric, value)]
    return axis_of(shown, look.target(answer.metric), answer.unit, ALWAYS_ON.get(answer.unit, ()))


def rows(answers: Mapping[str, Any], look: Look) -> list[dict[str, Any]]:
    """Returns a row for all answers and for each group: its score, its place and interval on the axis, its state."""
    answer: Answer = next(iter(answers.values()))
    scale = axis(answers, look)
    return [_row(name, value, mark, scale, answer, look) for name, value, mark in _every_group(answers)]


def _every_group(answers: Mapping[str, Any]) -> list[tuple[str, Value, Mapping[str, str] | None]]:
    answer: Answer = next(iter(answers.values()))
    groups = _groups(answer, answers.get("journey_strip"))
    return groups if answer.total.value is None else [(_("All"), answer.total, None), *groups]


def table(answers: Mapping[str, Any], look: Look) -> Table:
    """Returns a row per group."""
    answer: Answer = next(iter(answers.values()))
    listed = [
        [
            *(tables.text(mark_name(name, row.by.get(name, ""))) for name in _splits(answer)),
            *tables.score(row.value, answer.unit, look, look.behind(answer, dict(row.by))),
        ]
        for row in answer.rows
    ]
    return Table((*map(group_name, _splits(answer)), _("score"), _("95 % interval"), _("answers")), listed)


def _splits(answer: Answer) -> list[str]:
    return list(dict.fromkeys(name for row in answer.rows for name in row.by))


def _groups(answer: Answer, strip: Any) -> list[tuple[str, Value, Mapping[str, str] | None]]:
    """Returns the groups of the split; where answers were given on several scales, each scale's apart and none of all."""
    if not answer.rows:
        return []
    by = next((name for name in answer.selection.by if name != SCALE), SCALE)
    order = [row.extra["label"] for row in strip.rows] if isinstance(strip, Answer) else []
    scales = {row.by[SCALE] for row in answer.rows if SCALE in row.by}
    rows = sorted(answer.rows, key=lambda row: order.index(row.by[by]) if row.by.get(by) in order else len(order))

    def name(by_name: Mapping[str, str]) -> str:
        return ", ".join(by_name.values()) if len(scales) > 1 else by_name.get(by, next(iter(by_name.values())))

    return [(name(row.by), row.value, row.by) for row in rows if row.value.n][:MOST]


def _row(name: str, value: Value, mark: Mapping[str, str] | None, axis: Scale, answer: Answer, look: Look) -> dict[str, Any]:
    reader, state, metric = look.reader, look.state(answer.metric, value), answer.metric
    is_shown = value.value is not None and not look.is_too_few(metric, value)
    word = state.word if state else f"{reader.counted(value.n, 'answer', 'answers')}"
    if value.n and not is_shown:
        few = _("{counted}, too few", counted=reader.count(value.n))
        word = few if look.is_too_few(metric, value) else few_words(value, look)
    score = score_words(value.value, answer.unit, look) if is_shown else "–"
    shown_name = sentence_start(mark_name("stage", name) if "stage" in (mark or {}) else group_name(name))
    return {
        "key": name,
        "name": shown_name,
        "value": score,
        "x": axis.x(value.value) if is_shown else None,
        "low": axis.x(value.low) if is_shown else None,
        "high": axis.x(value.high) if is_shown else None,
        "is_indicative": value.n < INDICATIVE_SCORE,
        "state": state,
        "word": word,
        "spoken": f"{shown_name}: {score}, {reader.counted(value.n, 'answer', 'answers')}, {word}",
        "href": look.behind(answer, mark),
    }


def _line(place: int, step: float, aim: float | None, axis: Scale, unit: str, look: Look) -> dict[str, Any]:
    """A line of the scale; its number is left out where it would run into the aim's, sooner on a small screen."""
    distance = abs(step - aim) / (axis.high - axis.low) if aim is not None else 1.0
    return {
        "x": axis.x(step),
        "name": score_words(step, unit, look),
        "is_shown": distance > 0.14,
        "is_roomy": distance <= 0.32 or (aim is None and place % 2 == 1),
    }


def _question(answer: Answer, look: Look) -> str:
    answers = look.reader.counted(answer.total.n, "answer", "answers")
    of = _("NPS of {answers}", answers=answers) if answer.unit == "nps" else answers
    return f"{look.question} {of}".strip()


def _notes(answer: Answer, look: Look) -> str:
    return _("◇ answers are known until {moment} only", moment=look.reader.moment(answer.as_of)) if look.lags(answer) else ""
