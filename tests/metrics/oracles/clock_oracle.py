"""What a first-reply clock must say, found by walking through time minute by minute, and through a case event by event.

Instants are whole UTC seconds since 1970; hours are given in minutes of the wall clock, so every minute is open or not as a whole.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

MINUTE = 60
LEAST_WARNING = 900

Hours = tuple[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One case as its help desk tells it. Events are (second, kind, actor); the customer's actor is "customer"."""

    opened_at: int
    opened_by: str = "customer"
    events: tuple[tuple[int, str, str], ...] = ()
    first_replied_at: int | None = None
    resolved_at: int | None = None
    is_void: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Commitment:
    """One thing undertaken by a time of its own."""

    made_at: int
    due_at: int
    kept_at: int | None
    cancelled_at: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """A promise as it stands at as_of."""

    started_at: int
    due_at: int
    fulfilled_at: int | None
    ended_at: int | None
    state: str
    decided_at: int | None
    open_seconds: int
    remaining_seconds: int | None


@lru_cache(maxsize=32)
def wall_clock(zone: str, first: date, last: date) -> Mapping[datetime, tuple[int, ...]]:
    """Return, for every minute that the wall clock shows in these days, the UTC minutes at which it shows it."""
    shown: dict[datetime, tuple[int, ...]] = {}
    start = int(datetime(first.year, first.month, first.day, tzinfo=UTC).timestamp()) // MINUTE - 1500
    end = int(datetime(last.year, last.month, last.day, tzinfo=UTC).timestamp()) // MINUTE + 3000
    for minute in range(start, end):
        wall = datetime.fromtimestamp(minute * MINUTE, ZoneInfo(zone)).replace(tzinfo=None)
        shown[wall] = (*shown.get(wall, ()), minute)
    return shown


def instant_of(wall: datetime, shown: Mapping[datetime, tuple[int, ...]]) -> int:
    """Return the first UTC minute at which the clock shows this; a time left out in spring is as much later as was left out."""
    if wall in shown:
        return shown[wall][0]
    before, after = wall, wall
    while before not in shown:
        before -= timedelta(minutes=1)
    while after not in shown:
        after += timedelta(minutes=1)
    left_out = after - before - timedelta(minutes=1)
    return shown[wall + left_out][0]


def open_minutes(zone: str, hours: Mapping[date, Sequence[Hours]], first: date, last: date) -> frozenset[int]:
    """Return every UTC minute that lies in the hours of a local day."""
    shown = wall_clock(zone, first, last)
    minutes: set[int] = set()
    for day, pairs in hours.items():
        midnight = datetime(day.year, day.month, day.day)
        for opens, closes in pairs:
            start = instant_of(midnight + timedelta(minutes=opens), shown)
            minutes.update(range(start, instant_of(midnight + timedelta(minutes=closes), shown)))
    return frozenset(minutes)


