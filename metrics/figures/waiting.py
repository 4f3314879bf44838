"""Who waits past a promise now: so many customers, for so many promises, and what they are worth a year together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from metrics import notices
from metrics.answer import Answer, People, Row, Value
from metrics.captions import caption
from metrics.figures.summary import person_row
from metrics.groups import values_behind
from metrics.language import _
from metrics.measure import steady
from metrics.options import options_json
from metrics.period import MOMENT
from metrics.question import EVERYTHING, Page, Question

SPLITS = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """How a split is shown."""

    most: int = field(default=0, metadata={"help": "groups shown, the rest is other; 0: as the dimension says", "most": 500})


def answer(question: Question, options: Options) -> Answer:
    """Answers with the customers who wait, in all or by group; each row tells their promises, accounts and value a year."""
    total = _total(question)
    rows = _rows(question, options) if question.split else (total,)
    return question.answered(
        options=options_json(options),
        total=total.value,
        rows=rows,
        notices=(*notices.of_time(question), *notices.of_nothing(question, total.value), *_coverage(question, total)),
        caption=_sentence(question, total),
    )


def people(question: Question, options: Options, mark: Mapping[str, str], page: Page) -> People:
    """Lists who waits, the longest first, each with the value a year of the account; mark is a group."""
    for dimension, value in mark.items():
        question = question.filtered(dimension, _values(question, options, dimension, value))
    total = _total(question).value
    shown = [name for name in question.shown() if name != "value"]
    rows = question.run(
        "waiting_people",
        shown=shown,
        by_value=page.by_value,
        most=page.most,
        skipped=page.skipped,
        worth_before=question.as_of + MOMENT,
    )
    return question.people(
        unit=question.metric.noun,
        one=question.metric.one,
        count=total.n,
        customers=total.customers,
        rows=[person_row(row) for row in rows],
        mark=mark,
        notices=notices.of_time(question),
    )


def _total(question: Question) -> Row:
    found = _waiting(question, EVERYTHING)
    empty = {"n": 0, "promises": 0, "accounts": 0, "valued": 0, "known": 0, "value_a_year": 0.0}
    return _row(question.unsplit(), found[0] if found else empty)


def _rows(question: Question, options: Options) -> tuple[Row, ...]:
    most = options.most or question.most_values[question.selection.by[0]]
    return tuple(_row(question, told) for told in _groups(question, most))


def _groups(question: Question, most: int) -> list[dict[str, Any]]:
    return _waiting(question, most, question.split[:1])


def _waiting(question: Question, most: int, split: Sequence[str] = ()) -> list[dict[str, Any]]:
    return question.run("waiting", split=split, most=most, worth_before=question.as_of + MOMENT)


def _row(question: Question, told: Mapping[str, Any]) -> Row:
    extra = {
        "promises": told["promises"],
        "accounts": told["accounts"],
        "accounts_with_value": told["valued"],
        "value_a_year": steady(told["value_a_year"]),
        "value_coverage": told["known"] / told["valued"] if told["valued"] else None,
    }
    by = {question.selection.by[0]: str(told["split_1"])} if question.split else {}
    return Row(by=by, value=Value(value=float(told["n"]), n=told["n"], customers=told["n"]), extra=extra)


def _values(question: Question, options: Options, dimension: str, value: str) -> list[str]:
    def named(most: int) -> Iterable[str]:
        return (row["split_1"] for row in _groups(question, most))

    return values_behind(question, dimension, value, options.most, named)


def _coverage(question: Question, total: Row) -> list[str]:
    share = total.extra["value_coverage"]
    return (
        []
        if share is None or share >= 1
        else [_("Value known for {share} of their accounts.", share=question.words.percent(share, 0))]
    )


def _sentence(question: Question, total: Row) -> str:
    words = caption(question, total.value)
    if not total.extra["value_a_year"]:
        return words
    return _(
        "{told}, worth {amount} a year together.", told=words[:-1], amount=question.words.whole_money(total.extra["value_a_year"])
    )
