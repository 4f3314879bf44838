"""Recency, frequency and value, and who is in which segment on a day, worked out a second time by the words of the definition.

Everyone is compared with everyone: a score counts, one by one, the buyers of the month who are worse.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from tests.metrics.oracles.assets_oracle import DAY, Life

Rule = dict[str, list[int] | str]


@dataclass(frozen=True)
class Bought:
    """What an account bought in the 365 days before it was judged: days since the last time, how often, for how many cents."""

    days_since: int
    times: int
    cents: int | None


@dataclass(frozen=True)
class Judged:
    """An account on a day on which its segments are judged; what it bought, if anything."""

    account: str
    day: date
    at_start: bool
    since: date
    bought: Bought | None


Scores = dict[tuple[str, date], tuple[int, int, int | None]]


def judged(lives: Sequence[Life]) -> list[Judged]:
    """Every account on every day of judgement: at each month's start after it became a customer, else once at as_of."""
    found = []
    for life in lives:
        days = life.judgement_days()
        for day in days or [life.today]:
            found.append(
                Judged(
                    life.history.account_id,
                    day,
                    bool(days),
                    min(life.became_on or day, day),
                    bought(life, day, at_start=bool(days)),
                )
            )
    return found


def bought(life: Life, day: date, *, at_start: bool) -> Bought | None:
    last = day - DAY if at_start else day
    purchases = [ordered for ordered, _, is_purchase in life.orders if is_purchase and 0 <= (last - ordered).days < 365]
    if not purchases:
        return None
    items = life.order_items(last)
    return Bought((day - max(purchases)).days, len(purchases), None if None in items else sum(item or 0 for item in items))


def scores(everyone: Sequence[Judged]) -> Scores:
    """The three scores of everyone who bought."""
    found: Scores = {}
    for one in everyone:
        if one.bought is None:
            continue
        measure = [other.bought for other in everyone if other.bought and is_measure(other, one, everyone)]
        cents = one.bought.cents
        found[one.account, one.day] = (
            score([-other.days_since for other in measure], -one.bought.days_since),
            score([other.times for other in measure], one.bought.times),
            None if cents is None else score([other.cents for other in measure if other.cents is not None], cents),
        )
    return found


def is_measure(other: Judged, one: Judged, everyone: Sequence[Judged]) -> bool:
    """Whether one is measured against the other: a buyer at the start of the same month, or at as_of where there was none."""
    same = other.day.replace(day=1) == one.day.replace(day=1)
    starts = any(each.at_start and each.bought and each.day == one.day.replace(day=1) for each in everyone)
    return same and (other.at_start or not starts)


def score(measure: Sequence[int], mine: int) -> int | None:
    """1, and one more for every full fifth of them that are worse; at most 5."""
    return min(5, 1 + 5 * sum(theirs < mine for theirs in measure) // len(measure)) if measure else None


def memberships(everyone: Sequence[Judged], rules: Sequence[Rule]) -> dict[str, list[tuple[date, str]]]:
    """The runs of days in one segment by account; the first from becoming a customer, or being judged, on."""
    told = scores(everyone)
    runs: dict[str, list[tuple[date, str]]] = {}
    for one in sorted(everyone, key=lambda one: (one.account, one.day)):
        segment = segment_of(told.get((one.account, one.day)), rules)
        mine = runs.setdefault(one.account, [])
        if not mine:
            mine.append((one.since, segment))
        elif mine[-1][1] != segment:
            mine.append((one.day, segment))
    return runs


def segment_of(told: tuple[int, int, int | None] | None, rules: Sequence[Rule]) -> str:
    for rule in rules:
        wanted = [rule.get(name) for name in ("recency", "frequency", "monetary")]
        if all(allowed is None or (told and mine in allowed) for allowed, mine in zip(wanted, told or (None,) * 3, strict=True)):
            return str(rule["segment"])
    return "unknown"


def segment_at(runs: Sequence[tuple[date, str]], moment: datetime, zone: str) -> str:
    """The segment on the local day of a moment (naive UTC)."""
    day = moment.replace(tzinfo=ZoneInfo("UTC")).astimezone(ZoneInfo(zone)).date()
    return next((segment for begun, segment in reversed(runs) if begun <= day), "unknown")
