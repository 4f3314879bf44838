"""The share still with us by age, where not everyone is seen from the beginning or to the end: Kaplan and Meier (1958).

Ages are whole days. At risk at an age are those seen from before it until it or later, so a loss comes before those who are seen no
longer from the same age on. The 95 % band is Greenwood's variance on the scale of log(−log): it stays between 0 and 1.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import exp, log, sqrt
from typing import Any, Final

from metrics.answer import Value
from metrics.intervals import Interval, Z, wilson

MONTH_DAYS: Final = 365.25 / 12
Steps = Iterable[tuple[int, int, int, int]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """An age at which somebody was lost: the share still there from then on, its band, how many were at risk and lost.

    spread: Greenwood's sum, the variance of the share's logarithm; infinite once nobody is left.
    """

    days: int
    share: float
    low: float | None
    high: float | None
    at_risk: int
    lost: int
    spread: float

    def to_json(self) -> dict[str, Any]:
        names = ("days", "share", "low", "high", "at_risk", "lost")
        return {name: getattr(self, name) for name in names}


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaving:
    """Between two ages: how many were lost, and the chance to leave in a month that makes the share fall as it does."""

    from_days: int
    until_days: int
    lost: int
    per_month: float | None
    low: float | None
    high: float | None

    def to_json(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in self.__slots__}


@dataclass(frozen=True, slots=True, kw_only=True)
class Survival:
    """The steps of one curve, whom they are made of, and the last age at which anybody was seen.

    rows: (age, seen from it on, lost at it, lost or no longer seen at it), each age once, in order.
    """

    steps: tuple[Step, ...]
    rows: tuple[tuple[int, int, int, int], ...]

    @property
    def n(self) -> int:
        """How many are followed."""
        return sum(came for _, came, _, _ in self.rows)

    @property
    def lost(self) -> int:
        """How many were lost."""
        return sum(lost for _, _, lost, _ in self.rows)

    @property
    def last_days(self) -> int:
        return max((days for days, _, _, gone in self.rows if gone), default=0)

    def at_risk(self, days: int) -> int:
        """Returns how many are seen at an age, before anybody is lost at it."""
        return sum(came - gone for age, came, _, gone in self.rows if age < days)

    def at(self, days: int) -> Step | None:
        """Returns the last step until an age, of share 1 where nobody was lost until then; None where nobody is seen at it."""
        if days > self.last_days or not self.n:
            return None
        return next((step for step in reversed(self.steps) if step.days <= days), _START)

    def share(self, days: int) -> Value:
        """Returns the share at an age; where all or none are left, the band is Wilson's of those seen there."""
        step = self.at(days)
        if step is None:
            return Value(value=None, n=self.n, customers=self.n)
        low, high = step.low, step.high
        if low is None:
            seen = step.at_risk or self.at_risk(days)
            low, high = wilson(seen * step.share, seen) or (None, None)
        return Value(value=step.share, n=self.n, customers=self.n, low=low, high=high)

    @property
    def median_days(self) -> int | None:
        """The age by which half of them are lost; None where fewer are."""
        return next((step.days for step in self.steps if step.share <= 0.5), None)

    def leaving(self, from_days: int, until_days: int) -> Leaving:
        """Returns the chance to leave in a month between two ages."""
        lost = sum(step.lost for step in self.steps if from_days < step.days <= until_days)
        start, end = self.at(from_days), self.at(until_days)
        if start is None or end is None or not start.share:
            return Leaving(from_days=from_days, until_days=until_days, lost=lost, per_month=None, low=None, high=None)
        kept, months = end.share / start.share, (until_days - from_days) / MONTH_DAYS
        low, high = _band(kept, end.spread - start.spread if end.share else float("inf")) or (None, None)
        return Leaving(
            from_days=from_days,
            until_days=until_days,
            lost=lost,
            per_month=_monthly(kept, months),
            low=None if high is None else _monthly(high, months),
            high=None if low is None else _monthly(low, months),
        )

    def thinned(self, most: int) -> tuple[Step, ...]:
        """Returns at most so many steps, spread evenly over them, the last among them; each is exact."""
        count = len(self.steps)
        if count <= most:
            return self.steps
        return tuple(self.steps[(place + 1) * count // most - 1] for place in range(most))


_START: Final = Step(days=0, share=1.0, low=None, high=None, at_risk=0, lost=0, spread=0.0)


def survival(steps: Steps) -> Survival:
    """Returns the curve of (age, seen from it on, lost at it, lost or no longer seen at it), each age once, in order."""
    rows = sorted(steps)
    at_risk, share, spread, made = 0, 1.0, 0.0, []
    for days, came, lost, gone in rows:
        if lost:
            share *= (at_risk - lost) / at_risk
            spread += lost / (at_risk * (at_risk - lost)) if at_risk > lost else float("inf")
            low, high = _band(share, spread) or (None, None)
            made.append(Step(days=days, share=share, low=low, high=high, at_risk=at_risk, lost=lost, spread=spread))
        at_risk += came - gone
    return Survival(steps=tuple(made), rows=tuple(rows))


def cuts(ages: Sequence[int], last_days: int) -> list[tuple[int, int]]:
    """Returns the stretches between the beginning, these ages and the last age seen."""
    return list(pairwise([0, *(age for age in sorted(set(ages)) if 0 < age < last_days), last_days])) if last_days else []


def _band(share: float, spread: float) -> Interval | None:
    if not 0 < share < 1:
        return None
    reach = Z * sqrt(spread) / log(share)
    return share ** exp(-reach), share ** exp(reach)


def _monthly(kept: float, months: float) -> float:
    return 1 - kept ** (1 / months) if kept else 1.0
