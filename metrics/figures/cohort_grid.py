"""The cohort grid: by the month of becoming a customer, the share still with us in each month since, or later.

A cell that cannot be known yet has no value; one in which a silence could still end is provisional and outside the overall
row, and so is a cohort from before the data begins: of it only those are seen who were still with us then.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from metrics import notices
from metrics.answer import Answer, People, Row, Value
from metrics.errors import QuestionError
from metrics.figures.strip import share_value
from metrics.figures.summary import person_row
from metrics.options import options_json
from metrics.question import Page, Question
from metrics.selection import local_day

OVERALL: Final = "all known"

Cell = Mapping[str, Any]

SPLITS: Final = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """How far the grid goes, and which month is the headline."""

    months: int = field(default=24, metadata={"help": "how many months after the first", "least": 1, "most": 120})
    after: int = field(default=6, metadata={"help": "the month whose share is the total", "least": 1, "most": 120})
    mode: str = field(default="on_or_after", metadata={"help": "active then or later", "choices": ("on_or_after",)})


def answer(question: Question, options: Options) -> Answer:
    """Answers with a row per cohort (and group), each with its cells, the overall row first; total: the share after `after` months."""
    cells = _cells(question, options, split=False)
    shown = _cells(question, options, split=True) if question.split else cells
    total = _overall_share(cells, options.after)
    return Answer(
        metric=question.metric.metric_id,
        selection=question.selection,
        period=question.period,
        options=options_json(options),
        snapshot=question.reading.snapshot,
        as_of=question.as_of,
        unit=question.metric.unit,
        total=total,
        rows=(*_overall(question, shown, options), *_cohorts(question, shown)),
        comparison=None,
        notices=(*notices.of_time(question), *_censored(question, cells), *notices.of_sizes(question, total, ())),
        caption=_sentence(question, total, options),
    )


def people(question: Question, options: Options, mark: Mapping[str, str], page: Page) -> People:
    """Lists the customers of a cohort, worth 1 when still with us after months_since; without a mark those of the total."""
    for dimension, value in mark.items():
        question = question if dimension in ("cohort", "months_since") else question.filtered(dimension, value)
    since = _whole(mark.get("months_since", str(options.after if "cohort" not in mark else 0)))
    cells = _cells(question, options, split=False)
    if mark.get("cohort", OVERALL) == OVERALL:
        chosen = [cell for cell in cells if cell["months_since"] == since and _is_known(cell)]
    else:
        chosen = [cell for cell in cells if cell["months_since"] == since and _name(cell) == mark["cohort"]]
    found = question.run(
        "cohort_people",
        cohorts=[_name(cell) for cell in chosen],
        months_since=since,
        most=page.most,
        skipped=page.skipped,
        **question.times(question.period),
    )
    return question.people(
        unit="customers",
        count=sum(cell["size"] for cell in chosen),
        customers=sum(cell["customers"] for cell in chosen),
        rows=[person_row(row) for row in found],
        mark=mark,
    )


def _cells(question: Question, options: Options, *, split: bool) -> list[dict[str, Any]]:
    begins = _begins(question)
    found = question.run(
        "cohort_grid",
        split=question.split[:1] if split else (),
        months=max(options.months, options.after),
        today=local_day(question.as_of, question.zone),
        **question.times(question.period),
    )
    return [{**cell, "is_censored": begins is not None and cell["cohort_month"] < begins} for cell in found]


def _overall(question: Question, cells: Sequence[Cell], options: Options) -> list[Row]:
    rows = []
    for group in dict.fromkeys(cell["split_1"] for cell in cells):
        of_group = [cell for cell in cells if cell["split_1"] == group]
        told: list[dict[str, Any]] = [
            {"months_since": since, "value": _overall_share(of_group, since), "provisional": False}
            for since in range(options.months + 1)
        ]
        size = told[0]["value"].n if told else 0
        shown = [cell if cell["value"].n else {**cell, "value": None} for cell in told]
        extra = {"size": size, "left_censored": False, "cells": shown}
        by = {"cohort": OVERALL, **_group(question, group)}
        rows.append(Row(by=by, value=_overall_share(of_group, options.after), extra=extra))
    return rows


def _cohorts(question: Question, cells: Sequence[Cell]) -> list[Row]:
    rows = []
    for group, month in dict.fromkeys((cell["split_1"], cell["cohort_month"]) for cell in cells):
        of_cohort = [cell for cell in cells if cell["split_1"] == group and cell["cohort_month"] == month]
        told = [_told(cell) for cell in of_cohort]
        size, customers = of_cohort[0]["size"], of_cohort[0]["customers"]
        by = {"cohort": _name(of_cohort[0]), **_group(question, group)}
        extra = {"size": size, "left_censored": of_cohort[0]["is_censored"], "cells": told}
        rows.append(Row(by=by, value=Value(value=float(size), n=size, customers=customers), extra=extra))
    return rows


def _told(cell: Cell) -> dict[str, Any]:
    value = share_value(cell["active"], cell["size"]) if cell["active"] is not None else None
    return {"months_since": cell["months_since"], "value": value, "provisional": bool(cell["is_provisional"])}


def _overall_share(cells: Sequence[Cell], since: int) -> Value:
    known = [cell for cell in cells if cell["months_since"] == since and _is_known(cell)]
    return share_value(sum(cell["active"] for cell in known), sum(cell["size"] for cell in known))


def _is_known(cell: Cell) -> bool:
    return cell["active"] is not None and not cell["is_provisional"] and not cell["is_censored"]


def _group(question: Question, group: str) -> dict[str, str]:
    return {question.selection.by[0]: group} if question.split else {}


def _name(cell: Cell) -> str:
    month = cell["cohort_month"]
    assert isinstance(month, date)
    return f"{month:%Y-%m}"


def _begins(question: Question) -> date | None:
    """Returns the first day of the month in which the data begins to show who leaves."""
    begins_at = question.reading.constant("data_begins")[0]["begins_at"]
    return local_day(begins_at, question.zone).replace(day=1) if begins_at else None


def _censored(question: Question, cells: Sequence[Cell]) -> list[str]:
    begins = _begins(question)
    if begins is None or not any(cell["is_censored"] for cell in cells):
        return []
    return [f"The data begins in {begins:%B %Y}: of cohorts before it only those still with us then are seen; they are left out."]


def _sentence(question: Question, total: Value, options: Options) -> str:
    if total.value is None:
        return f"No cohort is known {options.after} months on yet."
    words = question.words
    between = f", between {words.points(total.low, 1)} and {words.percent(total.high)}"
    still = f"{words.count(total.numerator)} {question.metric.verb} {options.after} months on: {words.percent(total.value)}"
    return f"Of {question.counted(total.n)}, {still}{between}."


def _whole(text: str) -> int:
    if not text.isascii() or not text.isdigit():
        raise QuestionError(f'months_since = "{text}" is not a number of months', instead="Write 0, 1, 2 …")
    return int(text)
