"""A workspace whose files were lost, damaged or may not be written: one sentence, or healed by the next load."""

import errno
import json
import shutil
from threading import Event

import duckdb
import pytest

from metrics import CommandCenter
from queries import snapshots
from queries.errors import QuestionError, SnapshotError, WorkspaceError
from queries.intake.stage import sha256_of
from queries.load import load
from queries.policy import Policy
from queries.view import ViewSpec
from queries.warehouse import Warehouse
from queries.watch import Inbox, look, status, watch
from queries.workspace import Workspace

HEADER = "order_id,email,ordered_at,amount,currency,status\n"
ORDER = "1,ann@example.com,2026-10-01 10:00,5,EUR,placed\n"


@pytest.fixture(scope="module")
def small_workspace(tmp_path_factory):
    """Two orders, loaded: what becomes of damaged files is the same however much they hold."""
    folder = tmp_path_factory.mktemp("small")
    (folder / "first.csv").write_text(HEADER + ORDER.replace("1,ann", "7,ben") + ORDER.replace("1,ann", "8,cem"))
    load(Workspace.create(folder / "workspace"), [folder / "first.csv"])
    return folder / "workspace"


@pytest.fixture
def workspace(small_workspace, tmp_path):
    return Workspace.at(shutil.copytree(small_workspace, tmp_path / "workspace"))


def lose_the_snapshot(workspace):
    snapshots.current(workspace).path.unlink()


def damage_the_snapshot(workspace):
    path = snapshots.current(workspace).path
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def lose_the_manifest(workspace):
    snapshots.current(workspace).path.with_suffix(".json").unlink()


def halve_the_manifest(workspace):
    snapshots.current(workspace).path.with_suffix(".json").write_text("{")


def point_to_nothing(workspace):
    workspace.current.write_text("no such thing\n")


def empty_the_pointer(workspace):
    workspace.current.write_text("")


@pytest.mark.parametrize(
    "broken", [lose_the_snapshot, damage_the_snapshot, lose_the_manifest, halve_the_manifest, point_to_nothing, empty_the_pointer]
)
def test_a_load_builds_anew_what_the_pointer_no_longer_leads_to(workspace, broken):
    orders = CommandCenter.open(workspace.root).ask("orders_placed", period="all").total
    assert orders.n == 2
    broken(workspace)
    assert load(workspace, []).changed
    again = snapshots.current(workspace)
    assert sha256_of(again.path) == json.loads(again.path.with_suffix(".json").read_text())["sha256"]
    assert CommandCenter.open(workspace.root).ask("orders_placed", period="all").total == orders
    assert not load(workspace, []).changed


def test_a_lost_snapshot_is_told_without_the_folder_and_the_watcher_heals_it(workspace):
    lose_the_snapshot(workspace)
    with pytest.raises(SnapshotError) as told:
        CommandCenter.open(workspace.root).ask("orders_placed")
    assert str(told.value).endswith("the snapshot is missing or damaged. Load again.")
    assert str(workspace.root) not in str(told.value)
    assert look(Inbox(workspace=workspace)).changed


def test_typed_rows_that_were_damaged_are_made_again(workspace):
    for path in workspace.typed.glob("*/blocks.json"):
        path.write_text("{")
    with (workspace.root / "workspace.toml").open("a") as file:
        file.write("\n# another\n")
    assert load(workspace, []).changed


@pytest.mark.parametrize("name", ["registry/files.json", "raw/{}.json"])
def test_a_damaged_register_is_one_sentence_and_nothing_changes(workspace, name):
    before = workspace.current.read_text()
    path = workspace.root / name.format(snapshots.current(workspace).files[0])
    path.write_text("{")
    with pytest.raises(WorkspaceError, match=f"{path.parent.name}/{path.name}: is missing or damaged. Restore it"):
        load(workspace, [])
    assert workspace.current.read_text() == before


def test_a_folder_into_which_nothing_was_loaded_cannot_be_built_anew(tmp_path):
    with pytest.raises(WorkspaceError, match=r"nothing has been loaded into it yet\. Run: cx load YOUR_EXPORTS"):
        load(Workspace.at(tmp_path), [])
    assert list(tmp_path.iterdir()) == []


