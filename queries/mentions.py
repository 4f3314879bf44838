"""Whether a file names somebody: looked for piece by piece, however it is packed, in the encodings that exports come in.

A file is never read into memory whole. What is encrypted, damaged, packed too deep or unpacks to too much cannot be searched, and
neither can what is no text and no format that exports come in: that is told, never taken for a file without a mention.
"""

import gzip
import json
import re
import zipfile
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Protocol

import duckdb
from sqlglot import exp

from queries.errors import QueriesError
from queries.intake.database import connect, exactly
from queries.intake.decode import DAMAGED, GZIP, PARQUET, ZIP
from queries.intake.expressions import sql
from queries.intake.forgotten import Forgotten, Person, pattern_of

PIECE = 4 << 20
PDF = b"%PDF"  # its words lie in it packed and by the numbers of their drawings
OVERLAP = 8 << 10  # even, so that a piece of UTF-16 begins with a whole letter
MOST_UNPACKED = 16 << 30
DEEPEST = 4
ROWS = 10_000
MOST_KNOWN = 1_000_000
ADDRESS = re.compile(
    r"(?<![A-Za-z0-9._%+-])[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:[.][A-Za-z0-9-]+)*"
)  # tried once in a run of letters
NUMBER = re.compile(r"[+]?[0-9(][0-9 ()/.-]{5,20}[0-9]")

_ESCAPED = re.compile(r"\\u([0-9a-fA-F]{4})")
_TAG = re.compile(r"<[^<>]*>")
Look = Callable[[str], bool]


class Bytes(Protocol):
    """Bytes that are read from the beginning to the end."""

    def read(self, size: int, /) -> bytes:
        """Return the next bytes, none at the end."""
        ...


class Unsearchable(QueriesError):
    """A file of which nobody can say whether it names somebody."""


def looked_for(people: Sequence[Person]) -> Look:
    """Return what tells whether a text names one of some people: by a word, a name, a key or an id of theirs."""
    words = {text.lower() for one in people for text in (*one.words, *one.names, *one.customer_ids, *one.keys) if text}
    if not words:
        return lambda _: False
    listed = "|".join(map(pattern_of, sorted(words, key=len, reverse=True)))
    pattern = re.compile(rf"(?<![a-z0-9])(?:{listed})(?![a-z0-9])")
    return lambda text: pattern.search(text.lower()) is not None


def remembered_in(forgotten: Forgotten) -> Look:
    """Return what tells whether a text holds an address, a phone number or the full name of somebody who was forgotten."""
    known: dict[str, bool] = {}

    def is_known(key: str) -> bool:
        if key not in known:
            if len(known) > MOST_KNOWN:
                known.clear()
            known[key] = forgotten.hash_of(key) in forgotten.hashes
        return known[key]

    def look(text: str) -> bool:
        addresses = {f"email={one.lower()}" for one in ADDRESS.findall(text)}
        numbers = {f"phone={folded(one)}" for one in NUMBER.findall(text)}
        return any(map(is_known, (*addresses, *numbers))) or bool(forgotten.names_in(text))

    return look


def folded(text: str) -> str:
    """Return a text without case and without the signs that a phone number may be written with."""
    told = re.sub(r"\(0\)|[\s()./-]", "", text.lower())
    return f"+{told[2:]}" if told.startswith("00") else told


def is_named(path: Path, looks: Collection[Look], folder: Path) -> bool:
    """Return whether a file, or its name, names somebody; `folder` takes what has to be unpacked. Raise Unsearchable."""
    return any(look(text) for piece in contents(path, folder) for text in readings(piece) for look in looks)


def contents(path: Path, folder: Path) -> Iterator[bytes]:
    """Yield what is in a file, piece by piece, unpacked where it is packed, its name first; raise Unsearchable."""
    yield path.name.encode()
    try:
        with path.open("rb") as stream:
            yield from _pieces(stream, folder, _Left(path.name), path)
    except (*DAMAGED, OSError) as error:
        if isinstance(error, OSError) and error.errno is not None:  # the disk's refusal; damage has no number
            raise
        raise Unsearchable("is encrypted or damaged, and cannot be searched", where=path.name) from error


