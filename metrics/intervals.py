"""95 % intervals, in closed form: nothing is resampled when a question is asked.

Sources: Wilson (1927) for proportions; Newcombe (1998), method 10, for their differences; adjusted Wald for NPS (three
answers added: ¾ promoter, 1½ passive, ¾ detractor); Student's t for means; order statistics for medians. Where customers
repeat, the variance is taken between customers (linearised ratio, C ÷ (C − 1)) from their sums and counts.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from math import atan, cos, erf, pi, sin, sqrt
from typing import Final

Z: Final = 1.959963984540054
Interval = tuple[float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sums:
    """The sums and counts that travel with a value: n rows in so many clusters (one customer's rows are a cluster).

    total, squares: of the rows' values.   cluster_totals: Σ(total of a customer)².   cluster_counts: Σ(rows of a customer)².
    cluster_products: Σ(total × rows of a customer).
    """

    n: int
    clusters: int
    total: float
    squares: float
    cluster_totals: float
    cluster_counts: float
    cluster_products: float

    @property
    def mean(self) -> float | None:
        """The mean value of a row."""
        return self.total / self.n if self.n else None


def wilson(numerator: float, denominator: float) -> Interval | None:
    """Returns Wilson's interval of a proportion; None without a denominator."""
    if denominator <= 0:
        return None
    p = min(1.0, max(0.0, numerator / denominator))
    shrink = 1 + Z * Z / denominator
    middle = (p + Z * Z / (2 * denominator)) / shrink
    half = Z * sqrt(p * (1 - p) / denominator + Z * Z / (4 * denominator**2)) / shrink
    return max(0.0, min(p, middle - half)), min(1.0, max(p, middle + half))


def proportion(sums: Sums) -> Interval | None:
    """Returns the interval of a mean of yes and no: Wilson's, with n reduced by the design effect where customers repeat."""
    size = effective_n(sums)
    return wilson(size * (sums.mean or 0.0), size)


def per_thousand(sums: Sums) -> Interval | None:
    """Returns the interval of a mean of values that are 1,000 for each thing that followed a row: Wilson's, as of a rare proportion.

    Bounds are in the same unit, per 1,000 rows. None where on average more than one thing followed a row.
    """
    of_one = replace(
        sums,
        total=sums.total / 1000,
        squares=sums.squares / 1_000_000,
        cluster_totals=sums.cluster_totals / 1_000_000,
        cluster_products=sums.cluster_products / 1000,
    )
    found = proportion(of_one) if (of_one.mean or 0.0) <= 1 else None
    return (1000 * found[0], 1000 * found[1]) if found else None


def nps(sums: Sums) -> Interval | None:
    """Returns the adjusted-Wald interval of a net promoter score whose rows are worth 100, 0 or −100 points, within ±100."""
    if not sums.n:
        return None
    middle, error = _nps_estimate(sums)
    return max(-100.0, middle - Z * error), min(100.0, middle + Z * error)


def mean(sums: Sums) -> Interval | None:
    """Returns the t interval of a mean; None on fewer than two customers."""
    if sums.clusters < 2 or sums.mean is None:
        return None
    half = t_quantile(sums.clusters - 1) * sqrt(cluster_variance(sums))
    return sums.mean - half, sums.mean + half


def effective_n(sums: Sums) -> float:
    """Returns n divided by the design effect (never below 1): how many independent rows these are worth."""
    if sums.n == sums.clusters or sums.clusters < 2 or sums.mean is None:
        return float(sums.n)
    independent = max(0.0, sums.squares / sums.n - sums.mean**2) / sums.n
    return sums.n / max(1.0, cluster_variance(sums) / independent) if independent else float(sums.n)


def cluster_variance(sums: Sums) -> float:
    """Returns the variance of the mean (a ratio of sums) between customers."""
    if sums.clusters < 2 or sums.mean is None:
        return 0.0
    r = sums.mean
    spread = sums.cluster_totals - 2 * r * sums.cluster_products + r * r * sums.cluster_counts
    return max(0.0, spread) * sums.clusters / (sums.clusters - 1) / sums.n**2


def median_ranks(n: int) -> tuple[int, int] | None:
    """Returns the ranks (from 1) of the two values that hold the median with at least 95 %; None on fewer than six.

    Exact binomial up to 1,000 rows, the normal approximation with continuity correction above.
    """
    low = _binomial_rank(n) if n <= 1000 else int((n - Z * sqrt(n) - 1) / 2 + 0.5)
    return (low, n + 1 - low) if low >= 1 else None


def newcombe(now: tuple[float, Interval], before: tuple[float, Interval]) -> Interval:
    """Returns the interval of a difference of two proportions, each given with its own Wilson interval."""
    (p1, (low1, high1)), (p2, (low2, high2)) = now, before
    difference = p1 - p2
    return (
        difference - sqrt((p1 - low1) ** 2 + (high2 - p2) ** 2),
        difference + sqrt((high1 - p1) ** 2 + (p2 - low2) ** 2),
    )


def nps_difference(now: Sums, before: Sums) -> Interval | None:
    """Returns the interval of a difference of two net promoter scores, with the standard errors of both."""
    if not now.n or not before.n:
        return None
    return _around(now.mean, before.mean, _nps_estimate(now)[1], _nps_estimate(before)[1])


def mean_difference(now: Sums, before: Sums) -> Interval | None:
    """Returns the interval of a difference of two means, with their variances between customers."""
    if now.clusters < 2 or before.clusters < 2:
        return None
    return _around(now.mean, before.mean, sqrt(cluster_variance(now)), sqrt(cluster_variance(before)))


def total_difference(now: Sums, before: Sums, *, of_counts: bool) -> Interval:
    """Returns the interval of a difference of two totals (or counts) of things that happen at random.

    A compound Poisson sum: its variance is the sum of the squares of the customers' own totals.
    """
    if of_counts:
        return _around(now.n, before.n, sqrt(now.cluster_counts), sqrt(before.cluster_counts))
    return _around(now.total, before.total, sqrt(now.cluster_totals), sqrt(before.cluster_totals))


def random_change(difference: float, events: float) -> Interval:
    """Returns the interval of a difference that so many independent single events, of both periods, make up."""
    half = Z * sqrt(events)
    return difference - half, difference + half


@lru_cache(maxsize=512)
def t_quantile(degrees: int) -> float:
    """Returns the 97.5 % quantile of Student's t for whole degrees of freedom (normal above 2,000)."""
    if degrees > 2000:
        return Z
    low, high = 0.0, 13.0
    for _ in range(80):
        middle = (low + high) / 2
        low, high = (middle, high) if t_probability(middle, degrees) < 0.95 else (low, middle)
    return (low + high) / 2


def t_probability(t: float, degrees: int) -> float:
    """Returns the probability that |T| < t (Abramowitz and Stegun 26.7.3 and 26.7.4: finite sums for whole degrees)."""
    angle = atan(t / sqrt(degrees))
    cosine = cos(angle)
    is_odd = degrees % 2
    term = total = cosine if is_odd else 1.0
    for k in range(3 if is_odd else 2, degrees - 1, 2):
        term *= cosine * cosine * (k - 1) / k
        total += term
    if not is_odd:
        return sin(angle) * total
    return 2 / pi * (angle + (sin(angle) * total if degrees > 1 else 0.0))


def normal_probability(z: float) -> float:
    """Returns the probability that |Z| < z for a standard normal Z."""
    return erf(z / sqrt(2))


def _nps_estimate(sums: Sums) -> tuple[float, float]:
    extreme = sums.squares / 10_000
    balance = sums.total / 100
    size = effective_n(sums)
    scale = size / sums.n
    n = size + 3
    promoters = ((extreme + balance) / 2 * scale + 0.75) / n
    detractors = ((extreme - balance) / 2 * scale + 0.75) / n
    score = promoters - detractors
    return 100 * score, 100 * sqrt((promoters + detractors - score * score) / n)


def _around(now: float | None, before: float | None, error1: float, error2: float) -> Interval:
    difference = (now or 0.0) - (before or 0.0)
    half = Z * sqrt(error1 * error1 + error2 * error2)
    return difference - half, difference + half


@lru_cache(maxsize=1024)
def _binomial_rank(n: int) -> int:
    """Returns the greatest r with P(Binomial(n, ½) < r) <= 2.5 %."""
    if n < 1:
        return 0
    term, total, rank = 1, 0, 0
    limit = 2**n
    while True:
        total += term
        if total * 40 > limit:
            return rank
        rank += 1
        term = term * (n - rank + 1) // rank
