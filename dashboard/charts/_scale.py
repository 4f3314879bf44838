"""Values with their intervals on one line: where they lie, in percent of its width, and the marks of its axis."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, floor, log10
from typing import Any

from dashboard.look import Look
from metrics.answer import Value

ROUND = (1, 2, 2.5, 5, 10)
MOST_MARKS = 4
NEAR_THE_AIM = 0.14


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """A stretch of values in percent of the drawing's side, with marks at the multiples of `step`."""

    low: float
    high: float
    step: float

    def x(self, value: float | None) -> float | None:
        """Returns where a value lies; one beyond the ends lies on them."""
        if value is None:
            return None
        return round(100 * (min(max(value, self.low), self.high) - self.low) / ((self.high - self.low) or 1), 2)

    def up(self, value: float | None) -> float | None:
        """Returns how far below the top a value lies where the scale points upwards."""
        along = self.x(value)
        return None if along is None else round(100 - along, 2)

    @property
    def marks(self) -> list[float]:
        """The multiples of the step from end to end."""
        first, last = ceil(round(self.low / self.step, 6)), floor(round(self.high / self.step, 6))
        return [round(self.step * i, 9) for i in range(first, last + 1)]


def scale_of(values: Sequence[Value], aim: float | None, unit: str, from_zero: bool = True) -> Scale:
    """Returns the stretch that holds every interval and the aim; shares end at all of them, and may begin above none."""
    known = [each for value in values for each in (value.low, value.value, value.high) if each is not None]
    known += [aim] if aim is not None else []
    least, most = min(known, default=0.0), max(known, default=1.0)
    least = min(0.0, least) if from_zero else least
    step = round_step((most - least) or abs(most) or 1.0)
    high = step * ceil(round(most / step, 6))
    low = step * floor(round(least / step, 6))
    return Scale(low=low, high=min(high, 1.0) if unit == "percent" and high > low else max(high, low + step), step=step)


def round_step(span: float) -> float:
    """Returns the least round distance at which no more than four marks lie in a span."""
    size = 10.0 ** floor(log10(span))
    steps = [each * power for power in (size / 10, size) for each in ROUND]
    return next(step for step in steps if span / step <= MOST_MARKS)


def axis(scale: Scale, aim: float | None, unit: str, look: Look) -> list[dict[str, Any]]:
    """Returns the marks of the axis; the number of one that would run into the aim's is left out."""
    return [
        {
            "x": scale.x(mark),
            "name": short(mark, unit, look),
            "is_shown": aim is None or abs(mark - aim) / (scale.high - scale.low) > NEAR_THE_AIM,
        }
        for mark in scale.marks
    ]


def short(value: float, unit: str, look: Look) -> str:
    """Returns a value of an axis in few characters: shares without needless digits."""
    if unit == "score":
        return look.reader.number(value, 0 if value == round(value) else 1)
    if unit != "percent":
        return look.reader.value(value, unit)
    return look.reader.percent(value, 0 if abs(100 * value - round(100 * value)) < 0.01 else 1)
