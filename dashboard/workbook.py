"""Small workbooks of text: sheets with a bold first row, as every spreadsheet opens them."""

import io
import re
import zipfile
from collections.abc import Mapping, Sequence
from xml.sax.saxutils import escape

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml"
NO_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
FIRST_DAY = (1980, 1, 1, 0, 0, 0)  # of a zip archive: the same sheets are the same bytes
STYLES = (
    f'<styleSheet xmlns="{MAIN}"><fonts count="2"><font/><font><b/></font></fonts><fills count="1"><fill/></fills>'
    '<borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs>'
    '<cellXfs count="2"><xf xfId="0"/><xf xfId="0" fontId="1" applyFont="1"/></cellXfs></styleSheet>'
)


def workbook(sheets: Mapping[str, Sequence[Sequence[str]]]) -> bytes:
    """Return a workbook with these sheets; every cell is text, so that none of them is ever worked out as a formula."""
    names = list(sheets)
    parts = {
        "[Content_Types].xml": _content_types(len(names)),
        "_rels/.rels": _relations({"rId1": ("officeDocument", "xl/workbook.xml")}),
        "xl/workbook.xml": _listing(names),
        "xl/_rels/workbook.xml.rels": _relations({
            **{f"rId{place}": ("worksheet", f"worksheets/sheet{place}.xml") for place in range(1, len(names) + 1)},
            "rIdStyles": ("styles", "styles.xml"),
        }),
        "xl/styles.xml": STYLES,
        **{f"xl/worksheets/sheet{place}.xml": _sheet(sheets[name]) for place, name in enumerate(names, start=1)},
    }  # fmt: skip
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(zipfile.ZipInfo(name, FIRST_DAY), f'<?xml version="1.0" encoding="UTF-8"?>{text}')
    return out.getvalue()


def _content_types(sheets: int) -> str:
    told = "".join(
        f'<Override PartName="/xl/worksheets/sheet{place}.xml" ContentType="{KIND}.worksheet+xml"/>'
        for place in range(1, sheets + 1)
    )
    return (
        f'<Types xmlns="{PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{KIND}.sheet.main+xml"/>'
        f'<Override PartName="/xl/styles.xml" ContentType="{KIND}.styles+xml"/>{told}</Types>'
    )


def _relations(targets: Mapping[str, tuple[str, str]]) -> str:
    told = "".join(
        f'<Relationship Id="{name}" Type="{RELATIONS}/{kind}" Target="{target}"/>' for name, (kind, target) in targets.items()
    )
    return f'<Relationships xmlns="{PACKAGE}/relationships">{told}</Relationships>'


def _listing(names: Sequence[str]) -> str:
    told = "".join(
        f'<sheet name="{escape(name, {chr(34): "&quot;"})}" sheetId="{place}" r:id="rId{place}"/>'
        for place, name in enumerate(names, start=1)
    )
    return f'<workbook xmlns="{MAIN}" xmlns:r="{RELATIONS}"><sheets>{told}</sheets></workbook>'


def _sheet(rows: Sequence[Sequence[str]]) -> str:
    told = "".join(
        f'<row r="{place}">{"".join(_cell(column, place, text) for column, text in enumerate(row) if text)}</row>'
        for place, row in enumerate(rows, start=1)
    )
    return f'<worksheet xmlns="{MAIN}"><sheetData>{told}</sheetData></worksheet>'


def _cell(column: int, row: int, text: str) -> str:
    bold = ' s="1"' if row == 1 else ""
    told = escape(NO_XML.sub("", text))
    return f'<c r="{_letters(column)}{row}"{bold} t="inlineStr"><is><t xml:space="preserve">{told}</t></is></c>'


def _letters(column: int) -> str:
    """Return the letters of a column counted from 0: A, B … Z, AA."""
    rest, place = divmod(column, 26)
    return (_letters(rest - 1) if rest else "") + chr(65 + place)
