"""The answers that a chart cannot do without, and what is worth saying under it."""

from collections.abc import Mapping, Sequence
from typing import Any

from metrics.answer import Answer
from metrics.language import _, later
from queries.errors import QueriesError

SAID_ELSEWHERE = (later("too few for a percentage."), later("too few to say."))  # by the marks themselves
OUTSIDE_THE_SHARE = (later("Beside them: "), later("closed without an answer"))  # drawn in a panel of their own


def told(answers: Mapping[str, Any], name: str) -> Answer:
    """Returns one of the answers; raises why it could not be asked."""
    answer = answers[name]
    if isinstance(answer, QueriesError):
        raise answer
    assert isinstance(answer, Answer)
    return answer


def worth_saying(*answers: Answer, drawn: Sequence[str] = ()) -> tuple[str, ...]:
    """Returns the notices, each once, but not those that a reader sees anyway.

    That is of groups that the chart marks as too few, that the period is to date, which the head of the page and the sentence
    above the chart tell, and what holds one of the words in `drawn`.
    """
    said = dict.fromkeys(notice for answer in answers for notice in answer.notices)
    seen = (_(" is not over: to date"), *(_(words) for words in drawn))
    elsewhere = tuple(_(words) for words in SAID_ELSEWHERE)
    return tuple(notice for notice in said if not notice.endswith(elsewhere) and not any(words in notice for words in seen))
