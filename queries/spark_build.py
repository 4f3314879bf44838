"""Runs the models on Spark: the same files in Spark's words. What they return comes back as Parquet and fills the database.

The database says what type each column has: every table is made there first, empty, by the same query, and filled when all are made.
"""

import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import Final

from sqlglot import exp, parse_one
from sqlglot.errors import UnsupportedError

from queries.build import Progress, Runner, Step
from queries.carried import Carried, carried_by, carrying, needing
from queries.engines.duckdb import (
    Connection,
    EngineError,
    create_empty,
    drop_table,
    fill_table,
    table_names,
    viewed,
    write_parquet,
)
from queries.engines.spark import Spark, open_spark
from queries.errors import BuildError
from queries.model import Model, columns_of, in_order, order_of, unordered, ways_of
from queries.portable_sql import breaches_of_model, query_to_spark, read

GIVEN: Final = "given"
MADE: Final = "made"


def models_on(url: str, folder: Path) -> Runner:
    """Return what makes the table of every model on the Spark at this address; `folder`, which must not be there yet, takes the rows."""

    def run(
        connection: Connection, models: tuple[Model, ...], progress: Progress | None = None, carried: Sequence[Carried] = ()
    ) -> None:
        ordered = in_order([needing(model, carried) for model in models], table_names(connection))
        refuse_what_is_not_portable(ordered)
        (folder / GIVEN).mkdir(parents=True)
        with open_spark(url, folder / MADE) as spark:
            make_tables(spark, connection, ordered, folder / GIVEN, progress, carried)
        for model in ordered:
            if model.is_kept:
                fill_table(connection, model.name, folder / MADE / model.name, order_of(model))
            else:
                drop_table(connection, model.name)

    return run


def make_tables(
    spark: Spark,
    connection: Connection,
    ordered: Sequence[Model],
    given: Path,
    progress: Progress | None = None,
    carried: Sequence[Carried] = (),
) -> None:
    """Make on Spark the table of every model, and an empty one in the database; what they read of that is written into `given`."""
    for table in sorted(set().union(*(model.needs for model in ordered)) & table_names(connection)):
        write_parquet(connection, table, given / f"{table}.parquet")
        spark.take_in(table, given / f"{table}.parquet")
    for number, model in enumerate(ordered, start=1):
        started = time.perf_counter()
        rows = _make(spark, connection, model, carried_by(model, carried))
        if progress:
            seconds = time.perf_counter() - started
            progress(Step(name=model.name, number=number, of=len(ordered), rows=rows, seconds=seconds))


def refuse_what_is_not_portable(models: Sequence[Model]) -> None:
    """Raise BuildError at the first model that Spark might read otherwise than it is meant."""
    known: Mapping[str, frozenset[str]] = {model.name: frozenset(columns_of(model)) for model in models}
    for model in models:
        for breach in breaches_of_model(read(f"{model.path.parent.name}/{model.path.name}", model.sql, known)):
            raise BuildError(f"line {breach.line}: {breach.sentence}", where=breach.file)


def _make(spark: Spark, connection: Connection, model: Model, carried: Sequence[Carried]) -> int:
    """Make one model's table on Spark, and an empty one with its columns in the database; return its number of rows."""
    where = f"{model.path.parent.name}/{model.path.name}"
    bare = replace(model, sql=unordered(model))  # rows are put in order when they are filled in
    try:
        if model.repeats:
            create_empty(connection, model.name, f"from {model.starts_as}")
            return _repeated(spark, model)
        if not carried and not model.worked_out:
            create_empty(connection, model.name, bare.sql, is_kept=model.is_kept)
            return spark.make(model.name, query_to_spark(bare.sql))
        told = f"{model.name}_told"
        further = carrying(bare, told, carried)
        with viewed(connection, told, bare.sql):
            create_empty(connection, model.name, further, worked_out=ways_of(bare))
        spark.view(told, query_to_spark(bare.sql))
        return _worked_out(spark, bare, query_to_spark(further), [one.column for one in carried])
    except UnsupportedError as error:
        raise BuildError(f"Spark cannot say it: {str(error).splitlines()[0]}", where=where) from error
    except EngineError as error:
        raise BuildError(f"Spark refuses it: {error}", where=where) from error


def _worked_out(spark: Spark, model: Model, further: str, carried: Sequence[str]) -> int:
    """Write the rows of a model with what they carry; what is worked out of them is made whenever it is read, as in the database."""
    if not model.worked_out:
        return spark.make(model.name, further)
    written = f"{model.name}_written"
    rows = spark.make(written, further, model.name)
    columns = [*(name for name in columns_of(model) if name not in model.worked_out), *carried]
    query = exp.select(*[exp.column(name, quoted=True) for name in columns]).from_(exp.table_(written))
    for name, way in ways_of(model).items():
        query = query.select(exp.alias_(parse_one(way, read="duckdb"), name, quoted=True))
    spark.view(model.name, query_to_spark(query.sql("duckdb")))
    return rows


def _repeated(spark: Spark, model: Model) -> int:
    """Run a query that reads its own table, from the rows of another one on, until nothing changes."""
    rows = spark.make(model.name, f"table {model.starts_as}", f"{model.name}_0")
    for number in count(1):
        step, before = f"{model.name}_step", rows
        rows = spark.make(step, query_to_spark(unordered(model)), f"{model.name}_{number}")
        is_done = rows == before and not spark.differs(step, model.name)
        spark.make(model.name, f"table {step}", model.name if is_done else f"{model.name}_{number}_kept")
        if is_done:
            break
    return rows
