"""Numbers, money and dates as the reader writes them."""

from datetime import date, datetime

import pytest

from dashboard.reader import Reader

ENGLISH = Reader.of({"locale": "en_GB", "zone": "Europe/Berlin", "currency": "EUR"})
GERMAN = Reader.of({"locale": "de", "zone": "Europe/Berlin", "currency": "EUR"})


def test_a_number_follows_the_locale() -> None:
    assert ENGLISH.count(12904) == "12,904"
    assert GERMAN.count(12904) == "12.904"
    assert GERMAN.percent(0.131) == "13,1 %"


def test_a_minus_is_a_minus_and_not_a_hyphen() -> None:
    assert ENGLISH.count(-5) == "−5"
    assert ENGLISH.signed_money(-22_000) == "−€22K"
    assert ENGLISH.signed(204) == "+204"


def test_money_is_short_and_keeps_two_digits_of_millions() -> None:
    assert ENGLISH.money(8_610_000) == "€8.61M"
    assert ENGLISH.money(318_400) == "€318K"
    assert ENGLISH.exact_money(92.5) == "€92.50"


def test_a_moment_is_told_in_the_zone_of_the_company() -> None:
    assert ENGLISH.time(datetime(2026, 10, 30, 13, 5)) == "14:05"
    assert ENGLISH.time(datetime(2026, 7, 30, 13, 5)) == "15:05"
    assert ENGLISH.day(date(2026, 10, 1)) == "1 October"
    assert ENGLISH.month_name(date(2026, 9, 1)) == "September"


@pytest.mark.parametrize(("seconds", "words"), [(540, "9 min"), (18_720, "5.2 h"), (147_600, "41 h"), (345_600, "4.0 days")])
def test_a_duration_is_told_in_its_largest_fitting_unit(seconds: float, words: str) -> None:
    assert ENGLISH.duration(seconds) == words


@pytest.mark.parametrize(
    ("unit", "value", "words"),
    [
        ("percent", 0.906, "90.6 %"),
        ("nps", 35.4, "35"),
        ("money", 1_200_000, "€1.2M"),
        ("seconds", 540, "9 min"),
        ("count", 12, "12"),
    ],
)
def test_a_value_is_written_in_its_unit(unit: str, value: float, words: str) -> None:
    assert ENGLISH.value(value, unit) == words


def test_nothing_is_a_dash_and_never_a_zero() -> None:
    assert ENGLISH.value(None, "percent") == "–"
    assert ENGLISH.money(None) == "–"


def test_a_locale_that_nobody_knows_is_read_as_english() -> None:
    assert Reader.of({"locale": "xx-nowhere", "zone": "UTC", "currency": "EUR"}).locale == "en"


@pytest.mark.parametrize(
    ("amount", "words"), [(0, "€0"), (487.67, "€488"), (1_234, "€1.2K"), (9_960, "€10K"), (-57_300, "−€57K"), (1_000_000, "€1M")]
)
def test_money_is_never_more_exact_than_it_is_readable(amount: float, words: str) -> None:
    assert ENGLISH.money(amount) == words


def test_one_of_a_kind_is_told_in_the_singular() -> None:
    assert ENGLISH.counted(1, "customer", "customers") == "1 customer"
    assert ENGLISH.counted(0, "customer", "customers") == "0 customers"


def test_a_day_is_told_with_its_year_where_that_is_not_this_one() -> None:
    assert ENGLISH.near_day(date(2026, 10, 30), date(2026, 11, 2)) == "30 Oct"
    assert ENGLISH.near_day(date(2025, 10, 30), date(2026, 11, 2)) == "30 Oct 2025"
    assert ENGLISH.near_day(date(2026, 10, 30), None) == "30 Oct 2026"
    assert GERMAN.near_day(date(2025, 10, 30), date(2026, 11, 2)) == "30. Okt. 2025"
