"""The key of every row, the same in every export that tells the row again, and the version it is."""

from collections.abc import Sequence

from duckdb import DuckDBPyConnection
from sqlglot import exp

from queries.intake.expressions import call, called, choose, first_of, is_null, is_one_of, is_told, named, sql, word
from queries.intake.reading import LINE, PROBLEM
from queries.intake.target import Target, habits_in


def good_rows(connection: DuckDBPyConnection, target: Target) -> exp.Expr:
    """Select the rows that keep the contract, each with its row_id and a number that tells its content."""
    contents = [named(column.name) for column in target.entity.told]
    made = called(call("hash", *contents), "content"), called(_row_id(connection, target), "row_id")
    return exp.select("*", *made).from_("kept_rows")


def _row_id(connection: DuckDBPyConnection, target: Target) -> exp.Expr:
    if target.block.of:
        return call("concat", named("source"), word(f":of {target.block.of}:"), named(target.block.of))
    keys = [named(name) for name in target.entity.key]
    by_key = _by_key(target)
    may_lack = len(keys) == 1 and not target.entity.column(target.entity.key[0]).required
    if not may_lack or not _lacks_a_key(connection, keys[0]):
        return by_key
    content = call(
        "md5",
        call(
            "concat_ws", word("|"), *[call("coalesce", exp.cast(named(c.name), "varchar"), word("")) for c in target.entity.told]
        ),
    )
    is_distinct = target.raw.source.distinct or habits_in(connection, target).distinct
    again = exp.Window(
        this=call("row_number"), partition_by=[named("source"), content], order=exp.Order(expressions=[named(LINE)])
    )
    occurrence = exp.Literal.number(1) if is_distinct else again
    by_content = call("concat", named("source"), word(":~"), content, word(":"), occurrence)
    return choose([(is_told(keys[0]), by_key)], by_content)


def _by_key(target: Target) -> exp.Expr:
    parts = [call("coalesce", exp.cast(named(name), "varchar"), word("")) for name in target.entity.key]
    return call("concat", named("source"), word(":"), call("concat_ws", word("|"), *parts))


def gone_rows(target: Target, reasons: Sequence[str]) -> exp.Expr:
    """Select the keys of the records that are left out since what they tell of is gone, each with its version."""
    version_at = version(target, target.block.name, primary=True)[0]
    told = exp.select(
        called(word(target.raw.file_id), "file_id"),
        called(word(target.entity.name), "entity"),
        called(_by_key(target), "row_id"),
        called(named(LINE), "source_line"),
        version_at,
    )
    has_key = [is_told(named(name)) for name in target.entity.key]
    return told.from_("judged_rows").where(exp.and_(is_one_of(named(PROBLEM), reasons), *has_key))


def _lacks_a_key(connection: DuckDBPyConnection, key: exp.Expr) -> bool:
    return bool(connection.sql(sql(exp.select(key).from_("kept_rows").where(is_null(key)).limit(1))).fetchall())


def rows_of(target: Target) -> exp.Expr:
    """Select the rows as the entity has them, with what their versions are told apart by."""
    made = {
        "row_id": named("row_id"),
        "source": named("source"),
        "source_file": word(target.raw.name),
        "source_line": named(LINE),
    }
    columns = [called(made.get(column.name, named(column.name)), column.name) for column in target.entity.columns]
    return exp.select(*columns, *version(target, target.block.name, primary=target.block.primary)).from_("good_rows")


def version(target: Target, block: str, *, primary: bool) -> list[exp.Expr]:
    """Return the columns that tell the version of a row, and the file and block it came from."""
    file_time = exp.cast(word(target.raw.time_text.rstrip("Z")), "timestamp")
    return [
        called(first_of([named("updated_at"), file_time]), "version_at"),
        named("content"),
        called(exp.convert(primary), "is_primary"),
        called(word(target.raw.file_id), "file_id"),
        called(word(block), "block"),
        called(exp.cast(exp.Literal.number(target.number), "integer"), "block_number"),
    ]
