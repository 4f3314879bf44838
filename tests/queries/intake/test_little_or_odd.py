"""Files with a few bytes out of place, and files without a record."""

import gzip

import pytest

HEADER = "order_id,ordered_at,amount,currency,status\n"
ROW = "{},2026-01-01,5,EUR,placed\n"


def names(*told: bytes) -> bytes:
    return HEADER.encode() + b"".join(ROW.encode().replace(b"{}", one) for one in told)


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"], ids=["unmarked", "marked"])
def test_one_stray_byte_does_not_spoil_the_umlauts(take, mark):
    taken = take({"orders.csv": mark + names("Müller".encode(), "Jäger".encode(), b"Stra\xdfe", "Öl €".encode())})
    assert taken.refused == []
    assert taken.rows("orders", "order_id") == [("Jäger",), ("Müller",), ("Straße",), ("Öl €",)]
    assert taken.notices == ["orders.csv: 1 byte is no UTF-8 as the rest is: it was read as cp1252"]


def test_stray_bytes_are_counted_and_two_of_one_letter_that_was_cut_are_two(take):
    taken = take({"orders.csv.gz": gzip.compress(names("Grüße aus Köln".encode(), b"M\xfcnchen \x96 S\xfcd"))})
    assert taken.rows("orders", "order_id") == [("Grüße aus Köln",), ("München – Süd",)]
    assert taken.notices == ["orders.csv.gz: 3 bytes are no UTF-8 as the rest is: they were read as cp1252"]


def test_a_western_file_with_a_pair_that_happens_to_be_utf8_stays_western(take):
    taken = take({"orders.csv": names(b"M\xfcller", b"J\xe4ger", b"\xc3\xa4")})
    assert taken.rows("orders", "order_id") == [("Jäger",), ("Müller",), ("Ã¤",)]
    assert taken.notices == []


def test_a_file_with_a_header_and_no_records_is_taken_in_and_told(take):
    taken = take({"orders.csv": HEADER, "tickets.csv": "Id,Requester id,Created at,Via,Status\n"})
    assert taken.refused == []
    assert taken.ledger() == {"orders.csv/orders": (0, 0, 0, 0, 0), "tickets.csv/cases": (0, 0, 0, 0, 0)}
    assert taken.notices == ["orders.csv: it has a header and no records", "tickets.csv: it has a header and no records"]


def test_a_full_export_without_a_record_does_not_empty_its_source(intake):
    intake.declare("sources.toml", '[shop]\nfull = true\nfiles = ["shop*"]\n')
    assert intake.take({"shop-0.csv": HEADER}).refused == []
    intake.take({"shop-1.csv": HEADER + ROW.format(1) + ROW.format(2)})
    taken = intake.take({"shop-2.csv": HEADER.replace("status", "status,channel"), "other.csv": HEADER.replace(",", ", ")})
    assert taken.refused == [
        "shop-2.csv: is a full export without a record, and shop-1.csv held 2. Export it again: nothing was taken away."
    ]
    assert taken.rows("files", "file_name") == [("other.csv",), ("shop-0.csv",), ("shop-1.csv",)]
    assert taken.rows("orders", "order_id") == [("1",), ("2",)]
