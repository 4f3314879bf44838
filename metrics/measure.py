"""From the sums of a figure's row to a value with its interval, and from two of them to a change."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from metrics import intervals
from metrics.answer import Change, Value
from metrics.intervals import Interval, Sums
from metrics.metric import Metric


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """A value with the sums it was made of."""

    value: Value
    sums: Sums


def worth(metric: Metric, sums: Sums, customers: int) -> Value:
    """Returns the value that a metric's aggregate makes of its sums, with its interval."""
    if metric.aggregate == "customers":
        return Value(value=float(customers), n=customers, customers=customers)
    if metric.aggregate == "count":
        return Value(value=float(sums.n), n=sums.n, customers=customers)
    if metric.aggregate == "sum":
        return Value(value=sums.total, n=sums.n, customers=customers)
    low, high = _INTERVALS[metric.interval](sums) or (None, None)
    scale = 100 if metric.unit == "nps" else 1
    return Value(
        value=sums.mean,
        n=sums.n,
        customers=customers,
        low=low,
        high=high,
        numerator=sums.total / scale,
        denominator=float(sums.n),
    )


def nothing(metric: Metric) -> Measured:
    """Returns what a metric says of no rows at all."""
    sums = Sums(n=0, clusters=0, total=0.0, squares=0.0, cluster_totals=0.0, cluster_counts=0.0, cluster_products=0.0)
    if metric.aggregate == "median":
        return Measured(value=Value(value=None, n=0, customers=0), sums=sums)
    return Measured(value=worth(metric, sums, 0), sums=sums)


def difference(metric: Metric, now: Measured, before: Measured) -> Change:
    """Returns the change of a metric's value with its interval; clear when 0 lies outside."""
    if now.value.value is None or before.value.value is None:
        return Change(value=None)
    found = _interval_of_difference(metric, now, before)
    change = now.value.value - before.value.value
    if found is None:
        return Change(value=change)
    return Change(value=change, low=found[0], high=found[1], clear=found[0] > 0 or found[1] < 0)


def sums_of(row: Mapping[str, Any]) -> Sums:
    """Returns the sums of a row of the rollup or trend figure."""
    names = ("total", "squares", "cluster_totals", "cluster_counts", "cluster_products")
    return Sums(n=row["n"], clusters=row["clusters"], **{name: steady(row[name]) for name in names})


def steady(total: float) -> float:
    """Returns a sum without the last digits, which depend on the order in which the database's threads added it up."""
    return float(f"{total:.12g}")


def _interval_of_difference(metric: Metric, now: Measured, before: Measured) -> Interval | None:
    if metric.aggregate in ("count", "customers"):
        return intervals.total_difference(now.sums, before.sums, of_counts=True)
    if metric.aggregate == "sum":
        return intervals.total_difference(now.sums, before.sums, of_counts=False)
    if metric.interval == "nps":
        return intervals.nps_difference(now.sums, before.sums)
    if metric.interval == "mean":
        return intervals.mean_difference(now.sums, before.sums)
    return _from_bounds(metric, now.value, before.value)


def _from_bounds(metric: Metric, now: Value, before: Value) -> Interval | None:
    """Newcombe's way for proportions; a median's interval, being of the same shape, is squared and added alike."""
    if metric.interval == "none" or now.low is None or now.high is None or before.low is None or before.high is None:
        return None
    assert now.value is not None
    assert before.value is not None
    return intervals.newcombe((now.value, (now.low, now.high)), (before.value, (before.low, before.high)))


_INTERVALS: Final[Mapping[str, Callable[[Sums], Interval | None]]] = {
    "wilson": intervals.proportion,
    "nps": intervals.nps,
    "mean": intervals.mean,
    "per_1000": intervals.per_thousand,
    "none": lambda sums: None,
    "median": lambda sums: None,
}
