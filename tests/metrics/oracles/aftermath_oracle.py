"""What a broken promise goes along with, told customer by customer in plain Python, from the words of its definition alone."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from math import floor, sqrt
from typing import Any
from zoneinfo import ZoneInfo

from scipy.stats import t as student

Z = 1.959963984540054
TIME_AFTER = timedelta(days=180)
DAY = timedelta(days=1)
Row = dict[str, Any]


@dataclass
class Seen:
    """One customer: the first promise while they were one, and what came after it."""

    customer: str
    was_kept: bool
    is_known: bool
    has_contract: bool
    was_lost: bool
    segment: str
    tenure: str
    before: float | None
    after: float | None


def seen(promises: list[Row], movements: list[Row], contracts: list[Row], as_of: datetime) -> list[Seen]:
    """Every customer with a promise decided while they were one."""
    moved = defaultdict(list)
    for row in sorted(movements, key=lambda row: row["happened_at"]):
        moved[row["account_id"]].append(row)
    found: dict[str, Seen] = {}
    for row in sorted(promises, key=lambda row: (row["decided_at"], row["was_kept"])):
        name, at = row["account_id"], row["decided_at"]
        if name in found or at > as_of or not is_customer(moved[name], at):
            continue
        own = [contract for contract in contracts if contract["account_id"] == name]
        found[name] = one(row, moved[name], own, as_of)
    return list(found.values())


def one(promise: Row, moved: list[Row], contracts: list[Row], as_of: datetime) -> Seen:
    day = promise["decided_at"].replace(tzinfo=UTC).astimezone(ZoneInfo("Europe/Berlin")).date()
    in_force = any(contract["counts_from"] <= day < contract["over_on"] for contract in contracts)
    at, over = promise["decided_at"], promise["decided_at"] + TIME_AFTER
    began = max(row["happened_at"] for row in moved if row["movement"] in ("gained", "returned") and row["happened_at"] <= at)
    lost = any(row["movement"] in ("ended", "fell_silent") and at < row["happened_at"] <= over for row in moved)
    after = worth(moved, over) if is_customer(moved, over) else 0.0
    return Seen(
        customer=promise["account_id"], was_kept=promise["was_kept"], is_known=over <= as_of, has_contract=in_force,
        was_lost=lost, segment=promise["segment"], tenure=tenure(at - began), before=worth(moved, at), after=after,
    )  # fmt: skip


def is_customer(moved: list[Row], at: datetime) -> bool:
    state = False
    for row in moved:
        if row["happened_at"] <= at:
            state = {"gained": True, "returned": True, "ended": False, "fell_silent": False}.get(row["movement"], state)
    return state


def worth(moved: list[Row], at: datetime) -> float | None:
    """A year's value at a moment, None where it is not known."""
    until = [row for row in moved if row["happened_at"] <= at]
    if sum(row["known_change"] for row in until) <= 0:
        return None
    return floor(sum(row["value_change"] for row in until) * 100 + 0.5) / 100


def tenure(length: timedelta) -> str:
    for words, days in (("new", 90), ("first year", 365), ("to three years", 1095)):
        if length <= days * DAY:
            return words
    return "long"


def quarter(value: float | None, values: list[float]) -> str:
    """Which quarter of the values above nothing a value is in."""
    if value is None or value <= 0:
        return "not known" if value is None else "nothing"
    return str(sum(value > cut(values, part) for part in (0.25, 0.5, 0.75)))


def cut(values: list[float], part: float) -> float:
    """The value that a part of them lies below, in a straight line between two."""
    place = part * (len(values) - 1)
    low = int(place)
    high = min(low + 1, len(values) - 1)
    return values[low] + (values[high] - values[low]) * (place - low)


@dataclass
class Told:
    """What the figure should say."""

    compared: int
    sides: dict[str, tuple[int, int, int]]  # compared, lost of them, without anybody alike
    shares: dict[str, tuple[float, float, float]]
    values: dict[str, tuple[float, float | None, float | None]]
    not_yet_known: int
    without_contract: int
    is_enough: bool


