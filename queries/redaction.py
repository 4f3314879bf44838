"""Takes out of a text what tells of a person: e-mail addresses, phone and other numbers, links, words of known customers' names."""

import re
from collections.abc import Iterable
from typing import Final

LEFT_OUT: Final = "[…]"

_TELLING: Final = re.compile(r"\S+@\S+|(?:https?://|www\.)\S+|[+(]?\d[\d\s()/.,:+-]*\d|\d")
_WORD: Final = re.compile(r"[^\W_]+")


def without_persons(text: str, names: frozenset[str]) -> str:
    """Returns a text without addresses, links and numbers, and without these words of names (in small letters)."""
    return _TELLING.sub(LEFT_OUT, without_words(text, names))


def without_words(text: str, words: Iterable[str]) -> str:
    """Returns a text without these words (told in small letters), whole words only."""
    known = frozenset(words)
    return _WORD.sub(lambda found: LEFT_OUT if found[0].lower() in known else found[0], text)


def words_of(names: Iterable[str]) -> frozenset[str]:
    """Returns the words of names, in small letters, those of a single letter left out."""
    return frozenset(word for name in names for word in _WORD.findall(name.lower()) if len(word) > 1)
