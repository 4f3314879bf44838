"""Local times to UTC: against Python's own zones, near every change of the clocks."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import queries.intake
from queries.intake.database import connect

CASTS = (Path(queries.intake.__file__).parent / "casts.sql").read_text()
ZONES = ("Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "UTC")


@pytest.fixture(scope="module")
def reader():
    with connect(threads=1) as connection:
        connection.execute(CASTS)
        yield connection


def by_python(wall: datetime, zone: str) -> datetime:
    return wall.replace(tzinfo=ZoneInfo(zone), fold=0).astimezone(UTC).replace(tzinfo=None)


def near_a_change() -> st.SearchStrategy[datetime]:
    changes = (2026, 3, 29), (2026, 10, 25), (2026, 3, 8), (2026, 11, 1), (2026, 4, 5), (2026, 10, 4), (2026, 7, 1)
    days = st.sampled_from([datetime(*day) for day in changes])
    return st.builds(lambda day, minutes: day + timedelta(minutes=minutes), days, st.integers(-600, 1800))


@settings(max_examples=120, deadline=None)
@given(wall=near_a_change(), zone=st.sampled_from(ZONES))
def test_an_ambiguous_time_is_the_first_and_a_gap_maps_forward(reader, wall, zone):
    text = wall.strftime("%Y-%m-%d %H:%M:%S")
    assert reader.execute("select read_iso($1, $2)", [text, zone]).fetchall() == [(by_python(wall, zone),)]


@pytest.mark.parametrize(
    "text", ["epoch", "infinity", "2026-02-30", "2026-1-1", "01.02.2026", "2026-01-01 25:00", "tomorrow", "20260101", ""]
)
def test_what_is_no_iso_time_is_not_read_as_one(reader, text):
    assert reader.execute("select read_iso($1, 'UTC'), day_of_iso($1, 'UTC')", [text]).fetchall() == [(None, None)]


@pytest.mark.parametrize(
    "text",
    [
        "2026-01-01T10:00:00Z",
        "2026-01-01 12:00+02",
        "2026-01-01T15:30:00.000+05:30",
        "2026-01-01 08:00:00 -0200",
        "2026-01-01 10:00 UTC",
    ],
)
def test_a_told_offset_is_honoured(reader, text):
    assert reader.execute("select read_iso($1, 'Asia/Tokyo')", [text]).fetchall() == [(datetime(2026, 1, 1, 10),)]


def test_two_digit_years_are_refused(reader):
    assert reader.execute("select wall_day_first('31/12/25'), wall_month_first('12/31/25')").fetchall() == [(None, None)]
