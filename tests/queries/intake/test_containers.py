"""Archives and workbooks: every file in them is one of its own, and one that cannot be had does not cost the others."""

import io
import stat
import zipfile
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from queries.intake import containers, limits
from queries.intake.containers import cell_text
from queries.watch import Inbox, look
from queries.workspace import Workspace
from tests.queries.intake.workbooks import Formula, workbook

HEADER = "order_id,ordered_at,amount,currency,status\n"


def orders(*numbers: int) -> str:
    return HEADER + "".join(f"{number},2026-01-01,5,EUR,placed\n" for number in numbers)


def archive(*members: tuple[str, str | bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name, content in members:
            target.writestr(name, content)
    return out.getvalue()


def linked(name: str, to: str) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name)
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    info.comment = to.encode()
    return info


def locked(content: bytes) -> bytes:
    """The archive with the mark of a password on its first file, in both places that tell it."""
    changed = bytearray(content)
    changed[6] |= 1
    changed[changed.index(b"PK\x01\x02") + 8] |= 1
    return bytes(changed)


def test_every_file_of_an_archive_is_one_of_its_own(take):
    taken = take({"all.zip": archive(("shop/a.csv", orders(1, 2)), ("shop/", ""), (".hidden", "x"), ("b.csv", orders(2, 3)))})
    assert taken.refused == []
    assert taken.ledger() == {"all.zip: shop/a.csv/orders": (2, 2, 0, 0, 0), "all.zip: b.csv/orders": (2, 1, 0, 0, 1)}


def test_a_file_of_an_archive_that_was_loaded_before_is_not_loaded_again(intake):
    intake.take({"a.csv": orders(1)})
    taken = intake.take({"all.zip": archive(("a.csv", orders(1)), ("b.csv", orders(2)))})
    assert (taken.seen_before, taken.refused) == (["all.zip"], [])
    assert taken.rows("files", "file_name") == [("a.csv",), ("all.zip: b.csv",)]


def test_its_name_in_the_archive_tells_which_entity_a_file_in_the_import_format_is(take):
    header = "record_id,email,purpose,granted,effective_at\n"
    taken = take({"all.zip": archive(("consents.csv", header + "1,ann@example.com,sales,true,2026-01-01\n"))})
    assert taken.rows("consents", "purpose", "granted") == [("sales", True)]


BAD = {
    "an archive within": (("in.zip", archive(("a.csv", orders(1)))), "in.zip: is an archive within an archive. Unpack it, then"),
    "a name that leads up": (("../a.csv", orders(1)), "../a.csv: has a name that leads out of its archive."),
    "a name from the root": (("/etc/a.csv", orders(1)), "/etc/a.csv: has a name that leads out of its archive."),
    "a name of another drive": (("C:\\a.csv", orders(1)), "a.csv: has a name that leads out of its archive."),
    "an empty file": (("a.csv", ""), "a.csv: is empty. Export it again, with its header."),
    "a bomb": (("a.csv", b"0" * (40 << 20)), "a.csv: unpacks to far more than it should. Export it again, unpacked."),
    "something unknown": (("notes.csv", "a,b\n1,2\n"), 'notes.csv: no known format has the headers "a", "b".'),
}


@pytest.mark.parametrize("name", BAD)
def test_one_bad_file_of_an_archive_does_not_cost_the_others(take, name):
    member, reason = BAD[name]
    taken = take({"all.zip": archive(("good.csv", orders(1)), member, ("more.csv", orders(2)))})
    assert [reason in told for told in taken.refused] == [True], taken.refused
    assert taken.refused[0].startswith("all.zip: ")
    assert taken.rows("orders", "order_id") == [("1",), ("2",)]


def test_a_link_in_an_archive_is_not_followed(take):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as target:
        target.writestr(linked("link.csv", "/etc/passwd"), "/etc/passwd")
        target.writestr("good.csv", orders(1))
    taken = take({"all.zip": out.getvalue()})
    assert taken.refused == ["all.zip: link.csv: is a link. Load the file itself."]
    assert taken.rows("orders", "order_id") == [("1",)]


def test_a_locked_file_of_an_archive_is_told(take):
    taken = take({"all.zip": locked(archive(("a.csv", orders(1)), ("b.csv", orders(2))))})
    assert taken.refused == ["all.zip: a.csv: is locked by a password. Unpack it, then load it."]
    assert taken.rows("orders", "order_id") == [("2",)]


def test_a_damaged_file_of_an_archive_is_told(take):
    whole = bytearray(archive(("a.csv", orders(*range(1, 200))), ("b.csv", orders(2))))
    whole[60] ^= 0xFF
    taken = take({"all.zip": bytes(whole)})
    assert taken.refused == ["all.zip: a.csv: is cut off or damaged, or packed in a way that is not known. Export it again."]
    assert taken.rows("orders", "order_id") == [("2",)]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (
            archive(("a.csv", orders(1)))[:-30],
            "all.zip: is a zip archive or workbook that is cut off or damaged. Export it again.",
        ),
        (archive(), "all.zip: holds no file. Load the archive of an export."),
        (archive((".DS_Store", "x")), "all.zip: holds no file. Load the archive of an export."),
        (archive(*[(f"{n}.csv", "x") for n in range(limits.MEMBERS + 1)]), "all.zip: holds more than 1,000 files."),
        (archive(("xl/workbook.xml", b" " * (40 << 20))), "all.zip: unpacks to far more than it should. Save the sheet as CSV."),
        (archive(("xl/workbook.xml", "no book")), "all.zip: is a workbook that is damaged. Save the sheet as CSV."),
    ],
    ids=["cut off", "empty", "nothing but hidden files", "too many files", "a bomb of a workbook", "no workbook inside"],
)
def test_an_archive_that_cannot_be_opened_is_kept_whole_with_its_reason(intake, content, reason):
    taken = intake.take({"all.zip": content, "good.csv": orders(1)})
    assert [told.startswith(reason) for told in taken.refused] == [True], taken.refused
    assert (intake.workspace.quarantine / "all.zip").read_bytes() == content
    assert taken.rows("orders", "order_id") == [("1",)]
    assert not list(intake.workspace.staging.iterdir())


