"""What a work costs at another size: cost = a · n^k through what was measured, least squares of the logarithms."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

Point = tuple[float, float]


class Unfitted(Exception):
    """There are too few points to draw a law through."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Law:
    """cost = a · n^k, and the points (size, cost) that it was drawn through."""

    a: float
    k: float
    points: tuple[Point, ...]

    def at(self, size: float) -> float:
        """The cost at a size."""
        return float(self.a * size**self.k)

    def reaches(self, cost: float) -> float:
        """The size at which the cost is so much; infinite where it does not grow."""
        return float((cost / self.a) ** (1 / self.k)) if self.k > 0 else math.inf

    @property
    def off(self) -> float:
        """By which share the law misses the point that it misses most; none of two points is missed."""
        return max(abs(self.at(size) / cost - 1) for size, cost in self.points)


def fit(points: Sequence[Point]) -> Law:
    """Returns the law through points (size, cost), all above zero; raises Unfitted where there are not two sizes."""
    known = sorted({(float(size), float(cost)) for size, cost in points if size > 0 and cost > 0})
    if len({size for size, _ in known}) < 2:
        raise Unfitted(f"{len(known)} points are no two sizes")
    logs = [(math.log(size), math.log(cost)) for size, cost in known]
    size_mean, cost_mean = (sum(each) / len(logs) for each in zip(*logs, strict=True))
    k = sum((size - size_mean) * (cost - cost_mean) for size, cost in logs) / sum((size - size_mean) ** 2 for size, _ in logs)
    return Law(a=math.exp(cost_mean - k * size_mean), k=k, points=tuple(known))
