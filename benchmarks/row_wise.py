"""The clocks of the made help desk by a plain Python function, case by case: what the models' speed is held against.

Open time is a list of windows with a running sum, looked up by bisection; a case is walked through once for each promise. Instants are
whole UTC seconds since 1970. The promises and hours are those of the folder help_desk.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import accumulate
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

import holidays

HOUR: Final = 3600
FINAL_AFTER: Final = 7 * 86_400
BY_PHONE: Final = {"first_reply": 1, "next_reply": 2, "full_resolution": 16, "customer_wait": 20}
BY_PRIORITY: Final = {
    "first_reply": {"urgent": 1, "high": 2, "normal": 4, "low": 8},
    "next_reply": {"urgent": 1, "high": 2, "normal": 4, "low": 8},
    "full_resolution": {"urgent": 8, "high": 16, "normal": 32, "low": 54},
    "customer_wait": {"urgent": 40, "high": 40, "normal": 40, "low": 40},
}

Event = tuple[int, str, str | None]
Span = tuple[int, int, str]


class Wait(NamedTuple):
    """What a promise bounds: from when, and what ended it; a solution lasts once it is final."""

    promise: str
    occurrence: int
    started: int
    fulfilled: int | None
    ended: int | None
    final: int | None
    is_lasting: bool


class Clock(NamedTuple):
    """A clock as it stands at the end of what is known."""

    promise: str
    occurrence: int
    version: int
    started: int
    due: int | None
    fulfilled: int | None
    ended: int | None
    decided: int | None
    state: str
    open_seconds: int
    paused_seconds: int


@dataclass(frozen=True, slots=True)
class Hours:
    """The open windows of a calendar with the open seconds before each."""

    opens: Sequence[int]
    closes: Sequence[int]
    before: Sequence[int]

    def until(self, instant: int) -> int:
        """Returns the open seconds before an instant."""
        place = bisect_right(self.opens, instant) - 1
        return self.before[place] + min(instant, self.closes[place]) - self.opens[place] if place >= 0 else 0

    def after(self, seconds: int) -> int:
        """Returns the instant at which so many open seconds are used up."""
        place = bisect_left(self.before, seconds) - 1
        return self.opens[place] + seconds - self.before[place]


def service_hours(first: date, last: date) -> Hours:
    """Returns the windows of the service hours in Berlin, public holidays left out."""
    zone, closed = ZoneInfo("Europe/Berlin"), holidays.country_holidays("DE", subdiv="BE", years=range(first.year, last.year + 1))
    opens, closes = [], []
    for day in (first + timedelta(days=n) for n in range((last - first).days + 1)):
        for begin, end in (
            () if day in closed or day.weekday() == 6 else ((9, 13),) if day.weekday() == 5 else ((8, 12), (13, 18))
        ):
            opens.append(int(datetime(day.year, day.month, day.day, begin, tzinfo=zone).timestamp()))
            closes.append(int(datetime(day.year, day.month, day.day, end, tzinfo=zone).timestamp()))
    lengths = (close - begin for begin, close in zip(opens, closes, strict=True))
    return Hours(opens, closes, [0, *accumulate(lengths)][: len(opens)])


def seconds(instant: datetime) -> int:
    """Returns a UTC instant as seconds since 1970."""
    return int(instant.replace(tzinfo=UTC).timestamp())


def clocks(hours: Hours, channel: str, opened: int, events: Sequence[Event], as_of: int) -> Iterator[Clock]:
    """Yields every clock of a case; its events are in the order of time, the first tells its priority."""
    spans = _spans(opened, events)
    priorities = _priorities(events)
    for wait in _waits(opened, events, spans, as_of):
        stands_still = ("pending",) if wait.promise in ("full_resolution", "customer_wait") else ()
        looks = (*stands_still, "solved") if wait.is_lasting else ()
        version, stop = 0, wait.final if wait.is_lasting else _first(wait.fulfilled, wait.ended)
        for place, (since, priority) in enumerate(priorities):
            until = priorities[place + 1][0] if place + 1 < len(priorities) else None
            if (until is not None and until <= wait.started) or (since > wait.started and stop is not None and since >= stop):
                continue
            version += 1
            target = HOUR * (BY_PHONE[wait.promise] if channel == "phone" else BY_PRIORITY[wait.promise][priority])
            if until is not None:
                early = _clock(hours, wait, version, target, spans, looks, since, as_of, until)
                if early.state == "superseded":
                    yield early
                    continue
            yield _clock(hours, wait, version, target, spans, looks, since, as_of, None)
            break


def _first(*instants: int | None) -> int | None:
    return min((one for one in instants if one is not None), default=None)


def _spans(opened: int, events: Sequence[Event]) -> list[Span]:
    """Returns the stretches of one status, the last one without an end."""
    changes = [(opened, "new"), *((second, str(value)) for second, kind, value in events if kind == "status")]
    ends = [*(second for second, _ in changes[1:]), 1 << 62]
    return [(since, until, status) for (since, status), until in zip(changes, ends, strict=True) if since < until]


def _priorities(events: Sequence[Event]) -> list[tuple[int, str]]:
    told: list[tuple[int, str]] = []
    for second, kind, value in events:
        if kind == "priority" and (not told or told[-1][1] != value):
            told.append((second, str(value)))
    return told


def _waits(opened: int, events: Sequence[Event], spans: Sequence[Span], as_of: int) -> Iterator[Wait]:
    solved = [since for since, _, status in spans if status == "solved"]
    replies = [second for second, kind, _ in events if kind == "public_reply"]
    first_reply, closed = replies[0] if replies else None, solved[0] if solved else None
    answered = first_reply is not None and (closed is None or first_reply <= closed)
    yield Wait("first_reply", 1, opened, first_reply if answered else None, None if answered else closed, None, False)
    for second, kind, _ in events:
        if kind == "customer_message" and first_reply is not None and second > first_reply:
            reply, ending = _first(*(one for one in replies if one >= second)), _first(*(one for one in solved if one >= second))
            good = reply is not None and (ending is None or reply <= ending)
            yield Wait("next_reply", 1, second, reply if good else None, None if good else ending, None, False)
    at, final = _solution(spans, as_of)
    for promise in ("full_resolution", "customer_wait"):
        yield Wait(promise, 1, opened, at, None, final, True)


def _solution(spans: Sequence[Span], as_of: int) -> tuple[int | None, int | None]:
    """Returns when the case was solved for good, or is solved for now, and since when that is final."""
    for since, until, status in spans:
        if status == "solved":
            if since + FINAL_AFTER <= min(until, as_of):
                return since, since + FINAL_AFTER
            if until > as_of:
                return since, None
    return None, None


def _clock(
    hours: Hours, wait: Wait, version: int, target: int, spans: Sequence[Span], looks: Sequence[str], since: int, as_of: int,
    until: int | None,
) -> Clock:  # fmt: skip
    """Returns a clock as of the end of what is known, or as of another promise's beginning (until): then perhaps superseded."""
    is_early = until is not None
    fulfilled = wait.fulfilled if wait.fulfilled is not None and (until is None or wait.fulfilled <= until) else None
    ended = wait.ended if wait.ended is not None and (until is None or wait.ended <= until) else None
    stopped = fulfilled if fulfilled is not None else ended
    at = stopped if stopped is not None else until if until is not None else as_of
    used, paused, is_still, due = _walked(hours, wait.started, at, target, spans, looks)
    is_still = is_still and stopped is None
    if due is None and not is_still:
        due = hours.after(hours.until(at) + target - used)
    decided = _decided(wait, fulfilled, ended, due, as_of if until is None else until)
    if is_early and (decided is None or (until is not None and decided > until)):
        return Clock(
            wait.promise, wait.occurrence, version, wait.started, due, None, until, None, "superseded", used, paused
        )  # fmt: skip
    state = _state(fulfilled, ended, due, is_still, target, used, as_of)
    decided = max(decided, since) if decided is not None else None
    return Clock(wait.promise, wait.occurrence, version, wait.started, due, fulfilled, ended, decided, state, used, paused)


