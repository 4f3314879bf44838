"""Another tool counting the same funnel on the raw events: chDB's windowFunnel, whose default is our ordered, latest."""

from collections.abc import Callable
from pathlib import Path

from chdb.session import Session

STEPS = 6


class WindowFunnel:
    """The raw events in a MergeTree, sorted by customer and time."""

    def __init__(self, parquet: Path, folder: Path) -> None:
        self._session = Session(str(folder))
        self._session.query("create database if not exists raw")
        self._session.query("drop table if exists raw.event")
        self._session.query(
            "create table raw.event (customer UInt32, happened_at DateTime('UTC'), event LowCardinality(String)) "
            "engine = MergeTree order by (customer, happened_at)"
        )
        self._session.query(f"insert into raw.event select customer, happened_at, event from file('{parquet}', Parquet)")
        self._session.query("optimize table raw.event final")

    def levels(self, window: int) -> dict[int, int]:
        """Returns how many customers reached exactly so many steps within the window, in seconds."""
        conditions = ", ".join(f"event = 'step {number}'" for number in range(1, STEPS + 1))
        text = self._session.query(
            f"select level, count() from (select windowFunnel({window})(happened_at, {conditions}) as level "
            "from raw.event group by customer) group by level order by level",
            "CSV",
        )
        rows = [line.split(",") for line in str(text).splitlines()]
        return {int(level): int(count) for level, count in rows}

    def reached(self, window: int) -> list[int]:
        """Returns how many customers reached each step or a later one."""
        levels = self.levels(window)
        return [sum(count for level, count in levels.items() if level >= step) for step in range(1, STEPS + 1)]

    def work(self, window: int) -> Callable[[], object]:
        """Returns the counting as a piece of work to be timed."""
        return lambda: self.levels(window)
