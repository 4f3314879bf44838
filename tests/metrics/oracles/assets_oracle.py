"""Customers as assets, worked out a second time: one account at a time, one day after the other, by the words of the definition.

Nothing here knows of windows, joins or intervals: every day is asked afresh whether the account is a customer, in which segment,
and what it brings in a year. It is slow and plain, and it shares no code with the models it judges.
"""

import math
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import NamedTuple
from zoneinfo import ZoneInfo

DAY = timedelta(days=1)
FOREVER = date.max


@dataclass(frozen=True, kw_only=True)
class Rules:
    """What customer.toml, the segmentation and the settings say."""

    becomes_by: frozenset[str]
    grace: int
    lapse: int
    lapse_by_segment: dict[str, int]
    active_events: frozenset[str]
    segments: list[dict]  # ordered; keys: segment and any condition
    zone: str
    currency: str
    as_of: datetime
    rates: list[tuple[date, str, float]]

    @property
    def today(self) -> date:
        return local_day(self.as_of, self.zone)


@dataclass(kw_only=True)
class History:
    """Everything told of one account; moments are naive UTC."""

    account_id: str
    kind: str
    region: str | None
    orders: list[dict] = field(default_factory=list)
    contracts: list[dict] = field(default_factory=list)
    wins: list[datetime] = field(default_factory=list)
    lifecycle_steps: list[datetime] = field(default_factory=list)
    interactions: list[dict] = field(default_factory=list)


@dataclass(frozen=True)
class Movement:
    """What the models call a movement; `cents` is the change of value a year."""

    account_id: str
    movement: str
    day: date
    customers: int
    cents: int
    known: bool
    reason: str
    returned_after: str | None
    segment: str
    other_segment: str | None


class State(NamedTuple):
    """An account on a day on which it is a customer."""

    cents: int
    known: bool
    segment: str
    contracts: list[dict]


def local_day(moment: datetime, zone: str) -> date:
    return moment.replace(tzinfo=ZoneInfo("UTC")).astimezone(ZoneInfo(zone)).date()


def to_cents(amount: Decimal | None, currency: str | None, day: date, rules: Rules, times: int = 1) -> int | None:
    """An amount in cents of the reporting currency by the newest rate not after the day; None where none is known."""
    if amount is None:
        return None
    rate = 1.0
    if currency is not None and currency.upper() != rules.currency:
        usable = [(quoted, rate) for quoted, code, rate in rules.rates if code == currency.upper() and quoted <= day]
        if not usable:
            return None
        rate = max(usable)[1]
    return math.floor(float(amount) * rate * 100 * times + 0.5)


