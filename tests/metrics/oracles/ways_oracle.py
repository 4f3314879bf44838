"""What is to be said of how people went through a journey, worked out in plain Python from their events, one person after the other.

Built on the attempts of `journey_oracle`; it knows nothing of facts. Seconds are whole numbers, shares exact fractions where they can be.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import groupby
from math import exp, log, sqrt

from tests.metrics.oracles.journey_oracle import Attempt, Event, Journey, attempts, entries

Z = 1.959963984540054


@dataclass(frozen=True, slots=True, kw_only=True)
class Life:
    """One customer: what happened to them."""

    name: str
    events: tuple[Event, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """Whom it is about: who entered from `begins` on and before `ends`, in a window, as far as is known."""

    journey: Journey
    as_of: int
    begins: int
    ends: int
    window: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """The first attempt of a person in the period: when it began, its stages, what set it aside, and when it was left."""

    name: str
    start: int
    stages: tuple[Event, ...]
    left_at: int | None
    excluded_at: int | None

    def first(self, low: int, high: int = 99) -> int | None:
        """The second of the first event of a stage from `low` on and before `high`."""
        return min((event.second for event in self.stages if low <= event.what < high), default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Followed:
    """How long a person was followed, and how it ended: reached, left, stayed, open; or apart: straight, set aside."""

    name: str
    ending: str
    seconds: int = 0


def ways(lives: Iterable[Life], question: Question) -> list[Way]:
    """Return the way of everyone who entered in the period, by their first attempt of it."""
    found = []
    for life in lives:
        mine = attempts(life.events, question.journey, question.as_of)
        in_period = [one for one in mine if question.begins <= one.stages[0].second < question.ends]
        if in_period:
            found.append(_way(life, in_period[0], question))
    return found


def is_set_aside(way: Way, until: int, last: int) -> bool:
    """Whether something set them aside until a second, before the stage `last` or a later one."""
    reached = way.first(last)
    return way.excluded_at is not None and way.excluded_at <= until and (reached is None or way.excluded_at < reached)


def followed(way: Way, question: Question, first: int, last: int) -> Followed | None:
    """Return how a person's time from stage `first` to stage `last` ended; None for who came to neither."""
    start, end = way.first(first, last), way.first(last)
    if start is None and end is None:
        return None
    if start is None or (end is not None and end < start):
        return Followed(name=way.name, ending="straight")
    over = start + question.window
    if is_set_aside(way, over, last):
        return Followed(name=way.name, ending="set_aside")
    if end is not None and end <= over:
        return Followed(name=way.name, ending="reached", seconds=end - start)
    if way.left_at is not None and way.left_at <= over:
        return Followed(name=way.name, ending="left", seconds=way.left_at - start)
    if over <= question.as_of:
        return Followed(name=way.name, ending="stayed", seconds=question.window)
    return Followed(name=way.name, ending="open", seconds=question.as_of - start)


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """A step of a curve."""

    seconds: int
    share: Fraction
    variance: Fraction
    at_risk: int


def aalen_johansen(people: Sequence[Followed], ending: str) -> tuple[list[Point], Fraction]:
    """Return the steps of the curve of one ending against all others, and the share to which nothing has happened at the end.

    Textbook sums over the instants, each taken anew: S(t-) d / n for the share; for its variance at t, over the instants until t,
    (F(t) - F)² d_all / n (n - d_all) + S(t-)² d (n - d) / n³ - 2 (F(t) - F) S(t-) d / n².
    """
    instants = []
    still, share = Fraction(1), Fraction(0)
    for second in sorted({one.seconds for one in people}):
        n = sum(one.seconds >= second for one in people)
        now = [one.ending for one in people if one.seconds == second]
        own, every = now.count(ending), now.count("reached") + now.count("left")
        before = still
        share += before * own / n
        still *= 1 - Fraction(every, n)
        instants.append((second, n, own, every, before, share))
    points = []
    for place, (second, n, own, _, _, total) in enumerate(instants):
        if own:
            variance = sum((_spread(total, instant) for instant in instants[: place + 1]), Fraction(0))
            points.append(Point(seconds=second, share=total, variance=variance, at_risk=n))
    return points, still


