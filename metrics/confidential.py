"""Confidential answers: told as numbers of ten and more, never as people, and so that no smaller number follows from the others."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Final

from metrics.answer import Answer, Change, Row, Value
from metrics.errors import QuestionError
from metrics.language import _, _n
from metrics.marks import of_everyone
from metrics.question import Question
from queries.warehouse import LISTED

FEWEST: Final = 10
SPLIT_IN_TWO: Final = "Confidential answers are told by one thing at a time"

Counted = Callable[[Row], int]


def any_in(question: Question) -> bool:
    """Whether the metric has any confidential answer at all; looked up once per snapshot."""
    everyone = of_everyone(question)
    place = ("confidential", question.metric.view, *sorted(everyone.where.items()))
    return bool(question.reading.once(place, lambda: everyone.only(is_hidden="yes").run("range")[0]["n"]))


def count_in(question: Question) -> int:
    """Returns how many confidential answers a question counts."""
    found = question.only(is_hidden="yes").run("rollup", shown=None, **question.times(question.period))
    return int(found[0]["n"]) if found else 0


def refuse_people(question: Question) -> None:
    """Raises QuestionError where any of the answers asked about is confidential: nobody of them is listed."""
    if any_in(question) and count_in(question):
        what = "some of these answers were given confidentially, and nobody is listed"
        raise QuestionError(
            what, where=question.metric.metric_id, instead="Ask for their number and score, or leave those answers out"
        )


def check_ways(question: Question, ways: int) -> None:
    """Raises QuestionError for confidential answers split in two ways at once, or narrowed to a list of people."""
    if ways > 1 or LISTED in question.selection.where:
        raise QuestionError(SPLIT_IN_TWO, where=question.metric.metric_id, instead="Leave a split or the list out")


def hidden_rows(rows: Sequence[Row], counted: Counted) -> set[int]:
    """Returns the places of the rows that are hidden: those of few confidential answers, and one more where there is only one.

    The one more is the smallest of the others that has any answers: else the hidden one would follow from the total.
    """
    few = {place for place, row in enumerate(rows) if 0 < counted(row) < FEWEST}
    others = sorted((row.value.n, place) for place, row in enumerate(rows) if row.value.n and place not in few)
    if len(few) == 1 and others:
        few.add(others[0][1])
    return few


def hidden(row: Row) -> Row:
    """Returns a row without anything but how many answers it is of."""
    return replace(row, value=without_score(row.value), extra={})


def without_score(value: Value) -> Value:
    """Returns a value of which only the counts are told."""
    return Value(value=None, n=value.n, customers=value.customers)


def with_hidden(answer: Answer, count_of: Counted, is_hidden: bool) -> Answer:
    """Returns an answer without the scores that are hidden; is_hidden: all of it is."""
    places = set(range(len(answer.rows))) if is_hidden else hidden_rows(answer.rows, count_of)
    if not places and not is_hidden:
        return answer
    rows = tuple(hidden(row) if place in places else row for place, row in enumerate(answer.rows))
    told = _notice(len(places), is_hidden)
    if not is_hidden:
        return replace(answer, rows=rows, notices=(*answer.notices, told))
    comparison = answer.comparison and replace(answer.comparison, change=Change(value=None))
    return replace(
        answer,
        total=without_score(answer.total),
        rows=rows,
        comparison=comparison,
        notices=(*answer.notices, told),
        caption=_("Fewer than {n} confidential answers: their score is not told.", n=FEWEST),
    )


def narrowed_to_few(question: Question, values_counted: Callable[[Question, str], Mapping[str, tuple[int, int]]]) -> bool:
    """Whether a filter narrows the answers to a group that its own split would hide.

    values_counted: of a question split by a dimension, by value, how many answers there are and how many are confidential.
    """
    for dimension, chosen in question.selection.where.items():
        if dimension == LISTED:
            continue
        where = {name: values for name, values in question.selection.where.items() if name != dimension}
        found = values_counted(replace(question, selection=question.selection.changed(where=where)), dimension)
        rows = [Row(by={dimension: name}, value=Value(value=None, n=n, customers=0)) for name, (n, _) in found.items()]
        hides = hidden_rows(rows, _counted_by(dimension, found))
        if any(rows[place].by[dimension] in chosen for place in hides):
            return True
    return False


def _counted_by(dimension: str, found: Mapping[str, tuple[int, int]]) -> Counted:
    return lambda row: found[row.by[dimension]][1]


def _notice(groups: int, is_all: bool) -> str:
    if is_all:
        return _("Hidden: fewer than {n} confidential answers, or they would follow from what else is told.", n=FEWEST)
    return _n(
        "{n} group is hidden: fewer than {least} confidential answers, or they would follow from the total.",
        "{n} groups are hidden: fewer than {least} confidential answers, or they would follow from the total.",
        groups,
        n=groups,
        least=FEWEST,
    )
