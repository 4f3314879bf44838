"""The whole load: take in, build, publish; and the inbox that is watched."""

import shutil
from datetime import datetime
from pathlib import Path

import duckdb
import pytest
from filelock import FileLock

from queries import snapshots
from queries.errors import DeclarationError, DeclarationErrors, IntakeError, SnapshotError, WorkspaceBusy
from queries.intake import manifest
from queries.intake.database import connect
from queries.load import load
from queries.watch import Inbox, look, status
from queries.workspace import Workspace

HEADER = "order_id,email,ordered_at,amount,currency,status\n"
NOW = datetime(2026, 11, 1, 12)


def order(number: int, status: str = "placed") -> str:
    return f"{number},ann@example.com,2026-10-0{number} 10:00,5,EUR,{status}\n"


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return Workspace.create(tmp_path / "workspace")


@pytest.fixture
def exports(tmp_path: Path) -> Path:
    folder = tmp_path / "exports"
    folder.mkdir()
    (folder / "orders.csv").write_text(HEADER + order(1))
    return folder


def orders_in(workspace: Workspace) -> list[tuple[str, str]]:
    snapshot = snapshots.current(workspace)
    assert snapshot is not None
    with duckdb.connect(str(snapshot.path), read_only=True) as connection:
        return connection.table("orders").select("order_id, status").order("order_id").fetchall()


def test_a_load_publishes_and_the_same_load_again_changes_nothing(workspace, exports):
    first = load(workspace, [exports], now=NOW)
    assert (first.changed, [path.name for path in first.loaded], orders_in(workspace)) == (
        True,
        ["orders.csv"],
        [("1", "placed")],
    )
    again = load(workspace, [exports], now=NOW)
    assert (again.changed, again.snapshot, again.ledger) == (False, first.snapshot, ())
    assert [seen.file_name for seen in again.seen_before] == ["orders.csv"]

    (exports / "more.csv").write_text(HEADER + order(1, "cancelled") + order(2))
    (exports / "notes.csv").write_text("a,b\n1,2\n")
    third = load(workspace, [exports], now=NOW)
    assert orders_in(workspace) == [("1", "cancelled"), ("2", "placed")]
    assert [(line.file_name, line.loaded_new, line.loaded_updated) for line in third.ledger] == [("more.csv", 1, 1)]
    assert [refused.origin.name for refused in third.refused] == ["notes.csv"]

    (workspace.root / "workspace.toml").write_text('title = "Another name"\n')
    renamed = load(workspace, [], now=NOW)
    assert renamed.changed
    assert renamed.snapshot != third.snapshot
    (workspace.root / "workspace.toml").write_text("titel = 1\n")
    with pytest.raises(DeclarationErrors, match='Did you mean "title"'):
        load(workspace, [exports], now=NOW)
    assert snapshots.current(workspace).snapshot_id == renamed.snapshot


def test_nothing_recognised_leaves_everything_as_it_was(workspace, exports):
    (exports / "orders.csv").write_text("a,b\n1,2\n")
    report = load(workspace, [exports], now=NOW)
    assert (report.changed, report.snapshot, len(report.refused)) == (False, None, 1)
    assert not workspace.current.exists()


def test_one_load_at_a_time(workspace, exports):
    with FileLock(workspace.lock), pytest.raises(WorkspaceBusy, match="another load is at work"):
        load(workspace, [exports], now=NOW)


