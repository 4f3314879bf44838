"""A person in every entity and kind of file is forgotten: found nowhere afterwards, not after the next export either."""

import gzip
import json
import shutil
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import duckdb
import pytest

from dashboard.cli import main
from metrics import CommandCenter
from queries import forgetting, snapshots
from queries.errors import QueriesError
from queries.forget import forget, is_pending
from queries.intake import manifest
from queries.intake.forgotten import Forgotten, key_file
from queries.load import load
from queries.watch import Inbox, look
from queries.workspace import Workspace, alone
from tests.canaries import traces as traces_of

NOW = datetime(2026, 11, 1, 12)
CANARY = ("canary.bird@example.com", "Canary Quillfeather", "Quillfeather", "4930555777", "30 555 777", "crm-884412", "KX-99887")
OTHER = "ann@example.com"

RECORDS = """source,record_id,kind,name,family_name,email,phone,external_id,referred_by,created_at,updated_at
crm,crm-884412,person,Canary Quillfeather,Quillfeather,Canary.Bird@example.com,+49 30 555 777,KX-99887,,2026-01-01,2026-01-05
crm,crm-2,person,Ann Oak,Oak,ann@example.com,+49 30 111222,,crm-884412,2026-01-01T09:00:00Z,2026-01-05T09:00:00Z
crm,crm-3,person,Bo Ash,Ash,bo@example.com,,,,2026-01-01T09:00:00Z,2026-01-05T09:00:00Z
"""
FILES = {
    "records.csv": RECORDS,
    "orders.csv": "order_id,source,email,ordered_at,amount,currency,status\n"
    "o-1,shop,canary.bird@example.com,2026-04-01T09:00:00Z,40,EUR,completed\n"
    "o-2,shop,ann@example.com,2026-04-02T09:00:00Z,10,EUR,completed\n"
    "o-3,shop,canary.bird@example.com,no date,10,EUR,completed\n",
    "order_lines.csv": "order_id,source,line_number,product,quantity,amount\n"
    "o-1,shop,1,Seed for Canary Quillfeather,1,40\no-2,shop,1,Lamp,1,10\n",
    "cases.csv": "case_id,source,record_id,opened_at,opened_by,kind,channel,status,subject\n"
    "c-1,crm,crm-884412,2026-05-01T09:00:00Z,customer,complaint,email,open,I am Canary Quillfeather\n"
    "c-2,crm,crm-2,2026-05-01T10:00:00Z,customer,question,email,open,My friend canary.bird@example.com told me\n",
    "case_events.csv": "case_event_id,source,case_id,happened_at,kind,value,actor\n"
    "e-1,crm,c-1,2026-05-01T09:00:00Z,customer_message,Canary Quillfeather writes,crm-884412\n"
    "e-2,crm,c-2,2026-05-01T10:00:00Z,customer_message,,crm-2\n",
    "interactions.json": json.dumps([
        {"interaction_id": "i-1", "source": "web", "phone": "0049 30 555 777", "happened_at": "2026-05-01T09:00:00Z",
         "event": "call", "channel": "phone", "direction": "inbound"},
        {"interaction_id": "i-2", "source": "web", "email": "ann@example.com", "happened_at": "2026-05-01T09:00:00Z",
         "event": "call", "channel": "phone", "direction": "inbound"},
    ]),
    "consents.csv.gz": gzip.compress(
        b"source,external_id,email,purpose,channel,granted,effective_at\n"
        b"crm,KX-99887,,promotional,email,true,2026-01-05T09:00:00Z\ncrm,,ann@example.com,promotional,email,true,2026-01-05T09:00:00Z\n"
    ),
    "survey_responses.csv": "response_id,source,email,instrument,programme,sent_at,answered_at,score,comment\n"
    "s-1,voice,canary.bird@example.com,nps,relational,2026-06-01T09:00:00Z,2026-06-02T09:00:00Z,9,Canary Quillfeather was here\n"
    "s-2,voice,ann@example.com,nps,relational,2026-06-01T09:00:00Z,2026-06-02T09:00:00Z,9,fine\n",
    "survey_answers.csv": "response_id,source,question,answer\ns-1,voice,why,because Canary Quillfeather says so\ns-2,voice,why,well\n",
    "opportunities.csv": "opportunity_id,source,record_id,created_at,amount,currency,outcome\n"
    "p-1,crm,crm-884412,2026-02-01T09:00:00Z,100,EUR,open\np-2,crm,crm-2,2026-02-01T09:00:00Z,100,EUR,open\n",
    "contracts.csv": "contract_id,source,record_id,starts_on,amount_per_month,currency\n"
    "t-1,crm,crm-884412,2026-02-01,10,EUR\nt-2,crm,crm-2,2026-02-01,10,EUR\n",
    "commitments.csv": "commitment_id,source,record_id,kind,made_at,due_at,subject\n"
    "m-1,crm,crm-884412,offer,2026-02-01T09:00:00Z,2026-02-02T09:00:00Z,for Canary Quillfeather\n"
    "m-2,crm,crm-2,offer,2026-02-01T09:00:00Z,2026-02-02T09:00:00Z,lamp\n",
    "stage_changes.csv": "subject_kind,source,subject_id,stage,entered_at\n"
    "customer,crm,crm-884412,Lead,2026-01-02T09:00:00Z\nopportunity,crm,p-1,Offer,2026-02-02T09:00:00Z\n"
    "customer,crm,crm-2,Lead,2026-01-02T09:00:00Z\n",
    "ragged.csv": "order_id,source,email,ordered_at,amount,currency,status\n"
    "o-8,shop,ann@example.com,2026-04-03T09:00:00Z,12,EUR,completed\n"
    "o-9,shop,canary.bird@example.com,2026-04-03T09:00:00Z\n",
    "notes.csv": "who,what\nCanary Quillfeather,odd\n",
    "packed.json.gz": gzip.compress(json.dumps([{"mail": "canary.bird@example.com"}]).encode()),
}  # fmt: skip


