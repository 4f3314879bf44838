"""The models of what customers will do: against published numbers, numerical integration, and invented people whose truth is known."""

import csv
from importlib.util import find_spec
from itertools import pairwise, product
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import check_grad
from scipy.special import beta as beta_function
from scipy.special import hyp1f1, hyp2f1

from metrics.models import bgnbd, logistic
from metrics.models.bgnbd import BgNbd, Fitted, Histories, beta_nodes, fit
from metrics.models.calibration import area_under_curve, bins, brier, recalibrated
from tests.metrics.oracles.bgnbd_oracle import integrated, likelihood_of_one, purchases_of_one

PUBLISHED = BgNbd(r=0.243, alpha=4.414, a=0.793, b=2.426)


def cdnow_tenth() -> Histories:
    """The published tenth of CDNOW's customers, in weeks."""
    spec = find_spec("lifetimes")
    assert spec
    assert spec.submodule_search_locations
    path = Path(spec.submodule_search_locations[0]) / "datasets" / "cdnow_customers_summary.csv"
    with path.open(encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines))
    return Histories.of(*[np.array([float(row[name]) for row in rows]) for name in ("frequency", "recency", "T")])


def one(x: float, recency: float, age: float) -> Histories:
    return Histories.of(np.array([x]), np.array([recency]), np.array([age]))


def invented(model: BgNbd, customers: int, seed: int, ahead: float) -> tuple[Histories, Any]:
    """People who live as the story says, seen for 10 to 40 weeks, and what they bought in the time ahead."""
    draw = np.random.default_rng(seed)
    told, later = [], []
    for _ in range(customers):
        rate, chance, age = draw.gamma(model.r, 1 / model.alpha), draw.beta(model.a, model.b), draw.uniform(10, 40)
        moment, times = 0.0, []
        while True:
            moment += draw.exponential(1 / rate) if rate > 0 else np.inf
            if moment > age + ahead:
                break
            times.append(moment)
            if draw.random() < chance:
                break
        known = [time for time in times if time <= age]
        told.append((len(known), known[-1] if known else 0.0, age))
        later.append(len(times) - len(known))
    return Histories.of(*np.array(told, dtype=float).T), np.array(later)


# ── BG/NBD ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_published_tenth_of_cdnow_gives_the_published_parameters() -> None:
    found = fit(cdnow_tenth())
    assert found
    assert [round(value, 3) for value in (found.model.r, found.model.alpha, found.model.a, found.model.b)] == [
        0.243, 4.414, 0.793, 2.426,
    ]  # fmt: skip
    assert round(found.log_likelihood, 1) == -9582.4
    assert found.at_edge == ()
    assert found.model.expected(one(2, 30.43, 38.86), 39.0)[0] == pytest.approx(1.226, abs=5e-4)  # as the authors' note has it


@pytest.mark.parametrize(("x", "recency", "age"), [(0, 0.0, 3.0), (1, 0.5, 3.0), (2, 2.9, 3.0), (4, 1.0, 6.0)])
def test_the_likelihood_is_that_of_the_story_integrated(x: int, recency: float, age: float) -> None:
    model = BgNbd(r=1.3, alpha=2.2, a=1.4, b=2.1)
    told = integrated(
        lambda rate, chance: likelihood_of_one(rate, chance, x, recency, age), model.r, model.alpha, model.a, model.b, 40.0
    )
    assert model.log_likelihood(one(x, recency, age)) == pytest.approx(np.log(told), rel=1e-6)


