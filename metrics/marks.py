"""Marks that mean nothing: what was marked is refused where it is nowhere in the data, and only empty where it is not in this period.

Only whoever asks is refused: a saved list whose value is gone from the data, or hidden from who reads it, holds nobody.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from metrics.errors import UnknownName
from metrics.groups import NOT_REACHED, OTHER, UNKNOWN
from metrics.question import EVERYTHING, Question
from queries.errors import nearest
from queries.view import ViewSpec

NAMED: Final = 12


def of_everyone(question: Question) -> Question:
    """Returns the same question without the filters of its selection."""
    return replace(question, selection=question.selection.changed(where={}), listed="")


def values_of(question: Question, column: str) -> list[str]:
    """Returns the values of a column on all rows of the metric, whatever is selected; the most frequent first."""
    everyone = of_everyone(question)
    place = ("dimension_values", question.metric.view, column, *sorted(everyone.where.items()))
    return question.reading.once(place, lambda: _found(everyone, column))


def any_of(question: Question, view: ViewSpec) -> bool:
    """Whether a view of another fact has any row at all, whatever is selected; looked up once per snapshot."""
    everyone = of_everyone(question)
    place = ("any", view, *sorted(everyone.where.items()))
    return question.reading.once(place, lambda: bool(everyone.run("range", view=view)[0]["n"]))


def refuse_unknown(question: Question, mark: Mapping[str, str], own: Mapping[str, Sequence[str]]) -> None:
    """Raises UnknownName for a marked value that is nowhere; own: the values of the marks that only this figure has.

    A row of nobody has no group: its mark is the empty one, and means just that.
    """
    for name, value in mark.items():
        if name in own:
            known = own[name]
        elif name in question.dimensions and not _is_of_journey(question, name):
            known = [*values_of(question, question.dimensions[name]), OTHER, UNKNOWN, NOT_REACHED]
        else:
            continue
        if value and value not in known:
            near = known if nearest(value, known) else known[:NAMED]
            raise UnknownName(f'"{value}" is not a value of {name}', name=value, known=near)


def _found(question: Question, column: str) -> list[str]:
    found = question.run("dimension_values", split=(column,), most=EVERYTHING)
    return [str(row["name"]) for row in found]


def _is_of_journey(question: Question, name: str) -> bool:
    """Whether the figure itself has looked the name up: a stage of the journey has a number, too."""
    return name == "stage" and "journey_id" in question.also
