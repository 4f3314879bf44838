"""Judges the SQL files: models run on more than one engine, nothing asks the clock, figures stay behind the policies."""

from tools.portable_sql.model import Breach, Sql, read, tables_known
from tools.portable_sql.rules import breaches_of_figure, breaches_of_model, breaches_of_sql
from tools.portable_sql.spark import breaches_of_transpiling, to_spark

__all__ = [
    "Breach",
    "Sql",
    "breaches_of_figure",
    "breaches_of_model",
    "breaches_of_sql",
    "breaches_of_transpiling",
    "read",
    "tables_known",
    "to_spark",
]
