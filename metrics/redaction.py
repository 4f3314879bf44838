"""Takes out of a comment what tells who wrote it: e-mail addresses, phone and other numbers, links, names of known customers."""

from __future__ import annotations

from collections.abc import Sequence

from metrics.question import Question
from queries.redaction import without_persons as without_persons_of
from queries.warehouse import Reading


def redacted(question: Question, comments: Sequence[str]) -> list[str]:
    """Returns the comments without what tells of a person; names are looked up among all customers of the workspace."""
    return without_persons(question.reading, comments)


def without_persons(reading: Reading, comments: Sequence[str]) -> list[str]:
    """Returns texts without what tells of a person: names of customers, e-mail addresses, links, phone and other numbers."""
    names = reading.name_words if comments else frozenset()
    return [without_persons_of(comment, names) for comment in comments]
