"""A score by account or by value: the mean of each company's answers, every company once or by what it brings in a year.

An account's points are the mean of its respondents'; the score is the mean of the accounts' points under their weights. Its
variance is that of a ratio of sums between accounts: C ÷ (C − 1) × Σ w²(p − R)² ÷ (Σ w)².
"""

from __future__ import annotations

from collections.abc import Mapping
from math import sqrt
from typing import Any, Final

from metrics.answer import Value
from metrics.intervals import t_quantile

BOUNDS: Final = {"nps": (-100.0, 100.0), "percent": (0.0, 1.0)}


def weighed_value(row: Mapping[str, Any], unit: str) -> Value:
    """Returns the weighted score of a row of the figure `score_weighed`; none where no account has a weight."""
    weight, accounts = row["weight"] or 0, row["weighed"]
    if not weight:
        return Value(value=None, n=row["n"], customers=row["customers"])
    score = row["total"] / weight
    low, high = _bounds(row, score, accounts, unit)
    return Value(value=score, n=row["n"], customers=row["customers"], low=low, high=high)


def _bounds(row: Mapping[str, Any], score: float, accounts: int, unit: str) -> tuple[float | None, float | None]:
    if accounts < 2:
        return None, None
    spread = row["total_squares"] - 2 * score * row["weight_products"] + score * score * row["weight_squares"]
    half = t_quantile(accounts - 1) * sqrt(max(0.0, spread) * accounts / (accounts - 1)) / row["weight"]
    least, most = BOUNDS.get(unit, (float("-inf"), float("inf")))
    return max(least, score - half), min(most, score + half)
