"""How far each customer got, found by looking at every event from every moment that may be counted from.

Time is in whole units, as in journey_oracle, whose attempts and ways it takes; nothing here knows of facts, bits or seconds to come.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from tests.metrics.oracles.journey_oracle import Attempt, Event, Journey, attempts, excluded_at, in_order, straight_ways

NOT_REACHED = "not reached"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What is asked: people whose entry lies in [start, end) count from their anchors for so long, as far as is known.

    window: in whole units, in which everything happens.   over: the same with what is left over of a unit, when that is not all.
    """

    mode: str
    anchor: str
    start: float
    end: float
    window: int
    as_of: int
    attribution: str = "entry"
    step: int = 0
    over: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """One moment counted from, and when each stage was seen from there in time, by its number (in "any" by how many were seen)."""

    anchor: Event
    seen: Mapping[int, tuple[int, int]]
    level: int
    is_set_aside: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """One who entered: what is known of them, how far they got, and the event that tells their group (None: not reached)."""

    entered: int
    state: str
    level: int
    seen: frozenset[int]
    steps: Mapping[int, int]
    told_by: Event | None


def person(events: Sequence[Event], journey: Journey, asked: Asked) -> Person | None:
    """Return how far a customer got, or None when no attempt was entered in the period."""
    for attempt in attempts(events, journey, asked.as_of):
        firsts = [event for event in attempt.stages if event.what == 1]
        starts = attempt.stages[:1] if asked.mode in ("reached", "any") else firsts[:1]
        if starts and asked.start <= starts[0].second < asked.end:
            again = [event for event in firsts if event.second < asked.end and event != starts[0]]
            return _best(starts + (again if asked.anchor == "latest" else []), attempt, journey, asked)
    return None


def _best(anchors: Sequence[Event], attempt: Attempt, journey: Journey, asked: Asked) -> Person:
    tries = [_tried(anchor, attempt, journey, asked) for anchor in anchors]
    best = min(tries, key=lambda one: (-one.level, one.anchor.place))
    is_over = all(anchor.second + (asked.over or asked.window) <= asked.as_of for anchor in anchors)
    waiting = "open" if attempt.left_at is None else "left"
    return Person(
        entered=anchors[0].second,
        state="set aside" if best.is_set_aside else "known" if is_over else waiting,
        level=best.level,
        seen=frozenset(range(1, best.level + 1)) if asked.mode == "any" else frozenset(best.seen),
        steps={
            number: best.seen[number][0] - best.seen[number - 1][0]
            for number in best.seen
            if number - 1 in best.seen and best.seen[number][0] >= best.seen[number - 1][0]
        },
        told_by=_told_by(best, attempt, asked),
    )


def _tried(anchor: Event, attempt: Attempt, journey: Journey, asked: Asked) -> Tried:
    seen = _seen(anchor, attempt, journey, asked)
    aside = excluded_at(anchor, attempt, journey)
    in_time = aside is not None and aside - anchor.second <= asked.window
    too_late = journey.stages in seen and aside is not None and seen[journey.stages][0] <= aside
    return Tried(anchor=anchor, seen=seen, level=max(seen, default=1), is_set_aside=in_time and not too_late)


def _seen(anchor: Event, attempt: Attempt, journey: Journey, asked: Asked) -> dict[int, tuple[int, int]]:
    rest = [event for event in attempt.stages if event.place >= anchor.place]
    end = anchor.second + asked.window
    if asked.mode == "ordered":
        places = dict(enumerate(in_order(anchor, rest, journey), start=2))
        return {1: anchor.place} | {n: (second, n) for n, second in places.items() if second is not None and second <= end}
    if asked.mode == "strict":
        ways = [way for way in straight_ways([anchor], rest, journey) if way[-1].second <= end]
        return {event.what: event.place for event in max(ways, key=len)}
    firsts = _firsts(event for event in rest if event.second <= end)
    if asked.mode == "any":
        return dict(enumerate(sorted(firsts.values()), start=1))
    return firsts


def _firsts(events: Iterable[Event]) -> dict[int, tuple[int, int]]:
    found: dict[int, tuple[int, int]] = {}
    for event in sorted(events, key=lambda event: event.place):
        found.setdefault(event.what, event.place)
    return found


def _told_by(best: Tried, attempt: Attempt, asked: Asked) -> Event | None:
    if asked.attribution == "entry":
        return best.anchor
    if asked.attribution == "first":
        return attempt.stages[0]
    if asked.attribution == "last":
        return max(
            (event for event in attempt.stages if event.second <= best.anchor.second + asked.window),
            key=lambda event: event.place,
        )
    reached = min((place for number, place in best.seen.items() if number >= asked.step), default=None)
    return next((event for event in attempt.stages if event.place == reached), None)