def test_many_small_files_may_not_unpack_to_more_than_their_archive_may(tmp_path, monkeypatch):
    monkeypatch.setattr(limits, "UNPACKED_BYTES", 5_000)
    path = tmp_path / "all.zip"
    path.write_bytes(archive(*[(f"{n}.csv", orders(*range(100))) for n in range(5)]))
    parts = containers.open_parts(containers.Opening(path=path, name="all.zip", sources={}, folder=tmp_path))
    assert [bool(part.problem) for part in parts] == [False, True, True, True, True]


def sheet(*numbers: int) -> list[Sequence[object]]:
    return [HEADER.strip().split(","), *[(number, date(2026, 1, 1), 5, "EUR", "placed") for number in numbers]]


def test_each_sheet_that_is_recognised_is_a_file_and_the_others_are_told(take):
    book = workbook({"About": [["Report of"], ["the shop"]], "May": sheet(1, 2), "June": sheet(3), "Empty": []})
    taken = take({"book.xlsx": book})
    assert taken.refused == []
    assert taken.ledger() == {"book.xlsx: May/orders": (2, 2, 0, 0, 0), "book.xlsx: June/orders": (1, 1, 0, 0, 0)}
    assert taken.notices == ['book.xlsx: May: The sheet "About" is left out (no known format has the headers "Report of")']


def test_a_workbook_without_a_sheet_that_is_recognised_is_refused_with_the_nearest(take):
    book = workbook({"About": [["Report of"]], "May": [HEADER.strip().replace("status", "stats").split(","), ["1"] * 5]})
    told = take({"book.xlsx": book}).refused
    assert told == ['book.xlsx: May: looks like orders in the import format but has no "status". Found "stats": rename it.']