def told(everybody: list[Seen]) -> Told:
    people = [each for each in everybody if each.has_contract]
    known = [each for each in people if each.is_known]
    values = sorted(each.before for each in known if each.before is not None and each.before > 0)
    strata: dict[tuple[str, str, str], dict[bool, list[Seen]]] = defaultdict(lambda: {True: [], False: []})
    for each in known:
        strata[each.segment, each.tenure, quarter(each.before, values)][each.was_kept].append(each)
    alike = [sides for sides in strata.values() if sides[True] and sides[False]]
    sides = {}
    for name, kept in (("broken", False), ("kept", True)):
        there = [each for one in alike for each in one[kept]]
        everyone = sum(each.was_kept is kept for each in known)
        sides[name] = (len(there), sum(each.was_lost for each in there), everyone - len(there))
    weights = weighed([(one[False], one[True]) for one in alike])
    enough = sides["broken"][0] >= 20 and worth_of(weights) >= 20
    return Told(
        compared=sides["broken"][0] + sides["kept"][0], sides=sides, shares=shares_of(alike, weights), values=values_of(alike),
        not_yet_known=len(people) - len(known), without_contract=len(everybody) - len(people), is_enough=enough,
    )  # fmt: skip


def weighed(pairs: list[tuple[list[Seen], list[Seen]]]) -> list[float]:
    """What each of the other side counts: together as much as there are of the first side in the stratum."""
    return [len(first) / len(other) for first, other in pairs for _ in other]


def worth_of(weights: list[float]) -> float:
    return sum(weights) ** 2 / sum(weight**2 for weight in weights) if weights else 0.0


def shares_of(alike: list[dict[bool, list[Seen]]], weights: list[float]) -> dict[str, tuple[float, float, float]]:
    if not alike:
        return {}
    broken = [each.was_lost for one in alike for each in one[False]]
    kept = [each.was_lost for one in alike for each in one[True]]
    share = sum(weight for weight, lost in zip(weights, kept, strict=True) if lost) / sum(weights)
    return {"broken": wilson(sum(broken) / len(broken), len(broken)), "kept": wilson(share, worth_of(weights))}


def wilson(p: float, n: float) -> tuple[float, float, float]:
    middle, half = (p + Z * Z / (2 * n)) / (1 + Z * Z / n), sqrt(p * (1 - p) / n + Z * Z / (4 * n * n)) * Z / (1 + Z * Z / n)
    return p, max(0.0, min(p, middle - half)), min(1.0, max(p, middle + half))


def values_of(alike: list[dict[bool, list[Seen]]]) -> dict[str, tuple[float, float | None, float | None]]:
    """The mean changes of value of both sides, each with its interval."""
    valued = [
        {
            kept: [each.after - each.before for each in one[kept] if None not in (each.before, each.after)]
            for kept in (True, False)
        }
        for one in alike
    ]
    valued = [one for one in valued if one[True] and one[False]]
    if not valued:
        return {}
    broken = [change for one in valued for change in one[False]]
    kept = [change for one in valued for change in one[True]]
    weights = weighed([(one[False], one[True]) for one in valued])
    return {"broken": mean_of(broken, [1.0] * len(broken)), "kept": mean_of(kept, weights)}


def mean_of(changes: list[float], weights: list[float]) -> tuple[float, float | None, float | None]:
    mean = sum(w * change for w, change in zip(weights, changes, strict=True)) / sum(weights)
    variance = sum(w * (change - mean) ** 2 for w, change in zip(weights, changes, strict=True)) / sum(weights)
    n = worth_of(weights)
    if n < 2 or variance < 1e-6:
        return mean, None, None
    half = student.ppf(0.975, int(n) - 1) * sqrt(variance / (n - 1))
    return mean, mean - half, mean + half


def difference(first: tuple[float, float, float], other: tuple[float, float, float]) -> tuple[float, float, float]:
    (p1, low1, high1), (p2, low2, high2) = first, other
    d = p1 - p2
    return d, d - sqrt((p1 - low1) ** 2 + (high2 - p2) ** 2), d + sqrt((high1 - p1) ** 2 + (p2 - low2) ** 2)
