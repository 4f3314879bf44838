"""DuckDB as the engine of a build: opens the database being built, makes tables of models, takes rows in.

Beside it only the warehouse, the intake and the publishing of a snapshot open DuckDB.
"""

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from itertools import takewhile
from pathlib import Path
from typing import Any

import duckdb

Connection = duckdb.DuckDBPyConnection
Row = tuple[Any, ...]

MEMORY_LIMIT = "3GB"
TEMPORARY_LIMIT = "20GB"
PART_ROWS = 4_000_000  # ordered windows over so many rows, and a dozen joins of them, fit into the limit
PART_LETTERS = 6
MOST_VALUES = 10_000  # of a column whose values are listed, part by part; one of more is parted by how its values begin


class EngineError(Exception):
    """The database refuses a statement; the text is its own first line."""


def open_build(path: Path | str, *, temporary: Path, memory: str = MEMORY_LIMIT, threads: int | None = None) -> Connection:
    """Return a writing connection to the database being built, with limits; temporary files go into `temporary`."""
    temporary.mkdir(parents=True, exist_ok=True)
    limits: dict[str, str | bool | int | float | list[str]] = {
        "memory_limit": memory,
        "threads": str(threads or os.cpu_count() or 1),
        "temp_directory": str(temporary),
        "max_temp_directory_size": TEMPORARY_LIMIT,
    }
    connection = duckdb.connect(str(path), config=limits)
    connection.execute("set TimeZone = 'UTC'")  # not in the config: time zones are loaded only once connected
    return connection


def create_table(
    connection: Connection, name: str, sql: str, *, is_kept: bool = True, worked_out: Mapping[str, str] | None = None
) -> int:
    """Make the table `name` of what a query returns, in place of an older one; return its number of rows.

    One that is not kept is never written to the database: it is not compressed, and lasts as long as the connection.
    worked_out: further columns, and the expression over the query's that each is whenever it is read.
    """
    if worked_out:
        told = create_empty(connection, name, sql, worked_out=worked_out)
        return int(_run(connection, f"insert into {_quoted(name)} ({', '.join(map(_quoted, told))})\n{sql}").fetchall()[0][0])
    kind = "table" if is_kept else "temporary table"
    statement = f"create or replace {kind} {_quoted(name)} as\n{sql}"
    return int(_run(connection, statement).fetchall()[0][0])


def create_empty(
    connection: Connection, name: str, sql: str, *, is_kept: bool = True, worked_out: Mapping[str, str] | None = None
) -> tuple[str, ...]:
    """Make the table `name` with the columns that a query returns and no rows; return the columns that are written."""
    told = {column: kind for column, kind, *_ in _run(connection, f"describe {sql}").fetchall()}
    columns = [f"{_quoted(column)} {kind}" for column, kind in told.items()]
    columns += [f"{_quoted(column)} as ({way})" for column, way in (worked_out or {}).items()]
    kind = "table" if is_kept else "temporary table"
    _run(connection, f"create or replace {kind} {_quoted(name)} ({', '.join(columns)})")
    return tuple(told)


def fill_table(connection: Connection, name: str, folder: Path, order: Sequence[str]) -> None:
    """Put the rows of a folder of Parquet files into a table that is made and empty, by the names of its columns, in an order.

    The order ends before a column that is worked out of the others.
    """
    try:
        rows = connection.read_parquet(f"{folder}/*.parquet")
        written = [column for column in column_types(connection, name) if column in rows.columns]
        rows = rows.select(*map(duckdb.ColumnExpression, written))
        by = [*map(duckdb.ColumnExpression, takewhile(lambda column: column in written, order))]
        (rows.sort(*by) if by else rows).insert_into(name)
    except duckdb.Error as error:
        raise _told(error) from error


@dataclass(frozen=True, slots=True, kw_only=True)
class _Part:
    """Rows of some values of a column, and of values that another column begins and ends with, the end left out."""

    values: tuple[str, ...] = ()
    spread: str = ""
    begins: str | None = None
    ends: str | None = None


def create_in_parts(connection: Connection, name: str, sql: str, reads: Sequence[str], columns: Sequence[str]) -> int:
    """Make the table `name` of what a query returns, from the rows of some values of a column at a time; return its number of rows.

    Where one value has too many rows for one part, it is made from some values of a second column at a time, if there is one. While a
    part is made, views of the same names stand before the tables that have the columns: the query is run as it is.
    """
    parted = [table for table in reads if columns[0] in column_types(connection, table)]
    split = _by_beginnings if any(_has_many(connection, table, columns[0]) for table in parted) else _parts
    parts = list(split(connection, parted, columns))
    if len(parts) < 2:
        return create_table(connection, name, sql)
    rows = 0
    for number, part in enumerate(parts):
        with _only(connection, parted, columns[0], part):
            begin = f"insert into {_quoted(name)}" if number else f"create or replace table {_quoted(name)} as"
            rows += int(_run(connection, f"{begin}\n{sql}").fetchall()[0][0])
    return rows


