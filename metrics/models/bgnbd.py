"""How often a customer who is bound by nothing will buy again: the BG/NBD model, fitted by maximum likelihood.

While with us a customer buys at random at a rate of their own (rates: gamma, shape r and inverse scale alpha); after every
purchase they leave for good with a chance of their own (chances: beta, a and b). Nobody tells us that they left.

Sources: Fader, Hardie and Lee, "Counting Your Customers" the Easy Way: An Alternative to the Pareto/NBD Model, Marketing Science
24 (2005) 275–284: the likelihood (6) in the form of the authors' note on its implementation, that does not overflow. What is
expected of one customer is integrated over the chance to leave instead of taken from their (10): that has no gap at a = 1 and
needs no hypergeometric function. The gradient, the variance and the chance to buy at all are derived from the same story.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np
import scipy  # its rooms are loaded when first used: most processes foretell nothing
from numpy.typing import NDArray

Array = NDArray[np.float64]
OfChance = Callable[[Array, Array, Array], Array]  # of the chance to leave p, of the time ahead ÷ (alpha + T), and of r + x

STARTS: Final = ((1.0, 1.0, 1.0, 1.0), (0.3, 0.3, 0.5, 2.0), (3.0, 3.0, 0.1, 1.0), (0.5, 0.1, 2.0, 2.0))
NAMES: Final = ("r", "alpha", "a", "b")
EDGES: Final = np.array([10.0, 15.0, 10.0, 10.0])  # of the logarithms
ALL_LEAVE_ALIKE: Final = {3: 10.0}
NOBODY_LEAVES: Final = {2: -10.0, 3: 0.0}
ALL_BUY_ALIKE: Final = {0: 10.0}
LIMITS: Final[tuple[Mapping[int, float], ...]] = (
    {}, ALL_BUY_ALIKE, ALL_LEAVE_ALIKE, ALL_BUY_ALIKE | ALL_LEAVE_ALIKE, NOBODY_LEAVES, ALL_BUY_ALIKE | NOBODY_LEAVES,
)  # fmt: skip
LEVEL: Final = 0.01  # of the log-likelihood: so little says nothing against the simpler model
NODES: Final = 32
FLAT: Final = 1e-6  # a step of the logarithms, or a customer's mean gradient, that is none
STEPS: Final = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Histories:
    """What is known of customers: how often they bought again, when last, and since when we know them, in one unit of time.

    repeats: purchases after the first (x).   recency: from the first to the last (t_x).   age: from the first to now (T).
    weight: how many customers share this history.
    """

    repeats: Array
    recency: Array
    age: Array
    weight: Array

    @classmethod
    def of(cls, repeats: Array, recency: Array, age: Array) -> Histories:
        """Returns the histories of these customers, one each."""
        as_floats = [np.asarray(column, dtype=np.float64) for column in (repeats, recency, age)]
        return cls(repeats=as_floats[0], recency=as_floats[1], age=as_floats[2], weight=np.ones(len(as_floats[0])))

    @property
    def customers(self) -> float:
        """How many customers there are."""
        return float(self.weight.sum())

    def together(self) -> Histories:
        """Returns the same customers with equal histories told once."""
        different, place = self.told_once()
        weight = np.asarray(np.bincount(place, weights=self.weight, minlength=len(different.repeats)), dtype=np.float64)
        return Histories(repeats=different.repeats, recency=different.recency, age=different.age, weight=weight)

    def told_once(self) -> tuple[Histories, NDArray[np.int64]]:
        """Returns the different histories, and which of them each customer's is."""
        columns = np.column_stack([self.repeats, self.recency, self.age])
        different, place = np.unique(columns, axis=0, return_inverse=True)
        return Histories.of(different[:, 0], different[:, 1], different[:, 2]), np.asarray(place.ravel(), dtype=np.int64)

    def slowed(self, unit: float) -> Histories:
        """Returns the same customers with time measured in another unit."""
        return Histories(repeats=self.repeats, recency=self.recency / unit, age=self.age / unit, weight=self.weight)


