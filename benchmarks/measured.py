"""What the benchmarks measured, kept in one file: benchmarks/measured.json, sorted, one entry for each work and size.

A later measurement of the same work and size takes the place of the earlier one. Each entry says what it was held against, when, in how
many rounds, by which command, and on what machine.
"""

import json
import os
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from benchmarks.goals import goal_of

FILE: Final = Path(__file__).parent / "measured.json"
INTERACTIONS, CASES, PEOPLE, MINUTES = "interactions", "cases", "people", "minutes"
GIGABYTE: Final = 1e9
Kept = Mapping[tuple[str, int], "Measured"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """One figure of one work at one size, in a unit (s, bytes, ×, a second, share, count).

    ratio: the same as a multiple of what it is held against.
    of: what the size counts.   spread: the figure's quantiles, from the least to the most, evenly apart.   on: the day, UTC.
    run: the command.   goal: what it is held against, and is_met whether it was reached, None where there is none.
    """

    work: str
    size: int
    of: str
    figure: float
    unit: str
    ratio: float | None = None
    rounds: int = 1
    spread: tuple[float, ...] = ()
    on: str = ""
    run: str = ""
    cores: int = 0
    memory_bytes: int = 0
    goal: str = ""
    is_met: bool | None = None

    @property
    def judged(self) -> float:
        """What a goal is held against: the ratio where there is one."""
        return self.figure if self.ratio is None else self.ratio


def keep(found: Iterable[Measured], file: Path = FILE) -> None:
    """Puts what was measured now into the file, in place of what it held of the same works and sizes."""
    kept = {**read(file), **{(each.work, each.size): signed(each) for each in found}}
    entries = [_told(kept[key]) for key in sorted(kept)]
    unfinished = file.with_suffix(".part")
    unfinished.write_text(json.dumps(entries, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    unfinished.replace(file)


def read(file: Path = FILE) -> dict[tuple[str, int], Measured]:
    """Returns what is kept, by work and size; nothing where there is no file."""
    if not file.exists():
        return {}
    entries = json.loads(file.read_text(encoding="utf-8"))
    found = [Measured(**{**entry, "spread": tuple(entry.get("spread", ()))}) for entry in entries]
    return {(each.work, each.size): each for each in found}


def signed(each: Measured) -> Measured:
    """Returns an entry with the day, the command, the machine, and how it stands to its goal."""
    goal = goal_of(each.work)
    limit = goal.limit(each.size) if goal else None
    return replace(
        each,
        on=datetime.now(UTC).date().isoformat(),
        run=command(),
        cores=len(os.sched_getaffinity(0)),
        memory_bytes=os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE"),
        goal=goal.words(each.size) if goal and limit is not None else "",
        is_met=goal.is_met(each.judged, each.size) if goal else None,
    )


def command() -> str:
    """Returns the command that runs now, as it would be typed."""
    return " ".join(["python -m benchmarks", *sys.argv[1:]])


def of_work(kept: Kept, work: str) -> list[Measured]:
    """Returns every size of one work, the smallest first."""
    return sorted((each for each in kept.values() if each.work == work), key=lambda each: each.size)


def cases_of(works: Iterable[tuple[str, float, str]], size: int, of: str, rounds: int = 1) -> list[Measured]:
    """Returns plain figures of one size: work, figure, unit."""
    return [Measured(work=work, size=size, of=of, figure=figure, unit=unit, rounds=rounds) for work, figure, unit in works]


def spread_of(values: Sequence[float], steps: int = 20) -> tuple[float, ...]:
    """Returns the quantiles of values at 0, 1/steps … 1."""
    ordered = sorted(values)
    return tuple(ordered[round(step * (len(ordered) - 1) / steps)] for step in range(steps + 1)) if ordered else ()


def _told(each: Measured) -> dict[str, Any]:
    told = {name: value for name, value in asdict(each).items() if value not in (None, (), "")}
    numbers = {name: _short(value) for name, value in told.items() if isinstance(value, float)}
    spread = {"spread": [_short(value) for value in each.spread]} if each.spread else {}
    return {**told, **numbers, **spread}


def _short(value: float) -> float:
    """Returns a number with as many places as a measurement has: five digits."""
    return float(f"{value:.5g}")
