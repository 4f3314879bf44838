"""What came of many people's calls, beside the goals: nothing fails, nobody is sent another's row, what is shown comes in a second."""

import math
import os
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from rich.console import Console
from rich.table import Table

GOAL_SECONDS: Final = 1.0
POLLED: Final = "version"
"""Asked for every three seconds and answered at once: half of all calls, which would hide the others."""
MISSED, UNNOTICED = 1, 2
say = Console().print


@dataclass(slots=True)
class Seen:
    """What came of all calls: seconds by kind, what failed, and who was sent what is another's.

    cores: the seconds of the processor per second that the server took, and the callers.   held_on: which cores each was held on.
    """

    seconds: dict[str, list[float]] = field(default_factory=dict)
    failed: list[str] = field(default_factory=list)
    leaks: list[str] = field(default_factory=list)
    told_of: set[bytes] = field(default_factory=set)
    lock: threading.Lock = field(default_factory=threading.Lock)
    cores: tuple[float, float] = (0.0, 0.0)
    held_on: str = ""
    warm_seconds: float = 0.0

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


def _say_who_was_busy(seen: Seen) -> None:
    server, callers = seen.cores
    there = os.cpu_count() or 1
    load = ", ".join(f"{each:.1f}" for each in os.getloadavg())
    say(f"{seen.held_on} Everybody's pages were drawn once before, in {seen.warm_seconds:.0f} s.")
    say(f"The server kept {server:.2f} cores busy and the callers {callers:.2f}, of {there}; load over 1, 5, 15 minutes: {load}.")
    if server + callers > 0.9 * there:
        say("The machine was full: the times above hold the callers' own waiting for a core.")
