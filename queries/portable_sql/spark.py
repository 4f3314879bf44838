"""The small rewrite and sqlglot's transpiling of a query to Spark. Proves nothing alone; finds what cannot be said there."""

from typing import Final

from sqlglot import ErrorLevel, exp, parse_one
from sqlglot.errors import UnsupportedError

from queries.portable_sql.model import Breach, Sql

NUMBERED: Final = (exp.RowNumber, exp.Rank, exp.DenseRank)
SHORTER: Final = (exp.Extract, exp.Length, exp.DateDiff, exp.TimestampDiff)
"""What Spark counts in 32 bits and DuckDB in 64: numbers made of them overflow there, which is an error, and nothing here."""


def to_spark(sql: Sql) -> str:
    """The model in Spark's SQL. Raises UnsupportedError where Spark has no words for it."""
    return _said(sql.trees[0].copy())


def query_to_spark(text: str) -> str:
    """A query that was written by a program, in Spark's SQL. Raises UnsupportedError where Spark has no words for it."""
    return _said(parse_one(text, read="duckdb"))


def breaches_of_transpiling(sql: Sql) -> list[Breach]:
    try:
        to_spark(sql)
    except UnsupportedError as problem:
        sentence = f"Spark cannot say it: {str(problem).splitlines()[0]}. Write it in the portable subset."
        return [Breach(file=sql.file, line=1, rule="spark", sentence=sentence)]
    return []


def _said(tree: exp.Expr) -> str:
    for node in reversed(
        list(tree.walk())
    ):  # from the inside out, so that what stands inside has been rewritten before it is moved
        rewritten = _rewritten(node)
        if rewritten is not None:
            node.replace(rewritten)
    return tree.sql(dialect="spark", unsupported_level=ErrorLevel.RAISE, pretty=True)


def _rewritten(node: exp.Expr) -> exp.Expr | None:
    """What stands in Spark's words in place of a part of a query, None where it stays."""
    if isinstance(node, exp.Median):
        return exp.Anonymous(this="percentile", expressions=[node.this, exp.Literal.number("0.5")])
    if isinstance(node, exp.PercentileCont):
        return exp.Anonymous(this="percentile", expressions=[node.this, node.expression])
    if isinstance(node, SHORTER) or (isinstance(node, exp.Window) and isinstance(node.this, NUMBERED)):
        return exp.cast(node.copy(), "BIGINT")
    return None
