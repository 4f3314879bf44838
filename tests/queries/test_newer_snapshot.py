"""A program that was put back meets a newer one's snapshot: what it can read it tells, the rest it refuses in words, nothing breaks."""

import json
from datetime import datetime
from pathlib import Path

import duckdb
import pytest

from dashboard.app import create_app
from dashboard.settings import Settings
from metrics import CommandCenter
from queries import snapshots
from queries.errors import QuestionError, SnapshotError
from queries.intake.stage import sha256_of
from queries.rollback import kept_snapshots, rollback
from queries.workspace import Workspace

TOLD = "what was loaded was made by another version of this program. Make it anew. Run: cx load."
NOW = datetime(2026, 11, 1)
CHANGED, SAME = "replied_in_time", "nps_relational"


@pytest.fixture
def newer(own_workspace: Path) -> Workspace:
    """The tiny sample, and what a newer program made of it: a column has another name, another is new, so is a table."""
    workspace = Workspace.at(own_workspace)
    before = snapshots.current(workspace)
    assert before is not None
    path = before.path.with_name("20990101T000000-0badcafe.duckdb")
    path.write_bytes(before.path.read_bytes())
    with duckdb.connect(str(path)) as made:
        made.execute("alter table fct_promise rename column was_kept to outcome")
        made.execute("alter table fct_survey_response add column told_by varchar")
        made.execute("create table fct_of_tomorrow (happened_at timestamp)")
    told = json.loads(before.path.with_suffix(".json").read_text(encoding="utf-8"))
    told |= {"snapshot": path.stem, "schema_version": snapshots.SCHEMA_VERSION + 1, "sha256": sha256_of(path), "of_tomorrow": {}}
    path.with_suffix(".json").write_text(json.dumps(told), encoding="utf-8")
    workspace.current.write_text(f"{path.name}\n", encoding="utf-8")
    return workspace


def test_the_snapshot_of_a_newer_program_is_read_as_far_as_it_can_be_and_left_as_it_is(
    newer: Workspace, tiny_center: CommandCenter
) -> None:
    served = snapshots.current(newer)
    assert served is not None
    digest = sha256_of(served.path)
    center = CommandCenter.open(newer.root)
    with pytest.raises(QuestionError, match="made by another version") as refused:
        center.ask(CHANGED)
    assert str(refused.value).endswith(TOLD)
    assert center.ask(SAME).total == tiny_center.ask(SAME).total
    center.close()
    client = create_app(Settings(workspace=newer.root)).server.test_client()
    shown = client.get("/api/wall?pages=service&screen=0").get_json()["panels"]
    assert [(TOLD in panel["html"], panel["failure"]) for panel in shown] == [(True, ""), (False, ""), (False, "")]
    assert sha256_of(served.path) == digest


def test_a_newer_snapshot_counts_as_not_whole_and_the_older_one_serves_again(
    newer: Workspace, tiny_center: CommandCenter
) -> None:
    newest, older = kept_snapshots(newer)
    assert (newest.is_whole, newest.is_current, older.is_whole) == (False, True, True)
    rollback(newer, older.snapshot, NOW)
    assert CommandCenter.open(newer.root).ask(CHANGED).total == tiny_center.ask(CHANGED).total
    with pytest.raises(SnapshotError, match="was made by another version"):
        rollback(newer, newest.snapshot, NOW)
    assert (newer.snapshots / f"{newest.snapshot}.duckdb").exists()
