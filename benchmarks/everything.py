"""`python -m benchmarks everything [SIZE …]`: every benchmark of loading and serving, one size after the other; then the report and
the paper.

Each part runs in a process of its own, and what it made is removed before the next size begins: fifty million interactions need about
45 GB of disk at once and no more than one of them. A part that fails is told of at the end, and the others run all the same. What was
measured is kept after each part, so that a run that was ended goes on with the parts that are named: `python -m benchmarks load
50000000`.
"""

import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from rich.console import Console

from benchmarks import pages
from benchmarks.goals import SIZES as WANTED

SIZES: Final = WANTED
LARGEST_PAGE: Final = 10_000_000
CASES: Final = {10_000_000: 300_000, 50_000_000: 1_500_000}
PEOPLE: Final = (10, 200)
MINUTES, WALL_MINUTES = "10", "60"
FOLDERS: Final = {name: Path(".cache") / name for name in ("bench", "bench-load", "bench-service")}

say = Console().print


def parts_of(size: int) -> Iterator[tuple[str, ...]]:
    """Yields the commands of one size, in an order in which the company made by one serves the next."""
    yield "load", str(size)
    yield "increment", str(size)
    yield (str(size),)
    yield "tiles", str(size)
    if size <= LARGEST_PAGE and pages.PEERS_PYTHON.exists():
        yield "pages", str(size)
    if size in CASES:
        yield "service", str(CASES[size])


def parts(sizes: Sequence[int]) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Yields every command with its size; 0 of those that have none."""
    for size in sizes:
        yield from ((size, part) for part in parts_of(size))
    for people in PEOPLE:
        yield 0, ("viewers", MINUTES, "--people", str(people))
    yield 0, ("wall", WALL_MINUTES)
    yield 0, ("scale",)
    yield 0, ("report",)


def main(sizes: Sequence[int]) -> None:
    """Runs all parts; ends with 1 where one of them failed."""
    failed, before = [], 0
    for size, part in parts(sizes):
        if before and size != before:
            remove(before)
        before = size
        command = [sys.executable, "-m", "benchmarks", *part]
        say(f"── {' '.join(part)} ──")
        begin = time.monotonic()
        code = subprocess.run(command, check=False).returncode
        say(f"── {' '.join(part)}: {time.monotonic() - begin:,.0f} s, code {code} ──")
        if code:
            failed.append(" ".join(part))
    if failed:
        raise SystemExit(f"Not done, or a goal missed that ends a run: {'; '.join(failed)}")


def remove(size: int) -> None:
    """Removes what was made of one size."""
    shutil.rmtree(FOLDERS["bench"] / str(size), ignore_errors=True)
    shutil.rmtree(FOLDERS["bench-service"] / str(CASES.get(size, size)), ignore_errors=True)
    for path in FOLDERS["bench-load"].glob(f"interactions_{size}.*"):
        path.unlink()
