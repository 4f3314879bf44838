"""Casts one raw file to typed rows, block by block: what cannot be taken in is told with line, column and reason."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from duckdb import DuckDBPyConnection
from sqlglot import exp

from queries.intake.contract import Column
from queries.intake.database import connect, exactly
from queries.intake.decimals import decimals_of
from queries.intake.expressions import any_of, call, called, choose, first_of, is_null, named, nothing, sql, word
from queries.intake.formats import formats_of, zone_of
from queries.intake.judging import judge, record_faults, rejected, unknown, unread_records
from queries.intake.properties import write_properties
from queries.intake.reading import LINE, PROBLEM, TEXT
from queries.intake.remembered import Choices
from queries.intake.row_id import gone_rows, good_rows, rows_of
from queries.intake.source import OF_THE_WORKSPACE, Block, Cell, Source
from queries.intake.target import PROPERTY, SOURCE_TOLD, UNFOLD, RawFile, Target, header_in, is_plain, show, statements, targets
from queries.intake.told import ELEMENT_COLUMN, Header, conditions_of, expansions, factor_of, problem_of, text_of
from queries.intake.typed import (
    AFTER,
    BY,
    FOLDED,
    OVER,
    TOLD,
    counted_from,
    date_only,
    faults,
    has_words,
    is_unknown,
    on_the_same_day,
    typed,
)

MOST_UNUSED = 500
MANY = 100_000
CODEC = "snappy"  # what can be made again is to be quick rather than small


@dataclass(frozen=True, slots=True)
class Written:
    """How the columns of one block are written: the formats of times, the sign before the decimals of numbers."""

    formats: Mapping[str, tuple[str, ...]]
    signs: Mapping[str, str]


def cast_file(raw: RawFile, folder: Path, spill: Path) -> None:
    """Write the typed rows of every block of a file, its rejected rows and its unknown values to a folder."""
    connection = opened(raw, spill)
    choices = Choices(raw.remembered, raw.name, raw.is_new)
    made = [told for target in targets(raw) for told in _cast_block(connection, target, folder, choices)]
    choices.write(folder)
    if raw.source.counts_by_record:
        connection.sql(sql(unread_records(raw, header_in(raw)))).insert_into("rejected_rows")
    _insert_unused(connection, raw)
    connection.table("unused_columns").write_parquet(str(folder / "unused.parquet"), compression="zstd")
    connection.table("gone_rows").write_parquet(str(folder / "gone.parquet"), compression="zstd")
    (folder / "blocks.json").write_text(json.dumps(made, indent=1), encoding="utf-8")
    connection.table("rejected_rows").write_parquet(str(folder / "rejected.parquet"), compression="zstd")
    connection.table("unknown_values").write_parquet(str(folder / "unknown.parquet"), compression="zstd")
    connection.close()


def opened(raw: RawFile, spill: Path) -> DuckDBPyConnection:
    """Return a database in memory that reads the records of a raw file as raw_records, with all that is needed to cast them."""
    connection = connect(spill=spill)
    connection.execute(statements("casts.sql"))
    connection.execute(statements("cast_tables.sql"))
    lines = connection.read_parquet(exactly(raw.path)).filter(
        sql(exp.LTE(this=named(LINE), expression=exp.Literal.number(raw.reading.records)))
    )
    lines.create_view("raw_records")
    return connection


def make_typed(connection: DuckDBPyConnection, target: Target, choices: Choices | None = None) -> bool:
    """Let typed_rows stand for what a block tells, each cell in its type, rows that break their contract among them.

    Without choices the columns are read as is remembered of them. Of many rows what is cheap to read is read again wherever
    it is needed: to keep every cell as text and in its type costs more than to read it twice; of few the planning does. Returns whether
    they are kept.
    """
    raw = target.raw
    choices = choices or Choices(raw.remembered, raw.name, is_new=False)
    told = _told_rows(target)
    is_kept = raw.reading.records < MANY or not is_plain(told)
    show(connection, "told_rows", told, once=is_kept)
    written = Written(formats_of(connection, target, choices), decimals_of(connection, target, choices))
    show(connection, "typed_rows", _typed_rows(connection, target, written), once=is_kept)
    return is_kept


def _made(connection: DuckDBPyConnection, target: Target, path: Path) -> dict[str, object]:
    """Return what a block made: how many rows, how many rejected ones, and the first of those."""
    rejected = connection.table("rejected_rows").filter(sql(exp.EQ(this=named("block"), expression=word(target.block.name))))
    return {
        "entity": target.entity.name,
        "name": target.block.name,
        "is_primary": target.block.primary,
        "adds": target.block.adds,
        "of": target.block.of,
        "rows": connection.read_parquet(exactly(path)).count("*").fetchall()[0][0],
        "rejected": rejected.count("*").fetchall()[0][0],
        "first_rejected": next(
            iter(rejected.select("source_line", "column_name", "value", "reason").order("source_line").limit(1).fetchall()), None
        ),
    }


def used_headers(raw: RawFile) -> frozenset[str]:
    """Return the headers of a file that the rows of any block, or what leaves a record out, are made from."""
    trees = [told_part(target, header) for target in targets(raw) for header in expansions(target.block, target.header)]
    columns = {column.name for tree in trees for column in tree.find_all(exp.Column)}
    return frozenset(columns & set(raw.reading.headers))


def left_headers(raw: RawFile) -> tuple[str, ...]:
    """Return the headers that could be properties but are none, in the order of the file; of the import format there are none."""
    if raw.source.is_import_format or raw.source.counts_by_record:
        return ()
    used = used_headers(raw)
    return tuple(header for header in raw.reading.headers if header not in used)


def _insert_unused(connection: DuckDBPyConnection, raw: RawFile) -> None:
    """Count, of each column that nothing is made of, how many records tell it and about how many values; the values stay raw."""
    left = left_headers(raw)[:MOST_UNUSED]
    if not left:
        return
    texts = [call("nullif", call("trim", named(header)), word("")) for header in left]
    counts = [count for text in texts for count in (call("count", text), call("approx_count_distinct", text))]
    counted = connection.sql(sql(exp.select(*counts).from_("raw_records"))).fetchall()[0]
    entity = next(block.entity for block in raw.source.blocks if block.primary)
    with connection.appender("unused_columns") as appender:
        appender.append_rows([
            (raw.file_id, raw.default_source, entity, header, *counted[2 * place : 2 * place + 2])
            for place, header in enumerate(left)
        ])  # fmt: skip


def _cast_block(connection: DuckDBPyConnection, target: Target, folder: Path, choices: Choices) -> Iterator[dict[str, object]]:
    is_kept = make_typed(connection, target, choices)
    found = [
        *record_faults(target),
        *faults(target.entity, target.block.columns, target.entity.needed(adds=target.block.adds, of=target.block.of)),
    ]
    unknown_when = [(column, when) for column, cell in target.columns if (when := is_unknown(column, cell)) is not None]
    judge(connection, found, [when for _, when in unknown_when], once=is_kept)
    connection.sql(sql(rejected(target, found))).insert_into("rejected_rows")
    if (
        reasons := target.block.primary
        and not target.block.adds
        and [one.reason for one in target.raw.source.leave_out if one.gone]
    ):
        connection.sql(sql(gone_rows(target, reasons))).insert_into("gone_rows")
    for column, when in unknown_when:
        connection.sql(sql(unknown(target, column, when))).insert_into("unknown_values")
    show(connection, "good_rows", good_rows(connection, target), once=is_kept)
    path = folder / f"{target.number}.parquet"
    connection.sql(sql(rows_of(target))).write_parquet(str(path), compression=CODEC)
    yield {**_made(connection, target, path), "file": path.name}
    if write_properties(connection, target, folder / f"{target.number}.properties.parquet"):
        yield {"entity": "properties", "is_primary": False, "file": f"{target.number}.properties.parquet"}


def _told_rows(target: Target) -> exp.Expr:
    parts = [told_part(target, header) for header in expansions(target.block, target.header)]
    if not parts:
        return told_part(target, target.header).where(exp.false())
    whole: exp.Expr = parts[0]
    for part in parts[1:]:
        whole = exp.union(whole, part, distinct=False)
    return whole


def told_part(target: Target, header: Header) -> exp.Select:
    """Select what a block tells of every record, as text, by one of the headers that its `each` matches."""
    block, raw = target.block, target.raw
    problem = problem_of(raw.source, header)
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
    if target.raw.source.id_pattern and (column.name.endswith("_id") or column.name == "merged_into"):
        text = call("regexp_replace", text, word(target.raw.source.id_pattern), word(r"\1"))
    yield called(text, TOLD + column.name)
    for kind, factors in ((BY, cell.by), (OVER, cell.over)):
        yield from (called(factor_of(one, header), f"{kind}{place}:{column.name}") for place, one in enumerate(factors))
    if cell.after:
        yield called(header.first(cell.after), AFTER + column.name)
    if has_words(column, cell):
        yield called(call("folded", text), FOLDED + column.name)


def _elements(block: Block, header: Header) -> exp.Expr | str:
    if not block.unnest:
        return "raw_records"
    told_list = header.first((block.unnest,))
    listed = call("string_split", told_list, word(block.split)) if block.split else _json_list(told_list)
    return exp.select("*", called(call("unnest", listed), ELEMENT_COLUMN)).from_("raw_records").subquery("elements")


def _json_list(told: exp.Expr) -> exp.Expr:
    """Return the elements of a JSON list; what is none has no element."""
    return choose([(call("json_valid", told), call("json_extract", told, word("$[*]")))])


def _without_sentinels(text: exp.Expr, column: Column, source: Source) -> exp.Expr:
    if not column.is_time or not source.sentinel_dates:
        return text
    is_sentinel = any_of([call("starts_with", text, word(one)) for one in source.sentinel_dates])
    return choose([(exp.not_(is_sentinel), text)])


def _typed_rows(connection: DuckDBPyConnection, target: Target, written: Written) -> exp.Expr:
    zone = zone_of(connection, target)
    values = [called(_value(target, column, written, zone), column.name) for column in target.entity.told]
    return exp.select("*", called(named(SOURCE_TOLD), "source"), *values).from_("told_rows")


def _value(target: Target, column: Column, written: Written, zone: exp.Expr) -> exp.Expr:
    cell = target.block.columns.get(column.name)
    if cell is None:
        return date_only(target.entity, target.block.columns.keys()) if column.name == "is_date_only" else nothing(column.type)
    told_zone = target.raw.zone if cell.zone == OF_THE_WORKSPACE else cell.zone or target.header.zone(cell.moments)
    of_column, its_formats = word(told_zone) if told_zone else zone, written.formats.get(column.name, ())
    cell = replace(cell, decimal=written.signs.get(column.name, cell.decimal))
    if cell.after:
        return counted_from(column, cell, its_formats, of_column)
    value = typed(column, cell, its_formats, of_column)
    if not cell.same_day_as:
        return value
    return on_the_same_day(column, value, _value(target, target.entity.column(cell.same_day_as), written, zone))
