"""Builds some models over tables put together by a test, in memory."""

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from queries.build import run_model
from queries.engines.duckdb import Connection, insert_rows, run_script
from queries.model import read_model
from tests.databases import empty_database

FACTS = Path(__file__).resolve().parents[3] / "queries" / "facts"
EXAMPLES = int(os.environ.get("CX_ORACLE_EXAMPLES", "100"))

Rows = Sequence[tuple[Any, ...]]


def built(tables: Mapping[str, tuple[str, Rows]], models: Sequence[str]) -> Connection:
    """Return a database with these tables (columns with types, rows) and what these models of `facts` make of them, in order."""
    connection = empty_database()
    for table, (columns, rows) in tables.items():
        run_script(connection, f"create table {table} ({columns})")
        if rows:
            insert_rows(connection, table, rows)
    for model in models:
        run_model(connection, read_model(FACTS / f"{model}.sql"))
    return connection