def open_between(minutes: frozenset[int], start: int, end: int) -> int:
    """Return the open seconds from one second until just before another."""
    touched = range(start // MINUTE, end // MINUTE + 1)
    return sum(max(0, min(end, (one + 1) * MINUTE) - max(start, one * MINUTE)) for one in touched if one in minutes)


def add_open(minutes: frozenset[int], start: int, seconds: int) -> int | None:
    """Return when this many open seconds have passed; None when the open minutes end before."""
    left, minute, last = seconds, start // MINUTE, max(minutes, default=0)
    while minute <= last:
        if minute in minutes:
            begins = max(start, minute * MINUTE)
            if left <= (minute + 1) * MINUTE - begins:
                return begins + left
            left -= (minute + 1) * MINUTE - begins
        minute += 1
    return None


def clock(case: Case, desk: Sequence[Case], minutes: frozenset[int], target: int, as_of: int) -> Clock | None:
    """Return the clock of a case's first reply at as_of, or None when nobody waits for one or it is not known.

    `desk` are all cases of the same help desk: only they say whether it tells messages and first replies at all.
    """
    tells_messages = any(kind != "status" and second <= as_of for one in desk for second, kind, _ in one.events)
    has_events = bool(case.events) and tells_messages
    if not has_events and all(one.first_replied_at is None for one in desk):
        return None
    known = sorted(event for event in case.events if event[0] <= as_of)
    start = _start(case, known)
    if start is None or start > as_of:
        return None
    fulfilled, ended = _end(case, known, start, as_of, has_events=has_events)
    due = add_open(minutes, start, target)
    assert due is not None, "the test's days are too few"
    state = "void" if case.is_void else _state(minutes, start, due, target, fulfilled, ended, as_of)
    stop = fulfilled if fulfilled is not None else ended if ended is not None else as_of
    running = state in ("open", "at_risk", "broken_open")
    return Clock(
        started_at=start,
        due_at=due,
        fulfilled_at=fulfilled,
        ended_at=ended if fulfilled is None else None,
        state=state,
        decided_at=_decided(state, due, fulfilled, ended),
        open_seconds=open_between(minutes, start, stop),
        remaining_seconds=max(0, target - open_between(minutes, start, as_of)) if running else None,
    )


def commitment_clock(one: Commitment, as_of: int) -> Clock | None:
    """Return a commitment's clock at as_of: a story told event by event, each ending it if nothing did before."""
    if one.made_at > as_of:
        return None
    told = [(second, word) for second, word in ((one.kept_at, "done"), (one.cancelled_at, "off")) if second is not None]
    told = [(second, word) for second, word in told if second <= as_of]
    stop, word = min(told, default=(as_of, "")) if told else (as_of, "")
    left = one.due_at - as_of
    state = {
        "done": "kept" if stop <= one.due_at else "broken_closed",
        "off": "void" if stop <= one.due_at else "broken_closed",
        "": "broken_open" if left <= 0 else "at_risk" if left <= max(LEAST_WARNING, (one.due_at - one.made_at) / 5) else "open",
    }[word]
    return Clock(
        started_at=one.made_at,
        due_at=one.due_at,
        fulfilled_at=stop if word == "done" else None,
        ended_at=stop if word == "off" else None,
        state=state,
        decided_at=_decided(state, one.due_at, stop, None),
        open_seconds=stop - one.made_at,
        remaining_seconds=None if word else max(0, left),
    )


def _start(case: Case, known: Iterable[tuple[int, str, str]]) -> int | None:
    if case.opened_by == "customer":
        return case.opened_at
    return next((second for second, kind, actor in known if _is_customers(kind, actor)), None)


def _is_customers(kind: str, actor: str) -> bool:
    return kind == "customer_message" or (kind == "message" and actor == "customer")


def _is_reply(kind: str, actor: str) -> bool:
    return kind == "public_reply" or (kind == "message" and actor not in ("customer", ""))


def _end(
    case: Case, known: Sequence[tuple[int, str, str]], start: int, as_of: int, *, has_events: bool
) -> tuple[int | None, int | None]:
    """Walk through the case second by second that anything happened: a reply counts until, and in, the second that ends the case."""
    replies = {second for second, kind, actor in known if _is_reply(kind, actor)}
    if not has_events and case.first_replied_at is not None:
        replies.add(case.first_replied_at)
    overs = {second for second, kind, actor in known if kind == "status" and actor in ("solved", "closed")}
    overs |= {case.resolved_at} if case.resolved_at is not None else set()
    for second in sorted(one for one in replies | overs if start <= one <= as_of):
        if second in replies:
            return second, None
        return None, second
    return None, None


def _state(
    minutes: frozenset[int], start: int, due: int, target: int, fulfilled: int | None, ended: int | None, as_of: int
) -> str:
    if fulfilled is not None:
        return "kept" if fulfilled <= due else "broken_closed"
    if ended is not None:
        return "closed_unanswered"
    if as_of >= due:
        return "broken_open"
    left = target - open_between(minutes, start, as_of)
    return "at_risk" if left <= max(LEAST_WARNING, target / 5) else "open"


def _decided(state: str, due: int, fulfilled: int | None, ended: int | None) -> int | None:
    if state == "kept":
        return fulfilled
    if state == "closed_unanswered" and ended is not None:
        return min(ended, due)
    return due if state in ("broken_closed", "broken_open") else None
