"""Small workbooks as a spreadsheet writes them: typed cells, formulas with the value last worked out, hidden rows."""

import io
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from xml.sax.saxutils import escape

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
KINDS = "http://schemas.openxmlformats.org/package/2006/content-types"
SHEETS = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
CONTENT = f"""<Types xmlns="{KINDS}"><Default Extension="xml" ContentType="application/xml"/>
<Override PartName="/xl/workbook.xml" ContentType="{SHEETS}"/></Types>"""
ROOT = f"""<Relationships xmlns="{PACKAGE}">
<Relationship Id="rId1" Type="{RELATIONS}/officeDocument" Target="xl/workbook.xml"/></Relationships>"""
EPOCH = datetime(1899, 12, 30)
STYLES = f"""<styleSheet xmlns="{MAIN}"><cellXfs count="4">
<xf numFmtId="0"/><xf numFmtId="14" applyNumberFormat="1"/>
<xf numFmtId="22" applyNumberFormat="1"/><xf numFmtId="46" applyNumberFormat="1"/>
</cellXfs></styleSheet>"""


@dataclass(frozen=True)
class Formula:
    """A formula and the value that it had when the workbook was saved."""

    text: str
    value: float


def workbook(sheets: Mapping[str, Sequence[Sequence[object]]], hidden: Sequence[int] = ()) -> bytes:
    """A workbook with these sheets; `hidden` are the numbers of the rows that are not shown."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as book:
        numbered = list(enumerate(sheets, start=1))
        listed = "".join(f'<sheet name="{escape(name)}" sheetId="{n}" r:id="rId{n}"/>' for n, name in numbered)
        book.writestr("xl/workbook.xml", f'<workbook xmlns="{MAIN}" xmlns:r="{RELATIONS}"><sheets>{listed}</sheets></workbook>')
        related = "".join(
            f'<Relationship Id="rId{n}" Type="{RELATIONS}/worksheet" Target="worksheets/sheet{n}.xml"/>' for n, _ in numbered
        )
        related += f'<Relationship Id="rIdS" Type="{RELATIONS}/styles" Target="styles.xml"/>'
        book.writestr("xl/_rels/workbook.xml.rels", f'<Relationships xmlns="{PACKAGE}">{related}</Relationships>')
        book.writestr("xl/styles.xml", STYLES)
        book.writestr("[Content_Types].xml", CONTENT)
        book.writestr("_rels/.rels", ROOT)
        for number, name in numbered:
            rows = "".join(_row(place, cells, place in hidden) for place, cells in enumerate(sheets[name], start=1))
            book.writestr(
                f"xl/worksheets/sheet{number}.xml", f'<worksheet xmlns="{MAIN}"><sheetData>{rows}</sheetData></worksheet>'
            )
    return out.getvalue()


def _row(number: int, cells: Sequence[object], is_hidden: bool) -> str:
    told = "".join(_cell(f"{chr(64 + place)}{number}", cell) for place, cell in enumerate(cells, start=1) if cell is not None)
    return f'<row r="{number}"{" hidden=" + chr(34) + "1" + chr(34) if is_hidden else ""}>{told}</row>'


def _cell(place: str, cell: object) -> str:
    if isinstance(cell, Formula):
        return f'<c r="{place}"><f>{escape(cell.text)}</f><v>{cell.value}</v></c>'
    if isinstance(cell, bool):
        return f'<c r="{place}" t="b"><v>{int(cell)}</v></c>'
    if isinstance(cell, datetime):
        return f'<c r="{place}" s="2"><v>{(cell - EPOCH) / timedelta(days=1)!r}</v></c>'
    if isinstance(cell, date):
        return f'<c r="{place}" s="1"><v>{(cell - EPOCH.date()).days}</v></c>'
    if isinstance(cell, timedelta):
        return f'<c r="{place}" s="3"><v>{cell / timedelta(days=1)!r}</v></c>'
    if isinstance(cell, int | float):
        return f'<c r="{place}"><v>{cell!r}</v></c>'
    return f'<c r="{place}" t="inlineStr"><is><t xml:space="preserve">{escape(str(cell))}</t></is></c>'
