"""Intervals against textbook values and against slow, plain recalculation."""

from collections import defaultdict
from fractions import Fraction
from math import comb, sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.intervals import (
    Sums,
    cluster_variance,
    effective_n,
    mean,
    median_ranks,
    newcombe,
    normal_probability,
    nps,
    proportion,
    t_probability,
    t_quantile,
    total_difference,
    wilson,
)

Z = 1.959963984540054


def sums(rows: list[tuple[int, float]]) -> Sums:
    """Adds up rows of (customer, value) the plain way."""
    totals: dict[int, float] = defaultdict(float)
    counts: dict[int, int] = defaultdict(int)
    for customer, value in rows:
        totals[customer] += value
        counts[customer] += 1
    return Sums(
        n=len(rows),
        clusters=len(totals),
        total=sum(value for _, value in rows),
        squares=sum(value * value for _, value in rows),
        cluster_totals=sum(total * total for total in totals.values()),
        cluster_counts=sum(count * count for count in counts.values()),
        cluster_products=sum(totals[customer] * counts[customer] for customer in totals),
    )


@pytest.mark.parametrize(
    ("hits", "n", "low", "high"),
    # Newcombe (1998), Statistics in Medicine 17:857, table I, method 3 (the score method without correction)
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_wilsons_interval_is_newcombes_table(hits: int, n: int, low: float, high: float) -> None:
    assert wilson(hits, n) == pytest.approx((low, high), abs=5e-5)


@pytest.mark.parametrize(
    ("first", "second", "low", "high"),
    # Newcombe (1998), Statistics in Medicine 17:873, table II, method 10
    [((56, 70), (48, 80), 0.0524, 0.3339), ((9, 10), (3, 10), 0.1705, 0.8090), ((10, 10), (0, 10), 0.6075, 1.0)],
)
def test_newcombes_interval_is_his_table(first: tuple[int, int], second: tuple[int, int], low: float, high: float) -> None:
    (one, of_one), (other, of_other) = first, second
    theirs, ours = wilson(one, of_one), wilson(other, of_other)
    assert theirs
    assert ours
    assert newcombe((one / of_one, theirs), (other / of_other, ours)) == pytest.approx((low, high), abs=5e-5)


@given(st.integers(1, 500), st.data())
def test_wilsons_bounds_solve_the_score_equation(n: int, data: st.DataObject) -> None:
    hits = data.draw(st.integers(0, n))
    interval = wilson(hits, n)
    assert interval is not None
    for bound in interval:
        if 1e-9 < bound < 1 - 1e-9:
            assert abs(hits / n - bound) == pytest.approx(Z * sqrt(bound * (1 - bound) / n), abs=1e-9)
    assert interval[0] - 1e-12 <= hits / n <= interval[1] + 1e-12


def test_no_rows_have_no_interval() -> None:
    nothing = sums([])
    assert (wilson(0, 0), proportion(nothing), nps(nothing), mean(nothing), median_ranks(0)) == (None,) * 5


@pytest.mark.parametrize(
    ("degrees", "quantile"),
    [
        (1, 12.7062),
        (2, 4.3027),
        (3, 3.1824),
        (4, 2.7764),
        (5, 2.5706),
        (9, 2.2622),
        (10, 2.2281),
        (30, 2.0423),
        (120, 1.9799),
        (9999, 1.96),
    ],
)
def test_students_quantiles_are_those_of_the_table(degrees: int, quantile: float) -> None:
    assert t_quantile(degrees) == pytest.approx(quantile, abs=5e-5)


def test_students_distribution_becomes_the_normal_one() -> None:
    assert t_probability(1.5, 2000) == pytest.approx(normal_probability(1.5), abs=3e-4)
    assert normal_probability(Z) == pytest.approx(0.95, abs=1e-12)


def test_a_mean_has_the_t_interval() -> None:
    values = [4.0, 5.0, 6.0, 7.0, 8.0]  # mean 6, standard error 1.5811 / √5
    half = 2.7764 * sqrt(2.5 / 5)
    assert mean(sums(list(enumerate(values)))) == pytest.approx((6 - half, 6 + half), abs=1e-3)


@pytest.mark.parametrize(
    ("promoters", "passives", "detractors"), [(50, 30, 20), (1, 0, 0), (0, 0, 12), (400, 250, 110), (7, 7, 7)]
)
def test_the_nps_interval_adds_three_answers(promoters: int, passives: int, detractors: int) -> None:
    points = [100.0] * promoters + [0.0] * passives + [-100.0] * detractors
    n = len(points) + 3
    p, d = (promoters + 0.75) / n, (detractors + 0.75) / n
    middle, error = 100 * (p - d), 100 * sqrt((p + d - (p - d) ** 2) / n)
    expected = max(-100.0, middle - Z * error), min(100.0, middle + Z * error)
    assert nps(sums(list(enumerate(points)))) == pytest.approx(expected)


@given(st.lists(st.sampled_from([100.0, 0.0, -100.0]), min_size=1, max_size=60))
def test_a_score_never_leaves_its_scale(points: list[float]) -> None:
    interval = nps(sums(list(enumerate(points))))
    assert interval is not None
    assert -100 <= interval[0] <= interval[1] <= 100


@given(st.integers(1, 300))
def test_the_ranks_around_a_median_are_the_narrowest_that_hold_it(n: int) -> None:
    ranks = median_ranks(n)
    least = 0
    while sum(comb(n, k) for k in range(least + 1)) * 40 <= 2**n:
        least += 1
    assert ranks == ((least, n + 1 - least) if least else None)
    if ranks:
        held = Fraction(sum(comb(n, k) for k in range(ranks[0], ranks[1])), 2**n)
        assert held >= Fraction(95, 100)


def test_the_ranks_of_many_rows_go_on_where_the_exact_ones_end() -> None:
    low_exact, low_next = median_ranks(1000), median_ranks(1001)
    assert low_exact is not None
    assert low_next is not None
    assert abs(low_next[0] - low_exact[0]) <= 1


@given(st.lists(st.tuples(st.integers(0, 8), st.floats(-10, 10)), min_size=3, max_size=40))
def test_the_variance_between_customers_is_the_linearised_ratio(rows: list[tuple[int, float]]) -> None:
    told = sums(rows)
    customers = {customer for customer, _ in rows}
    if len(customers) < 2:
        assert cluster_variance(told) == 0
        return
    average = sum(value for _, value in rows) / len(rows)
    residuals = {one: sum(value - average for customer, value in rows if customer == one) for one in customers}
    expected = len(customers) / (len(customers) - 1) * sum(each**2 for each in residuals.values()) / len(rows) ** 2
    assert cluster_variance(told) == pytest.approx(expected, abs=1e-9)


def test_asking_the_same_people_again_adds_no_certainty() -> None:
    once = sums([(customer, float(customer % 2)) for customer in range(40)])
    twice = sums([(customer, float(customer % 2)) for customer in range(40) for _ in range(3)])
    assert effective_n(once) == 40
    assert effective_n(twice) == pytest.approx(40 * 39 / 40, rel=0.03)
    low, high = proportion(once) or (0, 0)
    low_again, high_again = proportion(twice) or (0, 0)
    assert high_again - low_again == pytest.approx(high - low, rel=0.05)


def test_a_change_of_counts_is_judged_by_how_many_there_were() -> None:
    now, before = sums([(one, 1.0) for one in range(120)]), sums([(one, 1.0) for one in range(100)])
    half = Z * sqrt(220)
    assert total_difference(now, before, of_counts=True) == pytest.approx((20 - half, 20 + half))
