"""How likely a customer is to end a contract: what is looked at, in words, and how a model of it is fitted and put right.

Only what was known on a day says something about the days after it. A model stands on a day: it learns from earlier months whose
outcome was known by then, and its chances are put right by the newest of these, which it has not learnt from.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from metrics.language import later
from metrics.models import logistic
from metrics.models.calibration import Recalibration, recalibrated
from metrics.models.logistic import Logistic
from metrics.scores import EVENTS_PER_PARAMETER, Array

Columns = Mapping[str, NDArray[Any]]

RECENT_MONTHS: Final = 3  # that put the chances right, and that a model is held against
LEAST_EVENTS: Final = 50  # that put the chances right
MOST_REASONS: Final = 3
CLEAR: Final = 0.1  # of the logarithm of the odds: a smaller share in a risk is not told as a reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Feature:
    """One thing known of a customer, as a number: what is said where much of it raises the risk, and where little does (or nothing)."""

    name: str
    of: Callable[[Columns], Array]
    more: str = ""
    less: str = ""


def _tenure(name: str, begins: int, ends: int, words: str) -> Feature:
    def of(told: Columns) -> Array:
        return np.asarray((told["tenure_days"] >= begins) & (told["tenure_days"] < ends), dtype=np.float64)

    return Feature(name=name, of=of, more=words)


def _amount(column: str, more: str, less: str = "") -> Feature:
    return Feature(name=column, of=lambda told: np.log1p(told[column].astype(np.float64)), more=more, less=less)


def _points(name: str, points: float, more: str) -> Feature:
    return Feature(name=name, of=lambda told: np.asarray(told["nps_points"] == points, dtype=np.float64), more=more)


def _value(told: Columns) -> Array:
    """The logarithm of the value a year; one that is not known counts as the middle one."""
    value = told["value_a_year"].astype(np.float64)
    is_known = ~np.isnan(value)
    middle = float(np.median(value[is_known])) if is_known.any() else 0.0
    return np.log1p(np.maximum(0.0, np.where(is_known, value, middle)))


FEATURES: Final = (
    _tenure("new", 0, 90, later("under contract for less than three months")),
    _tenure("first_year", 90, 270, later("in the first year of the contract")),
    _tenure("first_year_ends", 270, 365, later("the first year of the contract ends soon")),
    _tenure("first_year_over", 365, 455, later("the first year of the contract is just over")),
    _tenure("second_year", 455, 730, later("in the second year of the contract")),
    _amount("contracts", later("several contracts"), later("one contract only")),
    Feature(name="value_a_year", of=_value, more=later("brings more than most"), less=later("brings less than most")),
    Feature(name="has_returned", of=lambda told: told["has_returned"].astype(np.float64), more=later("left once before")),
    _amount("requests", later("asked for help in the last 90 days"), later("did not ask for help in the last 90 days")),
    _amount("complaints", later("complained in the last 90 days")),
    _amount("open_requests", later("waits for a solution")),
    _amount("broken_promises", later("a promise was broken in the last 90 days")),
    _amount("contacts", later("was often in touch in the last 90 days"), later("was hardly in touch in the last 90 days")),
    _amount("orders", later("ordered in the last 90 days"), later("ordered nothing in the last 90 days")),
    Feature(name="answered", of=lambda told: np.asarray(~np.isnan(told["nps_points"].astype(np.float64)), dtype=np.float64)),
    _points("detractor", -100, later("would not recommend us")),
    _points("promoter", 100, later("would recommend us")),
)  # fmt: skip
LEAST_TRAINED: Final = EVENTS_PER_PARAMETER * (len(FEATURES) + 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """Accounts on days of the past: what was known (rows × features), whose, which day, and whether the contract ended in time."""

    features: Array
    accounts: NDArray[np.int64]
    days: NDArray[np.int64]
    has_ended: Array

    @classmethod
    def of(cls, told: Columns) -> Panel:
        """Returns the panel of a figure's rows."""
        return cls(
            features=features_of(told),
            accounts=told["account"].astype(np.int64),
            days=told["day_no"].astype(np.int64),
            has_ended=told["has_ended"].astype(np.float64),
        )

    def where(self, chosen: NDArray[np.bool_]) -> Panel:
        """Returns some of its rows."""
        return Panel(
            features=self.features[chosen],
            accounts=self.accounts[chosen],
            days=self.days[chosen],
            has_ended=self.has_ended[chosen],
        )

    @property
    def leavers(self) -> int:
        """How many accounts ended in it, each counted once."""
        return len(np.unique(self.accounts[self.has_ended > 0]))


