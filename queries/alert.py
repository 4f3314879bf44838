"""Whom to tell when a figure goes wrong, or the data that it stands on: alerts/NAME.toml, one file each; the file's name is its id.

Who is told is named here and addressed elsewhere: an address often holds a password, and these files are shared.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, time
from pathlib import Path
from typing import Final

from queries.told import Told, read_each
from queries.workspace import WEEKDAYS

FOLDER: Final = "alerts"
OFF_TARGET, WORSE, ABOUT_TO_BREAK, STALE, LEDGER_ALARM = "off target", "worse", "about to break", "stale", "ledger alarm"
CONDITIONS: Final = (OFF_TARGET, WORSE, ABOUT_TO_BREAK, STALE, LEDGER_ALARM)
OF_A_SERIES: Final = (OFF_TARGET, WORSE)
OF_A_METRIC: Final = (OFF_TARGET, WORSE, ABOUT_TO_BREAK)
OF_THE_DATA: Final = (STALE, LEDGER_ALARM)
PERIODS: Final = ("week", "month", "quarter")
ALARMS: Final = ("no rows", "fewer rows", "gone", "empty keys", "dated ahead", "unknown words")
MOST_IN_A_ROW: Final = 6
SHORTEST_AGAIN: Final = 3600
LONGEST_TITLE: Final = 80
USUAL_METRIC: Final = "promises_at_risk"

_BELONGS: Final[Mapping[str, tuple[str, ...]]] = {
    "metric": OF_A_METRIC,
    "where": OF_A_METRIC,
    "options": OF_A_METRIC,
    "period": OF_A_SERIES,
    "in_a_row": OF_A_SERIES,
    "target": (OFF_TARGET,),
    "at_least": (ABOUT_TO_BREAK,),
    "after": (STALE,),
    "sources": OF_THE_DATA,
    "alarms": (LEDGER_ALARM,),
}
"""Which keys say something of which conditions: what is read by none of them would be believed to narrow it."""
_HOURS: Final = re.compile(r"([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-3]|24):([0-5]\d)")
_NAME: Final = re.compile(r"[a-z][a-z0-9_]{0,39}", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Quiet:
    """When nobody is told, on the workspace's clock: between these times of each day, the later one included in none, and on whole days."""

    hours: tuple[tuple[time, time], ...] = ()
    days: tuple[str, ...] = ()

    def holds(self, local: datetime) -> bool:
        """Whether a local moment is quiet; hours that end before they begin go past midnight."""
        now = local.time()
        return WEEKDAYS[local.weekday()] in self.days or any(
            first <= now < end if first < end else now >= first or now < end for first, end in self.hours
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """One alert: what is looked at, when it is met, whose it is, and who is told how often.

    period, in_a_row: so many whole ones, one after the other.   target: the metric's own unless said.   at_least: so many about to break.
    after: seconds without an export; without it twice the source's interval.   sources, alarms: which ones; empty: all.
    to: names of recipients.   again: seconds after which those who were told are told anew while it is still open; None: never.
    """

    name: str
    title: str
    condition: str
    owner: str
    to: tuple[str, ...]
    metric: str = ""
    where: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    options: Mapping[str, str] = field(default_factory=dict)
    period: str = "month"
    in_a_row: int = 1
    target: float | None = None
    at_least: float = 1
    after: int | None = None
    sources: tuple[str, ...] = ()
    alarms: tuple[str, ...] = ()
    again: int | None = None
    quiet: Quiet = Quiet()

    @property
    def place(self) -> str:
        """Its file, as an error names it."""
        return f"{FOLDER}/{self.name}.toml"


def load_alerts(folder: Path) -> dict[str, Alert]:
    """Return the alerts of this folder by name, none without it; raise DeclarationErrors telling every mistake of every file."""
    return read_each([folder], _read)


def _read(name: str, told: Told) -> Alert:
    condition = told.choice("condition", CONDITIONS)
    title = told.text("title")
    if not _NAME.fullmatch(name):
        told.wrong(f'"{name}" cannot be an alert\'s name', "Use small letters, digits and _: replied_late.toml")
    if title is not None and (len(title) > LONGEST_TITLE or not title.isprintable()):
        told.wrong(f"its title is longer than one line of {LONGEST_TITLE} letters", "Shorten it")
    _refuse_what_is_of_others(condition, told)
    where, options = told.table("where"), told.table("options")
    return Alert(
        name=name,
        title=title,
        condition=condition,
        owner=told.text("owner"),
        to=_recipients(told),
        metric=_metric(condition, told),
        where={one: _values(where, one) for one in where.values},
        options={one: str(options.text(one)) for one in options.values},
        period=told.choice("period", PERIODS, "month"),
        in_a_row=_in_a_row(told),
        target=told.number("target", None),
        at_least=_more_than_nothing("at_least", told),
        after=told.seconds("after", None),
        sources=told.texts("sources", None),
        alarms=_alarms(told),
        again=_again(told),
        quiet=Quiet(
            hours=tuple(filter(None, (_window(each, told) for each in told.texts("quiet_hours", None)))), days=_days(told)
        ),
    )


def _refuse_what_is_of_others(condition: str | None, told: Told) -> None:
    for key, conditions in _BELONGS.items():
        if key in told.values and condition in CONDITIONS and condition not in conditions:
            named = " or ".join(f'"{one}"' for one in conditions)
            told.wrong(f'{key} says nothing of condition = "{condition}"', f"Leave it out, or use condition = {named}")


def _metric(condition: str | None, told: Told) -> str:
    if condition == ABOUT_TO_BREAK:
        return str(told.text("metric", USUAL_METRIC))
    return str(told.text("metric") if condition in OF_A_SERIES else told.text("metric", ""))


def _values(where: Told, name: str) -> tuple[str, ...]:
    values = where.texts(name)
    if not values and isinstance(where.values[name], list):
        where.wrong(f"{name} names no value", "Name at least one, or leave it out")
    return values


def _recipients(told: Told) -> tuple[str, ...]:
    found = told.texts("to")
    if found == () and isinstance(told.values.get("to"), list):
        told.wrong("to names nobody", 'Name who is told: to = ["service_desk"]')
    for name in found:
        if not _NAME.fullmatch(name) or name.endswith(("_file", "_secret")):  # the environment calls other things so
            instead = 'Name them, as "service_desk", and say where it goes in the environment: CX_ALERT_SERVICE_DESK'
            told.wrong(f'to = "{_without_address(name)}" is no name of one', instead)
    return tuple(dict.fromkeys(found))


def _without_address(text: str) -> str:
    """Return what may be told of an address that stands where a name belongs: it may hold a password."""
    return f"{text.partition('://')[0]}://…" if "://" in text else text


def _in_a_row(told: Told) -> int:
    found = told.whole("in_a_row", 1)
    if found is not None and not 1 <= found <= MOST_IN_A_ROW:
        told.wrong(f"in_a_row = {found} is not between 1 and {MOST_IN_A_ROW}")
    return found or 1


def _more_than_nothing(key: str, told: Told) -> float:
    found = told.number(key, 1)
    if found is not None and found <= 0:
        told.wrong(f"{key} = {found} would always hold", "Write how many it takes: 1 or more")
    return found or 1


def _alarms(told: Told) -> tuple[str, ...]:
    found = told.texts("alarms", None)
    for name in found:
        if name not in ALARMS:
            told.wrong(f'"{name}" is not an alarm of the ledger', f"There is: {', '.join(ALARMS)}")
    return found


def _again(told: Told) -> int | None:
    found: int | None = told.seconds("again", None)
    if found is not None and found < SHORTEST_AGAIN:
        told.wrong("again is shorter than an hour", "Alerts are looked at every hour: write 1 hour or more")
    return found


def _window(text: str, told: Told) -> tuple[time, time] | None:
    match = _HOURS.fullmatch(text)
    if match is None or (match[3] == "24" and match[4] != "00"):
        told.wrong(f'quiet_hours = "{text}" are no hours', 'Write for example "20:00-07:00"')
        return None
    first = time(int(match[1]), int(match[2]))
    end = time.max if match[3] == "24" else time(int(match[3]), int(match[4]))
    if first == end:
        told.wrong(f'quiet_hours = "{text}" are no hours', "Name two different times; a whole day goes under quiet_days")
    return first, end


def _days(told: Told) -> tuple[str, ...]:
    found = told.texts("quiet_days", None)
    for name in found:
        if name not in WEEKDAYS:
            told.wrong(f'quiet_days = "{name}" is not a day of the week', f"Use: {', '.join(WEEKDAYS)}")
    if set(WEEKDAYS) <= set(found):
        told.wrong("quiet_days leave no day on which anybody is told", "Leave one out")
    return found
