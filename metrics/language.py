"""The reader's language: every text is looked up by its English one, in one catalog of messages a language.

Which language is spoken is said once where a page is drawn (`speaking`) and holds for all that is asked and drawn within; without it
everything is English and numbers are written as the workspace says. A text is a whole sentence with named fields, never a piece.
"""

from __future__ import annotations

import gettext
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any, Final

from babel import Locale, UnknownLocaleError
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

FOLDER: Final = Path(__file__).parent / "texts"
SOURCE: Final = "en"
LANGUAGES: Final = {"en": "English", "de": "Deutsch"}
"""The languages there are, each by its own name; English is the source and needs no catalog."""

_SPOKEN: ContextVar[str | None] = ContextVar("spoken", default=None)


@contextmanager
def speaking(language: str | None) -> Iterator[None]:
    """Everything asked and drawn within is in this language; None leaves it English, written in the workspace's own locale."""
    token = _SPOKEN.set(language)
    try:
        yield
    finally:
        _SPOKEN.reset(token)


def spoken() -> str:
    """Returns the language that is spoken here: "en" or "de"."""
    return _SPOKEN.get() or SOURCE


def language_of(locale: str, chosen: str = "") -> str | None:
    """Returns what is spoken to a reader: the language chosen, else the locale's own; None where neither is one of ours."""
    own = known_locale(locale).partition("_")[0]
    return next((each for each in (chosen, own) if each in LANGUAGES), None)


def spoken_locale(own: str) -> str:
    """Returns the workspace's locale in the language spoken: "en_GB" read in German is "de", "de_CH" in English "en_CH"."""
    known, language = known_locale(own), _SPOKEN.get()
    if language is None or Locale.parse(known).language == language:
        return known
    territory = Locale.parse(known).territory
    return known_locale(f"{language}_{territory}", instead=language)


def known_locale(name: str, instead: str = SOURCE) -> str:
    """Returns a locale's name as babel writes it, or another one for one that it does not know."""
    try:
        return str(Locale.parse(name.replace("-", "_")))
    except (UnknownLocaleError, ValueError):
        return instead


def _(text: str, /, **fields: Any) -> str:
    """Returns a text in the language spoken, its fields filled in."""
    told = _catalog(spoken()).gettext(text) if text else ""
    return told.format(**fields) if fields else told


def _n(one: str, many: str, count: float, /, **fields: Any) -> str:
    """Returns the text for so many, its fields filled in."""
    whole = 1 if count == 1 else 2  # a fraction is many, in every language of ours
    told = _catalog(spoken()).ngettext(one, many, whole)
    return told.format(**fields) if fields else told


def _c(context: str, text: str, /, **fields: Any) -> str:
    """Returns a text that means different things in different places, as it is said in this one."""
    told = _catalog(spoken()).pgettext(context, text)
    return told.format(**fields) if fields else told


def later(text: str) -> str:
    """Marks a text that stands in a constant, for the catalog: it is looked up where it is used."""
    return text


@cache
def _catalog(language: str) -> gettext.NullTranslations:
    """Reads a language's catalog as its translators write it; nothing has to be compiled before the program starts."""
    if language == SOURCE:
        return gettext.NullTranslations()
    compiled = BytesIO()
    with (FOLDER / f"{language}.po").open("rb") as file:
        write_mo(compiled, read_po(file, locale=language))
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)
