"""The snapshots that are kept, the way back to an earlier one, and everything built anew from the raw exports."""

from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path

import duckdb
import orjson
import pytest

from dashboard.cli import main
from metrics import CommandCenter
from queries import snapshots
from queries.errors import SnapshotError
from queries.load import load
from queries.rollback import kept_snapshots, rollback, standing
from queries.watch import Inbox, look
from queries.workspace import Workspace

NOW = datetime(2026, 11, 1, 12)
HEADER = "order_id,email,ordered_at,amount,currency,status\n"


def order(number: int) -> str:
    return f"{number},ann@example.com,2026-10-0{number} 10:00,{number}5,EUR,placed\n"


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    """Two loads, of one file each."""
    made = Workspace.create(tmp_path / "workspace")
    for number in (1, 2):
        export = tmp_path / f"orders {number}.csv"
        export.write_text(HEADER + order(number))
        load(made, [export], now=NOW + timedelta(days=number))
    return made


def rows_of(path: Path) -> dict[str, Counter[tuple[object, ...]]]:
    """Every table of a snapshot as a multiset of rows, but for what only tells of the build before."""
    with duckdb.connect(str(path), read_only=True) as connection:
        names = [name for (name,) in connection.sql("show tables").fetchall()]
        return {name: Counter(map(repr, connection.table(name).fetchall())) for name in names if name != "build_before"}


def orders_of(center: CommandCenter) -> int:
    return int(center.ledger_summary()["records"])


def test_readers_follow_a_rollback_and_no_load_without_files_undoes_it(workspace, tmp_path, capsys):
    newest, oldest = kept_snapshots(workspace)
    assert (newest.is_current, newest.is_whole, newest.files, newest.definitions_changed) == (True, True, 2, False)
    assert (oldest.is_current, oldest.files, oldest.definitions_changed) == (False, 1, None)
    center = CommandCenter.open(workspace.root)
    assert orders_of(center) == 2

    note = rollback(workspace, "", NOW)
    assert (center.snapshot, orders_of(center), note.files_left) == (oldest.snapshot, 1, 1)
    with pytest.raises(SnapshotError, match="no snapshot before the one that is served"):
        rollback(workspace, "", NOW)
    left = load(workspace, [], now=NOW)
    assert (left.changed, left.snapshot) == (False, oldest.snapshot)
    assert "without 1 file loaded since" in left.notices[0]
    inbox = Inbox(workspace=workspace)
    assert (look(inbox), look(inbox)) == (None, None)
    again = load(workspace, [tmp_path / "orders 2.csv"], now=NOW)
    assert (again.changed, orders_of(center)) == (False, 1)

    with pytest.raises(SystemExit):
        main(["snapshots", "--json", "--workspace", str(workspace.root)])
    told = orjson.loads(capsys.readouterr().out)
    assert [one["is_current"] for one in told["snapshots"]] == [False, True]
    assert told["rolled_back"]["files_left"] == 1

    assert rollback(workspace, newest.snapshot, NOW) is None
    assert (orders_of(center), standing(workspace)) == (2, None)
    center.close()


def test_new_files_or_a_changed_declaration_build_from_everything_again(workspace, tmp_path):
    rollback(workspace, "", NOW)
    (tmp_path / "orders 3.csv").write_text(HEADER + order(3))
    report = load(workspace, [tmp_path / "orders 3.csv"], now=NOW + timedelta(days=3))
    assert (report.changed, len(snapshots.current(workspace).files), standing(workspace)) == (True, 3, None)

    rollback(workspace, "", NOW)
    (workspace.root / "workspace.toml").write_text('title = "Another name"\n')
    inbox = Inbox(workspace=workspace)
    assert look(inbox).changed
    assert (len(snapshots.current(workspace).files), standing(workspace)) == (3, None)


def test_a_damaged_or_unknown_snapshot_is_refused_and_the_pointer_stays(workspace, capsys):
    newest, oldest = kept_snapshots(workspace)
    path = workspace.snapshots / f"{oldest.snapshot}.duckdb"
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(bytes(content))
    with pytest.raises(SnapshotError, match="is damaged"):
        rollback(workspace, "", NOW)
    with pytest.raises(SnapshotError, match=r'there is no snapshot "20260101T000000-0"'):
        rollback(workspace, "20260101T000000-0", NOW)
    with pytest.raises(SystemExit):
        main(["snapshots", "--workspace", str(workspace.root)])
    assert "damaged" in capsys.readouterr().out
    assert (snapshots.current(workspace).snapshot_id, standing(workspace)) == (newest.snapshot, None)


def test_a_rebuild_casts_every_row_anew_and_makes_equal_tables(workspace):
    before = snapshots.current(workspace)
    rollback(workspace, "", NOW)
    for typed in workspace.typed.rglob("*.parquet"):
        typed.write_bytes(b"damaged")  # what was cast before is not looked at
    report = load(workspace, [], now=NOW + timedelta(days=4), anew=True)
    after = snapshots.current(workspace)
    assert (report.changed, report.snapshot, standing(workspace)) == (True, after.snapshot_id, None)
    assert after.snapshot_id != before.snapshot_id
    then, now = rows_of(before.path), rows_of(after.path)
    assert then.keys() == now.keys()
    assert {name: rows for name, rows in now.items() if rows != then[name]} == {}
