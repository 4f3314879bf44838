"""Promises: ordered policies that say how soon we act, the first that fits; as the rows that the clocks are worked out from."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import product
from typing import Any

from queries.calendar import Calendar

OF_CASES = ("first_reply", "next_reply", "first_resolution", "full_resolution", "customer_wait", "agent_work")
OF_DETRACTORS = ("call_back",)
PROMISES = OF_CASES + OF_DETRACTORS
OWN_DUE_TIME = ("offer", "delivery", "installation")
ALWAYS_PAUSES = {"customer_wait": ("pending",), "agent_work": ("pending", "on_hold")}
FINAL_AFTER = 7 * 86_400
KINDS = ("question", "problem", "complaint", "return", "other")
CHANNELS = ("web", "email", "phone", "chat", "store", "app", "social", "mail", "field", "other")
PRIORITIES = ("urgent", "high", "normal", "low", "other")
ANY_PRIORITY = "default"
ALWAYS_WAS, FOR_EVER = datetime.fromisoformat("0001-01-01"), datetime.fromisoformat("9999-12-31")

Row = tuple[Any, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fits:
    """What must hold of a request for a policy to fit: one of the values; an empty tuple always holds."""

    kind: tuple[str, ...] = ()
    channel: tuple[str, ...] = ()
    priority: tuple[str, ...] = ()
    category: tuple[str, ...] = ()
    segment: tuple[str, ...] = ()

    @property
    def is_of_segments_only(self) -> bool:
        """True when nothing is asked but who the customer is."""
        return self == Fits(segment=self.segment)


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """One policy: when it fits, when it is in force (UTC without a zone), and for each promise the target in seconds by priority.

    The priority "default" stands for every other one. `pauses` names, by promise, the statuses in which its time stands still.
    """

    policy: str
    when: Fits
    calendar: str
    targets: Mapping[str, Mapping[str, int]]
    pauses: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    is_default: bool = False
    from_at: datetime | None = None
    until_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Promises:
    """The policies of one file, in the order in which they are tried."""

    promises: str
    title: str
    policies: tuple[Policy, ...]
    final_after: int | None = None

    @property
    def made(self) -> tuple[str, ...]:
        """The promises that at least one policy has a target for."""
        return tuple(promise for promise in PROMISES if any(promise in policy.targets for policy in self.policies))


def policy_rows(declared: Mapping[str, Promises], calendars: Mapping[str, Calendar]) -> list[Row]:
    """Return the rows of promise_policy; the lowest sort_no that fits decides, and one without a target promises nothing.

    A policy has a row for each version of its calendar that is in force while the policy is.
    """
    rows: list[Row] = []
    for one in declared.values():
        for promise in one.made:
            asked = [policy for policy in one.policies if promise in OF_CASES or policy.when.is_of_segments_only]
            fitting = (row for policy in asked for row in _rows_of(policy, promise, calendars[policy.calendar]))
            rows += [(promise, row[0], number, *row[1:]) for number, row in enumerate(fitting, start=1)]
    return rows


def pause_rows(declared: Mapping[str, Promises]) -> list[tuple[str, str, str]]:
    """Return the rows of promise_pause: the statuses in which the time of a policy's promise stands still."""
    return [
        (promise, policy.policy, status)
        for one in declared.values()
        for policy in one.policies
        for promise in policy.targets
        for status in ALWAYS_PAUSES.get(promise, policy.pauses.get(promise, ()))
    ]


def setting_row(declared: Mapping[str, Promises]) -> tuple[int]:
    """Return the row of promise_setting: the seconds after which a solution that nobody opened again is final."""
    return (next((one.final_after for one in declared.values() if one.final_after is not None), FINAL_AFTER),)


def never_fitting(policies: tuple[Policy, ...]) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Yield the place of every policy that the ones above it leave nothing for, with the ids of those that take it all."""
    for number, policy in enumerate(policies):
        taking = [_taking(policy, cell, policies[:number]) for cell in _cells(policy.when)]
        if all(taking):
            names = dict.fromkeys(one.policy for cell in taking for one in cell)
            yield number, tuple(names)


def _taking(policy: Policy, cell: tuple[str | None, ...], above: tuple[Policy, ...]) -> list[Policy]:
    """Return the policies above that take one way to fit at every instant at which the policy is in force; none if one is left."""
    found = [
        one for one in above if all(value in asked or not asked for value, asked in zip(cell, _asked(one.when), strict=True))
    ]
    reached, end, taking = policy.from_at or ALWAYS_WAS, policy.until_at or FOR_EVER, list[Policy]()
    for one in sorted(found, key=lambda one: one.from_at or ALWAYS_WAS):
        if (one.from_at or ALWAYS_WAS) <= reached < min(one.until_at or FOR_EVER, end):
            reached = one.until_at or FOR_EVER
            taking.append(one)
    return taking if reached >= end else []


def _rows_of(policy: Policy, promise: str, calendar: Calendar) -> Iterator[Row]:
    when, subject = policy.when, "case" if promise in OF_CASES else "detractor"
    for priority, target in _targets(policy, promise):
        for kind, channel, category, segment in product(*map(_any, (when.kind, when.channel, when.category, when.segment))):
            for times in _in_force(policy, calendar) if target else [(calendar.calendar, policy.from_at, policy.until_at)]:
                yield policy.policy, subject, kind, channel, priority, category, segment, times[0], target, *times[1:]


def _in_force(policy: Policy, calendar: Calendar) -> Iterator[tuple[str, datetime | None, datetime | None]]:
    for version in calendar.versions:
        starts = [one for one in (policy.from_at, _instant(version.from_at)) if one]
        ends = [one for one in (policy.until_at, _instant(version.until_at)) if one]
        from_at, until_at = max(starts, default=None), min(ends, default=None)
        if from_at is None or until_at is None or from_at < until_at:
            yield version.calendar.calendar, from_at, until_at


def _instant(second: int | None) -> datetime | None:
    return None if second is None else datetime.fromtimestamp(second, UTC).replace(tzinfo=None)


def _targets(policy: Policy, promise: str) -> Iterator[tuple[str | None, int | None]]:
    """Yield the priorities with their targets; one without gets a row without a target, so that no policy further down fits."""
    targets = policy.targets.get(promise, {})
    asked = policy.when.priority
    yield from ((priority, targets[priority]) for priority in asked or PRIORITIES if priority in targets)
    yield from ((priority, targets.get(ANY_PRIORITY)) for priority in _any(asked) if priority not in targets)


def _any(values: tuple[str, ...]) -> tuple[str | None, ...]:
    return values or (None,)


def _asked(when: Fits) -> tuple[tuple[str, ...], ...]:
    return when.kind, when.channel, when.priority, when.category, when.segment


def _cells(when: Fits) -> Iterator[tuple[str | None, ...]]:
    return product(*map(_any, _asked(when)))
