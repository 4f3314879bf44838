"""kill -9 of a load at any moment: the pointer names a whole snapshot, and the next load completes what was begun.

The short form kills a few times; the long form, `pytest -m long tests/faults`, as often as CX_KILLS says.
"""

import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import duckdb
import pytest

from queries import snapshots
from queries.intake.stage import sha256_of
from queries.load import load
from queries.workspace import Workspace

ROOT = Path(__file__).parents[2]
LOADER = "import sys; from pathlib import Path; from queries.load import load; from queries.workspace import Workspace; " \
         "load(Workspace.create(sys.argv[1]), [Path(sys.argv[2])])"  # fmt: skip
HEADER = "order_id,email,ordered_at,amount,currency,status\n"


def write_orders(folder: Path, name: str, first: int, count: int = 200) -> Path:
    rows = (f"{number},ann{number % 50}@example.com,2026-10-01 10:00,5,EUR,placed\n" for number in range(first, first + count))
    path = folder / name
    path.write_text(HEADER + "".join(rows))
    return path


def killed_load(workspace: Workspace, path: Path, after: float) -> bool:
    """Start a load and kill it after some seconds; return whether it was still at work."""
    child = subprocess.Popen(
        [sys.executable, "-c", LOADER, str(workspace.root), str(path)],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        start_new_session=True,
        stderr=subprocess.PIPE,
    )
    try:
        _, told = child.communicate(timeout=after)
    except subprocess.TimeoutExpired:
        os.killpg(child.pid, signal.SIGKILL)
        child.communicate()
        return True
    assert child.returncode == 0, told.decode()
    return False


def check_whole(workspace: Workspace) -> tuple[str, int]:
    """The snapshot behind the pointer: its checksum is that of its manifest, its rows are those of its files."""
    snapshot = snapshots.current(workspace)
    assert snapshot is not None
    told = json.loads(snapshot.path.with_suffix(".json").read_text())
    assert sha256_of(snapshot.path) == told["sha256"]
    with duckdb.connect(str(snapshot.path), read_only=True) as connection:
        rows = {name: connection.table(name).count("*").fetchall()[0][0] for (name,) in connection.sql("show tables").fetchall()}
    assert rows == told["tables"]
    assert rows["files"] == len(snapshot.files)
    return snapshot.snapshot_id, rows["orders"]


def kill_often(tmp_path: Path, times: int, seed: int) -> int:
    """Kill load after load at random moments; return how many were really at work."""
    workspace, draw, struck = Workspace.create(tmp_path / "workspace"), random.Random(seed), 0
    started = time.perf_counter()
    load(workspace, [write_orders(tmp_path, "orders 0.csv", 0)])
    whole = (time.perf_counter() - started) * 1.5
    _, orders = check_whole(workspace)
    for number in range(1, times + 1):
        path = write_orders(tmp_path, f"orders {number}.csv", number * 200)
        struck += killed_load(workspace, path, draw.uniform(0.05, whole))
        _, now = check_whole(workspace)
        assert now in (orders, orders + 200), "half of a file was published"
        orders = now
    report = load(workspace, [tmp_path / f"orders {number}.csv" for number in range(times + 1)])
    _, orders = check_whole(workspace)
    assert orders == 200 * (times + 1)
    assert not report.refused
    assert not list(workspace.staging.iterdir())
    assert not list(workspace.snapshots.glob(".build-*"))
    return struck


def test_a_load_that_is_killed_leaves_the_last_good_snapshot(tmp_path):
    assert kill_often(tmp_path, times=8, seed=7) >= 3


@pytest.mark.long
def test_a_load_that_is_killed_a_thousand_times_leaves_the_last_good_snapshot(tmp_path):
    assert kill_often(tmp_path, times=int(os.environ.get("CX_KILLS", "1000")), seed=11) > 0
