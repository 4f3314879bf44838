"""Reads one staged file into raw Parquet, all of it as text: what runs in the child process.

The records are counted from the bytes; what the database's reader made of them must be the same number.
"""

import csv
import errno
import json
import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from duckdb import DuckDBPyConnection
from duckdb import Error as DatabaseError
from sqlglot import exp

from queries.errors import LedgerMismatch, NotRecognised, Unreadable
from queries.intake import limits
from queries.intake.database import connect, exactly, is_full, is_shortage
from queries.intake.decode import PARQUET, encoding_of, head, refuse_other_kinds, stray_bytes, text_chunks, unpacked
from queries.intake.expressions import is_object
from queries.intake.recognise import recognise
from queries.intake.records import Body, IrregularQuotes, Ragged, first_records, footer_lines, requoted, spans, write_body
from queries.intake.source import Source

LINE, PROBLEM, TEXT = "@line", "@problem", "@text"
DELIMITERS = (",", ";", "\t", "|")
LINES = "told_lines"
NO_DELIMITER = "\x01"
AGAIN = "Export it again"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What a file turned out to be: its format, its headers in the raw file, how many records were counted and read.

    `is_typed` says that its numbers and times are written in one way by nature; `notices` are what a person should know of it.
    """

    source_id: str
    headers: tuple[str, ...]
    records: int
    footer_lines: int = 0
    encoding: str = ""
    delimiter: str = ""
    is_typed: bool = False
    notices: tuple[str, ...] = ()

    @classmethod
    def of(cls, told: Mapping[str, Any]) -> "Reading":
        """Return a reading from plain values."""
        return cls(**{**told, "headers": tuple(told["headers"]), "notices": tuple(told.get("notices", ()))})

    def as_json(self) -> dict[str, Any]:
        """Return it as plain values."""
        return asdict(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One staged file to be read: under which name it came, which formats there are, where the result goes."""

    path: Path
    name: str
    sources: Mapping[str, Source]
    target: Path
    folder: Path
    is_typed: bool = False

    def of_kind(self, kind: str) -> list[Source]:
        """Return the formats that a table, or a file of JSON objects, can have."""
        return [source for source in self.sources.values() if source.kind in (kind, "any") or source.is_import_format]


def read_file(job: Job) -> Reading:
    """Read one file into the job's target; raise an IntakeError saying what is wrong with it."""
    refuse_other_kinds(head(job.path), job.name)
    path = unpacked(job.path, job.name, job.folder)
    start = head(path)
    refuse_other_kinds(start, job.name)
    if start.startswith(PARQUET):
        reading = _read_parquet(job, path)
        return replace(reading, notices=tuple(_notices(reading, 0)))
    encoding = encoding_of(path, job.name)
    first = next(text_chunks(path, encoding, job.name), b"").lstrip(b"\xef\xbb\xbf \t\n")[:1]
    if not first:
        raise Unreadable("is empty", where=job.name, instead=f"{AGAIN}, with its header")
    if first == b"<":
        raise Unreadable(
            "is a web page or XML, not a table", where=job.name, instead="Download the export itself: this may be a login page"
        )
    is_json, is_array = first in b"{[", first == b"["
    reading = _read_json(job, path, encoding, is_array=is_array) if is_json else _read_table(job, path, encoding)
    return replace(reading, notices=(*_notices(reading, stray_bytes(path, encoding)), *reading.notices))


def _notices(reading: Reading, stray: int) -> Iterator[str]:
    if stray == 1:
        yield "1 byte is no UTF-8 as the rest is: it was read as cp1252"
    elif stray:
        yield f"{stray:,} bytes are no UTF-8 as the rest is: they were read as cp1252"
    if not reading.records:
        yield "it has a header and no records"


def _read_table(job: Job, path: Path, encoding: str) -> Reading:
    prefix = b"".join(_first(text_chunks(path, encoding, job.name), limits.PREFIX_BYTES))
    delimiter, source, headers = _recognised_table(prefix, job.of_kind("table"), job.name)
    skip = header_rows_of(source, first_records(prefix, delimiter, source.header_rows))
    body = _body(job, path, encoding, delimiter, skip, len(headers))
    footer = footer_lines(body, source.footer, delimiter, len(headers))
    names = unique_names(filled(headers) if source.blank_headers == "of the left" else headers)
    cells = [f"c{number}" for number in range(len(headers))]
    connection = connect(spill=job.folder, threads=1)
    _show_lines(connection, job.folder / "body", cells, delimiter)
    columns = [exp.alias_(exp.column(cell), name, quoted=True) for cell, name in zip(cells, names, strict=True)]
    _write_raw(connection, job, columns, body)
    return Reading(
        source_id=source.source_id,
        headers=names,
        records=body.records - footer,
        footer_lines=footer,
        encoding=encoding,
        delimiter=delimiter,
        is_typed=job.is_typed,
    )


