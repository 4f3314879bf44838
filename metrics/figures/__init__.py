"""Figure families: the questions that a metric can be asked, one module each, named as the metrics name them.

A family has frozen `Options`, the `SPLITS` it can show at once, `answer(question, options)` and `people(question, options, mark, page)`.
One whose options say which rows are asked also has `asked(reading, metric, options)`: the metric over those rows, and until when
they are known. One that can be marked by more than parts, stages and dimensions has `marks(question, options)`: the values that
there are of each. One with ONE_BY_ONE lists rows of one customer each: they are no groups.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from typing import Any, Protocol, cast

from metrics.answer import Answer, People
from metrics.question import Page, Question


class Family(Protocol):
    """What a module of this package has to hold."""

    Options: type[Any]
    SPLITS: int

    def answer(self, question: Question, options: Any) -> Answer:
        """Answers the question."""

    def people(self, question: Question, options: Any, mark: Mapping[str, str], page: Page) -> People:
        """Lists what a number of the answer counted; mark says which."""


def own_marks(family: Family, question: Question, options: Any) -> Mapping[str, Sequence[str]]:
    """Returns the values that there are of the marks that only this family has."""
    marks = getattr(family, "marks", None)
    return marks(question, options) if marks else {}


@cache
def families() -> Mapping[str, Family]:
    """Returns every figure family by its name."""
    return {module.name: cast(Family, import_module(f"{__name__}.{module.name}")) for module in iter_modules(__path__)}
