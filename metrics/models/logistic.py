"""The chance of something that happens or not, from what is known before: logistic regression with a penalty on its size.

Sources: Newton's method as iteratively reweighted least squares, and the penalty: le Cessie and van Houwelingen, Ridge Estimators in
Logistic Regression, Applied Statistics 41 (1992) 191–201.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import scipy  # its rooms are loaded when first used: most processes foretell nothing
from numpy.typing import NDArray

Array = NDArray[np.float64]

STEPS: Final = 100
FLAT: Final = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class Logistic:
    """log(p ÷ (1 − p)) = intercept + Σ weight × (feature − mean) ÷ spread; a feature without spread weighs nothing."""

    intercept: float
    weights: Array
    means: Array
    spreads: Array

    def chances(self, features: Array) -> Array:
        """Returns the chance of each row (rows × features)."""
        return np.asarray(scipy.special.expit(self.intercept + self.contributions(features).sum(axis=1)))

    def contributions(self, features: Array) -> Array:
        """Returns how far each feature of each row moves the logarithm of the odds away from the mean row's."""
        return np.asarray((features - self.means) / self.spreads * self.weights)


def fit(features: Array, happened: Array, *, penalty: float = 1.0) -> Logistic | None:
    """Returns the model with the highest penalised likelihood: ln L − penalty ÷ 2 × Σ weight², the intercept free.

    features: rows × features.   happened: 0 or 1.   None where all or none happened, or where it does not converge.
    """
    if not 0 < happened.sum() < len(happened):
        return None
    means, spreads = features.mean(axis=0), features.std(axis=0)
    spreads = np.where(spreads > 0, spreads, 1.0)
    columns = np.column_stack([np.ones(len(features)), (features - means) / spreads])
    ridge = penalty * np.array([0.0, *np.ones(features.shape[1])])
    share = happened.mean()
    at = np.array([np.log(share / (1 - share)), *np.zeros(features.shape[1])])
    for _ in range(STEPS):
        chances = scipy.special.expit(columns @ at)
        slope = columns.T @ (happened - chances) - ridge * at
        if np.abs(slope).max() < FLAT * len(happened):
            return Logistic(intercept=float(at[0]), weights=at[1:], means=means, spreads=spreads)
        curve = (columns.T * (chances * (1 - chances))) @ columns + np.diag(ridge)
        at = _risen(columns, happened, ridge, at, scipy.linalg.cho_solve(scipy.linalg.cho_factor(curve), slope))
    return None


def _risen(columns: Array, happened: Array, ridge: Array, at: Array, step: Array) -> Array:
    """Returns the next point: a whole step of Newton's, halved until the likelihood rises."""
    here = _likelihood(columns, happened, ridge, at)
    for _ in range(30):
        if _likelihood(columns, happened, ridge, at + step) >= here:
            return np.asarray(at + step)
        step = step / 2
    return at


def _likelihood(columns: Array, happened: Array, ridge: Array, at: Array) -> float:
    odds = columns @ at
    return float(happened @ odds - np.logaddexp(0.0, odds).sum() - ridge @ at**2 / 2)
