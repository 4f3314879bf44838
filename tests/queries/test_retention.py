"""retention.toml: rows older than people are kept lose the person, and every sum stays as it was."""

import os
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import pytest

from queries import snapshots
from queries.errors import DeclarationErrors
from queries.load import load
from queries.retention import Retention, load_retention
from queries.watch import Inbox, look
from queries.workspace import Workspace

NOW = datetime(2026, 11, 1, 12)
FILES = {
    "cases.csv": "case_id,source,email,opened_at,opened_by,kind,channel,status,subject,team\n"
    + "".join(f"c-{n},desk,old{n}@example.com,2022-0{n}-01,customer,question,email,closed,Pat writes,North\n" for n in (1, 2, 3, 4))
    + "c-9,desk,new@example.com,2026-05-01T09:00:00Z,customer,question,email,open,Kim writes,North\n",
    "interactions.csv": "source,email,happened_at,event,channel,direction\n"
    + "web,old1@example.com,2022-01-01T09:00:00Z,visit,web,self\n" * 2
    + "web,old2@example.com,2022-01-01T09:00:00Z,visit,web,self\nweb,new@example.com,2026-01-01T09:00:00Z,visit,web,self\n",
    "orders.csv": "order_id,source,email,ordered_at,amount,currency,status\n"
    "o-1,shop,old1@example.com,2025-01-01T09:00:00Z,40,EUR,completed\no-2,till,old1@example.com,2025-01-01T09:00:00Z,10,EUR,completed\n",
}  # fmt: skip


def sums(workspace: Workspace) -> list[tuple[object, ...]]:
    snapshot = snapshots.current(workspace)
    assert snapshot is not None
    with duckdb.connect(str(snapshot.path), read_only=True) as connection:
        return connection.execute("""
            select 'cases', date_trunc('month', opened_at), team, count(*), 0 from cases group by all
            union all select 'orders', date_trunc('month', ordered_at), source, count(*), sum(amount) from orders group by all
            union all select 'interactions', date_trunc('month', happened_at), event, count(*), 0 from interactions group by all
            order by all
        """).fetchall()  # fmt: skip


def test_old_rows_lose_the_person_and_no_sum_moves(tmp_path: Path) -> None:
    exports = tmp_path / "exports"
    exports.mkdir()
    for name, text in FILES.items():
        (exports / name).write_text(text)
    workspace = Workspace.create(tmp_path / "workspace")
    load(workspace, [exports], now=NOW)
    before = sums(workspace)
    (workspace.root / "retention.toml").write_text('cases = "2 years"\ninteractions = "24 months"\n[till]\norders = "1 year"\n')
    report = load(workspace, [], now=NOW)
    assert "cases.csv: 4 records are older than people are kept" in report.notices
    assert "interactions.csv: 3 records are older than people are kept" in report.notices
    assert "orders.csv: 1 record is older than people are kept" in report.notices
    assert sums(workspace) == before
    assert len(snapshots.published(workspace)) == 1
    for path in workspace.root.rglob("*.parquet"):
        with duckdb.connect() as connection:
            told = str(connection.read_parquet(str(path)).fetchall())
        assert not any(f"old{number}@" in told for number in (2, 3, 4)), path
        assert "Pat writes" not in told
    (exports / "more.csv").write_text(FILES["interactions.csv"] + "web,old3@example.com,2022-02-01T09:00:00Z,visit,web,self\n")
    report = load(workspace, [exports / "more.csv"], now=NOW)
    assert "more.csv: 4 records are older than people are kept" in report.notices
    assert sum(row[3] for row in sums(workspace) if row[0] == "interactions") == 5
    assert load(workspace, [], now=NOW).changed is False


