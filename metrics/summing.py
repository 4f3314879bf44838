"""How many rows and customers each group of a metric has, and the sums that its value and its interval are made of.

The rows come as numbers and are summed here. A fact that has too many of them to hold, or a split by more names than are quickly
looked through, is summed by the database, group by group; both ways tell the same.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from metrics.clusters import sums_of_groups
from metrics.groups import OTHER, UNKNOWN
from metrics.question import EVERYTHING, Question
from metrics.selection import Period

MOST_ROWS: Final = 12_000_000
MOST_NAMES: Final = 500

SummedRow = Mapping[str, Any]


def summed(
    question: Question, split: Sequence[str], times: Mapping[str, Any], parts: Sequence[Period] = (), most: int = EVERYTHING
) -> list[SummedRow]:
    """Returns a row of all together (is_total), in which a customer is one cluster, and one per group, the largest first.

    times: starts_at and ends_at, both None where undated.   parts: pieces that make up this time, in order and without a gap: each has
    groups of its own, told with at_piece.   most: how many groups of the first split are told by name, the rest is "other".
    Without a row there is nothing.
    """
    view, reading = question.metric.view, question.reading
    names = [reading.names(view.table, column) for column in split]
    if reading.size(view.table) > MOST_ROWS or any(len(known) > MOST_NAMES for known in names):
        return _by_database(question, split, times, parts, most)
    rows = _numbers(question, split, names, times, is_dated=bool(parts))
    if not len(rows["customer_no"]):
        return []
    first, second = [OTHER, *names[0]] if names else [""], [None, *names[1]] if len(names) > 1 else [""]
    groups = np.zeros(len(rows["customer_no"]), np.int64)
    if parts:
        starts = np.array([part.starts_at for part in parts], dtype="datetime64[us]")
        groups += np.searchsorted(starts, rows["happened_at"], side="right") - 1
    if "place_1" in rows:
        groups *= len(first)
        groups += _folded(first, rows["place_1"], most)[rows["place_1"]]
    if "place_2" in rows:
        groups *= len(second)
        groups += rows["place_2"]
    found, total = sums_of_groups(rows["customer_no"], groups, rows["value"])
    told = []
    for group, sums in found.items():
        (rest, place_2), pieces = divmod(group, len(second)), [part.text for part in parts] or [""]
        piece, place_1 = divmod(rest, len(first))
        told.append(_row(pieces[piece], first[place_1], second[place_2], sums))
    order = {part.text: place for place, part in enumerate(parts)}
    told.sort(key=lambda row: (order.get(row["at_piece"], 0), -row["n"], row["split_1"], row["split_2"] is None, row["split_2"]))
    return [{**_row("", "", "", total), "is_total": True}, *told]


def _row(piece: str, split_1: str, split_2: str | None, sums: Mapping[str, Any]) -> dict[str, Any]:
    return {"is_total": False, "at_piece": piece, "split_1": split_1, "split_2": split_2, **sums}


def _numbers(
    question: Question, split: Sequence[str], names: Sequence[Sequence[str]], times: Mapping[str, Any], *, is_dated: bool
) -> dict[str, NDArray[Any]]:
    """Returns the rows: customer_no, value, place_1 and place_2 where they are split, happened_at where that matters."""
    view = question.metric.view
    value = "whole" if question.reading.constant("is_whole", view)[0]["is_whole"] else "value"
    places = [f"place_{number}" for number in range(1, len(split) + 1)]
    rows = question.reading.columns(
        "numbered_rows",
        view,
        question.where,
        split,
        names_1=list(names[0]) if names else [""],
        names_2=list(names[1]) if len(names) > 1 else [""],
        wanted=["customer_no", value, *places, *(["happened_at"] if is_dated else [])],
        **times,
    )
    rows["value"] = rows.pop(value)
    return rows


def _folded(names: Sequence[str], places: NDArray[Any], most: int) -> NDArray[np.int64]:
    """Returns the place under which each name is told: its own, or the first, "other", where there are more than are shown."""
    told = np.arange(len(names))
    told[[place for place, name in enumerate(names) if name == OTHER]] = 0
    sizes: Counter[str] = Counter()
    for place, size in enumerate(np.bincount(places, minlength=len(names)).tolist()):
        if size:
            sizes[names[place]] += size
    shown = _shown(sizes, most)
    if shown is not None:
        told[[place for place, name in enumerate(names) if name not in shown]] = 0
    return told


def _shown(sizes: Mapping[str, int], most: int) -> list[str] | None:
    """Returns which groups are told by their name where there are too many, the largest and what is unknown; None: all are."""
    largest = sorted((name for name in sizes if name != UNKNOWN), key=lambda name: (-sizes[name], name))
    return [*largest[:most], UNKNOWN] if len(largest) > most else None


def _by_database(
    question: Question, split: Sequence[str], times: Mapping[str, Any], parts: Sequence[Period], most: int
) -> list[SummedRow]:
    """Returns the same rows, grouped by the database: a query for the total, one for the groups or for each piece."""
    total = question.run("rollup", shown=None, **times)
    if not total:
        return []
    found = question.run("rollup", split=split, shown=None, **times)
    sizes: Counter[str] = Counter()
    for row in found:
        sizes[row["split_1"]] += row["n"]
    shown = _shown(sizes, most)
    pieces: Iterable[tuple[str, Mapping[str, Any]]] = [(part.text, question.times(part)) for part in parts] or [("", times)]
    told = [
        {"is_total": False, "at_piece": name, **row}
        for name, of_piece in pieces
        for row in question.run("rollup", split=split, shown=shown, **of_piece)
    ]
    return [{"is_total": True, "at_piece": "", **total[0]}, *told]
