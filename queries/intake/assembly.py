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

from queries.errors import DeclarationError, nearest
from queries.intake.alarms import count_keyless, late_words, raise_alarms
from queries.intake.contract import FOLDER, Entity, contract
from queries.intake.database import exactly
from queries.intake.expressions import call, called, choose, is_told, named, nothing, sql, word
from queries.intake.manifest import TakenIn
from queries.intake.masking import shown_word
from queries.intake.recognise import plain
from queries.intake.source import Habits
from queries.intake.take_in import Declared
from queries.intake.target import make

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
    _read_all(connection, [one.folder / "gone.parquet" for one in files], "told_gone")
    gone_of = {entity for (entity,) in connection.table("told_gone").select("entity").distinct().fetchall()}
    for entity in contract().values():
        told = [(one.folder / block["file"], block) for one in files for block in one.blocks if block["entity"] == entity.name]
        _fill(connection, entity, [path for path, block in told if not block.get("adds")], has_gone=entity.name in gone_of)
        _add(connection, entity, [(path, block) for path, block in told if block.get("adds")])
        connection.sql(sql(_newest_event(entity))).insert_into("newest_event")
        connection.sql(sql(_by_source(entity))).insert_into("entity_source")
    for table in ("rejected", "unknown", "unused"):
        _read_all(connection, [file.folder / f"{table}.parquet" for file in files], f"told_{table}")
    _run(connection, "make_told_tables.sql")
    _run(connection, "make_ledger.sql")
    _insert_known_until(connection, declared)
    words = [(one.file.file_id, one.folder / "unknown.parquet") for one in files]
    raise_alarms(connection, words, _gone(connection, files, declared))
    _run(connection, "drop_assembly_tables.sql")


def notices(connection: DuckDBPyConnection, files: Sequence[CastFile], declared: Declared) -> Iterator[str]:
    """Yield what a person should know of the newest state: unknown words, the alarms of the newest load, sources that are late."""
    yield from _unknown_words(connection)
    for (sentence,) in connection.execute(_text("alarms_to_tell.sql")).fetchall():
        yield sentence
    newest = max((one.file.staged_at for one in files), default=None)
    for title, loaded_at, interval in connection.execute(_text("expected_sources.sql")).fetchall():
        if newest and (sentence := late_words(title, loaded_at, interval, newest)):
            yield sentence
    yield from _told_by_nobody(files, declared)


def _told_by_nobody(files: Sequence[CastFile], declared: Declared) -> Iterator[str]:
    """Yield the properties that sources.toml switches on and that no export of the source has."""
    for source, habits in declared.habits.items():
        own = [one.file.reading.headers for one in files if _source_of(one, declared) == source]
        headers = {plain(header): header for told in own for header in told}
        for name in habits.properties if own else ():
            if plain(name) not in headers:
                like = nearest(name, headers.values())
                yield f'{source}: no export has a column "{name}"' + (f'; did you mean "{like}"?' if like else "")


def _source_of(one: CastFile, declared: Declared) -> str:
    return declared.source_name(declared.sources[one.file.reading.source_id], one.file.file_name)


def _unknown_words(connection: DuckDBPyConnection) -> Iterator[str]:
    told = connection.execute(_text("notices_unknown.sql")).fetchall()
    for (source, entity, column), rows in groupby(told, key=lambda row: row[:3]):
        words = [(shown_word(str(value)), int(count)) for _, _, _, value, count in rows]
        shown = ", ".join(f'"{value}"' for value, _ in words[:5]) + (" …" if len(words) > 5 else "")
        counted = sum(count for _, count in words)
        yield f"{source}: {entity}.{column} has {shown}, which nobody declared, in {counted:,} {'row' if counted == 1 else 'rows'}"


def _insert_files(connection: DuckDBPyConnection, files: Sequence[CastFile], declared: Declared) -> None:
    rows = []
    for one in files:
        file, source = one.file, declared.sources[one.file.reading.source_id]
        rows.append((
            file.file_id, file.file_name, source.source_id, declared.source_name(source, file.file_name), file.sha256, file.size,
            file.staged_at, file.file_time, file.loaded_order, declared.is_full(one.file), file.reading.records, file.reading.footer_lines,
            source.counts_by_record,
            one.file.removed,
        ))  # fmt: skip
    with connection.appender("files") as appender:
        appender.append_rows(rows)


def _insert_blocks(connection: DuckDBPyConnection, files: Sequence[CastFile]) -> None:
    """Give one block of every file a line in the ledger, its primary one if it has any, even when the file makes no row."""
    rows = []
    for one in files:
        blocks = sorted((block for block in one.blocks if "name" in block), key=lambda block: not block["is_primary"])[:1]
        rows += [(one.file.file_id, None, b["name"], 0, b["is_primary"], b["entity"], "new", 0) for b in blocks]
    with connection.appender("block_counts") as appender:
        appender.append_rows(rows)


def _fill(connection: DuckDBPyConnection, entity: Entity, paths: list[Path], *, has_gone: bool) -> None:
    """Put the newest version of every row into its entity, but for those that are gone since."""
    if paths:
        _rank(connection, entity, paths)
        count_keyless(connection, entity)
        newest = "ranked_rows"
        if has_gone:
            connection.execute(_text("living_rows.sql"), {"entity": entity.name})
            newest = "living_rows"
        rows = connection.table(newest).filter("is_newest")
        rows.select(*[sql(named(column.name)) for column in entity.columns]).insert_into(entity.name)
        _note_ahead(connection, entity, newest)


