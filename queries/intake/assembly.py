"""Puts the typed rows of all files together: the newest version of every row, the ledger, and until when each source tells."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from duckdb import DuckDBPyConnection
from sqlglot import exp

from queries.errors import DeclarationError
from queries.intake.contract import FOLDER, Entity, contract
from queries.intake.database import exactly
from queries.intake.expressions import call, called, choose, named, nothing, sql, word
from queries.intake.manifest import TakenIn
from queries.intake.source import Habits
from queries.intake.take_in import Declared

HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True, kw_only=True)
class CastFile:
    """One file in use, and the folder that holds its typed rows."""

    file: TakenIn
    folder: Path

    @property
    def blocks(self) -> Sequence[Mapping[str, Any]]:
        """What its blocks made: entity, name, file."""
        told: Sequence[Mapping[str, Any]] = json.loads((self.folder / "blocks.json").read_text(encoding="utf-8"))
        return told


def assemble(connection: DuckDBPyConnection, files: Sequence[CastFile], declared: Declared) -> None:
    """Make the entities and the tables of the intake in an empty database."""
    for path in sorted(FOLDER.glob("*.sql")):
        connection.execute(path.read_text(encoding="utf-8"))
    _run(connection, "assembly_tables.sql")
    _insert_files(connection, files, declared)
    _insert_blocks(connection, files)
    if not files:
        return
    for entity in contract().values():
        _fill(
            connection,
            entity,
            [file.folder / block["file"] for file in files for block in file.blocks if block["entity"] == entity.name],
        )
    for table in ("rejected", "unknown"):
        _read_all(connection, [file.folder / f"{table}.parquet" for file in files], f"told_{table}")
    _run(connection, "make_told_tables.sql")
    _run(connection, "make_ledger.sql")
    _insert_known_until(connection, declared)
    _run(connection, "drop_assembly_tables.sql")


def notices(connection: DuckDBPyConnection, files: Sequence[CastFile], declared: Declared) -> Iterator[str]:
    """Yield what a person should know of the newest state: unknown words, dates ahead, what a full export no longer holds."""
    yield from _unknown_words(connection)
    for entity_name, source, rows in _ahead(connection):
        yield f"{source}: {_of(rows, entity_name)} {'lies' if rows == 1 else 'lie'} after the load"
    for file, name, rows in _gone(connection, files, declared):
        yield f"{file}: a full export that no longer holds {_of(rows, name)} of earlier ones"


def _of(rows: int, name: str) -> str:
    return f"1 row of {name}" if rows == 1 else f"{rows:,} {name}"


def _unknown_words(connection: DuckDBPyConnection) -> Iterator[str]:
    told = connection.execute(_text("notices_unknown.sql")).fetchall()
    for (source, entity, column), rows in groupby(told, key=lambda row: row[:3]):
        words = [(str(value), int(count)) for _, _, _, value, count in rows]
        shown = ", ".join(f'"{value}"' for value, _ in words[:5]) + (" …" if len(words) > 5 else "")
        counted = sum(count for _, count in words)
        yield f"{source}: {entity}.{column} has {shown}, which nobody declared, in {counted:,} {'row' if counted == 1 else 'rows'}"


def _insert_files(connection: DuckDBPyConnection, files: Sequence[CastFile], declared: Declared) -> None:
    rows = []
    for one in files:
        file, source = one.file, declared.sources[one.file.reading.source_id]
        rows.append((
            file.file_id, file.file_name, source.source_id, declared.source_name(source, file.file_name), file.sha256, file.size,
            file.staged_at, file.file_time, file.loaded_order, _is_full(one, declared), file.reading.records, file.reading.footer_lines,
            source.counts_by_record,
        ))  # fmt: skip
    with connection.appender("files") as appender:
        appender.append_rows(rows)


def _insert_blocks(connection: DuckDBPyConnection, files: Sequence[CastFile]) -> None:
    """Give the primary block of every file a line in the ledger, even when the file holds no record."""
    rows = [
        (one.file.file_id, None, block["name"], 0, True, block["entity"], "new", 0)
        for one in files
        for block in one.blocks
        if block["is_primary"]
    ]
    with connection.appender("block_counts") as appender:
        appender.append_rows(rows)


def _is_full(one: CastFile, declared: Declared) -> bool:
    source = declared.sources[one.file.reading.source_id]
    habits = declared.habits.get(declared.source_name(source, one.file.file_name))
    return source.full or bool(habits and habits.full)


def _fill(connection: DuckDBPyConnection, entity: Entity, paths: list[Path]) -> None:
    if not paths:
        return
    _read_all(connection, paths, "typed_rows")
    _run(connection, "ranked_rows.sql")
    counting, of_records = _text("count_arrivals.sql").split(";")
    connection.execute(counting, {"entity": entity.name})
    connection.execute(of_records)
    newest = connection.table("ranked_rows").filter("is_newest")
    newest.select(*[sql(named(column.name)) for column in entity.columns]).insert_into(entity.name)
    connection.sql(sql(_newest_event(entity))).insert_into("newest_event")
    connection.sql(sql(_by_source(entity))).insert_into("entity_source")


def _newest_event(entity: Entity) -> exp.Expr:
    """Select, by source, the newest moment and day that do not lie after the load."""
    dated = entity.column(entity.dated_by) if entity.dated_by else None
    moments = [_newest(name) for name in entity.moments]
    days = [_newest(dated.name)] if dated is not None and dated.type == "DATE" else []
    ahead = (
        call("count_if", exp.GT(this=named(dated.name), expression=named("loaded_at")))
        if dated is not None
        else exp.Literal.number(0)
    )
    loaded = (
        exp.select(named("source"), called(call("max", named("staged_at")), "loaded_at"))
        .from_("loaded_sources")
        .group_by("source")
    )
    return (
        exp.select(
            exp.column("source", entity.name),
            called(call("greatest", *moments) if moments else nothing("timestamp"), "newest_at"),
            called(days[0] if days else nothing("date"), "newest_day"),
            called(ahead, "ahead"),
        )
        .from_(entity.name)
        .join(
            loaded.subquery("loaded"),
            on=exp.EQ(this=exp.column("source", "loaded"), expression=exp.column("source", entity.name)),
        )
        .group_by(exp.column("source", entity.name))
    )


def _newest(name: str) -> exp.Expr:
    return call("max", choose([(exp.LTE(this=named(name), expression=named("loaded_at")), named(name))]))


def _by_source(entity: Entity) -> exp.Expr:
    counted = exp.select(word(entity.name), named("source"), call("count", exp.Star()))
    return counted.from_(entity.name).group_by("source").order_by("source")


def _insert_known_until(connection: DuckDBPyConnection, declared: Declared) -> None:
    rows = [
        (name, habits.title, _declared_until(habits, declared), habits.finished, habits.interval_seconds)
        for name, habits in declared.habits.items()
    ]
    with connection.appender("declared_until") as appender:
        appender.append_rows(rows)
    _run(connection, "make_known_until.sql")


def _declared_until(habits: Habits, declared: Declared) -> datetime | None:
    if not habits.known_until:
        return None
    try:
        told = datetime.fromisoformat(habits.known_until)
    except ValueError as error:
        what = f'[{habits.source}] known_until = "{habits.known_until}" is not a time'
        raise DeclarationError(what, where="sources.toml", instead='Write for example "2026-10-30 14:00"') from error
    local = told if told.tzinfo else told.replace(tzinfo=ZoneInfo(habits.zone or declared.zone))
    return local.astimezone(UTC).replace(tzinfo=None)


def _ahead(connection: DuckDBPyConnection) -> list[tuple[str, str, int]]:
    found = []
    for entity in contract().values():
        if entity.dated_by and entity.column(entity.dated_by).type == "TIMESTAMP":
            loaded = exp.EQ(this=exp.column("source", entity.name), expression=exp.column("source", "known_until"))
            ahead = exp.GT(this=named(entity.dated_by), expression=named("loaded_at"))
            counted = exp.select(word(entity.name), exp.column("source", entity.name), call("count", exp.Star())).from_(
                entity.name
            )
            counted = counted.join("known_until", on=loaded).where(ahead).group_by(exp.column("source", entity.name))
            found += connection.sql(sql(counted)).fetchall()
    return found


def _gone(connection: DuckDBPyConnection, files: Sequence[CastFile], declared: Declared) -> Iterator[tuple[str, str, int]]:
    full = {one.file.reading.source_id: one for one in files if _is_full(one, declared)}
    for source_id, newest in full.items():
        if sum(one.file.reading.source_id == source_id for one in files) < 2:
            continue
        block = newest.blocks[0]
        _read_all(
            connection, [one.folder / block["file"] for one in files if one.file.reading.source_id == source_id], "ever_told"
        )
        _read_all(connection, [newest.folder / block["file"]], "still_told")
        gone = connection.execute(_text("count_gone.sql")).fetchall()[0][0]
        if gone:
            yield newest.file.file_name, block["entity"], gone


def _read_all(connection: DuckDBPyConnection, paths: Sequence[Path], name: str) -> None:
    connection.read_parquet([exactly(path) for path in paths], union_by_name=True).create_view(name, replace=True)


def _run(connection: DuckDBPyConnection, name: str) -> None:
    connection.execute(_text(name))


def _text(name: str) -> str:
    return (HERE / name).read_text(encoding="utf-8")
