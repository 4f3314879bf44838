"""The curve of who is still with us: scipy's as a second opinion, the edges, and the chance to leave between two ages."""

from collections import Counter
from random import Random
from warnings import catch_warnings, simplefilter

import numpy as np
import pytest
from scipy.stats import CensoredData, ecdf

from metrics.kaplan_meier import MONTH_DAYS, Survival, cuts, survival


def curve_of(lives: list[tuple[int, int, bool]]) -> Survival:
    """The curve of (seen from, seen until, lost then)."""
    came, gone = Counter(late for late, _, _ in lives), Counter(until for _, until, _ in lives)
    lost = Counter(until for _, until, is_lost in lives if is_lost)
    return survival((age, came[age], lost[age], gone[age]) for age in sorted({*came, *gone}))


@pytest.mark.parametrize("seed", range(6))
def test_scipy_draws_the_same_curve_and_band(seed: int) -> None:
    draw = Random(seed)
    lives = [(0, draw.randint(1, 40), draw.random() < 0.6) for _ in range(draw.choice((3, 30, 300)))]
    lost = np.array([float(until) for _, until, is_lost in lives if is_lost])
    seen = np.array([float(until) for _, until, is_lost in lives if not is_lost])
    theirs = ecdf(CensoredData(uncensored=lost, right=seen)).sf
    with np.errstate(all="ignore"), catch_warnings():
        simplefilter("ignore", RuntimeWarning)  # where the share is 0 or 1 there is no band
        band = theirs.confidence_interval(method="log-log")
    for step in curve_of(lives).steps:
        place = int(np.flatnonzero(theirs.quantiles == step.days)[0])
        assert step.share == pytest.approx(theirs.probabilities[place], abs=1e-12)
        if step.low is not None:
            assert (step.low, step.high) == (
                pytest.approx(band.low.probabilities[place]), pytest.approx(band.high.probabilities[place]),
            )  # fmt: skip


def test_who_is_seen_late_is_at_risk_from_then_on_only() -> None:
    """Two from the beginning, of whom one is lost on day 10; two seen from day 9 on, of whom one is lost on day 10, too."""
    curve = curve_of([(0, 10, True), (0, 20, False), (9, 10, True), (10, 20, False)])
    assert [(step.days, step.at_risk, step.lost) for step in curve.steps] == [(10, 3, 2)]
    assert curve.share(9).value == 1
    assert curve.share(10).value == pytest.approx(1 / 3)
    assert curve.share(21).value is None


def test_nobody_and_one() -> None:
    assert curve_of([]).share(1).value is None
    assert curve_of([]).median_days is None
    alone = curve_of([(0, 5, True)])
    assert (alone.share(4).value, alone.share(5).value, alone.median_days) == (1, 0, 5)
    assert alone.share(4).low == pytest.approx(0.2065, abs=1e-4)
    assert alone.share(5).high == pytest.approx(0.7935, abs=1e-4)
    assert curve_of([(0, 0, False)]).share(0).value == 1


def test_a_constant_chance_to_leave_is_found_between_any_two_ages() -> None:
    monthly = 0.02
    daily = 1 - (1 - monthly) ** (1 / MONTH_DAYS)
    draw, lives = Random(3), []
    for _ in range(20_000):
        day = next((day for day in range(1, 401) if draw.random() < daily), 0)
        lives.append((0, day or 400, bool(day)))
    curve = curve_of(lives)
    for stretch in cuts([100, 200], curve.last_days):
        found = curve.leaving(*stretch)
        assert found.low is not None
        assert found.high is not None
        assert found.low < monthly < found.high
        assert found.per_month == pytest.approx(monthly, abs=0.003)
    assert sum(curve.leaving(*stretch).lost for stretch in cuts([100, 200], curve.last_days)) == curve.lost


def test_thinning_keeps_exact_steps_and_the_last() -> None:
    curve = curve_of([(0, day, True) for day in range(1, 1001)])
    shown = curve.thinned(200)
    assert len(shown) == 200
    assert shown[-1] == curve.steps[-1]
    assert set(shown) <= set(curve.steps)
