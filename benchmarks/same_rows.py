"""Whether two databases hold the same rows: every table as a multiset, fractions as near as the last digits of a sum may differ."""

import math
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

import duckdb

NEAR = 1e-9
Row = tuple[Any, ...]


def differences(one: Path, other: Path, without: Mapping[str, Collection[str]] | None = None) -> dict[str, str]:
    """Returns, by table, how two databases differ; nothing of those that are the same.

    without: by table the columns that are left out, such as the time of a load; all of them: "*" for any table.
    """
    with duckdb.connect() as connection:
        connection.execute(f"attach '{one}' as one (read_only)")
        connection.execute(f"attach '{other}' as other (read_only)")
        tables = _columns(connection, "one"), _columns(connection, "other")
        told = dict.fromkeys(tables[0].keys() ^ tables[1].keys(), "only one has it")
        for name in sorted(tables[0].keys() & tables[1].keys()):
            left_out = {*(without or {}).get(name, ()), *(without or {}).get("*", ())}
            difference = _difference(connection, name, tables[0][name], tables[1][name], left_out)
            if difference:
                told[name] = difference
    return told


def rows_compared(path: Path) -> tuple[int, int]:
    """Returns how many tables, and how many rows in them, a database holds."""
    with duckdb.connect(str(path), read_only=True) as connection:
        tables = [name for (name,) in connection.execute("show tables").fetchall()]
        return len(tables), sum(connection.table(name).count("*").fetchall()[0][0] for name in tables)


def _columns(connection: duckdb.DuckDBPyConnection, database: str) -> dict[str, dict[str, str]]:
    asked = "select table_name, column_name, data_type from duckdb_columns() where database_name = ? order by column_index"
    tables: dict[str, dict[str, str]] = {}
    for table, column, kind in connection.execute(asked, [database]).fetchall():
        tables.setdefault(table, {})[column] = kind
    return tables


def _difference(
    connection: duckdb.DuckDBPyConnection, table: str, one: dict[str, str], other: dict[str, str], left_out: Collection[str]
) -> str:
    if one != other:
        return f"other columns: {sorted(one.items() ^ other.items())}"
    columns = [name for name in one if name not in left_out]
    kinds = [one[name] for name in columns]
    listed = ", ".join(f'"{name}"' for name in columns)

    def only_in(here: str, there: str) -> list[Row]:
        return connection.execute(
            f'select {listed} from {here}.main."{table}" except all select {listed} from {there}.main."{table}"'
        ).fetchall()

    mine, theirs = only_in("one", "other"), only_in("other", "one")
    if _are_near(mine, theirs, [kind in ("DOUBLE", "FLOAT") for kind in kinds]):
        return ""
    shown = "\n".join(f"    {side} {row}" for side, rows in (("-", mine), ("+", theirs)) for row in sorted(rows, key=str)[:3])
    return f"{len(mine)} rows only here, {len(theirs)} only there\n    {columns}\n{shown}"


def _are_near(mine: list[Row], theirs: list[Row], fractions: list[bool]) -> bool:
    """Whether rows differ in the last digits of fractions at most."""
    if len(mine) != len(theirs):
        return False

    def exact_first(row: Row) -> tuple[str, list[float]]:
        exact = [cell for cell, is_fraction in zip(row, fractions, strict=True) if not is_fraction]
        return str(exact), [cell if cell is not None else math.inf for cell, is_ in zip(row, fractions, strict=True) if is_]

    pairs = zip(sorted(map(exact_first, mine)), sorted(map(exact_first, theirs)), strict=True)
    return all(
        one == other and all(math.isclose(a, b, rel_tol=NEAR, abs_tol=NEAR) for a, b in zip(here, there, strict=True))
        for (one, here), (other, there) in pairs
    )
