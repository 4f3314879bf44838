"""Columns over time: what came above the line, what went below it."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from typing import Any

from dashboard.look import Look

GAP = 0.26  # of a column's room that stays empty
NEAR = 0.08  # of the drawing: a line no farther above the highest column still belongs to the axis
MOST_LINES = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One part of a column: how many, its look, what it is called and where it leads."""

    count: float
    kind: str
    name: str
    href: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One period: its name, the parts above the line and those below, and the figure written under it."""

    key: str
    name: str
    ups: Sequence[Part]
    downs: Sequence[Part]
    foot: str = ""
    is_open: bool = False


def placed(columns: Sequence[Column], look: Look) -> dict[str, Any]:
    """Returns the columns' parts in percent of the drawing, with the lines of its axis."""
    up = max((sum(part.count for part in column.ups) for column in columns), default=0)
    down = max((sum(part.count for part in column.downs) for column in columns), default=0)
    step = round_step(up + down)
    top, bottom = (_end(most, step, up + down) for most in (up, down))
    whole = (top + bottom) or 1
    room = 100 / max(len(columns), 1)
    return {
        "zero": _percent(top / whole),
        "lines": [
            {"y": _percent((top - at) / whole), "name": look.reader.count(abs(at))}
            for at in (step * i for i in range(-int(bottom / step), int(top / step) + 1))
        ],
        "columns": [_column(column, i, room, top, whole) for i, column in enumerate(columns)],
    }


def round_step(span: float) -> float:
    """Returns the least round distance between lines, a whole number, at which no more than six lie in a span."""
    step = 1.0
    while span / step > MOST_LINES:
        step = next(step * more for more in (2, 5, 10) if span / (step * more) <= MOST_LINES or more == 10)
    return step


def _end(most: float, step: float, span: float) -> float:
    """Returns how far the axis goes: as far as the columns, or to the next line where that is near."""
    line = step * ceil(most / step)
    return line if line - most <= NEAR * span else most


def _column(column: Column, place: int, room: float, top: float, whole: float) -> dict[str, Any]:
    parts, above, below = [], top, top
    for part in column.ups:
        above -= part.count
        parts.append(_part(part, above, whole))
    for part in column.downs:
        parts.append(_part(part, below, whole))
        below += part.count
    return {
        "key": column.key,
        "name": column.name,
        "x": round(room * (place + GAP / 2), 2),
        "width": round(room * (1 - GAP), 2),
        "middle": round(room * (place + 0.5), 2),
        "parts": [part for part in parts if part["height"]],
        "foot": column.foot,
        "is_open": column.is_open,
    }


def _part(part: Part, y: float, whole: float) -> dict[str, Any]:
    return {
        "kind": part.kind,
        "y": _percent(y / whole),
        "height": _percent(part.count / whole),
        "name": part.name,
        "href": part.href,
    }


def _percent(fraction: float) -> float:
    return round(100 * fraction, 2)