@pytest.mark.parametrize(("x", "recency", "age", "ahead"), [(0, 0.0, 3.0, 2.0), (1, 2.5, 3.0, 4.0), (3, 2.0, 6.0, 3.0)])
def test_what_is_expected_is_that_of_the_story_integrated(x: int, recency: float, age: float, ahead: float) -> None:
    model = BgNbd(r=2.0, alpha=2.2, a=2.0, b=3.0)
    nodes, weights = np.polynomial.legendre.leggauss(24)
    likelihood = here = mean = pairs = some = 0.0
    legendre = list(zip((nodes + 1) / 2, weights, strict=True))
    for (rate, at_rate), (chance, at_chance) in product([(8 * at, weight) for at, weight in legendre], legendre):
        prior = at_rate * at_chance * rate * np.exp(-model.alpha * rate) * chance * (1 - chance) ** 2
        likelihood += prior * likelihood_of_one(rate, chance, x, recency, age)
        stayed = prior * rate**x * (1 - chance) ** x * np.exp(-rate * age)
        counts = np.array(purchases_of_one(rate, chance, ahead))
        n = np.arange(len(counts))
        here, mean, pairs = here + stayed, mean + stayed * (counts @ n), pairs + stayed * (counts @ (n * (n - 1)))
        some += stayed * (1 - counts[0])
    told = one(x, recency, age)
    mean, pairs = mean / likelihood, pairs / likelihood
    assert model.alive(told)[0] == pytest.approx(here / likelihood, rel=1e-5)
    assert model.expected(told, ahead)[0] == pytest.approx(mean, rel=1e-5)
    assert model.variance(told, ahead)[0] == pytest.approx(pairs + mean - mean**2, rel=1e-5)
    assert model.buys(told, ahead)[0] == pytest.approx(some / likelihood, rel=1e-5)


@given(
    st.integers(0, 30), st.floats(0, 1), st.floats(0.01, 60), st.floats(0.01, 80),
    st.sampled_from([PUBLISHED, BgNbd(r=2.0, alpha=9.0, a=1.7, b=0.6), BgNbd(r=0.6, alpha=30.0, a=0.05, b=4.0)]),
)  # fmt: skip
@settings(max_examples=100)
def test_what_is_expected_is_the_published_closed_form(x: int, part: float, age: float, ahead: float, model: BgNbd) -> None:
    told = one(x, part * age if x else 0.0, age)
    r, alpha, a, b = model.r, model.alpha, model.a, model.b
    ratio = ((alpha + age) / (alpha + ahead + age)) ** (r + x)
    series = hyp2f1(r + x, b + x, a + b + x - 1, ahead / (alpha + age + ahead))
    closed = (a + b + x - 1) / (a - 1) * (1 - ratio * series) * model.alive(told)[0]
    assert model.expected(told, ahead)[0] == pytest.approx(closed, rel=1e-5, abs=1e-9)


@pytest.mark.parametrize(("a", "b"), [(1.0, 1.0), (0.5, 0.5), (0.02, 7.0), (3.0, 900.0), (2000.0, 5.0)])
def test_the_points_of_a_beta_integrate_its_moments(a: float, b: float) -> None:
    points, weights = beta_nodes(a, b)
    assert weights.sum() == pytest.approx(1)
    for power in (1, 2, 5):
        assert weights @ points**power == pytest.approx(beta_function(a + power, b) / beta_function(a, b), rel=1e-8)
    assert weights @ np.exp(-points) == pytest.approx(hyp1f1(a, a + b, -1.0), rel=1e-10)


def test_the_gradient_is_that_of_the_likelihood() -> None:
    told = Histories.of(np.array([0.0, 1, 3, 8]), np.array([0.0, 2, 5, 30]), np.array([4.0, 4, 9, 31]))
    worst = check_grad(
        lambda at: BgNbd.of_logarithms(at).log_likelihood(told),
        lambda at: BgNbd.of_logarithms(at).gradient(told),
        np.array([-0.5, 1.0, -0.2, 0.7]),
    )
    assert worst < 1e-5


def test_the_truth_of_invented_people_is_found_again_and_their_future_lies_within_its_interval() -> None:
    truth = BgNbd(r=0.9, alpha=6.0, a=0.8, b=3.0)
    told, later = invented(truth, 3000, 7, ahead=15.0)
    found = fit(told)
    assert found
    off = (found.model.logarithms - truth.logarithms) / np.sqrt(np.diag(found.covariance))
    assert np.abs(off).max() < 3
    total, error = found.total(told, 15.0)
    assert abs(later.sum() - total) < 2.5 * error
    assert error == pytest.approx(np.sqrt(found.model.variance(told, 15.0).sum()), rel=0.6)
    for group in bins(found.model.buys(told, 15.0), (later > 0) * 1.0, np.arange(3000), 8):
        assert group.least - 0.02 < group.predicted < group.most + 0.02


