"""From where to where: the segment of every customer at the start and at the end of a period, with those who came and who went."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from metrics import notices
from metrics.answer import Answer, Change, Comparison, People, Row, Value
from metrics.errors import QuestionError, UnknownName
from metrics.figures.summary import person_row
from metrics.language import _
from metrics.marks import values_of
from metrics.measure import steady
from metrics.options import options_json
from metrics.question import Page, Question
from metrics.words import sentence_start

NOBODY: Final = "not a customer"
ENDS: Final = ("from", "to")

Found = Sequence[Mapping[str, Any]]

SPLITS = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """Which segmentation is looked at."""

    segmentation: str = field(default="value_groups", metadata={"help": "the segmentation: the name of its file"})


def answer(question: Question, options: Options) -> Answer:
    """Answers with a row per pair of segments that anybody is in; the total is everyone who was a customer at either end."""
    asked = _of_segmentation(question, options.segmentation)
    found = _found(asked)
    rows = _rows(found)
    return question.answered(
        options=options_json(options),
        total=_total(rows),
        rows=rows,
        comparison=_comparison(asked, rows),
        notices=(*notices.of_time(question), *_coverage(question, found)),
        caption=_caption(question, rows),
    )


def people(question: Question, options: Options, mark: Mapping[str, str], page: Page) -> People:
    """Lists the customers of a pair {"from": "Low value", "to": "High value"}, of one end alone, or all of them."""
    asked = _of_segmentation(question, options.segmentation)
    for name in mark:
        if name not in ENDS:
            raise UnknownName(f'"{name}" is not an end of the matrix', name=name, known=ENDS)
    chosen = [row for row in _rows(_found(asked)) if all(row.by[end] == mark[end] for end in mark)]
    places: dict[str, Any] = {f"{end}_segment": "" if mark.get(end) == NOBODY else mark.get(end) for end in ENDS}
    found = asked.run("matrix_people", most=page.most, skipped=page.skipped, **places, **question.times(question.period))
    count = sum(row.value.n for row in chosen)
    return question.people(
        unit="customers", one="customer", count=count, customers=count, rows=[_person(row) for row in found], mark=mark
    )


def marks(question: Question, options: Options) -> Mapping[str, Sequence[str]]:
    """Returns the segments that anybody was ever in, of either end."""
    segments = values_of(_of_segmentation(question, options.segmentation), "segment")
    return {end: [*segments, NOBODY] for end in ENDS}


def _of_segmentation(question: Question, segmentation: str) -> Question:
    """Returns the question of one segmentation; raises where it is filtered by a segment, which both ends of a move are not in."""
    known = sorted(set(question.segmentations.values()))
    if segmentation not in known:
        raise UnknownName(f'"{segmentation}" is not a segmentation that is a dimension', name=segmentation, known=known)
    if question.is_by_segment:
        what = f"{question.metric.metric_id} cannot be filtered by segment: people move between them"
        raise QuestionError(what, instead="Read the row or the column of that segment")
    own = question.reading.constant("settings")[0]["segmentation"]
    return replace(question, metric=replace(question.metric, segmentation="" if segmentation == own else segmentation))


def _found(question: Question) -> Found:
    return question.run("matrix", **question.times(question.period))


def _rows(found: Found) -> tuple[Row, ...]:
    return tuple(
        Row(
            by={end: row[f"{end}_segment"] or NOBODY for end in ENDS},
            value=Value(value=float(row["customers"]), n=row["customers"], customers=row["customers"]),
            extra={
                "kind": _kind(row["from_segment"], row["to_segment"]),
                "value_before": steady(row["value_before"]),
                "value_after": steady(row["value_after"]),
            },
        )
        for row in found
    )


def _kind(before: str | None, after: str | None) -> str:
    if before is None:
        return "new"
    if after is None:
        return "lost"
    return "stayed" if before == after else "moved"


def _total(rows: Sequence[Row]) -> Value:
    count = sum(row.value.n for row in rows)
    return Value(value=float(count), n=count, customers=count)


def _comparison(question: Question, now: Sequence[Row]) -> Comparison | None:
    if question.before is None:
        return None
    rows = _rows(_found(question.of(question.before)))
    before = _total(rows)
    change = Change(value=(_total(now).value or 0.0) - (before.value or 0.0))
    return Comparison(period=question.before, total=before, rows=rows, change=change)


def _person(row: Mapping[str, Any]) -> dict[str, Any]:
    ends = {end: row[f"{end}_segment"] or NOBODY for end in ENDS}
    rest = {name: value for name, value in row.items() if name not in ("from_segment", "to_segment")}
    return {**person_row(rest), **ends}


def _coverage(question: Question, found: Found) -> list[str]:
    customers, known = (sum(row[name] for row in found) for name in ("customers", "known"))
    return (
        [_("Value known for {share} of these customers.", share=question.words.percent(known / customers, 0))]
        if known < customers
        else []
    )


def _caption(question: Question, rows: Sequence[Row]) -> str:
    """Returns "In October 2026 to date 412 of 13,482 customers who stayed moved to another group, €120K a year with them."."""
    words, when = question.words, question.when()
    moved = [row for row in rows if row.extra["kind"] == "moved"]
    stayed = sum(row.value.n for row in rows if row.extra["kind"] in ("stayed", "moved"))
    if not stayed:
        return _("{When} nobody was a customer at both the start and the end.", When=sentence_start(when))
    gain = sum(row.extra["value_after"] - row.extra["value_before"] for row in moved)
    told = {
        "When": sentence_start(when),
        "n": words.count(sum(row.value.n for row in moved)),
        "customers": words.counted(stayed, "customer", "customers"),
        "amount": words.whole_money(abs(gain)),
    }
    if gain >= 0:
        return _("{When} {n} of {customers} who stayed moved to another group: {amount} a year more than before.", **told)
    return _("{When} {n} of {customers} who stayed moved to another group: {amount} a year less than before.", **told)
