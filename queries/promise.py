"""Promises: ordered policies that say how soon we act on a request, the first that fits; one .toml file for each list."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from itertools import product
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from queries.calendar import Calendar
from queries.errors import DeclarationError, DeclarationErrors, did_you_mean
from queries.told import Told, read_each

PROMISES = ("first_reply",)
OWN_DUE_TIME = ("offer", "delivery", "installation", "call_back")
KINDS = ("question", "problem", "complaint", "return", "other")
CHANNELS = ("web", "email", "phone", "chat", "store", "app", "social", "mail", "field", "other")
PRIORITIES = ("urgent", "high", "normal", "low", "other")
ANY_PRIORITY = "default"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fits:
    """What must hold of a request for a policy to fit: one of the values; an empty tuple always holds."""

    kind: tuple[str, ...] = ()
    channel: tuple[str, ...] = ()
    priority: tuple[str, ...] = ()
    category: tuple[str, ...] = ()
    segment: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """One policy: when it fits, and for each promise the target in seconds by priority ("default" for every other)."""

    policy: str
    when: Fits
    calendar: str
    targets: Mapping[str, Mapping[str, int]]
    from_on: date | None = None
    until_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Promises:
    """The policies of one file, in the order in which they are tried."""

    promises: str
    title: str
    policies: tuple[Policy, ...]

    @property
    def made(self) -> tuple[str, ...]:
        """The promises that at least one policy has a target for."""
        return tuple(promise for promise in PROMISES if any(promise in policy.targets for policy in self.policies))


def load_promises(
    folders: Iterable[Path], calendars: Collection[str], segments: Collection[str] | None = None
) -> dict[str, Promises]:
    """Return the declared lists of policies by id; raise DeclarationErrors telling every mistake.

    `calendars` are the ids that may be named; `segments`, when given, the segments.
    """
    declared = read_each(folders, lambda name, told: _read(name, told, calendars, segments))
    problems = list(_promised_twice(declared))
    if problems:
        raise DeclarationErrors(problems)
    return declared


def policy_rows(declared: Mapping[str, Promises], calendars: Mapping[str, Calendar]) -> list[tuple[Any, ...]]:
    """Return the rows of promise_policy; the lowest sort_no that fits decides, and one without a target promises nothing."""
    rows: list[tuple[Any, ...]] = []
    for one in declared.values():
        for promise in one.made:
            fitting = (row for policy in one.policies for row in _rows_of(policy, promise, calendars[policy.calendar]))
            rows += [(promise, row[0], number, *row[1:]) for number, row in enumerate(fitting, start=1)]
    return rows


def _rows_of(policy: Policy, promise: str, calendar: Calendar) -> Iterator[tuple[Any, ...]]:
    when = policy.when
    lasts = (_starts_at(policy.from_on, calendar), _starts_at(policy.until_on, calendar))
    for priority, target in _targets(policy, promise):
        for kind, channel, category, segment in product(*map(_any, (when.kind, when.channel, when.category, when.segment))):
            yield policy.policy, "case", kind, channel, priority, category, segment, policy.calendar, target, *lasts


def _targets(policy: Policy, promise: str) -> Iterator[tuple[str | None, int | None]]:
    """Yield the priorities with their targets; one without gets a row without a target, so that no policy further down fits."""
    targets = policy.targets.get(promise, {})
    asked = policy.when.priority
    yield from ((priority, targets[priority]) for priority in asked or PRIORITIES if priority in targets)
    yield from ((priority, targets.get(ANY_PRIORITY)) for priority in _any(asked) if priority not in targets)


def _any(values: tuple[str, ...]) -> tuple[str | None, ...]:
    return values or (None,)


def _starts_at(day: date | None, calendar: Calendar) -> datetime | None:
    if day is None:
        return None
    return datetime.combine(day, time(), ZoneInfo(calendar.zone)).astimezone(UTC).replace(tzinfo=None)


def _promised_twice(declared: Mapping[str, Promises]) -> Iterator[DeclarationError]:
    for promise in PROMISES:
        files = [f"{name}.toml" for name, one in declared.items() if promise in one.made]
        if len(files) > 1:
            yield DeclarationError(f"{promise} is promised in {' and '.join(files)}", where="promises", instead="Keep one")


def _read(name: str, told: Told, calendars: Collection[str], segments: Collection[str] | None) -> Promises:
    title, usual = told.text("title"), told.choice("calendar", calendars, None)
    tables = told.tables("policies")
    policies = tuple(_read_policy(one, usual, calendars, segments, is_last=one is tables[-1]) for one in tables)
    if not policies:
        told.wrong("it has no policies", "Add a [[policies]] table with an id and targets")
    names = [policy.policy for policy in policies]
    for policy in sorted({policy for policy in names if names.count(policy) > 1}, key=str):
        told.wrong(f'two policies are called "{policy}"', "Give each an id of its own")
    return Promises(promises=name, title=title, policies=policies)


def _read_policy(
    told: Told, usual: str | None, calendars: Collection[str], segments: Collection[str] | None, *, is_last: bool
) -> Policy:
    when = _read_fits(told.table("when"), segments)
    calendar: str | None = told.choice("calendar", calendars, usual)
    if calendar is None:
        told.wrong("it names no calendar", f"Write calendar = one of: {', '.join(sorted(calendars))}")
    policy = Policy(
        policy=told.text("id"),
        when=when,
        calendar=calendar or "",
        targets=_read_targets(told.table("targets"), when),
        from_on=_read_day(told, "from"),
        until_on=_read_day(told, "until"),
    )
    if policy.from_on and policy.until_on and policy.until_on <= policy.from_on:
        told.wrong(f"until = {policy.until_on} is not after from = {policy.from_on}", "until is the first day without it")
    _check_default(told, when, is_default=told.flag("default", False), is_last=is_last)
    told.done()
    return policy


def _check_default(told: Told, when: Fits, *, is_default: bool, is_last: bool) -> None:
    has_conditions = when != Fits()
    if is_default and has_conditions:
        told.wrong("it is the default and has conditions", "Leave out either default = true or when")
    if is_default and not is_last:
        told.wrong("the default is not the last policy, so those below would never fit", "Move it to the end")
    if not is_default and not has_conditions:
        told.wrong("it has no conditions, so it would fit everything", "Add when, or make it the last with default = true")


def _read_fits(told: Told, segments: Collection[str] | None) -> Fits:
    fits = Fits(
        kind=_read_words(told, "kind", KINDS),
        channel=_read_words(told, "channel", CHANNELS),
        priority=_read_words(told, "priority", PRIORITIES),
        category=_read_words(told, "category", None),
        segment=_read_words(told, "segment", segments),
    )
    told.done()
    return fits


def _read_words(told: Told, key: str, known: Collection[str] | None) -> tuple[str, ...]:
    words = told.texts(key, ())
    for word in words if known is not None else ():
        if word not in (known or ()):
            told.wrong(f'{key} = "{word}" is not one', did_you_mean(word, known or ()))
    return tuple(dict.fromkeys(words))


def _read_targets(told: Told, when: Fits) -> dict[str, dict[str, int]]:
    for kind in OWN_DUE_TIME:
        if kind in told.values:
            told.asked.add(kind)
            told.wrong(f"{kind} needs no target", "Each such commitment is judged by its own due time: leave it out")
    targets = {promise: _read_target(told, promise, when) for promise in PROMISES if promise in told.values}
    told.asked.update(PROMISES)
    told.done()
    return targets


def _read_target(told: Told, promise: str, when: Fits) -> dict[str, int]:
    if not isinstance(told.values[promise], dict):
        return _above_zero(told, {ANY_PRIORITY: told.seconds(promise)})
    by_priority = told.table(promise)
    targets = {priority: by_priority.seconds(priority, None) for priority in (*PRIORITIES, ANY_PRIORITY)}
    by_priority.done()
    for priority, seconds in targets.items():
        if seconds and when.priority and priority not in (*when.priority, ANY_PRIORITY):
            by_priority.wrong(f'"{priority}" is not a priority that this policy fits', "Add it to when, or leave it out here")
    return _above_zero(by_priority, targets)


def _above_zero(told: Told, targets: Mapping[str, int | None]) -> dict[str, int]:
    if 0 in targets.values():
        told.wrong("a target is zero", "Write more than zero seconds, or leave it out for no promise")
    return {priority: seconds for priority, seconds in targets.items() if seconds}


def _read_day(told: Told, key: str) -> date | None:
    told.asked.add(key)
    day = told.values.get(key)
    if day is None or (isinstance(day, date) and not isinstance(day, datetime)):
        return day
    told.wrong(f"{key} = {day!r} is not a day", "Write a date such as 2026-01-01, without quotes")
    return None
