"""`python -m tests.spark.build_on BASE OUT [URL]`: run every model over the tables of a database, on DuckDB or on a Spark.

A process of its own: a Spark keeps sockets and threads for as long as its process lives.
"""

import shutil
import sys
from contextlib import closing
from pathlib import Path

from queries.build import run_models
from queries.carried import carried_dimensions
from queries.engines.duckdb import open_build
from queries.model import read_models
from queries.spark_build import models_on


def main(base: Path, out: Path, url: str) -> None:
    shutil.copy(base, out)
    run = models_on(url, out.with_suffix(".parquet")) if url else run_models
    with closing(open_build(out, temporary=out.with_suffix(".spilled"))) as connection:
        run(connection, read_models(), None, carried_dimensions(connection))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3] if len(sys.argv) > 3 else "")