def _note_ahead(connection: DuckDBPyConnection, entity: Entity, newest: str) -> None:
    """Note which rows are dated after the load, and in which file: the entity knows a file's name only, and others may have it."""
    if not entity.dated_by or entity.column(entity.dated_by).type != "TIMESTAMP":
        return
    ahead = exp.GT(
        this=named(entity.dated_by), expression=exp.select(call("min", named("staged_at"))).from_("loaded_sources").subquery()
    )
    if connection.sql(sql(exp.select("row_id").from_(entity.name).where(ahead).limit(1))).fetchall():
        told = exp.select(word(entity.name), named("source"), named("file_id"), named(entity.dated_by)).from_(newest)
        connection.sql(sql(told.where(exp.and_(named("is_newest"), ahead)))).insert_into("row_ahead")


def _add(connection: DuckDBPyConnection, entity: Entity, told: Sequence[tuple[Path, Mapping[str, Any]]]) -> None:
    """Fill what rows leave empty with what was told of them elsewhere; what has no row of its own and tells enough is one."""
    paths = [path for path, block in told if not block.get("of")]
    columns = [column.name for column in entity.told if column.name not in (*entity.key, "updated_at")]
    if paths:
        _rank(connection, entity, paths)
        make(connection, "added_rows", _latest(["row_id"], [c.name for c in entity.columns if c.name != "row_id"]))
    for of in sorted({block["of"] for _, block in told if block.get("of")}):
        _rank(connection, entity, [path for path, block in told if block.get("of") == of])
        make(connection, "added_of", _latest(["source", of], [name for name in columns if name != of]))
        for table in (entity.name, *(["added_rows"] if paths else [])):
            _fill_empty(connection, table, "added_of", ["source", of], [name for name in columns if name != of])
    if paths:
        _insert_alone(connection, entity)
        _fill_empty(connection, entity.name, "added_rows", ["row_id"], columns)


def _latest(same: Sequence[str], columns: Sequence[str]) -> exp.Expr:
    """Select, by what rows have the same, what was told of each column last."""
    arrival = call("row", *[named(name) for name in ("version_at", "loaded_order", "block_number", "source_line")])
    return (
        exp.select(*map(named, same), *[called(call("max_by", named(name), arrival), name) for name in columns])
        .from_("ranked_rows")
        .group_by(*map(named, same))
    )


def _insert_alone(connection: DuckDBPyConnection, entity: Entity) -> None:
    """Insert the rows that nobody tells but what adds to them, all of it together, where it is enough."""
    told_elsewhere = exp.select("row_id").from_(entity.name)
    alone = exp.and_(
        *[is_told(named(name)) for name in entity.required],
        exp.not_(exp.In(this=named("row_id"), query=told_elsewhere.subquery())),
    )
    rows = exp.select(*[named(column.name) for column in entity.columns]).from_("added_rows").where(alone)
    connection.sql(sql(rows)).insert_into(entity.name)


def _fill_empty(connection: DuckDBPyConnection, table: str, added: str, same: Sequence[str], columns: Sequence[str]) -> None:
    """Fill what the rows of a table leave empty with what another one tells of those with the same."""
    filled = [
        exp.EQ(this=exp.column(name, quoted=True), expression=call("coalesce", exp.column(name, table), exp.column(name, added)))
        for name in columns
    ]
    alike = exp.and_(*[exp.EQ(this=exp.column(name, table), expression=exp.column(name, added)) for name in same])
    update = exp.Update(
        this=exp.to_table(table), expressions=filled, from_=exp.From(this=exp.to_table(added)), where=exp.Where(this=alike)
    )
    connection.execute(sql(update))


def _rank(connection: DuckDBPyConnection, entity: Entity, paths: list[Path]) -> None:
    """Tell the newest of all rows of an entity, and count them for the ledger."""
    _read_all(connection, paths, "typed_rows")
    _run(connection, "ranked_rows.sql")
    counting, of_records = _text("count_arrivals.sql").split(";")
    connection.execute(counting, {"entity": entity.name})
    connection.execute(of_records)


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


def _gone(
    connection: DuckDBPyConnection, files: Sequence[CastFile], declared: Declared
) -> Iterator[tuple[str, str, str, str, int]]:
    """Yield each newest full export that no longer holds rows of earlier ones: file, its name, source, entity, how many."""
    told: dict[tuple[str, str], list[CastFile]] = {}
    for one in files:
        told.setdefault((one.file.reading.source_id, _source_of(one, declared)), []).append(one)
    for (_, source), ever in told.items():
        full = [one for one in ever if declared.is_full(one.file)]
        newest = [one for one in full if one.file.staged_at == full[-1].file.staged_at]  # of one load: an export in parts
        if not full or len(newest) == len(ever):
            continue
        _read_all(connection, [one.folder / one.blocks[0]["file"] for one in ever], "ever_told")
        _read_all(connection, [one.folder / one.blocks[0]["file"] for one in newest], "still_told")
        gone = connection.execute(_text("count_gone.sql")).fetchall()[0][0]
        if gone:
            last = newest[-1]
            yield last.file.file_id, last.file.file_name, source, last.blocks[0]["entity"], gone


def _read_all(connection: DuckDBPyConnection, paths: Sequence[Path], name: str) -> None:
    connection.read_parquet([exactly(path) for path in paths], union_by_name=True).create_view(name, replace=True)


def _run(connection: DuckDBPyConnection, name: str) -> None:
    connection.execute(_text(name))


def _text(name: str) -> str:
    return (HERE / name).read_text(encoding="utf-8")