@dataclass(frozen=True, slots=True, kw_only=True)
class BgNbd:
    """The four parameters; alpha is in the unit of time of the histories."""

    r: float
    alpha: float
    a: float
    b: float

    def log_likelihood(self, told: Histories) -> float:
        """Returns the log-likelihood of these histories (equation 6)."""
        stays, leaves = self._ways(told)
        return float(told.weight @ (self._common(told.repeats) + np.logaddexp(stays, leaves)))

    def alive(self, told: Histories) -> Array:
        """Returns the probability that each is still with us; someone who never bought again has had no chance to leave."""
        stays, leaves = self._ways(told)
        return np.asarray(scipy.special.expit(stays - leaves))

    def expected(self, told: Histories, ahead: float) -> Array:
        """Returns how many purchases to expect of each in the time ahead: P(alive) × E[(1 − e^(−λp·ahead)) ÷ p]."""
        return self.alive(told) * self._mean_over_chances(told, ahead, _purchases)

    def variance(self, told: Histories, ahead: float) -> Array:
        """Returns the variance of the purchases of each in the time ahead, parameters taken as they are."""
        alive = self.alive(told)
        mean = alive * self._mean_over_chances(told, ahead, _purchases)
        pairs = alive * self._mean_over_chances(told, ahead, _pairs)
        return np.maximum(0.0, pairs + mean - mean**2)

    def buys(self, told: Histories, ahead: float) -> Array:
        """Returns the probability that each buys at least once in the time ahead: P(alive) × (1 − ((α+T) ÷ (α+T+ahead))^(r+x))."""
        none = (self.r + told.repeats) * np.log1p(ahead / (self.alpha + told.age))
        return self.alive(told) * -np.expm1(-none)

    def gradient(self, told: Histories) -> Array:
        """Returns the derivatives of the log-likelihood by the logarithms of r, alpha, a and b."""
        r, alpha, a, b, x = self.r, self.alpha, self.a, self.b, told.repeats
        alive = self.alive(told)
        left, digamma = 1 - alive, scipy.special.digamma
        by_r = _by_repeats(x, lambda n: digamma(r + n) - digamma(r)) + np.log(alpha)
        by_r -= alive * np.log(alpha + told.age) + left * np.log(alpha + told.recency)
        by_alpha = r / alpha - (r + x) * (alive / (alpha + told.age) + left / (alpha + told.recency))
        by_a = _by_repeats(x, lambda n: digamma(a + b) - digamma(a + b + n)) + left / a
        by_b = _by_repeats(x, lambda n: digamma(a + b) - digamma(a + b + n) + digamma(b + n) - digamma(b))
        by_b -= left / (b + np.maximum(x, 1) - 1)
        return np.array([told.weight @ by for by in (r * by_r, alpha * by_alpha, a * by_a, b * by_b)])

    @property
    def logarithms(self) -> Array:
        """The logarithms of r, alpha, a and b."""
        return np.log([self.r, self.alpha, self.a, self.b])

    @classmethod
    def of_logarithms(cls, logarithms: Array) -> BgNbd:
        """Returns the model with these logarithms of r, alpha, a and b."""
        r, alpha, a, b = (float(value) for value in np.exp(logarithms))
        return cls(r=r, alpha=alpha, a=a, b=b)

    def _common(self, x: Array) -> Array:
        """The factor that both ways of a history share: A1 and A2 of the note."""
        r, a, b, gammaln = self.r, self.a, self.b, scipy.special.gammaln
        return _by_repeats(
            x,
            lambda n: (
                gammaln(r + n) - gammaln(r) + r * np.log(self.alpha)
                + gammaln(a + b) - gammaln(a + b + n) + gammaln(b + n) - gammaln(b)
            ),
        )  # fmt: skip

    def _ways(self, told: Histories) -> tuple[Array, Array]:
        """The two ways to such a history, as logarithms: still with us, or gone since the last purchase (A3 and A4)."""
        often = self.r + told.repeats
        stays = -often * np.log(self.alpha + told.age)
        leaves = np.log(self.a) - np.log(self.b + np.maximum(told.repeats, 1) - 1) - often * np.log(self.alpha + told.recency)
        return stays, np.where(told.repeats > 0, leaves, -np.inf)

    def _mean_over_chances(self, told: Histories, ahead: float, of: OfChance) -> Array:
        """Returns the mean of a function over the chance to leave of someone still with us: beta(a, b + x)."""
        found = np.zeros(len(told.repeats))
        for times in np.unique(told.repeats):
            these = told.repeats == times
            chances, weights = beta_nodes(self.a, self.b + float(times))
            scaled = ahead / (self.alpha + told.age[these])
            found[these] = of(chances[:, None], scaled[None, :], np.asarray(self.r + times)).T @ weights
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Fitted:
    """The model at its highest likelihood, and how sure its parameters are.

    covariance: of the logarithms; zero for a parameter that is `at_edge`: the data cannot tell it from a limit.
    "a" and "b" at their edge: nobody leaves; "b" alone: all leave with one chance; "r": all buy at one rate.
    """

    model: BgNbd
    log_likelihood: float
    covariance: Array
    at_edge: tuple[str, ...]

    def foretold(self, told: Histories, ahead: float) -> Foretold:
        """Returns what to expect of each of these in the time ahead, equal histories worked out once."""
        different, place = told.told_once()
        step, centre = 1e-4, self.model.logarithms
        slopes = []
        for moved in np.eye(4) * step:
            above, below = (BgNbd.of_logarithms(centre + way * moved).expected(different, ahead) for way in (1, -1))
            slopes.append((above - below) / (2 * step))
        model = self.model
        return Foretold(
            expected=model.expected(different, ahead)[place],
            variance=model.variance(different, ahead)[place],
            slopes=np.column_stack(slopes)[place],
            buys=model.buys(different, ahead)[place],
            alive=model.alive(different)[place],
            covariance=self.covariance,
        )

    def total(self, told: Histories, ahead: float) -> tuple[float, float]:
        """Returns the purchases expected of all of these together and the standard error of that as a forecast."""
        return self.foretold(told, ahead).total(told.weight)


