"""Whether chances come true: what was foretold held against what happened, and foretold chances put right by it.

Sources: logistic recalibration (Cox, Biometrika 45, 1958), two numbers where a step function would need many more events; the Brier
score (Brier, Monthly Weather Review 78, 1950); the area under the curve as a rank sum (Hanley and McNeil, Radiology 143, 1982).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy  # its rooms are loaded when first used: most processes foretell nothing
from numpy.typing import NDArray

from metrics.intervals import Sums, proportion
from metrics.models import logistic

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Bin:
    """Those whose foretold chance lay between low and high: the mean of what was foretold, and how often it happened.

    least, most: the 95 % interval of `observed`, as wide as customers who count several times make it.
    """

    low: float
    high: float
    predicted: float
    observed: float
    n: int
    customers: int
    least: float
    most: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Recalibration:
    """Puts foretold chances right: shift + slope × the logarithm of their odds. It keeps their order and makes no ties."""

    shift: float
    slope: float

    def __call__(self, chances: Array) -> Array:
        return np.asarray(scipy.special.expit(self.shift + self.slope * scipy.special.logit(_open(chances))))


def bins(chances: Array, happened: Array, customers: NDArray[np.int64], count: int = 10) -> tuple[Bin, ...]:
    """Returns what was foretold and what came true in groups of equal size by the foretold chance; ties stay together.

    happened: 0 or 1.   customers: whose each row is, as whole numbers.
    """
    return tuple(
        _bin(chances[chosen], happened[chosen], customers[chosen])
        for chosen in (_places(chances, count) == place for place in range(count))
        if chosen.any()
    )


def recalibrated(chances: Array, happened: Array) -> Recalibration | None:
    """Returns what makes these chances come true on the whole, and as far apart as they turned out to be.

    None where all or none happened. Chances that turned out to say nothing become the share that happened.
    """
    found = logistic.fit(
        scipy.special.logit(_open(chances))[:, None], happened, penalty=1e-6
    )  # chances without spread say nothing
    if found is None:
        return None
    slope = float(found.weights[0] / found.spreads[0])
    if slope <= 0:
        return Recalibration(shift=float(scipy.special.logit(happened.mean())), slope=0.0)
    return Recalibration(shift=float(found.intercept - slope * found.means[0]), slope=slope)


def brier(chances: Array, happened: Array) -> float:
    """Returns the mean squared distance between chance and event: 0 is perfect."""
    return float(np.mean((chances - happened) ** 2))


def area_under_curve(chances: Array, happened: Array) -> float | None:
    """Returns the chance that of two rows, one of which happened, that one was given the higher chance; None without such a pair."""
    events = float(happened.sum())
    others = len(happened) - events
    if not events or not others:
        return None
    ranks = float(scipy.stats.rankdata(chances)[happened > 0].sum())
    return (ranks - events * (events + 1) / 2) / (events * others)


def _open(chances: Array) -> Array:
    """Returns chances away from 0 and 1, whose odds are no number."""
    return np.clip(chances, 1e-9, 1 - 1e-9)


def _places(chances: Array, count: int) -> NDArray[np.int64]:
    """Returns the group of each row; equal chances are always in one."""
    edges = np.unique(np.quantile(chances, np.arange(1, count) / count)) if len(chances) else np.zeros(0)
    return np.asarray(np.searchsorted(edges, chances, side="left"), dtype=np.int64)


def _bin(chances: Array, happened: Array, customers: NDArray[np.int64]) -> Bin:
    _, whose = np.unique(customers, return_inverse=True)
    counts = np.bincount(whose).astype(np.float64)
    totals = np.bincount(whose, weights=happened)
    events = float(happened.sum())
    sums = Sums(
        n=len(happened),
        clusters=len(counts),
        total=events,
        squares=events,
        cluster_totals=float(totals @ totals),
        cluster_counts=float(counts @ counts),
        cluster_products=float(totals @ counts),
    )
    least, most = proportion(sums) or (0.0, 1.0)
    return Bin(
        low=float(chances.min()),
        high=float(chances.max()),
        predicted=float(chances.mean()),
        observed=events / len(happened),
        n=len(happened),
        customers=len(counts),
        least=least,
        most=most,
    )
