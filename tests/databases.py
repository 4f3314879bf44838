"""Empty databases in memory, as many as a test wants: to attach one takes a twentieth of the time that to open an engine takes."""

from collections import deque
from functools import cache
from itertools import count
from pathlib import Path
from tempfile import gettempdir

from queries.engines.duckdb import Connection, open_build

MOST_KEPT = 8
NUMBERS = count()
KEPT: deque[str] = deque()


def empty_database() -> Connection:
    """Return a connection to an empty database of its own; the eighth made after it takes its place."""
    connection = _engine().cursor()
    name = f"made_{next(NUMBERS)}"
    connection.execute(f"attach ':memory:' as {name}")
    connection.execute(f"use {name}")
    connection.execute("set TimeZone = 'UTC'")
    KEPT.append(name)
    if len(KEPT) > MOST_KEPT:
        _engine().execute(f"detach {KEPT.popleft()}")
    return connection


@cache
def _engine() -> Connection:
    return open_build(":memory:", temporary=Path(gettempdir()) / "made", threads=1)
