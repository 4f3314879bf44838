"""What an export should make a person look: each told in one sentence, and kept with the snapshot."""

from datetime import datetime, timedelta

import pytest

from queries.intake.alarms import late_words

NOW = datetime(2026, 11, 1, 12)
ORDERS = "order_id,email,ordered_at,amount,currency,status\n"
CASES = "case_id,email,opened_at,opened_by,kind,channel,status\n"


def orders(count: int, *, keyless: int = 0, first: int = 1) -> str:
    numbers = range(first, first + count)
    rows = [f"{n},{'' if n < first + keyless else f'p{n}@example.com'},2026-10-01,5,EUR,placed\n" for n in numbers]
    return ORDERS + "".join(rows)


def case(number: int, status: str, day: str = "2026-10-01") -> str:
    return f"{number},p{number}@example.com,{day},customer,problem,web,{status}\n"


def alarms(taken):
    return [(kind, sentence) for kind, sentence in taken.connection.sql("select alarm, sentence from alarm").fetchall()]


def test_an_export_that_holds_much_less_than_the_one_before_or_nothing_is_told(intake):
    for day, count in enumerate((10, 7, 4, 0, 3)):
        taken = intake.take({f"day {day}.csv": orders(count)}, now=NOW + timedelta(days=day))
    fewer = "day 2.csv: 4 records, 43 % fewer than the 7 of the export before it"
    none = "day 3.csv: holds no record at all; the export before it held 4"
    assert alarms(taken) == [("fewer rows", fewer), ("no rows", none)]
    assert taken.notices == []  # the newest one is as it should be


def test_the_files_of_one_load_are_one_export(intake):
    intake.take({"all.csv": orders(10)}, now=NOW)
    taken = intake.take({"1.csv": orders(5), "2.csv": orders(4, first=6)}, now=NOW + timedelta(days=1))
    assert alarms(taken) == []
    taken = intake.take({"3.csv": orders(2, first=4), "4.csv": orders(1, first=9)}, now=NOW + timedelta(days=2))
    told = "4.csv and 1 more: 3 records, 67 % fewer than the 9 of the export before it"
    assert (alarms(taken), taken.notices) == ([("fewer rows", told)], [told])


def increments(intake, *counts: int, hours: int):
    """Exports that tell only what is new, each after so many hours."""
    for place, count in enumerate(counts):
        taken = intake.take({f"{place}.csv": orders(count, first=1000 * place)}, now=NOW + timedelta(hours=hours * place))
    return taken


def test_an_export_that_tells_only_what_is_new_is_not_held_against_a_full_one(intake):
    assert alarms(increments(intake, 400, 3, 2, 5, 4, 1, hours=1)) == []


def test_quiet_nights_are_no_alarm_and_a_day_that_falls_short_of_all_days_before_is(intake):
    told = "4.csv: 20 records, 50 % fewer than the 40 of the smallest export of the eight days before"
    assert alarms(increments(intake, 500, 40, 90, 80, 20, 45, hours=24)) == [("fewer rows", told)]


def test_a_full_export_among_increments_is_held_against_the_last_full_one(intake):
    intake.take({"all.csv": orders(40)}, now=NOW)
    intake.take({"hour.csv": orders(2, first=100)}, now=NOW + timedelta(hours=1))
    taken = intake.take({"cut off.csv": orders(6)}, now=NOW + timedelta(hours=2))
    assert alarms(taken) == [("fewer rows", "cut off.csv: 6 records, 85 % fewer than the 40 of the export before it")]


def test_a_word_that_nobody_declared_is_an_alarm_when_it_is_first_seen(intake):
    intake.take({"a.csv": CASES + case(1, "Parked") + case(2, "open")}, now=NOW)
    taken = intake.take({"b.csv": CASES + case(3, "Parked") + case(4, "Shelved") + case(5, "Shelved")}, now=NOW)
    assert alarms(taken) == [
        ("unknown words", 'a.csv: cases.status has for the first time "Parked", which nobody declared, in 1 row'),
        ("unknown words", 'b.csv: cases.status has for the first time "Shelved", which nobody declared, in 2 rows'),
    ]


