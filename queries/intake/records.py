"""Finds the records of a delimited text in bulk, on its bytes: independent of the reader of the database.

A record ends at a line feed outside quotes. Blank lines are no records. A record with too few or too many cells is told
apart, and an empty one stands in its place, so that every other record keeps its number.
"""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from queries.errors import Unreadable
from queries.intake import limits

QUOTE, LINE_FEED, RETURN = 34, 10, 13
Positions = NDArray[np.int64]


class IrregularQuotes(Exception):
    """A quote stands where none belongs: the bulk count cannot be trusted."""


@dataclass(frozen=True, slots=True)
class Ragged:
    """One record whose cells are not those of the header."""

    record: int
    cells: int
    text: str


@dataclass(slots=True)
class Body:
    """What was found below the header: the number of records, those with the wrong number of cells, the last few as text."""

    records: int = 0
    ragged: list[Ragged] = field(default_factory=list)
    tail: list[bytes] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Span:
    """A run of whole records: their bytes, where each begins and ends, and how many cells it has."""

    data: bytes
    starts: Positions
    ends: Positions
    cells: Positions


def spans(chunks: Iterable[bytes], delimiter: str, name: str) -> Iterator[Span]:
    """Yield the text as runs of whole records; raise IrregularQuotes, or Unreadable for a quote that never closes.

    Without a delimiter every line is a record of one cell, and quotes mean nothing.
    """
    held, seen = b"", 0
    for chunk in chunks:
        held += chunk
        span = _span(held, delimiter)
        if span is not None:
            held = held[len(span.data) :]
            longest = int(np.argmax(span.ends - span.starts))
            if span.ends[longest] - span.starts[longest] > limits.RECORD_BYTES:
                raise _too_long(seen + longest, name)
            seen += len(span.ends)
            yield span
        elif len(held) > limits.RECORD_BYTES:
            raise _too_long(seen, name) if held.count(b'"') % 2 == 0 or not delimiter else _endless(seen, name)
    if held:
        span = _span(held + b"\n", delimiter)
        if span is None or len(span.data) <= len(held):
            _check_all_quotes(held, delimiter)
            raise _endless(seen + (len(span.ends) if span else 0), name)
        yield span


def write_body(parts: Iterable[Span], target: Path, *, delimiter: str = "", skip: int = 0, width: int = 1) -> Body:
    """Write all records below the first `skip` to a file in which each has `width` cells; return what was found."""
    body, empty = Body(), delimiter.encode() * (width - 1) + b"\n"
    with target.open("wb") as out:
        for part in parts:
            filled = np.flatnonzero(part.ends > part.starts)
            skipped, skip = min(skip, len(filled)), max(0, skip - len(filled))
            kept = filled[skipped:]
            if not len(kept):
                continue
            odd = kept[part.cells[kept] != width]
            out.write(part.data if len(kept) == len(part.ends) and not len(odd) else _mended(part, kept, width, empty))
            body.ragged += [_ragged(part, i, body.records + int(np.searchsorted(kept, i)) + 1) for i in odd]
            body.records += len(kept)
            body.tail = (body.tail + [_text(part, i) for i in kept[-8:]])[-8:]
    return body


def footer_lines(body: Body, patterns: Sequence[str], delimiter: str, width: int) -> int:
    """Return how many of the last records are one cell of text that a footer pattern knows.

    A line without any delimiter right above such lines is one, too: the report's name.
    """
    if width < 2 or not patterns:
        return 0
    known = [re.compile(pattern, re.IGNORECASE) for pattern in patterns]
    found = 0
    for text in reversed(body.tail):
        cells = _cells(text, delimiter)
        if not cells or any(cells[1:]) or not any(pattern.search(cells[0]) for pattern in known):
            return found + (found > 0 and len(cells) == 1)
        found += 1
    return found


def _cells(text: bytes, delimiter: str) -> list[str]:
    """Return the trimmed cells of one record."""
    csv.field_size_limit(limits.RECORD_BYTES)
    return [cell.strip() for row in csv.reader([text.decode().replace("\r", " ")], delimiter=delimiter) for cell in row]


def requoted(chunks: Iterable[bytes], target: Path, delimiter: str, name: str) -> Path:
    """Write the text with every quote where it belongs, one record at a time; raise Unreadable where a quote never closes."""
    csv.field_size_limit(limits.RECORD_BYTES)
    reader = csv.reader(_lines(chunks), delimiter=delimiter, strict=True)
    with target.open("w", encoding="utf-8", newline="") as out:
        writer, done = csv.writer(out, delimiter=delimiter, lineterminator="\n"), 0
        try:
            for row in reader:
                done += 1
                writer.writerow(row)
        except csv.Error as error:
            raise _endless(done, name) from error
    return target


