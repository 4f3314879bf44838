"""Everything held about one person, counted against the entities."""

import json
import zipfile
from datetime import datetime
from pathlib import Path

import duckdb
import pytest

from dashboard.cli import main
from queries import snapshots
from queries.load import load
from queries.workspace import Workspace

NOW = datetime(2026, 11, 1, 12)
RECORDS = """source,record_id,kind,name,family_name,email,phone,external_id,created_at
crm,crm-884412,person,Canary Quillfeather,Quillfeather,Canary.Bird@example.com,+49 30 555 777,KX-99887,2026-01-01T09:00:00Z
crm,crm-2,person,Ann Oak,Oak,ann@example.com,,,2026-01-01T09:00:00Z
"""
FILES = {
    "records.csv": RECORDS,
    "orders.csv": "order_id,source,email,ordered_at,amount,currency,status\n"
    "o-1,shop,canary.bird@example.com,2026-04-01T09:00:00Z,40,EUR,completed\no-2,shop,ann@example.com,2026-04-02,10,EUR,completed\n",
    "order_lines.csv": "order_id,source,line_number,product,quantity,amount\no-1,shop,1,=Seed,1,40\no-2,shop,1,Lamp,1,10\n",
    "cases.csv": "case_id,source,record_id,opened_at,opened_by,kind,channel,status,subject\n"
    "c-1,crm,crm-884412,2026-05-01T09:00:00Z,customer,complaint,email,open,<b>Mine</b>\n"
    "c-2,crm,crm-2,2026-05-01T10:00:00Z,customer,question,email,open,Not mine\n",
    "case_events.csv": "case_event_id,source,case_id,happened_at,kind,value,actor\n"
    "e-1,crm,c-1,2026-05-01T09:00:00Z,customer_message,,crm-884412\ne-2,crm,c-2,2026-05-01T10:00:00Z,customer_message,,crm-2\n",
    "stage_changes.csv": "subject_kind,source,subject_id,stage,entered_at\ncustomer,crm,crm-884412,Lead,2026-01-02T09:00:00Z\n",
    "consents.csv": "source,external_id,purpose,channel,granted,effective_at\ncrm,KX-99887,promotional,email,false,2026-01-05T09:00:00Z\n",
}


def code(words: list[str]) -> object:
    """The exit code of a command."""
    with pytest.raises(SystemExit) as ended:
        main(words)
    return ended.value.code


def test_everything_about_one_person_is_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    workspace = Workspace.create(tmp_path / "workspace")
    (tmp_path / "exports").mkdir()
    for name, text in FILES.items():
        (tmp_path / "exports" / name).write_text(text)
    load(workspace, [tmp_path / "exports"], now=NOW)
    out = tmp_path / "held.zip"
    place = ["--workspace", str(workspace.root)]
    assert code(["access-request", "canary.bird@example.com", "--out", str(out), "--json", *place]) == 0
    said = json.loads(capsys.readouterr().out)
    with zipfile.ZipFile(out) as archive:
        told = json.loads(archive.read("data.json"))
        page, lines = archive.read("index.html").decode(), archive.read("told/order_lines.csv").decode()
    entities = ("customer_records", "orders", "order_lines", "cases", "case_events", "stage_changes", "consents")
    assert {name: len(rows) for name, rows in told["told"].items()} == dict.fromkeys(entities, 1)
    assert {name: [row["line"] for row in rows] for name, rows in told["exported"].items()} == {name: [1] for name in FILES}
    assert told["told"]["cases"][0]["source_line"] == 1
    snapshot = snapshots.current(workspace)
    assert snapshot is not None
    with duckdb.connect(str(snapshot.path), read_only=True) as connection:
        for (name,) in connection.execute("select table_name from duckdb_columns() where column_name = 'customer_id'").fetchall():
            rows = connection.execute(f"select count(*) from {name} where customer_id = ?", [said["customer_id"]]).fetchone()[0]
            assert len(told["reckoned"].get(name, ())) >= rows, name
    assert {"customer_identity", "fct_hold", "customers"} <= told["reckoned"].keys()
    assert "&lt;b&gt;Mine" in page
    assert "Not mine" not in page
    assert "'=Seed" in lines
    assert "crm-2" not in json.dumps(told["exported"]["cases.csv"])
    audit = json.loads((workspace.registry / "audit.jsonl").read_text())
    assert (audit["what"], audit["rows"]) == ("access-request", said["rows"])
    assert code(["access-request", "crm:crm-884412", "--out", str(out), *place]) == 2
    folder = tmp_path / "held"
    assert code(["access-request", "crm:crm-884412", "--out", str(folder), *place]) == 0
    assert {"data.json", "index.html"} <= {path.name for path in folder.iterdir()}
