"""Archives, packed files, workbooks and Parquet files that something is wrong with, or that only look so."""

import gzip
import io
import json
import stat
import struct
import zipfile
import zlib
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from random import Random

import pyarrow as pa
import pyarrow.parquet as pq

from tests.faults.odd_texts import HEADER, KINDS, NAMES, Odd, kind, objects, rows, table
from tests.queries.intake.workbooks import Formula, workbook


def zipped(members: Sequence[tuple[str, bytes]], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """Return an archive with these members."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, content in members:
            archive.writestr(zipfile.ZipInfo(name), content, compress_type=method)
    return out.getvalue()


def parquet(own: str, count: int, more: Mapping[str, pa.Array] | None = None, **options: object) -> bytes:
    """Return good records as Parquet, beside further columns."""
    told = {name: pa.array([one[name] for one in objects(own, count)]) for name in NAMES}
    out = io.BytesIO()
    pq.write_table(pa.table({**told, **(more or {})}), out, **options)
    return out.getvalue()


def book(own: str, count: int) -> bytes:
    """Return good records as a workbook."""
    return workbook({"orders": [NAMES, *[tuple(line.strip().split(",")) for line in rows(own, count)]]})


# ── zip ────────────────────────────────────────────────────────────────────────────────────────────────────────────────


def _archive(*members: tuple[str, str], records: int | None = None, must: str = "") -> Odd:
    return Odd(content=zipped([(name, text.encode()) for name, text in members]), records=records, must=must, name="orders.zip")


@kind("a zip whose names lead out of it")
def _slip(draw: Random, own: str) -> Odd:
    bad = draw.choice(
        ["../orders.csv", "/etc/orders.csv", "a/../../orders.csv", "..\\orders.csv", "C:\\orders.csv", "\\\\host\\orders.csv"]
    )
    return _archive((bad, table(own, 3)), ("good.csv", table(f"{own}b", 3)))


@kind("a zip with one name twice")
def _twice(draw: Random, own: str) -> Odd:
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return _archive(("orders.csv", table(own, 3)), ("orders.csv", table(f"{own}b", 4)), records=7, must="loaded")


@kind("a zip locked by a password")
def _locked(draw: Random, own: str) -> Odd:
    content = bytearray(zipped([("orders.csv", table(own, 3).encode())]))
    content[6] |= 1
    content[content.rindex(b"PK\x01\x02") + 8] |= 1
    return Odd(content=bytes(content), must="refused", name="orders.zip")


@kind("a zip within a zip")
def _nested(draw: Random, own: str) -> Odd:
    inner = zipped([("orders.csv", table(own, 3).encode())])
    for _ in range(draw.randint(0, 3)):
        inner = zipped([("inner.zip", inner)])
    return Odd(content=zipped([("inner.zip", inner)]), must="refused", name="orders.zip")


@kind("a zip within gzip")
def _zip_in_gzip(draw: Random, own: str) -> Odd:
    return Odd(content=gzip.compress(zipped([("orders.csv", table(own, 3).encode())])), must="refused", name="orders.zip.gz")


@kind("gzip within a zip")
def _gzip_in_zip(draw: Random, own: str) -> Odd:
    return Odd(
        content=zipped([("orders.csv.gz", gzip.compress(table(own, 3).encode()))]), records=3, must="loaded", name="orders.zip"
    )


@kind("a zip with folders only")
def _folders(draw: Random, own: str) -> Odd:
    return Odd(content=zipped([("a/", b""), ("a/b/", b""), (f"{own}/", b"")]), must="refused", name="orders.zip")


@kind("a zip with nothing in it")
def _nothing(draw: Random, own: str) -> Odd:
    return Odd(content=zipped([]) + b"", must="refused", name="orders.zip")


@kind("a zip with odd names")
def _odd_names(draw: Random, own: str) -> Odd:
    names = ["a\nb.csv", "x" * 300 + ".csv", "\u202egpj.csv", "a: b.csv", "[*]?.csv", "~", " "]
    return Odd(
        content=zipped([(name, table(f"{own}{n}", 2).encode()) for n, name in enumerate(names)]), records=14, name="orders.zip"
    )


@kind("a zip with a comment and letters before it")
def _comment(draw: Random, own: str) -> Odd:
    content = io.BytesIO(zipped([("orders.csv", table(own, 3).encode())]))
    with zipfile.ZipFile(content, "a") as archive:
        archive.comment = b"made by " + own.encode() * 20
    return Odd(content=draw.choice([b"", b"MZ" + bytes(20)]) + content.getvalue(), name="orders.zip")


@kind("a zip whose content is not that of its checksum")
def _checksum(draw: Random, own: str) -> Odd:
    content = bytearray(zipped([("orders.csv", table(own, 3).encode())], zipfile.ZIP_STORED))
    at = content.index(b"EUR")
    content[at : at + 3] = b"USD"
    return Odd(content=bytes(content), must="refused", name="orders.zip")


@kind("a zip with links")
def _links(draw: Random, own: str) -> Odd:
    out, link = io.BytesIO(), zipfile.ZipInfo("orders.csv")
    link.create_system, link.external_attr = 3, (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(link, draw.choice(["/etc/passwd", "../../CURRENT", "/proc/self/environ"]))
    return Odd(content=out.getvalue(), must="refused", name="orders.zip")


@kind("a zip of 1,001 files")
def _members(draw: Random, own: str) -> Odd:
    return Odd(content=zipped([(f"{n}.csv", b"x") for n in range(1_001)]), must="refused", name="orders.zip")


@kind("a zip packed in a way nobody knows")
def _method(draw: Random, own: str) -> Odd:
    content = bytearray(zipped([("orders.csv", table(own, 3).encode())]))
    at = content.rindex(b"PK\x01\x02")
    content[8:10], content[at + 10 : at + 12] = b"\x63\0", b"\x63\0"
    return Odd(content=bytes(content), must="refused", name="orders.zip")


@kind("a zip that is cut off")
def _cut_zip(draw: Random, own: str) -> Odd:
    content = zipped([("orders.csv", table(own, 30).encode())])
    return Odd(content=content[: draw.randrange(5, len(content))], must="refused", name="orders.zip")


@kind("a zip packed as bzip2 or LZMA")
def _other_methods(draw: Random, own: str) -> Odd:
    method = draw.choice([zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA, zipfile.ZIP_STORED])
    return Odd(content=zipped([("orders.csv", table(own, 3).encode())], method), records=3, must="loaded", name="orders.zip")


# ── gzip ───────────────────────────────────────────────────────────────────────────────────────────────────────────────


@kind("gzip with junk behind it")
def _junk(draw: Random, own: str) -> Odd:
    return Odd(content=gzip.compress(table(own, 3).encode()) + draw.randbytes(9) + b"x", must="refused", name="orders.csv.gz")


@kind("gzip with zeros behind it")
def _zeros(draw: Random, own: str) -> Odd:
    return Odd(content=gzip.compress(table(own, 3).encode()) + bytes(512), records=3, must="loaded", name="orders.csv.gz")


@kind("gzip of several members")
def _concatenated(draw: Random, own: str) -> Odd:
    parts = [gzip.compress(HEADER.encode()), *[gzip.compress(line.encode()) for line in rows(own, 5)], gzip.compress(b"")]
    return Odd(content=b"".join(parts), records=5, must="loaded", name="orders.csv.gz")


@kind("gzip with a wrong checksum or length")
def _wrong(draw: Random, own: str) -> Odd:
    content = bytearray(gzip.compress(table(own, 3).encode()))
    content[-draw.randint(1, 8)] ^= 0xFF
    return Odd(content=bytes(content), must="refused", name="orders.csv.gz")


@kind("gzip within gzip")
def _gzip_twice(draw: Random, own: str) -> Odd:
    return Odd(content=gzip.compress(gzip.compress(table(own, 3).encode())), must="refused", name="orders.csv.gz")


@kind("gzip that is cut off")
def _cut_gzip(draw: Random, own: str) -> Odd:
    content = gzip.compress(table(own, 60).encode())
    return Odd(content=content[: draw.randrange(2, len(content))], must="refused", name="orders.csv.gz")


@kind("gzip of nothing")
def _gzip_empty(draw: Random, own: str) -> Odd:
    return Odd(content=gzip.compress(draw.choice([b"", b"\n", b"  "])), must="refused", name="orders.csv.gz")


@kind("gzip with a name, a comment and further fields")
def _fields(draw: Random, own: str) -> Odd:
    packed = zlib.compressobj(9, zlib.DEFLATED, -15)
    text = table(own, 3).encode()
    body = packed.compress(text) + packed.flush() + struct.pack("<II", zlib.crc32(text), len(text))
    head = b"\x1f\x8b\x08" + bytes([4 | 8 | 16]) + bytes(6) + struct.pack("<H", 4) + b"abcd" + b"../../x\0" + b"hello\0"
    return Odd(content=head + body, records=3, must="loaded", name="orders.csv.gz")


# ── workbooks ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def edited(content: bytes, change: Callable[[str, bytes], bytes | None], more: Mapping[str, bytes] | None = None) -> bytes:
    """Return an archive with its members changed, without those for which nothing is returned."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        told = [(name, change(name, archive.read(name))) for name in archive.namelist()]
    return zipped([(name, text) for name, text in told if text is not None] + list((more or {}).items()))


def _in_sheet(content: bytes, *changes: tuple[bytes, bytes]) -> bytes:
    def changed(name: str, text: bytes) -> bytes:
        for old, new in changes:
            text = text.replace(old, new) if "sheet1" in name else text
        return text

    return edited(content, changed)


def _of_cells(own: str, *rows_told: Sequence[object]) -> bytes:
    return workbook({"orders": [NAMES, *[(f"{own}-{n}", "a@example.com", *row) for n, row in enumerate(rows_told)]]})


@kind("a workbook of many sheets")
def _sheets(draw: Random, own: str) -> Odd:
    sheets = {f"Sheet {n}": [NAMES, *[tuple(line.strip().split(",")) for line in rows(f"{own}{n}", 2)]] for n in range(25)}
    return Odd(content=workbook({"Notes": [["Nothing here"]], **sheets}), records=50, must="loaded", name="orders.xlsx")


@kind("a workbook without a sheet")
def _no_sheet(draw: Random, own: str) -> Odd:
    return Odd(content=workbook({}), must="refused", name="orders.xlsx")


@kind("a workbook of empty sheets")
def _empty_sheets(draw: Random, own: str) -> Odd:
    return Odd(content=workbook({"a": [], "b": [[]], "c": [["", None]]}), must="refused", name="orders.xlsx")


@kind("a workbook with a sheet that is not there")
def _missing_sheet(draw: Random, own: str) -> Odd:
    return Odd(
        content=edited(book(own, 3), lambda name, text: None if "sheet1" in name else text), must="refused", name="orders.xlsx"
    )


@kind("a workbook with errors for values")
def _errors(draw: Random, own: str) -> Odd:
    content = _of_cells(own, (datetime(2026, 10, 1), 4.25, "EUR", "placed"), (datetime(2026, 10, 2), 5, "EUR", "placed"))
    bad = draw.choice([b"#DIV/0!", b"#N/A", b"#REF!", b"#NAME?", b"#WHAT?"])
    changed = _in_sheet(content, (b"><v>4.25</v>", b' t="e"><f>1/0</f><v>' + bad + b"</v>"))
    return Odd(content=changed, records=None if bad == b"#WHAT?" else 2, name="orders.xlsx")


@kind("a workbook with macros")
def _macros(draw: Random, own: str) -> Odd:
    content = edited(book(own, 3), lambda _, text: text, {"xl/vbaProject.bin": b"\xd0\xcf\x11\xe0" + bytes(500)})
    return Odd(content=content, records=3, must="loaded", name="orders.xlsm")


@kind("a workbook that counts days from 1904")
def _from_1904(draw: Random, own: str) -> Odd:
    content = _of_cells(own, (datetime(2022, 10, 1, 10), 4.25, "EUR", "placed"))
    changed = edited(
        content,
        lambda name, text: (
            text.replace(b"<sheets>", b'<workbookPr date1904="1"/><sheets>') if name == "xl/workbook.xml" else text
        ),
    )
    return Odd(content=changed, records=1, must="loaded", name="orders.xlsx")


@kind("a workbook with days beyond the calendar")
def _serials(draw: Random, own: str) -> Odd:
    content = _of_cells(own, *[(datetime(2026, 10, day), 4.25, "EUR", "placed") for day in (1, 2, 3)])
    odd = draw.choice([b"-1.5", b"0.25", b"60", b"2958465.9999999", b"2958466", b"1e300", b"-1e300", b"NaN", b"1e18"])
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml")
    serial = sheet.split(b'<c r="C3" s="2"><v>')[1].split(b"<")[0]
    return Odd(content=_in_sheet(content, (serial, odd)), name="orders.xlsx")


@kind("a workbook with numbers that cannot be")
def _numbers(draw: Random, own: str) -> Odd:
    content = _of_cells(own, (datetime(2026, 10, 1), 4.25, "EUR", "placed"), (datetime(2026, 10, 2), 5, "EUR", "placed"))
    odd = draw.choice([b"1e308", b"1e400", b"NaN", b"inf", b"", b"x", b"1,5", b"5e-324", b"9" * 4000])
    return Odd(content=_in_sheet(content, (b"<v>4.25</v>", b"<v>" + odd + b"</v>")), name="orders.xlsx")


@kind("a workbook with a shared text that is not there")
def _shared(draw: Random, own: str) -> Odd:
    content = _of_cells(own, (datetime(2026, 10, 1), 4.25, "EUR", "placed"))
    return Odd(
        content=_in_sheet(content, (b"><v>4.25</v>", b' t="s"><v>' + draw.choice([b"9", b"-1", b"99999999999"]) + b"</v>")),
        name="orders.xlsx",
    )


@kind("a workbook whose XML is broken")
def _broken_xml(draw: Random, own: str) -> Odd:
    member = draw.choice(["xl/workbook.xml", "xl/worksheets/sheet1.xml", "xl/_rels/workbook.xml.rels", "xl/styles.xml"])
    broken = draw.choice([b"", b"<", b"\0", b"<a>" * 1000])
    return Odd(
        content=edited(book(own, 3), lambda name, text: text[: len(text) // 2] + broken if name == member else text),
        name="orders.xlsx",
    )


@kind("a workbook with cells far out")
def _far(draw: Random, own: str) -> Odd:
    far = draw.choice([b'r="XFD1048576"', b'r="ZZZZ9"', b'r="A99999999"', b'r="1A"', b'r=""', b'r="C0"'])
    content = _of_cells(own, (datetime(2026, 10, 1), 4.25, "EUR", "placed"))
    return Odd(content=_in_sheet(content, (b'r="D2"', far)), name="orders.xlsx")


@kind("a workbook with formulas")
def _formulas(draw: Random, own: str) -> Odd:
    content = _of_cells(own, (datetime(2026, 10, 1), Formula("SUM(1,2)", 3.5), "EUR", "placed"), ("=now()", "=1+1", "=A1", "=B1"))
    return Odd(content=content, records=2, must="loaded", name="orders.xlsx")


@kind("a workbook of 3,000 columns")
def _wide_book(draw: Random, own: str) -> Odd:
    content = _of_cells(own, (datetime(2026, 10, 1), 4.25, "EUR", "placed"))
    return Odd(content=_in_sheet(content, (b'r="D2"', b'r="DKJ2"')), name="orders.xlsx")


@kind("an OpenDocument table, an XLSB, a Word file by their names inside")
def _cousins(draw: Random, own: str) -> Odd:
    name = draw.choice(["content.xml", "xl/workbook.bin", "word/document.xml"])
    return Odd(content=zipped([("mimetype", b"x"), (name, b"<x>" + own.encode() + b"</x>")]), must="refused", name="orders.xlsx")


# ── Parquet ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def _further(make: Callable[[], Mapping[str, pa.Array]], must: str = "") -> Callable[[Random, str], Odd]:
    return lambda draw, own: Odd(content=parquet(own, 3, make()), records=3, must=must, name="orders.parquet")


for _name, _make in (
    ("nested columns", lambda: {"properties": pa.array([{"a": [{"b": 1}, {"b": None}]}, None, {"a": []}])}),
    ("amounts as decimals", lambda: {"amount": pa.array([Decimal("1.10"), Decimal("-2.20"), None], pa.decimal128(38, 2))}),
    ("times with a zone", lambda: {"ordered_at": pa.array([datetime(2026, 10, 1)] * 3, pa.timestamp("us", tz="Asia/Kolkata"))}),
    ("times in billionths", lambda: {"ordered_at": pa.array([1, 2**62, None], pa.timestamp("ns"))}),
    ("times beyond the calendar", lambda: {"ordered_at": pa.array([-(2**63) + 2, 2**63 - 1, 2**62], pa.timestamp("us"))}),
    ("days", lambda: {"ordered_at": pa.array([-(2**31), 2**31 - 1, 20_000], pa.date32())}),
    ("bytes", lambda: {"email": pa.array([b"\xff\x00\xfe", b"", b"a@example.com"], pa.binary())}),
    ("nothing but nulls", lambda: {"email": pa.nulls(3), "amount": pa.nulls(3)}),
    ("truths and durations", lambda: {"email": pa.array([True, False, None]), "channel": pa.array([1, 2, 3], pa.time64("us"))}),
    ("numbers that are none", lambda: {"amount": pa.array([float("nan"), float("inf"), -1e308])}),
    ("half floats", lambda: {"amount": pa.array([1.5, 2.5, 3.5], pa.float32())}),
    ("a dictionary", lambda: {"status": pa.array(["placed", "x", None]).dictionary_encode()}),
    ("a map", lambda: {"properties": pa.array([[("a", 1)], None, []], pa.map_(pa.string(), pa.int64()))}),
):
    KINDS[f"Parquet with {_name}"] = _further(_make)


@kind("Parquet of no rows")
def _no_rows(draw: Random, own: str) -> Odd:
    return Odd(content=parquet(own, 0, {f"source{'_' * draw.randint(0, 50)}": pa.array([], pa.string())}), name="orders.parquet")


@kind("Parquet of many small groups")
def _groups(draw: Random, own: str) -> Odd:
    return Odd(content=parquet(own, 40, row_group_size=1), records=40, must="loaded", name="orders.parquet")


@kind("Parquet whose footer is broken")
def _broken_footer(draw: Random, own: str) -> Odd:
    content = bytearray(parquet(own, 5))
    for _ in range(draw.randint(1, 4)):
        content[-draw.randint(1, 60)] ^= 1 << draw.randrange(8)
    return Odd(content=bytes(content), name="orders.parquet")


@kind("Parquet whose footer claims to be longer than the file")
def _long_footer(draw: Random, own: str) -> Odd:
    content = parquet(own, 5)
    return Odd(
        content=content[:-8] + struct.pack("<I", draw.choice([0, 2**31, 2**32 - 1])) + b"PAR1",
        must="refused",
        name="orders.parquet",
    )


@kind("Parquet whose pages are broken")
def _broken_pages(draw: Random, own: str) -> Odd:
    content = bytearray(parquet(own, 200))
    for _ in range(draw.randint(1, 20)):
        content[draw.randrange(4, len(content) // 2)] = draw.randrange(256)
    return Odd(content=bytes(content), name="orders.parquet")


@kind("Parquet that is cut off")
def _cut_parquet(draw: Random, own: str) -> Odd:
    content = parquet(own, 20)
    return Odd(content=content[: draw.randrange(4, len(content))], must="refused", name="orders.parquet")


@kind("Parquet that is locked")
def _locked_parquet(draw: Random, own: str) -> Odd:
    return Odd(content=parquet(own, 3)[:-4] + b"PARE", must="refused", name="orders.parquet")


@kind("Parquet of 10,001 columns")
def _wide_parquet(draw: Random, own: str) -> Odd:
    return Odd(content=parquet(own, 1, {f"x{n}": pa.array(["1"]) for n in range(10_001)}), must="refused", name="orders.parquet")


@kind("Parquet with a column twice")
def _parquet_twice(draw: Random, own: str) -> Odd:
    told = pa.table([pa.array([one[name] for one in objects(own, 2)]) for name in (*NAMES, "amount")], names=[*NAMES, "Amount"])
    out = io.BytesIO()
    pq.write_table(told, out)
    return Odd(content=out.getvalue(), must="refused", name="orders.parquet")


@kind("Parquet with a column without a name")
def _parquet_unnamed(draw: Random, own: str) -> Odd:
    return Odd(content=parquet(own, 2, {"": pa.array(["a", "b"])}), must="refused", name="orders.parquet")


@kind("JSON within Parquet's name, Parquet within JSON's")
def _misnamed(draw: Random, own: str) -> Odd:
    as_json = json.dumps(objects(own, 3)).encode()
    content, name = draw.choice([(as_json, "orders.parquet"), (parquet(own, 3), "orders.json"), (book(own, 3), "orders.csv")])
    return Odd(content=content, records=3, must="loaded", name=name)
