"""What every fault scenario shares: its counts, its progress, and the breaks of the product that it must notice.

A scenario is a module of this folder, found by its names:

    SHORT, LONG                       how many times in CI and in `make faults`
    PLANTED                           by name, a way to break the product on purpose: () -> context manager
    run(count, seed) -> Counts        breaks things `count` times; whatever must not happen is a miss

Its first line of docstring says what must hold. `python -m tests.faults` runs them, tests/faults/test_faults.py runs them short.
"""

import importlib
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from unittest import mock

from rich.console import Console
from rich.progress import track

HERE = Path(__file__).parent
ENOUGH_MISSES = 20
Planted = Mapping[str, Callable[[], AbstractContextManager[object]]]

console = Console(stderr=True)


@dataclass(slots=True)
class Counts:
    """What a scenario counted, in words of its own, and one sentence for each thing that must not have happened."""

    name: str
    counted: Counter[str] = field(default_factory=Counter)
    misses: list[str] = field(default_factory=list)
    started: float = field(default_factory=time.perf_counter)

    def count(self, what: str, times: int = 1) -> None:
        """Add to one of the counts."""
        self.counted[what] += times

    def miss(self, sentence: str) -> None:
        """Note what must not have happened."""
        self.misses.append(sentence)

    def expect(self, holds: bool, otherwise: str) -> None:
        """Note a miss unless something holds."""
        if not holds:
            self.miss(otherwise)

    @property
    def is_lost(self) -> bool:
        """Whether there are so many misses that going on tells nothing new."""
        return len(self.misses) >= ENOUGH_MISSES

    @property
    def line(self) -> str:
        """The counts on one line: name: 1,000 kills, 612 at work …; 0 misses."""
        counted = ", ".join(f"{times:,} {what}" for what, times in self.counted.items())
        return f"{self.name}: {counted}; {len(self.misses):,} misses"


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """One module that breaks things: its name, what must hold, how often, and the breaks that it must notice."""

    name: str
    promise: str
    short: int
    long: int
    planted: Planted
    run: Callable[[int, int], Counts]


def scenarios() -> tuple[Scenario, ...]:
    """Return every scenario of this folder, by name."""
    names = sorted(path.stem for path in HERE.glob("*.py") if not path.stem.startswith(("test_", "_")) and path.stem != "fault")
    modules = [importlib.import_module(f"tests.faults.{name}") for name in names]
    return tuple(_scenario(module) for module in modules if hasattr(module, "run"))


def steps(count: int, doing: str) -> Iterator[int]:
    """Yield 0 … count - 1 behind a progress line; where no terminal shows one, a line is written for every tenth."""
    if console.is_terminal:
        yield from track(range(count), description=doing, console=console, transient=True)
        return
    for number in range(count):
        if count >= 100 and number % (count // 10) == 0 and number:
            console.print(f"{doing}: {number:,} of {count:,}")
        yield number


def stopped_at_once() -> AbstractContextManager[object]:
    """Let one miss be enough: of a product that is broken on purpose nothing more is to be learned."""
    return mock.patch(f"{__name__}.ENOUGH_MISSES", 1)


def _scenario(module: ModuleType) -> Scenario:
    name = module.__name__.rpartition(".")[2]
    promise = (module.__doc__ or "").strip().splitlines()[0]
    return Scenario(
        name=name, promise=promise, short=module.SHORT, long=module.LONG, planted=module.PLANTED, run=module.run
    )  # fmt: skip