def test_what_the_disk_refuses_is_one_sentence(workspace, tmp_path, monkeypatch):
    export = tmp_path / "orders.csv"
    export.write_text(HEADER + ORDER)

    def refused(*_, **__):
        raise OSError(errno.ENOSPC, "No space left on device", "raw/staging/x")

    monkeypatch.setattr("queries.intake.take_in.stage", refused)
    with pytest.raises(WorkspaceError, match=r"raw/staging/x: the disk refuses it \(no space left on device\)"):
        load(workspace, [export])


def test_a_nearly_full_disk_is_told_before_a_good_file_could_be_blamed(workspace, monkeypatch):
    export, inbox = workspace.inbox / "orders.csv", Inbox(workspace=workspace)
    export.write_text(HEADER + ORDER)
    monkeypatch.setattr(shutil, "disk_usage", lambda path: shutil._ntuple_diskusage(10, 9, 1))
    look(inbox)
    assert look(inbox) is None
    assert "are needed to build" in status(workspace)["last_error"]
    assert export.exists()
    assert not (workspace.quarantine / "orders.csv").exists()


def test_a_link_to_a_folder_in_the_inbox_opens_nothing(workspace, tmp_path):
    outside, inbox = tmp_path / "outside", Inbox(workspace=workspace)
    outside.mkdir()
    (outside / "orders.csv").write_text(HEADER + ORDER)
    (workspace.inbox / "link").symlink_to(outside)
    before = workspace.current.read_text()
    look(inbox)
    look(inbox)
    assert (outside / "orders.csv").exists()
    assert workspace.current.read_text() == before
    assert list(workspace.inbox.iterdir()) == []
    assert "is a link to a folder" in (workspace.quarantine / "link.reason.txt").read_text()


@pytest.mark.parametrize(
    "view",
    [
        ViewSpec(metric_id="mine", fact="fct_promise", counts="cast(promise as integer) > 0", dated_by="decided_at"),
        ViewSpec(metric_id="mine", fact="fct_promise", dated_by="promise"),
    ],
    ids=["counts", "dated_by"],
)
def test_a_definition_that_cannot_be_worked_out_is_one_sentence_without_values(tiny_workspace, view):
    with pytest.raises(QuestionError) as told:
        Warehouse.open(Workspace.at(tiny_workspace)).run("range", Policy.everything(), view)
    assert str(told.value).startswith("definition mine: cannot be worked out (")
    assert "first_reply" not in str(told.value)
    assert "\n" not in str(told.value)


def test_a_watch_that_cannot_write_its_state_goes_on(workspace, monkeypatch):
    inbox = Inbox(workspace=workspace)
    (workspace.inbox / "orders.csv").write_text(HEADER + ORDER)

    def refused(path, text):
        raise OSError(errno.ENOSPC, "No space left on device", str(path))

    look(inbox)
    with monkeypatch.context() as patched:
        patched.setattr("queries.watch.write_durably", refused)
        assert look(inbox) is None
        with pytest.raises(WorkspaceError, match="the disk refuses it"):
            watch(workspace, Event())
    inbox.failed = None
    assert look(inbox).changed


@pytest.mark.parametrize("at", ["queries.load.assemble", "queries.build.declare", "queries.intake.take_in.cast_file"])
def test_a_disk_that_fills_up_during_a_load_blames_no_file_and_is_tried_again(workspace, monkeypatch, at):
    export, inbox, before = workspace.inbox / "orders.csv", Inbox(workspace=workspace), workspace.current.read_text()
    export.write_text(HEADER + ORDER)

    def refused(*_):
        raise duckdb.IOException('IO Error: Could not write file "x": No space left on device')

    look(inbox)
    with monkeypatch.context() as patched:
        patched.setattr(at, refused)
        assert look(inbox) is None
    assert (workspace.current.read_text(), status(workspace)["state"]) == (before, "failed")
    assert export.exists()
    assert not list(workspace.quarantine.iterdir())
    assert look(inbox) is None
    inbox.again_at = 0
    assert look(inbox).changed
