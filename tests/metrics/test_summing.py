"""Sums of groups made of rows as numbers, against plain Python and against the database."""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics import CommandCenter, summing
from metrics.answer import json_ready
from metrics.clusters import sums_of_groups

CUSTOMERS = st.one_of(st.integers(-4, 4), st.sampled_from([-(2**62), 2**62, 2**62 + 1, 2**40]))
GROUPS = st.one_of(st.integers(0, 3), st.sampled_from([70_000, 2**31]))
SMALL, ANY = st.integers(-128, 127), st.sampled_from([0.0, 0.5, -3.25, 1e9, float("nan")])


def sums(rows: list[tuple[int, float]]) -> dict[str, float]:
    """The sums of rows, each a customer and a value, row by row."""
    clusters: dict[int, list[float]] = defaultdict(list)
    for customer, value in rows:
        clusters[customer].append(0.0 if value != value else float(value))
    parts = clusters.values()
    return {
        "n": len(rows),
        "clusters": len(clusters),
        "customers": sum(customer > 0 for customer in clusters),
        "total": sum(sum(part) for part in parts),
        "squares": sum(value * value for part in parts for value in part),
        "cluster_totals": sum(sum(part) ** 2 for part in parts),
        "cluster_counts": sum(len(part) ** 2 for part in parts),
        "cluster_products": sum(sum(part) * len(part) for part in parts),
    }


@given(
    st.one_of(
        st.tuples(st.just(np.int8), st.lists(st.tuples(CUSTOMERS, GROUPS, SMALL), min_size=1, max_size=30)),
        st.tuples(st.just(np.float64), st.lists(st.tuples(CUSTOMERS, GROUPS, ANY), min_size=1, max_size=30)),
    )
)
def test_sums_are_those_of_the_rows(told: tuple[type[Any], list[tuple[int, int, float]]]) -> None:
    kind, rows = told
    customers, groups, values = (list(column) for column in zip(*rows, strict=True))
    found, total = sums_of_groups(np.array(customers, np.int64), np.array(groups, np.int64), np.array(values, kind))
    assert total == pytest.approx(sums([(customer, value) for customer, _, value in rows]))
    assert found.keys() == set(groups)
    for name, of_group in found.items():
        assert of_group == pytest.approx(sums([(customer, value) for customer, group, value in rows if group == name]))


@pytest.mark.parametrize("limit", ["MOST_ROWS", "MOST_NAMES"])
@pytest.mark.parametrize("metric", ["promises_kept", "cases_opened", "value_lost", "orders_placed"])
def test_the_database_sums_the_same(tiny_center: CommandCenter, metric: str, limit: str, monkeypatch: pytest.MonkeyPatch) -> None:
    quick = answers(tiny_center, metric)
    monkeypatch.setattr(summing, limit, 0)
    assert answers(tiny_center, metric) == quick


def answers(center: CommandCenter, metric: str) -> list[Any]:
    """What a metric answers split, cut into pieces and followed through time."""
    first, second, *_ = center.metric(metric).split_by
    asked: tuple[Mapping[str, Any], ...] = (
        {"split_by": (first, second)},
        {"split_by": second, "grain": "month", "most": 1},
        {"split_by": first, "series": 3},
        {"grain": "quarter"},
        {},
    )
    return [json_ready(center.ask(metric, period=period, **one)) for period in ("2026-Q3", "all") for one in asked]