@pytest.mark.parametrize(("where", "what"), [(snapshots, "publish"), (snapshots, "drop_outdated")])
def test_killed_after_rows_lost_their_person_it_is_ended_by_the_next_load(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, where: object, what: str
) -> None:
    """Nothing but the age of rows changed: no file, no declaration. No snapshot goes on naming whom the raw rows no longer do."""
    workspace = Workspace.create(tmp_path / "workspace")
    (workspace.root / "retention.toml").write_text('orders = "2 years"\n')
    (tmp_path / "orders.csv").write_text(FILES["orders.csv"])
    load(workspace, [tmp_path / "orders.csv"], now=NOW)

    class Killed(BaseException):
        """What no handler catches."""

    def killed(*_: object, **__: object) -> None:
        raise Killed

    later = NOW.replace(year=2028)
    with monkeypatch.context() as patched:
        patched.setattr(where, what, killed)
        with pytest.raises(Killed):
            load(workspace, [], now=later)
    load(workspace, [], now=later)
    assert told(workspace, "select email from orders") == [(None,), (None,)]
    assert len(snapshots.published(workspace)) == 1
    assert load(workspace, [], now=later).changed is False


def test_who_watches_sees_to_the_age_of_rows_once_a_day_also_when_no_file_comes(tmp_path: Path) -> None:
    now = datetime.now(UTC).replace(tzinfo=None)
    workspace = Workspace.create(tmp_path / "workspace")
    (workspace.root / "retention.toml").write_text('orders = "30 days"\n')
    (tmp_path / "orders.csv").write_text(FILES["orders.csv"].replace("2025-01-01", f"{now - timedelta(days=31):%Y-%m-%d}"))
    load(workspace, [tmp_path / "orders.csv"], now=now - timedelta(days=2))
    assert told(workspace, "select email from orders") == [("old1@example.com",)] * 2
    inbox = Inbox(workspace=workspace)
    assert look(inbox) is not None
    assert told(workspace, "select email from orders") == [(None,)] * 2
    assert look(inbox) is None


def test_no_copy_is_kept_of_an_export_whose_rows_lost_their_person(tmp_path: Path) -> None:
    """Neither of one that is too old when it comes, nor of one that becomes so; also of a file that came in an archive."""
    now = datetime.now(UTC).replace(tzinfo=None)
    workspace = Workspace.create(tmp_path / "workspace")
    rule = workspace.root / "retention.toml"
    rule.write_text('orders = "30 days"\n')
    head, row = FILES["orders.csv"].splitlines(keepends=True)[:2]
    new = f"{now - timedelta(days=8):%Y-%m-%d}"
    (workspace.inbox / "old.csv").write_text(head + row)
    (workspace.inbox / "new.csv").write_text(head + row.replace("2025-01-01", new).replace("o-1", "o-2"))
    with zipfile.ZipFile(workspace.inbox / "packed.zip", "w") as archive:
        archive.writestr("orders.csv", head + row.replace("2025-01-01", new).replace("o-1", "o-3"))
    inbox = Inbox(workspace=workspace)
    assert look(inbox) is None
    assert look(inbox) is not None
    taken = workspace.raw / "taken"
    assert sorted(path.name.partition("-")[2] for path in taken.iterdir()) == ["new.csv", "packed.zip"]
    rule.write_text('orders = "7 days"\n')
    assert look(inbox) is not None
    assert list(taken.iterdir()) == []


def test_what_tells_no_time_is_as_old_as_its_file_also_when_it_was_refused(tmp_path: Path) -> None:
    exports = tmp_path / "exports"
    exports.mkdir()
    head, row = FILES["orders.csv"].splitlines(keepends=True)[:2]
    for name, text in {
        "orders.csv": head
        + row.replace("2025-01-01T09:00:00Z", "never")
        + "o-7,shop,old2@example.com\n"
        + row.replace("o-1", "o-8"),
        "records.csv": "source,record_id,kind,name,email\ncrm,1,person,Ann Oak,old3@example.com\n",
    }.items():
        (exports / name).write_text(text)
        os.utime(exports / name, (1_577_836_800, 1_577_836_800))
    workspace = Workspace.create(tmp_path / "workspace")
    (workspace.root / "retention.toml").write_text('orders = "2 years"\ncustomer_records = "2 years"\n')
    load(workspace, [exports], now=NOW)
    assert told(workspace, "select email from orders") == [("old1@example.com",)]
    assert told(workspace, "select email, name from customer_records") == [(None, None)]
    assert told(workspace, "select source_line, value from rejected_rows order by all") == [(1, "never"), (2, None)]
    assert told(workspace, "select records, rejected from ledger order by all") == [(1, 0), (3, 2)]
    assert load(workspace, [], now=NOW).changed is False
    for path in workspace.raw.glob("*.parquet"):
        with duckdb.connect() as connection:
            held = str(connection.read_parquet(str(path)).fetchall())
        assert held.count("old") <= 1, path  # of the order that is not as old


