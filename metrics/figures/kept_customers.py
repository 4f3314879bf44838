"""Promises by customer: of the customers of whom a promise was decided in a period, those of whom every one was kept."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from metrics import notices
from metrics.answer import Answer, Change, Comparison, People, Row, Value
from metrics.captions import caption
from metrics.errors import UnknownName
from metrics.figures.strip import share_change, share_value
from metrics.figures.summary import person_row
from metrics.groups import values_behind
from metrics.language import later
from metrics.options import options_json
from metrics.question import EVERYTHING, Page, Question

PARTS: Final = {
    "everyone": (later("customers with a promise decided"), later("customer with a promise decided")),
    "kept": (later("customers with every promise kept"), later("customer with every promise kept")),
    "broken": (later("customers with a promise broken"), later("customer with a promise broken")),
}

SPLITS: Final = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """How a split is shown."""

    most: int = field(default=0, metadata={"help": "groups shown, the rest is other; 0: as the dimension says", "most": 500})


def answer(question: Question, options: Options) -> Answer:
    """Answers with the share of customers with every promise kept, in all and by group; each counts as one, however many promises."""
    total = _value(question)
    rows = _rows(question, options)
    return question.answered(
        options=options_json(options),
        total=total,
        rows=rows,
        comparison=_comparison(question, options, total),
        notices=(
            *notices.of_time(question),
            *notices.of_call_backs(question),
            *notices.of_nothing(question, total),
            *notices.of_sizes(question, total, rows),
        ),
        caption=caption(question, total),
    )


def people(question: Question, options: Options, mark: Mapping[str, str], page: Page) -> People:
    """Lists the customers of a part ("kept", "broken"), or everyone of whom a promise was decided; the worst first."""
    part = mark.get("part", "everyone")
    if part not in PARTS:
        raise UnknownName(f'"{part}" is not a part of the customers', name=part, known=PARTS)
    for dimension, value in mark.items():
        if dimension != "part":
            question = question.filtered(dimension, _values(question, options, dimension, value))
    total = _value(question)
    kept = round(total.numerator or 0)
    count = {"everyone": total.n, "kept": kept, "broken": total.n - kept}[part]
    rows = question.run(
        "kept_customers_people", part=part, most=page.most, skipped=page.skipped, **question.times(question.period)
    )
    return question.people(
        unit=PARTS[part][0],
        one=PARTS[part][1],
        count=count,
        customers=count,
        rows=[person_row(row) for row in rows],
        mark=mark,
        notices=notices.of_time(question),
    )


def _value(question: Question) -> Value:
    found = question.run("kept_customers", most=EVERYTHING, **question.times(question.period))
    return share_value(found[0]["kept"], found[0]["n"]) if found else share_value(0, 0)


def _rows(question: Question, options: Options) -> tuple[Row, ...]:
    if not question.split:
        return ()
    found = _groups(question, options.most or question.most_values[question.selection.by[0]])
    by = question.selection.by[0]
    return tuple(Row(by={by: str(row["split_1"])}, value=share_value(row["kept"], row["n"])) for row in found)


def _groups(question: Question, most: int) -> list[dict[str, Any]]:
    return question.run("kept_customers", split=question.split[:1], most=most, **question.times(question.period))


def _values(question: Question, options: Options, dimension: str, value: str) -> list[str]:
    def named(most: int) -> Iterable[str]:
        return (row["split_1"] for row in _groups(question, most))

    return values_behind(question, dimension, value, options.most, named)


def _comparison(question: Question, options: Options, now: Value) -> Comparison | None:
    if question.before is None:
        return None
    before = question.of(question.before)
    total = _value(before)
    change = share_change(now, total) or Change(value=None)
    return Comparison(period=question.before, total=total, rows=_rows(before, options), change=change)
