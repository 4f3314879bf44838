"""Too little memory for a load: one sentence says so, the last snapshot stays, and the next load goes through.

By turns the database may use too little while it casts and while it builds, and the whole process may not grow.
"""

import random
import resource
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest import mock

from tests.faults.child import finished, forked_parser
from tests.faults.fault import Counts, steps
from tests.faults.trial import Trial

SHORT, LONG = 3, 90
COMPLETED = 6


def run(count: int, seed: int) -> Counts:
    """Let the memory be too little so many times."""
    counts, draw = Counts("memory"), random.Random(seed)
    with tempfile.TemporaryDirectory(prefix="faults-") as place:
        trial = Trial.at(Path(place), counts)
        for number in steps(count, "taking memory away"):
            if counts.is_lost:
                break
            if trial.is_published:
                trial.reset()
            (_little_to_cast, _little_to_build, _little_to_grow)[number % 3](trial, draw)
            if number % COMPLETED == COMPLETED - 1:
                trial.complete("a shortage of memory")
    return counts


def _little_to_cast(trial: Trial, draw: random.Random) -> None:
    most = f"{draw.uniform(0.1, 8):.1f}MB"

    def work() -> object:
        with mock.patch("queries.intake.database.MEMORY", most):
            return trial.loaded()

    trial.counts.count("limits while casting")
    trial.judge(finished(work), f"casting in {most}")


def _little_to_build(trial: Trial, draw: random.Random) -> None:
    most = f"{2 ** draw.uniform(-2, 5):.1f}MB"

    def work() -> object:
        with mock.patch("queries.engines.duckdb.open_build.__kwdefaults__", {"memory": most, "threads": 1}), forked_parser():
            report = trial.company.load(trial.workspace)
        return "\n".join(one.reason for one in report.refused)

    trial.counts.count("limits while building")
    trial.judge(finished(work), f"building in {most}")


def _little_to_grow(trial: Trial, draw: random.Random) -> None:
    more = int(2 ** draw.uniform(18, 28))

    def work() -> object:
        used = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_AS, (used + more, used + more))
        return trial.loaded()

    trial.counts.count("processes that may not grow")
    trial.judge(finished(work), f"a process with {more:,} bytes to grow by")


@contextmanager
def _raw_errors() -> Iterator[None]:
    """Let what the database says of memory through as it is."""
    with (
        mock.patch("queries.load.is_shortage", return_value=False),
        mock.patch("queries.intake.take_in.is_shortage", return_value=False),
    ):
        yield


PLANTED = {"a shortage is taken for a fault of the file": _raw_errors}