@dataclass(frozen=True, slots=True, kw_only=True)
class Risk:
    """A model that stands on a day: its weights, what puts its chances right, and what both were made from.

    base: the share that ended in the months that put it right.   error: the relative standard error of that share.
    """

    model: Logistic
    right: Recalibration
    base: float
    error: float
    rows: int
    leavers: int
    first_day: int
    last_day: int

    def chances(self, features: Array) -> Array:
        """Returns the chance of each row to end within the time ahead."""
        return self.right(self.model.chances(features))


def features_of(told: Columns) -> Array:
    """Returns rows × FEATURES of a figure's rows."""
    return np.column_stack([feature.of(told) for feature in FEATURES])


def fitted(panel: Panel, ahead: int, lag: int, on_day: int | None = None) -> Risk | None:
    """Returns the model that stands on a day (None: now), or None where too few have ended to tell.

    ahead: days foretold.   lag: days until an end is known for sure.
    """
    known = panel if on_day is None else panel.where(panel.days + ahead + lag <= on_day)
    months = np.unique(known.days)
    if len(months) <= RECENT_MONTHS:
        return None
    first_recent = int(months[-RECENT_MONTHS])
    recent = known.where(known.days >= first_recent)
    older = known.where(known.days + ahead + lag <= first_recent)  # none whose outcome reaches into the recent ones
    if older.leavers < LEAST_TRAINED or recent.leavers < LEAST_EVENTS:
        return None
    model = logistic.fit(older.features, older.has_ended)
    right = recalibrated(model.chances(recent.features), recent.has_ended) if model else None
    if model is None or right is None:
        return None
    return Risk(
        model=model,
        right=right,
        base=float(recent.has_ended.mean()),
        error=float(1 / np.sqrt(recent.leavers)),
        rows=len(older.days),
        leavers=older.leavers,
        first_day=int(older.days.min()),
        last_day=int(recent.days.max()),
    )


def reasons(risk: Risk, features: Array) -> list[str]:
    """Returns in words what raises one customer's risk most above the mean customer's: the largest clear contributions, at most three."""
    told = _strongest(risk, features[None, :])[0]
    return [_words(place) for place in told if place >= 0]


def often(risk: Risk, features: Array) -> list[tuple[str, int]]:
    """Returns what raises the risk of these customers, with how many of them it is a reason for, the most frequent first."""
    told = _strongest(risk, features)
    places, counts = np.unique(told[told >= 0], return_counts=True)
    ranked = sorted(zip((-counts).tolist(), places.tolist(), strict=True))
    return [(_words(place), -count) for count, place in ranked]


def _strongest(risk: Risk, features: Array) -> NDArray[np.int64]:
    """Returns the largest clear contributions of each row that there are words for: 2 × feature, plus 1 for little of it; −1 for none."""
    shares = risk.model.contributions(features)
    is_little = features <= risk.model.means
    has_words = np.where(is_little, [bool(feature.less) for feature in FEATURES], [bool(feature.more) for feature in FEATURES])
    clear = np.where(has_words & (shares >= CLEAR), shares, -np.inf)
    ranked = np.argsort(-clear, axis=1, kind="stable")[:, :MOST_REASONS]
    found = 2 * ranked + np.take_along_axis(is_little, ranked, axis=1)
    return np.where(np.isfinite(np.take_along_axis(clear, ranked, axis=1)), found, -1)


def _words(place: int) -> str:
    feature = FEATURES[place // 2]
    return feature.less if place % 2 else feature.more
