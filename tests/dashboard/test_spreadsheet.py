"""A workbook holds what the CSV holds, cell by cell, each as what it is; read by a reader that shares nothing with what writes it."""

import csv
import io
import re
import zipfile
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from dashboard.app import create_app
from dashboard.files import csv_of
from dashboard.page import Pages
from dashboard.panels import Panels
from dashboard.settings import Settings
from dashboard.spreadsheet import spreadsheet
from dashboard.table import Cell
from dashboard.view import View
from metrics import CommandCenter
from queries.audit import EXPORT, read_audit
from queries.workspace import Workspace

PAGES = Pages.found()
A_DAY = 86_400


def read(content: bytes, sheet: int = 0) -> list[list[Any]]:
    return CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(sheet).to_python()


def part(content: bytes, name: str) -> str:
    return zipfile.ZipFile(io.BytesIO(content)).read(name).decode()


def one_cell(plain: Any, unit: str = "") -> bytes:
    return spreadsheet(["it"], [[Cell("", plain, unit=unit)]])


def as_csv_says(cell: Any) -> str:
    """What the CSV says of a cell that was read from a workbook."""
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, str):
        return f"'{cell}" if cell.startswith(("=", "+", "-", "−", "@", "\t")) else cell
    return str(cell)


def is_same(in_workbook: Any, in_csv: str, unit: str) -> bool:
    if unit == "seconds" and in_csv:
        seconds = in_workbook.total_seconds() if isinstance(in_workbook, timedelta) else as_seconds(in_workbook)
        return abs(seconds - float(in_csv)) < 1
    if isinstance(in_workbook, float) and not isinstance(in_workbook, bool) and in_csv not in ("True", "False"):
        return abs(in_workbook - float(in_csv)) <= 1e-9 * max(1, abs(in_workbook))
    if isinstance(in_workbook, date) and in_csv.endswith("Z"):  # a moment at midnight is read as its day
        moment = in_workbook if isinstance(in_workbook, datetime) else datetime.combine(in_workbook, time())
        return abs(moment - datetime.fromisoformat(in_csv.removesuffix("Z"))) < timedelta(seconds=1)
    return as_csv_says(in_workbook) == in_csv.replace("\r", "")


def as_seconds(cell: Any) -> float:
    if isinstance(cell, time):
        return cell.hour * 3600 + cell.minute * 60 + cell.second + cell.microsecond / 1e6
    return float(cell) * A_DAY


def test_every_table_is_the_same_as_a_workbook_and_as_csv(tiny_center: CommandCenter) -> None:
    panels, differing, compared, typed = Panels(tiny_center, PAGES), [], 0, set[type]()
    for page in (page for page in PAGES.pages if "<" not in page.path):
        for section in (section for section in page.sections if not section.before_data):
            table = panels.table(page.path, section.id, View.read(page.path, "period=2026"))
            if table is None:
                continue
            told = list(csv.reader(io.StringIO(csv_of(table.heads, table.plain()))))
            sheet = read(spreadsheet(table.heads, table.rows))
            width = len(table.heads)
            cells = [row + [""] * (width - len(row)) for row in sheet]
            assert len(cells) == len([row for row in told if any(row)]), section.id
            for row, in_csv, source in zip(cells[1:], told[1:], table.rows, strict=False):
                compared += width
                typed |= {*map(type, row)}
                differing += [
                    (section.id, one, other)
                    for one, other, cell in zip(row, in_csv, source, strict=True)
                    if not is_same(one, other, cell.unit)
                ]
    assert differing[:5] == []
    assert compared > 1000
    assert {float, str} <= typed


FORMULAS = ["=1+1", "+49", "-1", "@x", "\tx", "−1", '=HYPERLINK("http://x.example")', "=cmd|' /c calc'!A0"]


@pytest.mark.parametrize("text", FORMULAS)
def test_a_text_that_begins_as_a_formula_stays_a_text_also_when_it_is_edited(text: str) -> None:
    content = one_cell(text)
    assert read(content)[1] == [text]
    sheet = part(content, "xl/worksheets/sheet1.xml")
    assert "<f>" not in sheet
    assert 't="inlineStr"' in sheet
    style = re.search(r'<c r="A2" s="(\d+)"', sheet)
    assert style
    formats = re.findall(r"<xf [^>]*?>", part(content, "xl/styles.xml").partition("<cellXfs")[2].partition("</cellXfs>")[0])
    assert 'quotePrefix="1"' in formats[int(style[1])]


def test_a_head_is_a_text_too() -> None:
    sheet = part(spreadsheet(["=1+1"], []), "xl/worksheets/sheet1.xml")
    assert "<f>" not in sheet


