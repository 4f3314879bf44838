"""Business time alone: the open seconds of every clock and when it is due, by SQL, by bisection, and by walking day after day.

Reading the rows is in none of the arms: Python has them as a list and a frame, SQL as a table in memory, where it leaves what it finds.
The walking is what one writes first, a function applied to each row of a frame; it is so slow that it walks through a few rows only.
"""

from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

import duckdb
import holidays
import pandas as pd

from benchmarks import arms
from benchmarks.arms import Arm
from benchmarks.row_wise import Hours

HERE: Final = Path(__file__).parent
ZONE: Final = ZoneInfo("Europe/Berlin")
ROUNDS: Final = 3
WALKED: Final = 5_000
WEEKDAY: Final = ((8, 12), (13, 18))
SATURDAY: Final = ((9, 13),)

Row = tuple[int, int, int]
Found = tuple[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """Seconds for a million rows, on the wall and of the processor, by arm."""

    rows: int
    by_sql: tuple[float, float]
    by_bisection: tuple[float, float]
    by_walking: tuple[float, float]

    def times(self, arm: tuple[float, float]) -> tuple[float, float]:
        """How many times as much an arm takes as SQL, in CPU and on the wall."""
        return arm[1] / self.by_sql[1], arm[0] / self.by_sql[0]


def business_time(connection: duckdb.DuckDBPyConnection, hours: Hours, days: tuple[date, date]) -> Taken:
    """Returns what each arm takes; raises when one finds something else than another."""
    connection.execute((HERE / "business_time_rows.sql").read_text(encoding="utf-8"))
    rows: Sequence[Row] = (
        connection.table("timed_row").order("row_no").project("start_second, stop_second, target_seconds").fetchall()
    )
    query, every = (HERE / "business_time.sql").read_text(encoding="utf-8"), max(1, len(rows) // WALKED)
    frame = pd.DataFrame(rows[::every], columns=["start", "stop", "target"])
    closed = frozenset(holidays.country_holidays("DE", subdiv="BE", years=range(days[0].year, days[1].year + 1)))

    def by_sql() -> None:
        connection.execute(query).fetchall()

    def by_bisection() -> list[Found]:
        return list(bisected(hours, rows))

    def by_walking() -> list[Found]:
        return list(frame.apply(lambda row: walked(closed, row["start"], row["stop"], row["target"]), axis=1))

    by_sql()
    ours = connection.table("timed").order("row_no").project("open_seconds, due_second").fetchall()
    if ours != by_bisection() or ours[::every] != by_walking():
        raise SystemExit("Business time differs between SQL, bisection and walking")
    pieces = {"sql": (by_sql, len(rows)), "bisection": (by_bisection, len(rows)), "walking": (by_walking, len(frame))}
    took = arms.spent([Arm(name=name, work=work) for name, (work, _) in pieces.items()], rounds=ROUNDS)
    wall_cpu = {name: (took[name][0] / count * 1e6, took[name][1] / count * 1e6) for name, (_, count) in pieces.items()}
    return Taken(rows=len(rows), by_sql=wall_cpu["sql"], by_bisection=wall_cpu["bisection"], by_walking=wall_cpu["walking"])


def bisected(hours: Hours, rows: Sequence[Row]) -> Iterator[Found]:
    """Yields the open seconds of each row and when it is due, looked up in the windows."""
    for start, stop, target in rows:
        begun = hours.until(start)
        yield hours.until(stop) - begun, hours.after(begun + target)


def walked(closed: Container[date], start: int, stop: int, target: int) -> Found:
    """Returns the open seconds of a row and when it is due, walking through the windows of one day after the other."""
    used, left, due = 0, target, 0
    day = datetime.fromtimestamp(start, ZONE).date()
    while not due or midnight(day) < stop:
        for opens, closes in windows(day, closed):
            begin = max(opens, start)
            if begin >= closes:
                continue
            used += max(0, min(closes, stop) - begin)
            if not due and left <= closes - begin:
                due = begin + left
            left -= closes - begin
        day += timedelta(days=1)
    return used, due


def windows(day: date, closed: Container[date]) -> Iterator[tuple[int, int]]:
    """Yields the hours of a day in Berlin, as UTC seconds."""
    for begin, end in () if day in closed or day.weekday() == 6 else SATURDAY if day.weekday() == 5 else WEEKDAY:
        yield (
            int(datetime(day.year, day.month, day.day, begin, tzinfo=ZONE).timestamp()),
            int(datetime(day.year, day.month, day.day, end, tzinfo=ZONE).timestamp()),
        )


def midnight(day: date) -> int:
    """Returns when a day begins in Berlin."""
    return int(datetime(day.year, day.month, day.day, tzinfo=ZONE).timestamp())
