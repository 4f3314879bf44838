"""Files that were made to break the reader: each is refused in one sentence that says why, and never stops the parser."""

import json
import os
from datetime import datetime

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from queries.errors import Unreadable
from queries.intake import limits
from queries.intake.stage import stage
from queries.load import LoadReport
from queries.watch import Inbox, look
from queries.workspace import Workspace

NOW = datetime(2026, 11, 1, 12, 0)

HEADER = "order_id,ordered_at,amount,currency,status\n"
GOOD = HEADER + "1,2026-01-01,5,EUR,placed\n"
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
ordered_at = "Dya"
amount = "Sum"
currency = { value = "EUR" }
status = { value = "placed" }
"""


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (
            HEADER.replace("amount", "amount,Amount") + "1,2026-01-01,5,7,EUR,placed\n",
            'orders.csv: has the column "amount" twice. Leave one of them out.',
        ),
        (
            HEADER.replace("\n", ",,\n") + "1,2026-01-01,5,EUR,placed,,\n",
            "orders.csv: looks like orders in the import format, with a column that has no name. Name it, or leave it out.",
        ),
        (
            HEADER.replace("\n", "".join(f",x{number}" for number in range(300)) + "\n"),
            'orders.csv: looks like orders in the import format, which has no column "x0".',
        ),
        (
            HEADER + "1,13/02/2026,5,EUR,placed\n2,02/13/2026,5,EUR,placed\n",
            "orders.csv: of 2 ordered_at as many can be read day first as month first: 1.",
        ),
        ("[" * 100_000 + "]" * 100_000, "orders.csv: is JSON that is cut off, damaged or too large."),
        (GOOD.encode("utf-16")[:-1], "orders.csv: holds bytes that are no text in the encoding it announces, or is cut off."),
    ],
    ids=["a column twice", "a column without a name", "300 columns more", "both date orders", "deep JSON", "UTF-16 cut off"],
)
def test_what_is_wrong_is_told(take, content, reason):
    told = take({"orders.csv": content, "good.csv": GOOD}).refused
    assert [one.startswith(reason) for one in told] == [True], told


def test_a_quote_left_open_in_the_header_is_told_in_one_short_line(take):
    told = take({"orders.csv": 'order_id,"ordered_at,amount\n' + "1,ann@example.com,5\n" * 50_000}).refused
    assert len(told[0]) < 500
    assert "\n" not in told[0]


def test_a_long_cell_is_a_cell_wherever_it_stands(take):
    long = "a" * 200_000
    taken = take({"orders.csv": HEADER.replace("\n", ",email\n") + f"1,2026-01-01,5,EUR,placed,{long}@example.com\n"})
    assert taken.refused == []
    assert len(taken.rows("orders", "email")[0][0]) > 200_000


@pytest.mark.parametrize("cell", ["{}", '"{}"'])
def test_a_record_that_is_too_long_is_told_with_its_number(take, monkeypatch, cell):
    told = take({"orders.csv": GOOD + f"2,2026-01-01,5,EUR,{cell.format('a' * (limits.RECORD_BYTES + 5))}\n{GOOD}"}).refused
    assert told == ["orders.csv: record 3 (the header is the first) is longer than 16 MB. Export it with a line a record."]


def test_a_bare_return_within_a_line_is_a_space_and_nothing_is_lost(take):
    rows = '2,2026-01-01,5,EUR,placed\r3,2026-01-01,5,EUR,placed\n4,2026-01-01,5,EUR,pla\rced\n"5\r5",2026-01-01,5,EUR,placed\n'
    taken = take({"orders.csv": GOOD.replace(",status", ", st\ratus") + rows})
    assert taken.refused == []
    assert taken.ledger() == {"orders.csv/orders": (4, 3, 0, 1, 0)}
    assert taken.rows("orders", "order_id") == [("1",), ("4",), ("5\r5",)]


def test_a_bare_return_beside_quotes_out_of_place_is_no_open_quote(take):
    taken = take({"orders.csv": GOOD + '2 "b" c,2026-01-01,5,EUR,pla\rced\n'})
    assert taken.rows("orders", "order_id") == [("1",), ('2 "b" c',)]


def test_a_bare_return_between_the_members_of_an_object_is_space(take):
    line = '{"order_id": "1",\r"ordered_at": "2026-01-01", "amount": 5, "currency": "EUR", "status": "placed"}\n'
    assert take({"orders.jsonl": line + line.replace('"1"', '"2"')}).rows("orders", "order_id") == [("1",), ("2",)]


def test_a_declaration_that_names_a_header_the_file_has_not_is_told(intake):
    intake.declare("sources/tills.toml", OWN)
    told = intake.take({"till.csv": "Receipt,Day,Sum\n1,2026-01-01,5\n"}).refused
    assert told == ['till.csv: has no column "Dya", of which sources/tills.toml makes ordered_at. Did you mean "Day"?']


def test_a_name_that_is_no_text_is_told(tmp_path):
    name = os.fsdecode("Aufträge.csv".encode("latin-1"))
    (tmp_path / name).write_text(GOOD)
    with pytest.raises(Unreadable) as told:
        stage(tmp_path / name, tmp_path, None)
    assert str(told.value) == "Auftr\ufffdge.csv: has a name that is not UTF-8. Rename it."


def test_quarantine_takes_a_name_of_any_length_and_keeps_two_of_one_name(intake):
    name = "n" * 250 + ".csv"
    for content in ("a,b\n1,2\n", "a,b\n3,4\n", "a,b\n3,4\n"):
        assert len(intake.take({name: content}).refused) == 1
    kept = [path for path in intake.workspace.quarantine.iterdir() if path.suffix == ".csv"]
    assert sorted(path.read_text() for path in kept) == ["a,b\n1,2\n", "a,b\n3,4\n"]
    assert all(path.with_name(f"{path.name}.reason.txt").exists() for path in kept)


def test_half_of_a_pair_in_a_json_array_costs_its_own_record_only(take):
    good = {"order_id": "1", "ordered_at": "2026-01-01", "amount": "5", "currency": "EUR", "status": "placed"}
    taken = take({"orders.json": json.dumps([good, {**good, "order_id": "2", "email": "b\ud83dn@example.com"}])})
    assert taken.refused == []
    assert taken.ledger() == {"orders.json/orders": (2, 1, 0, 1, 0)}


@pytest.mark.parametrize("name", ["orders.csv", "orders.jsonl", "orders.parquet"])
def test_columns_without_end_are_told(take, tmp_path, name):
    wide = {f"x{number}": ["1"] for number in range(limits.COLUMNS + 1)}
    pq.write_table(pa.table(wide), tmp_path / "wide")
    content = {
        "orders.csv": (",".join(wide) + "\n").encode(),
        "orders.jsonl": json.dumps(dict.fromkeys(wide, 1)).encode(),
        "orders.parquet": (tmp_path / "wide").read_bytes(),
    }
    assert take({name: content[name]}).refused == [f"{name}: has more than 2,000 columns. Export fewer."]


def test_parquet_that_repeats_one_row_without_end_is_refused(take, tmp_path):
    columns = {header: pa.array(["5"] * 2_000_000).dictionary_encode() for header in HEADER.strip().split(",")}
    pq.write_table(pa.table(columns), tmp_path / "same")
    told = take({"orders.parquet": (tmp_path / "same").read_bytes()}).refused
    assert told == ["orders.parquet: unpacks to far more than it should. Export it again, as CSV."]


def test_parquet_that_is_damaged_is_told_by_its_own_name(take, tmp_path):
    told = dict(zip(HEADER.strip().split(","), (["1"], ["2026-01-01"], ["5"], ["EUR"], ["placed"]), strict=True))
    pq.write_table(pa.table(told), tmp_path / "good", compression="none", use_dictionary=False, write_statistics=False)
    content = (tmp_path / "good").read_bytes().replace(b"placed", b"plac\xff\xff")
    refused = take({"orders.parquet": content}).refused
    assert len(refused) == 1
    assert refused[0].startswith("orders.parquet: cannot be read: ")
    assert ".staged" not in refused[0]
    assert str(tmp_path) not in refused[0]


def strange(tmp_path):
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "orders.csv").write_text(GOOD)
    (tmp_path / "inbox" / "a" / "b").mkdir(parents=True)
    (tmp_path / "inbox" / "a" / "b" / "orders.csv").write_text(GOOD)
    return tmp_path / "inbox"


def test_below_a_folder_of_others_a_file_is_opened_step_by_step(tmp_path):
    inbox = strange(tmp_path)
    assert stage(inbox / "a" / "b" / "orders.csv", tmp_path, NOW, below=inbox).path.read_text() == GOOD


def test_nothing_on_the_way_to_a_file_of_others_may_be_a_link(tmp_path):
    inbox = strange(tmp_path)
    (inbox / "a" / "b").rename(inbox / "kept")
    (inbox / "a" / "b").symlink_to(tmp_path / "outside")
    with pytest.raises(Unreadable, match=r"orders.csv: is a link, or lies behind one\. Load the file itself\."):
        stage(inbox / "a" / "b" / "orders.csv", tmp_path, NOW, below=inbox)


def test_a_file_of_others_may_not_be_a_second_name_of_another_one(tmp_path):
    inbox = strange(tmp_path)
    (inbox / "orders.csv").hardlink_to(tmp_path / "outside" / "orders.csv")
    with pytest.raises(
        Unreadable, match=r"is a second name \(a hard link\) of a file that may lie elsewhere\. Put a copy of it there\."
    ):
        stage(inbox / "orders.csv", tmp_path, NOW, below=inbox)
    assert stage(inbox / "orders.csv", tmp_path, NOW).name == "orders.csv"


def test_a_folder_that_became_a_link_after_the_load_moves_nothing_from_behind_it(tmp_path, monkeypatch):
    workspace = Workspace.create(tmp_path / "workspace")
    watcher, outside, folder = Inbox(workspace=workspace), tmp_path / "outside", workspace.inbox / "folder"
    for one in (outside, folder):
        one.mkdir()
        (one / "orders.csv").write_text(GOOD)
        os.utime(one / "orders.csv", (1_000_000_000, 1_000_000_000))

    def swapped(*words, **more):
        folder.rename(workspace.inbox / ".kept")
        folder.symlink_to(outside)
        return report

    look(watcher)
    report = LoadReport(
        **{**dict.fromkeys(LoadReport.__slots__, ()), "loaded": (folder / "orders.csv",), "changed": True, "seconds": 0}
    )
    monkeypatch.setattr("queries.watch.load", swapped)
    assert look(watcher) is report
    assert (outside / "orders.csv").read_text() == GOOD
