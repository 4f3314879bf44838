"""Customers who brought somebody, of all who were customers in the period."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from metrics import notices
from metrics.answer import Answer, Change, Comparison, People, Row, Value
from metrics.captions import caption
from metrics.errors import UnknownName
from metrics.figures.summary import person_row
from metrics.intervals import newcombe, wilson
from metrics.options import options_json
from metrics.question import Page, Question

REFERRED: Final = "referred"

SPLITS: Final = 1

Found = Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """There is nothing to choose."""


def answer(question: Question, options: Options) -> Answer:
    """Answers with the share of customers who brought somebody; rows tell how many people they brought."""
    found = _found(question)
    total = _row({}, found)
    return question.answered(
        options=options_json(options),
        total=total.value,
        rows=_rows(question, found),
        comparison=_comparison(question, total),
        notices=(*notices.of_time(question), *notices.of_sizes(question, total.value, ())),
        caption=caption(question, total.value),
    )


def people(question: Question, options: Options, mark: Mapping[str, str], page: Page) -> People:
    """Lists the customers, those who brought most first; {"part": "referred"} only those who brought somebody; or a group of the split."""
    by = question.selection.by[:1]
    for name in mark:
        if name not in ("part", *by):
            raise UnknownName(f'"{name}" is not a part of this', name=name, known=("part", *by))
    only = "part" in mark
    if mark.get("part", REFERRED) != REFERRED:
        raise UnknownName(f'"{mark["part"]}" is not a part of this', name=mark["part"], known=(REFERRED,))
    group = mark.get(by[0]) if by else None
    count = sum(one["referrers" if only else "customers"] for one in _found(question) if group in (None, one["split_1"]))
    rows = question.run(
        "referrers_people", split=question.split, chosen=group, only_referrers=only, most=page.most, skipped=page.skipped,
        **question.times(question.period),
    )  # fmt: skip
    listed = [person_row(row) for row in rows]
    return question.people(unit="customers", one="customer", count=count, customers=count, rows=listed, mark=mark)


def _found(question: Question) -> Found:
    return question.run("referrers", split=question.split, **question.times(question.period))


def _rows(question: Question, found: Found) -> tuple[Row, ...]:
    by = question.selection.by
    return tuple(_row({by[0]: str(one["split_1"])}, [one]) for one in found) if by else (_row({}, found),)


def _row(by: Mapping[str, str], found: Found) -> Row:
    customers, referrers, brought = (sum(int(one[name]) for one in found) for name in ("customers", "referrers", "people"))
    low, high = wilson(referrers, customers) or (None, None)
    value = Value(
        value=referrers / customers if customers else None, n=customers, customers=customers, low=low, high=high,
        numerator=float(referrers), denominator=float(customers),
    )  # fmt: skip
    return Row(by=by, value=value, extra={"people_brought": brought})


def _comparison(question: Question, now: Row) -> Comparison | None:
    if question.before is None:
        return None
    before = question.of(question.before)
    found = _found(before)
    total = _row({}, found)
    return Comparison(
        period=question.before, total=total.value, rows=_rows(before, found), change=_change(now.value, total.value)
    )


def _change(now: Value, before: Value) -> Change:
    if now.value is None or before.value is None:
        return Change(value=None)
    bounds = [(value.value or 0.0, (value.low or 0.0, value.high or 0.0)) for value in (now, before)]
    low, high = newcombe(*bounds)
    return Change(value=now.value - before.value, low=low, high=high, clear=low > 0 or high < 0)
