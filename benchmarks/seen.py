"""What came of many people's calls, beside the goals: nothing fails, nobody is sent another's row, what is shown comes in a second."""

import math
import os
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from rich.console import Console
from rich.table import Table

from benchmarks.goals import most_of
from benchmarks.measured import PEOPLE, Measured, spread_of

GOAL_SECONDS: Final = most_of("viewers: p95 of what is shown")
POLLED: Final = "version"
"""Asked for every three seconds and answered at once: half of all calls, which would hide the others."""
MISSED, UNNOTICED = 1, 2
say = Console().print


@dataclass(slots=True)
class Seen:
    """What came of all calls: seconds by kind, what failed, and who was sent what is another's.

    cores: the seconds of the processor per second that the server took, and the callers.   held_on: which cores each was held on.
    alone: seconds by kind while one called at a time, and of the server's processor per second of those.   lasted: seconds.
    """

    seconds: dict[str, list[float]] = field(default_factory=dict)
    failed: list[str] = field(default_factory=list)
    leaks: list[str] = field(default_factory=list)
    told_of: set[bytes] = field(default_factory=set)
    lock: threading.Lock = field(default_factory=threading.Lock)
    cores: tuple[float, float] = (0.0, 0.0)
    held_on: str = ""
    warm_seconds: float = 0.0
    alone: dict[str, list[float]] = field(default_factory=dict)
    cores_alone: float = 0.0
    lasted: float = 0.0

    @property
    def shown(self) -> list[float]:
        """The seconds of every call but those for the version."""
        return [each for kind, values in self.seconds.items() if kind != POLLED for each in values]


def quantile(values: Sequence[float], share: float) -> float:
    """Returns the value that so large a share of all does not exceed."""
    return sorted(values)[max(0, math.ceil(share * len(values)) - 1)]


def table_of(seen: Seen) -> Table:
    """Returns how long each kind of call took."""
    table = Table("call", "count", "p50, ms", "p95, ms", "slowest, ms")
    for kind, values in [*sorted(seen.seconds.items()), (f"all but {POLLED}", seen.shown)]:
        told = (quantile(values, 0.5), quantile(values, 0.95), max(values)) if values else ()
        table.add_row(kind, f"{len(values):,}", *(f"{1000 * each:,.0f}" for each in told))
    return table


def goals_of(seen: Seen) -> tuple[Table, bool]:
    """Returns each goal beside what was measured, and whether all of them were met."""
    p95 = quantile(seen.shown, 0.95) if seen.shown else math.inf
    lines = (
        ("calls that failed", "0", f"{len(seen.failed):,}", not seen.failed),
        ("answers with another's row", "0", f"{len(seen.leaks):,}", not seen.leaks),
        ("p95 of what is shown, warm", f"< {1000 * GOAL_SECONDS:,.0f} ms", f"{1000 * p95:,.0f} ms", p95 < GOAL_SECONDS),
        ("customers told of: else nothing was looked through", "> 0", f"{len(seen.told_of):,}", bool(seen.told_of)),
    )
    table = Table("goal", "wanted", "measured", "")
    for *told, is_met in lines:
        table.add_row(*map(str, told), "met" if is_met else "missed")
    return table, all(is_met for *_, is_met in lines)


def judged(seen: Seen, *, plant: bool) -> int:
    """Tells what was seen and returns the exit code: 1 for any goal that was missed, 2 for what was planted and not noticed."""
    goals, is_met = goals_of(seen)
    say(table_of(seen))
    say(goals)
    for line in (*seen.failed[:5], *seen.leaks[:5]):
        say(f"  {line}")
    _say_who_was_busy(seen)
    if plant:
        say("The planted rows were noticed." if seen.leaks else "What was planted was not noticed.")
        return MISSED if seen.leaks else UNNOTICED
    return 0 if is_met else MISSED


def kept_of(seen: Seen, people: int) -> list[Measured]:
    """Returns what so many people's calls came to as entries to be kept; what one caller alone waited, by kind, as those of one."""

    def entry(
        work: str, figure: float, unit: str = "s", size: int = people, spread: Sequence[float] = (), rounds: int = 1
    ) -> Measured:
        return Measured(
            work=f"viewers: {work}", size=size, of=PEOPLE, figure=figure, unit=unit, spread=spread_of(spread), rounds=rounds
        )

    everything = [each for values in seen.seconds.values() for each in values]
    server, callers = seen.cores
    return [
        entry("p50 of what is shown", quantile(seen.shown, 0.5), spread=seen.shown, rounds=len(seen.shown)),
        entry("p95 of what is shown", quantile(seen.shown, 0.95), rounds=len(seen.shown)),
        entry("calls", len(everything) / seen.lasted, "a second", rounds=len(everything)),
        entry("calls that failed", len(seen.failed), "count", rounds=len(everything)),
        entry("answers with another's row", len(seen.leaks), "count", rounds=len(everything)),
        entry("cores that the server kept busy", server, "count"),
        entry("cores that the callers kept busy", callers, "count"),
        *[
            entry(f"calls, {kind}", len(values) / seen.lasted, "a second", rounds=len(values))
            for kind, values in sorted(seen.seconds.items())
        ],
        *[
            entry(f"{kind}, one caller alone", quantile(values, 0.5), size=1, spread=values, rounds=len(values))
            for kind, values in sorted(seen.alone.items())
        ],
        entry("share of one caller's waiting in which the server works", seen.cores_alone, "share", size=1),
    ]


def _say_who_was_busy(seen: Seen) -> None:
    server, callers = seen.cores
    there = os.cpu_count() or 1
    load = ", ".join(f"{each:.1f}" for each in os.getloadavg())
    say(f"{seen.held_on} Everybody's pages were drawn once before, in {seen.warm_seconds:.0f} s.")
    say(f"The server kept {server:.2f} cores busy and the callers {callers:.2f}, of {there}; load over 1, 5, 15 minutes: {load}.")
    if server + callers > 0.9 * there:
        say("The machine was full: the times above hold the callers' own waiting for a core.")
