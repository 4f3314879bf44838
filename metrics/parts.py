"""Exact splits of a change into its parts: who came and how each group did; and the stages of a chain of shares.

Both ways of going from the one period to the other are taken and averaged, so that the parts add up to the change without a remainder
and do not depend on which period is called first.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import prod


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """How many of a group there were in the two periods, and how many of them moved on."""

    now: int
    moved_now: int
    before: int
    moved_before: int

    @property
    def rate_now(self) -> float | None:
        """The share that moved on; None without people."""
        return self.moved_now / self.now if self.now else None

    @property
    def rate_before(self) -> float | None:
        """The share that moved on in the period before; None without people."""
        return self.moved_before / self.before if self.before else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A group's part in a change: by coming in another number than before, and by doing otherwise than before."""

    mix: float
    rate: float


def mix_and_rate(groups: Mapping[str, Group]) -> dict[str, Part]:
    """Returns each group's part in the change of the overall share; empty when one of the periods has nobody.

    mix: change of the group's weight × (its mean rate − the mean overall share).   rate: change of its rate × its mean weight.
    A group that only one period has can only have come or gone: all of its part is mix.
    """
    now, before = sum(one.now for one in groups.values()), sum(one.before for one in groups.values())
    if not now or not before:
        return {}
    overall = (_moved(groups, "now") / now + _moved(groups, "before") / before) / 2
    parts = {}
    for name, one in groups.items():
        weight_now, weight_before = one.now / now, one.before / before
        rate_now, rate_before = _both(one.rate_now, one.rate_before)
        parts[name] = Part(
            mix=(weight_now - weight_before) * ((rate_now + rate_before) / 2 - overall),
            rate=(rate_now - rate_before) * (weight_now + weight_before) / 2,
        )
    return parts


def of_stages(now: Sequence[float | None], before: Sequence[float | None]) -> list[float]:
    """Returns each step's part in the change of the product of their shares.

    A step that nobody came to in one period did as in the other.
    """
    pairs = [_both(share_now, share_before) for share_now, share_before in zip(now, before, strict=True)]
    now_shares, before_shares = [pair[0] for pair in pairs], [pair[1] for pair in pairs]
    return [
        (now_shares[step] - before_shares[step])
        * (
            prod(now_shares[:step]) * prod(before_shares[step + 1 :])
            + prod(before_shares[:step]) * prod(now_shares[step + 1 :])
        )
        / 2
        for step in range(len(pairs))
    ]  # fmt: skip


def _both(now: float | None, before: float | None) -> tuple[float, float]:
    """Returns both; one that is missing is as the other."""
    known = now if now is not None else before
    return (now if now is not None else known or 0.0, before if before is not None else known or 0.0)


def _moved(groups: Mapping[str, Group], when: str) -> int:
    return sum(one.moved_now if when == "now" else one.moved_before for one in groups.values())
