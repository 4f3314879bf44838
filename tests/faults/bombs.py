"""What unpacks to far more than it is worth is refused within its share of time and memory, and the files beside it are loaded."""

import gzip
import io
import resource
import struct
import zipfile
import zlib
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from unittest import mock

import pyarrow as pa
import pyarrow.parquet as pq

from queries.intake import parse
from queries.intake.stage import sha256_of
from tests.faults.fault import Counts
from tests.faults.malformed_files import steps_of
from tests.faults.odd_containers import book, edited, parquet, zipped
from tests.faults.odd_texts import HEADER, NAMES, rows, table
from tests.faults.service import Given, Service, judge, services
from tests.queries.intake import workbooks
from tests.queries.intake.workbooks import RELATIONS

SHORT, LONG = 5, 68
SECONDS = 30.0
BYTES = 7 << 30
PIECE = 4 << 20
ROW = b"1,a@example.com,2026-10-01,1,EUR,placed\n"
MAIN = workbooks.MAIN.encode()


def run(count: int, seed: int) -> Counts:
    """Put so many bombs before the service, every sort in its turn, good files beside them; every round is larger."""
    counts = Counts("bombs")
    with services() as made:
        for first in steps_of(count, len(BOMBS), "Bombs"):
            service, spent = made.new(), _spent()
            given = [_put(service, n) for n in range(first, min(first + len(BOMBS), count))]
            judge(counts, service, [*given, _good(service)])
            _measure(counts, _spent() - spent, len(given))
            made.done(service)
            if counts.is_lost:
                break
    return counts


def _measure(counts: Counts, seconds: float, bombs: int) -> None:
    """Note a miss when some bombs took more of the processor, or any of them more memory, than they may."""
    most = max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)) << 10
    counts.expect(seconds <= SECONDS * bombs, f"{bombs} bombs took {seconds:.0f} seconds of the processor")
    counts.expect(most <= BYTES, f"the service took {most >> 20:,} MB of memory")
    counts.count("seconds of the processor", round(seconds))
    counts.counted["MB of memory at most"] = most >> 20


