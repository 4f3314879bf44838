"""`python -m tests.faults [NAME …]`: break things on purpose, as often as is said; end with 1 if anything was lost on the way.

Every scenario prints one line of counts. Then the product is broken itself, in every way that a scenario declares as PLANTED:
a scenario that does not notice has missed it.
"""

import argparse
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass

from rich.console import Console
from rich.table import Table

from tests.faults.fault import Counts, Scenario, scenarios, stopped_at_once

SHOWN = 5
SEED = 20_261_101

say = Console(soft_wrap=True, highlight=False).print


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of one scenario: its counts, the planted breaks that it noticed and those that it did not, its seconds."""

    name: str
    counts: Counts | None
    caught: Sequence[str]
    slipped: Sequence[str]
    seconds: float

    @property
    def is_good(self) -> bool:
        """Whether nothing was missed."""
        return not self.slipped and not (self.counts and self.counts.misses)


def outcome(scenario: Scenario, count: int, seed: int, planted_only: bool) -> Outcome:
    """Run one scenario, then its short form on the product broken in every planted way."""
    started, counts = time.perf_counter(), None
    if not planted_only:
        counts = scenario.run(count, seed)
        say(counts.line)
        for miss in counts.misses[:SHOWN]:
            say(f"  MISS {miss}")
    noticed = {name: _notices(scenario, name, seed) for name in scenario.planted}
    return Outcome(
        name=scenario.name,
        counts=counts,
        caught=[name for name, is_noticed in noticed.items() if is_noticed],
        slipped=[name for name, is_noticed in noticed.items() if not is_noticed],
        seconds=time.perf_counter() - started,
    )


def _notices(scenario: Scenario, planted: str, seed: int) -> bool:
    with scenario.planted[planted](), stopped_at_once():
        misses = scenario.run(scenario.short, seed).misses
    say(f"{scenario.name}, broken on purpose ({planted}): " + (f"caught: {misses[0]}" if misses else "NOT CAUGHT"))
    return bool(misses)


def table(outcomes: Sequence[Outcome]) -> Table:
    """Return the counts of all scenarios, one a row."""
    made = Table("scenario", "counts", "misses", "planted, caught", "seconds", title="What was broken, and what was lost")
    for one in outcomes:
        counted = ", ".join(f"{times:,} {what}" for what, times in one.counts.counted.items()) if one.counts else ""
        misses = f"{len(one.counts.misses):,}" if one.counts else ""
        caught = f"{len(one.caught)} of {len(one.caught) + len(one.slipped)}"
        made.add_row(one.name, counted, misses, caught, f"{one.seconds:,.0f}")
    return made


def main(words: Sequence[str] | None = None) -> int:
    """Run what is asked for; return 0 when nothing was missed."""
    known = {scenario.name: scenario for scenario in scenarios()}
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=(__doc__ or "").split("\n\n")[1])
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"all, or some of: {', '.join(known)}")
    parser.add_argument("--count", type=int, help="how many times, instead of each scenario's own long form")
    parser.add_argument("--short", action="store_true", help="as often as CI does")
    parser.add_argument("--seed", type=int, default=SEED, help="which moments and places are drawn")
    parser.add_argument("--planted", action="store_true", help="only the planted breaks, each of which must be noticed")
    asked = parser.parse_args(words)
    if unknown := set(asked.names) - known.keys():
        parser.error(f"{', '.join(sorted(unknown))} is no scenario. Use one of: {', '.join(known)}")
    chosen = [known[name] for name in asked.names or known]
    outcomes = [
        outcome(one, asked.count or (one.short if asked.short else one.long), asked.seed, asked.planted) for one in chosen
    ]  # fmt: skip
    say(table(outcomes))
    return 0 if all(one.is_good for one in outcomes) else 1


if __name__ == "__main__":
    sys.exit(main())
