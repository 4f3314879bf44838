"""What compares two databases finds every kind of difference, and only that."""

from pathlib import Path

import duckdb
import pytest

from benchmarks.same_rows import differences, rows_compared

MADE = (
    "create table t as select * from (values (1, 'a', 0.1::double), (1, 'a', 0.1::double), (2, null, null)) as v(n, word, share)"
)


def database(path: Path, *statements: str) -> Path:
    with duckdb.connect(str(path)) as connection:
        for statement in statements:
            connection.execute(statement)
    return path


@pytest.mark.parametrize(
    "changed",
    [
        "insert into t values (1, 'a', 0.1)",
        "update t set word = 'b' where n = 2",
        "update t set share = 0.1001 where n = 1",
        "update t set share = 0 where n = 2",
        "alter table t alter n type bigint",
        "alter table t add column more int",
        "create table u (n int)",
    ],
)
def test_a_planted_difference_is_found(tmp_path: Path, changed: str) -> None:
    one = database(tmp_path / "one.duckdb", MADE)
    assert len(differences(one, database(tmp_path / "other.duckdb", MADE, changed))) == 1


@pytest.mark.parametrize(
    "changed", ["select 1", "update t set share = share * (1 + 1e-12)", "create or replace table t as from t order by n desc"]
)
def test_the_order_of_rows_and_the_last_digit_of_a_sum_are_no_difference(tmp_path: Path, changed: str) -> None:
    one = database(tmp_path / "one.duckdb", MADE)
    assert differences(one, database(tmp_path / "other.duckdb", MADE, changed)) == {}


def test_a_column_that_is_left_out_may_differ(tmp_path: Path) -> None:
    one, other = database(tmp_path / "one.duckdb", MADE), database(tmp_path / "other.duckdb", MADE, "update t set word = 'b'")
    assert differences(one, other, {"*": ("word",)}) == {}
    assert [*differences(one, other, {"u": ("word",)})] == ["t"]


def test_what_was_compared_is_counted(tmp_path: Path) -> None:
    assert rows_compared(database(tmp_path / "one.duckdb", MADE, "create table u (n int)")) == (2, 3)
