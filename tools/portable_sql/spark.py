"""The small rewrite and sqlglot's transpiling of a model to Spark. Proves nothing alone; finds what cannot be said there."""

from sqlglot import ErrorLevel, exp
from sqlglot.errors import UnsupportedError

from tools.portable_sql.model import Breach, Sql


def to_spark(sql: Sql) -> str:
    """The model in Spark's SQL. Raises UnsupportedError where Spark has no words for it."""
    tree = sql.trees[0].transform(_say_percentile)
    return str(tree.sql(dialect="spark", unsupported_level=ErrorLevel.RAISE, pretty=True))


def breaches_of_transpiling(sql: Sql) -> list[Breach]:
    try:
        to_spark(sql)
    except UnsupportedError as problem:
        sentence = f"Spark cannot say it: {str(problem).splitlines()[0]}. Write it in the portable subset."
        return [Breach(file=sql.file, line=1, rule="spark", sentence=sentence)]
    return []


def _say_percentile(node: exp.Expression) -> exp.Expression:
    if isinstance(node, exp.Median):
        return exp.Anonymous(this="percentile", expressions=[node.this, exp.Literal.number("0.5")])
    if isinstance(node, exp.PercentileCont):
        return exp.Anonymous(this="percentile", expressions=[node.this, node.expression])
    return node
