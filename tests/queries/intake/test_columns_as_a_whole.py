"""The sign before decimals and the order of dates: decided by a whole column, declared, and remembered for the source's next file."""

import json
from datetime import datetime
from decimal import Decimal

import pytest

from queries.intake.explain import recognise_files
from tests.queries.intake.workbooks import workbook

OWN = """
title = "Tills"
source = "till"
[recognise]
columns = ["Receipt", "Day", "Sum"]
[[rows]]
entity = "orders"
primary = true
[rows.columns]
order_id = "Receipt"
ordered_at = { column = "Day", formats = ["iso", "day first", "month first"] }
amount = "Sum"
currency = { value = "EUR" }
status = { value = "placed" }
"""
HEADER = "Receipt;Day;Sum\n"


@pytest.fixture
def tills(intake):
    intake.declare("sources/tills.toml", OWN)
    return intake


def table(*sums: str, day: str = "2026-01-05") -> str:
    return HEADER + "".join(f"{number};{day};{told}\n" for number, told in enumerate(sums, start=1))


def amounts(taken) -> list[Decimal]:
    return [amount for (_, amount) in taken.rows("orders", "order_id", "amount")]


@pytest.mark.parametrize(
    ("sums", "read"),
    [
        (("12,5", "1.234,50", "1.234", "7", "-3,00 €"), ("12.50", "1234.50", "1234.00", "7.00", "-3.00")),
        (("12.5", "1,234.50", "1,234", "7", "$3.00"), ("12.50", "1234.50", "1234.00", "7.00", "3.00")),
        (("1,234,567", "7"), ("1234567.00", "7.00")),
        (("1.234.567", "1.234"), ("1234567.00", "1234.00")),
        (("0.125", "0.250"), ("0.13", "0.25")),
        (("7", "12"), ("7.00", "12.00")),
        (("1\u202f234,56", "1\u00a0234\u00a0567,80\u00a0€", "1 234", "-7,5"), ("1234.56", "1234567.80", "1234.00", "-7.50")),
        (("1'234.56", "CHF 1\u2019234\u2019567.80", "1'234", "(7.50)"), ("1234.56", "1234567.80", "1234.00", "-7.50")),
    ],
    ids=[
        "comma",
        "point",
        "groups by commas",
        "groups by points",
        "no thousand begins with 0",
        "whole numbers",
        "French",
        "Swiss",
    ],
)
def test_a_sign_is_decided_by_the_whole_column(tills, sums, read):
    taken = tills.take({"till.csv": table(*sums)})
    assert taken.refused == []
    assert amounts(taken) == [Decimal(one) for one in read]


def test_groups_that_are_none_are_no_number(tills):
    taken = tills.take({"till.csv": table("1 234,50", "12 34,50", "1 2345", "1234 567,00", "1'23")})
    assert amounts(taken) == [Decimal("1234.50")]
    assert len(taken.rejections()) == 4


def test_what_the_columns_sign_cannot_read_is_refused_with_its_row(tills):
    taken = tills.take({"till.csv": table("12,50", "1,25", "3.14")})
    assert amounts(taken) == [Decimal("12.50"), Decimal("1.25")]
    assert taken.rejections() == [(3, "amount", "3.14")]


def test_an_unclear_column_asks_once_and_one_line_settles_it(tills):
    asked = tills.take({"till.csv": table("1.234", "5")})
    assert asked.refused == [
        'till.csv: every amount can be read with a decimal point and with a decimal comma, such as "1.234". '
        'Write decimal = "." or "," under [till] in sources.toml.'
    ]
    tills.declare("sources.toml", '[till]\ndecimal = ","\n')
    assert amounts(tills.take({"till.csv": table("1.234", "5")})) == [Decimal(1234), Decimal(5)]
    (tills.workspace.root / "sources.toml").unlink()
    taken = tills.take({"next.csv": table("5.678", "5").replace("1;", "3;").replace("2;", "4;")})
    assert amounts(taken) == [Decimal(1234), Decimal(5), Decimal(5678), Decimal(5)]


def test_as_many_of_one_sign_as_of_the_other_is_unclear_too(tills):
    taken = tills.take({"till.csv": table("12,50", "12.50")})
    assert taken.refused[0].startswith(
        "till.csv: as many amount can be read with a decimal point only as with a decimal comma only: 1."
    )


