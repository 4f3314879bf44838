"""Reads calendars: one .toml file each with weekday hours, public holidays, days that differ, and versions from a day on."""

import re
from calendar import isleap
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from queries.calendar import DAY, Calendar, Hours, Version, from_wall
from queries.errors import did_you_mean
from queries.holiday import Day, Holidays, countries, holiday_names, regions
from queries.told import Told, as_written, read_each
from queries.workspace import WEEKDAYS
from queries.zone import known_zones

ALWAYS = "always"

_HOURS = re.compile(r"(\d{1,2}):(\d{2})\s*[-–]\s*(\d{1,2}):(\d{2})")
_EVERY_YEAR = re.compile(r"(\d{2})-(\d{2})")
_ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_LEAP_YEAR = 2024


def load_calendars(folders: Iterable[Path], zone: str = "UTC") -> dict[str, Calendar]:
    """Return the declared calendars by id; one without a zone keeps this one. Raises DeclarationErrors telling every mistake."""
    return read_each(folders, lambda name, told: _read(name, told, zone))


def _read(name: str, told: Told, workspace_zone: str) -> Calendar:
    first = Calendar(calendar=name, title=told.text("title"), zone=_read_zone(told, workspace_zone))
    first = _read_hours_and_days(told, first)
    if not first.is_always and name == ALWAYS:
        told.wrong("always is the calendar that never stops", "Write always = true, or give the file another name")
    return replace(first, later=tuple(_read_versions(told, first)))


def _read_hours_and_days(told: Told, before: Calendar) -> Calendar:
    """Return the calendar that a file or a version of it tells; what a version leaves out stays as it was before."""
    is_always = told.flag("always", before.is_always and not {"hours", "holidays", "days"} & told.values.keys())
    known = replace(before, is_always=is_always)
    if "hours" in told.values:
        known = replace(known, week=read_week(told.table("hours")))
    if "days" in told.values:
        known = replace(known, **_read_days(told.tables("days")))
    if "holidays" in told.values:
        known = replace(known, holidays=_read_holidays(told.table("holidays")))
    told.asked.update(("hours", "days", "holidays"))
    if is_always and {"hours", "days", "holidays"} & told.values.keys():
        told.wrong("it is always open and has hours too", "Leave out either always = true or the hours, days and holidays")
    if not is_always and not any(known.week):
        told.wrong("it has no hours", 'Write [hours] with monday = ["08:00-18:00"], or always = true for time that never stops')
    elif not is_always and (closed := _closed_throughout(known)):
        told.wrong(f"its days leave no hour open in {closed}", "Leave some of them out: a promise would never fall due")
    return known


def _closed_throughout(known: Calendar) -> str:
    """Return in words a year on none of whose days a calendar opens, empty where there is none."""
    if not _opens_in(known, _LEAP_YEAR) and not any(known.dates.values()):
        return "any year"
    return next((str(year) for year in sorted({day.year for day in known.dates}) if not _opens_in(known, year)), "")


def _opens_in(known: Calendar, year: int) -> bool:
    return any(known.hours_of(date(year, 1, 1) + timedelta(days=number)) for number in range(365 + isleap(year)))


def _read_versions(told: Told, first: Calendar) -> Iterator[Version]:
    """Yield the versions that follow the first; those out of order are told and left out."""
    known = _in_order(told.tables("versions"))
    starts = [from_wall(day, 0, ZoneInfo(first.zone)) for _, day in known] if first.zone in known_zones() else []
    before = first
    for (one, day), from_at, until_at in zip(known, starts, [*starts[1:], None], strict=False):
        if not {"hours", "days", "holidays", "always"} & one.values.keys():
            one.wrong("it changes nothing", "Add the hours, days or holidays that hold from that day on, or leave it out")
        before = _read_hours_and_days(one, replace(before, calendar=f"{first.calendar}@{day}"))
        one.done()
        yield Version(before, from_at, until_at)


def _in_order(tables: Sequence[Told]) -> list[tuple[Told, date]]:
    known: list[tuple[Told, date]] = []
    for told in tables:
        told.text("note", None)
        day = _read_from(told)
        if day and known and day <= known[-1][1]:
            told.wrong(f"from = {day} does not come after {known[-1][1]}", "Put the versions in the order of their days")
        elif day:
            known.append((told, day))
    return known


def _read_from(told: Told) -> date | None:
    told.asked.add("from")
    day = told.values.get("from")
    if isinstance(day, date) and not isinstance(day, datetime):
        return day
    told.wrong(f"from = {day!r} is not a day" if day else '"from" is missing', "Write from = 2026-01-01, without quotes")
    return None


def _read_holidays(told: Told) -> Holidays | None:
    country = _read_place(told, "country", countries(), told.text("country"))
    region = _read_place(told, "region", regions(country), told.text("region", None)) if country else None
    names = holiday_names(country, region) if country else {}
    without, also = (frozenset(_named(told, key, told.values.get(key, []), names)) for key in ("except", "also"))
    hours: dict[str | Day, tuple[tuple[int, int], ...]] = {}
    by_name = told.table("hours")
    for key in by_name.values:
        left = _read_hours(by_name, key, by_name.texts(key))
        for day in _named(by_name, "hours", [key], names):
            hours[day] = tuple((one.opens, one.closes) for one in left)
    for day in sorted(without & (also | hours.keys()), key=str):
        shown = day if isinstance(day, str) else _shown(day)
        told.wrong(f'"{shown}" is worked by except and kept by also or hours', "Keep one of the two")
    told.asked.update(("except", "also", "region"))
    told.done()
    if not country or (region is None and told.values.get("region")):
        return None
    return Holidays(country=country, region=region, without=without, also=also, hours=hours)


