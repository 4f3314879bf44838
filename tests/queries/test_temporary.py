"""Private folders outside the workspace: held while their process lives, swept by the next when it was killed."""

import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from queries.policy import Policy
from queries.temporary import OwnFolder, own_folder
from queries.warehouse import Warehouse
from queries.workspace import Workspace

ROOT = Path(__file__).parents[2]
HOLDER = """
import time
from queries.temporary import OwnFolder

kept = OwnFolder("spill")
print(kept.path, flush=True)
time.sleep(60)
"""


@pytest.fixture(autouse=True)
def room(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path / f"cx-{os.getuid()}"


@pytest.fixture
def holder(tmp_path):
    """Another process that holds a folder."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "TMPDIR": str(tmp_path)}
    child = subprocess.Popen([sys.executable, "-c", HOLDER], env=environment, stdout=subprocess.PIPE, text=True)
    yield child, Path(child.stdout.readline().strip())
    child.kill()
    child.wait()
    child.stdout.close()


def test_a_folder_lasts_as_long_as_its_block():
    with own_folder("look") as folder:
        assert folder.stat().st_mode & 0o777 == 0o700
    assert not folder.exists()


def test_a_folder_that_another_process_holds_is_left_alone_until_that_is_killed(holder):
    child, held = holder
    (held / "rows.tmp").write_text("spilled")
    OwnFolder("spill").remove()
    assert held.exists()
    child.send_signal(signal.SIGKILL)
    child.wait()
    OwnFolder("spill").remove()
    assert not held.exists()


def test_a_snapshot_that_is_closed_leaves_no_folder(tiny_workspace, room):
    warehouse = Warehouse.open(Workspace.at(tiny_workspace))
    with warehouse.reading(Policy.everything()):
        assert [folder.name.partition("-")[0] for folder in room.iterdir() if folder.is_dir()] == ["spill"]
    warehouse.close()
    assert [folder for folder in room.iterdir() if folder.is_dir()] == []


def test_a_room_that_is_somebody_elses_is_not_used(tmp_path, room):
    outside = tmp_path / "outside"
    outside.mkdir()
    room.symlink_to(outside)
    with own_folder("look") as folder:
        assert folder.parent not in (room, outside)
    assert list(outside.iterdir()) == []