def _parts(connection: Connection, tables: Sequence[str], columns: Sequence[str]) -> Iterator[_Part]:
    """Yield the values of a column in their order, as many at a time as hold PART_ROWS rows in the tables' largest, or a part of one."""
    counted: dict[str, tuple[int, str]] = {}
    for table in tables:
        for value, rows in connection.table(table).aggregate(f"{_quoted(columns[0])} as value, count(*) as rows").fetchall():
            counted[value] = max((rows, table), counted.get(value, (0, "")))
    part: list[str] = []
    for value in sorted(counted):
        rows, table = counted[value]
        if part and sum(counted[one][0] for one in part) + rows > PART_ROWS:
            yield _Part(values=tuple(part))
            part = []
        if rows > PART_ROWS and columns[1:2] and columns[1] in column_types(connection, table):
            yield from _parts_of_one(connection, table, columns, value)
        else:
            part.append(value)
    if part:
        yield _Part(values=tuple(part))


def _parts_of_one(connection: Connection, table: str, columns: Sequence[str], value: str) -> Iterator[_Part]:
    """Yield the rows of one value by how the second column begins, in its order, as many as PART_ROWS at a time."""
    its = connection.table(table).filter(duckdb.ColumnExpression(columns[0]) == duckdb.ConstantExpression(value))
    for begins, ends in _spans([_beginnings(its, columns[1])]):
        yield _Part(values=(value,), spread=columns[1], begins=begins, ends=ends)


def _has_many(connection: Connection, table: str, column: str) -> bool:
    told = connection.table(table).aggregate(f"approx_count_distinct({_quoted(column)})").fetchall()
    return bool(told[0][0] > MOST_VALUES)


def _by_beginnings(connection: Connection, tables: Sequence[str], columns: Sequence[str]) -> Iterator[_Part]:
    """Yield the values of a column by how they begin, in their order, as many at a time as hold PART_ROWS rows in the tables' largest."""
    for begins, ends in _spans([_beginnings(connection.table(table), columns[0]) for table in tables]):
        yield _Part(spread=columns[0], begins=begins, ends=ends)


def _beginnings(rows: duckdb.DuckDBPyRelation, column: str) -> Mapping[str, int]:
    counted = rows.aggregate(f"coalesce(left({_quoted(column)}, {PART_LETTERS}), '') as letters, count(*) as rows")
    return dict(counted.fetchall())


def _spans(counted: Sequence[Mapping[str, int]]) -> Iterator[tuple[str | None, str | None]]:
    """Yield from where to where values lie that hold PART_ROWS rows together, by the rows that tables have of each beginning."""
    begins, held = None, 0
    for letters in sorted({letters for one in counted for letters in one}):
        rows = max(one.get(letters, 0) for one in counted)
        if held and held + rows > PART_ROWS:
            yield begins, letters
            begins, held = letters, 0
        held += rows
    yield begins, None


@contextmanager
def _only(connection: Connection, tables: Sequence[str], column: str, part: _Part) -> Iterator[None]:
    """Let the names of tables stand for their rows of one part."""
    listed = [duckdb.ConstantExpression(value) for value in part.values]
    database = _quoted(str(_run(connection, "select current_database()").fetchall()[0][0]))
    for table in tables:
        rows = connection.table(f"{database}.main.{table}")
        rows = rows.filter(duckdb.ColumnExpression(column).isin(*listed)) if listed else rows
        if part.spread and part.spread in column_types(connection, table):
            told = duckdb.CoalesceOperator(duckdb.ColumnExpression(part.spread), duckdb.ConstantExpression(""))
            rows = rows.filter(told >= duckdb.ConstantExpression(part.begins)) if part.begins is not None else rows
            rows = rows.filter(told < duckdb.ConstantExpression(part.ends)) if part.ends is not None else rows
        connection.register(table, rows)
    try:
        yield
    finally:
        for table in tables:
            connection.unregister(table)


def drop_table(connection: Connection, name: str) -> None:
    """Remove a table that exists."""
    _run(connection, f"drop table {_quoted(name)}")


@contextmanager
def viewed(connection: Connection, name: str, sql: str) -> Iterator[None]:
    """Let a name stand for the rows of a query; what the query reads is looked up when the name is."""
    _run(connection, f"create or replace temporary view {_quoted(name)} as\n{sql}")
    try:
        yield
    finally:
        _run(connection, f"drop view {_quoted(name)}")


