"""The documented import format: an entity's own columns, in any order, in several kinds of file."""

import gzip
import json
from datetime import date, datetime
from decimal import Decimal

from queries.intake.contract import contract
from queries.intake.database import connect

ORDERS = "order_id,email,ordered_at,amount,currency,status\n1,ann@example.com,2026-03-01T10:00:00Z,12.50,EUR,placed\n"


def test_the_columns_of_an_entity_alone_make_a_file_that_entity(take):
    taken = take({"anything.csv": ORDERS})
    assert taken.rows("orders", "order_id", "email", "ordered_at", "amount", "source", "row_id") == [
        ("1", "ann@example.com", datetime(2026, 3, 1, 10), Decimal("12.50"), "import", "import:1")
    ]
    assert taken.ledger() == {"anything.csv/orders": (1, 1, 0, 0, 0)}


def test_every_encoding_gives_the_same_rows(take):
    text = ORDERS.replace("1,ann@", "{},änn@").replace("\n", "\r\n")
    encodings = ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252")
    taken = take({f"{name}.csv": text.format(name).encode(name) for name in encodings})
    assert taken.rows("orders", "order_id", "email") == [(name, "änn@example.com") for name in sorted(encodings)]


def test_every_delimiter_and_spelling_of_the_header_is_known(take):
    text = ORDERS.replace("order_id,email,ordered_at", "Order ID,E-Mail,Ordered At")
    files = {f"{place}.csv": text.replace("1,ann", f"{place},ann").replace(",", mark) for place, mark in enumerate(",;\t|")}
    assert take(files).rows("orders", "order_id", "amount") == [(str(place), Decimal("12.50")) for place in range(len(files))]


def test_json_lines_arrays_parquet_and_gzip_hold_the_same_rows(take, tmp_path):
    order = {"order_id": 7, "ordered_at": "2026-03-01", "amount": 5, "currency": "EUR", "status": "placed", "email": None}
    connect().sql("select '9' as order_id, timestamp '2026-03-01 08:00:00' as ordered_at, 5.25 as amount, 'EUR' as currency, "
                  "'placed' as status").write_parquet(str(tmp_path / "orders.parquet"))  # fmt: skip
    taken = take({
        "lines.jsonl": json.dumps(order) + "\n\n" + json.dumps({**order, "order_id": 8}) + "\n",
        "list.json": json.dumps([{**order, "order_id": 10}]),
        "packed.csv.gz": gzip.compress(ORDERS.encode()),
        "table.parquet": (tmp_path / "orders.parquet").read_bytes(),
    })  # fmt: skip
    assert taken.rows("orders", "order_id", "is_date_only") == [
        ("1", False),
        ("10", True),
        ("7", True),
        ("8", True),
        ("9", False),
    ]
    assert not taken.refused


def test_every_entity_is_recognised_by_its_required_columns_alone(take):
    files = {f"file {number}.csv": ",".join(entity.required) + "\n" for number, entity in enumerate(contract().values())}
    taken = take(files)
    assert not taken.refused
    assert sorted(entity for (entity,) in taken.rows("ledger", "entity")) == sorted(contract())


def test_a_source_column_names_the_source_of_each_row(take):
    text = "source,order_id,ordered_at,amount,currency,status\nshop,1,2026-01-01,1,EUR,placed\ntill,1,2026-01-01,2,EUR,placed\n"
    taken = take({"orders.csv": text})
    assert taken.rows("orders", "row_id", "source") == [("shop:1", "shop"), ("till:1", "till")]
    assert taken.rows("files", "source") == [("several",)]
    assert taken.rows("entity_source", "entity", "source", "rows") == [("orders", "shop", 1), ("orders", "till", 1)]


def test_sources_toml_names_the_source_by_the_name_of_the_file(intake):
    intake.declare("sources.toml", '[shop]\nfiles = ["orders*.csv"]\n')
    assert intake.take({"orders 3.csv": ORDERS}).rows("orders", "row_id") == [("shop:1",)]


def test_a_json_object_of_properties_is_unfolded(take):
    text = ORDERS.replace("status\n", "status,properties\n").replace("placed\n", 'placed,"{""tariff"": ""green"", ""a/b"": 3}"\n')
    taken = take({"orders.csv": text})
    assert taken.rows("properties", "subject_kind", "subject_id", "name", "value") == [
        ("orders", "import:1", "a/b", "3"),
        ("orders", "import:1", "tariff", "green"),
    ]


def test_properties_of_a_record_keep_their_own_names_beside_the_record_s_name(take):
    text = 'record_id,kind,name,properties\n1,person,Anna Alder,"{""name"": ""Anni"", ""born"": ""1990-01-02""}"\n'
    taken = take({"records.csv": text})
    assert taken.rows("properties", "subject_id", "name", "value") == [
        ("import:1", "born", "1990-01-02"),
        ("import:1", "name", "Anni"),
    ]


