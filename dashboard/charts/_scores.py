"""Scores on an axis: where a value lies between the ends that hold every interval and the aim, and the marks of the axis."""

from collections.abc import Sequence
from math import ceil, floor

from dashboard.charts._scale import Scale
from dashboard.charts._told import worth_saying
from dashboard.look import Look
from dashboard.states import INDICATIVE_SCORE, is_too_few
from metrics.answer import Answer, Value, kind_of
from metrics.language import _, later
from metrics.notices import AIM, INDICATIVE

EDGES = {"nps": 10.0, "percent": 0.05, "score": 0.5}  # the ends of an axis are whole multiples of this
STEPS = {"nps": (5.0, 10.0, 25.0, 50.0, 100.0), "percent": (0.05, 0.1, 0.2, 0.25, 0.5), "score": (0.1, 0.2, 0.5, 1.0, 2.0, 5.0)}
ENDS = {"nps": (-100.0, 100.0), "percent": (0.0, 1.0)}
MOST_MARKS = 6


def axis_of(values: Sequence[Value], aim: float | None, unit: str, also: Sequence[float] = ()) -> Scale:
    """Returns the scale that holds every interval, the aim and what else is to be on it."""
    edge = EDGES[unit]
    known = [*also, *([aim] if aim is not None else [])]
    known += [each for value in values for each in (value.low, value.value, value.high) if each is not None]
    least, most = min(known, default=0.0), max(known, default=edge)
    low, high = edge * floor(round(least / edge, 6)), edge * ceil(round(most / edge, 6))
    if high - low < 2 * edge:
        low, high = low - edge, high + edge
    bottom, top = ENDS.get(unit, (float("-inf"), float("inf")))
    return axis_between(max(low, bottom), min(high, top), unit)


def axis_between(low: float, high: float, unit: str) -> Scale:
    """Returns the scale of scores from end to end, with at most six round marks."""
    fits = [step for step in STEPS[unit] if (high - low) / step <= MOST_MARKS]
    return Scale(low=low, high=high, step=next(iter(fits), STEPS[unit][-1]))


def score_words(score: float | None, unit: str, look: Look) -> str:
    """Returns a score as short as its unit allows: "36", "78 %", "5.4"."""
    return look.reader.percent(score, 0) if unit == "percent" else look.reader.value(score, unit)


def between_words(value: Value, unit: str, look: Look) -> str:
    """Returns an interval in short: "31 to 40", "76–81", "5.2–5.6"; nothing where there is none."""
    if value.low is None or value.high is None:
        return ""
    if unit == "percent":
        return f"{look.reader.points(value.low)}–{look.reader.points(value.high)}"
    link = "–" if value.low >= 0 else _(" to ")
    return f"{look.reader.value(value.low, unit)}{link}{look.reader.value(value.high, unit)}"


def unsaid(answer: Answer) -> list[str]:
    """Returns the notices of an answer that its drawing does not tell by itself: what is too few, or near the aim, is marked there."""
    return [notice for notice in worth_saying(answer) if kind_of(notice) not in (INDICATIVE, AIM)]


def is_indicative(value: Value, unit: str) -> bool:
    """Tells whether a score is told, but stands on so few answers that it only indicates."""
    return not is_too_few(value, unit) and value.n < INDICATIVE_SCORE


def is_told(value: Value, unit: str) -> bool:
    """Tells whether a score is there and stands on enough answers to be told."""
    return value.value is not None and not is_too_few(value, unit)


def few_words(value: Value, look: Look, *, one: str = later("answer"), many: str = later("answers")) -> str:
    """Returns why a score is not told: "7 answers, too few", "no answers", or, of enough answers, "not told"."""
    if not value.n:
        return _("no {noun}", noun=_(many))
    counted = look.reader.counted(value.n, one, many)
    if value.n < INDICATIVE_SCORE:
        return _("{counted}, too few", counted=counted)
    return _("{counted}, score not told", counted=counted)
