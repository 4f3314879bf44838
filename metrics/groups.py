"""Which groups of a split are shown by their own name: the largest; the rest is one group, and what is unknown stays apart."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Final

from metrics.question import EVERYTHING, Question

OTHER: Final = "other"
UNKNOWN: Final = "unknown"
NOT_REACHED: Final = "not reached"  # of those who never came to the step whose event tells the group


def shown_names(sizes: Mapping[str, int], most: int) -> dict[str, str]:
    """Returns the name under which each group is shown, given how large they are and how many may be shown."""
    largest = sorted((group for group in sizes if group != UNKNOWN), key=lambda group: (-sizes[group], group))
    return {group: group if group == UNKNOWN or group in largest[:most] else OTHER for group in sizes}


def narrowed(question: Question, dimension: str, value: str, names: Mapping[str, str]) -> Question:
    """Returns the question narrowed to one group of its split, or to all that are shown as other."""
    hidden = [group for group, name in names.items() if name == OTHER]
    is_other = value == OTHER and dimension in question.selection.by and hidden
    return question.filtered(dimension, hidden if is_other else value)


def values_behind(question: Question, dimension: str, value: str, most: int, named: Callable[[int], Iterable[str]]) -> list[str]:
    """Returns the values that a group of an answer stands for: its own, or all that are hidden in "other".

    most: how many groups the answer shows, 0: as the dimension says.   named: the names of an answer's groups when so many are shown.
    """
    if value != OTHER or dimension not in question.selection.by[:1]:
        return [value]
    shown = {*named(most or question.most_values[dimension])}
    return sorted({*named(EVERYTHING)} - (shown - {OTHER}))
