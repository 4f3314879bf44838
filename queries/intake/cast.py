"""Casts one raw file to typed rows, block by block: what cannot be taken in is told with line, column and reason."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path

from duckdb import DuckDBPyConnection
from sqlglot import exp

from queries.intake.contract import Column
from queries.intake.database import connect, exactly
from queries.intake.expressions import any_of, call, called, choose, first_of, is_null, named, nothing, sql, word
from queries.intake.formats import formats_of, zone_of
from queries.intake.judging import judged_rows, record_faults, rejected, unknown, unread_records
from queries.intake.properties import write_properties
from queries.intake.reading import LINE, PROBLEM, TEXT
from queries.intake.row_id import good_rows, rows_of
from queries.intake.source import Block, Cell, Source
from queries.intake.target import PROPERTY, SOURCE_TOLD, UNFOLD, RawFile, Target, make, statements, targets
from queries.intake.told import ELEMENT_COLUMN, Header, conditions_of, expansions, holds, text_of
from queries.intake.typed import AFTER, FOLDED, TOLD, counted_from, date_only, faults, has_words, is_unknown, typed


def cast_file(raw: RawFile, folder: Path, spill: Path) -> None:
    """Write the typed rows of every block of a file, its rejected rows and its unknown values to a folder."""
    connection = connect(spill=spill)
    connection.execute(statements("casts.sql"))
    connection.execute(statements("cast_tables.sql"))
    lines = connection.read_parquet(exactly(raw.path)).filter(
        sql(exp.LTE(this=named(LINE), expression=exp.Literal.number(raw.reading.records)))
    )
    lines.create_view("raw_records")
    made = [told for target in targets(raw) for told in _cast_block(connection, target, folder)]
    if raw.source.counts_by_record:
        connection.sql(sql(unread_records(raw))).insert_into("rejected_rows")
    (folder / "blocks.json").write_text(json.dumps(made, indent=1), encoding="utf-8")
    connection.table("rejected_rows").write_parquet(str(folder / "rejected.parquet"), compression="zstd")
    connection.table("unknown_values").write_parquet(str(folder / "unknown.parquet"), compression="zstd")
    connection.close()


def _made(connection: DuckDBPyConnection, target: Target) -> dict[str, object]:
    """Return what a block made: how many rows, how many rejected ones, and the first of those."""
    rejected = connection.table("rejected_rows").filter(sql(exp.EQ(this=named("block"), expression=word(target.block.name))))
    return {
        "entity": target.entity.name,
        "name": target.block.name,
        "is_primary": target.block.primary,
        "rows": connection.table("good_rows").count("*").fetchall()[0][0],
        "rejected": rejected.count("*").fetchall()[0][0],
        "first_rejected": next(
            iter(rejected.select("source_line", "column_name", "value", "reason").order("source_line").limit(1).fetchall()), None
        ),
    }


def _cast_block(connection: DuckDBPyConnection, target: Target, folder: Path) -> Iterator[dict[str, object]]:
    make(connection, "told_rows", _told_rows(target))
    make(connection, "typed_rows", _typed_rows(connection, target, formats_of(connection, target)))
    found = [*record_faults(target), *faults(target.entity, target.block.columns)]
    make(connection, "judged_rows", judged_rows(found))
    connection.sql(sql(rejected(target, found))).insert_into("rejected_rows")
    for column, cell in target.columns:
        when = is_unknown(column, cell)
        if when is not None:
            connection.sql(sql(unknown(target, column, when))).insert_into("unknown_values")
    make(connection, "good_rows", good_rows(connection, target))
    connection.sql(sql(rows_of(target))).write_parquet(str(folder / f"{target.number}.parquet"), compression="zstd")
    yield {**_made(connection, target), "file": f"{target.number}.parquet"}
    if write_properties(connection, target, folder / f"{target.number}.properties.parquet"):
        yield {"entity": "properties", "is_primary": False, "file": f"{target.number}.properties.parquet"}


def _told_rows(target: Target) -> exp.Expr:
    parts = [_told_part(target, header) for header in expansions(target.block, target.header)]
    if not parts:
        return _told_part(target, target.header).where(exp.false())
    whole: exp.Expr = parts[0]
    for part in parts[1:]:
        whole = exp.union(whole, part, distinct=False)
    return whole


def _told_part(target: Target, header: Header) -> exp.Select:
    block, raw = target.block, target.raw
    problem = first_of([named(PROBLEM), choose([(holds(one, header), word(one.reason)) for one in raw.source.leave_out])])
    source, default = block.columns.get("source"), word(raw.default_source)
    select = exp.select(
        named(LINE),
        called(problem if block.primary else nothing(), PROBLEM),
        called(named(TEXT) if block.primary else nothing(), TEXT),
        called(first_of([text_of(source, header), default]) if source else default, SOURCE_TOLD),
        *[text for column, cell in target.columns for text in _told_column(target, header, column, cell)],
        *[called(text_of(cell, header), PROPERTY + name) for name, cell in block.properties.items()],
        *([called(header.first((block.unfold,)), UNFOLD)] if block.unfold else []),
    )
    if block.primary:
        return select.from_("raw_records")
    return select.from_(_elements(block, header)).where(exp.and_(is_null(problem), conditions_of(block, header)))


def _told_column(target: Target, header: Header, column: Column, cell: Cell) -> Iterator[exp.Expr]:
    text = _without_sentinels(text_of(cell, header), column, target.raw.source)
    yield called(text, TOLD + column.name)
    if cell.after:
        yield called(header.first(cell.after), AFTER + column.name)
    if has_words(column, cell):
        yield called(call("folded", text), FOLDED + column.name)


def _elements(block: Block, header: Header) -> exp.Expr | str:
    if not block.unnest:
        return "raw_records"
    told_list = header.first((block.unnest,))
    listed = call("string_split", told_list, word(block.split)) if block.split else call("json_extract", told_list, word("$[*]"))
    return exp.select("*", called(call("unnest", listed), ELEMENT_COLUMN)).from_("raw_records").subquery("elements")


def _without_sentinels(text: exp.Expr, column: Column, source: Source) -> exp.Expr:
    if not column.is_time or not source.sentinel_dates:
        return text
    is_sentinel = any_of([call("starts_with", text, word(one)) for one in source.sentinel_dates])
    return choose([(exp.not_(is_sentinel), text)])


def _typed_rows(connection: DuckDBPyConnection, target: Target, formats: Mapping[str, tuple[str, ...]]) -> exp.Expr:
    zone = zone_of(connection, target)
    values = [called(_value(target, column, formats.get(column.name, ()), zone), column.name) for column in target.entity.told]
    return exp.select("*", called(named(SOURCE_TOLD), "source"), *values).from_("told_rows")


def _value(target: Target, column: Column, formats: tuple[str, ...], zone: exp.Expr) -> exp.Expr:
    cell = target.block.columns.get(column.name)
    if cell is not None:
        of_column = word(cell.zone) if cell.zone else zone
        return counted_from(column, formats, cell.times, of_column) if cell.after else typed(column, cell, formats, of_column)
    return date_only(target.entity, target.block.columns.keys()) if column.name == "is_date_only" else nothing(column.type)
