"""retention.toml: rows older than people are kept lose the person, and every sum stays as it was."""

from datetime import datetime
from pathlib import Path

import duckdb
import pytest

from queries import snapshots
from queries.errors import DeclarationErrors
from queries.load import load
from queries.retention import Retention, load_retention
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
