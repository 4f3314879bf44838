"""Apache Spark as the engine of a build: runs queries in Spark's SQL and writes what they return as Parquet, each table once.

Everything it reads and writes lies in one folder, which the machines of a cluster must all see under the same path.
"""

import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from queries.engines.duckdb import EngineError
from queries.errors import BuildError

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

SCHEMES: Final = ("local", "spark://", "sc://", "yarn", "k8s://")
MEANING: Final[Mapping[str, str]] = {
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.timestampType": "TIMESTAMP_NTZ",
    "spark.sql.ansi.enabled": "true",
    "spark.sql.caseSensitive": "false",
}
"""What gives the portable subset the meaning that it has on DuckDB; whatever else a cluster is told stays as it is told."""
AT_HOME: Final[Mapping[str, str]] = {
    "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
}
"""What a Spark of this machine alone is told, too: it listens to nobody else."""
SECONDS_ALONE: Final = 120
SECONDS_BETWEEN_LOOKS: Final = 5


def is_spark(url: str) -> bool:
    """Return whether an address names a Spark: local[…], a master, or a Spark Connect server."""
    return url.startswith(SCHEMES)


@dataclass(frozen=True, slots=True)
class Spark:
    """Tables by name, each a folder or file of Parquet; `folder` is where those that it makes are written.

    alone: set once it has had no worker for too long.
    """

    session: "SparkSession"
    folder: Path
    alone: threading.Event = field(default_factory=threading.Event)

    def take_in(self, name: str, path: Path) -> int:
        """Let a name stand for the rows of Parquet; return their number."""
        rows = self._asked(lambda: self.session.read.parquet(str(path)))
        self._asked(lambda: rows.createOrReplaceTempView(name))
        return int(self._asked(rows.count))

    def view(self, name: str, sql: str) -> None:
        """Let a name stand for what a query returns whenever it is read."""
        self._asked(lambda: self.session.sql(sql).createOrReplaceTempView(name))

    def make(self, name: str, sql: str, written: str = "") -> int:
        """Write what a query returns and let `name` stand for it; return its number of rows.

        written: the name of its folder where that differs: nothing is written over, so that what reads the rows before still may.
        """
        path = self.folder / (written or name)
        self._asked(lambda: self.session.sql(sql).write.parquet(str(path)))
        return self.take_in(name, path)

    def differs(self, one: str, other: str) -> bool:
        """Return whether the first of two tables holds a row that the second does not."""
        rows = self.session.table(one).exceptAll(self.session.table(other)).limit(1)
        return bool(self._asked(rows.collect))

    def _asked(self, ask: Any) -> Any:
        from py4j.protocol import Py4JError
        from pyspark.errors import PySparkException

        try:
            return ask()
        except (PySparkException, Py4JError, OSError) as error:  # the last is said by whatever talks to a Spark that has ended
            told = f"it has had no worker for {SECONDS_ALONE} seconds" if self.alone.is_set() else _first_line(error)
            raise EngineError(told) from error


@contextmanager
def open_spark(url: str, folder: Path) -> Iterator[Spark]:
    """Give a Spark whose tables are written into a folder; raise BuildError where it is not installed or does not answer."""
    try:
        from py4j.protocol import Py4JError
        from pyspark.errors import PySparkException, PySparkRuntimeError
        from pyspark.sql import SparkSession
    except ModuleNotFoundError as error:
        raise BuildError(
            "Spark is not installed",
            where=f"engine {url}",
            instead="Run: pip install 'customer-command-center[spark]'; it needs Java 17 or newer, too",
        ) from error
    folder.mkdir(parents=True)
    begun = SparkSession.builder.remote(url) if url.startswith("sc://") else SparkSession.builder.appName("cx load").master(url)
    for name, value in {**MEANING, **(_at_home(folder) if url.startswith("local") else {})}.items():
        begun = begun.config(name, value)
    try:
        session = begun.getOrCreate()
    except (PySparkException, PySparkRuntimeError, Py4JError, OSError) as error:
        raise BuildError(
            f"Spark does not answer: {_first_line(error)}",
            where=f"engine {url}",
            instead="See that it runs, and that Java is there",
        ) from error
    if not url.startswith("sc://"):
        session.sparkContext.setLogLevel("ERROR")  # it warns of every wide plan; what fails is raised
    spark = Spark(session, folder)
    try:
        with nullcontext() if url.startswith(("local", "sc://")) else _attended(spark):
            yield spark
    finally:
        session.stop()


@contextmanager
def _attended(spark: Spark) -> Iterator[None]:
    """Cancel whatever a cluster runs once it has had no worker for SECONDS_ALONE: by itself it waits for one without end."""
    ended = threading.Event()
    watching = threading.Thread(target=_watch, args=(spark, ended), daemon=True)
    watching.start()
    try:
        yield
    finally:
        ended.set()
        watching.join()


def _watch(spark: Spark, ended: threading.Event) -> None:
    from py4j.protocol import Py4JError

    context = spark.session.sparkContext
    seen = time.monotonic()
    while not ended.wait(SECONDS_BETWEEN_LOOKS):
        try:
            if len(context._jsc.sc().statusTracker().getExecutorInfos()) > 1:  # one of them is the driver, which computes nothing
                seen = time.monotonic()
            elif time.monotonic() - seen > SECONDS_ALONE:
                spark.alone.set()
                context.cancelAllJobs()
        except (Py4JError, OSError):  # Spark itself has ended: whoever asks it is told
            return


def _at_home(folder: Path) -> Mapping[str, str]:
    """What does not fit into memory is put beside the build, so that it goes with it."""
    beside = folder.with_name(f"{folder.name}-spilled")
    return {**AT_HOME, "spark.local.dir": str(beside), "spark.sql.warehouse.dir": str(beside / "warehouse")}


def _first_line(error: BaseException) -> str:
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return lines[0] if lines else type(error).__name__
