"""One sentence per answer, for a reader who sees nothing else."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from metrics.answer import Value
from metrics.question import Question, customers_words


def caption(question: Question, total: Value) -> str:
    """Returns the sentence that tells a summary's total: what it is made of, how much, and how sure."""
    words = _SENTENCES[question.metric.unit](question, total)
    chosen = "; ".join(f"{name} {' or '.join(values)}" for name, values in question.selection.where.items())
    return f"{words} (only {chosen})." if chosen else f"{words}."


def percent_text(value: float) -> str:
    """Returns a fraction as "90.6 %"."""
    return f"{100 * value:.1f} %"


def seconds_text(seconds: float) -> str:
    """Returns a duration in its natural unit: "45 s", "12 min", "5.2 h", "3.4 days"."""
    for size, word in ((172_800, "days"), (7_200, "h"), (120, "min")):
        if abs(seconds) >= size:
            unit = {"days": 86_400, "h": 3_600, "min": 60}[word]
            return f"{seconds / unit:.1f} {word}" if word != "min" else f"{seconds / unit:.0f} min"
    return f"{seconds:.0f} s"


def _percent(question: Question, total: Value) -> str:
    metric, when = question.metric, question.when()
    if total.value is None:
        return f"No {metric.noun} {when}"
    share = f"{percent_text(total.value)}{_between(total, percent_text)}"
    return f"Of {metric.counted(total.denominator or 0)} {when}, {total.numerator or 0:,.0f} {metric.verb}: {share}"


def _nps(question: Question, total: Value) -> str:
    if total.value is None:
        return f"No {question.metric.noun} {question.when()}"
    if total.n < 10:
        return f"{question.metric.counted(total.n)} {question.when()}, too few to say"
    score = f"NPS {total.value:.0f}{_between(total, lambda bound: f'{bound:.0f}')}"
    return f"{question.metric.counted(total.n)} {question.when()}: {score}"


def _count(question: Question, total: Value) -> str:
    told = question.metric.aggregate == "count" and total.customers != total.n
    by = f" by {customers_words(total.customers)}" if told else ""
    return f"{question.metric.counted(total.value or 0)}{by} {question.when()}"


def _money(question: Question, total: Value) -> str:
    amount = f"{abs(total.value or 0):,.0f} {question.currency}"
    return f"{amount} {question.metric.verb} from {question.metric.counted(total.n)} {question.when()}"


def _seconds(question: Question, total: Value) -> str:
    metric = question.metric
    if total.value is None:
        return f"No {metric.noun} {question.when()}"
    first = "Half of" if metric.aggregate == "median" else "On average over"
    limit = "took at most" if metric.aggregate == "median" else "it took"
    took = f"{seconds_text(total.value)}{_between(total, seconds_text)}"
    return f"{first} {metric.counted(total.n)} {question.when()} {limit} {took}"


def _score(question: Question, total: Value) -> str:
    if total.value is None:
        return f"No {question.metric.noun} {question.when()}"
    return f"{question.metric.counted(total.n)} {question.when()}: {total.value:.2f}{_between(total, lambda b: f'{b:.2f}')}"


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
