"""Takes out of a comment what tells who wrote it: e-mail addresses, phone and other numbers, links, names of known customers."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Final

from metrics.question import Question
from metrics.sentences import LEFT_OUT
from queries.warehouse import Reading

_TELLING: Final = re.compile(r"\S+@\S+|(?:https?://|www\.)\S+|[+(]?\d[\d\s()/.,:+-]*\d|\d")
_WORD: Final = re.compile(r"[^\W_]+")


def redacted(question: Question, comments: Sequence[str]) -> list[str]:
    """Returns the comments without what tells of a person; names are looked up among all customers of the workspace."""
    return without_persons(question.reading, comments)


def without_persons(reading: Reading, comments: Sequence[str]) -> list[str]:
    """Returns texts without what tells of a person: names of customers, e-mail addresses, links, phone and other numbers."""
    asked = sorted({word.lower() for comment in comments for word in _WORD.findall(comment)})
    names = {row["word"] for row in reading.run("name_words", words=asked)} if asked else set()
    return [_TELLING.sub(LEFT_OUT, without_words(comment, names)) for comment in comments]


def without_words(comment: str, words: Iterable[str]) -> str:
    """Returns a comment without these words (told in small letters), whole words only."""
    known = frozenset(words)
    return _WORD.sub(lambda found: LEFT_OUT if found[0].lower() in known else found[0], comment)
