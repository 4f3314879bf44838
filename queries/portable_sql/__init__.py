"""Judges the SQL files: models run on more than one engine, nothing asks the clock, figures stay behind the policies."""

from queries.portable_sql.model import Breach, Sql, read, tables_known
from queries.portable_sql.rules import breaches_of_figure, breaches_of_model, breaches_of_sql
from queries.portable_sql.spark import breaches_of_transpiling, query_to_spark, to_spark

__all__ = [
    "Breach",
    "Sql",
    "breaches_of_figure",
    "breaches_of_model",
    "breaches_of_sql",
    "breaches_of_transpiling",
    "query_to_spark",
    "read",
    "tables_known",
    "to_spark",
]
