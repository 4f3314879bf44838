"""Calendars with public holidays, part days and versions: how they are written, what is told of mistakes, how their time runs."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from queries.calendar import Calendar, calendar_tables
from queries.calendar_file import load_calendars
from queries.errors import DeclarationErrors

WEEK = '[hours]\nmonday = ["08:00-18:00"]\nthursday = ["08:00-12:00", "13:00-18:00"]\nfriday = ["08:00-18:00"]\n'
BAVARIA = f"""
title = "Munich"
zone  = "Europe/Berlin"
{WEEK}
[holidays]
country = "DE"
region  = "BY"
except  = ["Corpus Christi"]
also    = [2026-08-07, "12-31"]
hours   = {{ "12-24" = ["08:00-12:30"], "Epiphany" = ["10:00-24:00"] }}

[[days]]
dates = ["05-01"]
hours = ["09:00-10:00"]
"""
HOUR = 3600


def loaded(folder: Path, text: str, name: str = "desk") -> Calendar:
    (folder / f"{name}.toml").write_text(text, encoding="utf-8")
    return load_calendars([folder])[name]


def mistakes(folder: Path, text: str, name: str = "desk") -> str:
    with pytest.raises(DeclarationErrors) as told:
        loaded(folder, text, name)
    return str(told.value)


def open_hours(calendar: Calendar, *days: date) -> list[float]:
    return [sum(one.closes - one.opens for one in calendar.hours_of(day)) / HOUR for day in days]


def test_public_holidays_of_the_region_are_closed_and_those_elsewhere_are_not(tmp_path: Path) -> None:
    desk = loaded(tmp_path, BAVARIA)
    good_friday, easter_monday, repentance = date(2026, 4, 3), date(2026, 4, 6), date(2026, 11, 18)
    assert open_hours(desk, good_friday, easter_monday, repentance, date(2026, 4, 10)) == [0, 0, 0, 10]
    saxony = loaded(
        tmp_path, BAVARIA.replace('"BY"', '"SN"').replace("Corpus Christi", "Good Friday").replace("Epiphany", "Easter Monday")
    )
    assert saxony.holidays
    assert saxony.holidays.left_on(repentance) == ()
    assert desk.holidays
    assert desk.holidays.left_on(repentance) is None


def test_a_holiday_may_be_worked_and_further_days_may_be_kept(tmp_path: Path) -> None:
    desk = loaded(tmp_path, BAVARIA)
    corpus_christi, own_day, silvester = date(2026, 6, 4), date(2026, 8, 7), date(2026, 12, 31)
    assert open_hours(desk, corpus_christi, own_day, silvester) == [9, 0, 0]
    assert open_hours(desk, date(2027, 8, 6), date(2027, 12, 31)) == [10, 0]


def test_a_holiday_leaves_the_part_of_the_usual_hours_that_lies_in_its_own(tmp_path: Path) -> None:
    desk = loaded(tmp_path, BAVARIA)
    assert open_hours(desk, date(2026, 12, 24)) == [4]  # a Thursday: 8 to 12, the half hour after 12 is lunch
    assert open_hours(desk, date(2025, 1, 6)) == [8]  # Epiphany on a Monday: 10 to 18
    assert open_hours(desk, date(2026, 1, 6), date(2024, 12, 24)) == [0, 0]  # Tuesdays are closed and stay so


def test_a_day_told_by_its_date_wins_over_a_public_holiday(tmp_path: Path) -> None:
    assert open_hours(loaded(tmp_path, BAVARIA), date(2026, 5, 1)) == [1]


def test_a_holiday_is_named_in_its_own_language_or_in_english(tmp_path: Path) -> None:
    desk = loaded(tmp_path, BAVARIA.replace("Corpus Christi", "FRONLEICHNAM"))
    assert open_hours(desk, date(2026, 6, 4)) == [9]


def test_a_holiday_kept_on_another_day_is_closed_on_that_day(tmp_path: Path) -> None:
    desk = loaded(tmp_path, f'title = "US"\nzone = "America/New_York"\n{WEEK}[holidays]\ncountry = "US"\n')
    assert open_hours(desk, date(2021, 12, 31), date(2021, 12, 24), date(2021, 7, 5)) == [0, 0, 0]


def test_further_holidays_of_a_country_are_kept_when_they_are_named(tmp_path: Path) -> None:
    holidays = '[holidays]\ncountry = "AT"\nalso = ["Heiliger Abend"]\n'
    desk = loaded(tmp_path, f'title = "Graz"\nzone = "Europe/Vienna"\n{WEEK}{holidays}')
    assert open_hours(desk, date(2026, 12, 24), date(2026, 12, 31)) == [0, 9]


def test_every_mistake_about_holidays_is_told_with_the_nearest_right_word(tmp_path: Path) -> None:
    start = f'title = "T"\n{WEEK}[holidays]\n'
    assert 'country = "Germny" has no holidays that are known. Did you mean "Germany"?' in mistakes(
        tmp_path, start + 'country = "Germny"\n'
    )
    assert "has no holidays that are known. Use one of " in mistakes(tmp_path, start + 'country = "XX"\n')
    assert len(mistakes(tmp_path, start + 'country = "XX"\n')) < 250
    assert "Write each below a [[days]] of its own" in mistakes(
        tmp_path, f'title = "T"\n{WEEK}[days]\n2026-05-01 = ["08:00-09:00"]\n'
    )
    assert 'country = "de" is not one. Did you mean "DE"?' in mistakes(tmp_path, start + 'country = "de"\n')
    assert 'region = "Bayrn" has no holidays that are known. Did you mean "Bayern"?' in mistakes(
        tmp_path, start + 'country = "DE"\nregion = "Bayrn"\n'
    )
    told = mistakes(
        tmp_path,
        start
        + 'country = "DE"\nexcept = ["Good Fryday", "2026-05-07"]\nalso = "12-24"\nregions = "BY"\nhours = { "13-45" = ["8"] }\n',
    )
    for part in (
        "except has 'Good Fryday', which is no holiday there. Did you mean \"Good Friday\"?",
        "Write the date without quotes: 2026-05-07",
        "also = '12-24' is not a list of holidays",
        '"regions" is not known here. Did you mean "region"?',
        "hours has '13-45', which is no holiday there",
        '13-45 = "8" is not a pair of times',
    ):
        assert part in told
    twice = 'country = "DE"\nexcept = ["Karfreitag", "12-24"]\nalso = ["12-24"]\nhours = { "Karfreitag" = [] }\n'
    told = mistakes(tmp_path, start + twice)
    assert '"karfreitag" is worked by except and kept by also or hours' in told
    assert '"12-24" is worked by except and kept by also or hours' in told
    assert '"country" is missing' in mistakes(tmp_path, start + 'region = "BY"\n')


VERSIONS = f"""
title = "Desk"
zone  = "Europe/Berlin"
{WEEK}
[[days]]
dates = [2026-01-02]