RECORDS = """source,record_id,kind,name,email,region,merged_into,created_at,updated_at
crm,p-1,person,Ann Oak,ann@example.com,North,,2019-01-01T09:00:00Z,2019-02-01T09:00:00Z
crm,p-2,person,Bo Ash,bo@example.com,North,,2019-01-01T09:00:00Z,2019-02-01T09:00:00Z
crm,p-3,person,Bo Ash,old@example.com,North,p-2,2019-01-01T09:00:00Z,2019-02-01T09:00:00Z
crm,p-4,person,Cy Elm,cy@example.com,South,,2019-01-01T09:00:00Z,2026-02-01T09:00:00Z
"""
HISTORY = """contact_id,timestamp,name,value,source_id
901,2020-01-01T09:00:00Z,hs_email_optout,true,Jo
902,2020-01-01T09:00:00Z,hs_email_optout,true,Jo
903,2026-01-01T09:00:00Z,hs_email_optout,true,Jo
901,2020-02-01T09:00:00Z,lifecyclestage,lead,Jo
"""


def told(workspace: Workspace, query: str) -> list[tuple[object, ...]]:
    snapshot = snapshots.current(workspace)
    assert snapshot is not None
    with duckdb.connect(str(snapshot.path), read_only=True) as connection:
        return connection.execute(query).fetchall()


def test_people_of_whom_nothing_is_told_any_more_lose_their_name(tmp_path: Path) -> None:
    """Whoever still buys keeps theirs; rows of a record that tells other things as well lose it where they are too old."""
    exports = tmp_path / "exports"
    exports.mkdir()
    (exports / "records.csv").write_text(RECORDS)
    (exports / "history.csv").write_text(HISTORY)
    (exports / "orders.csv").write_text(
        "order_id,source,email,ordered_at,amount,currency,status\no-1,shop,ann@example.com,2026-01-01T09:00:00Z,40,EUR,completed\n"
    )
    workspace = Workspace.create(tmp_path / "workspace")
    (workspace.root / "retention.toml").write_text('customer_records = "3 years"\nconsents = "2 years"\n')
    report = load(workspace, [exports], now=NOW)
    assert "records.csv: 2 records are older than people are kept" in report.notices
    assert "history.csv: 2 records are older than people are kept" in report.notices
    people = told(workspace, "select name, region, count(*) from customers where kind = 'person' group by all order by all")
    assert people[:3] == [("Ann Oak", "North", 1), ("Cy Elm", "South", 1), (None, None, 4)]
    assert told(workspace, "select count(*), count(distinct record_id), count_if(record_id like 'expired-%') from consents") == [
        (3, 3, 2)
    ]
    assert told(workspace, "select subject_id from stage_changes") == [("901",)]
    for path in workspace.root.rglob("*.parquet"):
        with duckdb.connect() as connection:
            held = str(connection.read_parquet(str(path)).fetchall())
        assert not any(one in held for one in ("Bo Ash", "bo@example.com", "old@example.com", "p-2", "p-3", "902")), path
    assert load(workspace, [], now=NOW).changed is False
    (exports / "records.csv").write_text(RECORDS.replace("Cy Elm", "Cy Elmer"))
    load(workspace, [exports / "records.csv"], now=NOW)
    assert len(told(workspace, "select customer_id from customers where kind = 'person'")) == sum(count for _, _, count in people)


def test_every_mistake_is_told(tmp_path: Path) -> None:
    path = tmp_path / "retention.toml"
    path.write_text('interaction = "3 years"\ncases = "soon"\norders = 3\n[web]\nsurvey_answers = "1 year"\n')
    with pytest.raises(DeclarationErrors) as caught:
        load_retention(path)
    told = str(caught.value)
    for part in ('"interaction" is nothing that loses people', 'cases = "soon"', "orders = 3", '"survey_answers"'):
        assert part in told
    assert load_retention(tmp_path / "none.toml") == Retention()
