"""Groups of few customers are not told to somebody who may not look at people, nor what would tell them by subtraction.

A group of a split with fewer customers than `least` is left out, and with it as many others as it takes for none to follow from the
total. The parts of a figure (its stages, its months, its further counts) cannot be left out one by one: where one of them is of few,
everything that is counted is told in steps of `least`, and shares are of the numbers that are told.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final

import numpy as np

from metrics.answer import Answer, Comparison, Row, Value
from metrics.coarse import PLAIN, Kind, has_few, in_steps, nearest, tells_few
from metrics.errors import QuestionError, TooFew
from metrics.language import _, _n
from metrics.selection import Selection
from queries.warehouse import LISTED

MOST_FILTERS: Final = 2
TINY: Final = 1e-9

_NUMBER: Final = re.compile(r"\d")
_TIME: Final = (
    r"%|(?:seconds?|minutes?|hours?|days?|weeks?|months?|years?|points?"
    r"|Sekunden?|Minuten?|Stunden?|Tage?n?|Wochen?|Monate?n?|Jahre?n?|Punkte?n?)\b"
)
_FEW: Final = re.compile(rf"(?<![\w.,:/-])[1-4](?!\w|[.,:/-]\d|[\s\u00a0\u202f]?(?:{_TIME}))")
"""A small number that stands alone, and is of no time, day or share."""

Group = tuple[str, ...]


def refuse_filters(selection: Selection) -> None:
    """Raises QuestionError for what somebody may not filter by who is not told groups of few: more than two, a list of people."""
    if LISTED in selection.where:
        what = "a list narrows a figure to people who were picked, and two lists may differ by one of them"
        raise QuestionError(what, instead="Leave the list out")
    if len(selection.where) > MOST_FILTERS:
        raise QuestionError(
            f"{len(selection.where)} filters at once single people out", instead=f"Use at most {MOST_FILTERS} of them"
        )


def refuse_few(customers: int, least: int) -> None:
    """Raises TooFew where this many customers are too few to be told of; nobody is not few."""
    if 0 < customers < least:
        what = f"this is of fewer than {least} customers, and groups so small are not told"
        raise TooFew(what, instead="Ask for a longer period, or of more customers")


def refuse_part(least: int) -> None:
    """Raises TooFew for a part that is left out of the whole."""
    what = f"some parts of this are of fewer than {least} customers, and would follow from what is asked"
    raise TooFew(what, instead="Ask for a longer period, or for the whole")


def told(answer: Answer, least: int, kind: Kind = PLAIN) -> Answer:
    """Returns an answer without its groups of few; raises QuestionError where the whole is of few. What tells of nobody stays."""
    refuse_few(answer.total.customers, least)
    if not any(value.customers for value in _every_value(answer)):
        return in_words(answer, least)
    by = answer.selection.by
    gone = hidden_groups(sizes_of(answer.rows, by), least)
    kept = replace(answer, rows=_left(answer.rows, by, gone), comparison=_compared(answer.comparison, by, gone, least))
    is_coarse = has_few(kept, least, kind) or (bool(gone) and any(tells_few(one, least, kind) for one in _rests(kept)))
    if not gone and not is_coarse:
        return in_words(kept, least)
    notices = (*in_sentences(kept.notices, is_coarse=is_coarse), *_notices(len(gone), least, is_coarse))
    coarse = in_steps(kept, least, kind) if is_coarse else kept
    return replace(coarse, notices=notices, caption=notices[-1], changes=answer.changes)


def in_words(answer: Answer, least: int) -> Answer:
    """Returns an answer without the sentences that tell a small number of somebody, whatever its numbers tell."""
    caption, notices = in_sentences([answer.caption]), in_sentences(answer.notices)
    return replace(answer, notices=notices, caption=answer.caption if caption else untold(least))


def untold(least: int) -> str:
    """Returns what stands in the place of a sentence that tells a small number."""
    return _("Not told in words: the sentence holds numbers below {least}.", least=least)


def in_sentences(told: Sequence[str], *, is_coarse: bool = False) -> tuple[str, ...]:
    """Returns the sentences that tell no small number; is_coarse: none at all."""
    telling = _NUMBER if is_coarse else _FEW
    return tuple(one for one in told if not telling.search(one))


def _rests(answer: Answer) -> Iterator[Value]:
    """Yields what is left of a whole beside the groups that are told: what of the others follows by subtraction."""
    compared = answer.comparison
    for total, rows in ((answer.total, answer.rows), *([(compared.total, compared.rows)] if compared else [])):
        parts = [row.value for row in rows if row.at is None]
        above, below = [one.numerator for one in (total, *parts)], [one.denominator for one in (total, *parts)]
        counted = [[count for count in counts if count is not None] for counts in (above, below)]
        if not parts or any(len(counts) <= len(parts) for counts in counted):
            continue
        part, whole = (counts[0] - sum(counts[1:]) for counts in counted)
        n, customers = (getattr(total, name) - sum(getattr(one, name) for one in parts) for name in ("n", "customers"))
        scale = (total.value or 0.0) * counted[1][0] / counted[0][0] if counted[0][0] else 1.0
        value = part / whole * scale if whole else None
        yield Value(value=value, n=n, customers=customers, numerator=part, denominator=whole)


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


def causes_told(causes: Mapping[str, Mapping[str, int]], least: int) -> Mapping[str, Mapping[str, int]]:
    """Returns, by month, how many rows each cause changed: in steps, without the months in which they were few together."""
    near = nearest(least)
    kept = {month: counts for month, counts in causes.items() if sum(counts.values()) >= least}
    return {month: {cause: near(count) for cause, count in counts.items()} for month, counts in kept.items()}


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


def dimensions_narrowed(
    selection: Selection, mark: Mapping[str, str], known: Mapping[str, str]
) -> list[tuple[str, tuple[str, ...]]]:
    """Returns the dimensions by which a question is narrowed to groups, of its filters and of the part that was opened."""
    filters = [(name, tuple(values)) for name, values in selection.where.items()]
    return [*filters, *((name, (value,)) for name, value in mark.items() if name in known and name not in selection.where)]
