"""A table as a workbook with typed cells: numbers are numbers, shares percents, moments moments, and every text is a text.

Nothing in it is ever worked out: a text that begins as a formula does is marked as the text that it is, so that it stays one when
somebody edits the cell. A second sheet says of what, of when and from which data the first one is.
"""

import io
import math
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, Final

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from dashboard.table import Cell
from dashboard.workbook import NO_XML
from metrics.answer import json_ready
from metrics.language import _
from queries.temporary import own_folder

MIMETYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FORMULA_STARTS: Final = ("=", "+", "-", "−", "@", "\t", "\r", "\n")
FORMATS: Final = {
    "percent": "0.0%",
    "count": "#,##0",
    "customers": "#,##0",
    "money": "#,##0.00",
    "seconds": "[h]:mm:ss",
    "score": "0.00",
    "nps": "0.0",
    "day": "yyyy-mm-dd",
    "moment": "yyyy-mm-dd hh:mm:ss",
}
A_DAY: Final = 86_400
FIRST_DAY: Final = date(1900, 3, 1)  # before it spreadsheets count a day that never was
LONGEST_TEXT: Final = 32_767
MOST_EXACT: Final = 2**53  # a spreadsheet knows no greater whole number
MEASURED: Final = 200
NARROWEST, WIDEST = 9, 60


def spreadsheet(heads: Sequence[str], rows: Iterable[Sequence[Cell]], about: Iterable[tuple[str, Any]] = ()) -> bytes:
    """Returns a workbook: a sheet of these cells by their plain values and units, and one that says what it is about."""
    out = io.BytesIO()
    with own_folder("workbook") as folder:  # rows on their way into the file: nobody else reads them
        book = Workbook(out, {"constant_memory": True, "tmpdir": str(folder), "strings_to_formulas": False})
        _Sheet(book, _("Table")).table(heads, rows)
        told = list(about)
        if told:
            _Sheet(book, _("About")).about(told)
        book.close()
    return out.getvalue()


class _Sheet:
    """One sheet that is being written, row by row."""

    def __init__(self, book: Workbook, name: str) -> None:
        self.sheet: Worksheet = book.add_worksheet(name[:31])
        self._book = book
        self._formats: dict[str, Format] = {}
        self._widths: dict[int, int] = {}

    def table(self, heads: Sequence[str], rows: Iterable[Sequence[Cell]]) -> None:
        self.sheet.freeze_panes(1, 0)
        for column, head in enumerate(heads):
            self.put(0, column, head, style="head")
        for place, row in enumerate(rows, start=1):
            for column, cell in enumerate(row):
                self.put(place, column, cell.plain, cell.unit)
        self._fit()

    def about(self, told: Sequence[tuple[str, Any]]) -> None:
        for place, (name, value) in enumerate(told):
            self.put(place, 0, name, style="head")
            self.put(place, 1, value)
        self._fit()

    def put(self, row: int, column: int, value: Any, unit: str = "", style: str = "") -> None:
        """Writes one cell as what it is."""
        value = date.fromisoformat(value) if unit == "day" else _known(value)
        if value is None or value == "":
            return
        if row < MEASURED:
            self._widths[column] = max(self._widths.get(column, 0), _width(value, unit))
        write = next(write for kind, write in WRITERS if isinstance(value, kind))
        write(self, (row, column), value, unit, style)

    def styled(self, name: str) -> Format:
        if name not in self._formats:
            told: dict[str, Any] = {"bold": True} if name == "head" else {"quote_prefix": True} if name == "quoted" else {}
            if name == "bold quoted":
                told = {"bold": True, "quote_prefix": True}
            self._formats[name] = self._book.add_format(told or {"num_format": name})
        return self._formats[name]

    def _fit(self) -> None:
        for column, width in self._widths.items():
            self.sheet.set_column(column, column, min(max(width + 2, NARROWEST), WIDEST))


Place = tuple[int, int]


def _text(sheet: _Sheet, place: Place, value: str, unit: str, style: str) -> None:
    told = NO_XML.sub("", value.encode("utf-8", "replace").decode())
    told = told if len(told) <= LONGEST_TEXT else f"{told[: LONGEST_TEXT - 1]}…"
    quoted = {"": "quoted", "head": "bold quoted"}[style] if told.startswith(FORMULA_STARTS) else style
    sheet.sheet.write_string(*place, told, sheet.styled(quoted) if quoted else None)


def _number(sheet: _Sheet, place: Place, value: float, unit: str, style: str) -> None:
    is_count = FORMATS.get(unit) == FORMATS["count"] and value != int(value)
    told = "#,##0.0" if is_count else FORMATS.get(unit)
    sheet.sheet.write_number(*place, value / A_DAY if unit == "seconds" else value, sheet.styled(told) if told else None)


def _moment(sheet: _Sheet, place: Place, value: datetime | date, unit: str, style: str) -> None:
    told = FORMATS["moment" if isinstance(value, datetime) else "day"]
    sheet.sheet.write_datetime(*place, value, sheet.styled(told))


def _yes_or_no(sheet: _Sheet, place: Place, value: bool, unit: str, style: str) -> None:
    sheet.sheet.write_boolean(*place, value)


WRITERS: Final[Sequence[tuple[Any, Callable[..., None]]]] = (
    (bool, _yes_or_no),
    (int | float, _number),
    (date, _moment),
    (str, _text),
)
"""What writes a value, by its type; the first that fits."""


def _known(value: Any) -> Any:
    """Returns a value as a spreadsheet knows it; any other as its text. Moments are UTC, as in every file of ours."""
    if value is None or isinstance(value, bool | str):
        return value
    if isinstance(value, Decimal):
        value = float(value)
    if isinstance(value, int | float):
        is_known = math.isfinite(value) and (isinstance(value, float) or abs(value) <= MOST_EXACT)
        return value if is_known else None if value != value else str(value)
    if isinstance(value, datetime):
        value = value.astimezone(UTC).replace(tzinfo=None) if value.tzinfo else value
    if isinstance(value, date):
        return value if (value.date() if isinstance(value, datetime) else value) >= FIRST_DAY else value.isoformat()
    return str(json_ready(value))


def _width(value: Any, unit: str) -> int:
    """Returns how many letters a value needs, or its longest line."""
    if isinstance(value, str):
        return max(map(len, value.split("\n")))
    if isinstance(value, date):
        return 19 if isinstance(value, datetime) else 10
    return 10 if unit in FORMATS else len(f"{value:g}")
