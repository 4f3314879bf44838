"""A worker is killed in the middle of a load: it goes on with the other one; without any it ends, and the snapshot before keeps serving."""

import shutil
import subprocess
import sys
import time
from pathlib import Path

from benchmarks.same_rows import differences
from metrics import CommandCenter
from tests.conftest import ROOT, run_module
from tests.spark.cluster import cluster, environment
from tests.spark.conftest import served
from tests.spark.test_parity import OF_THE_LOAD

TABLES_MADE = 40
SECONDS = 600.0


def test_a_load_goes_on_after_one_of_two_workers_was_killed(tiny_workspace: Path, tmp_path: Path) -> None:
    reference = workspace_of(tiny_workspace, tmp_path / "reference", "# built by the database")
    run_module("dashboard.cli", "load", "--workspace", str(reference))
    with cluster(tmp_path) as made:
        workspace = workspace_of(tiny_workspace, tmp_path / "workspace", f'engine = "{made.url}"')
        load = begun(workspace)
        wait_until_at_work(workspace, load)
        made.workers[0].kill()
        stdout, stderr = load.communicate(timeout=SECONDS)
    assert load.returncode == 0, f"{stdout[-2000:]}\n{stderr[-2000:]}"
    assert served(workspace) != workspace / "snapshots" / served(tiny_workspace).name
    assert differences(served(reference), served(workspace), OF_THE_LOAD) == {}


def test_a_load_ends_plainly_after_all_was_killed_and_the_snapshot_before_serves(tiny_workspace: Path, tmp_path: Path) -> None:
    with cluster(tmp_path) as made:
        workspace = workspace_of(tiny_workspace, tmp_path / "workspace", f'engine = "{made.url}"')
        before = served(workspace)
        load = begun(workspace)
        wait_until_at_work(workspace, load)
        made.stop()
        _, stderr = load.communicate(timeout=SECONDS)
    assert load.returncode not in (0, None)
    assert "Spark" in stderr, stderr[-2000:]
    assert "Traceback" not in stderr, stderr[-4000:]
    assert served(workspace) == before
    assert list((workspace / "raw" / "staging").iterdir()) == []
    told = CommandCenter.open(workspace).ask("cases_opened").to_json()
    assert told == CommandCenter.open(tiny_workspace).ask("cases_opened").to_json()
    run_module("dashboard.cli", "load", "--workspace", str(workspace), "--engine", "")
    assert served(workspace) != before


def workspace_of(tiny_workspace: Path, folder: Path, line: str) -> Path:
    """A copy of the tiny workspace with one more line in its settings, after which the next load builds."""
    shutil.copytree(tiny_workspace, folder)
    settings = folder / "workspace.toml"
    settings.write_text(f"{settings.read_text(encoding='utf-8')}\n{line}\n", encoding="utf-8")
    return folder


def begun(workspace: Path) -> "subprocess.Popen[str]":
    words = [sys.executable, "-m", "dashboard.cli", "load", "--workspace", str(workspace)]
    told = environment() | {"PYTHONPATH": str(ROOT)}
    return subprocess.Popen(words, cwd=ROOT, env=told, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def wait_until_at_work(workspace: Path, load: "subprocess.Popen[str]") -> None:
    """Wait until a good part of the tables has been written."""
    until = time.monotonic() + SECONDS
    while len(list(workspace.glob("raw/staging/spark/made/*/_SUCCESS"))) < TABLES_MADE:
        assert load.poll() is None, load.communicate()
        assert time.monotonic() < until
        time.sleep(0.2)