def _read_place(told: Told, key: str, known: Mapping[str, str], text: str | None) -> str | None:
    """Return the code of a country or region; one that is not known is told with the nearest."""
    if text is None or text in known:
        return known[text] if text else None
    by_small_letters = {name.casefold(): code for name, code in known.items()}
    if text.casefold() in by_small_letters:
        told.wrong(f'{key} = "{text}" is not one', f'Did you mean "{by_small_letters[text.casefold()]}"?')
    elif not known:
        told.wrong(f'{key} = "{text}": this country has no regions with holidays of their own', "Leave it out")
    else:
        told.wrong(f'{key} = "{text}" has no holidays that are known', did_you_mean(text, known))
    return None


def _named(told: Told, key: str, listed: object, names: Mapping[str, str]) -> Iterator[str | Day]:
    """Yield holidays by day, or by name in small letters; what is neither is told."""
    if not isinstance(listed, list):
        told.wrong(f"{key} = {listed!r} is not a list of holidays", 'Write it as ["Good Friday", "12-24"]')
        return
    for one in listed:
        day = _day(one)
        if day is not None:
            yield day
        elif isinstance(one, str) and one.casefold() in names:
            yield one.casefold()
        elif names:
            told.wrong(f"{key} has {one!r}, which is no holiday there", _nearest_holiday(str(one), names))


def _nearest_holiday(text: str, names: Mapping[str, str]) -> str:
    if _ISO_DAY.fullmatch(text):
        return f"Write the date without quotes: {text}"
    return did_you_mean(text, names.values())


def _read_zone(told: Told, workspace_zone: str) -> str:
    zone: str = told.text("zone", workspace_zone)
    if zone not in known_zones():
        told.wrong(f'zone = "{zone}" is not a time zone', _nearest_zone(zone))
    return zone


def _nearest_zone(zone: str) -> str:
    advice = did_you_mean(zone, known_zones())
    return advice if advice.startswith("Did you mean") else 'Use a name such as "Europe/Berlin"'


def read_week(told: Told) -> tuple[tuple[Hours, ...], ...]:
    """Return the hours of the seven weekdays, Monday first; every mistake is told."""
    week = tuple(_read_hours(told, day, told.texts(day, ())) for day in WEEKDAYS)
    told.done()
    return week


def _read_hours(told: Told, key: str, texts: Sequence[str]) -> tuple[Hours, ...]:
    hours = sorted(one for text in texts if (one := _hours(told, key, text)))
    for earlier, later in pairwise(hours):
        if later.opens < earlier.closes:
            told.wrong(f"{key} has hours that overlap", "Write one pair of times for them")
    return tuple(hours)


def _hours(told: Told, key: str, text: str) -> Hours | None:
    found = _HOURS.fullmatch(text.strip())
    opens, closes = (_of_day(found[1], found[2]), _of_day(found[3], found[4])) if found else (-1, -1)
    if opens in (-1, DAY) or closes == -1 or opens == closes:
        told.wrong(f'{key} = "{text}" is not a pair of times', 'Write "08:00-18:00", or "00:00-24:00" for the whole day')
        return None
    return Hours(opens, closes if closes > opens else closes + DAY)


def _of_day(hours: str, minutes: str) -> int:
    seconds = int(hours) * 3600 + int(minutes) * 60
    return seconds if int(minutes) < 60 and seconds <= DAY else -1


def _read_days(tables: Sequence[Told]) -> dict[str, Any]:
    dates: dict[date, tuple[Hours, ...]] = {}
    every_year: dict[tuple[int, int], tuple[Hours, ...]] = {}
    for told in tables:
        hours = _read_hours(told, "hours", told.texts("hours", ()))
        told.text("note", None)
        for day in _listed(told):
            known: dict[Any, tuple[Hours, ...]] = dates if isinstance(day, date) else every_year
            if day in known:
                told.wrong(f"{_shown(day)} is told twice", "Keep one of the two")
            known[day] = hours
        told.done()
    return {"dates": dates, "every_year": every_year}


def _listed(told: Told) -> Iterator[date | tuple[int, int]]:
    told.asked.add("dates")
    listed = told.values.get("dates")
    if not isinstance(listed, list) or not listed:
        told.wrong('"dates" is missing', 'Write dates = [2026-12-24, "12-25"]: a date, or a day of every year in quotes')
        return
    for day in listed:
        found = _day(day)
        if found is None:
            told.wrong(
                f"dates has {as_written(day)}, which is not a day", 'Write a date such as 2026-12-24, or "12-25" for every year'
            )
        else:
            yield found


def _day(told: object) -> date | tuple[int, int] | None:
    if isinstance(told, date) and not isinstance(told, datetime):
        return told
    if not isinstance(told, str) or not (found := _EVERY_YEAR.fullmatch(told)):
        return None
    month, day = int(found[1]), int(found[2])
    try:
        date(_LEAP_YEAR, month, day)
    except ValueError:
        return None
    return month, day


def _shown(day: date | tuple[int, int]) -> str:
    return day.isoformat() if isinstance(day, date) else f"{day[0]:02}-{day[1]:02}"
