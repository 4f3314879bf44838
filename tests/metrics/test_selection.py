"""Periods on a workspace's clock, and questions that survive a URL."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.errors import BadPeriod, QuestionError, UnknownName
from metrics.selection import Selection, compared, days_of, earlier, period_label, pieces, resolve

BERLIN = "Europe/Berlin"
AS_OF = datetime(2026, 10, 30, 13, 5)  # 14:05 in Berlin, after the clocks went back on the 25th

NAMES = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), min_size=1, max_size=12)
DAYS = st.dates(date(1990, 1, 1), date(2030, 12, 31))
PERIODS = st.one_of(
    st.just("all"),
    DAYS.map(lambda day: f"{day:%Y}"),
    DAYS.map(lambda day: f"{day:%Y-%m}"),
    DAYS.map(lambda day: f"{day:%Y}-Q{(day.month + 2) // 3}"),
    DAYS.map(lambda day: "{}-W{:02d}".format(*day.isocalendar())),
    DAYS.map(str),
    st.tuples(DAYS, st.integers(1, 900)).map(lambda told: f"{told[0]}..{told[0] + timedelta(days=told[1])}"),
)
SELECTIONS = st.builds(
    Selection.of,
    period=st.none() | PERIODS,
    compare=st.sampled_from(["before", "year", "none"]),
    where=st.dictionaries(NAMES, st.lists(NAMES, min_size=1, max_size=3), max_size=3),
    by=st.lists(NAMES, max_size=2),
    options=st.dictionaries(st.sampled_from(["window", "journey", "series"]), NAMES, max_size=2),
)


@given(SELECTIONS)
def test_every_selection_survives_its_url(selection: Selection) -> None:
    again = Selection.from_query(selection.to_query())
    assert again == selection
    assert hash(again) == hash(selection)


def test_defaults_are_left_out_of_the_url() -> None:
    assert Selection.of(compare="before").to_query() == ""
    told = Selection.of(period="2026-q3", where={"region": ["South", "North"]}, by="channel", options={"window": "30 days"})
    assert told.to_query() == "period=2026-Q3&by=channel&where.region=North&where.region=South&window=30+days"


@pytest.mark.parametrize(
    "text", ["2026-13", "26", "2026-Q5", "2026-W54", "2026-02-30", "yesterday", "2026-10-05..2026-10-05", "1.1.2026", ""]
)
def test_a_period_that_cannot_be_read_says_how_to_write_one(text: str) -> None:
    with pytest.raises(BadPeriod):
        days_of(text)


def test_a_misspelt_comparison_is_told_the_right_one() -> None:
    with pytest.raises(UnknownName, match='Did you mean "before"'):
        Selection.of(compare="befor")


@pytest.mark.parametrize("query", ["v=2", "period", "&&&=="])
def test_an_address_that_cannot_be_read_is_refused(query: str) -> None:
    with pytest.raises(QuestionError):
        Selection.from_query(query)


@pytest.mark.parametrize(
    ("text", "first", "end"),
    [
        ("2026", date(2026, 1, 1), date(2027, 1, 1)),
        ("2026-Q3", date(2026, 7, 1), date(2026, 10, 1)),
        ("2026-12", date(2026, 12, 1), date(2027, 1, 1)),
        ("2026-W53", date(2026, 12, 28), date(2027, 1, 4)),
        ("2026-10-05", date(2026, 10, 5), date(2026, 10, 6)),
        ("2026-10-05..2026-10-08", date(2026, 10, 5), date(2026, 10, 8)),
    ],
)
def test_a_period_is_half_open(text: str, first: date, end: date) -> None:
    assert days_of(text) == (first, end)


def test_days_are_cut_on_the_workspaces_clock() -> None:
    month = resolve("2026-10", as_of=datetime(2027, 1, 1), zone=BERLIN)
    assert (month.starts_at, month.ends_at) == (datetime(2026, 9, 30, 22), datetime(2026, 10, 31, 23))
    assert not month.is_to_date


def test_a_period_that_is_not_over_ends_with_the_last_known_moment() -> None:
    month = resolve(None, as_of=AS_OF, zone=BERLIN)
    assert (month.text, month.is_to_date) == ("2026-10", True)
    assert month.starts_at <= AS_OF < month.ends_at == AS_OF + timedelta(microseconds=1)


def test_a_period_in_the_future_is_refused_with_the_last_one_there_is() -> None:
    with pytest.raises(BadPeriod, match=r"begins after the data ends, on 30 October 2026\. Ask for 2026-10 or earlier"):
        resolve("2027", as_of=AS_OF, zone=BERLIN)


def test_a_source_that_alone_holds_a_figure_back_is_named_with_what_to_write() -> None:
    told = r"Ask for 2026-10 or earlier; or load a newer export of Surveys, or write known_until or finished = true for it in sources\.toml"
    with pytest.raises(BadPeriod, match=told):
        resolve("2026-12", as_of=AS_OF, zone=BERLIN, held_by=["Surveys"])


def test_a_period_to_date_is_compared_with_the_same_part_of_the_one_before() -> None:
    before = compared(resolve("2026-10", as_of=AS_OF, zone=BERLIN), "before", zone=BERLIN)
    assert before is not None
    assert before.text == "2026-09"
    assert local(before.ends_at) == datetime(2026, 9, 30, 14, 5)  # 14:05 on the wall, although the clocks have changed since


def test_the_part_of_a_shorter_month_is_the_whole_of_it() -> None:
    march = resolve("2026-03", as_of=datetime(2026, 3, 30, 12), zone=BERLIN)
    february = compared(march, "before", zone=BERLIN)
    assert february is not None
    assert (local(february.ends_at), february.is_to_date) == (datetime(2026, 3, 1), False)


def test_the_same_period_a_year_before_ends_on_the_same_date() -> None:
    before = compared(resolve("2026", as_of=AS_OF, zone=BERLIN), "year", zone=BERLIN)
    assert before is not None
    assert (before.text, local(before.ends_at)) == ("2025", datetime(2025, 10, 30, 14, 5))


@pytest.mark.parametrize(
    ("text", "before", "year"),
    [
        ("2026", "2025", "2025"),
        ("2026-Q1", "2025-Q4", "2025-Q1"),
        ("2026-01", "2025-12", "2025-01"),
        ("2026-W01", "2025-W52", "2025-W01"),
        ("2024-02-29", "2024-02-28", "2023-02-28"),
        ("2026-10-05..2026-10-08", "2026-10-02..2026-10-05", "2025-10-05..2025-10-08"),
    ],
)
def test_what_a_period_is_compared_with(text: str, before: str, year: str) -> None:
    period = resolve(text, as_of=datetime(2027, 6, 1), zone=BERLIN)
    told = [compared(period, how, zone=BERLIN) for how in ("before", "year", "none")]
    assert [one.text if one else None for one in told] == [before, year, None]


def test_all_time_is_compared_with_nothing() -> None:
    assert compared(resolve("all", as_of=AS_OF, zone=BERLIN), "before", zone=BERLIN) is None


@given(PERIODS.filter(lambda text: text != "all"), st.integers(2, 20))
def test_periods_in_a_row_touch_and_end_with_the_one_asked(text: str, count: int) -> None:
    period = resolve(text, as_of=datetime(2035, 1, 1), zone=BERLIN)
    row = earlier(period, count, zone=BERLIN)
    assert row[-1] == period
    assert len(row) == count
    assert all(one.ends_at == after.starts_at for one, after in pairwise(row))


@given(DAYS, st.integers(1, 380), st.sampled_from(["day", "week", "month", "quarter", "year"]))
def test_the_pieces_of_a_period_cover_it_without_a_gap(first: date, days: int, grain: str) -> None:
    period = resolve(f"{first}..{first + timedelta(days=days)}", as_of=datetime(2035, 1, 1), zone=BERLIN)
    row = pieces(period, grain, zone=BERLIN)
    assert (row[0].starts_at, row[-1].ends_at) == (period.starts_at, period.ends_at)
    assert all(one.ends_at == after.starts_at for one, after in pairwise(row))
    assert len({one.text for one in row}) == len(row)


def test_too_many_pieces_are_refused() -> None:
    with pytest.raises(BadPeriod, match="more than 400"):
        pieces(resolve("2000-01-01..2026-01-01", as_of=AS_OF, zone=BERLIN), "day", zone=BERLIN)


@given(PERIODS)
def test_every_period_has_a_label(text: str) -> None:
    assert period_label(text)


def local(moment: datetime) -> datetime:
    """Returns a naive UTC moment on Berlin's wall, to the minute."""
    return moment.replace(tzinfo=UTC).astimezone(ZoneInfo(BERLIN)).replace(tzinfo=None, second=0, microsecond=0)
