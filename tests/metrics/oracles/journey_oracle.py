"""What a journey's facts must say of one customer, found by looking at every event and trying every way through them.

Seconds are whole numbers. An event is a stage (1 …), SET_ASIDE or EXIT; in one second stages come first, in their order, then what
sets aside, then exits.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations

SET_ASIDE = 98
EXIT = 99


@dataclass(frozen=True, slots=True, order=True)
class Event:
    """One event of a journey: when, what, which of the events that set aside, and its own number."""

    second: int
    what: int
    variant: int = 0
    number: int = 0

    @property
    def place(self) -> tuple[int, int]:
        """What sorts events in time."""
        return self.second, self.what

    @property
    def is_stage(self) -> bool:
        """Whether it enters a stage."""
        return self.what < SET_ASIDE


@dataclass(frozen=True, slots=True, kw_only=True)
class Journey:
    """How many stages, which of them may be left out, the idle gap, and for each variant of SET_ASIDE from which stage until which.

    within: the seconds that a stage may take from the required one before it, by its number; those that have none are not there.
    """

    stages: int
    optional: frozenset[int]
    idle_gap: int
    brackets: tuple[tuple[int, int], ...]
    within: Mapping[int, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One moment from which a way can be counted; started, entered: its attempt's start and first first stage; the same of those before."""

    attempt_no: int
    second: int
    started: int
    started_before: int | None
    entered: int | None
    entered_before: int | None
    stage: int
    starts_attempt: bool
    is_first_entry: bool
    next_in: tuple[int | None, ...]
    then_in: tuple[int | None, ...]
    straight_through: int
    excluded_after: int | None
    left_after: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """The events of one attempt, from its first stage on, and the second at which it was left."""

    events: tuple[Event, ...]
    left_at: int | None

    @property
    def stages(self) -> list[Event]:
        """Its stages, in order."""
        return [event for event in self.events if event.is_stage]


def attempts(events: Sequence[Event], journey: Journey, as_of: int) -> list[Attempt]:
    """Return a customer's attempts: events are together as long as no exit and no idle gap lies between them."""
    known = sorted(
        {(event.place, event.variant): event for event in sorted(events, reverse=True) if event.second <= as_of}.values()
    )
    groups: list[list[Event]] = []
    for event in known:
        before = groups[-1][-1] if groups else None
        if before is None or before.what == EXIT or event.second - before.second > journey.idle_gap:
            groups.append([])
        groups[-1].append(event)
    return [_attempt(group, journey, as_of) for group in groups if any(event.is_stage for event in group)]


def entries(events: Sequence[Event], journey: Journey, as_of: int) -> list[Entry]:
    """Return the moments from which the customer's way is counted: every first stage, and every attempt's start."""
    found = []
    before: list[Attempt] = []
    for attempt in attempts(events, journey, as_of):
        found += [
            _entry(event, before, attempt, journey) for event in attempt.stages if event.what == 1 or event == attempt.stages[0]
        ]
        before.append(attempt)
    return found


def stage_at(events: Sequence[Event], journey: Journey, as_of: int, instant: int) -> int | None:
    """Return the highest stage of the attempt that the customer is in just before an instant (at most as_of), or None."""
    seen = [event for event in events if event.second < instant]
    current = attempts(seen, journey, as_of)
    if not current:
        return None
    last = max(event.place for event in seen)
    members = current[-1].events
    is_over = members[-1].place != last or last[1] == EXIT or instant - last[0] > journey.idle_gap
    return None if is_over else max(event.what for event in members if event.is_stage)


def _attempt(group: list[Event], journey: Journey, as_of: int) -> Attempt:
    first = next(number for number, event in enumerate(group) if event.is_stage)
    last = group[-1]
    idle_at = last.second + journey.idle_gap
    left_at = last.second if last.what == EXIT else idle_at if idle_at <= as_of else None
    return Attempt(events=tuple(group[first:]), left_at=left_at)