@contextmanager
def beside(
    connection: Connection, path: Path, wanted: Mapping[str, tuple[str, str, Sequence[str]]], gone: Sequence[str] = ()
) -> Iterator[None]:
    """Let names stand for rows of another database, opened read-only: by name its table, the column that marks rows, the columns.

    A name whose table, or a column of it, is not there keeps standing for what it stood for. Rows of customers who are gone are left out.
    """
    attached = "beside"
    quoted = str(path).replace("'", "''")
    _run(connection, f"attach '{quoted}' as {attached} (read_only)")
    stood: list[str] = []
    try:
        for name, (table, marked, columns) in wanted.items():
            found = _columns_of(connection, attached, table)
            if found and {*columns, *([marked] if marked else [])} <= found:
                rows = connection.table(f"{attached}.main.{table}")
                rows = rows.filter(duckdb.ColumnExpression(marked)) if marked else rows
                for column in sorted(found & {"customer_id", "account_id"}) if gone else ():
                    theirs = duckdb.ColumnExpression(column).isin(*map(duckdb.ConstantExpression, gone))
                    rows = rows.filter(duckdb.CoalesceOperator(~theirs, duckdb.ConstantExpression(True)))
                connection.register(name, rows.select(*map(duckdb.ColumnExpression, columns)))
                stood.append(name)
        yield
    finally:
        for name in stood:
            connection.unregister(name)
        _run(connection, f"detach {attached}")


def _columns_of(connection: Connection, database: str, table: str) -> set[str]:
    sql = "select column_name from duckdb_columns() where database_name = ? and table_name = ?"
    return {name for (name,) in connection.execute(sql, [database, table]).fetchall()}


def repeat_table(connection: Connection, name: str, sql: str, start: str) -> int:
    """Make the table `name` by running a query that reads it, from the rows of `start` on, until nothing changes.

    Returns its number of rows.
    """
    rows = create_table(connection, name, f"from {_quoted(start)}")
    step = f"{name}_step"
    while True:
        before, rows = rows, create_table(connection, step, sql)
        changed = rows != before or connection.table(step).except_(connection.table(name)).limit(1).fetchall()
        create_table(connection, name, f"from {_quoted(step)}")
        drop_table(connection, step)
        if not changed:
            return rows


def run_script(connection: Connection, sql: str) -> None:
    """Run the statements of an .sql file, for example a `create table` with its comments."""
    _run(connection, sql)


def insert_rows(connection: Connection, table: str, rows: Iterable[Sequence[Any]]) -> None:
    """Put plain rows, in the order of the table's columns, into a table that exists."""
    try:
        with connection.appender(table) as appender:
            appender.append_rows(list(rows))
    except duckdb.Error as error:
        raise _told(error) from error


def count_rows(connection: Connection, sql: str) -> int:
    """Return how many rows a query returns."""
    try:
        return int(connection.sql(sql).count("*").fetchall()[0][0])
    except duckdb.Error as error:
        raise _told(error) from error


def rows_of(connection: Connection, sql: str) -> list[Row]:
    """Return every row of a query."""
    return _run(connection, sql).fetchall()


def read_rows(connection: Connection, table: str) -> list[Row]:
    """Return every row of a table."""
    return connection.table(table).fetchall()


def values_marked(connection: Connection, table: str, column: str, mark: str) -> list[str]:
    """Return the different texts of a column in the rows that a column of true and false marks."""
    rows = connection.table(table).filter(duckdb.ColumnExpression(mark)).select(duckdb.ColumnExpression(column)).distinct()
    return sorted(text for (text,) in rows.fetchall())


def table_names(connection: Connection) -> frozenset[str]:
    """Return the tables that the database holds."""
    own = "select table_name from duckdb_tables() where database_name = current_database()"
    return frozenset(name for (name,) in _run(connection, own).fetchall())


def read_columns(connection: Connection, table: str, columns: Sequence[str]) -> list[Row]:
    """Return some columns of every row of a table."""
    return connection.table(table).select(*map(duckdb.ColumnExpression, columns)).fetchall()


def column_types(connection: Connection, table: str) -> dict[str, str]:
    """Return the columns of a table with their types, in order."""
    relation = connection.table(table)
    return dict(zip(relation.columns, map(str, relation.types), strict=True))


def range_of(connection: Connection, table: str, column: str, floor: date) -> tuple[date | None, date | None]:
    """Return the first and the last day in a column of dates or times, leaving out what lies before the floor."""
    days = (
        connection.table(table).project(f"cast({_quoted(column)} as date) as day").filter(duckdb.ColumnExpression("day") >= floor)
    )
    first, last = days.aggregate("min(day), max(day)").fetchall()[0]
    return first, last


def write_parquet(connection: Connection, table: str, path: Path) -> None:
    """Write a table to a Parquet file."""
    connection.table(table).write_parquet(str(path))


def read_parquet(connection: Connection, path: Path, table: str) -> None:
    """Add the rows of a Parquet file, by the order of their columns, to a table that exists."""
    connection.read_parquet(str(path)).insert_into(table)


def _run(connection: Connection, statement: str) -> Connection:
    try:
        return connection.execute(statement)
    except duckdb.Error as error:
        raise _told(error) from error


def _told(error: duckdb.Error) -> EngineError:
    return EngineError(str(error).strip())


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
