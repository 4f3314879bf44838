"""A clock that goes backwards between loads: ids stay unique, the newest is the newest, and nothing is swept that should be kept.

Every load builds because the definitions changed; now and then a person goes back to the snapshot before.
"""

import random
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from unittest import mock

from queries import rollback, snapshots
from queries.errors import SnapshotError
from queries.load import load
from queries.workspace import Workspace
from tests.faults.company import NOW, built_already, company, current_database
from tests.faults.fault import Counts, steps

SHORT, LONG = 5, 300
FAR = 400 * 86_400


def run(count: int, seed: int) -> Counts:
    """Load so many times by a clock that jumps."""
    counts, draw, now = Counts("clock"), random.Random(seed), NOW
    with tempfile.TemporaryDirectory(prefix="faults-") as place, built_already(current_database(company().before)):
        workspace = company().copy(Path(place) / "workspace")
        made = [current_database(workspace).stem]
        for number in steps(count, "turning the clock"):
            if counts.is_lost:
                break
            jump = draw.choice([0, 1, 3600, -1, -3600, -draw.randrange(FAR), draw.randrange(FAR)])
            now += timedelta(seconds=jump)
            made.append(_load(workspace, number, now, counts))
            counts.count("loads")
            counts.count("of them by an earlier clock", int(jump < 0))
            _judge(workspace, made, counts)
            if draw.random() < 0.2 and not counts.is_lost:
                _go_back(workspace, made, now, counts)
    return counts


def _load(workspace: Workspace, number: int, now: datetime, counts: Counts) -> str:
    with mock.patch("queries.load.definitions_stamp", return_value=f"definitions {number}"):
        report = load(workspace, [], now=now)
    counts.expect(report.changed, f"load {number} did nothing")
    return report.snapshot or ""


def _judge(workspace: Workspace, made: list[str], counts: Counts) -> None:
    """Look at which snapshots there are, in which order, and which is served."""
    found = [one.snapshot_id for one in snapshots.published(workspace)]
    wanted = [*reversed(made[-snapshots.KEPT - 1 :])]  # the sweep comes before the load
    counts.expect(found == wanted, f"{', '.join(found)} are kept where {', '.join(wanted)} should be")
    counts.expect(len(set(made)) == len(made), "an id was given twice")
    counts.expect(current_database(workspace).stem == made[-1], "what was made last is not served")
    try:
        before, after = rollback.pair(workspace)
        counts.expect([before.snapshot_id, after.snapshot_id] == made[-2:], "others are compared than the last two")
    except SnapshotError as error:
        counts.miss(f"the last two cannot be compared: {error}")


def _go_back(workspace: Workspace, made: list[str], now: datetime, counts: Counts) -> None:
    """Go back to the snapshot before; the next load goes on from everything."""
    rollback.rollback(workspace, "", now)
    counts.count("ways back")
    counts.expect(current_database(workspace).stem == made[-2], "the way back led elsewhere than to the one before")


@contextmanager
def _by_the_clock() -> Iterator[None]:
    """Name a snapshot by what the clock says."""
    with mock.patch("queries.snapshots._after_all", lambda _, now: now):
        yield


PLANTED = {"named by the clock": _by_the_clock}
