"""Reads an export that no format fits, as the intake would if one did: its headers, and the values of its first records."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from queries.clock import utc_now
from queries.errors import IntakeError, NotRecognised, QuestionError
from queries.intake.database import connect, exactly
from queries.intake.expressions import named, sql
from queries.intake.found_column import FoundColumn
from queries.intake.opening import Closed, open_copies
from queries.intake.parse import parse
from queries.intake.reading import LINE, Reading
from queries.intake.recognise import plain
from queries.intake.source import Source
from queries.intake.stage import Staged, stage
from queries.intake.take_in import Declared, job_of

MOST_RECORDS = 20_000
DEEPEST = 3
CANNOT_BE_NAMED = re.compile(r" \| | ~ |^[~@*]|^\s*$|[\x00-\x1f]")


@dataclass(frozen=True, slots=True, kw_only=True)
class UnknownFile:
    """An export that no format fits: its headers, its columns as a declaration names them, and how it is written.

    `lists` are the headers whose values are lists; `unnamed` those that a declaration cannot name.
    """

    name: str
    headers: tuple[str, ...]
    columns: tuple[FoundColumn, ...]
    lists: tuple[str, ...]
    unnamed: tuple[str, ...]
    records: int
    is_json: bool
    is_typed: bool
    missing: tuple[str, ...]

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds of format that a file written like this one can have."""
        return ("json" if self.is_json else "table", "any")


def read_unknown(path: Path, declared: Declared, *, anyway: bool = False) -> UnknownFile:
    """Return what an export that no format fits looks like; raise QuestionError for one that a format fits, unless `anyway`."""
    now = utc_now()
    with TemporaryDirectory() as place:
        folder = Path(place)
        headers, name = _headers(stage(path, folder, now), declared, folder, anyway=anyway)
        _check_headers(headers, name)
        copy, reading, raw = _read(stage(path, folder, now), name, headers, folder)
        return _looked_at(copy, reading, raw)


def _headers(copy: Staged, declared: Declared, folder: Path, *, anyway: bool) -> tuple[tuple[str, ...], str]:
    """Return the headers of a file, of an archive those of its first file that is not recognised, with its name."""
    known = ""
    for one in open_copies([copy], declared.sources, folder)[copy.path]:
        if isinstance(one, Closed):
            outcome: Reading | IntakeError = one.error or IntakeError(one.reason)
        else:
            ((_, outcome),) = parse([job_of(one, declared.sources, folder)])
        if isinstance(outcome, NotRecognised) and outcome.headers:
            return outcome.headers, one.name
        if isinstance(outcome, IntakeError):
            raise outcome
        if anyway:
            return outcome.headers, one.name
        known = f"is {declared.sources[outcome.source_id].title} already ({outcome.source_id})"
    raise QuestionError(known, where=copy.name, instead="`cx load` takes it as it is; --anyway drafts another format of it")


def _check_headers(headers: Sequence[str], name: str) -> None:
    """Raise QuestionError for a first line that holds no names: a title above the header, or a record already."""
    if len(headers) == 1:
        instead = "Take out the lines above its header, and see that its cells stand between commas, semicolons or tabs"
        raise QuestionError("has one column only", where=name, instead=instead)
    values = [column for header in headers if (column := FoundColumn.of("", [header])).values]
    if values and 2 * sum(bool(one.is_email or one.times or one.numbers) for one in values) > len(values):
        instead = "Write the names of the columns above it"
        raise QuestionError("has no header: its first line is a record already", where=name, instead=instead)


def _read(copy: Staged, name: str, headers: Sequence[str], folder: Path) -> tuple[Staged, Reading, Path]:
    """Return the file read as a format that is told by all its headers."""
    words = [plain(header) for header in headers]
    told = tuple((header,) for header in headers if words.count(plain(header)) == 1 and not CANNOT_BE_NAMED.search(header))
    everything = {"draft": Source(source_id="draft", title="draft", source="draft", signature=told, blocks=(), kind="any")}
    for one in open_copies([copy], everything, folder)[copy.path]:
        if isinstance(one, Closed) or not (one.name == name or one.is_typed):
            continue
        ((job, outcome),) = parse([job_of(one, everything, folder)])
        if isinstance(outcome, IntakeError):
            raise outcome
        return one, outcome, job.target
    raise QuestionError("cannot be read by its header", where=name, instead="Save it as CSV, each column with a name of its own")


def _looked_at(copy: Staged, reading: Reading, raw: Path) -> UnknownFile:
    connection = connect(threads=1)
    rows = connection.read_parquet(exactly(raw)).order(sql(named(LINE))).limit(MOST_RECORDS)
    cells = rows.select(", ".join(sql(named(header)) for header in reading.headers)).fetchall()
    connection.close()
    found: list[FoundColumn] = []
    lists: list[str] = []
    for place, header in enumerate(reading.headers):
        found += _columns(header, [row[place] for row in cells], lists, DEEPEST)
    named_ones = tuple(column for column in found if not CANNOT_BE_NAMED.search(column.header))
    return UnknownFile(
        name=copy.origin.name if copy.is_typed else copy.name,
        headers=reading.headers,
        columns=named_ones,
        lists=tuple(lists),
        unnamed=tuple(column.header for column in found if column not in named_ones),
        records=reading.records,
        is_json=bool(reading.encoding) and not reading.delimiter,
        is_typed=reading.is_typed,
        missing=tuple(dict.fromkeys(word for column in named_ones for word in column.missing)),
    )


def _columns(header: str, cells: Sequence[str | None], lists: list[str], depth: int) -> list[FoundColumn]:
    """Return a column, or those inside of one whose values are objects."""
    told = [_json(cell) for cell in cells]
    filled = [one for one, cell in zip(told, cells, strict=True) if cell]
    if filled and all(isinstance(one, list) for one in filled):
        lists.append(header)
        return []
    if not filled or depth == 0 or not all(isinstance(one, Mapping) for one in filled):
        return [FoundColumn.of(header, cells, is_nested=depth < DEEPEST)]
    keys = list(
        dict.fromkeys(key for one in filled if isinstance(one, Mapping) for key in one if re.fullmatch(r"[A-Za-z_]\w*", key))
    )
    inner = [(key, [_text(one.get(key)) if isinstance(one, Mapping) else None for one in told]) for key in keys]
    return [column for key, values in inner for column in _columns(f"{header}.{key}", values, lists, depth - 1)]


def _json(cell: str | None) -> object:
    if not cell or cell[0] not in "{[":
        return None
    try:
        return json.loads(cell)
    except ValueError:
        return None


def _text(value: object) -> str | None:
    if value is None or isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False)