def test_a_file_in_the_inbox_is_loaded_once_it_holds_still_and_a_bad_one_is_set_aside(workspace):
    inbox = Inbox(workspace=workspace)
    (workspace.inbox / "orders.csv").write_text(HEADER + order(1))
    (workspace.inbox / "notes.csv").write_text("a,b\n1,2\n")
    assert look(inbox) is None
    (workspace.inbox / "orders.csv").write_text(HEADER + order(1) + order(2))
    assert look(inbox).refused  # the notes held still, the orders were still being written
    assert (workspace.quarantine / "notes.csv.reason.txt").exists()
    report = look(inbox)
    assert [path.name for path in report.loaded] == ["orders.csv"]
    assert list(workspace.inbox.iterdir()) == []
    told = status(workspace)
    assert (told["state"], told["last_load"]["files"], told["last_error"]) == ("waiting", ["orders.csv"], None)

    (workspace.root / "workspace.toml").write_text("titel = 1\n")
    (workspace.inbox / "more.csv").write_text(HEADER + order(3))
    look(inbox)
    assert look(inbox) is None
    assert status(workspace)["state"] == "failed"
    assert 'Did you mean "title"' in status(workspace)["last_error"]
    assert (workspace.inbox / "more.csv").exists()
    (workspace.root / "workspace.toml").unlink()
    assert look(inbox).changed
    assert len(orders_in(workspace)) == 3


def test_an_export_that_lands_under_the_same_name_during_a_load_is_loaded_next(workspace):
    inbox, path = Inbox(workspace=workspace), workspace.inbox / "orders.csv"
    path.write_text(HEADER + order(1))

    def another_lands(step):
        if step.chapter == "publish" and order(2) not in path.read_text():
            path.write_text(HEADER + order(2))

    assert look(inbox) is None
    assert look(inbox, another_lands).changed
    assert path.read_text() == HEADER + order(2)
    assert look(inbox) is None
    assert look(inbox).changed
    assert orders_in(workspace) == [("1", "placed"), ("2", "placed")]
    assert list(workspace.inbox.iterdir()) == []


def test_a_file_whose_sums_no_column_holds_is_set_aside_and_the_one_beside_it_is_loaded(workspace):
    inbox, largest = Inbox(workspace=workspace), "99999999999999.99"
    odd = "".join(f"odd-{n},ben@example.com,2026-10-01 10:00,{largest},EUR,placed\n" for n in range(1_000))
    (workspace.inbox / "odd.csv").write_text(HEADER + odd)
    (workspace.inbox / "one.csv").write_text(HEADER + order(1) + f"2,eve@example.com,2026-10-01 10:00,{largest},EUR,placed\n")
    assert look(inbox) is None
    look(inbox)
    assert orders_in(workspace) == [("1", "placed"), ("2", "placed")]
    reason = (workspace.quarantine / "odd.csv.reason.txt").read_text()
    assert reason.startswith("odd.csv: everything can be built without it, and not with it (")
    assert len(reason.splitlines()) == 1


def test_a_file_that_could_not_be_built_from_is_tried_again_when_it_is_mended(workspace, monkeypatch):
    inbox, path, fails = Inbox(workspace=workspace), workspace.inbox / "orders.csv", [OSError("the disk is full")]
    path.write_text(HEADER + order(1))

    def load_or_fail(*given):
        if fails:
            raise fails.pop()
        return load(*given)

    monkeypatch.setattr("queries.watch.load", load_or_fail)
    assert [look(inbox), look(inbox), look(inbox)] == [None, None, None]
    assert status(workspace)["last_error"] == "the disk is full"
    path.write_text(HEADER + order(1) + order(2))
    assert look(inbox) is None
    assert look(inbox).changed


def test_a_file_refused_twice_under_one_name_is_kept_as_it_came_last(workspace):
    inbox, path = Inbox(workspace=workspace), workspace.inbox / "notes.csv"
    for content in ("a,b\n1,2\n", ""):
        path.write_text(content)
        look(inbox)
        assert look(inbox).refused
        assert (workspace.quarantine / "notes.csv").read_text() == content
        assert list(workspace.inbox.iterdir()) == []


def test_a_file_that_holds_the_same_as_a_refused_one_is_refused_too(workspace):
    for folder in ("a", "b"):
        (workspace.inbox / folder).mkdir()
        (workspace.inbox / folder / "notes.csv").write_text("a,b\n1,2\n")
    inbox = Inbox(workspace=workspace)
    look(inbox)
    report = look(inbox)
    assert report is not None
    assert (len(report.refused), report.seen_before) == (2, ())
    assert sorted(path.name for path in workspace.quarantine.iterdir()) == ["notes.csv", "notes.csv.reason.txt"]
    assert not [path for path in workspace.root.rglob("*notes.csv") if path.parent != workspace.quarantine]