@dataclass(frozen=True, slots=True, kw_only=True)
class Foretold:
    """Of each customer, in the time ahead: purchases expected, their variance, the chance to buy at all and to be still with us.

    slopes: how the purchases expected change with the logarithm of each parameter.   covariance: of these logarithms.
    """

    expected: Array
    variance: Array
    slopes: Array
    buys: Array
    alive: Array
    covariance: Array

    def total(self, weight: Array) -> tuple[float, float]:
        """Returns the purchases expected of all together, each weighted, and the standard error of that as a forecast.

        The variance is that of the customers' own purchases, plus what the parameters leave open (delta method).
        """
        slope = weight @ self.slopes
        return float(weight @ self.expected), float(np.sqrt(weight @ self.variance + slope @ self.covariance @ slope))


def fit(told: Histories) -> Fitted | None:
    """Returns the model of the highest likelihood for these histories, from several starts; None where nothing converges.

    Where a limit of the model (nobody leaves, all leave or buy alike) is as likely, it is the limit: no endless climb towards it.
    """
    if not len(told.repeats) or not told.age.max() > 0:
        return None
    unit = float(told.weight @ told.age / told.customers)
    known = told.slowed(unit).together()
    rough = sorted((_climbed(known, np.log(start), {}, slope=100 * FLAT) for start in STARTS), key=lambda best: float(best.fun))
    tops = [
        top for fixed in LIMITS if (top := _first_top(known, [*(near.x for near in rough), *np.log(STARTS)], fixed)) is not None
    ]
    if not tops:
        return None
    highest = max(top.height for top in tops)
    top = max((top for top in tops if top.height >= highest - LEVEL), key=lambda top: len(top.fixed))
    model = BgNbd.of_logarithms(top.at + np.array([0.0, np.log(unit), 0.0, 0.0]))
    return Fitted(
        model=model,
        log_likelihood=model.log_likelihood(told),
        covariance=top.covariance,
        at_edge=tuple(NAMES[place] for place in sorted(top.fixed)),
    )


@lru_cache(maxsize=4096)
def beta_nodes(a: float, b: float, count: int = NODES) -> tuple[Array, Array]:
    """Returns points in (0, 1) and weights adding up to 1 that integrate over a beta distribution (a, b).

    Gauss–Jacobi quadrature by the eigenvalues of its recurrence (Golub and Welsch, Mathematics of Computation 23, 1969).
    """
    alpha, beta = b - 1, a - 1
    k = np.arange(1, count, dtype=np.float64)
    twice = 2 * k + alpha + beta
    first = (beta - alpha) / (alpha + beta + 2)
    diagonal = np.concatenate([[first], (beta**2 - alpha**2) / (twice * (twice + 2))])
    # at k = 1 the factor k + alpha + beta cancels against twice − 1: it may be 0 ÷ 0
    cancelled = np.where(k == 1, 1.0, (k + alpha + beta) / np.where(k == 1, 1.0, twice - 1))
    beside = np.sqrt(4 * k * (k + alpha) * (k + beta) / (twice**2 * (twice + 1)) * cancelled)
    points, vectors = scipy.linalg.eigh_tridiagonal(diagonal, beside)
    return np.clip((points + 1) / 2, 1e-15, 1.0), vectors[0] ** 2