def _walked(
    hours: Hours, start: int, at: int, target: int, spans: Sequence[Span], stands_still: Sequence[str]
) -> tuple[int, int, bool, int | None]:
    """Walks from the start to an instant: open seconds used, seconds paused, whether time stands still, when the target was used up."""
    if not stands_still:
        begun = hours.until(start)
        return hours.until(at) - begun, 0, False, hours.after(begun + target)
    used, paused, due, is_still = 0, 0, None, False
    for since, until, status in spans:
        begin, end = max(since, start), min(until, at)
        if since <= at < until:
            is_still = status in stands_still
        if begin >= end:
            continue
        if status in stands_still:
            paused += end - begin if status != "solved" else 0
            continue
        before = hours.until(begin)
        length = hours.until(end) - before
        if due is None and used < target <= used + length:
            due = hours.after(before + target - used)
        used += length
    return used, paused, is_still, due


def _decided(wait: Wait, fulfilled: int | None, ended: int | None, due: int | None, known: int) -> int | None:
    if fulfilled is not None and due is not None and fulfilled <= due:
        return wait.final if wait.is_lasting else fulfilled
    if ended is not None:
        return ended if due is None else min(ended, due)
    return due if due is not None and due <= known else None


def _state(
    fulfilled: int | None, ended: int | None, due: int | None, is_still: bool, target: int, used: int, as_of: int
) -> str:  # fmt: skip
    if fulfilled is not None and due is not None:
        return "kept" if fulfilled <= due else "broken_closed"
    if ended is not None:
        return "closed_unanswered"
    if due is not None and due <= as_of:
        return "broken_paused" if is_still else "broken_open"
    if is_still:
        return "paused"
    return "at_risk" if target - used <= 900 or (target - used) * 5 <= target else "open"
