"""Whose value a year clearly rose, or fell, between a period's start and its end, of the customers who stayed all through."""

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
from metrics.options import options_json
from metrics.question import Page, Question
from metrics.words import sentence_start

DIRECTIONS: Final = ("grown", "shrunk")

SPLITS: Final = 1

Found = Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What a clear change is."""

    direction: str = field(default="grown", metadata={"help": "rises or falls", "choices": DIRECTIONS})
    percent: int = field(default=10, metadata={"help": "a change is clear when it is more than so many percent"})


def answer(question: Question, options: Options) -> Answer:
    """Answers with how many clearly rose or fell, by group; each row tells their value a year before and after."""
    found = _found(question, options)
    total = _row({}, found)
    rows = tuple(_row({question.selection.by[0]: str(one["split_1"])}, [one]) for one in found) if question.split else (total,)
    return question.answered(
        options=options_json(options),
        total=total.value,
        rows=rows,
        comparison=_comparison(question, options, total),
        notices=(*notices.of_time(question), *_coverage(question, found)),
        caption=_caption(question, options, total),
    )


def people(question: Question, options: Options, mark: Mapping[str, str], page: Page) -> People:
    """Lists those who clearly rose or fell, the greatest change first; mark is a group."""
    by = question.selection.by[:1]
    for name in mark:
        if name not in by:
            raise UnknownName(f'"{name}" is not what this is split by', name=name, known=by)
    group = mark.get(by[0]) if by else None
    found = [one for one in _found(question, options) if group is None or one["split_1"] == group]
    rows = question.run(
        "value_changes_people",
        split=question.split,
        chosen=group,
        most=page.most,
        skipped=page.skipped,
        **_times(question, options),
    )
    total = _row({}, found).value
    return question.people(
        unit=question.metric.noun,
        one=question.metric.one,
        count=total.n,
        customers=total.customers,
        rows=[person_row(row) for row in rows],
        mark=mark,
    )


def _found(question: Question, options: Options) -> Found:
    return question.run("value_changes", split=question.split, **_times(question, options))


def _times(question: Question, options: Options) -> dict[str, Any]:
    return {"percent": options.percent, "rises": options.direction == "grown", **question.times(question.period)}


def _row(by: Mapping[str, str], found: Found) -> Row:
    count, before, after = (sum(one[name] for one in found) for name in ("n", "cents_before", "cents_after"))
    return Row(
        by=by,
        value=Value(value=float(count), n=count, customers=count),
        extra={
            "stayed": sum(one["stayed"] for one in found),
            "value_before": before / 100,
            "value_after": after / 100,
            "change": (after - before) / 100,
        },
    )


def _comparison(question: Question, options: Options, now: Row) -> Comparison | None:
    if question.before is None:
        return None
    found = _found(question.of(question.before), options)
    total = _row({}, found)
    rows = tuple(_row({question.selection.by[0]: str(one["split_1"])}, [one]) for one in found) if question.split else (total,)
    difference = float(now.value.n - total.value.n)
    low, high = random_change(difference, now.value.n + total.value.n)
    change = Change(value=difference, low=low, high=high, clear=low > 0 or high < 0)
    return Comparison(period=question.before, total=total.value, rows=rows, change=change)


def _coverage(question: Question, found: Found) -> list[str]:
    stayed, known = (sum(one[name] for one in found) for name in ("stayed", "known"))
    return (
        [_("Value known for {share} of those who stayed.", share=question.words.percent(known / stayed, 0))]
        if known < stayed
        else []
    )


def _caption(question: Question, options: Options, total: Row) -> str:
    words, when = question.words, question.when()
    told = {
        "When": sentence_start(when),
        "n": words.count(total.value.n),
        "customers": words.counted(total.extra["stayed"], "customer", "customers"),
        "percent": options.percent,
        "amount": words.whole_money(abs(total.extra["change"])),
    }
    if options.direction == "grown":
        return _(
            "{When} {n} of {customers} who stayed became worth over {percent} % more: {amount} a year more together.", **told
        )
    return _("{When} {n} of {customers} who stayed became worth over {percent} % less: {amount} a year less together.", **told)
