"""Groups of few customers are not told to somebody who may not look at people, nor what would tell them by subtraction.

A group of a split with fewer customers than `least` is left out, and with it as many others as it takes for none to follow from the
total. The parts of a figure (its stages, its months, its further counts) cannot be left out one by one: where one of them is of few,
everything that is counted is told in steps of `least`, and shares are of the numbers that are told.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass, replace
from typing import Any, Final

import numpy as np

from metrics.answer import Answer, Change, Comparison, Row, Value
from metrics.errors import QuestionError
from metrics.language import _, _n
from metrics.selection import Selection
from queries.warehouse import LISTED

MOST_FILTERS: Final = 2
TINY: Final = 1e-9

_NO_COUNT: Final = re.compile(
    r"_no$|seconds$|days$|^since$|^step$|^year$|_promises$|^target$|^p90|^median|value_|^value$|^low$|^high$|^score$"
)
_NUMBER: Final = re.compile(r"\d")
_FEW: Final = re.compile(r"(?<![\d.,:/-])[1-4](?![\d.,:/-])")

Group = tuple[str, ...]


def refuse_filters(selection: Selection) -> None:
    """Raises QuestionError for more filters than somebody may use who is not told groups of few."""
    if len(selection.where) > MOST_FILTERS:
        raise QuestionError(
            f"{len(selection.where)} filters at once single people out", instead=f"Use at most {MOST_FILTERS} of them"
        )


def refuse_few(customers: int, least: int) -> None:
    """Raises QuestionError where this many customers are too few to be told of; nobody is not few."""
    if 0 < customers < least:
        what = f"this is of fewer than {least} customers, and groups so small are not told"
        raise QuestionError(what, instead="Ask for a longer period, or of more customers")


def refuse_part(least: int) -> None:
    """Raises QuestionError for a part that is left out of the whole."""
    what = f"some parts of this are of fewer than {least} customers, and would follow from what is asked"
    raise QuestionError(what, instead="Ask for a longer period, or for the whole")


def told(answer: Answer, least: int) -> Answer:
    """Returns an answer without its groups of few; raises QuestionError where the whole is of few. What tells of nobody stays."""
    refuse_few(answer.total.customers, least)
    if not any(value.customers for value in _every_value(answer)):
        return answer
    by = answer.selection.by
    gone = hidden_groups(sizes_of(answer.rows, by), least)
    kept = replace(answer, rows=_left(answer.rows, by, gone), comparison=_compared(answer.comparison, by, gone, least))
    is_coarse = has_few(kept, least)
    if not gone and not is_coarse:
        return kept
    telling = _NUMBER if is_coarse else _FEW
    notices = (*(one for one in kept.notices if not telling.search(one)), *_notices(len(gone), least, is_coarse))
    coarse = in_steps(kept, least) if is_coarse else kept
    return replace(coarse, notices=notices, caption=notices[-1], changes=answer.changes)


def _every_value(answer: Answer) -> Iterator[Value]:
    """Yields what is told of now, of its parts and of what it is compared with: nobody now may stand beside few then."""
    yield answer.total
    yield from (row.value for row in answer.rows)
    if answer.comparison:
        yield answer.comparison.total
        yield from (row.value for row in answer.comparison.rows)


def sizes_of(rows: Sequence[Row], by: Sequence[str]) -> dict[Group, int]:
    """Returns how many customers each group of a split has: the most that any of its rows tells."""
    found: dict[Group, int] = {}
    for row in rows:
        if by and all(name in row.by for name in by):
            group = tuple(row.by[name] for name in by)
            found[group] = max(found.get(group, 0), row.value.customers)
    return found


def hidden_groups(sizes: Mapping[Group, int], least: int) -> set[Group]:
    """Returns the groups that are left out: those of few, and others until none follows from what is told.

    A line of the split is all groups, or those alike in all but one of its dimensions: its sum is told, or can be asked for. No size
    follows from these sums, and in no line are those that are left out few, or so many that each must be the largest of few.
    """
    gone = {group for group, size in sizes.items() if 0 < size < least}
    while grown := _grown(sizes, gone, least):
        gone |= grown
    return gone


def _grown(sizes: Mapping[Group, int], gone: set[Group], least: int) -> set[Group]:
    """Returns one group more to leave out, none where nothing that is left out follows."""
    lines = [line for line in _lines(sizes) if sum(sizes[group] for group in line) >= least]  # the sum of the others is not told
    solved = _solved(lines, sorted(gone))
    for line in lines:
        out = [group for group in line if group in gone]
        if out and (not solved.isdisjoint(out) or _is_few_or_most([sizes[group] for group in out], least)):
            others = sorted((sizes[group], group) for group in line if group not in gone and sizes[group])
            if others:
                return {others[0][1]}
    return set()


def _solved(lines: Sequence[Sequence[Group]], gone: Sequence[Group]) -> set[Group]:
    """Returns the groups whose sizes follow from the sums of the lines and from the groups that are told."""
    if not gone or not lines:
        return set()
    sums = np.array([[float(group in line) for group in gone] for line in map(set, lines)])
    _, singular, free = np.linalg.svd(sums)
    loose = free[int((singular > TINY).sum()) :]
    return {group for group, moves in zip(gone, np.abs(loose).max(axis=0, initial=0.0), strict=True) if moves < TINY}


def _is_few_or_most(sizes: Sequence[int], least: int) -> bool:
    """Whether groups that were left out are few together, or so many that each must be the largest of few."""
    return sum(sizes) < least or (all(size < least for size in sizes) and sum(sizes) == len(sizes) * (least - 1))


def _lines(sizes: Mapping[Group, int]) -> Iterator[list[Group]]:
    """Yields the groups whose sum is told, or can be asked for: those of one dimension, by each value of the other."""
    places = range(len(next(iter(sizes), ())))
    for place in places:
        lines: dict[Group, list[Group]] = {}
        for group in sizes:
            lines.setdefault((*group[:place], *group[place + 1 :]), []).append(group)
        yield from lines.values()


def _left(rows: Sequence[Row], by: Sequence[str], gone: set[Group]) -> tuple[Row, ...]:
    return tuple(row for row in rows if not gone or tuple(row.by.get(name, "") for name in by) not in gone)


def _compared(comparison: Comparison | None, by: Sequence[str], gone: set[Group], least: int) -> Comparison | None:
    """Returns a comparison without the groups that are left out now or were of few then; None where it is of few itself."""
    if comparison is None or 0 < comparison.total.customers < least:
        return None
    then = hidden_groups(sizes_of(comparison.rows, by), least)
    return replace(comparison, rows=_left(comparison.rows, by, then | gone))


def _notices(groups: int, least: int, is_coarse: bool) -> Iterator[str]:
    if groups:
        yield _n(
            "{n} group is left out: fewer than {least} customers, or it would follow from the others.",
            "{n} groups are left out: fewer than {least} customers, or they would follow from the others.",
            groups,
            n=groups,
            least=least,
        )
    if is_coarse:
        yield _("Counts are told in steps of {least}: some parts are of fewer customers.", least=least)


def has_few(answer: Answer, least: int) -> bool:
    """Whether any part of an answer counts fewer than `least`, and more than nobody."""
    rows = (*answer.rows, *(answer.comparison.rows if answer.comparison else ()))
    return any(0 < count < least for row in rows for count in (row.value.customers, *_counted(row.extra)))


def _counted(thing: Any, key: str = "") -> Iterator[int]:
    if isinstance(thing, Mapping):
        for name, value in thing.items():
            yield from _counted(value, str(name))
    elif isinstance(thing, list | tuple):
        for value in thing:
            yield from _counted(value, key)
    elif is_dataclass(thing) and not isinstance(thing, type):
        for field in fields(thing):
            yield from _counted(getattr(thing, field.name), field.name)
    elif isinstance(thing, int) and not isinstance(thing, bool) and not _NO_COUNT.search(key):
        yield thing


def in_steps(answer: Answer, least: int) -> Answer:
    """Returns an answer in which all that is counted is a multiple of `least`, and shares are of what is told."""

    def near(count: float) -> int:
        return least * round(count / least)

    def row_of(row: Row) -> Row:
        return replace(row, value=_value(row.value, near), extra=_near(row.extra, near))

    comparison = answer.comparison and replace(
        answer.comparison, total=_value(answer.comparison.total, near), rows=tuple(map(row_of, answer.comparison.rows)),
        change=Change(value=None),  # the true difference of two counts would tell what their steps hide
    )  # fmt: skip
    return replace(answer, total=_value(answer.total, near), rows=tuple(map(row_of, answer.rows)), comparison=comparison)


def _value(told: Value, near: Callable[[float], int]) -> Value:
    """Returns a value of counts that are told in steps: a count itself, a share of the counts; a mean stays, without its interval."""
    counts = {float(told.n), float(told.customers), told.numerator if told.denominator is None else None}
    value, above, below = told.value, told.numerator, told.denominator
    if above is not None and below:
        is_share = value is not None and float(above).is_integer() and float(below).is_integer()
        above, below = (float(near(above)), float(near(below))) if is_share else (above, below)
        value = (above / below if below else None) if is_share else value
    elif value is not None and value in counts:
        value = float(near(value))
        above = None if above is None else float(near(above))
    return replace(
        told, value=value, n=near(told.n), customers=near(told.customers), low=None, high=None, numerator=above, denominator=below
    )


def _near(thing: Any, near: Callable[[float], int], key: str = "") -> Any:
    if isinstance(thing, Value):
        return _value(thing, near)
    if isinstance(thing, Mapping):
        return {name: _near(value, near, str(name)) for name, value in thing.items()}
    if isinstance(thing, list | tuple):
        return type(thing)(_near(value, near, key) for value in thing)
    if isinstance(thing, int) and not isinstance(thing, bool) and not _NO_COUNT.search(key):
        return near(thing)
    return thing


def dimensions_narrowed(
    selection: Selection, mark: Mapping[str, str], known: Mapping[str, str]
) -> list[tuple[str, tuple[str, ...]]]:
    """Returns the dimensions by which a question is narrowed to groups, of its filters and of the part that was opened."""
    filters = [(name, tuple(values)) for name, values in selection.where.items() if name != LISTED]
    return [*filters, *((name, (value,)) for name, value in mark.items() if name in known and name not in selection.where)]
