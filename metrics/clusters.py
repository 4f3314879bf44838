"""The sums that a value and its interval are made of, of every group and of all together, from rows told as numbers.

Sorted by group and customer, the rows that a customer has in a group, a cluster, lie together, and so do the clusters of a group.
Sorting half a million rows takes a tenth of what a table of as many customers and groups takes to fill (docs/decisions/0012).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.int64]
Values = NDArray[Any]
Sums = dict[str, Any]

BYTE: Final = 8
KEY_BITS: Final = 62
SPARSE: Final = 16  # as many numbers per row, and more, are not worth a table


def sums_of_groups(customers: NDArray[Any], groups: Numbers, values: Values) -> tuple[Mapping[int, Sums], Sums]:
    """Returns the sums of every group that has rows, and of all together, where a customer of several groups is one cluster.

    customers: a number each, above 0 where it is known who they are; at least one row.   groups: from 0 on.   values: whole numbers
    of a byte (int8), or any (float64), none where it is no number.
    n, clusters, customers, total, squares, cluster_totals, cluster_counts, cluster_products: see metrics.intervals.Sums.
    """
    numbers, first_known = _numbered(customers, 1)
    names, places = _named(groups)
    bits = int(numbers.max()).bit_length()
    values = values if values.dtype == np.int8 else np.nan_to_num(values.astype(np.float64))
    keys, ordered = _together(places << bits | numbers, values)
    found = _by_place(keys, ordered, bits, first_known)
    return {int(names[place]): sums for place, sums in found.items()}, _of_all(numbers, values, first_known)


def _numbered(told: NDArray[Any], at_least: int) -> tuple[Numbers, int]:
    """Returns numbers from 0 on in the same order, and the first of them that stands for at least so much."""
    lowest, highest = int(told.min()), int(told.max())
    if highest - lowest < SPARSE * len(told) + 1_000:
        return told.astype(np.int64) - lowest, at_least - lowest
    distinct, numbers = np.unique(told, return_inverse=True)
    return numbers, int(np.searchsorted(distinct, at_least))


def _named(groups: Numbers) -> tuple[Numbers, Numbers]:
    """Returns the groups that there may be, and each row's place among them."""
    if int(groups.max()) < SPARSE * len(groups) + 1_000:
        return np.arange(int(groups.max()) + 1), groups
    names, places = np.unique(groups, return_inverse=True)
    return names, places


def _together(keys: Numbers, values: Values) -> tuple[Numbers, Values]:
    """Returns the keys in order, with their values beside them; a small value is sorted as a part of its key."""
    if values.dtype != np.int8 or int(keys.max()).bit_length() + BYTE > KEY_BITS:
        order = np.argsort(keys)
        return keys[order], values[order]
    keys <<= BYTE
    keys |= values.astype(np.int16) + 128
    keys.sort()
    values = (keys & 255) - 128
    keys >>= BYTE
    return keys, values


def _starts(keys: Numbers) -> Numbers:
    """Returns where in ordered keys each one begins."""
    is_first = np.empty(len(keys), bool)
    is_first[0] = True
    np.not_equal(keys[1:], keys[:-1], out=is_first[1:])
    return np.flatnonzero(is_first)


def _by_place(keys: Numbers, values: Values, bits: int, first_known: int) -> dict[int, Sums]:
    starts = _starts(keys)
    sizes, totals, keys = np.diff(starts, append=len(keys)), np.add.reduceat(values, starts), keys[starts]
    places = keys >> bits
    of_places = _starts(places)
    squares = np.add.reduceat(values * values, starts[of_places])
    known = (keys & ((1 << bits) - 1)) >= first_known
    columns = {
        "n": np.add.reduceat(sizes, of_places),
        "clusters": np.diff(of_places, append=len(places)),
        "customers": np.add.reduceat(known, of_places, dtype=np.int64),
        "total": np.add.reduceat(totals, of_places).astype(np.float64),
        "squares": squares.astype(np.float64),
        "cluster_totals": np.add.reduceat(totals * totals, of_places).astype(np.float64),
        "cluster_counts": np.add.reduceat(sizes * sizes, of_places).astype(np.float64),
        "cluster_products": np.add.reduceat(totals * sizes, of_places).astype(np.float64),
    }
    rows = zip(*(column.tolist() for column in columns.values()), strict=True)
    return dict(zip(places[of_places].tolist(), (dict(zip(columns, row, strict=True)) for row in rows), strict=True))


def _of_all(numbers: Numbers, values: Values, first_known: int) -> Sums:
    sizes = np.bincount(numbers)
    totals = np.bincount(numbers, weights=values)
    whole = values.astype(np.float64)
    return {
        "n": len(numbers),
        "clusters": int(np.count_nonzero(sizes)),
        "customers": int(np.count_nonzero(sizes[max(0, first_known) :])),
        "total": float(whole.sum()),
        "squares": float((whole * whole).sum()),
        "cluster_totals": float((totals * totals).sum()),
        "cluster_counts": float((sizes * sizes).sum()),
        "cluster_products": float((totals * sizes).sum()),
    }
