"""One sentence per answer, for a reader who sees nothing else."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from metrics import notices
from metrics.answer import Value
from metrics.language import _
from metrics.named import where_words
from metrics.question import Question


def caption(question: Question, total: Value) -> str:
    """Returns the sentence that tells a summary's total: what it is made of, how much, and how sure."""
    words = _SENTENCES[question.metric.unit](question, total)
    chosen = "; ".join(where_words(question.selection.where))
    return _("{sentence} (only {filters}).", sentence=words, filters=chosen) if chosen else f"{words}."


def ranged(told: str, total: Value, text: Callable[[float], str]) -> str:
    """Returns a value with its interval, where there is one: "90.6 %, between 88.8 % and 92.1 %"."""
    if total.low is None or total.high is None:
        return told
    return _("{value}, between {low} and {high}", value=told, low=text(total.low), high=text(total.high))


def _nothing(question: Question) -> str:
    return _("No {noun} {when}", noun=question.metric.noun, when=question.when())


def _percent(question: Question, total: Value) -> str:
    metric, words = question.metric, question.words
    if total.value is None:
        return _nothing(question)
    yes = round(total.numerator or 0)
    told = {
        "counted": question.counted(total.denominator or 0),
        "when": question.when(),
        "yes": words.count(yes),
        "verb": metric.verb_of(yes),
    }
    if not notices.is_enough(total):
        return _("Of {counted} {when}, {yes} {verb}", **told)
    share = ranged(words.percent(total.value), total, words.percent)
    return _("Of {counted} {when}, {yes} {verb}: {share}", **told, share=share)


def _nps(question: Question, total: Value) -> str:
    words = question.words

    def whole(score: float) -> str:
        return words.number(score, 0)

    return _scored(question, total, lambda value: _("NPS {score}", score=ranged(whole(value), total, whole)))


def _score(question: Question, total: Value) -> str:
    words, verb = question.words, question.metric.verb

    def exact(score: float) -> str:
        return words.number(score, 2)

    return _scored(question, total, lambda value: " ".join(part for part in (ranged(exact(value), total, exact), verb) if part))


def _scored(question: Question, total: Value, told: Callable[[float], str]) -> str:
    if total.value is None:
        return _nothing(question)
    counted, when = question.counted(total.n), question.when()
    if total.n < notices.NO_SCORE_BELOW:
        return _("{counted} {when}, too few to say", counted=counted, when=when)
    return _("{counted} {when}: {score}", counted=counted, when=when, score=told(total.value))


def _count(question: Question, total: Value) -> str:
    counted, when = question.counted(total.value or 0), question.when()
    if question.metric.aggregate == "count" and total.customers != total.n:
        customers = question.words.counted(total.customers, "customer", "customers")
        return _("{counted} by {customers} {when}", counted=counted, customers=customers, when=when)
    return _("{counted} {when}", counted=counted, when=when)


def _money(question: Question, total: Value) -> str:
    words, metric = question.words, question.metric
    told = {"verb": metric.verb, "counted": question.counted(total.n), "when": question.when()}
    if metric.aggregate != "mean":
        return _("{amount} {verb} from {counted} {when}", amount=words.whole_money(abs(total.value or 0)), **told)
    if total.value is None:
        return _nothing(question)
    amount = words.whole_money(total.value)
    if total.low is None or total.high is None:
        return _("On average of {counted} {when} {amount} {verb}", amount=amount, **told)
    low, high = words.whole_money(total.low), words.whole_money(total.high)
    return _(
        "On average of {counted} {when} {amount} {verb}, between {low} and {high}", amount=amount, low=low, high=high, **told
    )


def _seconds(question: Question, total: Value) -> str:
    metric, words = question.metric, question.words
    if total.value is None:
        return _nothing(question)
    told = {"counted": question.counted(total.n), "when": question.when()}
    if metric.cap is not None and total.value >= metric.cap:
        return _("At least half of {counted} {when} took more than {duration}", duration=words.duration(metric.cap), **told)
    took = ranged(words.duration(total.value), total, words.duration)
    if metric.aggregate == "median":
        return _("Half of {counted} {when} took at most {duration}", duration=took, **told)
    return _("On average over {counted} {when} it took {duration}", duration=took, **told)


_SENTENCES: Final[Mapping[str, Callable[[Question, Value], str]]] = {
    "percent": _percent,
    "nps": _nps,
    "customers": _count,
    "count": _count,
    "money": _money,
    "seconds": _seconds,
    "score": _score,
}
