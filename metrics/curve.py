"""Cumulative incidence: the share that has reached something by when, while leaving competes with it, and how sure it is.

Source: Aalen and Johansen (1978); variance by the delta method (Dinse and Larson 1986, Marubini and Valsecchi 1995), its interval on
the scale of log(−log). A person who is still open when the data ends counts for as long as they were seen, and no longer.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import exp, log, sqrt
from typing import Any, Final

from metrics.intervals import Interval, Z, wilson

REACHED: Final = "reached"
LEFT: Final = "left"
ROUNDING: Final = 1e-10  # nearer to 0 or 1 than that is a sum's last digits


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A step of a curve: the share up to this second, its 95 % interval, and how many had been followed until then."""

    seconds: int
    share: float
    low: float | None
    high: float | None
    at_risk: int

    def to_json(self) -> dict[str, Any]:
        return {"seconds": self.seconds, "share": self.share, "low": self.low, "high": self.high, "at_risk": self.at_risk}


@dataclass(frozen=True, slots=True, kw_only=True)
class Incidence:
    """One group's two curves, and how many of whom they are made of.

    entered: who counts, = reached + left + stayed (the whole time, neither reached nor left) + still_open (not yet known).
    set_aside, straight: who is told apart; straight came to the later stage without a stage before it.   followed_seconds: how long the
    one followed longest was.   is_whole: whether the curve is known until the window's end.   middle, ninth_tenth: the seconds after which
    half, and nine tenths, of everyone had reached it (None: they never did), middle_low and middle_high the bounds of the first.
    """

    group: str
    straight: int
    set_aside: int
    reached: int
    left: int
    stayed: int
    still_open: int
    followed_seconds: int
    is_whole: bool
    half_seconds: int | None
    p90_seconds: int | None
    middle: int | None
    middle_low: int | None
    middle_high: int | None
    ninth_tenth: int | None
    curve: tuple[Step, ...]
    left_curve: tuple[Step, ...]

    @property
    def entered(self) -> int:
        """Everyone who counts."""
        return self.reached + self.left + self.stayed + self.still_open

    @property
    def share(self) -> float | None:
        """The share that reached it by the window's end; None while that cannot be known."""
        return _last_share(self.curve) if self.is_whole else None

    @property
    def left_share(self) -> float | None:
        """The share that left by the window's end; None while that cannot be known."""
        return _last_share(self.left_curve) if self.is_whole else None

    @property
    def interval(self) -> Interval | None:
        """The 95 % interval of the share."""
        if not self.is_whole:
            return None
        if not self.curve:
            return wilson(0, self.left + self.stayed)
        last = self.curve[-1]
        return (last.low, last.high) if last.low is not None and last.high is not None else None


def incidences(rows: Iterable[Mapping[str, Any]], window: int) -> list[Incidence]:
    """Returns the curves of each group from the rows of the figure `incidence`, the largest group first."""
    by_group: dict[str, list[Mapping[str, Any]]] = {}
    for row in rows:
        by_group.setdefault(row["split_1"], []).append(row)
    made = [_incidence(group, of_group, window) for group, of_group in by_group.items()]
    return sorted(made, key=lambda one: (-one.entered, one.group))


def share_interval(share: float, variance: float, at_risk: int) -> Interval | None:
    """Returns the 95 % interval of a cumulative share, within 0 and 1; at 0 and 1 that of as many sure answers as were followed."""
    if variance < ROUNDING**2 or not ROUNDING < share < 1 - ROUNDING:
        return wilson(round(share * at_risk), at_risk)
    reach = Z * sqrt(variance) / (share * abs(log(share)))
    return share ** exp(reach), share ** exp(-reach)


def _incidence(group: str, rows: list[Mapping[str, Any]], window: int) -> Incidence:
    first = rows[0]
    reached = [row for row in rows if row["ending"] == REACHED]
    followed = first["followed_seconds"] or 0
    return Incidence(
        group=group,
        straight=first["straight"],
        set_aside=first["set_aside"],
        reached=first["reached"],
        left=first["gone"],
        stayed=first["stayed"],
        still_open=first["still_open"],
        followed_seconds=followed,
        is_whole=first["final_still"] is not None and (followed >= window or first["final_still"] == 0),
        half_seconds=reached[0]["half_seconds"] if reached else None,
        p90_seconds=reached[0]["p90_seconds"] if reached else None,
        middle=reached[0]["middle"] if reached else None,
        middle_low=reached[0]["middle_low"] if reached else None,
        middle_high=reached[0]["middle_high"] if reached else None,
        ninth_tenth=reached[0]["ninth_tenth"] if reached else None,
        curve=tuple(_step(row) for row in reached),
        left_curve=tuple(_step(row) for row in rows if row["ending"] == LEFT),
    )


def _step(row: Mapping[str, Any]) -> Step:
    low, high = share_interval(row["share"], row["variance"], row["at_risk"]) or (None, None)
    return Step(seconds=row["seconds"], share=row["share"], low=low, high=high, at_risk=row["at_risk"])


def _last_share(curve: tuple[Step, ...]) -> float:
    return curve[-1].share if curve else 0.0
