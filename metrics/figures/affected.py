"""A summary that also tells whom it hit: how many customers, and what their accounts are worth a year."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from metrics.answer import Answer, People, Row
from metrics.figures import summary
from metrics.language import _
from metrics.measure import steady
from metrics.period import MOMENT
from metrics.question import EVERYTHING, Page, Question

HIT: Final = "affected"

SPLITS: Final = summary.SPLITS

Options = summary.Options

Extras = Mapping[tuple[str, ...], Mapping[str, Any]]


def answer(question: Question, options: Options) -> Answer:
    """Answers as a summary does; each row's extra tells affected, customers_affected, accounts, known_accounts and value_a_year.

    A split question has them per group, any other in one row of everyone; rows in time have none. value_a_year is the worth at the
    period's end, now for what is judged now, of the accounts that were hit, each counted once in its group.
    """
    told = summary.answer(question, options)
    everyone = _extra(_found(question.unsplit(), EVERYTHING))
    if any(row.at for row in told.rows):
        rows = told.rows
    elif question.selection.by:
        most = options.most or question.most_values[question.selection.by[0]]
        extras = _by_group(question, _found(question, most))
        rows = tuple(replace(row, extra=extras.get(tuple(row.by.values()), _extra(()))) for row in told.rows)
    else:
        rows = (Row(by={}, value=told.total, extra=everyone),)
    return replace(
        told, rows=rows, notices=(*told.notices, *_coverage(question, everyone)), caption=_caption(question, told, everyone)
    )


def people(question: Question, options: Options, mark: Mapping[str, str], page: Page) -> People:
    """Lists the rows counted; {"part": "affected"} only those that hit somebody, beside a group of the split."""
    if mark.get("part") != HIT:
        return summary.people(question, options, mark, page)
    groups = {name: value for name, value in mark.items() if name != "part"}
    found = summary.people(question.only(value="1"), options, groups, page)
    return replace(found, mark=dict(mark))


def _found(question: Question, most: int) -> Sequence[Mapping[str, Any]]:
    period = question.period
    worth_before = period.ends_at if period else question.as_of + MOMENT
    return question.run("affected", split=question.split, most=most, worth_before=worth_before, **question.times(period))


def _by_group(question: Question, found: Sequence[Mapping[str, Any]]) -> Extras:
    places = range(1, len(question.selection.by) + 1)
    return {tuple(str(one[f"split_{place}"]) for place in places): _extra([one]) for one in found}


def _extra(found: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    hits, customers, accounts, known = (
        sum(int(one[name]) for one in found) for name in ("hits", "customers", "accounts", "known_accounts")
    )
    worth = steady(float(sum(one["value_a_year"] for one in found)))
    return {
        HIT: hits,
        "customers_affected": customers,
        "accounts": accounts,
        "known_accounts": known,
        "value_a_year": worth,
    }


def _coverage(question: Question, everyone: Mapping[str, Any]) -> list[str]:
    if everyone["known_accounts"] == everyone["accounts"]:
        return []
    share = question.words.percent(everyone["known_accounts"] / everyone["accounts"], 0)
    return [_("Value known for {share} of the customers affected.", share=share)]


def _caption(question: Question, told: Answer, everyone: Mapping[str, Any]) -> str:
    """Returns the summary's sentence with whom it hit: "…; that hit 46 customers worth €20,417 a year."."""
    if not everyone[HIT]:
        return told.caption
    words = question.words
    who = words.counted(everyone["customers_affected"], "customer", "customers")
    said, worth = told.caption.removesuffix("."), words.whole_money(everyone["value_a_year"])
    if question.metric.aggregate == "customers":
        return _("{sentence}, worth {worth} a year.", sentence=said, worth=worth)
    return _("{sentence}; that hit {customers} worth {worth} a year.", sentence=said, customers=who, worth=worth)
