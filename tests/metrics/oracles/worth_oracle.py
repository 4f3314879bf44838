"""What customers are worth, told a second time: from the states that an account was in, one after the other, and not from its movements."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from metrics.selection import Period


class State(NamedTuple):
    """A customer from a moment on: in which segment, worth how many cents a year, and whether that is all."""

    segment: str
    cents: int
    known: bool


@dataclass(frozen=True, kw_only=True)
class Account:
    """One account: what it was from which moment on (None is no customer), why it ended, how it came, and when it brought people."""

    name: str
    states: tuple[tuple[datetime, State | None], ...]
    reasons: Mapping[datetime, str]
    origin: str
    brought: tuple[datetime, ...]

    def at(self, moment: datetime) -> State | None:
        """What it was just before a moment."""
        return next((state for since, state in reversed(self.states) if since < moment), None)

    def began(self) -> datetime | None:
        """When it first was a customer."""
        return next((since for since, state in self.states if state), None)

    def changes(self, period: Period) -> list[tuple[State | None, State | None]]:
        """What it was before and after each of its changes in a period."""
        return [
            (self.states[place - 1][1] if place else None, state)
            for place, (since, state) in enumerate(self.states)
            if period.starts_at <= since < period.ends_at
        ]

    def is_there(self, period: Period) -> bool:
        """Whether it was a customer at any time of a period."""
        return self.at(period.starts_at) is not None or any(after for _, after in self.changes(period))

    def last_segment(self, moment: datetime) -> str:
        """The segment that it was in last, before a moment."""
        return next(state.segment for since, state in reversed(self.states) if since < moment and state)


def matrix(accounts: Iterable[Account], period: Period) -> dict[tuple[str, str], tuple[int, int, int]]:
    """How many went from where to where, with their cents before and after."""
    told: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0, 0])
    for account in accounts:
        ends = account.at(period.starts_at), account.at(period.ends_at)
        if any(ends):
            place = told[ends[0].segment if ends[0] else "not a customer", ends[1].segment if ends[1] else "not a customer"]
            place[0] += 1
            place[1] += ends[0].cents if ends[0] else 0
            place[2] += ends[1].cents if ends[1] else 0
    return {key: (one[0], one[1], one[2]) for key, one in told.items()}


def clear_changes(accounts: Iterable[Account], period: Period, *, percent: int, rises: bool) -> dict[str, int]:
    """Whose value clearly rose or fell: cents after less before, by account that was a customer all through."""
    told = {}
    for account in accounts:
        before, after = account.at(period.starts_at), account.at(period.ends_at)
        stayed = before and after and all(one and other for one, other in account.changes(period))
        if stayed and before and after and before.known and after.known:
            change = after.cents - before.cents
            if (change if rises else -change) * 100 > percent * before.cents:
                told[account.name] = change
    return told


def earned_growth(accounts: Iterable[Account], period: Period) -> dict[str, tuple[int, int, int]]:
    """By part: how many accounts, and of those of known value the cents at the start and at the end."""
    told: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
    for account in accounts:
        before, after, began = account.at(period.starts_at), account.at(period.ends_at), account.began()
        if not before and not after:
            continue
        is_new = began is not None and period.starts_at <= began < period.ends_at
        part = "there" if before else account.origin if is_new else "returned"
        told[part][0] += 1
        if (not before or before.known) and (not after or after.known):
            told[part][1] += before.cents if before else 0
            told[part][2] += after.cents if after else 0
    return {part: (one[0], one[1], one[2]) for part, one in told.items()}


def referrers(accounts: Iterable[Account], period: Period) -> dict[str, tuple[int, int, int]]:
    """By segment: customers at any time of the period, those who brought somebody in it, and how many people."""
    told: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
    for account in accounts:
        if account.is_there(period):
            people = sum(period.starts_at <= moment < period.ends_at for moment in account.brought)
            one = told[account.last_segment(period.ends_at)]
            one[0] += 1
            one[1] += people > 0
            one[2] += people
    return {segment: (one[0], one[1], one[2]) for segment, one in told.items()}


def reasons(accounts: Iterable[Account], period: Period, most: int) -> dict[str, tuple[int, int, int]]:
    """By reason shown: how many left, how many accounts, and their cents."""
    told: dict[str, list[tuple[str, int]]] = defaultdict(list)
    for account in accounts:
        before: State | None = None
        for since, state in account.states:
            if before and not state and period.starts_at <= since < period.ends_at:
                told[account.reasons.get(since, "fell silent")].append((account.name, before.cents))
            before = state
    named = sorted(told.keys() - {"unknown", "fell silent"}, key=lambda reason: (-len(told[reason]), reason))
    shown = {reason: told[reason] for reason in (*named[:most], "unknown", "fell silent") if reason in told}
    if named[most:]:
        shown["other"] = [one for reason in named[most:] for one in told[reason]]
    return {
        reason: (len(some), len({name for name, _ in some}), sum(cents for _, cents in some)) for reason, some in shown.items()
    }


def gained(accounts: Iterable[Account], months: Sequence[Period]) -> int:
    """How many became customers for the first time in these months."""
    return sum(month.starts_at <= (account.began() or datetime.max) < month.ends_at for account in accounts for month in months)


def there(accounts: Iterable[Account], months: Sequence[Period]) -> int:
    """How many were customers at any time of these months."""
    return sum(any(account.is_there(month) for month in months) for account in accounts)


def cost(told: Mapping[date, int], months: Sequence[Period]) -> tuple[list[Period], int | None]:
    """The months from the first to the last with costs, and their cents; None where one between tells none."""
    known = [month for month in months if month.first_day in told]
    if not known:
        return [], None
    span = [month for month in months if known[0].first_day <= month.first_day <= known[-1].first_day]
    return span, None if len(span) > len(known) else sum(told[month.first_day] for month in known)


def totals(parts: Mapping[str, tuple[int, int, int]]) -> Counter[str]:
    """The sums over all parts."""
    sums: Counter[str] = Counter()
    for one in parts.values():
        sums.update(dict(zip(("n", "before", "after"), one, strict=True)))
    return sums
