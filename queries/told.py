"""Reads what a declaration file tells, key by key, and keeps every mistake so that all of them are told together."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, time
from pathlib import Path
from typing import Any, TypeVar

from queries.errors import DeclarationError, DeclarationErrors, QueriesError, did_you_mean
from queries.workspace import read_toml

T = TypeVar("T")

_DURATION = re.compile(r"(\d+)\s*([smhdw]|(?:second|minute|hour|day|week)s?)")
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}
LONGEST = 100 * 366 * 86_400
LARGEST = 2**31 - 1
_MISSING: Any = object()


@dataclass(frozen=True, slots=True)
class Told:
    """One table of a declaration file; every getter notes its key and, on a mistake, a problem, and returns the default."""

    where: str
    values: Mapping[str, Any]
    problems: list[QueriesError]
    asked: set[str] = field(default_factory=set)

    def text(self, key: str, default: Any = _MISSING) -> Any:
        """Return a text."""
        return self._get(
            key, default, lambda value: isinstance(value, str) and value.strip() != "", 'a text. Write it in quotes: "…"'
        )

    def flag(self, key: str, default: Any = _MISSING) -> Any:
        """Return true or false."""
        return self._get(key, default, lambda value: isinstance(value, bool), "true or false")

    def number(self, key: str, default: Any = _MISSING) -> Any:
        """Return a number."""
        return self._get(key, default, lambda value: isinstance(value, int | float) and not isinstance(value, bool), "a number")

    def whole(self, key: str, default: Any = _MISSING) -> Any:
        """Return a whole number that a column can hold."""
        return self._get(
            key,
            default,
            lambda value: isinstance(value, int) and not isinstance(value, bool) and abs(value) <= LARGEST,
            f"a whole number of at most {LARGEST}",
        )

    def day(self, key: str, default: Any = _MISSING) -> Any:
        """Return a day, which TOML writes without quotes."""
        return self._get(key, default, lambda value: type(value) is date, f"a day. Write it without quotes: {key} = 2026-11-21")

    def texts(self, key: str, default: Any = _MISSING) -> tuple[str, ...]:
        """Return a list of texts."""
        told = self._get(key, default, _is_texts, 'a list of texts. Write it as ["…", "…"]')
        return tuple(told or ())

    def lists(self, key: str) -> Sequence[tuple[str, ...]]:
        """Return a list of lists of texts."""
        told = self._get(
            key,
            [],
            lambda value: isinstance(value, list) and all(map(_is_texts, value)),
            'a list of lists. Write it as [["…", "…"]]',
        )
        return [tuple(one) for one in told]

    def choice(self, key: str, known: Iterable[str], default: Any = _MISSING) -> Any:
        """Return one of the known words."""
        told, words = self.text(key, default), tuple(known)
        if told in words or told is None or told == default:
            return told
        self.wrong(f'{key} = "{told}" is not one', did_you_mean(str(told), words))
        return words[0]

    def seconds(self, key: str, default: Any = _MISSING) -> Any:
        """Return a duration such as "30 days", "4 h" or "15m" in seconds; the default is given in seconds."""
        told = self._get(key, default, lambda value: isinstance(value, str), 'a duration. Write for example "30 days"')
        return self._seconds_of(key, told) if isinstance(told, str) else told

    def days(self, key: str, default: Any = _MISSING) -> Any:
        """Return a duration of whole days."""
        seconds = self.seconds(key, default if default is _MISSING or default is None else default * 86400)
        return None if seconds is None else seconds // 86400

    def tables(self, key: str) -> Sequence["Told"]:
        """Return the tables of a list such as [[stages]], each a Told of its own."""
        told = self._get(
            key,
            (),
            lambda value: isinstance(value, list) and all(isinstance(one, dict) for one in value),
            f"a list of tables. Write each below a [[{key}]] of its own",
        )
        return [Told(f"{self.where}, {key} {number}", one, self.problems) for number, one in enumerate(told, start=1)]

    def table(self, key: str) -> "Told":
        """Return the table below a key, empty when it is not there."""
        told = self._get(key, {}, lambda value: isinstance(value, dict), "a table")
        return Told(f"{self.where}, {key}", told, self.problems)

    def wrong(self, what: str, instead: str = "") -> None:
        """Keep a mistake."""
        self.problems.append(DeclarationError(what, where=self.where, instead=instead))

    def done(self) -> None:
        """Keep a mistake for every key that nobody asked for."""
        for key in self.values.keys() - self.asked:
            self.wrong(f'"{key}" is not known here', did_you_mean(key, self.asked))

    def _get(self, key: str, default: Any, is_right: Callable[[Any], bool], wanted: str) -> Any:
        self.asked.add(key)
        if key not in self.values:
            if default is _MISSING:
                self.wrong(f'"{key}" is missing', f"It is {wanted}")
            return None if default is _MISSING else default
        if is_right(self.values[key]):
            return self.values[key]
        self.wrong(f"{key} = {as_written(self.values[key])} is not {wanted}")
        return None if default is _MISSING else default

    def _seconds_of(self, key: str, text: str) -> int | None:
        seconds = duration(text)
        if seconds is None:
            self.wrong(f'{key} = "{text}" is not a duration', 'Write for example "30 days", "4 hours" or "15 minutes"')
        elif seconds > LONGEST:
            self.wrong(
                f'{key} = "{text}" is longer than a hundred years', 'Write for example "30 days", "4 hours" or "15 minutes"'
            )
            return None
        return seconds


def as_written(value: object) -> str:
    """Return a value as a file tells it, such as true or 10:00:00."""
    return str(value).lower() if isinstance(value, bool) else str(value) if isinstance(value, date | time) else repr(value)


def duration(text: str) -> int | None:
    """Return the seconds of a text such as "30 days", "4 h" or "15m", or None when it is no duration."""
    found = _DURATION.fullmatch(text.strip().lower())
    return int(found[1]) * _SECONDS[found[2][0]] if found else None


def read_each(folders: Iterable[Path], read: Callable[[str, Told], T]) -> dict[str, T]:
    """Return what `read(id, told)` makes of every .toml file of these folders, by the file's name; a later folder replaces.

    Raises DeclarationErrors telling the mistakes of all files together.
    """
    paths = {path.stem: path for folder in folders for path in sorted(folder.glob("*.toml"))}
    problems: list[QueriesError] = []
    made = {name: read_one(path, read, problems) for name, path in sorted(paths.items())}
    if problems:
        raise DeclarationErrors(problems)
    return {name: one for name, one in made.items() if one is not None}


def read_one(path: Path, read: Callable[[str, Told], T], problems: list[QueriesError]) -> T | None:
    """Return what `read` makes of one file; its mistakes are added to `problems`."""
    where = f"{path.parent.name}/{path.name}"
    try:
        told = Told(where, read_toml(path, where), problems)
    except DeclarationError as error:
        problems.append(error)
        return None
    before = len(problems)
    made = read(path.stem, told)
    told.done()
    return made if len(problems) == before else None


def _is_texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(one, str) for one in value)