def _entry(event: Event, before: Sequence[Attempt], attempt: Attempt, journey: Journey) -> Entry:
    rest = [other for other in attempt.stages if other.place >= event.place]
    later = [_least(other.second for other in rest if other.what == stage) for stage in range(1, journey.stages + 1)]
    ordered = in_order(event, rest, journey) if event.what == 1 else [None] * (journey.stages - 1)
    return Entry(
        attempt_no=len(before) + 1,
        second=event.second,
        started=attempt.stages[0].second,
        started_before=before[-1].stages[0].second if before else None,
        entered=_entered(attempt),
        entered_before=max((second for one in before if (second := _entered(one)) is not None), default=None),
        stage=event.what,
        starts_attempt=event == attempt.stages[0],
        is_first_entry=event.what == 1 and event.second == _entered(attempt),
        next_in=tuple(_since(event, second) for second in later),
        then_in=tuple(_since(event, second) for second in ordered),
        straight_through=_straight(event, rest, journey) if event.what == 1 else 0,
        excluded_after=_since(event, excluded_at(event, attempt, journey)),
        left_after=_since(event, attempt.left_at),
    )


def _entered(attempt: Attempt) -> int | None:
    return _least(event.second for event in attempt.stages if event.what == 1)


def in_order(anchor: Event, rest: Sequence[Event], journey: Journey) -> list[int | None]:
    """The earliest second of each stage from 2 on: of all ways through the required ones, and for optional ones between those.

    Then each is judged by its own time from the required one before it: too late is not reached, nor is what comes after it.
    """
    required = [stage for stage in range(1, journey.stages + 1) if stage not in journey.optional]
    earliest = {stage: _earliest(anchor, rest, required[: number + 1]) for number, stage in enumerate(required)}
    found: list[int | None] = []
    is_broken = False
    for stage in range(2, journey.stages + 1):
        start = earliest[max(other for other in required if other < stage)]
        if stage in required:
            event = earliest[stage]
        else:
            end = earliest[min(other for other in required if other > stage)]
            between = [other for other in rest if start and other.what == stage and other.place > start.place]
            event = min((other for other in between if end is None or other.place < end.place), default=None)
        is_late = (
            event is not None and start is not None and event.second - start.second > journey.within.get(stage, event.second)
        )
        is_broken = is_broken or (is_late and stage in required)
        found.append(event.second if event and not is_late and not is_broken else None)
    return found


def _earliest(anchor: Event, rest: Sequence[Event], stages: Sequence[int]) -> Event | None:
    ways = combinations([event for event in rest if event.place > anchor.place], len(stages) - 1)
    ends = [way[-1] if way else anchor for way in ways if [event.what for event in way] == list(stages[1:])]
    return min(ends, default=None)


def _straight(anchor: Event, rest: Sequence[Event], journey: Journey) -> int:
    """The furthest stage that a way through 2, 3, … reaches in time when only repeats of the stage one is in lie in between."""
    return max(way[-1].what for way in straight_ways([anchor], rest, journey))


def straight_ways(way: list[Event], rest: Sequence[Event], journey: Journey) -> Iterator[list[Event]]:
    yield way
    here = way[-1]
    for event in rest:
        between = [other for other in rest if here.place < other.place < event.place]
        in_time = event.second - here.second <= journey.within.get(event.what, event.second)
        if event.place > here.place and event.what == here.what + 1 and in_time and all(one.what == here.what for one in between):
            yield from straight_ways([*way, event], rest, journey)


def excluded_at(anchor: Event, attempt: Attempt, journey: Journey) -> int | None:
    found = []
    for event in attempt.events:
        reached = max((other.what for other in attempt.stages if other.place < event.place), default=0)
        after, before = journey.brackets[event.variant]
        if event.what == SET_ASIDE and event.place > anchor.place and after <= reached < before:
            found.append(event.second)
    return min(found, default=None)


def _least(seconds: Iterator[int]) -> int | None:
    return min(seconds, default=None)


def _since(anchor: Event, second: int | None) -> int | None:
    return None if second is None else second - anchor.second
