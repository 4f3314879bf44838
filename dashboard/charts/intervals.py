"""Scores with their intervals against one aim: all answers first, then each group."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil, floor
from typing import Any

from markupsafe import Markup

from dashboard.charts.empty import nothing
from dashboard.look import Look
from dashboard.states import INDICATIVE_SCORE
from dashboard.templates import render
from metrics.answer import Answer, Value
from metrics.question import period_words

STEP, EDGE = 25, 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """A stretch of scores as percent of the width."""

    low: int
    high: int

    def x(self, score: float | None) -> float | None:
        if score is None:
            return None
        return round(100 * (min(max(score, self.low), self.high) - self.low) / (self.high - self.low), 2)

    @property
    def steps(self) -> list[int]:
        step = STEP if self.high - self.low <= 125 else 2 * STEP
        return [score for score in range(-100, 101, step) if self.low <= score <= self.high]


def draw(answers: Mapping[str, Any], look: Look) -> Markup:
    """Draws the first answer's total and its groups; an answer of the journey, if there, gives the groups' order."""
    answer: Answer = next(iter(answers.values()))
    if not answer.total.n:
        return nothing(look.title, look.question, answer)
    aim = look.target(answer.metric)
    groups = [("All", answer.total, None), *_groups(answer, answers.get("journey_strip"))]
    shown = [value for _, value, _ in groups if value.n and not look.is_too_few(answer.metric, value)]
    scale = scale_of(shown, aim)
    return render(
        "intervals.html",
        title=look.title,
        question=_question(answer, look),
        rows=[_row(name, value, where, scale, answer.metric, look) for name, value, where in groups],
        grid=[_line(step, aim, scale, look) for step in scale.steps],
        aim=None if aim is None else {"x": scale.x(aim), "name": look.reader.number(aim, 0)},
        notes=_notes(answer, look),
    )


def scale_of(values: Sequence[Value], aim: float | None) -> Scale:
    """Returns the stretch that holds zero, the aim and every interval, in whole tens."""
    known = [0.0, 50.0, *([aim] if aim is not None else [])]
    known += [each for value in values for each in (value.low, value.value, value.high) if each is not None]
    return Scale(low=EDGE * floor(min(known) / EDGE), high=EDGE * ceil(max(known) / EDGE))


def _groups(answer: Answer, strip: Any) -> list[tuple[str, Value, tuple[str, str] | None]]:
    if not answer.selection.by:
        return []
    by = answer.selection.by[0]
    order = [row.extra["label"] for row in strip.rows] if isinstance(strip, Answer) else []
    rows = sorted(answer.rows, key=lambda row: order.index(row.by[by]) if row.by[by] in order else len(order))
    return [(row.by[by], row.value, (by, row.by[by])) for row in rows if row.value.n]


def _row(name: str, value: Value, where: tuple[str, str] | None, scale: Scale, metric: str, look: Look) -> dict[str, Any]:
    reader, state = look.reader, look.state(metric, value)
    is_shown = value.value is not None and not look.is_too_few(metric, value)
    word = state.word if state else ""
    if value.n and not is_shown:
        word = f"{reader.count(value.n)}, too few"
    score = reader.number(value.value, 0) if is_shown else "–"
    return {
        "key": name,
        "name": name[:1].upper() + name[1:],
        "value": score,
        "x": scale.x(value.value) if is_shown else None,
        "low": scale.x(value.low) if is_shown else None,
        "high": scale.x(value.high) if is_shown else None,
        "is_indicative": value.n < INDICATIVE_SCORE,
        "state": state,
        "word": word,
        "spoken": f"{name}: {score}, {reader.counted(value.n, 'answer', 'answers')}, {word}",
        "href": look.opens(metric, where={where[0]: (where[1],)} if where else None),
    }


def _line(step: int, aim: float | None, scale: Scale, look: Look) -> dict[str, Any]:
    """A line of the scale; its number is left out where it would run into the aim's, sooner on a small screen."""
    distance = 1.0 if aim is None else abs(step - aim) / (scale.high - scale.low)
    return {
        "x": scale.x(step),
        "name": look.reader.number(step, 0),
        "is_shown": distance > 0.14,
        "is_roomy": distance <= 0.32,
    }


def _question(answer: Answer, look: Look) -> str:
    when = f" {period_words(answer.period)}" if answer.period else ""
    return f"{look.question} NPS of {look.reader.counted(answer.total.n, 'answer', 'answers')}{when}"


def _notes(answer: Answer, look: Look) -> str:
    return f"◇ answers are known until {look.reader.moment(answer.as_of)} only" if look.lags(answer) else ""
