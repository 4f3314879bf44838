"""A person told in every kind of file and place is forgotten: no byte of the workspace names them, now or after the next export."""

import gzip
import io
import json
import shutil
import zipfile
from datetime import datetime
from pathlib import Path

import duckdb
import pytest

from metrics import CommandCenter
from queries import forgetting, snapshots
from queries.forget import forget
from queries.intake.forgotten import Forgotten
from queries.load import load
from queries.workspace import Workspace
from tests.canaries import traces
from tests.queries.intake.workbooks import workbook

NOW = datetime(2026, 11, 1, 12)
CANARIES = (
    "canary.bird@example.com", "old.canary@example.com", "Canary Quillfeather", "Quillfeather", "4930555777", "30 555 777",
    "crm-884412", "crm-99001", "KX-99887", "zd-5550123",
)  # fmt: skip
RECORDS = """source,record_id,kind,name,family_name,email,phone,external_id,merged_into,referred_by,created_at
crm,crm-884412,person,Canary Quillfeather,Quillfeather,Canary.Bird@example.com,+49 30 555 777,KX-99887,,,2026-01-01T09:00:00Z
crm,crm-99001,person,Canary Quillfeather,Quillfeather,old.canary@example.com,,,crm-884412,,2026-01-01T09:00:00Z
crm,7,person,Ann Oak,Oak,ann@example.com,+49 30 111222,,,crm-884412,2026-01-01T09:00:00Z
crm,crm-3,person,Bo Ash,Ash,bo@example.com,,,,,2026-01-01T09:00:00Z
"""
ORDERS = """order_id,source,email,ordered_at,amount,currency,status
o-1,shop,old.canary@example.com,2026-04-01T09:00:00Z,40,EUR,completed
o-2,shop,ann@example.com,2026-04-02T09:00:00Z,7,EUR,completed
o-3,shop,canary.bird@example.com,no date,10,EUR,completed
o-4,shop,bo@example.com,2026-04-04T09:00:00Z,7,EUR,completed
"""
INTERACTIONS = [
    {"interaction_id": "i-1", "source": "web", "phone": "0049 30 555 777", "happened_at": "2026-05-01T09:00:00Z", "event": "call",
     "channel": "phone", "direction": "inbound"},
    {"interaction_id": "i-2", "source": "web", "email": "ann@example.com", "happened_at": "2026-05-01T09:00:00Z", "event": "call",
     "channel": "phone", "direction": "inbound"},
]  # fmt: skip
TICKETS = [
    {"id": 1, "requester_id": "zd-5550123", "submitter_id": "zd-5550123", "created_at": "2026-05-01T09:00:00Z", "status": "open",
     "via": {"channel": "email"}, "subject": "Canary Quillfeather is cross", "updated_at": "2026-05-01T09:00:00Z",
     "requester": {"id": "zd-5550123", "name": "Canary Quillfeather", "email": "canary.bird@example.com"}},
    {"id": 2, "requester_id": "8", "submitter_id": "8", "created_at": "2026-05-02T09:00:00Z", "status": "open",
     "via": {"channel": "email"}, "subject": "canary.bird@example.com: 'Canary  Quillfeather'", "updated_at": "2026-05-02T09:00:00Z",
     "requester": {"id": "8", "name": "Ann Oak", "email": "ann@example.com"}},
]  # fmt: skip
RESPONSES = [
    ["response_id", "source", "email", "instrument", "programme", "sent_at", "answered_at", "score", "comment"],
    ["s-1", "voice", "canary.bird@example.com", "nps", "relational", "2026-06-01", "2026-06-02", 9, "by Canary Quillfeather"],
    ["s-2", "voice", "ann@example.com", "nps", "relational", "2026-06-01", "2026-06-02", 9, "fine"],
]  # fmt: skip
ANSWERS = "response_id,source,question,answer\ns-1,voice,why,Canary Quillfeather says so\ns-2,voice,why,well\n"
CONSENTS = (
    "source,external_id,email,purpose,channel,granted,effective_at\n"
    "crm,KX-99887,,promotional,email,true,2026-01-05T09:00:00Z\ncrm,,ann@example.com,promotional,email,true,2026-01-05T09:00:00Z\n"
)


