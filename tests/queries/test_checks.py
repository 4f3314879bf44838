"""Every check is seen to find what breaks it, and to find nothing beside rows of the same kind that do not.

The data are the cases of test_models.py. Of a case that a check breaks, the fewest rows are taken away that make it hold: what stays
is told of and breaks nothing. Where no single row makes a difference, the check has a case of its own that expects no rows.
"""

from pathlib import Path

import pytest

from queries.build import CHECKS, SEVERITIES, read_checks
from queries.engines.duckdb import Connection, count_rows
from queries.model import read_model
from tests.databases import empty_database
from tests.queries.test_models import CASES, put_input, read_table

IDS = [check.check_id for check in read_checks()]
LISTS = {"address_of_many", "merged_in_a_circle", "named_but_not_found"}
"""Checks that list a table which holds nothing but what they tell."""


def test_there_are_many_and_each_says_how_grave_it_is_and_what_it_found() -> None:
    checks = read_checks()
    assert len(checks) >= 25
    assert {check.severity for check in checks} == {*SEVERITIES}
    assert all(check.sentence.endswith(".") and len(check.sentence.split()) > 5 for check in checks)
    assert len({check.sentence for check in checks}) == len(checks)


@pytest.mark.parametrize("check", IDS)
def test_a_check_finds_what_breaks_it(check: str) -> None:
    assert breaking(check), f"add a case to tests/queries/{check}/ whose expect.csv holds a row"


@pytest.mark.parametrize("check", IDS)
def test_a_check_finds_nothing_where_nothing_breaks_it(check: str) -> None:
    holding = [case for case in cases(check) if not read_table(case / "expect.csv")[1]]
    if holding:
        return
    case = breaking(check)[0]
    told = mended(check, case)
    assert check in LISTS or all(told.values()), f"add a case to tests/queries/{check}/ with rows that do not break it"


def cases(check: str) -> list[Path]:
    return [case for case in CASES if case.parent.name == check]


def breaking(check: str) -> list[Path]:
    return [case for case in cases(check) if read_table(case / "expect.csv")[1]]


def mended(check: str, case: Path) -> dict[str, int]:
    """Take rows away until the check holds, always one of the longest table that helps; return how many stay in each."""
    model = read_model(CHECKS / f"{check}.sql")
    connection = empty_database()
    for table in sorted(model.needs):
        put_input(connection, case, table)
    told = [table for table in sorted(model.needs) if count_rows(connection, f"select * from {table}")]
    left = count_rows(connection, model.sql)
    while left:
        rows = rows_of(connection, told)
        tried = [
            (-len(rows[table]), without(connection, model.sql, table, row), table, row) for table in told for row in rows[table]
        ]
        helping = [each for each in tried if each[1] < left]
        assert helping, f"{case.name}: no row alone makes {check} hold; add a case that expects no rows"
        _, left, table, row = min(helping)
        connection.execute(f"delete from {table} where rowid = {row}")
    return {table: count_rows(connection, f"select * from {table}") for table in told}


def rows_of(connection: Connection, tables: list[str]) -> dict[str, list[int]]:
    return {table: [row for (row,) in connection.execute(f"select rowid from {table}").fetchall()] for table in tables}


def without(connection: Connection, sql: str, table: str, row: int) -> int:
    """How many rows a check would find if one row were not there."""
    connection.execute("begin")
    connection.execute(f"delete from {table} where rowid = {row}")
    found = count_rows(connection, sql)
    connection.execute("rollback")
    return found