@pytest.mark.parametrize(
    ("plain", "unit", "cell", "shown_as"),
    [
        (0.415, "percent", 0.415, "0.0%"),
        (1234, "count", 1234.0, "#,##0"),
        (12.5, "money", 12.5, "#,##0.00"),
        (90_000.0, "seconds", timedelta(seconds=90_000), "[h]:mm:ss"),
        (datetime(2026, 10, 30, 13, 5), "", datetime(2026, 10, 30, 13, 5), "yyyy-mm-dd hh:mm:ss"),
        ("2026-10-30", "day", date(2026, 10, 30), "yyyy-mm-dd"),
        (date(2026, 10, 30), "", date(2026, 10, 30), "yyyy-mm-dd"),
    ],
)
def test_a_cell_is_what_it_is_and_is_shown_so(plain: Any, unit: str, cell: Any, shown_as: str) -> None:
    content = one_cell(plain, unit)
    assert read(content)[1] == [cell]
    assert f'formatCode="{shown_as}"' in part(content, "xl/styles.xml") or shown_as in ("#,##0", "#,##0.00")


@pytest.mark.parametrize(
    ("plain", "cell"),
    [
        (True, True),
        (2**60, str(2**60)),
        (float("nan"), ""),
        (float("inf"), "inf"),
        (["a", "b"], "['a', 'b']"),
        ("a\x00b\ufffe", "ab"),
        ("x" * 40_000, "x" * 32_766 + "…"),
        (datetime(1850, 1, 1), "1850-01-01T00:00:00"),
        ("https://example.com", "https://example.com"),
        ("0123", "0123"),
        ("1E5", "1E5"),
    ],
)
def test_what_a_spreadsheet_does_not_know_is_a_text(plain: Any, cell: Any) -> None:
    rows = read(one_cell(plain))
    assert (rows[1] if len(rows) > 1 else [""]) == [cell]


def test_its_heads_stay_in_sight_its_columns_fit_and_a_second_sheet_says_what_it_is() -> None:
    content = spreadsheet(["a", "reason"], [[Cell("", 1), Cell("", "word " * 5)]], [("question", "Why?"), ("snapshot", "s1")])
    sheet = part(content, "xl/worksheets/sheet1.xml")
    assert 'ySplit="1"' in sheet
    assert 'state="frozen"' in sheet
    widths = [float(width) for width in re.findall(r'<col [^>]*?width="([\d.]+)"', sheet)]
    assert widths[0] < widths[1] < 40
    assert CalamineWorkbook.from_filelike(io.BytesIO(content)).sheet_names == ["Table", "About"]
    assert read(content, 1) == [["question", "Why?"], ["snapshot", "s1"]]


def rows_of(client: Any, address: str) -> tuple[Sequence[Any], Sequence[Any]]:
    files = [client.get(address.replace(".csv", f".{form}"), headers={"Host": "localhost"}) for form in ("csv", "xlsx")]
    assert [file.status_code for file in files] == [200, 200], address
    assert files[1].mimetype == "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    assert files[1].headers["Content-Disposition"].endswith('.xlsx"')
    return list(csv.reader(io.StringIO(files[0].get_data(as_text=True)))), read(files[1].data)


def test_lists_of_people_are_the_same_in_both_and_both_are_written_down(own_workspace: Path, tmp_path: Path) -> None:
    before = len(read_audit(Workspace.at(own_workspace)))
    client = create_app(Settings(workspace=own_workspace, cache_dir=tmp_path / "cache")).server.test_client()
    for address in (
        "/customers.csv?open=customers_lost&period=2026",
        "/hold-list.csv?for=csv",
        "/panel.csv?of_page=/&of_panel=why-they-left",
    ):
        told, sheet = rows_of(client, address)
        assert len(sheet) == len(told) > 1
        assert sheet[0] == told[0]
        for row, in_csv in zip(sheet[1:], told[1:], strict=True):
            cells = [*row, *[""] * (len(in_csv) - len(row))]
            assert [one for one, other in zip(cells, in_csv, strict=True) if not is_same(one, other, "")] == []
    about = dict(read(client.get("/customers.xlsx?open=customers_lost&period=2026", headers={"Host": "localhost"}).data, 1))
    assert {"title", "period", "data as of", "snapshot", "moments"} <= set(about)
    assert isinstance(about["data as of"], datetime)
    noted = [(one.what, one.of) for one in read_audit(Workspace.at(own_workspace))][: -before or None]
    assert sorted(noted) == [(EXPORT, "customers_lost")] * 3 + [(EXPORT, "hold list")] * 2
