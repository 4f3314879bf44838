"""What those who turned away had in common, counted person by person from what happened to each of them.

A person is compared when their outcome is known, nothing set them aside, and they were still at the stage when the span was over.
What the way itself is made of does not go along with it, nor what came with the entry, nor what was told because of the outcome.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import NormalDist

from tests.metrics.oracles.ways_oracle import Question as Asked
from tests.metrics.oracles.ways_oracle import Way, is_set_aside, newcombe

Key = tuple[str, str, str, str, int]  # kind, event, name, value, times


@dataclass(frozen=True, slots=True, kw_only=True)
class Happened:
    """Something that happened to a person: an event with its properties. number: of the journey's own, sales: a step of theirs."""

    second: int
    event: str
    properties: tuple[tuple[str, str], ...] = ()
    number: int | None = None
    is_of_sales: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A question: when it was asked and when it was first replied to."""

    asked: int
    replied: int | None
    counts: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """A promise that was decided: when it was made, when decided, and how."""

    promise: str
    made: int
    decided: int
    kept: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """Everything told of a person. values: of dimensions; as_customer: of dimensions known of customers only, from `gained` on.

    properties: name, value and when they were set, if their source says.
    """

    values: Mapping[str, str]
    as_customer: Mapping[str, str]
    gained: int | None
    happened: Sequence[Happened]
    properties: Sequence[tuple[str, str, int | None]]
    cases: Sequence[Case]
    clocks: Sequence[Clock]


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """A person compared: at the stage from `here` on, looked at until `looked`."""

    name: str
    here: int
    looked: int
    turned_away: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """How many had a thing and how many of those turned away, and the same of those without it."""

    n: int
    turned_away: int
    other_n: int
    other_turned_away: int

    @property
    def difference(self) -> float:
        """Turning away with it less turning away without it."""
        return self.turned_away / self.n - self.other_turned_away / self.other_n

    @property
    def p(self) -> float:
        """The two-sided p value of the pooled two-proportion z test."""
        pooled = (self.turned_away + self.other_turned_away) / (self.n + self.other_n)
        if pooled in (0, 1):
            return 1.0
        z = self.difference / (pooled * (1 - pooled) * (self.n + self.other_n) / (self.n * self.other_n)) ** 0.5
        return 2 * (1 - NormalDist().cdf(abs(z)))


def parts(ways: Iterable[Way], question: Asked, stage: int, span: int, last: int) -> dict[str, list[Compared]]:
    """Return the known people who came to the stage: compared, moved on sooner, left sooner, or too late to be compared."""
    found: dict[str, list[Compared]] = {"compared": [], "moved_on_sooner": [], "left_sooner": [], "too_late": []}
    for way in ways:
        over, here, onward = way.start + question.window, way.first(stage), way.first(stage + 1)
        if over > question.as_of or is_set_aside(way, over, last) or here is None or here > over:
            continue
        looked = here + span
        turned_away = onward is None or onward > over
        one = Compared(name=way.name, here=here, looked=looked, turned_away=turned_away)
        if onward is not None and onward <= looked and onward <= over:
            found["moved_on_sooner"].append(one)
        elif way.left_at is not None and way.left_at <= looked:
            found["left_sooner"].append(one)
        else:
            found["too_late" if looked >= over else "compared"].append(one)
    return found


def tallies(
    people: Sequence[Compared], told: Callable[[Compared], Told], patience: int, cases_known: int, days: Mapping[int, int]
) -> dict[Key, Tally]:
    """Return every thing known of anybody, with the people who had it, compared with those of whom another answer is known.

    days: when the local days end, by their beginning.
    """
    had: dict[Key, set[str]] = {}
    among: dict[tuple[str, str, str], set[str]] = {}
    for one in people:
        for kind, event, name, value, times in _known(one, told(one), patience, cases_known, days):
            among.setdefault((kind, event, name), set()).add(one.name)
            if value is not None:
                had.setdefault((kind, event, name, value, times), set()).add(one.name)
    everyone = {one.name for one in people}
    turned = {one.name for one in people if one.turned_away}
    found = {}
    for key, names in had.items():
        others = _base(key, had, among, everyone) - names
        if others:
            found[key] = Tally(
                n=len(names), turned_away=len(names & turned), other_n=len(others), other_turned_away=len(others & turned)
            )
    return found


def tried(counted: Mapping[Key, Tally], least: int, choices: Callable[[Key], int]) -> dict[Key, Tally]:
    """Return what has enough people on both sides; of two opposite answers only the one that more turned away with."""
    enough = {key: tally for key, tally in counted.items() if tally.n >= least and tally.other_n >= least}
    return {key: tally for key, tally in enough.items() if not _is_the_lesser(key, tally, enough, choices)}


def told_unevenly(
    counted: Mapping[Key, Tally], people: Sequence[Compared], late: Callable[[Key], bool], choices: Callable[[Key], int]
) -> set[Key]:
    """Return what is known, beyond doubt, of over ten points more of those who moved on than of the others, or over ten less."""
    turned = sum(one.turned_away for one in people)
    moved = len(people) - turned
    found = set()
    for key, tally in counted.items():
        if not late(key) or (key[0] == "property" and choices(key) == 1) or not turned or not moved:
            continue
        known_turned = tally.turned_away + tally.other_turned_away
        low, high = newcombe(known_turned, turned, tally.n + tally.other_n - known_turned, moved)
        if low > 0.1 or high < -0.1:
            found.add(key)
    return found


def clear(p_values: Mapping[Key, float], rate: float) -> set[Key]:
    """Return what Benjamini and Hochberg call clear: the k smallest, for the largest k with p(k) <= k / m * rate."""
    by_size = sorted(p_values, key=lambda key: p_values[key])
    most = max((k for k in range(1, len(by_size) + 1) if p_values[by_size[k - 1]] <= k / len(by_size) * rate), default=0)
    return set(by_size[:most])


def _known(
    one: Compared, told: Told, patience: int, cases_known: int, days: Mapping[int, int]
) -> Iterable[tuple[str, str, str, str | None, int]]:
    carried = {**told.values, **(told.as_customer if told.gained is not None and told.gained <= one.looked else {})}
    for name, value in carried.items():
        if value != "unknown":
            yield "dimension", "", name, value, 1
    from_here = days.get(one.here, one.here + 1)
    apart = [thing for thing in told.happened if thing.number is None and not thing.is_of_sales]
    seen = [thing for thing in apart if from_here <= thing.second <= one.looked]
    for event in {thing.event for thing in seen}:
        yield "event", event, "", "at least", 1
        if sum(thing.event == event for thing in seen) >= 3:
            yield "event", event, "", "at least", 3
    for event, name, value in {(thing.event, *each) for thing in seen for each in thing.properties}:
        yield "event property", event, name, value, 1
    for name, value in {(name, value) for name, value, since in told.properties if since is None or since <= one.looked}:
        yield "property", "", name, value, 1
    asked = [
        case
        for case in told.cases
        if case.counts and one.here <= case.asked and case.asked + patience <= min(one.looked, cases_known)
    ]
    if asked:
        waited = any(case.replied is None or case.replied > case.asked + patience for case in asked)
        yield "reply", "", "", "none in time" if waited else None, 1
    for promise in {clock.promise for clock in told.clocks}:
        mine = [
            clock for clock in told.clocks if clock.promise == promise and one.here <= clock.made and clock.decided <= one.looked
        ]
        if mine:
            yield "promise", "", promise, None if all(clock.kept for clock in mine) else "broken", 1


def _base(key: Key, had: Mapping[Key, set[str]], among: Mapping[tuple[str, str, str], set[str]], everyone: set[str]) -> set[str]:
    kind, event, name, _, _ = key
    only = len({other[3] for other in had if other[:3] == key[:3]}) == 1
    if kind == "event" or (kind == "property" and only):
        return everyone
    if kind == "event property" and only:
        return among["event", event, ""]
    return among[kind, event, name]


def _is_the_lesser(key: Key, tally: Tally, enough: Mapping[Key, Tally], choices: Callable[[Key], int]) -> bool:
    if key[0] in ("event", "reply", "promise") or choices(key) != 2:
        return False
    for other, its in enough.items():
        is_opposite = other[:3] == key[:3] and other != key and its.n + tally.n == tally.n + tally.other_n
        if is_opposite and (its.difference, other[3]) > (tally.difference, key[3]):
            return True
    return False
