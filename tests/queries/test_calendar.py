"""Calendars: how they are written, what is told of mistakes, and how their time runs."""

from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from queries.calendar import Calendar, NeverOpen, Window, calendar_tables
from queries.calendar_file import load_calendars
from queries.errors import DeclarationErrors

SERVICE = """
title = "Service hours"
zone  = "Europe/Berlin"

[hours]
monday   = ["08:00-12:00", "13:00-18:00"]
friday   = ["08:00-18:00"]
saturday = ["22:00-02:00"]

[[days]]
dates = [2026-04-06, "12-25"]
note  = "Holidays"

[[days]]
dates = ["12-24"]
hours = ["08:00-12:00"]
"""


def loaded(folder: Path, **files: str) -> dict[str, Calendar]:
    for name, text in files.items():
        (folder / f"{name}.toml").write_text(text, encoding="utf-8")
    return load_calendars([folder], "Europe/Berlin")


def mistakes(folder: Path, **files: str) -> str:
    with pytest.raises(DeclarationErrors) as told:
        loaded(folder, **files)
    return str(told.value)


def test_a_date_beats_a_day_of_every_year_and_that_beats_the_weekday(tmp_path: Path) -> None:
    service = loaded(tmp_path, service=SERVICE)["service"]
    assert [len(service.hours_of(day)) for day in (date(2026, 4, 13), date(2026, 4, 6), date(2026, 4, 14))] == [2, 0, 0]
    assert service.hours_of(date(2027, 12, 25)) == ()
    assert service.open_seconds(datetime(2026, 12, 24), datetime(2026, 12, 25)) == 4 * 3600


def test_hours_past_midnight_belong_to_the_day_on_which_they_begin(tmp_path: Path) -> None:
    service = loaded(tmp_path, service=SERVICE)["service"]
    assert service.open_seconds(datetime(2026, 5, 3, 0, 0), datetime(2026, 5, 3, 22, 0)) == 0
    assert service.add(datetime(2026, 5, 2, 19, 0), 3 * 3600) == datetime(2026, 5, 2, 23, 0)


def test_time_used_up_exactly_lands_on_the_close(tmp_path: Path) -> None:
    service = loaded(tmp_path, service=SERVICE)["service"]
    assert service.add(datetime(2026, 5, 4, 6, 0), 4 * 3600) == datetime(2026, 5, 4, 10, 0)
    assert service.add(datetime(2026, 5, 4, 6, 0), 4 * 3600 + 1) == datetime(2026, 5, 4, 11, 0, 1)


def test_a_time_skipped_in_spring_maps_forward_and_a_doubled_one_is_the_first(tmp_path: Path) -> None:
    night = '[hours]\nsunday = ["02:30-03:45"]\n'
    calendar = loaded(tmp_path, night=f'title = "Night"\nzone = "Europe/Berlin"\n{night}')["night"]
    spring, autumn = date(2026, 3, 29), date(2026, 10, 25)
    lengths = [[one.closes_at - one.opens_at for one in calendar.windows(day, day)] for day in (spring, autumn)]
    assert lengths == [[15 * 60], [135 * 60]]


def test_a_calendar_without_a_zone_keeps_the_workspaces(tmp_path: Path) -> None:
    calendar = loaded(tmp_path, plain='title = "Plain"\n[hours]\nmonday = ["00:00-24:00"]\n')["plain"]
    assert calendar.zone == "Europe/Berlin"
    assert calendar.windows(date(2026, 5, 4), date(2026, 5, 4)) == [Window(1777852800, 1777932000)]


def test_a_later_folder_replaces_a_calendar_of_the_same_name(tmp_path: Path) -> None:
    folders = [tmp_path / name for name in ("shipped", "own")]
    for folder in folders:
        folder.mkdir()
        (folder / "hours.toml").write_text(f'title = "{folder.name}"\nalways = true\n', encoding="utf-8")
    assert load_calendars(folders)["hours"].title == "own"


def test_a_calendar_without_hours_is_a_mistake_and_never_means_always(tmp_path: Path) -> None:
    assert "empty.toml: it has no hours" in mistakes(tmp_path, empty='title = "Empty"\n')


def test_days_that_leave_no_hour_open_are_a_mistake(tmp_path: Path) -> None:
    hours = 'title = "Desk"\n[hours]\nmonday = ["08:00-18:00"]\n[[days]]\ndates = '
    every = [date(2024, 1, 1) + timedelta(days=number) for number in range(366)]
    year = [date(2027, 1, 1) + timedelta(days=number) for number in range(365)]
    told = mistakes(
        tmp_path,
        never=hours + str([f"{day:%m-%d}" for day in every]) + "\n",
        gone=f"{hours}[{', '.join(map(str, year))}]\n",
    )
    assert "never.toml: its days leave no hour open in any year. Leave some of them out" in told
    assert "gone.toml: its days leave no hour open in 2027. Leave some of them out" in told


def test_a_day_of_all_that_is_left_open_is_enough(tmp_path: Path) -> None:
    every = [date(2024, 1, 1) + timedelta(days=number) for number in range(366)]
    closed = f"dates = {[f'{day:%m-%d}' for day in every if day.month < 12]}\n"
    assert loaded(tmp_path, desk=f'title = "Desk"\n[hours]\nmonday = ["08:00-18:00"]\n[[days]]\n{closed}')


def test_every_mistake_of_every_calendar_is_told_together(tmp_path: Path) -> None:
    told = mistakes(
        tmp_path,
        one='title = "One"\nzone = "Europe/Berln"\n[hours]\nmonday = ["8-18"]\n',
        two='title = "Two"\n[hours]\nmoday = ["08:00-18:00"]\nfriday = ["08:00-12:00", "11:00-15:00", "25:00-26:00"]\n',
        three='title = "Three"\nalways = true\n[hours]\nmonday = ["08:00-18:00"]\n',
        four='title = "Four"\n[hours]\nmonday = ["08:00-18:00"]\n[[days]]\ndates = ["13-40", 2026-04-06, 2026-04-06]\n[[days]]\n',
    )
    for part in (
        'zone = "Europe/Berln" is not a time zone. Did you mean "Europe/Berlin"?',
        'monday = "8-18" is not a pair of times',
        '"moday" is not known here. Did you mean "monday"?',
        "friday has hours that overlap",
        'friday = "25:00-26:00" is not a pair of times',
        "it is always open and has hours too",
        "dates has '13-40', which is not a day",
        "2026-04-06 is told twice",
        '"dates" is missing',
    ):
        assert part in told


def test_a_calendar_that_closes_for_good_says_so(tmp_path: Path) -> None:
    calendar = Calendar(calendar="shut", title="Shut", zone="UTC")
    with pytest.raises(NeverOpen, match="shut has no 60 open seconds after 2026-05-04"):
        calendar.add(datetime(2026, 5, 4), 60)


def test_the_tables_count_open_seconds_on_and_back(tmp_path: Path) -> None:
    tables = calendar_tables(loaded(tmp_path, service=SERVICE), date(2026, 5, 4), date(2026, 5, 4))
    assert [row[1:] for row in tables["open_window"]] == [(1777874400, 1777888800, 0), (1777892400, 1777910400, 14400)]
    assert [row[2:4] for row in tables["open_step"]] == [
        (1777852800, 1777888800),
        (1777888800, 1777910400),
        (1777910400, 1777939200),
    ]
    assert [row[1:] for row in tables["open_bucket"]] == [
        (0, 1777874400, 0, 14400),
        (1, 1777892400, 14400, 32400),
        (2, 1777892400, 14400, 32400),
    ]
