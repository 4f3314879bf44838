"""`cx calendar`: how much open time lies between two instants, or when so much of it will have passed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer

from dashboard import terminal
from dashboard.flags import WORKSPACE, AsJson, InWorkspace
from dashboard.terminal import clock, lasted
from metrics.errors import QuestionError
from queries.calendar import Calendar, Window
from queries.declarations import calendars_of
from queries.errors import did_you_mean
from queries.told import duration
from queries.workspace import Workspace

FIRST_YEAR, LAST_YEAR = 1900, 2200
LONGEST = 100 * 366 * 86_400
MOST_WINDOWS = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenTime:
    """The open seconds of a calendar between two instants, with every time it was open in between; times with their offset."""

    calendar: str
    zone: str
    from_local: datetime
    from_utc: datetime
    to_local: datetime
    to_utc: datetime
    open_seconds: int
    calendar_seconds: int
    windows: Sequence[Mapping[str, Any]]


def calendar(
    name: Annotated[
        str | None, typer.Argument(help="The calendar's id; without one, all of them are listed.", show_default=False)
    ] = None,
    start: Annotated[
        str | None, typer.Option("--from", help="2026-05-04T16:30 on the calendar's clock, or with an offset: 2026-05-04T14:30Z.")
    ] = None,
    end: Annotated[str | None, typer.Option("--to", help="Until when the open seconds are counted.")] = None,
    add: Annotated[str | None, typer.Option(help="Say instead when so much open time has passed: 4h, 90m, 2d.")] = None,
    as_json: AsJson = False,
    workspace: InWorkspace = WORKSPACE,
) -> None:
    """Count a calendar's open seconds between two instants, or tell the instant after so much open time.

    It needs no data, only the workspace's calendars.
    """
    known = calendars_of(Workspace.at(workspace))
    if name is None:
        say_calendars(known, as_json=as_json)
        return
    if name not in known:
        raise QuestionError(f'"{name}" is not a calendar here', instead=did_you_mean(name, known))
    told = open_time(known[name], start, end, add)
    if as_json:
        terminal.say_json(told)
    else:
        say_open_time(told, add)


def open_time(one: Calendar, start: str | None, end: str | None, add: str | None) -> OpenTime:
    """Returns the open time from one instant until another, or until so much of it has passed; raises QuestionError."""
    if not start or bool(end) == bool(add):
        raise QuestionError("it takes --from, and either --to or --add", instead="Write --from 2026-05-04T16:30 --add 4h")
    from_at = instant_of(one, "from", start)
    to_at = instant_of(one, "to", end) if end else one.add(from_at, seconds_of(add or "")).replace(tzinfo=UTC)
    if to_at < from_at:
        raise QuestionError(f"--to {end} lies before --from {start}", instead="Turn the two around")
    zone = ZoneInfo(one.zone)
    return OpenTime(
        calendar=one.calendar,
        zone=one.zone,
        from_local=from_at.astimezone(zone),
        from_utc=from_at,
        to_local=to_at.astimezone(zone),
        to_utc=to_at,
        open_seconds=one.open_seconds(from_at, to_at),
        calendar_seconds=int((to_at - from_at).total_seconds()),
        windows=[window_row(window, zone) for window in one.windows_between(from_at, to_at)],
    )


def window_row(window: Window, zone: ZoneInfo) -> Mapping[str, Any]:
    """Returns one time open, on the calendar's clock and in UTC."""
    opens_at, closes_at = (datetime.fromtimestamp(second, UTC) for second in (window.opens_at, window.closes_at))
    return {
        "opens_local": opens_at.astimezone(zone),
        "closes_local": closes_at.astimezone(zone),
        "opens_utc": opens_at,
        "closes_utc": closes_at,
        "open_seconds": window.closes_at - window.opens_at,
    }


def instant_of(one: Calendar, option: str, text: str) -> datetime:
    """Returns an instant in UTC, to the second; without an offset it is read on the calendar's clock. Raises QuestionError."""
    try:
        told = datetime.fromisoformat(text)
    except ValueError as error:
        raise QuestionError(f"--{option} {text} is not a time", instead="Write 2026-05-04T16:30, or 2026-05-04T14:30Z") from error
    if not FIRST_YEAR <= told.year < LAST_YEAR:
        raise QuestionError(f"--{option} {text} is too far away", instead=f"Choose a year from {FIRST_YEAR} to {LAST_YEAR - 1}")
    # of a time that comes twice it is the first; one that is skipped maps forward
    aware = told.replace(tzinfo=ZoneInfo(one.zone), fold=0) if told.tzinfo is None else told
    return aware.astimezone(UTC).replace(microsecond=0)


def seconds_of(text: str) -> int:
    """Returns the seconds of a duration; raises QuestionError."""
    seconds = duration(text)
    if text.startswith("-") or seconds == 0:
        back = "Time is only added, and at least a second of it: write 4h; to count back, put the earlier time in --from and use --to"
        raise QuestionError(f"--add {text} adds nothing", instead=back)
    if seconds is None or seconds > LONGEST:
        raise QuestionError(f"--add {text} is not a duration that can be added", instead="Write 4h, 90m, 2d or 30s")
    return seconds


def say_calendars(known: Mapping[str, Calendar], *, as_json: bool) -> None:
    """Prints the calendars there are."""
    rows = [
        {"calendar": name, "title": one.title, "zone": one.zone, "versions": len(one.versions)} for name, one in known.items()
    ]
    if as_json:
        terminal.say_json(rows)
    else:
        terminal.say_rows(rows)


def say_open_time(told: OpenTime, add: str | None) -> None:
    """Prints the answer in a sentence, on the calendar's clock and in UTC, and the times open in between."""
    start, end = both(told.from_local, told.from_utc), both(told.to_local, told.to_utc)
    if add:
        terminal.say_line(f"{add} of open time after {start} have passed on {end}.")
    else:
        terminal.say_line(f"From {start} until {end}:")
    terminal.say_line(
        f"{told.open_seconds:,} seconds open ({lasted(told.open_seconds)}) of {told.calendar_seconds:,} "
        f"in {told.calendar}, {told.zone}."
    )
    if told.windows:
        rows = [shown(window) for window in told.windows[:MOST_WINDOWS]]
        terminal.console().print()
        terminal.say_rows(rows)
    if len(told.windows) > MOST_WINDOWS:
        terminal.say_line(f"… and {len(told.windows) - MOST_WINDOWS:,} more; --json lists all.")


def shown(window: Mapping[str, Any]) -> Mapping[str, Any]:
    """Returns a time open as a row to read."""
    return {
        "opens": clock(window["opens_local"]),
        "closes": clock(window["closes_local"]),
        "opens in UTC": clock(window["opens_utc"]),
        "closes in UTC": clock(window["closes_utc"]),
        "open": lasted(window["open_seconds"]),
    }


def both(local: datetime, utc: datetime) -> str:
    """Returns an instant on the calendar's clock and in UTC."""
    return f"{clock(local)} ({utc:%Y-%m-%d %H:%M:%S} UTC)"