def zipped(**members: str | bytes) -> bytes:
    """An archive of some files; two underscores in a name stand for its dot."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name.replace("__", "."), content)
    return out.getvalue()


def exports(folder: Path) -> Path:
    """A folder of exports of every kind, with a person in each of them."""
    folder.mkdir(parents=True)
    answers = zipped(answers__csv=ANSWERS)
    files: dict[str, str | bytes] = {
        "records.csv": RECORDS,
        "orders.csv": ORDERS.encode("utf-16"),
        "calls.jsonl": "".join(f"{json.dumps(one)}\n" for one in INTERACTIONS),
        "tickets.json": json.dumps(TICKETS),
        "responses.xlsx": workbook({"answers": RESPONSES}),
        "survey_answers.zip": answers,
        "consents.csv.gz": gzip.compress(CONSENTS.encode()),
        "ragged.csv": "order_id,source,email,ordered_at,amount,currency,status\n"
        "o-8,shop,ann@example.com,2026-04-03T09:00:00Z,12,EUR,completed\no-9,shop,canary.bird@example.com,2026-04-03T09:00:00Z\n",
        "notes.csv": "who,what\nCanary Quillfeather,odd\n",
        "of Canary Quillfeather.csv": "order_id,source,email,ordered_at,amount,currency,status\n"
        "o-5,shop,ann@example.com,2026-04-05T09:00:00Z,5,EUR,completed\n",
    }
    for name, content in files.items():
        (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    return folder


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace that holds the person wherever a workspace can hold anybody; copied by whoever changes it."""
    folder = tmp_path_factory.mktemp("everywhere")
    workspace = Workspace.create(folder / "workspace")
    load(workspace, [exports(folder / "exports")], now=NOW)
    center = CommandCenter.open(workspace.root)
    theirs, others = (center.customer(key).customer["customer_id"] for key in ("crm:crm-884412", "crm:7"))
    apart = 'apart = [["crm:crm-884412", "crm:7"], ["email=canary.bird@example.com", "crm:crm-3"]]\n'
    (workspace.root / "identity.toml").write_text(apart)
    (workspace.root / "identity_proposals.csv").write_text(
        "probability,record,other_record,name,other_name,evidence,line\n"
        '0.9,crm:crm-884412,crm:7,Canary Quillfeather,Ann Oak,"name","[""crm:crm-884412"", ""crm:7""],"\n'
        '0.9,crm:crm-3,crm:7,Bo Ash,Ann Oak,"name","[""crm:crm-3"", ""crm:7""],"\n'
    )
    (workspace.root / "lists").mkdir()
    (workspace.root / "lists" / "few.toml").write_text(
        f'title = "A few"\nkind = "frozen"\nmetric = "orders_placed"\nsaved_at = ""\ncustomers = ["{others}", "{theirs}"]\n'
    )
    load(workspace, [], now=NOW)
    (workspace.raw / "taken").mkdir()
    (workspace.raw / "taken" / "20261101T120000-records.csv").write_text(RECORDS)
    (workspace.quarantine / "locked.zip").write_bytes(b"PK\x03\x04 damaged Canary Quillfeather")
    within = zipped(inner__zip=zipped(odd__xlsx=workbook({"odd": [["who"], ["Canary Quillfeather"]]})))
    (workspace.quarantine / "within.zip").write_bytes(within)
    (workspace.root / "held.zip").write_bytes(zipped(data__json=json.dumps({"name": "Canary Quillfeather"})))
    (workspace.root / "notes.txt").write_text("Call Canary Quillfeather, +49 30 555 777.\n")
    (workspace.inbox / "late.csv").write_text(ORDERS.replace("o-", "late-"))
    workspace.status.write_text(json.dumps({"state": "idle", "last_error": "records.csv: Canary Quillfeather"}))
    return workspace.root


@pytest.fixture
def workspace(loaded: Path, tmp_path: Path) -> Workspace:
    shutil.copytree(loaded, tmp_path / "copy")
    return Workspace.at(tmp_path / "copy")


def forget_canary(workspace: Workspace) -> None:
    person, _, _ = CommandCenter.open(workspace.root).person("canary.bird@example.com")
    forget(workspace, person)


def rows(workspace: Workspace, query: str) -> list[tuple[object, ...]]:
    snapshot = snapshots.current(workspace)
    assert snapshot is not None
    with duckdb.connect(str(snapshot.path), read_only=True) as connection:
        return connection.execute(query).fetchall()


