"""What an export should make a person look: told at load and kept with the snapshot, each in one sentence.

An export is an alarm when it holds nothing, or much less than the one before it; when it tells words that nobody declared, days
that lie ahead, or rows that name no customer; and a full one when it no longer holds rows of earlier ones. That a source is late
depends on when somebody looks: it is told by `late_words` and never kept.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import groupby
from pathlib import Path
from typing import Final

from duckdb import DuckDBPyConnection

from queries.intake.contract import Entity, contract
from queries.intake.database import exactly
from queries.intake.masking import shown_word

HERE: Final = Path(__file__).parent
LEAST_SHARE: Final = 0.7  # of the rows of the export before
CHANCE: Final = 3.0  # times the root of a count, by which counts differ for no reason
MOST_KEYLESS: Final = 0.05
LEAST_KEYLESS: Final = 5  # rows: fewer are no pattern
MORE_THAN: Final = 1.5  # times the share of the file before
MOST_WORDS: Final = 5
OVERDUE: Final = 2  # times the interval
SPANS: Final = ((86_400, "day"), (3600, "hour"), (60, "minute"))
CUSTOMER_KEYS: Final = frozenset({"record_id", "email", "phone", "external_id"})

Alarm = tuple[str, str, str | None, str | None, str | None, str | None, int, str]
"""alarm, source, file_id, file_name, entity, column_name, rows, sentence."""


def count_keyless(connection: DuckDBPyConnection, entity: Entity) -> None:
    """Count, while all rows of an entity stand ranked, those that name no customer; an entity that never does is left out."""
    names = {column.name for column in entity.told}
    if names >= CUSTOMER_KEYS and "record_id" not in entity.key:
        connection.execute(_text("count_keyless.sql"), {"entity": entity.name})


def raise_alarms(
    connection: DuckDBPyConnection,
    words: Sequence[tuple[str, Path]],
    gone: Iterable[tuple[str, str, str, str, int]],
) -> None:
    """Fill the table `alarm`, while the tables of the assembly still stand.

    words: by file its unknown words.   gone: file, its name, source, entity and how many rows of earlier full exports it no longer
    holds.
    """
    _read_words(connection, words)
    keys = [(entity.name, name) for entity in contract().values() for name in entity.key]
    with connection.appender("entity_key") as appender:
        appender.append_rows(keys)
    found = [*_of_exports(connection), *_of_words(connection), *_of_empty_keys(connection)]
    for entity, source, file_id, name, rows in connection.execute(_text("alarms_ahead.sql")).fetchall():
        sentence = f"{name}: {of_rows(rows, entity)} {'lies' if rows == 1 else 'lie'} after the load"
        found.append(("dated ahead", source, file_id, name, entity, None, rows, sentence))
    for file_id, name, source, entity, rows in gone:
        found.append(("gone", source, file_id, name, entity, None, rows, gone_words(name, entity, rows)))
    if found:
        with connection.appender("alarm") as appender:
            appender.append_rows(found)


def late_words(title: str, loaded_at: datetime, interval_seconds: int, now: datetime) -> str | None:
    """Say that no export of a source came for too long, as of `now` (UTC, naive); None when it is in time."""
    waited = (now - loaded_at).total_seconds()
    if waited <= OVERDUE * interval_seconds:
        return None
    return (
        f"{title}: no export came for {_lasting(waited)}, one is expected every {_lasting(interval_seconds).removeprefix('1 ')}"
    )


def _lasting(seconds: float) -> str:
    """Return "3 days", "5 hours": in the largest unit of which there are two at least, or one exactly."""
    length, unit = next((span for span in SPANS if seconds >= 2 * span[0] or seconds == span[0]), SPANS[-1])
    count = max(1, int(seconds // length))
    return f"{count:,} {unit}{'s' * (count != 1)}"


def of_rows(rows: int, name: str) -> str:
    """Return "1 row of cases" or "1,204 cases"."""
    return f"1 row of {name}" if rows == 1 else f"{rows:,} {name}"


def gone_words(file_name: str, entity: str, rows: int) -> str:
    """Say that a full export no longer holds some rows, and what becomes of them."""
    kept = "it is kept" if rows == 1 else "they are kept"
    return f"{file_name}: a full export that no longer holds {of_rows(rows, entity)} of earlier ones; {kept}"


def _of_exports(connection: DuckDBPyConnection) -> Iterator[Alarm]:
    limits = {"least_share": LEAST_SHARE, "chance": CHANCE}
    for alarm, source, file_id, file_name, files, records, before, tells_again in connection.execute(
        _text("alarms_exports.sql"), limits
    ).fetchall():
        name = file_name if files == 1 else f"{file_name} and {files - 1:,} more"
        if alarm == "no rows":
            sentence = f"{name}: holds no record at all" + (f"; the export before it held {before:,}" if before else "")
        else:
            than = "export before it" if tells_again else "smallest export of the eight days before"
            less = f"{100 * (1 - records / before):.0f} % fewer than the {before:,} of the {than}"
            sentence = f"{name}: {records:,} {'record' if records == 1 else 'records'}, {less}"
        yield alarm, source, file_id, file_name, None, None, records, sentence


def _of_words(connection: DuckDBPyConnection) -> Iterator[Alarm]:
    found = connection.execute(_text("alarms_unknown.sql")).fetchall()
    for (file_id, file_name, source, entity, column), told in groupby(found, key=lambda row: row[:5]):
        words = [(shown_word(str(value)), int(rows)) for *_, value, rows in told]
        shown = ", ".join(f'"{word}"' for word, _ in words[:MOST_WORDS]) + (" …" if len(words) > MOST_WORDS else "")
        rows = sum(count for _, count in words)
        counted = f"{rows:,} {'row' if rows == 1 else 'rows'}"
        sentence = f"{file_name}: {entity}.{column} has for the first time {shown}, which nobody declared, in {counted}"
        yield "unknown words", source, file_id, file_name, entity, column, rows, sentence


def _of_empty_keys(connection: DuckDBPyConnection) -> Iterator[Alarm]:
    shares = {"most_share": MOST_KEYLESS, "more_than": MORE_THAN, "least_rows": LEAST_KEYLESS}
    for file_id, file_name, source, entity, keyless, rows, before in connection.execute(
        _text("alarms_empty_keys.sql"), shares
    ).fetchall():
        share = f"{100 * keyless / rows:.0f} % of its {rows:,} rows of {entity}"
        then = "" if before is None else f"; in the file before it {100 * before:.0f} %"
        yield "empty keys", source, file_id, file_name, entity, None, keyless, f"{file_name}: {share} name no customer{then}"


def _read_words(connection: DuckDBPyConnection, words: Sequence[tuple[str, Path]]) -> None:
    """Read every file's unknown words, and those of histories, each with the file it was told in, into told_words."""
    for file_id, path in words:
        connection.read_parquet([exactly(path)]).create_view("words_of_file", replace=True)
        connection.execute(_text("add_words.sql"), {"file_id": file_id})
    connection.execute(_text("add_history_words.sql"))


def _text(name: str) -> str:
    return (HERE / name).read_text(encoding="utf-8")