def test_the_next_file_is_read_as_the_last_one_was(tills):
    tills.take({"till.csv": table("12,50")})
    assert json.loads((tills.workspace.registry / "columns.json").read_text())["till"] == {
        "tills/orders/amount": [",", "till.csv"]
    }
    assert amounts(tills.take({"next.csv": table("1.234")})) == [Decimal(1234)]


def test_a_file_that_contradicts_the_last_one_is_refused_and_both_readings_are_named(tills):
    tills.take({"till.csv": table("12,50")})
    taken = tills.take({"next.csv": table("99.95")})
    assert taken.refused == [
        "next.csv: amount can be read with a decimal point only, and was read with a decimal comma in till.csv. "
        'Export it as before, or write decimal = "." under [till] in sources.toml for all its files.'
    ]
    assert amounts(taken) == [Decimal("12.50")]


def test_dates_are_remembered_and_may_not_be_contradicted(tills):
    tills.take({"till.csv": table("5", day="25/12/2025")})
    taken = tills.take({"next.csv": table("5", day="03/04/2026"), "odd.csv": table("5", day="12/25/2025")})
    assert taken.refused == [
        "odd.csv: ordered_at can be read month first only, and was read day first in till.csv. "
        'Export it as before, or write dates = "month first" under [till] in sources.toml for all its files.'
    ]
    assert taken.rows("orders", "ordered_at") == [(datetime(2026, 4, 3),)]


def test_what_is_remembered_is_made_again_from_the_files_in_use_where_it_is_missing(tills):
    tills.take({"till.csv": table("12,50")})
    kept = (tills.workspace.registry / "columns.json").read_text()
    (tills.workspace.registry / "columns.json").unlink()
    assert "was read with a decimal comma in till.csv" in tills.take({"next.csv": table("99.95")}).refused[0]
    assert (tills.workspace.registry / "columns.json").read_text() == kept


def test_what_is_remembered_stays_when_everything_is_cast_anew(tills):
    tills.take({"till.csv": table("12,50")})
    tills.take({"next.csv": table("1.234").replace("1;", "2;")})
    tills.declare("sources/tills.toml", OWN.replace("Tills", "All tills"))
    assert amounts(tills.take({})) == [Decimal("12.50"), Decimal(1234)]


def test_a_files_other_columns_tell_how_an_unclear_one_is_read(tills):
    tills.declare(
        "sources/goods.toml",
        'title = "Goods"\nsource = "goods"\n[recognise]\ncolumns = ["Receipt", "Line", "Good"]\n[[rows]]\nentity = "order_lines"\n'
        'primary = true\n[rows.columns]\norder_id = "Receipt"\nline_number = "Line"\nproduct = "Good"\nquantity = "Pieces"\n'
        'amount = "Price"\n',
    )
    taken = tills.take({"goods.csv": "Receipt;Line;Good;Pieces;Price\n1;1;Tea;1,5;1.234\n"})
    assert taken.rows("order_lines", "quantity", "amount") == [(1.5, Decimal(1234))]


def test_numbers_of_a_workbook_or_of_json_are_never_unclear(tills):
    book = workbook({"Sheet 1": [["Receipt", "Day", "Sum"], [1, "2026-01-05", 1.234]]})
    taken = tills.take({"till.xlsx": book, "till.csv": table("2,5").replace("1;", "2;")})
    assert amounts(taken) == [Decimal("1.23"), Decimal("2.50")]


def test_the_import_format_has_a_point_unless_its_source_is_declared_otherwise(intake):
    rows = "order_id;ordered_at;amount;currency;status\n1;2026-01-01;12,50;EUR;placed\n2;2026-01-01;7;EUR;placed\n"
    taken = intake.take({"orders.csv": rows})
    assert taken.rejections() == [(1, "amount", "12,50")]
    intake.declare("sources.toml", '[import]\ndecimal = ","\n')
    assert amounts(intake.take({})) == [Decimal("12.50"), Decimal(7)]


def test_what_is_remembered_counts_before_loading_too(tills, tmp_path):
    tills.take({"till.csv": table("12,50")})
    (tmp_path / "next.csv").write_text(table("99.95"))
    (one,) = recognise_files(tills.workspace, [tmp_path / "next.csv"])
    assert "was read with a decimal comma in till.csv" in one.problem
