"""The days of the workspace's zone: which moment each starts and ends at, and which week, month, quarter and year it lies in."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from queries.engines.duckdb import Connection, range_of
from queries.model import read_header
from queries.workspace import WEEKDAYS

ENTITIES = Path(__file__).parent / "entities"
ENTITY_WORDS = ("key", "version", "dated by", "absent")
FIRST_DAY = date(1990, 1, 1)  # an earlier date in an export stands for "not known"
NO_DATA = date(2000, 1, 1)
DAYS_BEFORE = 400
DAYS_AFTER = 800


@dataclass(frozen=True, slots=True)
class Span:
    """Two days and all between them."""

    first: date
    last: date

    def days(self) -> Iterator[date]:
        """Yield every day, the last one too."""
        for number in range((self.last - self.first).days + 1):
            yield self.first + timedelta(days=number)


def span_of(connection: Connection) -> Span:
    """Return the days that figures may need: from well before the earliest dated row until well after all that is known."""
    _, known = range_of(connection, "known_until", "known_until", FIRST_DAY)
    last = known or NO_DATA
    dated = (range_of(connection, table, column, FIRST_DAY)[0] for table, column in dated_columns())
    first = min((day for day in dated if day is not None and day <= last), default=last)
    return Span(max(first - timedelta(days=DAYS_BEFORE), FIRST_DAY), last + timedelta(days=DAYS_AFTER))


def dated_columns() -> Iterator[tuple[str, str]]:
    """Yield every entity that is dated, with the column that dates it."""
    for path in sorted(ENTITIES.glob("*.sql")):
        column = read_header(path.read_text(encoding="utf-8"), path.name, ENTITY_WORDS).get("dated by", "none")
        if column != "none":
            yield path.stem, column


def local_day_rows(span: Span, zone: str, week_start: str) -> Sequence[tuple[Any, ...]]:
    """Return the rows of the table `local_day`; times are UTC without a zone."""
    place, first_weekday = ZoneInfo(zone), WEEKDAYS.index(week_start)
    starts = {day: start_of(day, place) for day in span.days()}
    starts[span.last + timedelta(days=1)] = start_of(span.last + timedelta(days=1), place)
    return [(day, starts[day], starts[day + timedelta(days=1)], *_beginnings(day, first_weekday)) for day in span.days()]


def start_of(day: date, place: ZoneInfo) -> datetime:
    """Return the UTC moment at which a local day starts: the first of two midnights, and past a gap when there is none."""
    return datetime.combine(day, time.min, tzinfo=place).astimezone(UTC).replace(tzinfo=None)


def _beginnings(day: date, first_weekday: int) -> tuple[date, date, date, date]:
    week = day - timedelta(days=(day.weekday() - first_weekday) % 7)
    return week, day.replace(day=1), day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1), day.replace(month=1, day=1)
