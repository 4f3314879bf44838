"""DuckDB as the engine of a build: opens the database being built, makes tables of models, takes rows in.

Beside it only the warehouse, the intake and the publishing of a snapshot open DuckDB.
"""

import os
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

Connection = duckdb.DuckDBPyConnection
Row = tuple[Any, ...]

MEMORY_LIMIT = "3GB"
TEMPORARY_LIMIT = "20GB"


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


def create_table(connection: Connection, name: str, sql: str) -> int:
    """Make the table `name` of what a query returns, in place of an older one; return its number of rows."""
    statement = f"create or replace table {_quoted(name)} as\n{sql}"
    return int(_run(connection, statement).fetchall()[0][0])


def repeat_table(connection: Connection, name: str, sql: str, start: str) -> int:
    """Make the table `name` by running a query that reads it, from the rows of `start` on, until nothing changes.

    Returns its number of rows.
    """
    rows = create_table(connection, name, f"from {_quoted(start)}")
    step = f"{name}_step"
    while True:
        create_table(connection, step, sql)
        changed = connection.table(step).except_(connection.table(name)).limit(1).fetchall()
        rows = create_table(connection, name, f"from {_quoted(step)}")
        _run(connection, f"drop table {_quoted(step)}")
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


def read_rows(connection: Connection, table: str) -> list[Row]:
    """Return every row of a table."""
    return connection.table(table).fetchall()


def table_names(connection: Connection) -> frozenset[str]:
    """Return the tables that the database holds."""
    return frozenset(name for (name,) in _run(connection, "select table_name from duckdb_tables()").fetchall())


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