def test_cells_are_what_the_workbook_last_showed(take):
    rows = [
        HEADER.strip().split(","),
        [1234567, datetime(2026, 1, 5, 8, 59, 59), 0.1 + 0.2, "EUR", "placed"],
        [2.0, date(2026, 1, 6), Formula("C2*100", 30.000000000000004), "EUR", "placed"],
        [None, None, None, None, None],
        ["3", "2026-01-07 10:00", 7, "EUR", "placed"],
    ]
    taken = take({"book.xlsx": workbook({"Sheet 1": rows}, hidden=[3])})
    assert taken.rows("orders", "order_id", "ordered_at", "amount", "is_date_only") == [
        ("1234567", datetime(2026, 1, 5, 8, 59, 59), Decimal("0.30"), False),
        ("2", datetime(2026, 1, 6), Decimal(30), True),
        ("3", datetime(2026, 1, 7, 10), Decimal(7), False),
    ]


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (5.0, "5"),
        (0.30000000000000004, "0.3"),
        (1e-7, "0.0000001"),
        (123456789012345.0, "123456789012345"),
        (-2.5, "-2.5"),
        (True, "true"),
        ("  x ", "x"),
        (None, ""),
        (date(2026, 1, 2), "2026-01-02"),
        (datetime(2026, 1, 2, 8, 59, 59, 999_600), "2026-01-02 09:00:00"),
        (datetime(9999, 12, 31, 23, 59, 59, 999_600), "9999-12-31 23:59:59"),
        (time(13, 5), "13:05:00"),
        (timedelta(hours=36, minutes=15), "36:15:00"),
    ],
)
def test_a_cell_as_text(cell, text):
    assert cell_text(cell) == text


def test_a_sheet_that_claims_to_be_endless_costs_its_own_file_only(take):
    cells = '<row r="1"><c r="A1" t="inlineStr"><is><t>a</t></is></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    book = archive(
        *[
            (name, zipfile.ZipFile(io.BytesIO(workbook({"May": []}))).read(name))
            for name in ("[Content_Types].xml", "_rels/.rels", "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/styles.xml")
        ],
        (
            "xl/worksheets/sheet1.xml",
            f'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{cells}</sheetData></worksheet>',
        ),
    )
    taken = take({"book.xlsx": book, "good.csv": orders(1)})
    assert len(taken.refused) == 1
    assert taken.refused[0].startswith("book.xlsx: ")
    assert taken.rows("orders", "order_id") == [("1",)]


def test_an_archive_in_the_inbox_of_which_one_file_cannot_be_had_is_kept_in_quarantine(tmp_path: Path) -> None:
    workspace = Workspace.create(tmp_path / "workspace")
    inbox = Inbox(workspace=workspace)
    content = archive(("good.csv", orders(1)), ("../bad.csv", orders(2)))
    (workspace.inbox / "all.zip").write_bytes(content)
    assert look(inbox) is None
    report = look(inbox)
    assert report is not None
    assert [line.file_name for line in report.ledger] == ["all.zip: good.csv"]
    assert (workspace.quarantine / "all.zip").read_bytes() == content
    assert "leads out of its archive" in (workspace.quarantine / "all.zip.reason.txt").read_text(encoding="utf-8")
    assert list(workspace.inbox.iterdir()) == []


def test_the_reason_of_an_archive_of_many_bad_files_tells_the_first_and_how_many_more(tmp_path: Path) -> None:
    workspace = Workspace.create(tmp_path / "workspace")
    inbox = Inbox(workspace=workspace)
    bad = [(f"../bad {number}.csv", orders(number)) for number in range(30)]
    (workspace.inbox / "all.zip").write_bytes(archive(("good.csv", orders(1)), *bad))
    look(inbox)
    look(inbox)
    told = (workspace.quarantine / "all.zip.reason.txt").read_text(encoding="utf-8").splitlines()
    assert len(told) == 11
    assert told[0].startswith("all.zip: ../bad 0.csv: has a name that leads out of its archive")
    assert told[-1] == "And 20 more of its files could not be had, for reasons such as these."


def test_names_that_lead_to_the_same_bytes_are_unpacked_no_further_than_the_archive_may(tmp_path, monkeypatch):
    monkeypatch.setattr(limits, "UNPACKED_BYTES", 5_000)
    path = tmp_path / "all.zip"
    path.write_bytes(archive(*[(f"{n}.csv", orders(*range(1_000))) for n in range(9)]))
    parts = containers.open_parts(containers.Opening(path=path, name="all.zip", sources={}, folder=tmp_path))
    assert all(part.problem for part in parts)
    assert [part.size > 0 for part in parts] == [True] + 8 * [False]
