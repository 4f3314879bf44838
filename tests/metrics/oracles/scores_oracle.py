"""Scores worked out a second time, one answer after the other in plain Python, from what is defined and not from the queries."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from math import sqrt
from typing import Any

Row = Mapping[str, Any]
Z = 1.959963984540054
BEST = {2: 1, 3: 1, 5: 2, 7: 2}


def states(responses: Sequence[Row], as_of: datetime) -> dict[str, dict[str, Any]]:
    """What is known at as_of of each invitation: answered, counted once, and whether it tells a response rate."""
    seen = [row for row in responses if (row["sent_at"] or row["answered_at"] or as_of) <= as_of]
    answered = {row["row_id"]: is_answered(row, as_of) for row in seen}
    told: dict[str, dict[str, Any]] = {}
    for row in seen:
        mine = answered[row["row_id"]]
        rivals = [other for other in seen if same_wave(row, other) and answered[other["row_id"]]]
        latest = max(rivals, key=lambda other: (other["answered_at"], other["row_id"]), default=None)
        told[row["row_id"]] = {
            "is_answered": mine,
            "counts_once": mine and (row["wave"] is None or row is latest),
            "tells_a_rate": tells_a_rate(row, seen, answered, as_of),
        }
    return told


def is_answered(row: Row, as_of: datetime) -> bool:
    """A score that was given by then, and not put aside."""
    return row["score"] is not None and not row["dismissed"] and row["answered_at"] is not None and row["answered_at"] <= as_of


def same_wave(row: Row, other: Row) -> bool:
    """Whether two invitations ask one customer the same in one wave."""
    names = ("customer_id", "instrument", "programme", "wave")
    return row["wave"] is not None and all(row[name] == other[name] for name in names)


def tells_a_rate(row: Row, seen: Iterable[Row], answered: Mapping[str, bool], as_of: datetime) -> bool:
    """Delivered two weeks ago, by a source that tells of silent people, too."""
    names = ("source", "instrument", "programme")
    silent = any(
        other["delivered_at"] and not answered[other["row_id"]] and all(other[name] == row[name] for name in names)
        for other in seen
    )
    return bool(silent and row["delivered_at"] and row["delivered_at"] + timedelta(days=14) <= as_of)


def points(row: Row) -> int | None:
    """Promoter, passive or detractor on a scale that ends at ten, the good end up."""
    low, high = row["scale_low"] or 0, 10 if row["scale_high"] is None else row["scale_high"]
    if row["instrument"] != "nps" or row["score"] is None or high != 10 or low not in (0, 1):
        return None
    score = low + high - row["score"] if row["scale_direction"] == "lower" else row["score"]
    return 100 if score >= 9 else -100 if score <= 6 else 0


def is_satisfied(row: Row) -> bool | None:
    """Among the best marks of a satisfaction scale, where it is known how many those are."""
    low, high = row["scale_low"], row["scale_high"]
    if row["instrument"] != "csat" or row["score"] is None or low is None or high is None or high - low + 1 not in BEST:
        return None
    score = low + high - row["score"] if row["scale_direction"] == "lower" else row["score"]
    marks = sorted(range(int(low), int(high) + 1), reverse=True)
    return bool(score in marks[: BEST[len(marks)]])


def scale(row: Row) -> str:
    """The series that an answer belongs to, in words."""
    low, high = row["scale_low"], row["scale_high"]
    if row["instrument"] == "nps":
        low, high = low or 0, 10 if high is None else high
        return f"{low:g}–{high:g}" + ("" if (low, high) == (0, 10) else ", not comparable")
    told = "scale not told" if low is None or high is None else f"{low:g}–{high:g}"
    return f"{told}, {row['scale_direction']} is better" if row["instrument"] == "ces" and row["scale_direction"] else told


def nps(scores: Sequence[float]) -> tuple[float, float, float] | None:
    """The score of 100, 0 and −100 points, and its interval with ¾ promoter, 1½ passive and ¾ detractor added."""
    if not scores:
        return None
    n = len(scores) + 3
    up, down = (sum(score > 0 for score in scores) + 0.75) / n, (sum(score < 0 for score in scores) + 0.75) / n
    error = sqrt((up + down - (up - down) ** 2) / n)
    middle = up - down
    return (
        sum(scores) / len(scores),
        max(-100.0, 100 * (middle - Z * error)),
        min(100.0, 100 * (middle + Z * error)),
    )


def change(now: Sequence[float], before: Sequence[float]) -> tuple[float, float]:
    """The interval of a difference of two scores, by the errors of both."""

    def square(scores: Sequence[float]) -> float:
        n = len(scores) + 3
        up, down = (sum(score > 0 for score in scores) + 0.75) / n, (sum(score < 0 for score in scores) + 0.75) / n
        return 10_000 * (up + down - (up - down) ** 2) / n

    half = Z * sqrt(square(now) + square(before))
    difference = sum(now) / len(now) - sum(before) / len(before)
    return difference - half, difference + half


def weighed(rows: Sequence[Row], by_value: bool) -> float | None:
    """The mean of the accounts' own means, each once or by what it brought in a year at its latest answer."""
    accounts: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        accounts[row["account_id"]].append(row)
    total = weights = 0.0
    for answers in accounts.values():
        latest = max(answers, key=lambda row: (row["answered_at"], row["row_id"]))
        weight = max(0.0, latest["value_a_year"] or 0.0) if by_value else 1.0
        weights += weight
        total += weight * sum(row["nps_points"] for row in answers) / len(answers)
    return total / weights if weights else None


def theme_effects(rows: Sequence[Row], spoken: Mapping[str, Mapping[str, str]]) -> dict[str, tuple[int, float | None]]:
    """By theme how many speak of it, and the score of all less the score without them."""
    told: dict[str, tuple[int, float | None]] = {}
    everyone = [row["nps_points"] for row in rows]
    for theme in {theme for row in rows for theme in spoken.get(row["row_id"], {})}:
        without = [row["nps_points"] for row in rows if theme not in spoken.get(row["row_id"], {})]
        effect = sum(everyone) / len(everyone) - sum(without) / len(without) if without else None
        told[theme] = len(everyone) - len(without), effect
    return told
