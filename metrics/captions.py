"""One sentence per answer, for a reader who sees nothing else."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from metrics import notices
from metrics.answer import Value
from metrics.question import Question


def caption(question: Question, total: Value) -> str:
    """Returns the sentence that tells a summary's total: what it is made of, how much, and how sure."""
    words = _SENTENCES[question.metric.unit](question, total)
    chosen = "; ".join(f"{name} {' or '.join(values)}" for name, values in question.selection.where.items())
    return f"{words} (only {chosen})." if chosen else f"{words}."


def _percent(question: Question, total: Value) -> str:
    metric, words = question.metric, question.words
    if total.value is None:
        return f"No {metric.noun} {question.when()}"
    share = notices.as_percent(question, total, _between(total, words.percent))
    yes = round(total.numerator or 0)
    return f"Of {question.counted(total.denominator or 0)} {question.when()}, {words.count(yes)} {metric.verb_of(yes)}{share}"


def _nps(question: Question, total: Value) -> str:
    words = question.words
    if total.value is None:
        return f"No {question.metric.noun} {question.when()}"
    if total.n < notices.NO_SCORE_BELOW:
        return f"{question.counted(total.n)} {question.when()}, too few to say"
    score = f"NPS {words.number(total.value, 0)}{_between(total, lambda bound: words.number(bound, 0))}"
    return f"{question.counted(total.n)} {question.when()}: {score}"


def _count(question: Question, total: Value) -> str:
    is_told = question.metric.aggregate == "count" and total.customers != total.n
    by = f" by {question.words.counted(total.customers, 'customer', 'customers')}" if is_told else ""
    return f"{question.counted(total.value or 0)}{by} {question.when()}"


def _money(question: Question, total: Value) -> str:
    if question.metric.aggregate == "mean":
        return _mean_money(question, total)
    amount = question.words.whole_money(abs(total.value or 0))
    return f"{amount} {question.metric.verb} from {question.counted(total.n)} {question.when()}"


def _mean_money(question: Question, total: Value) -> str:
    words = question.words
    if total.value is None:
        return f"No {question.metric.noun} {question.when()}"
    amount = f"{words.whole_money(total.value)} {question.metric.verb}{_between(total, words.whole_money)}"
    return f"On average of {question.counted(total.n)} {question.when()} {amount}"


def _seconds(question: Question, total: Value) -> str:
    metric, words = question.metric, question.words
    if total.value is None:
        return f"No {metric.noun} {question.when()}"
    if metric.cap is not None and total.value >= metric.cap:
        return f"At least half of {question.counted(total.n)} {question.when()} took more than {words.duration(metric.cap)}"
    first = "Half of" if metric.aggregate == "median" else "On average over"
    limit = "took at most" if metric.aggregate == "median" else "it took"
    took = f"{words.duration(total.value)}{_between(total, words.duration)}"
    return f"{first} {question.counted(total.n)} {question.when()} {limit} {took}"


def _score(question: Question, total: Value) -> str:
    words = question.words
    if total.value is None:
        return f"No {question.metric.noun} {question.when()}"
    if total.n < notices.NO_SCORE_BELOW:
        return f"{question.counted(total.n)} {question.when()}, too few to say"
    score = f"{words.number(total.value, 2)}{_between(total, lambda bound: words.number(bound, 2))}"
    return f"{question.counted(total.n)} {question.when()}: {score}{f' {question.metric.verb}' * bool(question.metric.verb)}"


def _between(total: Value, text: Callable[[float], str]) -> str:
    if total.low is None or total.high is None:
        return ""
    return f", between {text(total.low)} and {text(total.high)}"


_SENTENCES: Final[Mapping[str, Callable[[Question, Value], str]]] = {
    "percent": _percent,
    "nps": _nps,
    "customers": _count,
    "count": _count,
    "money": _money,
    "seconds": _seconds,
    "score": _score,
}