def test_properties_that_are_no_object_reject_their_row(take):
    text = (
        ORDERS.replace("status\n", "status,properties\n").replace("placed\n", "placed,green\n") + "2,,2026-03-01,1,EUR,placed,\n"
    )
    taken = take({"orders.csv": text})
    assert taken.rejections() == [(1, "properties", "green")]


def test_statuses_are_known_in_many_spellings_and_an_unknown_one_is_other_and_listed(take):
    header = "case_id,opened_at,opened_by,kind,channel,status\n"
    rows = [
        f"{place},2026-01-01,customer,problem,web,{status}\n"
        for place, status in enumerate(["On-Hold", "on hold", "ON_HOLD", "Parked"])
    ]
    taken = take({"cases.csv": header + "".join(rows)})
    assert taken.rows("cases", "case_id", "status") == [("0", "on_hold"), ("1", "on_hold"), ("2", "on_hold"), ("3", "other")]
    assert taken.rows("unknown_values", "column_name", "value", "read_as", "rows") == [("status", "Parked", "other", 1)]
    assert taken.notices == ['import: cases.status has "Parked", which nobody declared, in 1 row']


def test_an_unknown_status_or_priority_in_a_history_is_listed_with_its_word(take):
    header = "case_id,happened_at,kind,value\n"
    rows = [
        ("status", "On-Hold"),
        ("status", "Parked"),
        ("status", "Parked"),
        ("priority", "P1"),
        ("priority", ""),
        ("policy", "gold"),
    ]
    events = "".join(f"1,2026-01-01T00:00:0{place}Z,{kind},{value}\n" for place, (kind, value) in enumerate(rows))
    taken = take({"case_events.csv": header + events})
    assert taken.rows("unknown_values", "entity", "value", "rows") == [("case_events", "P1", 1), ("case_events", "Parked", 2)]
    assert taken.notices == ['import: case_events.value has "Parked", "P1", which nobody declared, in 3 rows']


def test_an_unknown_word_that_would_change_a_figure_rejects_its_row(take):
    text = "commitment_id,kind,made_at,due_at\n1,offer,2026-01-01,2026-01-02\n2,miracle,2026-01-01,2026-01-02\n"
    taken = take({"commitments.csv": text})
    assert taken.ledger() == {"commitments.csv/commitments": (2, 1, 0, 1, 0)}
    assert taken.rows("rejected_rows", "file_name", "source_line", "column_name", "value", "reason") == [
        (
            "commitments.csv",
            2,
            "kind",
            "miracle",
            "Not a word known here: offer, delivery, installation or call_back. Required.",
        )
    ]


def test_a_refused_cell_tells_whether_it_is_empty_or_cannot_be_read_and_shows_its_own_value(take):
    header = "order_id,ordered_at,amount,currency,status\n"
    rows = ["1,2026-01-01,5,EUR,placed", "2,,5,EUR,placed", "3,31.02.2026,5,EUR,placed", "4,2026-01-01,nine,EUR,placed"]
    taken = take({"orders.csv": header + "\n".join(rows) + "\n"})
    assert taken.rows("rejected_rows", "source_line", "column_name", "value", "reason") == [
        (2, "ordered_at", None, "Empty, and must not be: when it was ordered, UTC."),
        (3, "ordered_at", "31.02.2026", "Not a time that can be read: when it was ordered, UTC. Required."),
        (4, "amount", "nine", "Not a number that can be read: what was paid, negative for a refund. Required."),
    ]


def test_an_unknown_word_as_long_as_a_book_is_told_by_its_beginning(take):
    taken = take({"orders.csv": f"order_id,ordered_at,amount,currency,status\n1,2026-01-01,5,EUR,{'x' * 100_000}\n"})
    assert [len(told) < 200 for told in taken.notices] == [True]


def test_each_broken_rule_is_told_under_its_column_and_the_rest_is_loaded(take):
    rows = [
        "1,2026-01-01,2026-02-01,10,EUR,",
        "2,soon,,10,EUR,",
        ",2026-01-01,,10,EUR,",
        "4,2026-01-01,,-1,EUR,",
        "5,2026-01-01,,10,EURO,",
        "6,2026-01-01,,10,EUR,2025-01-01",
        "7,2026-01-01",
    ]
    taken = take({"c.csv": "contract_id,starts_on,ends_on,amount_per_month,currency,ended_on\n" + "\n".join(rows) + "\n"})
    assert taken.ledger() == {"c.csv/contracts": (7, 1, 0, 6, 0)}
    told = {line: (column, value) for line, column, value in taken.rejections()}
    assert told == {
        2: ("starts_on", "soon"),
        3: ("contract_id", None),
        4: ("amount_per_month", "-1"),
        5: ("currency", "EURO"),
        6: ("ended_on", "2025-01-01"),
        7: (None, "7,2026-01-01"),
    }


