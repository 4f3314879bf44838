"""Chance, drawn in blocks from numpy's seeded generator so that one draw costs next to nothing."""

import math
from collections.abc import Iterable, Sequence
from itertools import accumulate
from typing import Generic, TypeVar
from zlib import crc32

import numpy as np

from sample_data import moments

Thing = TypeVar("Thing")
_BLOCK = 16_384


class Draw:
    """A stream of chance for one topic: another topic's draws never move this one's."""

    def __init__(self, seed: int, topic: str) -> None:
        self._generator = np.random.default_rng([seed, crc32(topic.encode())])
        self._block: list[float] = []

    def unit(self) -> float:
        """A number in [0, 1)."""
        if not self._block:
            self._block = self._generator.random(_BLOCK).tolist()
        return self._block.pop()

    def chance(self, probability: float) -> bool:
        """True so often."""
        return self.unit() < probability

    def below(self, limit: int) -> int:
        """A whole number in [0, limit)."""
        return int(self.unit() * limit)

    def between(self, low: int, high: int) -> int:
        """A whole number in [low, high]."""
        return low + int(self.unit() * (high - low + 1))

    def pick(self, things: Sequence[Thing]) -> Thing:
        """One of the things."""
        return things[int(self.unit() * len(things))]

    def normal(self) -> float:
        """A standard normal number."""
        return math.sqrt(-2 * math.log(1 - self.unit())) * math.cos(2 * math.pi * self.unit())

    def around(self, median: float, spread: float) -> float:
        """A positive number with this median; the logarithm has this standard deviation."""
        return median * math.exp(spread * self.normal())

    def shuffled(self, things: Iterable[Thing]) -> list[Thing]:
        """The things in another order."""
        keyed = [(self.unit(), position, thing) for position, thing in enumerate(things)]
        keyed.sort(key=lambda entry: entry[:2])
        return [thing for _, _, thing in keyed]

    def sample(self, things: Iterable[Thing], count: int) -> list[Thing]:
        """So many different things, fewer when there are not enough."""
        return self.shuffled(things)[:count]

    def some(self, mean: float) -> int:
        """A Poisson number."""
        limit, product, count = math.exp(-mean), self.unit(), 0
        while product > limit:
            product *= self.unit()
            count += 1
        return count

    def daytime(self, of_day: int) -> int:
        """A waking moment of a day, most often in the afternoon."""
        hour = 7 + 7.4 * (self.unit() + self.unit())
        return moments.at(of_day, int(hour * moments.HOUR))

    def office_time(self, of_day: int) -> int:
        """A moment between 08:00 and 18:00 of a day."""
        return moments.at(of_day, moments.clock(8) + self.below(10 * moments.HOUR))


class Mix(Generic[Thing]):
    """Things with weights, to be picked often."""

    def __init__(self, weights: dict[Thing, float]) -> None:
        total = sum(weights.values())
        self._limits = list(accumulate(weight / total for weight in weights.values()))
        self._choices = list(weights)

    def pick(self, draw: Draw) -> Thing:
        """One of the things, by weight."""
        unit = draw.unit()
        for limit, choice in zip(self._limits, self._choices, strict=True):
            if unit < limit:
                return choice
        return self._choices[-1]
