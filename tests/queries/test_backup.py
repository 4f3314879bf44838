"""A workspace that is copied, destroyed and brought back tells the same; and a copy from before brings nobody back who was forgotten."""

import json
import shutil
import stat
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from metrics import CommandCenter
from queries.backup import FORGOTTEN, backup, copies, restore
from queries.errors import WorkspaceError
from queries.forget import forget
from queries.intake.database import connect, exactly
from queries.intake.forgotten import Forgotten
from queries.load import load
from queries.registry import registry_file
from queries.workspace import Workspace

NOW = datetime(2026, 11, 23, 3, 0)
LATER = NOW + timedelta(hours=1)
ORDERS = "order_id,email,ordered_at,amount,currency,status\n"
CANARY = "quillfeather"
EVERYBODY = [*(f"ann{number}@example.com" for number in range(1, 6)), f"canary.{CANARY}@example.com"]


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Six customers with an order each, one of them a canary; loaded once for all tests."""
    folder = tmp_path_factory.mktemp("loaded")
    rows = [f"{number},{address},2026-10-0{number},10,EUR,placed\n" for number, address in enumerate(EVERYBODY, start=1)]
    (folder / "orders.csv").write_text(ORDERS + "".join(rows))
    made = Workspace.create(folder / "workspace")
    (made.root / "workspace.toml").write_text('title = "A trial"\n')
    load(made, [folder / "orders.csv"])
    return made.root


@pytest.fixture
def workspace(loaded: Path, tmp_path: Path) -> Workspace:
    return Workspace(Path(shutil.copytree(loaded, tmp_path / "workspace")))


def figures(workspace: Workspace) -> tuple[object, ...]:
    center = CommandCenter.open(workspace.root)
    told = [center.ask(name, period="2026-10").rows for name in ("orders_placed", "customer_equation")]
    return (center.settings()["title"], *map(repr, told))


def ids(workspace: Workspace) -> dict[str, str]:
    """The customer ids of everybody who is known by an address."""
    rows = connect(threads=1).read_parquet(exactly(registry_file(workspace))).select("node_key", "customer_id").fetchall()
    return {key: customer for key, customer in rows if key.startswith("email=")}


def forget_canary(workspace: Workspace) -> None:
    center = CommandCenter.open(workspace.root)
    person, _, _ = center.person(f"canary.{CANARY}@example.com")
    forget(workspace, person)


def holds_canary(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file() and CANARY.encode() in path.read_bytes()]


def test_what_is_destroyed_comes_back_with_the_same_figures_and_customer_ids(workspace: Workspace, tmp_path: Path) -> None:
    before = figures(workspace), ids(workspace)
    made = backup(workspace, tmp_path / "copies", NOW)
    shutil.rmtree(workspace.root)
    done = restore(tmp_path / "copies", workspace.root, LATER)
    assert (figures(workspace), ids(workspace)) == before
    assert (done.copy.name, done.forgotten_anew, done.set_aside) == (made.name, 0, None)


def test_snapshots_come_along_where_they_are_wanted(workspace: Workspace, tmp_path: Path) -> None:
    assert not any(name.endswith(".duckdb") for name in backup(workspace, tmp_path / "copies", NOW).files)
    made = backup(workspace, tmp_path / "copies", LATER, with_snapshots=True)
    served = workspace.current.read_text()
    restore(tmp_path / "copies", workspace.root, LATER)
    assert f"snapshots/{served.strip()}" in made.files
    assert workspace.current.read_text() == served


def test_a_copy_is_its_owners_alone(workspace: Workspace, tmp_path: Path) -> None:
    backup(workspace, tmp_path / "copies", NOW)
    for path in [tmp_path / "copies", *(tmp_path / "copies").rglob("*")]:
        assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0, path


def test_who_was_forgotten_since_is_forgotten_again(workspace: Workspace, tmp_path: Path) -> None:
    old = backup(workspace, tmp_path / "copies", NOW)
    (workspace.root / "note.txt").write_text("kept by hand")
    forget_canary(workspace)
    after = figures(workspace), ids(workspace), Forgotten.of(workspace).kept
    backup(workspace, tmp_path / "copies", LATER)
    shutil.rmtree(workspace.root)
    done = restore(tmp_path / "copies", workspace.root, LATER, name=old.name)
    assert done.forgotten_anew == 1
    assert (figures(workspace), ids(workspace), Forgotten.of(workspace).kept) == after
    assert holds_canary(workspace.root) == []
    assert Forgotten.of(workspace).pending == ()
    (tmp_path / "again.csv").write_text(f"{ORDERS}7,canary.{CANARY}@example.com,2026-10-07,10,EUR,placed\n")
    load(workspace, [tmp_path / "again.csv"])
    assert ids(workspace) == after[1]


def test_who_was_forgotten_after_the_last_copy_stays_so_while_the_workspace_is_there(
    workspace: Workspace, tmp_path: Path
) -> None:
    backup(workspace, tmp_path / "copies", NOW)
    forget_canary(workspace)
    done = restore(tmp_path / "copies", workspace.root, LATER)
    assert done.forgotten_anew == 1
    assert done.set_aside is not None
    assert holds_canary(workspace.root) == []
    assert len(ids(workspace)) == 5


def test_without_the_list_beside_the_copies_an_old_one_does_bring_them_back(workspace: Workspace, tmp_path: Path) -> None:
    """So the list is what the others are held by."""
    old = backup(workspace, tmp_path / "copies", NOW)
    forget_canary(workspace)
    backup(workspace, tmp_path / "copies", LATER)
    shutil.rmtree(workspace.root)
    shutil.rmtree(tmp_path / "copies" / FORGOTTEN)
    assert restore(tmp_path / "copies", workspace.root, LATER, name=old.name).forgotten_anew == 0
    assert len(ids(workspace)) == 6


def test_who_forgets_somebody_is_told_which_copies_hold_them(workspace: Workspace, tmp_path: Path) -> None:
    backup(workspace, tmp_path / "copies", NOW)
    person, _, _ = CommandCenter.open(workspace.root).person(f"canary.{CANARY}@example.com")
    assert forget(workspace, person).copies == (str((tmp_path / "copies").resolve()),)


@pytest.mark.parametrize("damage", ["changed", "missing", "outside", "no manifest"])
def test_a_copy_that_is_not_whole_changes_nothing(workspace: Workspace, tmp_path: Path, damage: str) -> None:
    made = backup(workspace, tmp_path / "copies", NOW)
    file, told = made.path / "files" / "workspace.toml", made.path / "backup.json"
    if damage == "changed":
        file.write_text('title = "Another"\n')
    elif damage == "missing":
        file.unlink()
    elif damage == "outside":
        told.write_text(json.dumps({**json.loads(told.read_text()), "files": {"../outside.toml": "0"}}))
        (made.path / "outside.toml").write_text("x")
    else:
        told.unlink()
    before = figures(workspace)
    with pytest.raises(WorkspaceError):
        restore(tmp_path / "copies", workspace.root, LATER)
    assert figures(workspace) == before
    assert not (tmp_path / "outside.toml").exists()


def test_a_copy_within_the_workspace_is_none(workspace: Workspace) -> None:
    with pytest.raises(WorkspaceError, match="lost with it"):
        backup(workspace, workspace.root / "copies", NOW)
    assert copies(workspace.root / "copies") == []