def write(folder: Path, files: dict[str, str | bytes]) -> Path:
    folder.mkdir(parents=True)
    for name, content in files.items():
        (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    return folder


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with the canary everywhere; copied by whoever changes it."""
    folder = tmp_path_factory.mktemp("forget")
    workspace = Workspace.create(folder / "workspace")
    load(workspace, [write(folder / "exports", dict(FILES))], now=NOW)
    more = write(
        folder / "more",
        {
            "orders2.csv": "order_id,source,email,ordered_at,amount,currency,status\no-4,shop,bo@example.com,2026-04-02,1,EUR,completed\n"
        },
    )
    load(workspace, [more], now=NOW)
    taken = workspace.raw / "taken"
    taken.mkdir()
    (taken / "20261101T120000-records.csv").write_text(RECORDS)
    (workspace.root / "identity.toml").write_text('apart = [["crm:crm-884412", "crm:crm-2"]]\n')
    theirs = CommandCenter.open(workspace.root).customer("crm:crm-884412").customer["customer_id"]
    others = CommandCenter.open(workspace.root).customer("crm:crm-2").customer["customer_id"]
    lists = workspace.root / "lists"
    lists.mkdir()
    (lists / "few.toml").write_text(
        f'title = "A few"\nkind = "frozen"\nmetric = "orders_placed"\nsaved_at = ""\ncustomers = ["{others}", "{theirs}"]\n'
    )
    load(workspace, [], now=NOW)
    return workspace.root


@pytest.fixture
def workspace(loaded: Path, tmp_path: Path) -> Workspace:
    shutil.copytree(loaded, tmp_path / "copy")
    return Workspace.at(tmp_path / "copy")


def canary_id(workspace: Workspace) -> str:
    return str(CommandCenter.open(workspace.root).customer("crm:crm-884412").customer["customer_id"])


def forget_canary(workspace: Workspace) -> None:
    person, _, _ = CommandCenter.open(workspace.root).person("crm:crm-884412")
    forget(workspace, person)


def traces(workspace: Workspace, *more: str) -> list[tuple[str, str]]:
    return traces_of(workspace.root, (*CANARY, *more))


def ledger_adds_up(workspace: Workspace) -> int:
    snapshot = snapshots.current(workspace)
    assert snapshot is not None
    with duckdb.connect(str(snapshot.path), read_only=True) as connection:
        told = connection.execute(
            "select records, loaded_new + loaded_updated + rejected + duplicates, removed from ledger"
        ).fetchall()
        read = connection.execute("select sum(records) from files").fetchone()[0]
    assert all(records == counted + removed for records, counted, removed in told)
    assert read == sum(file.reading.records for file in manifest.listed(workspace))
    return sum(removed for _, _, removed in told)


def others_rows(workspace: Workspace) -> dict[str, list[tuple[object, ...]]]:
    """What the tables hold of the other people: rows of facts with a customer."""
    snapshot = snapshots.current(workspace)
    assert snapshot is not None
    with duckdb.connect(str(snapshot.path), read_only=True) as connection:
        return {
            name: connection.execute(f"select * from {name} where customer_id <> 'nobody' order by all").fetchall()
            for name in ("fct_purchase", "fct_case", "fct_survey_response", "fct_contact")
        }


def code(words: list[str]) -> object:
    """The exit code of a command."""
    with pytest.raises(SystemExit) as ended:
        main(words)
    return ended.value.code


def test_a_forgotten_person_is_found_nowhere(workspace: Workspace) -> None:
    theirs = canary_id(workspace)
    assert {one for _, one in traces(workspace, theirs)} == {*CANARY, theirs}
    before = others_rows(workspace)
    forget_canary(workspace)
    assert traces(workspace, theirs) == []
    assert ledger_adds_up(workspace) == 16
    for name, rows in others_rows(workspace).items():
        assert {row for row in before[name] if theirs not in row} == set(rows)
    assert not is_pending(workspace)
    assert len(snapshots.published(workspace)) == 1
    kept = {(one.entity, one.month): (one.rows, one.value) for one in Forgotten.of(workspace).kept}
    assert kept["orders", "2026-04"] == (1, 40.0)
    assert key_file(workspace).stat().st_mode & 0o777 == 0o600
    audit = json.loads((workspace.registry / "audit.jsonl").read_text())
    assert (audit["what"], audit["records"]) == ("forget", 16)
    assert 'customers = ["' in (workspace.root / "lists" / "few.toml").read_text()


def test_the_next_export_does_not_bring_them_back(workspace: Workspace, tmp_path: Path) -> None:
    theirs = canary_id(workspace)
    forget_canary(workspace)
    again = {
        "records_of_may.csv": RECORDS
        + "erp,erp-1,person,C. Quillfeather,Quillfeather,canary.bird@example.com,,,,2026-07-01,2026-07-05\n",
        "cases_of_may.csv": FILES["cases.csv"]
        + "c-9,crm,crm-884412,2026-07-01T09:00:00Z,customer,complaint,email,open,Canary Quillfeather again\n",
        "case_events_of_may.csv": FILES["case_events.csv"]
        + "e-9,crm,c-9,2026-07-01T09:00:00Z,customer_message,Canary Quillfeather,\n",
        "ragged_of_may.csv": FILES["ragged.csv"] + "o-7,shop,canary.bird@example.com,2026-07-03T09:00:00Z\n",
        "odd_of_may.csv": "mail,what\ncanary.bird@example.com,odd\n",
        "mentions_of_may.csv": "case_id,source,record_id,opened_at,opened_by,kind,channel,status,subject\n"
        "c-12,crm,crm-2,2026-07-01T10:00:00Z,customer,question,email,open,Ask canary.bird@example.com\n",
    }
    write(workspace.inbox / "may", again)
    inbox = Inbox(workspace=workspace)
    assert look(inbox) is None
    report = look(inbox)
    assert report is not None
    assert report.changed
    assert {line.file_name: line.removed for line in report.ledger} == {
        "records_of_may.csv": 2, "cases_of_may.csv": 2, "case_events_of_may.csv": 2, "ragged_of_may.csv": 2,
        "mentions_of_may.csv": 0,
    }  # fmt: skip
    assert "records_of_may.csv: 2 records removed on request" in report.notices
    assert ledger_adds_up(workspace) == 16 + 8
    older = len(snapshots.published(workspace))
    assert older == 2
    assert traces(workspace, theirs) == []


@pytest.mark.parametrize("moment", ["rewritten", "built"])
def test_killed_in_the_middle_it_is_ended_by_the_next_load(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    theirs = canary_id(workspace)
    person, _, _ = CommandCenter.open(workspace.root).person("crm:crm-884412")

    class Killed(BaseException):
        """What no handler catches."""

    def killed(*_: object, **__: object) -> None:
        raise Killed

    where, what = {
        "rewritten": (manifest, "write"),
        "built": (forgetting, "drop_others"),
    }[moment]
    with monkeypatch.context() as patched:
        patched.setattr(where, what, killed)
        with pytest.raises(Killed):
            forget(workspace, person)
    assert is_pending(workspace)
    load(workspace, [], now=NOW)
    assert not is_pending(workspace)
    assert traces(workspace, theirs) == []
    assert ledger_adds_up(workspace) == 16
    assert json.loads((workspace.registry / "audit.jsonl").read_text().splitlines()[-1])["records"] == 16
    assert {(one.entity, one.rows) for one in Forgotten.of(workspace).kept if one.entity == "orders"} == {("orders", 1)}


def test_what_lies_in_quarantine_is_searched_once_for_everybody_who_is_forgotten(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace = Workspace.create(tmp_path)
    forgotten = replace(
        Forgotten(secret=b"known"), hashes=frozenset({Forgotten(secret=b"known").hash_of("email=bo@example.com")})
    )
    (workspace.quarantine / "notes.csv").write_text("who\nann@example.com\n")
    real, searched = forgetting.is_named, list[str]()
    monkeypatch.setattr(forgetting, "is_named", lambda path, *rest: searched.append(path.name) or real(path, *rest))
    forgetting.tidy_quarantine(workspace, forgotten)
    (workspace.quarantine / "more.csv").write_text("who\nbo@example.com\n")
    forgetting.tidy_quarantine(workspace, forgotten)
    assert (searched, (workspace.quarantine / "more.csv").exists()) == (["notes.csv", "more.csv"], False)
    ann = replace(forgotten, hashes=forgotten.hashes | {forgotten.hash_of("email=ann@example.com")})
    forgetting.tidy_quarantine(workspace, ann)
    assert (searched[2:], list(workspace.quarantine.iterdir())) == (["notes.csv"], [])


def test_the_command_tells_what_it_found_and_asks(
    workspace: Workspace, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    place = ["--workspace", str(workspace.root)]
    monkeypatch.setattr("typer.confirm", lambda _: False)
    assert code(["forget", "canary.bird@example.com", *place]) == 1
    told = " ".join(capsys.readouterr().out.split())
    for part in (
        "1 customer records",
        "1 cases",
        "1 interactions",
        "records.csv",
        "identity.toml",
        "lists/few.toml",
        "quarantine/notes.csv",
        "Snapshots: 3",
    ):
        assert part in told
    assert code(["forget", "nobody@example.com", *place]) == 2
    capsys.readouterr()
    assert code(["forget", "+49 30 555777", "--yes", "--json", *place]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["found"]["rows"]["orders"], told["removed"]) == (1, 16)
    assert code(["forget", *place]) == 2


COMPANY = """source,record_id,kind,name,family_name,email,phone,company_id,created_at
crm,acme-1,company,Acme Works,,,,,2026-01-01T09:00:00Z
crm,crm-884412,person,Canary Quillfeather,Quillfeather,canary.bird@example.com,+49 30 555 777,acme-1,2026-01-01T09:00:00Z
crm,crm-2,person,Ann Oak,Oak,ann@example.com,+49 30 111 222,acme-1,2026-01-01T09:00:00Z
crm,crm-3,person,Bo Ash,Ash,bo@example.com,+49 30 111 222,,2026-01-01T09:00:00Z
"""


def test_one_person_of_a_company_is_forgotten_and_nobody_else(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A key of two people, a company, a workspace that is busy or holds nothing: each is told, and nothing is changed."""
    workspace = Workspace.create(tmp_path / "workspace")
    place = ["--yes", "--workspace", str(workspace.root)]

    def told(words: list[str], exit_code: int) -> str:
        assert code(["forget", *words, *place]) == exit_code
        return " ".join("".join(capsys.readouterr()).split())

    assert "nothing has been loaded" in told(["ann@example.com"], 2)
    load(workspace, [write(tmp_path / "exports", {"records.csv": COMPANY, "orders.csv": FILES["orders.csv"]})], now=NOW)
    assert "leads to 2 customers. Name one of them: " in told(["+49 30 111222"], 2)
    assert "Acme Works is a company, and only people are forgotten" in told(["crm:acme-1"], 2)
    with alone(workspace):
        assert "another load is at work" in told(["canary.bird@example.com"], 2)
    assert not is_pending(workspace)
    assert len(snapshots.published(workspace)) == 1
    assert "Forgotten: 3 records removed" in told(["canary.bird@example.com"], 0)
    assert traces(workspace) == []
    center = CommandCenter.open(workspace.root)
    assert [one["name"] for one in center.customer("crm:acme-1").people] == ["Ann Oak"]
    for key in ("Canary.Bird@example.com", "crm:crm-884412", "+49 30 555-777"):
        assert "was forgotten already" in told([key], 0)
    assert 'nobody is known by "nobody@example.com"' in told(["nobody@example.com"], 2)


def test_a_damaged_memory_is_told(workspace: Workspace) -> None:
    (workspace.registry / "forgotten.json").write_text("{")
    with pytest.raises(QueriesError, match="would come back"):
        load(workspace, [], now=NOW)
