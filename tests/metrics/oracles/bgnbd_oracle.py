"""BG/NBD a second time, straight from its story: one customer's likelihood by summing over when they left, integrated numerically
over all rates and all chances to leave. It shares no formula with the model it judges."""

from math import exp, gamma

from scipy.integrate import dblquad
from scipy.special import beta as beta_function


def likelihood_of_one(rate: float, chance: float, x: int, recency: float, age: float) -> float:
    """The density of x repeat purchases, the last at `recency`, of someone with this rate and this chance to leave after each."""
    before = rate**x * (1 - chance) ** max(0, x - 1) * exp(-rate * recency)  # bought x times and stayed after all but the last
    silent = exp(-rate * (age - recency))
    return before * (silent if x == 0 else (1 - chance) * silent + chance)


def purchases_of_one(rate: float, chance: float, ahead: float, most: int = 60) -> list[float]:
    """P(0, 1, 2 … purchases in the time ahead) of someone still with us: the shop's visits are Poisson, each may be the last one."""
    visits = [exp(-rate * ahead) * (rate * ahead) ** n / gamma(n + 1) for n in range(most)]
    found = [0.0] * most
    for n, chance_of_n in enumerate(visits):
        for last in range(1, n + 1):  # left after the purchase `last`, so the other visits did not happen
            found[last] += chance_of_n * (1 - chance) ** (last - 1) * chance
        found[n] += chance_of_n * (1 - chance) ** n
    return found


def integrated(function, r: float, alpha: float, a: float, b: float, most_rate: float) -> float:
    """The mean of a function of rate and chance over gamma(r, alpha) rates and beta(a, b) chances."""

    def dense(chance: float, rate: float) -> float:
        rates = alpha**r * rate ** (r - 1) * exp(-alpha * rate) / gamma(r)
        chances = chance ** (a - 1) * (1 - chance) ** (b - 1) / beta_function(a, b)
        return function(rate, chance) * rates * chances

    return dblquad(dense, 0, most_rate, 0, 1, epsabs=1e-12, epsrel=1e-9)[0]
