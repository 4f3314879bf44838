"""Themes: the words by which a customer's comment speaks of something; one .toml file each, edited by whoever reads the comments."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from queries.told import Told, read_each

# Whatever is no space and no punctuation: to name the letters of all scripts makes a pattern two hundred times as dear.
APART = r"\s!-/:-@\[-`{-~„“”‚‘’«»–—…¡¿"
LETTER = f"[^{APART}]"
_WORD = re.compile(r"[^\W_]+([ '’-][^\W_]+)*\*?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Theme:
    """One theme: its name and the words that speak of it; a word with a star stands for every word that begins so."""

    theme_id: str
    title: str
    words: tuple[str, ...]

    @property
    def stems(self) -> tuple[str, ...]:
        """What a comment must hold to be worth the pattern, which is dear: the beginning of one of the words."""
        return tuple(sorted({word.rstrip("*").split()[0] for word in self.words}))

    @property
    def pattern(self) -> str:
        """The pattern that finds the first of the words in a comment in small letters, as its first group."""
        words = "|".join(_pattern_of(word) for word in sorted(self.words, key=lambda word: (-len(word), word)))
        return f"(?:^|[{APART}])({words})(?:$|[{APART}])"


def load_themes(folders: Iterable[Path]) -> dict[str, Theme]:
    """Return the declared themes by id, a workspace's own replacing; raise DeclarationErrors telling every mistake."""
    return read_each(folders, _read)


def theme_tables(themes: Mapping[str, Theme]) -> dict[str, list[tuple[str, ...]]]:
    """Return the rows of `theme` and `theme_stem`; a theme without words is switched off."""
    used = [one for one in themes.values() if one.words]
    return {
        "theme": [(one.theme_id, one.title, one.pattern) for one in used],
        "theme_stem": [(one.theme_id, stem) for one in used for stem in one.stems],
    }


def _read(theme_id: str, told: Told) -> Theme:
    words = tuple(word.strip().lower() for word in told.texts("words"))
    for word in words:
        if not _WORD.fullmatch(word):
            told.wrong(f'"{word}" is no word', 'Write letters, with a star only at the end: "wait*", "on the day"')
    for word in sorted({word for word in words if words.count(word) > 1}):
        told.wrong(f'"{word}" is there twice', "Leave one of them out")
    return Theme(theme_id=theme_id, title=told.text("title"), words=words)


def _pattern_of(word: str) -> str:
    """Return a word as a pattern: any space between its parts, and with a star whatever letters follow."""
    plain = r"\s+".join(re.escape(part) for part in word.rstrip("*").split())
    return f"{plain}{LETTER}*" if word.endswith("*") else plain
