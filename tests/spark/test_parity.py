"""Every table and every answer is the same whichever engine made it."""

from pathlib import Path

import pytest

from benchmarks.same_rows import differences, rows_compared
from metrics import CommandCenter
from tests.golden.test_golden import NAMES
from tests.golden.write import HERE as GOLDEN
from tests.golden.write import as_text, golden
from tests.spark.cluster import Cluster, connect_server
from tests.spark.conftest import load_on, run_well, served
from tests.spark.histories import write_history

OF_THE_LOAD = {"*": ("loaded_at", "staged_at")}
"""What differs between two loads of the same exports, whichever engine: when they were."""
SEEDS = (1, 2, 3)


def test_every_table_has_the_same_rows_from_a_spark_of_this_machine(tiny_workspace: Path, local_workspace: Path) -> None:
    assert differences(served(tiny_workspace), served(local_workspace), OF_THE_LOAD) == {}
    told("local[2]", served(local_workspace))


def test_every_table_has_the_same_rows_from_a_cluster(tiny_workspace: Path, cluster_workspace: Path) -> None:
    assert differences(served(tiny_workspace), served(cluster_workspace), OF_THE_LOAD) == {}
    told("a master and two workers", served(cluster_workspace))


def test_every_table_has_the_same_rows_from_a_spark_connect_server(tiny_workspace: Path, tmp_path: Path) -> None:
    with connect_server(tmp_path) as url:
        snapshot = load_on(tmp_path / "workspace", url)
    assert differences(served(tiny_workspace), snapshot, OF_THE_LOAD) == {}
    told("Spark Connect", snapshot)


@pytest.mark.parametrize("name", NAMES)
def test_every_metric_gives_its_golden_answer_from_a_snapshot_of_spark(local_workspace: Path, name: str) -> None:
    center = CommandCenter.open(local_workspace)
    assert as_text(golden(center, center.metric(name))) == (GOLDEN / f"{name}.json").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", NAMES)
def test_every_metric_gives_its_golden_answer_from_a_snapshot_of_a_cluster(cluster_workspace: Path, name: str) -> None:
    center = CommandCenter.open(cluster_workspace)
    assert as_text(golden(center, center.metric(name))) == (GOLDEN / f"{name}.json").read_text(encoding="utf-8")


@pytest.mark.parametrize("seed", SEEDS)
def test_random_histories_give_the_same_rows(tiny_workspace: Path, tmp_path: Path, seed: int) -> None:
    compare_history(tiny_workspace, tmp_path, seed, "local[2]")


def test_a_random_history_gives_the_same_rows_on_a_cluster(tiny_workspace: Path, on_two_workers: Cluster, tmp_path: Path) -> None:
    compare_history(tiny_workspace, tmp_path, 4, on_two_workers.url)


def test_every_case_of_every_model_holds_on_spark(tmp_path: Path) -> None:
    print(run_well("tests.spark.model_cases", "local[2]", str(tmp_path)))  # noqa: T201


def compare_history(workspace: Path, folder: Path, seed: int, url: str) -> None:
    rows = write_history(served(workspace), folder / "base.duckdb", seed)
    assert rows > 500
    run_well("tests.spark.build_on", str(folder / "base.duckdb"), str(folder / "here.duckdb"))
    run_well("tests.spark.build_on", str(folder / "base.duckdb"), str(folder / "there.duckdb"), url)
    assert differences(folder / "here.duckdb", folder / "there.duckdb") == {}
    told(f"random history {seed}, {rows} rows of entities", folder / "there.duckdb")


def told(what: str, snapshot: Path) -> None:
    tables, rows = rows_compared(snapshot)
    assert tables > 150
    print(f"{what}: {tables} tables, {rows:,} rows, the same")  # noqa: T201
