"""What the tests on Spark share: the tiny sample built by the database and by each Spark, a cluster, and commands of their own."""

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import ROOT, TEMPLATES, TINY
from tests.spark.cluster import Cluster, cluster, environment

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.spark)


def run(*words: str, seconds: float = 1500.0) -> subprocess.CompletedProcess[str]:
    """Run one of our own commands in a process of its own, as one that speaks to a Spark must."""
    told = environment() | {"PYTHONPATH": str(ROOT)}
    return subprocess.run(
        [sys.executable, "-m", *words], cwd=ROOT, env=told, capture_output=True, text=True, check=False, timeout=seconds
    )


def run_well(*words: str) -> str:
    """Run one of our own commands; what it said is shown when it fails."""
    told = run(*words)
    assert told.returncode == 0, f"{' '.join(words)}\n{told.stdout[-4000:]}\n{told.stderr[-4000:]}"
    return told.stdout


def load_on(workspace: Path, url: str) -> Path:
    """Load the tiny sample with the sample company's declarations on a Spark, as a person would; return the snapshot."""
    shutil.copytree(TEMPLATES, workspace)
    run_well("dashboard.cli", "load", "--workspace", str(workspace), "--engine", url, str(TINY))
    return served(workspace)


def served(workspace: Path) -> Path:
    return workspace / "snapshots" / (workspace / "CURRENT").read_text(encoding="utf-8").strip()


@pytest.fixture(scope="session")
def on_two_workers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    with cluster(tmp_path_factory.mktemp("cluster")) as made:
        yield made


@pytest.fixture(scope="session")
def local_workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tiny sample built by a Spark of this machine alone."""
    workspace = tmp_path_factory.mktemp("local") / "workspace"
    load_on(workspace, "local[2]")
    return workspace


@pytest.fixture(scope="session")
def cluster_workspace(on_two_workers: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tiny sample built by a master and two workers."""
    workspace = tmp_path_factory.mktemp("standalone") / "workspace"
    load_on(workspace, on_two_workers.url)
    return workspace