def test_a_load_killed_between_publishing_and_listing_loses_no_file(workspace, exports):
    load(workspace, [exports], now=NOW)
    (workspace.registry / "files.json").unlink()
    assert load(workspace, [], now=NOW).refused == ()
    assert orders_in(workspace) == [("1", "placed")]


def test_a_load_killed_between_publishing_and_listing_does_not_forget_how_columns_were_read(workspace, exports):
    (exports / "days.csv").write_text(HEADER + "7,ann@example.com,13/02/2026,5,EUR,placed\n")
    load(workspace, [exports], now=NOW)
    (workspace.registry / "files.json").unlink()
    (workspace.registry / "columns.json").write_text("{}")
    (exports / "months.csv").write_text(HEADER + "8,ann@example.com,02/13/2026,5,EUR,placed\n")
    (refused,) = load(workspace, [exports / "months.csv"], now=NOW).refused
    assert "was read day first in days.csv" in refused.reason


def built(workspace: Workspace, rows: int) -> Path:
    path = snapshots.new_build(workspace)
    with connect(path) as connection:
        connection.sql(f"select unnest(range({rows})) as number").create("numbers")
        connection.execute("checkpoint")
    return path


def publish(workspace: Workspace, path: Path, place: int) -> snapshots.Snapshot:
    return snapshots.publish(workspace, path, files=["f"], definitions="d", now=datetime(2026, 1, 1, 0, 0, place))


TILLS = """title = "Tills"
source = "till"
[recognise]
columns = ["Receipt", "Day", "Sum"]
[[rows]]
entity = "orders"
primary = true
[rows.columns]
order_id = "Receipt"
ordered_at = { column = "Day", formats = ["%d.%m.%Y"] }
amount = "Sum"
currency = { value = "EUR" }
status = { value = "placed" }
"""


def test_a_declaration_that_reads_nothing_any_more_is_an_error_and_one_that_reads_less_is_told(workspace, exports):
    (workspace.root / "sources").mkdir()
    format_ = workspace.root / "sources" / "tills.toml"
    format_.write_text(TILLS)
    (exports / "till.csv").write_text("Receipt,Day,Sum\n1,05.01.2026,5\n2,06.01.2026,6\n3,13.01.2026,6\n")
    before = load(workspace, [exports / "till.csv"], now=NOW).snapshot
    format_.write_text(TILLS.replace("%d.%m.%Y", "%Y/%m/%d"))
    with pytest.raises(
        DeclarationError, match=r"sources/tills.toml: reads none of the 3 records of till.csv any more; the first"
    ):
        load(workspace, [], now=NOW)
    served = snapshots.current(workspace)
    assert served is not None
    assert served.snapshot_id == before
    format_.write_text(TILLS.replace("%d.%m.%Y", "%m.%d.%Y"))
    assert load(workspace, [], now=NOW).notices == ("till.csv: 1 refused as it is declared now, 0 before",)
    left_out = '[[leave_out]]\ncolumn = "Sum"\nis_one_of = ["5", "6"]\nreason = "A trial."\n'
    format_.write_text(TILLS.replace("[[rows]]", left_out + "[[rows]]"))
    assert load(workspace, [], now=NOW).notices[0].startswith("till.csv: 3 refused")


def test_three_snapshots_are_kept_and_leftovers_swept(workspace):
    made = [publish(workspace, built(workspace, place + 1), place) for place in range(5)]
    (workspace.snapshots / ".build-dead.duckdb").write_text("half")
    (workspace.staging / "left").mkdir()
    snapshots.sweep(workspace, ["f"])
    assert sorted(path.name for path in workspace.snapshots.glob("*.duckdb")) == [one.path.name for one in made[2:]]
    assert not list(workspace.snapshots.glob(".*"))
    assert not list(workspace.staging.iterdir())
    assert snapshots.current(workspace) == made[-1]


