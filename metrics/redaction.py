"""Takes out of a comment what tells who wrote it: e-mail addresses, phone and other numbers, links, names of known customers."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from metrics.question import Question
from queries.redaction import without_persons as without_persons_of
from queries.redaction import without_words
from queries.warehouse import Reading

ADDRESS: Final = re.compile(r"\S@\S|[+(]\d[\d ()/.-]{5,}")


def redacted(question: Question, comments: Sequence[str]) -> list[str]:
    """Returns the comments without what tells of a person; names are looked up among all customers of the workspace."""
    return without_persons(question.reading, comments)


def without_persons(reading: Reading, comments: Sequence[str]) -> list[str]:
    """Returns texts without what tells of a person: names of customers, e-mail addresses, links, phone and other numbers."""
    names = reading.name_words if comments else frozenset()
    return [without_persons_of(comment, names) for comment in comments]


def names_persons(reading: Reading, texts: Sequence[str]) -> bool:
    """Whether any of these texts, as a filter tells them, holds a customer's name, an address or a phone number."""
    names = reading.name_words
    return any(ADDRESS.search(text) or without_words(text, names) != text for text in texts)
