"""`python -m tests.spark.model_cases URL FOLDER`: every case of tests/queries/<model>/ on Spark; prints how many held and which did not."""

import sys
from dataclasses import replace
from pathlib import Path

from queries.build import CHECKS
from queries.engines.duckdb import column_types, fill_table
from queries.engines.spark import Spark, open_spark
from queries.model import Model, read_model
from queries.spark_build import make_tables
from tests.databases import empty_database
from tests.queries.test_models import CASES, MODELS, comparable, put_input, put_rows, read_table


def broken(spark: Spark, model: Model, case: Path, folder: Path) -> str:
    """What a case expects and Spark does not make, or the other way round; empty when it holds."""
    connection = empty_database()
    for table in sorted(model.needs):
        put_input(connection, case, table)
    (folder / "given").mkdir(parents=True)
    make_tables(replace(spark, folder=folder / "made"), connection, [model], folder / "given")
    fill_table(connection, model.name, folder / "made" / model.name, ())
    columns, expected = read_table(case / "expect.csv")
    types = column_types(connection, model.name)
    names = [column.partition(":")[0] for column in columns]
    put_rows(connection, "expected_rows", {name: types[name] for name in names}, names, expected)
    made = comparable(connection.table(model.name).select(*names).fetchall())
    wanted = comparable(connection.table("expected_rows").fetchall())
    connection.close()
    return "" if made == wanted else f"missing {dict(wanted - made)}, too many {dict(made - wanted)}"


def main(url: str, folder: Path) -> int:
    cases = [case for case in CASES if MODELS[case.parent.name].parent != CHECKS]
    failed = 0
    with open_spark(url, folder / "session") as spark:
        for number, case in enumerate(cases):
            told = broken(spark, read_model(MODELS[case.parent.name]), case, folder / str(number))
            if told:
                failed += 1
                sys.stdout.write(f"{case.parent.name}/{case.name}: {told}\n")
    sys.stdout.write(f"{len(cases) - failed} of {len(cases)} cases hold on Spark.\n")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], Path(sys.argv[2])))
