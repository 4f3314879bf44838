"""Any file to a stream of UTF-8 text: unpacked, decoded by us, one kind of line end."""

import codecs
import gzip
import lzma
import zlib
from collections.abc import Iterator
from pathlib import Path
from zipfile import BadZipFile

from queries.errors import Unreadable
from queries.intake import limits

GZIP, ZIP, PARQUET = b"\x1f\x8b", b"PK\x03\x04", b"PAR1"
DAMAGED = (
    BadZipFile, gzip.BadGzipFile, zlib.error, lzma.LZMAError, EOFError, NotImplementedError, RuntimeError, ValueError,
)  # fmt: skip
"""What unpacking raises for a file that is cut off, damaged, encrypted or packed in a way that is not known."""

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
MOSTLY_UTF8 = "utf-8, but for a few bytes"
MOST_STRAY, COUNTED_BYTES = 10_000, 1 << 20
MARK = "\udc80"
_OTHER_FILES = (
    (ZIP, "an Excel workbook or a zip archive", "Save the sheet as CSV, or unpack it"),
    (b"\xd0\xcf\x11\xe0", "an old Excel workbook", "Save the sheet as CSV"),
    (b"%PDF", "a PDF", "Export the table as CSV"),
)


def unpacked(path: Path, name: str, folder: Path) -> Path:
    """Return the file itself, or for gzip an unpacked copy in `folder`; raise Unreadable when it grows past the limits."""
    if head(path)[:2] != GZIP:
        return path
    target, written = folder / "unpacked", 0
    allowed = min(limits.UNPACKED_BYTES, max(path.stat().st_size * limits.UNPACKED_RATIO, limits.CHUNK_BYTES))
    try:
        with gzip.open(path) as packed, target.open("wb") as out:
            while chunk := packed.read(limits.CHUNK_BYTES):
                written += len(chunk)
                if written > allowed:
                    raise Unreadable("unpacks to far more than it should", where=name, instead="Export it again, unpacked")
                out.write(chunk)
    except DAMAGED as error:
        raise Unreadable("is a gzip file that is cut off or damaged", where=name, instead="Export it again") from error
    return target


def head(path: Path, size: int = 4096) -> bytes:
    """Return the first bytes of a file."""
    with path.open("rb") as file:
        return file.read(size)


def refuse_other_kinds(start: bytes, name: str) -> None:
    """Raise Unreadable when a file's first bytes say that it is no table at all."""
    if not start.strip():
        raise Unreadable("is empty", where=name, instead="Export it again, with its header")
    for magic, kind, instead in _OTHER_FILES:
        if start.startswith(magic):
            raise Unreadable(f"is {kind}, not a table of text", where=name, instead=instead)


def encoding_of(path: Path, name: str) -> str:
    """Return how the file's text is written: by its mark, else UTF-8 when it is, but for a few bytes, else cp1252."""
    start = head(path)
    for mark, encoding in _MARKS:
        if start.startswith(mark):
            return encoding if mark != codecs.BOM_UTF8 or _is_utf8(path) else MOSTLY_UTF8
    if b"\0" in start:
        return _unmarked_utf16(start, name)
    if _is_utf8(path):
        return "utf-8"
    stray, letters = _stray_and_letters(path)
    return MOSTLY_UTF8 if letters >= stray else "cp1252"


def stray_bytes(path: Path, encoding: str) -> int:
    """Return how many bytes of a file that is mostly UTF-8 are none; 0 for any other encoding."""
    return _stray_and_letters(path)[0] if encoding == MOSTLY_UTF8 else 0


def text_chunks(path: Path, encoding: str, name: str) -> Iterator[bytes]:
    """Yield the text as UTF-8 bytes with line feeds only; raise Unreadable where it is not text."""
    decode = None if encoding == "utf-8" else _decoder(encoding)
    lone_returns = _uses_lone_returns(path)
    held = b""
    with path.open("rb") as file:
        while chunk := file.read(limits.CHUNK_BYTES):
            text = held + (chunk if decode is None else _decoded(decode, chunk, name))
            held = b"\r" if text.endswith(b"\r") and not lone_returns else b""
            yield _with_line_feeds(text[: len(text) - len(held)], name, lone_returns=lone_returns)
    if held:
        yield b"\n"
    if decode is not None:
        yield _decoded(decode, b"", name, final=True)


def _decoder(encoding: str) -> codecs.IncrementalDecoder:
    if encoding == MOSTLY_UTF8:
        return codecs.getincrementaldecoder("utf-8-sig")("astray")
    return codecs.getincrementaldecoder(encoding)("westerly" if encoding == "cp1252" else "strict")


def _decoded(decode: codecs.IncrementalDecoder, chunk: bytes, name: str, *, final: bool = False) -> bytes:
    try:
        return decode.decode(chunk, final).encode()
    except UnicodeError as error:
        raise Unreadable(
            "holds bytes that are no text in the encoding it announces, or is cut off", where=name, instead="Export it as UTF-8"
        ) from error


def _with_line_feeds(text: bytes, name: str, *, lone_returns: bool) -> bytes:
    if b"\0" in text:
        raise Unreadable("is not a text file", where=name, instead="Export it as CSV, JSON lines or Parquet")
    return text.replace(b"\r", b"\n") if lone_returns else text.replace(b"\r\n", b"\n")


def _uses_lone_returns(path: Path) -> bool:
    start = head(path, limits.CHUNK_BYTES)
    return b"\r" in start and b"\n" not in start


def _unmarked_utf16(start: bytes, name: str) -> str:
    even, odd = start[0::2].count(0), start[1::2].count(0)
    if max(even, odd) < len(start) // 8 or min(even, odd) > max(even, odd) // 8:
        raise Unreadable("is not a text file", where=name, instead="Export it as CSV, JSON lines or Parquet")
    return "utf-16-le" if odd > even else "utf-16-be"


def _is_utf8(path: Path) -> bool:
    decode = codecs.getincrementaldecoder("utf-8")()
    with path.open("rb") as file:
        try:
            while chunk := file.read(limits.CHUNK_BYTES):
                decode.decode(chunk)
            decode.decode(b"", final=True)
        except UnicodeDecodeError:
            return False
    return True


def _stray_and_letters(path: Path) -> tuple[int, int]:
    """Return how many bytes of a text are no UTF-8, and how many letters beyond ASCII are; no further once most are no UTF-8."""
    stray = letters = 0
    decode = codecs.getincrementaldecoder("utf-8")("counted")
    with path.open("rb") as file:
        while True:
            chunk = file.read(COUNTED_BYTES)
            text = decode.decode(chunk, final=not chunk)
            marks = text.count(MARK)
            stray += marks
            letters += len(text) - marks - len(text.encode("ascii", "ignore"))
            if not chunk or stray > max(MOST_STRAY, letters):
                return stray, letters


def _westerly(error: UnicodeError) -> tuple[str, int]:
    """Read the five bytes that cp1252 leaves undefined as latin-1 does."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return error.object[error.start : error.end].decode("latin-1"), error.end


def _astray(error: UnicodeError) -> tuple[str, int]:
    """Read the bytes that are no UTF-8 as cp1252, one by one."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return error.object[error.start : error.end].decode("cp1252", "westerly"), error.end


def _counted(error: UnicodeError) -> tuple[str, int]:
    """Mark each byte that is no UTF-8."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return MARK * (error.end - error.start), error.end


codecs.register_error("westerly", _westerly)
codecs.register_error("astray", _astray)
codecs.register_error("counted", _counted)
