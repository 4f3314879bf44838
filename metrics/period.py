"""A period on a workspace's clock: from when to when, as far as the data is known, and the periods it is compared with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Any, Final
from zoneinfo import ZoneInfo

from metrics.errors import BadPeriod
from metrics.period_text import EARLIEST, GRAINS, day_text, days_of, period_label, same_day, shifted

MOMENT: Final = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """A half-open stretch of time: first_day and end_day are local days, starts_at and ends_at naive UTC.

    When the period is not over it ends just after as_of, which is the last known moment; is_to_date then says so.
    """

    text: str
    first_day: date
    end_day: date
    starts_at: datetime
    ends_at: datetime
    is_to_date: bool

    @property
    def label(self) -> str:
        """The period in words: "October 2026", "week 41 of 2026", "3 May to 9 June 2026"."""
        return period_label(self.text)

    def to_json(self) -> dict[str, Any]:
        return {
            "text": self.text,
            "label": self.label,
            "starts_at": utc_text(self.starts_at),
            "ends_at": utc_text(self.ends_at),
            "to_date": self.is_to_date,
        }


def resolve(text: str | None, *, as_of: datetime, zone: str, held_by: Sequence[str] = ()) -> Period:
    """Returns what a period text means when the data is known until `as_of` (naive UTC) in a time zone.

    held_by: the sources that tell no further than `as_of` while others do, named when the period lies beyond it.
    Raises BadPeriod when the text cannot be read or the period begins after the data ends.
    """
    written = text or local_day(as_of, zone).strftime("%Y-%m")
    first, end = days_of(written)
    starts_at = utc_midnight(first, zone)
    if starts_at > as_of:
        earlier = f"Ask for {local_day(as_of, zone):%Y-%m} or earlier"
        if held_by:
            earlier += f"; or load a newer export of {', '.join(held_by)}, or write known_until or finished = true for it in sources.toml"
        raise BadPeriod(
            f"The period {written} begins after the data ends, on {day_text(local_day(as_of, zone))}", instead=earlier
        )
    whole, known = utc_midnight(end, zone), as_of + MOMENT
    return Period(
        text=written,
        first_day=first,
        end_day=end,
        starts_at=starts_at,
        ends_at=min(whole, known),
        is_to_date=written != "all" and whole > known,
    )


def compared(period: Period, compare: str, *, zone: str) -> Period | None:
    """Returns the period to compare with: the one before or the year before, cut at the same elapsed part.

    The elapsed part is measured on the wall clock, so a daylight-saving change does not move it.
    """
    if compare == "none" or period.text == "all":
        return None
    text = shifted(period.text, years=1) if compare == "year" else shifted(period.text)
    first, end = days_of(text)
    if first < EARLIEST + timedelta(days=366):
        return None
    whole = utc_midnight(end, zone)
    cut = min(whole, _same_part(period, first, compare, zone)) if period.is_to_date else whole
    return Period(
        text=text, first_day=first, end_day=end, starts_at=utc_midnight(first, zone), ends_at=cut, is_to_date=cut < whole
    )


def earlier(period: Period, count: int, *, zone: str) -> tuple[Period, ...]:
    """Returns the `count` periods of the same kind that end with this one, oldest first."""
    periods = [period]
    while len(periods) < count and period.text != "all":
        text = shifted(periods[0].text)
        first, end = days_of(text)
        if first < EARLIEST + timedelta(days=366):
            break
        start, stop = utc_midnight(first, zone), utc_midnight(end, zone)
        periods.insert(0, Period(text=text, first_day=first, end_day=end, starts_at=start, ends_at=stop, is_to_date=False))
    return tuple(periods)


def pieces(period: Period, grain: str, *, zone: str) -> tuple[Period, ...]:
    """Returns the days, weeks, months, quarters or years that a period is made of, cut at its edges; at most 400.

    Raises BadPeriod when there would be more.
    """
    made: list[Period] = []
    day = period.first_day
    while day < period.end_day and utc_midnight(day, zone) < period.ends_at:
        text = GRAINS[grain](day)
        end = min(days_of(text)[1], period.end_day)
        starts_at, ends_at = utc_midnight(day, zone), utc_midnight(end, zone)
        cut = min(ends_at, period.ends_at)
        made.append(Period(text=text, first_day=day, end_day=end, starts_at=starts_at, ends_at=cut, is_to_date=cut < ends_at))
        if len(made) > 400:
            raise BadPeriod(f"{period.label} has more than 400 pieces of a {grain}", instead="Ask for a shorter period")
        day = end
    return tuple(made)


@lru_cache(maxsize=4096)
def utc_midnight(day: date, zone: str) -> datetime:
    """Returns the start of a local day in naive UTC: the first of two midnights, and a gap maps forward."""
    return datetime.combine(day, time(), ZoneInfo(zone)).astimezone(UTC).replace(tzinfo=None)


def local_time(moment: datetime, zone: str) -> datetime:
    """Returns a naive UTC moment as naive local time."""
    return moment.replace(tzinfo=UTC).astimezone(ZoneInfo(zone)).replace(tzinfo=None)


def last_whole_day(as_of: datetime, zone: str) -> date:
    """Returns the last local day that is over when the data is known until `as_of`: the one before the day under way."""
    return local_day(as_of, zone) - timedelta(days=1)


def local_day(moment: datetime, zone: str) -> date:
    """Returns the local day that holds a naive UTC moment."""
    return local_time(moment, zone).date()


def utc_text(moment: datetime) -> str:
    """Returns a naive UTC moment as ISO text that ends in Z."""
    return moment.isoformat(timespec="seconds") + "Z"


def _same_part(period: Period, first: date, compare: str, zone: str) -> datetime:
    cut = local_time(period.ends_at, zone)
    days = (cut.date() - period.first_day).days
    by_date = compare == "year" and "-W" not in period.text
    day = same_day(cut.date(), cut.year - 1) if by_date else first + timedelta(days=days)
    moment = datetime.combine(day, cut.time(), ZoneInfo(zone))
    return moment.astimezone(UTC).replace(tzinfo=None)
