"""Options of figure families: frozen dataclasses from which command-line flags, URL keys and parameters are read.

A field's metadata says its `help`, and, where it applies, its `choices`, its `least` and `most`, or that it is a `duration`
(held in whole seconds, written "30 days").
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import Field, fields
from typing import Any, Final

from metrics.errors import QuestionError, UnknownName
from metrics.language import _n
from metrics.selection import option_text

_DURATION: Final = re.compile(r"(\d{1,6})\s*(s|m|h|d|w|seconds?|minutes?|hours?|days?|weeks?)")
_SECONDS: Final = {"s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800}
_WORDS: Final = ((604_800, "week"), (86_400, "day"), (3600, "hour"), (60, "minute"), (1, "second"))
_TRUE, _FALSE = ("true", "yes", "1"), ("false", "no", "0")
FLAGS: Final = (*_TRUE, *_FALSE)
"""The words of an option that is said or not."""


def read_options(kind: type[Any], preset: Mapping[str, Any], given: Mapping[str, Any]) -> Any:
    """Returns an instance of an Options class: what was given over what the metric presets over the defaults.

    Raises UnknownName for an option that the figure has not, QuestionError for a value it cannot take.
    """
    known = {option_name(field): field for field in fields(kind)}
    for name in [*preset, *given]:
        if name not in known:
            raise UnknownName(f'"{name}" is not an option of this figure', name=name, known=known)
    chosen = {known[name]: option_text(value) for name, value in {**preset, **given}.items()}
    return kind(**{field.name: _read(field, text) for field, text in chosen.items()})


def option_name(field: Field[Any]) -> str:
    """Returns what people call an option; a word of Python's own has a field with an underscore behind it."""
    return field.name.rstrip("_")


def options_json(options: Any) -> dict[str, Any]:
    """Returns every option with its value, durations in words, as an answer echoes them."""
    return {option_name(field): _written(field, getattr(options, field.name)) for field in fields(options)}


def seconds_of(text: str) -> int:
    """Returns the seconds of "30 days", "30d" or "4 h"; raises QuestionError."""
    found = _DURATION.fullmatch(text.strip().lower())
    if not found:
        raise QuestionError(f'"{text}" is not a duration', instead='Write "30 days" or 30d')
    return int(found[1]) * _SECONDS[found[2][0]]


def duration_text(seconds: int) -> str:
    """Returns seconds as the longest whole unit: "90 days", "36 hours"; weeks only when written so are days."""
    for size, word in _WORDS[1:]:
        if seconds and seconds % size == 0:
            count = seconds // size
            return f"{count} {word}" if count == 1 else f"{count} {word}s"
    return "0 seconds"


def duration_words(seconds: int) -> str:
    """Returns a duration as a sentence says it, in the language spoken: "1 day", "90 days"."""
    count, size = _in_units(seconds)
    match size:
        case 86_400:
            return _n("{n} day", "{n} days", count, n=count)
        case 3600:
            return _n("{n} hour", "{n} hours", count, n=count)
        case 60:
            return _n("{n} minute", "{n} minutes", count, n=count)
    return _n("{n} second", "{n} seconds", count, n=count)


def is_one(seconds: int) -> bool:
    """Whether a duration is one of its unit: "1 day is over", "90 days are over"."""
    return _in_units(seconds)[0] == 1


def _in_units(seconds: int) -> tuple[int, int]:
    size = next((size for size, _word in _WORDS[1:] if seconds and seconds % size == 0), 1)
    return seconds // size, size


def _read(field: Field[Any], text: str) -> Any:
    if field.metadata.get("duration"):
        return seconds_of(text) if text else 0
    if field.type == "bool":
        return _flag(option_name(field), text)
    if field.type == "int":
        return _whole(field, text)
    choices = field.metadata.get("choices")
    if choices and text not in choices:
        raise UnknownName(f'{option_name(field)} = "{text}" is not one of its values', name=text, known=choices)
    return text


def _written(field: Field[Any], value: Any) -> Any:
    return (duration_text(value) if value else "") if field.metadata.get("duration") else value


def _flag(name: str, text: str) -> bool:
    if text.lower() in _TRUE:
        return True
    if text.lower() in _FALSE:
        return False
    raise QuestionError(f'{name} = "{text}" is neither yes nor no', instead="Write true or false")


def _whole(field: Field[Any], text: str) -> int:
    least, most = field.metadata.get("least", 0), field.metadata.get("most", 1000)
    if not re.fullmatch(r"-?\d{1,9}", text) or not least <= int(text) <= most:
        raise QuestionError(
            f'{option_name(field)} = "{text}" is not a whole number from {least} to {most}', instead="Write such a number"
        )
    return int(text)