def within_which(points: Sequence[Point], part: Fraction) -> int | None:
    """Return the second by which this part of those who ever will have."""
    return next((point.seconds for point in points if point.share >= part * points[-1].share), None)


def log_log_interval(share: float, variance: float) -> tuple[float, float]:
    """Return the 95 % interval on the scale of log(-log)."""
    error = Z * sqrt(variance) / (share * log(share))
    low, high = sorted((exp(log(share) * exp(error)), exp(log(share) * exp(-error))))
    return low, high


def wilson(yes: int, n: int) -> tuple[float, float]:
    """Return the roots of (p - yes / n)² = z² p (1 - p) / n."""
    a, b, c = 1 + Z * Z / n, -(2 * yes / n + Z * Z / n), (yes / n) ** 2
    root = sqrt(max(0.0, b * b - 4 * a * c))
    return (-b - root) / (2 * a), (-b + root) / (2 * a)


def newcombe(yes: int, n: int, other_yes: int, other_n: int) -> tuple[float, float]:
    """Return the interval of yes / n - other_yes / other_n from the two Wilson intervals."""
    (low, high), (other_low, other_high) = wilson(yes, n), wilson(other_yes, other_n)
    one, other = yes / n, other_yes / other_n
    return (
        one - other - sqrt((one - low) ** 2 + (other_high - other) ** 2),
        one - other + sqrt((high - one) ** 2 + (other - other_low) ** 2),
    )


def path(places: Iterable[str], most: int) -> str:
    """Return places one after the other, each once for as long as it stays the same."""
    told = [place for place, _ in groupby(places)]
    return " > ".join(told[:most]) + (" > …" if len(told) > most else "")


def entry_rows(life: Life, journey: Journey, as_of: int, moment: Callable[[int], object]) -> list[dict[str, object]]:
    """Return what fct_stage_entry holds of a customer's attempts, by the oracle of that fact."""
    starts: list[int] = []
    rows = []
    for entry in entries(life.events, journey, as_of):
        if entry.starts_attempt:
            starts.append(entry.second)
        earlier = starts[-2] if len(starts) > 1 else None
        rows.append(
            {
                "event_id": f"{life.name}, attempt {entry.attempt_no}, {entry.second}",
                "attempt_no": entry.attempt_no,
                "entered_stage": entry.stage,
                "entered_at": moment(entry.second),
                "previous_entered_at": None if earlier is None else moment(earlier),
                "starts_attempt": entry.starts_attempt,
                "excluded_after": entry.excluded_after,
                "left_after": entry.left_after,
                **{f"next_{stage}": seconds for stage, seconds in enumerate(entry.next_in, start=1)},
            }
        )
    return rows


def _way(life: Life, attempt: Attempt, question: Question) -> Way:
    start = attempt.stages[0]
    excluded = [
        event.second
        for event in attempt.events
        if event.what == 98 and event.place > start.place and _brackets(attempt, event, question.journey)
    ]
    return Way(
        name=life.name,
        start=start.second,
        stages=tuple(attempt.stages),
        left_at=attempt.left_at,
        excluded_at=min(excluded, default=None),
    )


def _brackets(attempt: Attempt, event: Event, journey: Journey) -> bool:
    after, before = journey.brackets[event.variant]
    reached = max((other.what for other in attempt.stages if other.place < event.place), default=0)
    return after <= reached < before


def _spread(total: Fraction, instant: tuple[int, int, int, int, Fraction, Fraction]) -> Fraction:
    _, n, own, every, before, share = instant
    ahead = total - share
    lost = ahead * ahead * Fraction(every, n * (n - every)) if every < n else Fraction(0)
    return lost + before * before * Fraction(own * (n - own), n**3) - 2 * ahead * before * Fraction(own, n * n)