[[versions]]
from = 2026-03-01
note = "Saturdays, too"
[versions.hours]
saturday = ["09:00-13:00"]

[[versions]]
from   = 2026-06-01
always = true
"""


def test_each_version_of_a_calendar_holds_from_its_day_on(tmp_path: Path) -> None:
    desk = loaded(tmp_path, VERSIONS)
    assert [one.calendar.calendar for one in desk.versions] == ["desk", "desk@2026-03-01", "desk@2026-06-01"]
    assert desk.open_seconds(datetime(2026, 2, 26, 23), datetime(2026, 3, 7, 23)) == (10 + 4) * HOUR
    assert desk.open_seconds(datetime(2026, 5, 31, 20), datetime(2026, 5, 31, 23)) == HOUR
    assert desk.add(datetime(2026, 5, 31, 20), 60) == datetime(2026, 5, 31, 22, 1)


def test_what_a_version_does_not_tell_stays_as_it_was(tmp_path: Path) -> None:
    second = loaded(tmp_path, VERSIONS).versions[1].calendar
    assert second.zone == "Europe/Berlin"
    assert second.dates == {date(2026, 1, 2): ()}
    assert open_hours(second, date(2026, 3, 6), date(2026, 3, 7)) == [0, 4]


def test_each_version_has_open_time_of_its_own_as_if_it_had_always_been_in_force(tmp_path: Path) -> None:
    tables = calendar_tables({"desk": loaded(tmp_path, VERSIONS)}, date(2026, 2, 23), date(2026, 3, 8))
    per_version = {}
    for name, opens, closes, _ in tables["open_window"]:
        per_version[name] = per_version.get(name, 0) + (closes - opens) / HOUR
    assert per_version == {"desk": 58, "desk@2026-03-01": 8, "desk@2026-06-01": 14 * 24}
    assert [(row[0], row[1], row[-2:]) for row in tables["calendar_version"]] == [
        ("desk", "desk", (None, datetime(2026, 2, 28, 23))),
        ("desk@2026-03-01", "desk", (datetime(2026, 2, 28, 23), datetime(2026, 5, 31, 22))),
        ("desk@2026-06-01", "desk", (datetime(2026, 5, 31, 22), None)),
    ]


def test_every_mistake_about_versions_is_told(tmp_path: Path) -> None:
    head = f'title = "T"\n{WEEK}'
    told = mistakes(
        tmp_path,
        head + "[[versions]]\nfrom = 2026-03-01\nalways = true\n[[versions]]\nfrom = 2026-02-01\nalways = true\n"
        '[[versions]]\nfrom = "soon"\n[[versions]]\n[[versions]]\nfrom = 2026-04-01\nhour = 1\n'
        '[[versions]]\nfrom = 2026-05-01\nalways = true\n[versions.hours]\nmonday = ["08:00-09:00"]\n',
    )
    for part in (
        "versions 2: from = 2026-02-01 does not come after 2026-03-01",
        "versions 3: from = 'soon' is not a day",
        'versions 4: "from" is missing',
        "versions 5: it changes nothing",
        'versions 5: "hour" is not known here. Did you mean "hours"?',
        "versions 6: it is always open and has hours too",
    ):
        assert part in told
    assert "versions 1: it has no hours" in mistakes(tmp_path, head + "[[versions]]\nfrom = 2026-03-01\n[versions.hours]\n")


def test_the_calendar_called_always_never_stops(tmp_path: Path) -> None:
    assert "always is the calendar that never stops" in mistakes(tmp_path, f'title = "A"\n{WEEK}', name="always")


def test_instants_may_carry_an_offset(tmp_path: Path) -> None:
    desk = loaded(tmp_path, VERSIONS)
    told = datetime.fromisoformat("2026-02-26T08:00:00+01:00")
    assert desk.open_seconds(told, datetime(2026, 2, 26, 8, tzinfo=UTC)) == HOUR
    assert desk.add(told, HOUR) == datetime(2026, 2, 26, 8)
    assert [one.opens_at for one in desk.windows_between(told, datetime(2026, 2, 26, 17))] == [1772089200, 1772107200]