def _recognised_table(prefix: bytes, sources: list[Source], name: str) -> tuple[str, Source, list[str]]:
    refusals: list[tuple[int, NotRecognised]] = []
    for delimiter in DELIMITERS:
        headers = next(iter(first_records(prefix, delimiter, 1)), [])
        _check_columns(headers, name)
        try:
            return delimiter, recognise(headers, sources, name), headers
        except NotRecognised as refusal:
            refusals.append((len(headers), refusal))
    raise max(refusals, key=lambda refused: refused[0])[1]


def _check_columns(headers: Sequence[str], name: str) -> None:
    if len(headers) > limits.COLUMNS:
        raise Unreadable(f"has more than {limits.COLUMNS:,} columns", where=name, instead="Export fewer")


def header_rows_of(source: Source, rows: Sequence[Sequence[str]]) -> int:
    """Return how many of a table's first rows are headers: all that the format has, or those that hold one of its words."""
    if not source.header_words:
        return source.header_rows
    words = {word.casefold() for word in source.header_words}
    return 1 + sum(any(cell.strip().casefold() in words for cell in row) for row in rows[1 : source.header_rows])


def filled(headers: Sequence[str]) -> list[str]:
    """Return the headers, one without a name called as the one on its left: a question of several cells names only its first."""
    names: list[str] = []
    for header in headers:
        names.append(header if header.strip() or not names else names[-1])
    return names


def _body(job: Job, path: Path, encoding: str, delimiter: str, skip: int, width: int) -> Body:
    def written(file: Path, encoding: str) -> Body:
        parts = spans(text_chunks(file, encoding, job.name), delimiter, job.name)
        return write_body(parts, job.folder / "body", delimiter=delimiter, skip=skip, width=width)

    try:
        return written(path, encoding)
    except IrregularQuotes:
        return written(requoted(text_chunks(path, encoding, job.name), job.folder / "requoted", delimiter, job.name), "utf-8")


def _read_json(job: Job, path: Path, encoding: str, *, is_array: bool) -> Reading:
    chunks = text_chunks(path, encoding, job.name)
    body = write_body(spans(_elements(chunks, job.name) if is_array else chunks, "", job.name), job.folder / "body")
    connection = connect(spill=job.folder, threads=1)
    _show_lines(connection, job.folder / "body", ["line"], NO_DELIMITER)
    keys = _keys(connection)
    if not keys:
        raise Unreadable(
            "is JSON, but no line of it is an object", where=job.name, instead="Export it as JSON lines: one object a line"
        )
    _check_columns(keys, job.name)
    source = recognise(keys, job.of_kind("json"), job.name)
    names = unique_names(keys)
    columns = [_member(key, name) for key, name in zip(keys, names, strict=True)]
    _write_raw(connection, job, columns, body, problem=_not_an_object())
    return Reading(source_id=source.source_id, headers=names, records=body.records, encoding=encoding, is_typed=True)


def _read_parquet(job: Job, path: Path) -> Reading:
    connection = connect(spill=job.folder, threads=1)
    try:
        rows = connection.read_parquet(exactly(path))
        counted = connection.table_function("parquet_file_metadata", [exactly(path)]).fetchall()[0]
    except DatabaseError as error:
        raise Unreadable("is a Parquet file that is cut off or damaged", where=job.name, instead=AGAIN) from error
    rows.create_view(LINES)
    _check_columns(rows.columns, job.name)
    source = recognise(rows.columns, job.of_kind("table"), job.name)
    names = unique_names(rows.columns)
    columns = [
        exp.alias_(_as_text(exp.column(column, quoted=True), str(kind)), name, quoted=True)
        for column, kind, name in zip(rows.columns, rows.types, names, strict=True)
    ]
    records = next(value for value in counted if isinstance(value, int))
    if records * len(rows.columns) > max(path.stat().st_size * limits.UNPACKED_RATIO, limits.CHUNK_BYTES):
        raise Unreadable("unpacks to far more than it should", where=job.name, instead=f"{AGAIN}, as CSV")
    _write_raw(connection, job, columns, Body(records=records))
    return Reading(source_id=source.source_id, headers=names, records=records, is_typed=True)


def _as_text(column: exp.Expr, kind: str) -> exp.Expr:
    is_nested = kind.startswith(("STRUCT", "MAP")) or kind.endswith("]")
    return exp.cast(exp.func("to_json", column) if is_nested else column, "varchar")


def _show_lines(connection: DuckDBPyConnection, path: Path, cells: Sequence[str], delimiter: str) -> None:
    quote = "" if delimiter == NO_DELIMITER else '"'
    connection.read_csv(
        exactly(path),
        header=False,
        columns=dict.fromkeys(cells, "VARCHAR"),
        auto_detect=False,
        sep=delimiter,
        quotechar=quote,
        escapechar=quote,
        strict_mode=True,
        parallel=False,
        max_line_size=limits.RECORD_BYTES,
    ).create_view(LINES)