def test_equal_histories_told_once_or_each_alone_give_the_same() -> None:
    told = cdnow_tenth()
    together = told.together()
    assert together.customers == told.customers
    assert len(together.repeats) < len(told.repeats)
    assert PUBLISHED.log_likelihood(together) == pytest.approx(PUBLISHED.log_likelihood(told))
    assert together.weight @ PUBLISHED.expected(together, 10) == pytest.approx(PUBLISHED.expected(told, 10).sum())


def test_the_unit_of_time_changes_nothing_but_alpha() -> None:
    told = cdnow_tenth()
    days = Histories(repeats=told.repeats, recency=told.recency * 7, age=told.age * 7, weight=told.weight)
    weeks, again = fit(told), fit(days)
    assert weeks
    assert again
    assert again.model.alpha == pytest.approx(7 * weeks.model.alpha, rel=1e-4)
    assert again.total(days, 7 * 39)[0] == pytest.approx(weeks.total(told, 39)[0], rel=1e-4)


@pytest.mark.parametrize("customers", [0, 1, 50])
def test_people_who_cannot_be_told_apart_give_no_model_or_one_at_its_edge(customers: int) -> None:
    same = Histories.of(np.zeros(customers), np.zeros(customers), np.full(customers, 10.0))
    found = fit(same)
    assert found is None or found.at_edge


def test_where_nobody_leaves_all_are_with_us() -> None:
    draw = np.random.default_rng(3)
    x = draw.poisson(draw.gamma(2.0, 3.0, 400)).astype(float)
    found = fit(Histories.of(x, np.where(x > 0, 49.9, 0.0), np.full(400, 50.0)))
    assert isinstance(found, Fitted)
    assert found.at_edge == ("a", "b")
    assert found.model.alive(one(3, 49.9, 50.0))[0] > 0.99
    assert found.model.r == pytest.approx(2.0, rel=0.3)
    assert found.total(Histories.of(x, np.where(x > 0, 49.9, 0.0), np.full(400, 50.0)), 50.0)[0] == pytest.approx(
        x.sum(), rel=0.01
    )


@pytest.mark.parametrize("seed", [11, 12])
def test_where_all_leave_with_one_chance_that_chance_is_found(seed: int) -> None:
    told, _ = invented(BgNbd(r=1.5, alpha=8.0, a=2000.0, b=8000.0), 2500, seed, ahead=1.0)
    found = fit(told)
    assert found
    assert found.model.a / (found.model.a + found.model.b) == pytest.approx(0.2, abs=0.03)


def test_the_order_of_the_starts_does_not_matter(monkeypatch: pytest.MonkeyPatch) -> None:
    told, _ = invented(BgNbd(r=1.5, alpha=8.0, a=2000.0, b=8000.0), 800, 13, ahead=1.0)
    totals = []
    for starts in (bgnbd.STARTS, bgnbd.STARTS[::-1], bgnbd.STARTS[2:] + bgnbd.STARTS[:2]):
        monkeypatch.setattr(bgnbd, "STARTS", starts)
        found = fit(told)
        assert found
        totals.append((found.at_edge, *(f"{value:.6g}" for value in found.total(told, 20.0))))
    assert len(set(totals)) == 1


# ── logistic regression and calibration ───────────────────────────────────────────────────────────────────────────────