class Life:
    """One account, day by day."""

    def __init__(self, history: History, rules: Rules) -> None:
        self.history, self.rules = history, rules
        self.today = rules.today
        self.contracts = [one for one in history.contracts if one["starts_on"] <= self.today and over(one) > one["starts_on"]]
        self.orders = [self._order(one) for one in history.orders if one["ordered_at"] <= rules.as_of and is_told(one)]
        self.signs = self._signs()
        self.became_on = self._became_on()
        self.states: dict[date, State] = {}

    def _order(self, order: dict) -> tuple[date, int | None, bool]:
        """The local day of an order, what it brings in cents, and whether it is a purchase and no refund."""
        day = local_day(order["ordered_at"], self.rules.zone)
        return day, to_cents(order["amount"], order["currency"], day, self.rules), order["amount"] >= 0

    def _contract_cents(self, contract: dict) -> int | None:
        return to_cents(contract["amount_per_month"], contract["currency"], contract["starts_on"], self.rules, times=12)

    def _signs(self) -> dict[date, bool]:
        """Days with a sign of life; True where it can make a customer."""
        rules, found = self.rules, []
        if "won opportunity" in rules.becomes_by:
            found += [(moment, True) for moment in self.history.wins]
        if "lifecycle customer" in rules.becomes_by:
            found += [(moment, True) for moment in self.history.lifecycle_steps]
        for one in self.history.interactions:
            if one["event"].lower() in rules.active_events and one["direction"] != "outbound":
                found.append((one["happened_at"], False))
        signs: dict[date, bool] = defaultdict(bool)
        for day, _, is_purchase in self.orders:
            if is_purchase:
                signs[day] |= "order" in rules.becomes_by
        for moment, becomes in found:
            if moment <= rules.as_of:
                signs[local_day(moment, rules.zone)] |= becomes
        return dict(signs)

    def _became_on(self) -> date | None:
        days = [day for day, becomes in self.signs.items() if becomes]
        if "contract" in self.rules.becomes_by:
            days += [one["starts_on"] for one in self.contracts]
        return min(days, default=None)

    def counts_on(self, contract: dict, day: date) -> bool:
        """Whether a contract counts: in force, or held by the grace because the account had no other when it was over."""
        return in_force(contract, day) or (self.in_grace(contract, day) and not self.went_on(over(contract)))

    def in_grace(self, contract: dict, day: date) -> bool:
        """Whether a contract is over for less than the grace, with none of the account begun since."""
        if day < over(contract) or (day - over(contract)).days >= self.rules.grace:
            return False
        return not any(over(contract) <= other["starts_on"] <= day for other in self.contracts)

    def went_on(self, day: date) -> bool:
        """Whether any contract of the account is in force on a day."""
        return any(in_force(one, day) for one in self.contracts)

    def silence_allowed(self, day: date) -> int:
        return self.rules.lapse_by_segment.get(self.segment_on(day), self.rules.lapse)

    def covering_signs(self) -> dict[date, date]:
        """The days with a sign of life that no contract overshadows, each with the first day it no longer covers."""
        if self.became_on is None:
            return {}
        alone = [
            day for day in self.signs if day >= self.became_on and not any(self.counts_on(one, day) for one in self.contracts)
        ]
        return {day: day + timedelta(days=self.silence_allowed(day)) for day in alone}

    def value_items(self, day: date) -> list[int | None]:
        """What each thing that counts on a day brings in a year, in cents; None is unknown."""
        return [self._contract_cents(one) for one in self.contracts if self.counts_on(one, day)] + self.order_items(day)

    def order_items(self, day: date) -> list[int | None]:
        """What each order of the 365 days that end with this day brought."""
        return [cents for ordered, cents, _ in self.orders if 0 <= (day - ordered).days < 365]

    # ── segments ──────────────────────────────────────────────────────────────────────────────────────────────────────

    def judgement_days(self) -> list[date]:
        if self.became_on is None:
            return []
        days, day = [], self.became_on + DAY
        while day <= self.today:
            if day.day == 1:
                days.append(day)
            day += DAY
        return days

    def segment_on(self, day: date) -> str:
        if not hasattr(self, "_judged"):
            self._judged = [(month, self.judge(month, at_start=True)) for month in self.judgement_days()]
            self._judged = self._judged or [(self.today, self.judge(self.today, at_start=False))]
        before = [segment for month, segment in self._judged if month <= day]
        return before[-1] if before else self._judged[0][1]

    def memberships(self) -> list[tuple[date, str]]:
        """The runs of days in one segment, each by its first day: the first from becoming a customer on, else today's."""
        runs = [(min(self.became_on or self.today, self.today), self.segment_on(date.min))]
        for month, segment in self._judged:
            if segment != runs[-1][1]:
                runs.append((month, segment))
        return runs

    def judge(self, day: date, *, at_start: bool) -> str:
        """The first rule that fits: at a day's start its orders have not happened yet, at as_of they have."""
        last = day - DAY if at_start else day
        counting = [one for one in self.contracts if self.counts_on(one, day)]
        cents = [self._contract_cents(one) for one in counting] + self.order_items(last)
        facts = {
            "value": sum(item or 0 for item in cents) / 100,
            "contracts": len(counting),
            "orders": sum(is_purchase and 0 <= (last - ordered).days < 365 for ordered, _, is_purchase in self.orders),
            "tenure_days": None if self.became_on is None else (day - self.became_on).days,
        }
        products = {(one["product"] or "").lower() for one in counting}
        return next((rule["segment"] for rule in self.rules.segments if self.fits(rule, facts, products)), "unknown")

    def fits(self, rule: dict, facts: dict, products: set[str]) -> bool:
        if rule.get("kind") not in (None, self.history.kind):
            return False
        if rule.get("region") is not None and rule["region"].lower() != (self.history.region or "").lower():
            return False
        if rule.get("product") is not None and rule["product"].lower() not in products:
            return False
        for name, fact in facts.items():
            low, high = rule.get(f"min_{name}"), rule.get(f"max_{name}")
            if (low is not None and (fact is None or fact < low)) or (high is not None and (fact is None or fact >= high)):
                return False
        return True

    # ── the simulation ────────────────────────────────────────────────────────────────────────────────────────────────

    def movements(self) -> list[Movement]:
        """Walk from the day before the account became a customer to as_of and book what changes."""
        if self.became_on is None:
            return []
        covers = self.covering_signs()
        made: list[Movement] = []
        before: State | None = None
        lost_by: str | None = None
        day = self.became_on
        while day <= self.today:
            contracts = [one for one in self.contracts if self.counts_on(one, day)]
            here = bool(contracts) or any(sign <= day < until for sign, until in covers.items())
            items = self.value_items(day)
            cents = sum(item or 0 for item in items)
            now = State(cents, None not in items, self.segment_on(day), contracts) if here else None
            if now is not None:
                self.states[day] = now
            if before is None and now is not None:
                made.append(self._began(day, now, lost_by))
            elif before is not None and now is None:
                lost = self._lost(day, before)
                lost_by = "ended" if lost.movement == "ended" else "silence"
                made.append(lost)
            elif before is not None and now is not None:
                made += self._changed(day, before, now)
            before, day = now, day + DAY
        return made

    def _began(self, day: date, now: State, lost_by: str | None) -> Movement:
        cents, known, segment, _ = now
        name = "returned" if lost_by else "gained"
        return Movement(self.history.account_id, name, day, 1, cents, known, "unknown", lost_by, segment, None)

    def _lost(self, day: date, before: State) -> Movement:
        cents, known, segment, contracts = before
        told = sorted((one["contract_id"], one["end_reason"]) for one in contracts if one["end_reason"])
        reason = told[0][1] if told else "unknown"
        name = "ended" if contracts else "fell_silent"
        return Movement(self.history.account_id, name, day, -1, -cents, known, reason, None, segment, None)

    def _changed(self, day: date, before: State, now: State) -> list[Movement]:
        (old, was_known, segment_before, _), (new, is_known, segment, _) = before, now
        name, made = self.history.account_id, []
        if segment != segment_before:
            made.append(Movement(name, "moved_out", day, -1, -old, was_known, "unknown", None, segment_before, segment))
            made.append(Movement(name, "moved_in", day, 1, old, was_known, "unknown", None, segment, segment_before))
        if new != old or is_known != was_known:
            both = was_known and is_known
            movement = {1: "grown", -1: "shrunk"}.get((new > old) - (new < old), "known_again" if is_known else "not_known")
            made.append(Movement(name, movement, day, 0, new - old, both, "unknown", None, segment, None))
        return made

    def active_months(self) -> set[date]:
        """The first days of the months in which the account was active, from the day it became a customer."""
        if self.became_on is None:
            return set()
        months, day = {self.became_on.replace(day=1)}, self.became_on
        while day <= self.today:
            if day in self.signs or any(self.counts_on(one, day) for one in self.contracts):
                months.add(day.replace(day=1))
            day += DAY
        return months


def is_told(order: dict) -> bool:
    """Whether an order counts: not cancelled, and not a purchase that was later marked as refunded."""
    return order["status"] != "cancelled" and (order["status"] != "refunded" or order["amount"] < 0)


def in_force(contract: dict, day: date) -> bool:
    return contract["starts_on"] <= day < over(contract)


def over(contract: dict) -> date:
    """The first day on which a contract is no longer in force."""
    return contract["ended_on"] or contract["ends_on"] or FOREVER