def _write_raw(
    connection: DuckDBPyConnection, job: Job, columns: Sequence[exp.Expr], body: Body, problem: exp.Expr | None = None
) -> None:
    line = exp.Window(this=exp.func("row_number"))
    lines = exp.select(exp.alias_(line, LINE, quoted=True), *columns).from_(LINES)
    lines = lines.select(exp.alias_(problem or exp.cast(exp.null(), "varchar"), PROBLEM, quoted=True))
    text = (
        exp.Case(ifs=[exp.If(this=exp.not_(is_object(exp.column("line"))), true=exp.column("line"))])
        if problem
        else exp.cast(exp.null(), "varchar")
    )
    lines = lines.select(exp.alias_(text, TEXT, quoted=True))
    try:
        raw = connection.sql(lines.sql(dialect="duckdb"))
        (_with_ragged(connection, raw, body.ragged, job.folder) if body.ragged else raw).write_parquet(
            str(job.target), compression="zstd"
        )
        read = connection.read_parquet(exactly(job.target)).count("*").fetchall()[0][0]
    except DatabaseError as error:
        if is_shortage(error):
            short_of = errno.ENOSPC if is_full(error) else errno.ENOMEM
            raise OSError(short_of, os.strerror(short_of)) from error
        raise Unreadable(f"cannot be read: {_plainly(error, job)}", where=job.name, instead=AGAIN) from error
    if read != body.records:
        raise LedgerMismatch(f"{body.records:,} records were counted and {read:,} could be read", where=job.name, instead=AGAIN)


def _plainly(error: DatabaseError, job: Job) -> str:
    """Return what the database says of a file, which it knows by the path of a private copy."""
    told = str(error).splitlines()[0].replace(str(job.path), job.name)
    return re.sub(re.escape(str(job.folder)) + r"[^\s\"']*", job.name, told).rstrip("!. ")


def _with_ragged(connection: DuckDBPyConnection, raw: Any, ragged: Iterable[Ragged], folder: Path) -> Any:
    path = folder / "ragged"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows((one.record, _too_few_or_many(one.cells), one.text) for one in ragged)
    kinds = {"record": "BIGINT", "problem": "VARCHAR", "text": "VARCHAR"}
    connection.read_csv(
        exactly(path), header=False, columns=kinds, auto_detect=False, sep=",", quotechar='"', escapechar='"'
    ).create_view("ragged")
    raw.create_view("raw")
    return connection.sql((Path(__file__).parent / "raw_with_ragged.sql").read_text(encoding="utf-8"))


def _too_few_or_many(cells: int) -> str:
    return f"The row has {cells} {'cell' if cells == 1 else 'cells'}, which is not the number of the header's."


def _keys(connection: DuckDBPyConnection) -> list[str]:
    return [key for (key,) in connection.sql((Path(__file__).parent / "json_keys.sql").read_text(encoding="utf-8")).fetchall()]


def _member(key: str, name: str) -> exp.Expr:
    pointer = "/" + key.replace("~", "~0").replace("/", "~1")
    told = exp.func("json_extract_string", exp.column("line"), exp.Literal.string(pointer))
    return exp.alias_(exp.Case(ifs=[exp.If(this=is_object(exp.column("line")), true=told)]), name, quoted=True)


def _not_an_object() -> exp.Expr:
    told = exp.Literal.string("The line is not a JSON object.")
    return exp.Case(ifs=[exp.If(this=exp.not_(is_object(exp.column("line"))), true=told)])


def _elements(chunks: Iterable[bytes], name: str) -> Iterator[bytes]:
    text = b"".join(_first(chunks, limits.JSON_ARRAY_BYTES))
    try:
        told = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Unreadable(
            "is JSON that is cut off, damaged or too large", where=name, instead="Export it as JSON lines: one object a line"
        ) from error
    for element in told:
        try:
            yield json.dumps(element, ensure_ascii=False).encode() + b"\n"
        except UnicodeEncodeError:  # half of a pair is no text: it stays as it was escaped
            yield json.dumps(element).encode() + b"\n"


def _first(chunks: Iterable[bytes], size: int) -> Iterator[bytes]:
    taken = 0
    for chunk in chunks:
        yield chunk
        taken += len(chunk)
        if taken >= size:
            return


def unique_names(headers: Sequence[str]) -> tuple[str, ...]:
    """Return the headers as names of columns: none empty, none twice in any spelling that the database holds equal."""
    names: list[str] = []
    taken = {LINE, PROBLEM, TEXT}
    for number, header in enumerate(headers, start=1):
        wanted = " ".join(header.split()) or f"column {number}"
        name, again = wanted, 1
        while name.casefold() in taken:
            again += 1
            name = f"{wanted} ({again})"
        taken.add(name.casefold())
        names.append(name)
    return tuple(names)