def test_days_without_times_are_marked_and_begin_at_local_midnight(intake):
    intake.declare("workspace.toml", 'zone = "Europe/Berlin"\n')
    rows = "1,2026-07-01,1,EUR,placed\n2,2026-07-01 09:30,1,EUR,placed\n3,2026-07-01T09:30:00+05:30,1,EUR,placed\n"
    taken = intake.take({"orders.csv": "order_id,ordered_at,amount,currency,status\n" + rows})
    assert taken.rows("orders", "order_id", "ordered_at", "is_date_only") == [
        ("1", datetime(2026, 6, 30, 22), True),
        ("2", datetime(2026, 7, 1, 7, 30), False),
        ("3", datetime(2026, 7, 1, 4), False),
    ]


def test_a_day_first_column_is_decided_by_all_its_values(take):
    rows = "1,03.04.2026 10:00,1,EUR,placed\n2,31.12.2025,1,EUR,placed\n3,32.01.2026,1,EUR,placed\n"
    taken = take({"orders.csv": "order_id,ordered_at,amount,currency,status\n" + rows})
    assert taken.rows("orders", "order_id", "ordered_at") == [("1", datetime(2026, 4, 3, 10)), ("2", datetime(2025, 12, 31))]
    assert taken.rejections() == [(3, "ordered_at", "32.01.2026")]


def test_a_column_that_reads_two_ways_is_asked_about_and_its_source_may_say(intake):
    text = "order_id,ordered_at,amount,currency,status\n1,03/04/2026,1,EUR,placed\n"
    taken = intake.take({"orders.csv": text})
    assert taken.refused == [
        "orders.csv: every ordered_at can be read day first and month first. "
        'Write dates = "day first" or "month first" under [import] in sources.toml.'
    ]
    intake.declare("sources.toml", '[import]\ndates = "month first"\n')
    assert intake.take({"orders.csv": text}).rows("orders", "ordered_at") == [(datetime(2026, 3, 4),)]


def test_a_source_has_a_zone_of_its_own(intake):
    intake.declare("sources.toml", '[far]\nzone = "Asia/Tokyo"\n[near]\nzone = "Europe/Berlin"\n')
    rows = "far,1,2026-01-01 09:00,1,EUR,placed\nnear,2,2026-01-01 09:00,1,EUR,placed\nelse,3,2026-01-01 09:00,1,EUR,placed\n"
    taken = intake.take({"orders.csv": "source,order_id,ordered_at,amount,currency,status\n" + rows})
    assert taken.rows("orders", "order_id", "ordered_at") == [
        ("1", datetime(2026, 1, 1)),
        ("2", datetime(2026, 1, 1, 8)),
        ("3", datetime(2026, 1, 1, 9)),
    ]


def test_sentinel_dates_are_missing_ones(take):
    taken = take({"c.csv": "contract_id,starts_on,ends_on\n1,2026-01-01,9999-12-31\n"})
    assert taken.rows("contracts", "contract_id", "starts_on", "ends_on") == [("1", date(2026, 1, 1), None)]


def test_numbers_are_read_as_people_write_them_and_never_guessed(take):
    rows = [
        '1,2026-01-01,"1,234.50",EUR,placed',
        "2,2026-01-01,1e3,EUR,placed",
        "3,2026-01-01,12,50 EUR,placed",
        "4,2026-01-01,nan,EUR,placed",
    ]
    taken = take({"orders.csv": "order_id,ordered_at,amount,currency,status\n" + "\n".join(rows) + "\n"})
    assert taken.rows("orders", "order_id", "amount") == [("1", Decimal("1234.50")), ("2", Decimal("1000.00"))]
    assert [column for _, column, _ in taken.rejections()] == ["currency", "amount"]


def test_a_workspace_may_have_any_name(intake_in, tmp_path):
    odd = tmp_path / "a [b] *? 'c"
    odd.mkdir()
    taken = intake_in(odd).take({"orders [1] *.csv": ORDERS, "o'.jsonl": "{}\n"})
    assert taken.rows("orders", "source_file") == [("orders [1] *.csv",)]


def test_a_footer_is_left_out_but_only_at_the_end(take):
    text = ORDERS + "Exported by Ann on 2026-03-02\n"
    taken = take({"orders.csv": text, "more.csv": ORDERS.replace("\n1,", "\nExported by Ann\n2,") + "Total,,,,,\n"})
    assert taken.ledger() == {"orders.csv/orders": (1, 1, 0, 0, 0), "more.csv/orders": (2, 1, 0, 1, 0)}
    assert taken.rows("files", "file_name", "footer_lines") == [("more.csv", 1), ("orders.csv", 1)]
