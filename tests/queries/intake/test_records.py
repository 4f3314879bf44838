"""Counting records on bytes: against the csv module, in odd chunks, with every dirt that exports have."""

import csv
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from queries.errors import Unreadable
from queries.intake.records import IrregularQuotes, requoted, spans, write_body

CELL = st.text(alphabet='ab,"\n ;', max_size=6)
ROWS = st.lists(st.lists(CELL, min_size=2, max_size=3), min_size=1, max_size=12)


def written(rows: list[list[str]]) -> bytes:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue().encode()


def chunks(data: bytes, size: int) -> list[bytes]:
    return [data[place : place + size] for place in range(0, len(data), size)]


@settings(max_examples=150, deadline=None)
@given(ROWS, st.integers(1, 40))
def test_counting_on_bytes_agrees_with_the_csv_module(tmp_path_factory, rows, size):
    target = tmp_path_factory.mktemp("body") / "body"
    body = write_body(spans(chunks(written(rows), size), ",", "x.csv"), target, delimiter=",", width=2)
    read = [row for row in csv.reader(io.StringIO(written(rows).decode(), newline="")) if row]
    assert body.records == len(read)
    assert [one.record for one in body.ragged] == [place for place, row in enumerate(read, start=1) if len(row) != 2]
    kept = list(csv.reader(io.StringIO(target.read_bytes().decode(), newline="")))
    assert kept == [row if len(row) == 2 else ["", ""] for row in read]


def test_blank_lines_are_no_records(tmp_path):
    body = write_body(spans([b"a,b\n\n1,2\n\n\n3,4"], ",", "x.csv"), tmp_path / "body", delimiter=",", skip=1, width=2)
    assert (body.records, (tmp_path / "body").read_bytes()) == (2, b"1,2\n3,4\n")


@pytest.mark.parametrize("text", [b'a,b\n1,"2\n3,4\n5,6\n', b'a,b\n1,"2\n3,4\n5,6'])
def test_a_quote_that_never_closes_is_told_with_its_record(text):
    with pytest.raises(Unreadable, match=r"a quote is opened in record 2 \(the header is the first\) and never closed"):
        list(spans([text], ",", "x.csv"))


def test_an_unclosed_quote_before_quoted_cells_is_not_read_as_one_long_cell(tmp_path):
    lines = [b"id,name", b'1,"Ann', *[b'%d,"Bo"' % number for number in range(2, 60)]]
    data = b"\n".join(lines) + b"\n"
    with pytest.raises(IrregularQuotes):
        list(spans([data], ",", "x.csv"))
    with pytest.raises(Unreadable, match="never closed"):
        requoted([data], tmp_path / "requoted", ",", "x.csv")


def test_a_quote_inside_a_cell_is_a_plain_character(take):
    rows = '1,2026-01-01,5,EUR,placed,3" pipe@example.com\n2,2026-01-01,5,EUR,placed,ann@example.com\n'
    taken = take({"orders.csv": "order_id,ordered_at,amount,currency,status,email\n" + rows})
    assert taken.rows("orders", "email") == [('3" pipe@example.com',), ("ann@example.com",)]
