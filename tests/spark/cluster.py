"""A Spark cluster on this machine alone: a master and workers of their own processes, on loopback."""

import os
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from tests.deploy.machine import free_port

SECONDS: Final = 90.0
MASTER: Final = "org.apache.spark.deploy.master.Master"
WORKER: Final = "org.apache.spark.deploy.worker.Worker"
SUBMIT: Final = "org.apache.spark.deploy.SparkSubmit"
CONNECT: Final = "org.apache.spark.sql.connect.service.SparkConnectServer"


@dataclass(kw_only=True)
class Cluster:
    """A master, its address, and its workers by the order in which they were started."""

    url: str
    folder: Path
    master: subprocess.Popen[bytes]
    workers: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def add_worker(self) -> None:
        """Start one more worker of one core, and wait until the master knows it."""
        number = len(self.workers)
        port = ["--port", str(free_port()), "--webui-port", str(free_port())]
        limits = ["--cores", "1", "--memory", "1g", "-d", str(self.folder / f"worker-{number}")]
        self.workers.append(
            started(self.folder / f"worker-{number}.log", WORKER, "--host", "127.0.0.1", *port, *limits, self.url)
        )
        waited_for(lambda: self.log().count("Registering worker") > number, f"worker {number} did not register:\n{self.log()}")

    def log(self) -> str:
        return (self.folder / "master.log").read_text(encoding="utf-8")

    def stop(self) -> None:
        for process in (*self.workers, self.master):
            process.kill()
            process.wait()


@contextmanager
def cluster(folder: Path, workers: int = 2) -> Iterator[Cluster]:
    """Give a standalone cluster with so many workers; what it logs lies in `folder`."""
    port = free_port()
    master = started(folder / "master.log", MASTER, "--host", "127.0.0.1", "--port", str(port), "--webui-port", str(free_port()))
    made = Cluster(url=f"spark://127.0.0.1:{port}", folder=folder, master=master)
    try:
        waited_for(lambda: "I have been elected leader" in made.log(), "the master did not start")
        for _ in range(workers):
            made.add_worker()
        yield made
    finally:
        made.stop()


@contextmanager
def connect_server(folder: Path) -> Iterator[str]:
    """Give the address of a Spark Connect server that computes in its own process."""
    port, log = free_port(), folder / "connect.log"
    settings = {
        "spark.connect.grpc.binding.port": str(port),
        "spark.connect.grpc.binding.address": "127.0.0.1",
        "spark.ui.enabled": "false",
    }
    told = [word for name, value in settings.items() for word in ("--conf", f"{name}={value}")]
    server = started(log, SUBMIT, "--master", "local[2]", *told, "--class", CONNECT, "spark-internal", memory="1g")
    try:
        waited_for(lambda: "Spark Connect server started" in log.read_text(encoding="utf-8"), "Spark Connect did not start")
        yield f"sc://127.0.0.1:{port}"
    finally:
        server.kill()
        server.wait()


def home() -> Path:
    """The folder of Spark, as the extra `spark` installs it."""
    found = find_spec("pyspark")
    assert found is not None, "Spark is not installed. Run: make test-spark"
    return Path(str(found.origin)).parent


def environment() -> dict[str, str]:
    """What every process of a cluster is told: to listen to this machine alone, and to take few parts of what is small."""
    few = Path(__file__).parent / "conf"
    return os.environ | {
        "SPARK_HOME": str(home()),
        "SPARK_LOCAL_IP": "127.0.0.1",
        "SPARK_CONF_DIR": str(few),
        "TZ": "UTC",
    }


def started(log: Path, name: str, *words: str, memory: str = "256m") -> subprocess.Popen[bytes]:
    """Start one of Spark's own programs in a process of its own."""
    with log.open("wb") as told:
        return subprocess.Popen(
            [home() / "bin" / "spark-class", name, *words],
            stdout=told,
            stderr=subprocess.STDOUT,
            env=environment() | {"SPARK_DAEMON_MEMORY": memory},
        )


def waited_for(is_so: Callable[[], bool], sentence: str) -> None:
    """Wait until something is so; fail with a sentence when it has not become so in time."""
    until = time.monotonic() + SECONDS
    while not is_so():
        assert time.monotonic() < until, sentence
        time.sleep(0.2)
