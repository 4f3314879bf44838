"""What can go wrong between a question and its answer; all of it belongs to the tree of queries.errors.

QuestionError (of queries.errors)   a question that cannot be answered as it was asked
├── UnknownName                     a metric, split, filter, option or customer that does not exist
├── BadPeriod                       a period that cannot be read, or that has not begun
└── NoDecision                      words that make no decision, each told with its field
"""

from collections.abc import Iterable, Mapping

from queries.errors import QuestionError, did_you_mean

__all__ = ["BadPeriod", "NoDecision", "QuestionError", "TooFew", "UnknownName"]


class BadPeriod(QuestionError):
    """A period that cannot be read, or that has not begun."""


class TooFew(QuestionError):
    """What is asked is of so few customers that it is not told: as lasting an answer as a figure."""


class NoDecision(QuestionError):
    """Words that make no decision: `problems` holds a sentence for each field that has one, all told together."""

    def __init__(self, problems: Mapping[str, str]) -> None:
        super().__init__(" ".join(problems.values()))
        self.problems = dict(problems)

    def __str__(self) -> str:
        return self.what


class UnknownName(QuestionError):
    """A name that does not exist, with the nearest one that does."""

    def __init__(self, what: str, *, where: str = "", instead: str = "", name: str = "", known: Iterable[str] = ()) -> None:
        super().__init__(what, where=where, instead=instead or did_you_mean(name, known))