def test_the_weights_of_invented_people_are_found_again() -> None:
    draw = np.random.default_rng(5)
    features = np.column_stack([draw.normal(size=20_000), draw.integers(0, 2, 20_000), np.full(20_000, 4.0)])
    odds = -2.0 + 0.8 * features[:, 0] + 1.5 * features[:, 1]
    happened = (draw.random(20_000) < 1 / (1 + np.exp(-odds))).astype(float)
    found = logistic.fit(features, happened)
    assert found
    assert found.weights[:2] / found.spreads[:2] == pytest.approx([0.8, 1.5], abs=0.1)
    assert found.weights[2] == 0
    assert found.chances(features).mean() == pytest.approx(happened.mean(), abs=1e-6)
    assert brier(found.chances(features), happened) < brier(np.full(20_000, happened.mean()), happened)


def test_the_penalised_likelihood_is_flat_where_it_is_fitted() -> None:
    draw = np.random.default_rng(6)
    features = draw.normal(size=(300, 4))
    happened = (draw.random(300) < 0.3).astype(float)
    found = logistic.fit(features, happened, penalty=3.0)
    assert found
    scaled = (features - found.means) / found.spreads
    slope = scaled.T @ (happened - found.chances(features)) - 3.0 * found.weights
    assert np.abs(slope).max() < 1e-5


def test_a_feature_that_decides_everything_is_held_back_by_the_penalty() -> None:
    features = np.array([[0.0], [0.0], [1.0], [1.0]])
    found = logistic.fit(features, features[:, 0])
    assert found
    assert 0.5 < found.chances(features)[-1] < 1


@pytest.mark.parametrize("happened", [[0.0, 0.0, 0.0], [1.0, 1.0, 1.0], []])
def test_without_both_outcomes_there_is_no_model(happened: list[float]) -> None:
    assert logistic.fit(np.zeros((len(happened), 1)), np.array(happened)) is None


def test_the_area_under_the_curve_counts_the_pairs() -> None:
    chances, happened = np.array([0.1, 0.4, 0.4, 0.8]), np.array([0.0, 1.0, 0.0, 1.0])
    pairs = [
        (p, q) for p, yes in zip(chances, happened, strict=True) if yes for q, no in zip(chances, happened, strict=True) if not no
    ]
    assert area_under_curve(chances, happened) == pytest.approx(
        np.mean([1.0 if p > q else 0.5 if p == q else 0.0 for p, q in pairs])
    )
    assert area_under_curve(chances, np.zeros(4)) is None


def test_the_groups_of_a_calibration_hold_everybody_once_and_ties_together() -> None:
    draw = np.random.default_rng(8)
    chances = np.round(draw.random(997), 2)
    happened = (draw.random(997) < chances).astype(float)
    told = bins(chances, happened, draw.integers(0, 300, 997), 10)
    assert sum(group.n for group in told) == 997
    assert sum(group.observed * group.n for group in told) == pytest.approx(happened.sum())
    assert all(before.high < after.low for before, after in pairwise(told))
    assert all(group.least <= group.observed <= group.most for group in told)


def test_chances_whose_odds_are_wrong_are_put_right_and_their_order_stays() -> None:
    draw = np.random.default_rng(9)
    odds = draw.normal(-2.5, 1.0, 40_000)
    truth, told = 1 / (1 + np.exp(-odds)), 1 / (1 + np.exp(-(2 * odds + 1)))
    happened = (draw.random(40_000) < truth).astype(float)
    right = recalibrated(told, happened)
    assert right
    assert right(told) == pytest.approx(truth, abs=0.03)
    assert np.all(np.diff(right(np.linspace(0, 1, 50))) > 0)
    assert right(told).mean() == pytest.approx(happened.mean(), abs=1e-6)


def test_chances_that_turned_out_to_say_nothing_become_the_share_that_happened() -> None:
    chances, happened = np.array([0.1, 0.2, 0.3, 0.4] * 5), np.array([1.0, 1.0, 0.0, 0.0] * 5)
    right = recalibrated(chances, happened)
    assert right
    assert right(np.array([0.01, 0.9])) == pytest.approx([0.5, 0.5])
    alike = recalibrated(np.full(20, 0.2), happened)
    assert alike
    assert alike(np.array([0.2])) == pytest.approx([0.5])
    assert recalibrated(chances, np.zeros(20)) is None