def test_a_half_written_build_is_never_published(workspace):
    good = publish(workspace, built(workspace, 1), 0)
    whole = built(workspace, 100_000)
    for kept in (0, 100, 5_000, whole.stat().st_size // 2):
        cut = snapshots.new_build(workspace)
        cut.write_bytes(whole.read_bytes()[:kept])
        with pytest.raises(SnapshotError):
            publish(workspace, cut, 1)
    assert snapshots.current(workspace) == good


def test_a_build_that_was_not_closed_is_never_published(workspace):
    path = built(workspace, 1)
    path.with_name(f"{path.name}.wal").write_bytes(b"log")
    with pytest.raises(SnapshotError, match="was not closed"):
        publish(workspace, path, 1)


def test_a_nearly_full_disk_is_told_before_building(workspace, monkeypatch):
    monkeypatch.setattr(shutil, "disk_usage", lambda path: shutil._ntuple_diskusage(10, 9, 1))
    with pytest.raises(SnapshotError, match="MB are needed to build"):
        snapshots.new_build(workspace)


def test_damaged_raw_rows_are_told_and_the_old_snapshot_stays(workspace, exports):
    first = load(workspace, [exports], now=NOW)
    raw = next(workspace.raw.glob("*.parquet"))
    content = bytearray(raw.read_bytes())
    content[len(content) // 2] ^= 1
    raw.write_bytes(bytes(content))
    shutil.rmtree(workspace.typed)
    workspace.typed.mkdir()
    (workspace.root / "workspace.toml").write_text('title = "Another name"\n')
    with pytest.raises(IntakeError, match=r"the raw rows of orders\.csv are damaged"):
        load(workspace, [], now=NOW)
    assert snapshots.current(workspace).snapshot_id == first.snapshot


def test_a_yes_and_a_no_of_one_second_are_both_kept(workspace: Workspace, tmp_path: Path) -> None:
    words = tmp_path / "consents.csv"
    words.write_text(
        "email,purpose,channel,granted,effective_at\n"
        "ann@example.com,promotional,email,false,2026-05-01T10:00:00Z\n"
        "ann@example.com,promotional,email,true,2026-05-01T10:00:00Z\n",
        encoding="utf-8",
    )
    (line,) = load(workspace, [words]).ledger
    assert (line.records, line.loaded_new) == (2, 2)


def test_no_private_copy_is_left_by_a_load(workspace):
    with snapshots.staging_emptied(workspace):
        (workspace.staging / "left.staged").write_text("x")
        (workspace.staging / "folder").mkdir()
    assert not list(workspace.staging.iterdir())


def test_a_snapshot_is_named_after_all_before_it_whatever_the_clock_says(workspace):
    made = [publish(workspace, built(workspace, place + 1), 30 - place) for place in range(5)]
    assert [one.snapshot_id for one in snapshots.published(workspace)] == [one.snapshot_id for one in reversed(made)]
    assert made[-1].made_at == datetime(2026, 1, 1, 0, 0, 26)


def test_a_manifest_without_its_database_is_swept(workspace):
    kept = publish(workspace, built(workspace, 1), 0)
    (workspace.snapshots / "20260102T000000-0badc0de.json").write_text("{}")
    (workspace.registry / ".files.json.new").write_text("[")
    (workspace.root / ".CURRENT.new").write_text("")
    snapshots.sweep(workspace, ["f"])
    assert {path.stem for path in workspace.snapshots.iterdir()} == {kept.snapshot_id}
    assert not list(workspace.root.rglob("*.new"))


def test_a_snapshot_that_was_never_served_cannot_be_gone_back_to(workspace, exports):
    load(workspace, [exports], now=NOW)
    served = snapshots.current(workspace)
    (exports / "more.csv").write_text(HEADER + order(2))
    load(workspace, [exports], now=NOW)
    snapshots.point_to(workspace, served)  # as if the second load had been killed right before that
    manifest.write_list(workspace, served.files)
    load(workspace, [], now=NOW)
    assert snapshots.published(workspace) == [served]
