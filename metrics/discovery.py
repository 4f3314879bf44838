"""What may be believed of many comparisons at once: the p value of one, and how many false ones are let through of all.

Sources: the pooled two-proportion z test; Benjamini and Hochberg (1995). It controls the false-discovery rate also of comparisons
that go along with each other, as those of the same people do (Benjamini and Yekutieli 2001, positive dependence).
"""

from __future__ import annotations

from collections.abc import Sequence
from math import erfc, sqrt


def two_proportion_p(yes: int, n: int, other_yes: int, other_n: int) -> float:
    """Returns the two-sided p value of two proportions being one; 1 when all or none say yes."""
    pooled = (yes + other_yes) / (n + other_n)
    error = sqrt(pooled * (1 - pooled) * (1 / n + 1 / other_n))
    return erfc(abs(yes / n - other_yes / other_n) / error / sqrt(2)) if error else 1.0


def adjusted(p_values: Sequence[float]) -> list[float]:
    """Returns each p value as the least false-discovery rate at which it would be called clear, in the order given."""
    tried = len(p_values)
    by_size = sorted(range(tried), key=lambda place: p_values[place], reverse=True)
    found, least = [1.0] * tried, 1.0
    for rank, place in zip(range(tried, 0, -1), by_size, strict=True):
        least = min(least, p_values[place] * tried / rank)
        found[place] = least
    return found
