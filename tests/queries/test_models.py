"""Every folder tests/queries/<model>/<case>/ holds input tables and what the model must make of them; a check is one, too.

An input is <table>.csv with only the columns that matter: the other columns are NULL, and a table without a file is empty.
A file beside the cases serves all of them. expect.csv holds the columns to compare; rows compare as multisets.
A column of a table that another model makes gets its type from its name, or from "name:type" in the header.
"""

import csv
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import pytest
import sqlglot

from queries.build import CHECKS, run_model
from queries.engines.duckdb import column_types, run_script, table_names
from queries.model import FOLDERS, read_model
from tests.databases import empty_database

HERE = Path(__file__).parent
QUERIES = HERE.parents[1] / "queries"
MODELS = {path.stem: path for folder in (*FOLDERS, CHECKS) for path in sorted(folder.glob("*.sql"))}
CASES = sorted(path.parent for path in HERE.glob("*/*/expect.csv"))
TYPE_OF_ENDING = {
    "_at": "timestamp",
    "_on": "date",
    "_day": "date",
    "_month": "date",
    "_start": "date",
    "_until": "timestamp",
    "_no": "integer",
    "_count": "bigint",
    "_seconds": "bigint",
    "_days": "integer",
    "_change": "double",
    "_points": "double",
}
TYPE_OF_NAME = {"as_of": "timestamp", "day": "date", "month": "date", "moment": "bigint"}
TYPE_OF_NAME |= {"value": "double", "score": "double", "amount": "double"}


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.parent.name}/{case.name}")
def test_the_model_makes_what_the_folder_expects(case: Path) -> None:
    model = read_model(MODELS[case.parent.name])
    connection = empty_database()
    for table in sorted(model.needs):
        put_input(connection, case, table)
    run_model(connection, model)
    columns, expected = read_table(case / "expect.csv")
    types = column_types(connection, model.name)
    names = [column.partition(":")[0] for column in columns]
    put_rows(connection, "expected_rows", {name: types[name] for name in names}, names, expected)
    made = comparable(connection.table(model.name).select(*names).fetchall())
    wanted = comparable(connection.table("expected_rows").fetchall())
    connection.close()
    assert {"missing": +(wanted - made), "too many": +(made - wanted)} == {"missing": Counter(), "too many": Counter()}


@pytest.mark.parametrize("model", MODELS)
def test_every_model_has_a_folder_of_data(model: str) -> None:
    assert any(case.parent.name == model for case in CASES), f"add tests/queries/{model}/<case>/ with its inputs and expect.csv"


def test_every_folder_of_data_is_of_a_model() -> None:
    assert {case.parent.name for case in CASES} <= MODELS.keys()


def put_input(connection: duckdb.DuckDBPyConnection, case: Path, table: str) -> None:
    """Make one table that the model reads, from its file or, where its columns are declared, empty."""
    known = known_columns().get(table) or columns_made(table)
    files = [path for path in (case / f"{table}.csv", case.parent / f"{table}.csv") if path.exists()]
    assert files or table in known_columns() or table in MODELS, f"{case.name} needs {table}.csv"
    columns, rows = read_table(files[0]) if files else ([], [])
    told = {column.partition(":")[0]: type_of(column) for column in columns}
    assert not known or not told.keys() - known.keys(), f"{table} has no column {', '.join(sorted(told.keys() - known.keys()))}"
    types = told if not known else known | {name: told[name] for name, column in zip(told, columns, strict=True) if ":" in column}
    put_rows(connection, table, types, list(told), rows)


def put_rows(connection: duckdb.DuckDBPyConnection, table: str, types: dict[str, str], names: list[str], rows: list[Any]) -> None:
    """Make a table of these columns and put text rows into it, each value cast to its column's type."""
    connection.execute(
        f'create table "{table}" ({", ".join(f"{chr(34)}{name}{chr(34)} {kind}" for name, kind in types.items())})'
    )
    if rows:
        values = ", ".join(f"cast(? as {types[name]})" for name in names)
        quoted = ", ".join(f'"{name}"' for name in names)
        connection.executemany(f'insert into "{table}" ({quoted}) values ({values})', rows)


def read_table(path: Path) -> tuple[list[str], list[list[str | None]]]:
    """Return the header and the rows of a CSV file; an empty cell is None."""
    with path.open(encoding="utf-8", newline="") as lines:
        header, *rows = list(csv.reader(lines))
    for number, row in enumerate(rows, start=2):
        assert len(row) == len(header), f"{path.parent.name}/{path.name}:{number} has {len(row)} cells, its header {len(header)}"
    return header, [[cell or None for cell in row] for row in rows]


@cache
def known_columns() -> dict[str, dict[str, str]]:
    """The columns and types of the entities and of the tables that declarations become."""
    connection = empty_database()
    for path in sorted([*QUERIES.glob("entities/*.sql"), *QUERIES.glob("declared/*.sql"), *QUERIES.glob("intake/tables/*.sql")]):
        run_script(connection, path.read_text(encoding="utf-8"))
    return {table: column_types(connection, table) for table in table_names(connection)}


@cache
def columns_made(table: str) -> dict[str, str]:
    """The columns that another model makes, each of the type that its name tells; none for a table that no model makes."""
    if table not in MODELS:
        return {}
    names = sqlglot.parse_one(MODELS[table].read_text(encoding="utf-8"), read="duckdb").named_selects
    return {name: type_of(name) for name in names}


def type_of(column: str) -> str:
    """The type of a column that another model makes: told behind a colon, else told by its name."""
    name, _, told = column.partition(":")
    if told or name in TYPE_OF_NAME:
        return told or TYPE_OF_NAME[name]
    if name.startswith(("is_", "was_", "has_", "counts_", "starts_attempt")):
        return "boolean"
    return next((kind for ending, kind in TYPE_OF_ENDING.items() if name.endswith(ending)), "varchar")


def comparable(rows: list[tuple[Any, ...]]) -> "Counter[tuple[Any, ...]]":
    """Rows as a multiset, fractions to six places."""
    return Counter(tuple(round(cell, 6) if isinstance(cell, float) else cell for cell in row) for row in rows)
