"""What a refused record told, masked: its shape can be seen, and whose it is cannot."""

import re
from functools import cache
from typing import Final

from queries.intake.contract import contract

LONGEST: Final = 60
_LATER_LETTERS: Final = re.compile(r"(?<=[^\W\d_])[^\W\d_]")
_LIKE_A_PHONE: Final = re.compile(r"\+\s?\d|\b0\d{3}|\d{7}")
_COUNTED: Final = ("TIMESTAMP", "DATE", "DECIMAL", "DOUBLE", "BIGINT", "INTEGER", "BOOLEAN")


def masked(value: str, *, is_counted: bool) -> str:
    """Return a text of which its shape can be told and whose it is cannot: of each word only the first letter.

    Digits stay where the column holds times or numbers, unless it looks like a phone number.
    """
    text = _LATER_LETTERS.sub("•", value[:LONGEST]) + ("…" if len(value) > LONGEST else "")
    return text if is_counted and not _LIKE_A_PHONE.search(value) else re.sub(r"\d", "•", text)


def shown_word(value: str) -> str:
    """Return a word that nobody declared as people see it, who have to declare it: masked only where it is an address or a phone.

    What is longer than a word ever is, is cut.
    """
    if "@" in value or _LIKE_A_PHONE.search(value):
        return masked(value, is_counted=False)
    return value[:LONGEST] + ("…" if len(value) > LONGEST else "")


def masked_cell(value: str | None, entity: str, column: str | None) -> str:
    """Return what one column of an entity told, masked; without a column it is a whole record."""
    return masked(value or "", is_counted=(entity, column) in _counted())


@cache
def _counted() -> frozenset[tuple[str, str | None]]:
    return frozenset(
        (entity.name, column.name)
        for entity in contract().values()
        for column in entity.columns
        if column.type.startswith(_COUNTED)
    )
