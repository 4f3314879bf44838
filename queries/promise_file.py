"""Reads promises: one .toml file for each list of policies, with every mistake told."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo

from queries.calendar import Calendar
from queries.errors import DeclarationError, DeclarationErrors, did_you_mean
from queries.promise import (
    ALWAYS_PAUSES,
    ANY_PRIORITY,
    CHANNELS,
    KINDS,
    OF_CASES,
    OF_DETRACTORS,
    OWN_DUE_TIME,
    PRIORITIES,
    PROMISES,
    Fits,
    Policy,
    Promises,
    never_fitting,
)
from queries.told import Told, as_written, read_each

WAITING_FOR_THE_CUSTOMER = "pending"
FIRST_YEAR, LAST_YEAR = 1900, 2200

Calendars = Mapping[str, Calendar | None]


def load_promises(folders: Iterable[Path], calendars: Calendars, segments: Collection[str] | None = None) -> dict[str, Promises]:
    """Return the declared lists of policies by id; raise DeclarationErrors telling every mistake.

    `calendars` are those that may be named, None for one that cannot be read; `segments`, when given, the segments.
    """
    declared = read_each(folders, lambda name, told: _read(name, told, calendars, segments))
    problems = [*_promised_twice(declared), *_settled_twice(declared)]
    if problems:
        raise DeclarationErrors(problems)
    return declared


def _promised_twice(declared: Mapping[str, Promises]) -> Iterator[DeclarationError]:
    for promise in PROMISES:
        files = [f"{name}.toml" for name, one in declared.items() if promise in one.made]
        if len(files) > 1:
            yield DeclarationError(f"{promise} is promised in {' and '.join(files)}", where="promises", instead="Keep one")


def _settled_twice(declared: Mapping[str, Promises]) -> Iterator[DeclarationError]:
    files = [f"{name}.toml" for name, one in declared.items() if one.final_after is not None]
    if len(files) > 1:
        yield DeclarationError(f"final_after is told in {' and '.join(files)}", where="promises", instead="Keep one")


def _read(name: str, told: Told, calendars: Calendars, segments: Collection[str] | None) -> Promises:
    title, usual = told.text("title"), told.choice("calendar", calendars, None)
    final_after = told.seconds("final_after", None)
    tables = told.tables("policies")
    mistakes = len(told.problems)
    policies = tuple(_read_policy(one, usual, calendars, segments) for one in tables)
    if not policies:
        told.wrong("it has no policies", "Add a [[policies]] table with an id and targets")
    names = [policy.policy for policy in policies]
    for twice in sorted({name for name in names if names.count(name) > 1}, key=str):
        told.wrong(f'two policies are called "{twice}"', "Give each an id of its own")
    for one, policy, below in zip(tables, policies, range(1, len(policies) + 1), strict=True):
        if policy.is_default and any(not further.is_default for further in policies[below:]):
            one.wrong("the default is not the last policy, so those below would never fit", "Move it to the end")
    if len(told.problems) == mistakes:
        _tell_never_fitting(tables, policies)
    return Promises(promises=name, title=title, policies=policies, final_after=final_after)


def _tell_never_fitting(tables: Iterable[Told], policies: tuple[Policy, ...]) -> None:
    told = dict(enumerate(tables))
    for number, names in never_fitting(policies):
        above = " and ".join(f'"{name}"' for name in names)
        takes = "takes" if len(names) == 1 else "together take"
        told[number].wrong(
            f'"{policies[number].policy}" can never fit: {above} above it {takes} everything it asks for, at any time it is in force',
            "Move it up, narrow the one above, or leave it out",
        )


def _read_policy(told: Told, usual: str | None, calendars: Calendars, segments: Collection[str] | None) -> Policy:
    when = _read_fits(told.table("when"), segments)
    calendar: str | None = told.choice("calendar", calendars, usual)
    if calendar is None:
        told.wrong("it names no calendar", f"Write calendar = one of: {', '.join(sorted(calendars))}")
    targets = _read_targets(told.table("targets"), when)
    known = calendars.get(calendar or "")
    zone = ZoneInfo(known.zone if known else "UTC")
    policy = Policy(
        policy=told.text("id"),
        when=when,
        calendar=calendar or "",
        targets=targets,
        pauses=_read_pauses(told.table("pauses"), targets),
        is_default=told.flag("default", False),
        from_at=_read_moment(told, "from", zone),
        until_at=_read_moment(told, "until", zone),
    )
    if policy.from_at and policy.until_at and policy.until_at <= policy.from_at:
        told.wrong(
            f"until = {told.values['until']} is not after from = {told.values['from']}",
            "until is the first instant without it, a day alone its midnight",
        )
    _check_conditions(told, policy)
    told.done()
    return policy


def _check_conditions(told: Told, policy: Policy) -> None:
    has_conditions = policy.when != Fits()
    if policy.is_default and has_conditions:
        told.wrong("it is the default and has conditions", "Leave out either default = true or when")
    written = told.values.get("when")
    is_written = isinstance(written, dict) and any(written.values())
    if not policy.is_default and not has_conditions and not is_written:
        told.wrong("it has no conditions, so it would fit everything", "Add when, or make it the last with default = true")
    for promise in OF_DETRACTORS:
        if promise in policy.targets and not policy.when.is_of_segments_only:
            told.wrong(
                f"{promise} is promised to whoever answered a survey, which has no kind, channel, priority or category of a request",
                "Give it a policy of its own; its only condition is segment",
            )


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
    return {promise: by_priority for promise, by_priority in targets.items() if by_priority}


def _read_target(told: Told, promise: str, when: Fits) -> dict[str, int]:
    if not isinstance(told.values[promise], dict):
        return _above_zero(told, {ANY_PRIORITY: told.seconds(promise)})
    by_priority = told.table(promise)
    if promise in OF_DETRACTORS:
        by_priority.wrong(f"{promise} has targets by priority, which only requests have", f'Write {promise} = "48h"')
    targets = {priority: by_priority.seconds(priority, None) for priority in (*PRIORITIES, ANY_PRIORITY)}
    by_priority.done()
    for priority, seconds in targets.items():
        if seconds and when.priority and priority not in (*when.priority, ANY_PRIORITY):
            by_priority.wrong(f'"{priority}" is not a priority that this policy fits', "Add it to when, or leave it out here")
    if targets[ANY_PRIORITY] and when.priority and all(targets.get(priority) for priority in when.priority):
        by_priority.wrong('"default" is for no priority: all that this policy fits have their own', "Leave it out")
    return _above_zero(by_priority, targets)


def _above_zero(told: Told, targets: Mapping[str, int | None]) -> dict[str, int]:
    if 0 in targets.values():
        told.wrong("a target is zero", "Write more than zero seconds, or leave it out for no promise")
    return {priority: seconds for priority, seconds in targets.items() if seconds}


def _read_pauses(told: Told, targets: Mapping[str, Mapping[str, int]]) -> dict[str, tuple[str, ...]]:
    pauses = {promise: told.texts(promise) for promise in PROMISES if promise in told.values}
    told.asked.update(PROMISES)
    told.done()
    for promise, statuses in pauses.items():
        if promise in ALWAYS_PAUSES:
            told.wrong(f"{promise} pauses in {' and '.join(ALWAYS_PAUSES[promise])} by what it means", "Leave it out")
        elif promise in OF_DETRACTORS:
            told.wrong(f"{promise} never pauses: it has no status", "Leave it out")
        elif promise not in targets:
            told.wrong(f"{promise} pauses and has no target here", "Add a target, or leave the pause out")
        for status in statuses:
            if status != WAITING_FOR_THE_CUSTOMER and promise in OF_CASES:
                told.wrong(f'{promise} = "{status}": a promise pauses only while the customer is awaited', _pausing(status))
    return pauses


def _pausing(status: str) -> str:
    if status == "on_hold":
        return 'Write ["pending"]; to leave out the time at a third party as well, promise agent_work'
    return 'Write ["pending"]'


def _read_moment(told: Told, key: str, zone: ZoneInfo) -> datetime | None:
    """Return an instant in UTC without a zone: a day is its midnight, a time without an offset one on the calendar's wall."""
    told.asked.add(key)
    moment = told.values.get(key)
    if moment is None:
        return None
    if not isinstance(moment, date):
        told.wrong(
            f"{key} = {as_written(moment)} is not a day or a time", "Write 2026-01-01 or 2026-01-01T08:00:00, without quotes"
        )
        return None
    if not FIRST_YEAR <= moment.year <= LAST_YEAR:
        told.wrong(f"{key} = {moment} is too far away", f"Choose a year from {FIRST_YEAR} to {LAST_YEAR}, or leave it out")
        return None
    if not isinstance(moment, datetime):
        moment = datetime.combine(moment, time())
    return (moment.replace(tzinfo=zone) if moment.tzinfo is None else moment).astimezone(UTC).replace(tzinfo=None)
