"""A small simulation of people before a server: how long each waits, drawn call by call.

A machine has cores. A server on it has workers, each with some threads that take calls in the order in which they come, and of which
only so many run at once (Python's lock: one). Who works does so in short turns on a core. A browser keeps its connection, and so its
worker. A call costs what it took one caller alone: the part in which the server worked is work on a core, the rest passes wherever.
"""

import math
import random
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import simpy

TURN: Final = 0.005  # Python's own: after so long a thread lets go of the lock
Steps = Generator[Any, Any, None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """A server: cores of its machine, workers, threads of each, how many of a worker's threads run at once, seconds of one turn."""

    cores: int
    workers: int
    threads: int
    at_once: int = 1
    turn: float = TURN


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What calls of a kind cost: seconds that one caller alone waited, as quantiles, and the share of them in which the server works."""

    alone: tuple[float, ...]
    share: float = 1.0

    def drawn(self, chance: random.Random) -> tuple[float, float]:
        """Returns the work on a core, and the seconds that pass elsewhere, of one call drawn by lot."""
        place = chance.random() * (len(self.alone) - 1)
        below = math.floor(place)
        above = min(below + 1, len(self.alone) - 1)
        seconds = self.alone[below] + (place - below) * (self.alone[above] - self.alone[below])
        return seconds * self.share, max(0.0, seconds * (1 - self.share))


@dataclass(frozen=True, slots=True, kw_only=True)
class Habits:
    """What somebody does: calls of a page one after the other, then the version every so often until the next page.

    pages: the kinds of calls of each page, in turns.   on_page, between: seconds.
    """

    pages: tuple[tuple[str, ...], ...]
    on_page: float
    between: float
    polled: str


@dataclass(slots=True)
class Waited:
    """The seconds of every call by kind, and for how long calls were counted."""

    seconds: dict[str, list[float]] = field(default_factory=dict)
    lasted: float = 0.0

    def shown(self, polled: str) -> list[float]:
        """The seconds of every call but those for the version."""
        return [each for kind, values in self.seconds.items() if kind != polled for each in values]

    @property
    def calls_a_second(self) -> float:
        return sum(map(len, self.seconds.values())) / self.lasted


class _Machine:
    """The cores, and the workers of the server on them."""

    def __init__(self, world: simpy.Environment, server: Server) -> None:
        self.world, self.server = world, server
        self.cores = simpy.Resource(world, server.cores)
        self.threads = [simpy.Resource(world, server.threads) for _ in range(server.workers)]
        self.locks = [simpy.Resource(world, server.at_once) for _ in range(server.workers)]

    def answer(self, worker: int, work: float) -> Steps:
        """Waits for a thread of the worker, and works turn by turn."""
        with self.threads[worker].request() as thread:
            yield thread
            yield from self.work(work, self.locks[worker])

    def work(self, seconds: float, lock: simpy.Resource | None = None) -> Steps:
        """Works so many seconds on some core, turn by turn, under a lock where there is one."""
        left = seconds
        while left > 0:
            turn = min(left, self.server.turn)
            if lock is None:
                yield from self._turn(turn)
            else:
                with lock.request() as held:
                    yield held
                    yield from self._turn(turn)
            left -= turn

    def _turn(self, seconds: float) -> Steps:
        with self.cores.request() as core:
            yield core
            yield self.world.timeout(seconds)


def crowd(
    server: Server,
    habits: Sequence[Habits],
    costs: Mapping[str, Cost],
    *,
    seconds: float,
    caller_work: float = 0.0,
    seed: int = 1,
) -> Waited:
    """Returns what everybody waited, one of `habits` each, for so many seconds from when everybody is there.

    caller_work: the seconds of this machine's cores that a caller needs for one call, where they call from the machine itself.
    """
    world, chance = simpy.Environment(), random.Random(seed)
    machine, waited = _Machine(world, server), Waited(lasted=seconds)
    begin = max(one.on_page for one in habits)

    def call(kind: str, worker: int) -> Steps:
        work, elsewhere = costs[kind].drawn(chance)
        asked = world.now
        yield from machine.work(caller_work)
        yield from machine.answer(worker, work)
        if elsewhere:
            yield world.timeout(elsewhere)
        if begin <= asked < begin + seconds:
            waited.seconds.setdefault(kind, []).append(world.now - asked)

    def person(own: Habits, worker: int) -> Steps:
        yield world.timeout(chance.uniform(0, own.on_page))
        turn = chance.randrange(len(own.pages))
        while True:
            for kind in own.pages[turn % len(own.pages)]:
                yield from call(kind, worker)
            turn, next_page = turn + 1, world.now + own.on_page
            while world.now < next_page:
                yield world.timeout(own.between * chance.uniform(0.8, 1.2))
                yield from call(own.polled, worker)

    for number, own in enumerate(habits):
        world.process(person(own, number % server.workers))
    world.run(until=begin + seconds)
    return waited


def queue(server: Server, rate: float, work: Callable[[random.Random], float], *, calls: int, seed: int = 1) -> list[float]:
    """Returns the seconds of calls that come by chance, so many a second, to a server: the case that has a closed form."""
    world, chance = simpy.Environment(), random.Random(seed)
    machine, waited = _Machine(world, server), list[float]()

    def one(worker: int, seconds: float) -> Steps:
        asked = world.now
        yield from machine.answer(worker, seconds)
        waited.append(world.now - asked)

    def arrivals() -> Steps:
        for number in range(calls):
            yield world.timeout(chance.expovariate(rate))
            world.process(one(number % server.workers, work(chance)))

    world.process(arrivals())
    world.run()
    return waited


def erlang_c(servers: int, load: float) -> float:
    """Returns the probability that a call has to wait in M/M/c, load = arrivals × mean work < servers (Erlang 1917)."""
    terms = [load**number / math.factorial(number) for number in range(servers)]
    last = load**servers / math.factorial(servers) * servers / (servers - load)
    return last / (sum(terms) + last)


def waits(servers: int, rate: float, mean: float) -> float:
    """Returns the mean seconds of a call in M/M/c, its work included."""
    load = rate * mean
    return erlang_c(servers, load) * mean / (servers - load) + mean


def most_people(judged: Callable[[int], float], limit: float, *, fewest: int, most: int, within: float = 0.05) -> int:
    """Returns the most people of whom the judged figure does not exceed the limit, to within a share; 0 where fewest do."""
    if judged(fewest) > limit:
        return 0
    if judged(most) <= limit:
        return most
    low, high = fewest, most
    while high - low > max(1, within * low):
        middle = (low + high) // 2
        low, high = (middle, high) if judged(middle) <= limit else (low, middle)
    return low


def mixed(several: Sequence[tuple[float, Habits]], people: int) -> Iterator[Habits]:
    """Yields the habits of so many people, each kind with its share, spread evenly among the others."""
    due = [0.0] * len(several)
    for _ in range(people):
        due = [owed + share for owed, (share, _) in zip(due, several, strict=True)]
        chosen = max(range(len(several)), key=lambda number: due[number])
        due[chosen] -= 1
        yield several[chosen][1]
