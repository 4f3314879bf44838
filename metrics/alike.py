"""Two sides compared among those who are alike: a share and a mean, standardised to one side over exact strata.

Each stratum that holds somebody of both sides counts as often as it holds those of the first side (Miettinen 1972, "Standardization of
risk ratios"): what is told is how the others would stand in the first side's proportions. A standardised share has Wilson's interval
with as many rows as it is worth, (Σ weights)² ÷ Σ weights² (Kish 1965; Korn and Graubard 1998), which takes the variance between strata
for chance, too: wider than it had to be, not narrower, and it never collapses where a stratum holds one. Differences are recovered from
both intervals (Zou and Donner 2008), of shares thereby as Newcombe's (1998).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

from metrics.answer import Value
from metrics.intervals import t_quantile, wilson


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """Those of one side in a stratum: how many, of whom lost, of whom valued; total, squares: of the changes of the valued ones."""

    n: int = 0
    lost: int = 0
    valued: int = 0
    total: float = 0.0
    squares: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """A stratum: those of the first side, and those like them of the other."""

    first: Side
    other: Side


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """Both sides' values; of the other's n and customers are those it was made of, `worth` how many rows it is worth."""

    first: Value
    other: Value
    worth: float


def shares(pairs: Sequence[Pair]) -> Compared:
    """Returns the share lost of both sides, the other's in the first one's proportions; no value where nobody is alike."""
    alike = [pair for pair in pairs if pair.first.n and pair.other.n]
    weights = [(float(pair.first.n), pair.other.n) for pair in alike]
    n, lost = sum(pair.first.n for pair in alike), sum(pair.first.lost for pair in alike)
    others, others_lost = sum(pair.other.n for pair in alike), sum(pair.other.lost for pair in alike)
    worth = _worth(weights)
    share = sum(pair.first.n * pair.other.lost / pair.other.n for pair in alike) / n if n else None
    return Compared(
        first=_share(lost / n if n else None, n, float(n), lost), other=_share(share, others, worth, others_lost), worth=worth
    )


def changes(pairs: Sequence[Pair]) -> Compared:
    """Returns the mean change of both sides, of those of known value alone; no interval on one row, or where nothing varies."""
    alike = [pair for pair in pairs if pair.first.valued and pair.other.valued]
    n, others = sum(pair.first.valued for pair in alike), sum(pair.other.valued for pair in alike)
    worth = _worth([(float(pair.first.valued), pair.other.valued) for pair in alike])
    shared = [pair.first.valued / pair.other.valued for pair in alike]
    first = _mean(sum(pair.first.total for pair in alike), sum(pair.first.squares for pair in alike), n, n, float(n))
    total = sum(part * pair.other.total for part, pair in zip(shared, alike, strict=True))
    squares = sum(part * pair.other.squares for part, pair in zip(shared, alike, strict=True))
    return Compared(first=first, other=_mean(total, squares, n, others, worth), worth=worth)


def _worth(weights: Sequence[tuple[float, int]]) -> float:
    """Returns how many independent rows a standardised value is worth: strata of a weight each, spread over so many rows."""
    spread = sum(weight * weight / n for weight, n in weights)
    return sum(weight for weight, _ in weights) ** 2 / spread if spread else 0.0


def _share(share: float | None, n: int, worth: float, lost: int) -> Value:
    low, high = (wilson(share * worth, worth) if share is not None else None) or (None, None)
    return Value(value=share, n=n, customers=n, low=low, high=high, numerator=float(lost), denominator=float(n))


def _mean(total: float, squares: float, weight: float, n: int, worth: float) -> Value:
    """Returns a mean, in the proportions of `weight` rows, with Student's t interval of as many rows as it is worth."""
    if not weight:
        return Value(value=None, n=0, customers=0)
    mean = total / weight
    variance = max(0.0, squares / weight - mean * mean)
    if worth < 2 or variance <= 1e-9 * max(1.0, mean * mean):
        return Value(value=mean, n=n, customers=n)
    half = t_quantile(int(worth) - 1) * sqrt(variance / (worth - 1))
    return Value(value=mean, n=n, customers=n, low=mean - half, high=mean + half)