def _put(service: Service, number: int) -> Given:
    name = list(BOMBS)[number % len(BOMBS)]
    path = service.inbox / f"bomb {number} {name}"
    path.write_bytes(BOMBS[name](1 + min(number // len(BOMBS), 3)))
    return Given(kind=name, path=path, must="refused", sha256=sha256_of(path))


def _good(service: Service) -> Given:
    path = service.inbox / "good.csv"
    path.write_text(table("good", 3))
    return Given(kind="a good file beside them", path=path, records=3, must="loaded", sha256=sha256_of(path))


def _spent() -> float:
    both = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(one.ru_utime + one.ru_stime for one in both)


def deflated(head: bytes, piece: bytes, times: int) -> tuple[bytes, int]:
    """Return a raw deflate stream of a head and one piece many times over, packed once only; and how long it is unpacked."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    start = packer.compress(head) + packer.flush(zlib.Z_FULL_FLUSH)
    once = zlib.compressobj(9, zlib.DEFLATED, -15)
    again = once.compress(piece) + once.flush(zlib.Z_FULL_FLUSH)
    end = zlib.compressobj(9, zlib.DEFLATED, -15).flush()
    return start + again * times + end, len(head) + len(piece) * times


def _member(name: bytes, packed: bytes, told: int) -> bytes:
    """Return an archive with one member that was packed before, and that tells this length of itself."""
    crc, size = 0, min(told, 0xFFFFFFF0)
    local = struct.pack("<4s5H3I2H", b"PK\x03\x04", 20, 0, 8, 0, 0, crc, len(packed), size, len(name), 0) + name + packed
    central = (
        struct.pack("<4s6H3I5H2I", b"PK\x01\x02", 20, 20, 0, 8, 0, 0, crc, len(packed), size, len(name), 0, 0, 0, 0, 0, 0) + name
    )
    end = struct.pack("<4s4H2IH", b"PK\x05\x06", 0, 0, 1, 1, len(central), len(local), 0)
    return local + central + end


def _gzip(size: int) -> bytes:
    zeros = gzip.compress(bytes(PIECE))
    return zeros * (50 * size)


def _gzip_rows(size: int) -> bytes:
    return gzip.compress(HEADER.encode()) + gzip.compress(ROW * (PIECE // len(ROW))) * (1 + 2 * size)


def _gzip_twice(size: int) -> bytes:
    return gzip.compress(_gzip(100 * size))


def _zip(size: int) -> bytes:
    packed, told = deflated(HEADER.encode(), bytes(PIECE), 250 * size)
    return _member(b"orders.csv", packed, told)


def _zip_that_lies(size: int) -> bytes:
    packed, _ = deflated(HEADER.encode(), ROW * (PIECE // len(ROW)), 100 * size)
    return _member(b"orders.csv", packed, 100)


def _zip_of_many(size: int) -> bytes:
    return zipped([(f"{n}.csv", HEADER.encode() + b"x" * 9_000_000) for n in range(3 * size)])


def _zip_overlapping(size: int) -> bytes:
    """Every name leads to the same packed bytes."""
    packed, told = deflated(b"", b"x" * PIECE, 20)
    one = _member(b"a.csv", packed, told)
    at = one.rindex(b"PK\x01\x02")
    central = one[at : one.rindex(b"PK\x05\x06")]
    end = struct.pack("<4s4H2IH", b"PK\x05\x06", 0, 0, 900, 900, 900 * len(central), at, 0)
    return one[:at] + central * 900 + end


def _zip_within(size: int) -> bytes:
    inner = _zip(size)
    for _ in range(4):
        inner = zipped([(f"{n}.zip", inner) for n in range(3)])
    return inner


def _sheet(size: int, told: int | None) -> bytes:
    """A workbook whose sheet is a few rows, thousands of times."""
    row = b"<row>" + b"".join(b'<c t="inlineStr"><is><t>x</t></is></c>' for _ in range(20)) + b"</row>"
    packed, real = deflated(b'<worksheet xmlns="' + MAIN + b'"><sheetData>', row * (PIECE // len(row)), 300 * size)
    content, name = book("b", 2), "xl/worksheets/sheet1.xml"
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as archive, zipfile.ZipFile(out, "w") as bomb:
        for member in archive.namelist():
            if member != name:
                bomb.writestr(member, archive.read(member))
        info = zipfile.ZipInfo(name)
        info.compress_type, info.compress_size, info.file_size = zipfile.ZIP_DEFLATED, len(packed), told or real
        info.CRC = 0
        info.header_offset = bomb.start_dir
        bomb.fp.write(info.FileHeader() + packed)
        bomb.filelist.append(info)
        bomb.NameToInfo[name] = info
        bomb.start_dir = bomb.fp.tell()
        bomb._didModify = True
    return out.getvalue()


def _entities(size: int) -> bytes:
    """A thousand million laughs: entities made of entities."""
    told = b'<!DOCTYPE x [<!ENTITY a "haha">' + b"".join(
        b'<!ENTITY %c "' % (98 + n) + b"&%c;" % (97 + n) * 10 + b'">' for n in range(9)
    )

    def laughing(name: str, text: bytes) -> bytes:
        return told + b"]>" + text.replace(b"placed", b"&j;") if "sheet1" in name else text

    return edited(book("b", 2), laughing)


def _shared(size: int) -> bytes:
    """One long text, to which every cell refers."""
    strings = b'<sst xmlns="' + MAIN + b'"><si><t>' + b"x" * 32_000 + b"</t></si></sst>"
    row = b"<row>" + b'<c t="s"><v>0</v></c>' * 20 + b"</row>"
    kind = f"{RELATIONS}/sharedStrings".encode()
    relation = b'<Relationship Id="rIdT" Type="' + kind + b'" Target="sharedStrings.xml"/></Relationships>'

    def changed(name: str, text: bytes) -> bytes:
        if name.endswith("workbook.xml.rels"):
            return text.replace(b"</Relationships>", relation)
        return text.replace(b"</sheetData>", row * (20_000 * size) + b"</sheetData>") if "sheet1" in name else text

    return edited(book("b", 2), changed, {"xl/sharedStrings.xml": strings})


def _parquet_rows(size: int) -> bytes:
    """A few bytes that say: the same row, some ten million times."""
    count = 10_000_000 * size
    first = rows("p", 1)[0].strip().split(",")
    index = pa.Array.from_buffers(pa.int8(), count, [None, pa.py_buffer(bytes(count))])
    columns = [pa.DictionaryArray.from_arrays(index, pa.array([cell])) for cell in first]
    out = io.BytesIO()
    pq.write_table(pa.table(columns, names=list(NAMES)), out, row_group_size=count, compression="zstd")
    return out.getvalue()


def _parquet_claims(size: int) -> bytes:
    """Parquet that says of itself to hold more rows than there are stars."""
    content = parquet("p", 77)
    length = struct.unpack("<I", content[-8:-4])[0]
    footer = content[-8 - length : -8].replace(_varint(77), _varint(10**17 * size))
    return content[: -8 - length] + footer + struct.pack("<I", len(footer)) + b"PAR1"


def _varint(number: int) -> bytes:
    """Return a number as Parquet's footer writes it: zigzag, seven bits a byte."""
    left, out = number << 1, bytearray()
    while left > 0x7F:
        out.append(left & 0x7F | 0x80)
        left >>= 7
    return bytes([*out, left])


def _json_keys(size: int) -> bytes:
    return b"".join(b'{"k%d": 1}\n' % n for n in range(200_000 * size))


def _json_deep(size: int) -> bytes:
    return b"[" * (20_000_000 * size)


def _quotes(size: int) -> bytes:
    return HEADER.encode() + b'"' * (30_000_001 * size)


BOMBS: Mapping[str, Callable[[int], bytes]] = {
    "rows.csv.gz": _gzip_rows,
    "that lies.zip": _zip_that_lies,
    "claims.parquet": _parquet_claims,
    "keys.jsonl": _json_keys,
    "entities.xlsx": _entities,
    "zeros.zip": _zip,
    "zeros.csv.gz": _gzip,
    "twice.csv.gz": _gzip_twice,
    "many.zip": _zip_of_many,
    "overlapping.zip": _zip_overlapping,
    "within.zip": _zip_within,
    "sheet.xlsx": lambda size: _sheet(size, None),
    "sheet that lies.xlsx": lambda size: _sheet(size, 2_000),
    "shared.xlsx": _shared,
    "rows.parquet": _parquet_rows,
    "deep.json": _json_deep,
    "quotes.csv": _quotes,
}

_UNBOUND = (  # without the name of a file the database takes it for a person at a keyboard, and draws its progress
    "import __main__; __main__.__file__ = 'parser.py'; "
    "from queries.intake import limits; limits.UNPACKED_RATIO = 10**9; from queries.intake.child import main; main()"
)


def _unbound() -> AbstractContextManager[object]:
    """A parser that takes what it gets."""
    started = parse.subprocess.Popen

    def start(words: list[str], **more: object) -> object:
        return started([words[0], "-c", _UNBOUND], **more)

    return mock.patch.object(parse.subprocess, "Popen", start)


PLANTED = {"nothing limits what is unpacked": _unbound}