def test_no_byte_of_the_workspace_names_them_now_or_after_the_next_export(
    workspace: Workspace, loaded: Path, tmp_path: Path
) -> None:
    before = {one for _, one in traces(workspace.root, CANARIES)}
    assert before == set(CANARIES)
    sums = "select source, sum(amount), count(*) from orders group by all"
    assert rows(workspace, sums) == [("shop", 40 + 7 + 7 + 12 + 5, 5)]
    forget_canary(workspace)
    assert traces(workspace.root, CANARIES) == []
    assert rows(workspace, "select rows, value from removed_on_request where entity = 'orders'") == [(1, 40.0)]
    assert rows(workspace, sums) == [("shop", 7 + 7 + 12 + 5 + 7 + 7, 6)]
    assert rows(
        workspace, "select count(*) from ledger where records <> loaded_new + loaded_updated + rejected + duplicates + removed"
    ) == [(0,)]
    assert "Bo Ash" in (workspace.root / "identity_proposals.csv").read_text()
    assert rows(workspace, "select count(*) from customer_records where name = 'Ann Oak'") == [(2,)]
    others = rows(workspace, "select entity, row_id, customer_id from customer_of order by all")

    assert not load(workspace, [loaded.parent / "exports"], now=NOW).loaded
    assert traces(workspace.root, CANARIES) == []
    newer = exports(tmp_path / "newer")
    (newer / "records.csv").write_text(
        RECORDS + "erp,erp-1,person,C. Quillfeather,Quillfeather,canary.bird@example.com,,,,,2026-10-01T09:00:00Z\n"
    )
    (newer / "tickets.json").write_text(json.dumps([{**one, "updated_at": "2026-10-02T09:00:00Z"} for one in TICKETS]))
    (newer / "orders.csv").write_text(ORDERS + "o-11,shop,canary.bird@example.com,2026-10-02T09:00:00Z,9,EUR,completed\n")
    (newer / "of Canary Quillfeather.csv").unlink()
    (newer / "notes.csv").unlink()
    within = zipped(inner__zip=zipped(odd__csv="who\ncanary.bird@example.com\n"))
    (workspace.quarantine / "within.zip").write_bytes(within)
    report = load(workspace, [newer], now=NOW)
    assert {"records.csv", "orders.csv", "tickets.json"} <= {path.name for path in report.loaded}
    assert traces(workspace.root, CANARIES) == []
    assert rows(workspace, "select entity, row_id, customer_id from customer_of order by all") == others
    assert rows(workspace, sums) == [("shop", 7 + 7 + 12 + 5 + 7 + 7, 6)]


LEFT_OUT = {
    "raw/": (forgetting, "strike"),
    "registry/customers.parquet": (forgetting, "_tidy_registry"),
    "notes.txt": (forgetting, "_without_person"),
    "quarantine/": (forgetting, "_remove"),
    "inbox/late.csv": (forgetting, "tidy_inbox"),
    "snapshots/": (forgetting, "drop_others"),
    "registry/forgotten.json": (Forgotten, "done"),
}


def test_every_place_left_out_would_be_found(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    """The search itself is held to account: it finds the person in each place from which forgetting would leave them."""
    skipped = {"strike": lambda _, file, __, forgotten: (file, forgotten)}
    for where, what in LEFT_OUT.values():
        monkeypatch.setattr(where, what, skipped.get(what, lambda *_: None))
    forget_canary(workspace)
    found = {path for path, _ in traces(workspace.root, CANARIES)}
    assert [place for place in LEFT_OUT if not any(path.startswith(place) for path in found)] == []


def test_an_id_as_short_as_an_amount_takes_no_amount_with_it(workspace: Workspace) -> None:
    person, _, _ = CommandCenter.open(workspace.root).person("crm:7")
    forget(workspace, person)
    assert rows(workspace, "select row_id, amount from orders where source_file <> 'late.csv' order by all") == [
        ("shop:o-1", 40),
        ("shop:o-4", 7),
    ]
    assert rows(workspace, "select referred_by from customer_records where row_id = 'crm:crm-3'") == [(None,)]
    assert traces(workspace.root, ("Ann Oak", "ann@example.com")) == []