def test_rows_that_lie_ahead_and_rows_that_a_full_export_no_longer_holds_are_alarms_too(intake):
    intake.declare("sources.toml", "[import]\nfull = true\n")
    intake.take({"a.csv": CASES + case(1, "open") + case(2, "open")}, now=NOW)
    taken = intake.take({"b.csv": CASES + case(1, "open") + case(3, "open", "2031-01-01")}, now=NOW + timedelta(days=1))
    told = [
        "b.csv: 1 row of cases lies after the load",
        "b.csv: a full export that no longer holds 1 row of cases of earlier ones; it is kept",
    ]
    assert (alarms(taken), taken.notices) == ([("dated ahead", told[0]), ("gone", told[1])], told)


def test_rows_that_lie_ahead_are_told_of_their_own_file_and_not_of_the_next_under_its_name(intake):
    first = intake.take({"orders.csv": orders(2).replace("2026-10-01", "2031-01-01")}, now=NOW)
    (held,) = first.rows("files", "file_id")
    taken = intake.take({"orders.csv": orders(2, first=3)}, now=NOW + timedelta(days=1))
    assert (taken.rows("alarm", "file_id", "rows"), taken.notices) == ([(*held, 2)], [])
    later = intake.take({"orders.csv": orders(2, first=5)}, now=NOW.replace(year=2032))
    assert alarms(later) == []


def test_a_full_export_in_parts_is_one_and_each_source_has_its_own(intake):
    intake.declare("sources.toml", '[north]\nfull = true\nfiles = ["north*.csv"]\n[south]\nfull = true\nfiles = ["south*.csv"]\n')
    intake.take({"north 1.csv": orders(10), "north 2.csv": orders(10, first=11), "south.csv": orders(10, first=21)}, now=NOW)
    taken = intake.take({"north 3.csv": orders(9), "north 4.csv": orders(11, first=11)}, now=NOW + timedelta(days=1))
    assert [sentence for _, sentence in alarms(taken)] == [
        "north 4.csv: a full export that no longer holds 1 row of orders of earlier ones; it is kept"
    ]


def test_rows_that_name_no_customer_are_told_when_they_are_many_and_more_than_before(intake):
    shares = [(100, 4), (100, 5), (100, 6), (100, 15), (100, 20)]
    for day, (count, keyless) in enumerate(shares):
        taken = intake.take({f"day {day}.csv": orders(count, keyless=keyless, first=100 * day)}, now=NOW + timedelta(days=day))
    assert alarms(taken) == [
        ("empty keys", "day 3.csv: 15 % of its 100 rows of orders name no customer; in the file before it 6 %"),
    ]


def test_rows_that_lack_their_own_key_count_as_keyless(take):
    without = ",p@example.com,2026-10-01,customer,problem,web,open\n"
    taken = take({"cases.csv": CASES + "".join(case(number, "open") for number in range(5)) + 5 * without})
    assert alarms(taken) == [("empty keys", "cases.csv: 50 % of its 10 rows of cases name no customer")]


def test_a_few_rows_without_a_key_are_no_pattern(take):
    assert alarms(take({"orders.csv": orders(20, keyless=4)})) == []


@pytest.mark.parametrize(
    ("waited", "interval", "told"),
    [
        (2 * 86_400, 86_400, None),
        (3 * 86_400, 86_400, "Help desk: no export came for 3 days, one is expected every day"),
        (10_800, 3600, "Help desk: no export came for 3 hours, one is expected every hour"),
        (90_000, 21_600, "Help desk: no export came for 25 hours, one is expected every 6 hours"),
        (3600, 900, "Help desk: no export came for 1 hour, one is expected every 15 minutes"),
    ],
)
def test_a_source_is_late_when_no_export_came_for_more_than_twice_its_interval(waited, interval, told):
    assert late_words("Help desk", NOW - timedelta(seconds=waited), interval, NOW) == told


def test_a_late_source_is_told_at_the_load_of_another(intake):
    intake.declare(
        "sources.toml", '[desk]\ninterval = "1 day"\nfiles = ["cases*"]\n[shop]\ninterval = "1 day"\nfiles = ["orders*"]\n'
    )
    intake.take({"cases.csv": CASES + case(1, "open")}, now=NOW)
    taken = intake.take({"orders.csv": orders(1)}, now=NOW + timedelta(days=3))
    assert taken.notices == ["Desk: no export came for 3 days, one is expected every day"]
