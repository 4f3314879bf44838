"""Why customers left: the reasons they gave, how many and what they were worth, and for how many a reason is known."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from metrics import notices
from metrics.answer import Answer, Change, Comparison, People, Row, Value
from metrics.errors import UnknownName
from metrics.figures.summary import person_row
from metrics.intervals import random_change
from metrics.language import _
from metrics.marks import values_of
from metrics.measure import steady
from metrics.options import options_json
from metrics.question import Page, Question

UNKNOWN: Final = "unknown"
OTHER: Final = "other"
SILENT: Final = "fell silent"

ENDED: Final = "ended"

SPLITS: Final = 0

Found = Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """How many reasons are shown."""

    most: int = field(default=5, metadata={"help": "reasons shown, the rest is other", "least": 1, "most": 500})


def answer(question: Question, options: Options) -> Answer:
    """Answers with the most frequent reasons, then other, unknown, and those who fell silent, who never give one."""
    rows = _rows(question, options)
    total = _total(question)
    return question.answered(
        options=options_json(options),
        total=total,
        rows=rows,
        comparison=_comparison(question, options, total),
        notices=(*notices.of_time(question), *notices.of_nothing(question, total)),
        caption=_caption(question, rows),
    )


def people(question: Question, options: Options, mark: Mapping[str, str], page: Page) -> People:
    """Lists who left, of a reason {"reason": "Moved away"}, of "other", of "unknown" or of "fell silent"."""
    for name in mark:
        if name != "reason":
            raise UnknownName(f'"{name}" is not a part of the reasons', name=name, known=("reason",))
    chosen = _of_reason(question, options, mark["reason"]) if mark else question
    total = _sums(chosen)
    rows = chosen.run(
        "customers_behind", shown=question.shown(), by_value=page.by_value, most=page.most, skipped=page.skipped,
        **question.times(question.period),
    )  # fmt: skip
    return question.people(
        unit=question.metric.noun,
        one=question.metric.one,
        count=total["n"],
        customers=total["customers"],
        rows=[person_row(row) for row in rows],
        mark=mark,
        notices=notices.of_time(question),
    )


def marks(question: Question, options: Options) -> Mapping[str, Sequence[str]]:
    """Returns the reasons that were ever told, with those that stand for the others."""
    return {"reason": [*values_of(question, "reason"), OTHER, UNKNOWN, SILENT]}


def _rows(question: Question, options: Options) -> tuple[Row, ...]:
    """A row per reason shown; each knows how many ended and how many fell silent, and what they were worth."""
    told = _by_reason(question)
    ended = sum(one["n"] for one in told if one["split_1"] == ENDED)
    rows = [_row(str(one["split_2"]), one, ended) for one in _first(told, options)]
    hidden = [str(one["split_2"]) for one in _named(told)[options.most :]]
    if hidden:
        rows.append(_row(OTHER, _sums(question.only(movement=ENDED, reason=hidden)), ended))
    rows += [_row(UNKNOWN, one, ended) for one in told if one["split_1"] == ENDED and one["split_2"] == UNKNOWN]
    return (*rows, *(_row(SILENT, one, 0) for one in told if one["split_1"] != ENDED))


def _row(reason: str, found: Mapping[str, Any], ended: int) -> Row:
    """share: of those who ended; nobody who fell silent gives a reason."""
    return Row(
        by={"reason": reason},
        value=Value(value=float(found["n"]), n=found["n"], customers=found["customers"]),
        extra={
            "value_a_year": steady(found["total"]),
            "kind": "fell_silent" if reason == SILENT else "ended",
            "share_of_ended": found["n"] / ended if ended else None,
        },
    )


def _by_reason(question: Question) -> Found:
    times = question.times(question.period)
    return question.run("rollup", split=("movement", "reason"), shown=None, **times)


def _named(told: Found) -> Found:
    """The reasons that were told, the most frequent first; equals in the order of the alphabet."""
    named = [one for one in told if one["split_1"] == ENDED and one["split_2"] != UNKNOWN]
    return sorted(named, key=lambda one: (one["split_2"].lower() == OTHER, -one["n"], one["split_2"]))


def _first(told: Found, options: Options) -> Found:
    return _named(told)[: options.most]


def _of_reason(question: Question, options: Options, reason: str) -> Question:
    if reason == SILENT:
        return question.only(movement="fell_silent")
    hidden = [str(one["split_2"]) for one in _named(_by_reason(question))[options.most :]]
    return question.only(movement=ENDED, reason=hidden if reason == OTHER and hidden else [reason])


def _sums(question: Question) -> Mapping[str, Any]:
    found = question.run("rollup", shown=None, **question.times(question.period))
    return found[0] if found else {"n": 0, "customers": 0, "total": 0.0}


def _total(question: Question) -> Value:
    found = _sums(question)
    return Value(value=float(found["n"]), n=found["n"], customers=found["customers"])


def _comparison(question: Question, options: Options, now: Value) -> Comparison | None:
    if question.before is None:
        return None
    before = question.of(question.before)
    total = _total(before)
    difference = float(now.n - total.n)
    low, high = random_change(difference, now.n + total.n)
    change = Change(value=difference, low=low, high=high, clear=low > 0 or high < 0)
    return Comparison(period=question.before, total=total, rows=_rows(before, options), change=change)


def _caption(question: Question, rows: Sequence[Row]) -> str:
    """Returns "In October 2026 to date 283 customers lost; of 218 who ended the reason is known for 87 %, of 71 % of their value."."""
    words, when = question.words, question.when()
    ended = [row for row in rows if row.extra["kind"] == "ended"]
    silent = sum(row.value.n for row in rows if row.extra["kind"] == "fell_silent")
    count, worth = sum(row.value.n for row in ended), sum(row.extra["value_a_year"] for row in ended)
    known = [row for row in ended if row.by["reason"] != UNKNOWN]
    told = [_("{when} {counted}", when=when[0].upper() + when[1:], counted=question.counted(count + silent))]
    if count:
        share = words.percent(sum(row.value.n for row in known) / count, 0)
        of_worth = words.percent(sum(row.extra["value_a_year"] for row in known) / worth, 0) if worth else ""
        ended_ones = {"share": share, "n": words.count(count)}
        told.append(
            _("the reason is known for {share} of {n} who ended and {worth} of their value", **ended_ones, worth=of_worth)
            if worth
            else _("the reason is known for {share} of {n} who ended", **ended_ones)
        )
    if silent:
        told.append(_("{n} fell silent and gave none", n=words.count(silent)))
    return "; ".join(told) + "."