def readings(data: bytes) -> Iterator[str]:
    """Yield the texts that bytes may be, in the encodings that exports come in."""
    text = data.decode("utf-8", "replace")
    yield text
    if b"\0" in data[:4096]:
        yield data.decode("utf-16-le", "replace")
        yield data.decode("utf-16-be", "replace")
    elif not data.isascii():
        yield data.decode("latin-1")
    if b"\\u" in data:
        yield _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text)
    if b"</" in data:
        yield _TAG.sub("", text)


class _Left:
    """How much may still be unpacked of one file."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.bytes = MOST_UNPACKED
        self.deep = DEEPEST

    def take(self, count: int) -> None:
        """Count what was unpacked; raise Unsearchable when it is too much."""
        self.bytes -= count
        if self.bytes < 0:
            raise Unsearchable("unpacks to too much to be searched", where=self.name)

    @contextmanager
    def deeper(self) -> Iterator[None]:
        """Go into what is packed within; raise Unsearchable when that is too deep."""
        self.deep -= 1
        if self.deep < 0:
            raise Unsearchable("is packed too deep to be searched", where=self.name)
        yield
        self.deep += 1


def _pieces(stream: Bytes, folder: Path, left: _Left, whole: Path | None = None) -> Iterator[bytes]:
    data = stream.read(PIECE)
    left.take(len(data))
    if data.startswith((GZIP, ZIP, PARQUET)):
        with left.deeper(), nullcontext(whole) if whole else _unpacked(data, stream, folder, left) as path:
            yield from _packed(path, data[:4], folder, left)
        return
    if _is_no_text(data):
        raise Unsearchable("is neither a text nor a format that exports come in, and cannot be searched", where=left.name)
    while data:
        yield data
        more = stream.read(PIECE)
        left.take(len(more))
        data = data[-OVERLAP:] + more if more else b""


def _packed(path: Path, kind: bytes, folder: Path, left: _Left) -> Iterator[bytes]:
    if kind.startswith(GZIP):
        with gzip.open(path) as inner:
            yield from _pieces(inner, folder, left)
    elif kind == PARQUET:
        yield from _rows_of(path, left.name)
    else:
        with zipfile.ZipFile(path) as archive:
            for member in archive.infolist():
                yield member.filename.encode()
                with archive.open(member) as inner:
                    yield from _pieces(inner, folder, left)


@contextmanager
def _unpacked(data: bytes, stream: Bytes, folder: Path, left: _Left) -> Iterator[Path]:
    """Write what a stream holds into a file that is there for a while."""
    with NamedTemporaryFile(dir=folder, prefix="searched-") as file:
        while data:
            file.write(data)
            data = stream.read(PIECE)
            left.take(len(data))
        file.flush()
        yield Path(file.name)


def _is_no_text(data: bytes) -> bool:
    """Return whether bytes are neither a text of one byte a letter nor UTF-16, in which every other byte is mostly zero."""
    start = data[:4096]
    if start.startswith(PDF):
        return True
    if b"\0" not in start or start.startswith((b"\xff\xfe", b"\xfe\xff")):
        return False
    return max(start[0::2].count(0), start[1::2].count(0)) < len(start) // 4


def _rows_of(path: Path, name: str) -> Iterator[bytes]:
    try:
        with connect(threads=1) as connection:
            connection.read_parquet(exactly(path)).create_view("held")
            rows = connection.execute(sql(exp.select("*").from_("held")))
            while some := rows.fetchmany(ROWS):
                yield json.dumps(some, default=str, ensure_ascii=False).encode()
    except duckdb.Error as error:
        raise Unsearchable("is damaged, and cannot be searched", where=name) from error


def is_packed(path: Path) -> bool:
    """Return whether a file is packed, or no text: nothing in it can be replaced."""
    with path.open("rb") as stream:
        data = stream.read(4096)
    return data.startswith((GZIP, ZIP, PARQUET)) or _is_no_text(data)
