"""Lines on one plane: where points lie, in thousandths of the plane, and the marks of both axes."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Any

from dashboard.look import Look

SIDE = 1000
DAY = 86_400
TOPS = (0.02, 0.05, 0.1, 0.2, 0.25, 0.3, 0.4, 0.5, 0.6, 0.8, 1.0)
STEPS = (1, 2, 5, 7, 10, 14, 30, 60, 90, 180, 365, 730)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plane:
    """A stretch of time, from 0 to `last` (seconds or days), and of shares, from `low` to `top`."""

    last: float
    top: float
    low: float = 0.0

    def x(self, along: float) -> float:
        return round(SIDE * min(max(along, 0), self.last) / self.last, 1) if self.last else 0

    def y(self, share: float) -> float:
        return round(SIDE * (1 - (min(max(share, self.low), self.top) - self.low) / (self.top - self.low)), 1)

    def left(self, along: float) -> float:
        return round(self.x(along) / SIDE * 100, 2)

    def down(self, share: float) -> float:
        return round(self.y(share) / SIDE * 100, 2)


def top_of(shares: Sequence[float]) -> float:
    """Returns where an axis of shares ends: a round share not below any."""
    most = max(shares, default=0)
    return next((top for top in TOPS if most <= top), 1.0)


def steps(points: Sequence[tuple[float, float]], plane: Plane) -> str:
    """Returns the path of a share that holds until it changes."""
    if not points:
        return ""
    (x, y), *rest = points
    return f"M{plane.x(x)} {plane.y(y)}" + "".join(f"H{plane.x(along)}V{plane.y(share)}" for along, share in rest)


def band(points: Sequence[tuple[float, float, float]], plane: Plane) -> str:
    """Returns the area between two shares that hold until they change."""
    if not points:
        return ""
    highs = [(x, high) for x, _, high in points]
    lows = [(x, low) for x, low, _ in points]
    back = ""
    for i in range(len(lows) - 1, -1, -1):
        x, low = lows[i]
        back += f"V{plane.y(low)}H{plane.x(x)}"
    return steps(highs, plane) + back + "Z"


def shares_axis(plane: Plane, look: Look) -> list[dict[str, Any]]:
    """Returns four or five marks of an axis of shares."""
    step = (plane.top - plane.low) / 4
    return [_mark(plane.low + step * i, plane.down, look) for i in range(5)]


def _mark(share: float, place: Callable[[float], float], look: Look) -> dict[str, Any]:
    digits = 0 if abs(100 * share - round(100 * share)) < 0.01 else 1
    return {"at": place(share), "name": look.reader.percent(share, digits)}


def days_axis(last_days: float, plane: Plane) -> list[dict[str, Any]]:
    """Returns the marks of an axis of days, at most six or so."""
    step = next((each for each in STEPS if last_days / each <= 6), STEPS[-1] * ceil(last_days / STEPS[-1] / 6))
    per_day = plane.last / last_days if last_days else 0
    days = [step * i for i in range(int(last_days // step) + 1)]
    return [{"at": plane.left(day * per_day), "name": f"{day:g}"} for day in days]


def apart(labels: Sequence[dict[str, Any]], least: float = 8.0) -> list[dict[str, Any]]:
    """Returns labels moved down so that no two lie on each other; `at` is in percent of the height."""
    placed: list[dict[str, Any]] = []
    for label in sorted(labels, key=lambda each: each["at"]):
        at = max(label["at"], placed[-1]["at"] + least) if placed else label["at"]
        placed.append({**label, "at": at})
    over = max(0.0, placed[-1]["at"] - 100) if placed else 0
    return [{**label, "at": round(label["at"] - over, 1)} for label in placed]


Curve = Sequence[Mapping[str, Any]]
