"""The sales that are open now, stage by stage, and what they can be expected to bring by how often their stage has led to a sale."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Any, Final

from metrics import notices
from metrics.answer import Answer, People, Row, Value
from metrics.errors import UnknownName
from metrics.figures.summary import person_row
from metrics.intervals import wilson
from metrics.language import _
from metrics.marks import values_of
from metrics.options import options_json
from metrics.question import Page, Question

SPLITS: Final = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """There is nothing to choose."""


def answer(question: Question, options: Options) -> Answer:
    """Answers with a row per stage: its expected value, with the amount, and the share won of the sales that were in it and are decided."""
    rows = tuple(_row(found) for found in question.run("pipeline"))
    total = _total(question, rows)
    return question.answered(
        options=options_json(options),
        total=total,
        rows=rows,
        notices=(*notices.of_time(question), *_unsure(question, rows)),
        caption=_caption(question, rows, total),
    )


def people(question: Question, options: Options, mark: Mapping[str, str], page: Page) -> People:
    """Lists the open sales of a stage {"stage": "Proposal"}, or all, the greatest amount first."""
    for name in mark:
        if name != "stage":
            raise UnknownName(f'"{name}" is not a part of the pipeline', name=name, known=("stage",))
    question = question.only(is_here="true", **mark)
    times = question.times(None)
    counted = question.run("rollup", shown=None, **times)
    rows = question.run(
        "customers_behind", shown=question.shown(), by_value=True, most=page.most, skipped=page.skipped, **times
    )  # fmt: skip
    return question.people(
        unit=question.metric.noun,
        one=question.metric.one,
        count=counted[0]["n"] if counted else 0,
        customers=counted[0]["customers"] if counted else 0,
        rows=[person_row(row) for row in rows],
        mark=mark,
    )


def marks(question: Question, options: Options) -> Mapping[str, Sequence[str]]:
    """Returns the stages that any sale was ever in."""
    return {"stage": values_of(question, "stage")}


def _row(found: Mapping[str, Any]) -> Row:
    """The interval is that of the share won; how each single sale ends is uncertain beside it."""
    amount, decided, won = found["cents"] / 100, found["decided"], found["won"]
    low, high = wilson(won, decided) or (None, None)
    rate = Value(
        value=won / decided if decided else None, n=decided, customers=found["decided_customers"], low=low, high=high,
        numerator=float(won), denominator=float(decided),
    )  # fmt: skip
    expected = [None if share is None else amount * share for share in (rate.value, low, high)]
    return Row(
        by={"stage": found["stage"]},
        value=Value(value=expected[0], n=found["n"], customers=found["customers"], low=expected[1], high=expected[2]),
        extra={"amount": amount, "valued": found["valued"], "win_rate": rate},
    )


def _total(question: Question, rows: Sequence[Row]) -> Value:
    """The stages' rates are learnt apart: distances to their bounds add up as squares (Zou and Donner 2008).

    A sale that was in several stages counts in the rates of all, so they are not quite independent.
    """
    found = question.only(is_here="true").run("rollup", shown=None, **question.times(None))
    n, customers = (found[0]["n"], found[0]["customers"]) if found else (0, 0)
    known = [row.value for row in rows if row.value.value is not None]
    if not known:
        return Value(value=None, n=n, customers=customers)
    expected = sum(value.value or 0.0 for value in known)
    below = sqrt(sum(((value.value or 0.0) - (value.low or 0.0)) ** 2 for value in known))
    above = sqrt(sum(((value.high or 0.0) - (value.value or 0.0)) ** 2 for value in known))
    return Value(value=expected, n=n, customers=customers, low=expected - below, high=expected + above)


def _unsure(question: Question, rows: Sequence[Row]) -> list[str]:
    told, words = [], question.words
    n, valued = sum(row.value.n for row in rows), sum(row.extra["valued"] for row in rows)
    if valued < n:
        told.append(_("The amount is known for {share} of them.", share=words.percent(valued / n, 0)))
    for row in rows:
        rate = row.extra["win_rate"]
        if rate.n < notices.NO_PERCENTAGE_BELOW:
            few = _("{n} decided", n=words.count(rate.n)) if rate.n else _("nothing decided yet")
            told.append(_("{stage}: {few}, too few to expect anything by.", stage=row.by["stage"], few=few))
    return told


def _caption(question: Question, rows: Sequence[Row], total: Value) -> str:
    """Returns "116 sales open on 30 October 2026, 14:00: €96,000, of which €29,000 can be expected, between €27,000 and €31,000."."""
    words = question.words
    amount = words.whole_money(sum(row.extra["amount"] for row in rows))
    told = f"{question.counted(total.n)} {question.when()}: {amount}"
    if total.value is None or total.low is None or total.high is None:
        return f"{told}."
    return _(
        "{told}, of which {amount} can be expected, between {low} and {high}.",
        told=told,
        amount=words.whole_money(total.value),
        low=words.whole_money(total.low),
        high=words.whole_money(total.high),
    )