def _purchases(p: Array, scaled: Array, often: Array) -> Array:
    """The purchases expected of someone who is with us and leaves with chance p after each."""
    return np.asarray(-np.expm1(-often * np.log1p(p * scaled)) / p)


def _pairs(p: Array, scaled: Array, often: Array) -> Array:
    """E[X (X − 1)] of the same: 2 (1 − p) ÷ p² times the chance of two purchases or more at a rate thinned by p."""
    thinned = p * scaled
    two_or_more = -np.expm1(np.log1p(often * thinned / (1 + thinned)) - often * np.log1p(thinned)) / p**2
    return np.asarray(2 * (1 - p) * np.where(thinned < 1e-6, often * (often + 1) / 2 * scaled**2, two_or_more))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Top:
    """Where the likelihood is highest, in logarithms, with some parameters fixed at a limit."""

    at: Array
    height: float
    fixed: Mapping[int, float]
    covariance: Array


def _first_top(told: Histories, starts: Sequence[Array], fixed: Mapping[int, float]) -> _Top | None:
    """Returns the top above the first of these starts that leads to one."""
    return next((top for start in starts if (top := _top(told, start, fixed)) is not None), None)


def _climbed(told: Histories, start: Array, fixed: Mapping[int, float], *, slope: float) -> scipy.optimize.OptimizeResult:
    """Returns where the likelihood rises to from a start, in logarithms of the parameters, until no steeper than `slope`."""

    def loss(at: Array) -> tuple[float, Array]:
        model = BgNbd.of_logarithms(at)
        return -model.log_likelihood(told) / told.customers, -model.gradient(told) / told.customers

    bounds = [(fixed.get(place, -edge), fixed.get(place, edge)) for place, edge in enumerate(EDGES)]
    begins = np.clip(start, *np.array(bounds).T)
    wanted = {"ftol": 1e-15, "gtol": slope}
    return scipy.optimize.minimize(loss, begins, jac=True, method="L-BFGS-B", bounds=bounds, options=wanted)


def _top(told: Histories, near: Array, fixed: Mapping[int, float]) -> _Top | None:
    """Returns the top near a point: climbed, then by Newton's steps, so that every machine comes to the same digits; None without one."""
    at = _climbed(told, near, fixed, slope=FLAT / 10).x
    is_free = np.array([place not in fixed for place in range(4)])
    for _ in range(STEPS):
        covariance = _covariance(told, at, is_free)
        if covariance is None or np.any(np.abs(at[is_free]) >= EDGES[is_free]):
            return None
        step = np.clip(covariance @ BgNbd.of_logarithms(at).gradient(told), -1.0, 1.0)
        at = at + step
        if np.abs(step).max() < FLAT:
            height = BgNbd.of_logarithms(at).log_likelihood(told)
            return _Top(at=at, height=height, fixed=fixed, covariance=covariance)
    return None


def _covariance(told: Histories, top: Array, is_free: NDArray[np.bool_]) -> Array | None:
    """Returns the inverse of the observed information (central differences of the gradient); None where it is not a top."""
    step = 1e-4
    columns = [
        (BgNbd.of_logarithms(top - step * one).gradient(told) - BgNbd.of_logarithms(top + step * one).gradient(told)) / (2 * step)
        for one in np.eye(4)
    ]
    information = (np.array(columns) + np.array(columns).T) / 2
    covariance = np.zeros((4, 4))
    kept = np.ix_(is_free, is_free)
    if is_free.any():
        if np.linalg.eigvalsh(information[kept]).min() <= 0:
            return None
        covariance[kept] = np.linalg.inv(information[kept])
    return covariance


def _by_repeats(x: Array, of: Callable[[Array], Array]) -> Array:
    """Returns a function of the repeat purchases, worked out once for each number of them."""
    different, place = np.unique(x, return_inverse=True)
    return np.asarray(of(different))[place.ravel()]
