"""One table in every wrapping that is read: the same rows come of it, and the same counts."""

import csv
import gzip
import io
import json
import zipfile
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from tests.queries.intake.workbooks import workbook

NAMES = ("order_id", "ordered_at", "amount", "currency", "channel", "status")
ROWS = (
    ("A-1", "2026-01-05T09:30:00Z", "12.50", "EUR", "web", "placed"),
    ("A-2", "2026-01-06T00:00:00Z", "-3.00", "EUR", "store", "refunded"),
    ('Ä "3", with; all|of\nit', "2026-01-07T10:00:00Z", "1234.00", "EUR", "", "placed"),
    ("A-4", "soon", "1.00", "EUR", "web", "placed"),
)
TAKEN = [
    ("A-1", datetime(2026, 1, 5, 9, 30), Decimal("12.50"), "web", "placed"),
    ("A-2", datetime(2026, 1, 6), Decimal("-3.00"), "store", "refunded"),
    ('Ä "3", with; all|of\nit', datetime(2026, 1, 7, 10), Decimal("1234.00"), None, "placed"),
]


def delimited(delimiter: str) -> bytes:
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter, lineterminator="\r\n").writerows([NAMES, *ROWS])
    return out.getvalue().encode()


def objects() -> list[dict[str, str]]:
    return [dict(zip(NAMES, row, strict=True)) for row in ROWS]


def json_lines() -> bytes:
    return "".join(json.dumps(one) + "\n" for one in objects()).encode()


def parquet(folder: Path) -> bytes:
    path = folder / "orders.parquet"
    connection = duckdb.connect()
    connection.execute("create table orders (" + ", ".join(f"{name} varchar" for name in NAMES) + ")")
    connection.executemany("insert into orders values (?, ?, ?, ?, ?, ?)", ROWS)
    connection.table("orders").write_parquet(str(path))
    connection.close()
    return path.read_bytes()


def zipped(name: str, content: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return out.getvalue()


def book(folder: Path) -> bytes:
    typed = [
        ("A-1", datetime(2026, 1, 5, 9, 30), 12.5, "EUR", "web", "placed"),
        ("A-2", date(2026, 1, 6), -3, "EUR", "store", "refunded"),
        (ROWS[2][0], datetime(2026, 1, 7, 10), 1234, "EUR", None, "placed"),
        ("A-4", "soon", 1, "EUR", "web", "placed"),
    ]
    return workbook({"orders": [NAMES, *typed]})


WRAPPINGS: Mapping[str, Callable[[Path], bytes]] = {
    "orders.csv": lambda folder: delimited(","),
    "semicolons.csv": lambda folder: delimited(";"),
    "orders.tsv": lambda folder: delimited("\t"),
    "bars.txt": lambda folder: delimited("|"),
    "marked.csv": lambda folder: b"\xef\xbb\xbf" + delimited(","),
    "wide.csv": lambda folder: delimited("\t").decode().encode("utf-16"),
    "western.csv": lambda folder: delimited(",").decode().encode("cp1252"),
    "orders.json": lambda folder: json.dumps(objects(), indent=1).encode(),
    "orders.jsonl": lambda folder: json_lines(),
    "orders.parquet": parquet,
    "orders.xlsx": book,
    "orders.csv.gz": lambda folder: gzip.compress(delimited(",")),
    "orders.jsonl.gz": lambda folder: gzip.compress(json_lines()),
    "orders.parquet.gz": lambda folder: gzip.compress(parquet(folder)),
    "archive.zip": lambda folder: zipped("exports/orders.csv", delimited(",")),
    "books.zip": lambda folder: zipped("orders.xlsx", book(folder)),
}


@pytest.mark.parametrize("name", WRAPPINGS)
def test_the_same_rows_come_of_every_wrapping(take, tmp_path, name):
    taken = take({name: WRAPPINGS[name](tmp_path)})
    assert taken.refused == []
    assert taken.rows("orders", "order_id", "ordered_at", "amount", "channel", "status") == TAKEN
    inside = {"archive.zip": ": exports/orders.csv", "books.zip": ": orders.xlsx"}.get(name, "")
    assert taken.ledger() == {f"{name}{inside}/orders": (4, 3, 0, 1, 0)}
    assert taken.rejections() == [(4, "ordered_at", "soon")]