def first_records(text: bytes, delimiter: str, count: int) -> list[list[str]]:
    """Return the cells of the first records of a text that may be cut off at its end."""
    csv.field_size_limit(limits.RECORD_BYTES)
    rows: list[list[str]] = []
    told = text.decode("utf-8", "ignore").replace("\r", " ")
    for row in csv.reader(io.StringIO(told, newline=""), delimiter=delimiter):
        if any(cell.strip() for cell in row):
            rows.append(row)
        if len(rows) == count:
            break
    return rows


def _span(data: bytes, delimiter: str) -> Span | None:
    found = np.frombuffer(data, dtype=np.uint8)
    quotes = np.flatnonzero(found == QUOTE) if delimiter else np.empty(0, dtype=np.int64)
    is_outside = np.bitwise_xor.accumulate((found == QUOTE).view(np.uint8)) == 0 if len(quotes) else None
    feeds = _places(found, LINE_FEED, is_outside)
    if not len(feeds):
        return None
    size = int(feeds[-1]) + 1
    data = _without_returns(data, _places(found, RETURN, is_outside))
    starts = np.concatenate(([0], feeds[:-1] + 1))
    if not delimiter:
        return Span(data[:size], starts, feeds, np.ones(len(feeds), dtype=np.int64))
    _check_quotes(found[:size], quotes[quotes < size], ord(delimiter))
    commas = _places(found[:size], ord(delimiter), None if is_outside is None else is_outside[:size])
    cells = np.diff(np.searchsorted(commas, feeds), prepend=0) + 1
    return Span(data[:size], starts, feeds, cells)


def _places(found: NDArray[np.uint8], byte: int, is_outside: NDArray[np.bool_] | None) -> Positions:
    """Return where a byte stands outside quotes; anywhere, where there are none."""
    return np.flatnonzero(found == byte if is_outside is None else (found == byte) & is_outside)


def _without_returns(data: bytes, returns: Positions) -> bytes:
    """Return the text with spaces for the bare returns outside quotes: they end no record, and the database takes none."""
    if not len(returns):
        return data
    changed = np.frombuffer(data, dtype=np.uint8).copy()
    changed[returns] = ord(" ")
    return changed.tobytes()


def _check_quotes(found: NDArray[np.uint8], quotes: Positions, delimiter: int) -> None:
    opening, closing = quotes[0::2], quotes[1::2]
    before = found[np.maximum(opening - 1, 0)]
    after = found[np.minimum(closing + 1, len(found) - 1)]
    edges = (delimiter, LINE_FEED, QUOTE)
    if not (np.isin(before, edges) | (opening == 0)).all() or not (np.isin(after, edges) | (closing == len(found) - 1)).all():
        raise IrregularQuotes


def _check_all_quotes(data: bytes, delimiter: str) -> None:
    found = np.frombuffer(data, dtype=np.uint8)
    if delimiter:
        _check_quotes(found, np.flatnonzero(found == QUOTE), ord(delimiter))


def _mended(part: Span, kept: Positions, width: int, empty: bytes) -> bytes:
    return b"".join(
        part.data[start : end + 1] if cells == width else empty
        for start, end, cells in zip(part.starts[kept], part.ends[kept], part.cells[kept], strict=True)
    )


def _ragged(part: Span, index: np.int64, record: int) -> Ragged:
    return Ragged(record, int(part.cells[index]), _text(part, index)[:500].decode("utf-8", "replace"))


def _text(part: Span, index: np.int64) -> bytes:
    return part.data[part.starts[index] : part.ends[index]]


def _lines(chunks: Iterable[bytes]) -> Iterator[str]:
    held = b""
    for chunk in chunks:
        *whole, held = (held + chunk).split(b"\n")
        yield from (line.decode().replace("\r", " ") + "\n" for line in whole)
    if held:
        yield held.decode().replace("\r", " ")


def _too_long(records: int, name: str) -> Unreadable:
    most = f"{limits.RECORD_BYTES >> 20} MB"
    return Unreadable(
        f"record {records + 1} (the header is the first) is longer than {most}",
        where=name,
        instead="Export it with a line a record",
    )


def _endless(records: int, name: str) -> Unreadable:
    return Unreadable(
        f"a quote is opened in record {records + 1} (the header is the first) and never closed",
        where=name,
        instead="Close it, or export the file again",
    )
