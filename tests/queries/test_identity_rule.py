"""identity.toml: every mistake is told; what it decides holds after a load, with ids that stay."""

from pathlib import Path

import duckdb
import pytest

from queries import snapshots
from queries.errors import DeclarationErrors
from queries.identity_rule import IdentityRule, identity_rows, key_of, load_identity_rule
from queries.load import LoadReport, load
from queries.workspace import Workspace

RECORDS = """source,record_id,kind,name,family_name,email,phone,external_id,owner,created_at,updated_at
crm,1,person,Anna Alder,Alder,anna@example.com,,,Olga,2026-01-01T09:00:00Z,2026-01-05T09:00:00Z
shop,9,person,Anna Birch,Birch,,+49 30 1234567,K-9,,2026-02-01T09:00:00Z,2026-02-05T09:00:00Z
desk,4,person,A. Birch,Birch,Anna@example.com,0049301234567,K-9,Otto,2026-03-01T09:00:00Z,2026-03-05T09:00:00Z
crm,2,person,Ben Cedar,Cedar,info@firm.example.com,,K-2,Olga,2026-01-02T09:00:00Z,2026-01-06T09:00:00Z
shop,3,person,Cleo Dorn,Dorn,cleo@example.com,,,,2026-01-03T09:00:00Z,2026-01-07T09:00:00Z
desk,5,person,Cleo Dorn,Dorn,cleo@example.com,,,,2026-01-04T09:00:00Z,2026-01-08T09:00:00Z
"""


def declared(folder: Path, text: str) -> IdentityRule:
    path = folder / "identity.toml"
    path.write_text(text, encoding="utf-8")
    return load_identity_rule(path)


def mistakes(folder: Path, text: str) -> list[str]:
    with pytest.raises(DeclarationErrors) as told:
        declared(folder, text)
    return [str(problem) for problem in told.value.problems]


def test_without_the_file_nothing_is_decided(tmp_path: Path) -> None:
    rows = identity_rows(load_identity_rule(tmp_path / "identity.toml"))
    assert rows == {"identity_apart": [], "identity_together": [], "never_key": [], "field_seniority": []}


def test_what_is_decided_becomes_rows(tmp_path: Path) -> None:
    rule = declared(
        tmp_path,
        """
        apart    = [["crm:17", " shop : 99 "], ["crm:17", "email = Anna@Example.com"]]
        together = [["crm:17", "desk:4", "web:a:b"]]
        never    = ["email=Info@example.com", "phone=0049 (0)30 12-34 567", "external=K-1"]
        [seniority]
        email = ["crm", "shop"]
        [propose]
        compare = ["born", "postcode"]
        """,
    )
    assert identity_rows(rule) == {
        "identity_apart": [
            ("crm:17", "email=anna@example.com"),
            ("crm:17", "shop:99"),
            ("email=anna@example.com", "crm:17"),
            ("shop:99", "crm:17"),
        ],
        "identity_together": [("desk:4", "crm:17"), ("web:a:b", "crm:17")],
        "never_key": [("email=info@example.com",), ("external=k-1",), ("phone=+49301234567",)],
        "field_seniority": [("email", "crm", 1), ("email", "shop", 2)],
    }
    assert rule.compare == ("born", "postcode")


def test_every_mistake_is_told_at_once(tmp_path: Path) -> None:
    told = mistakes(
        tmp_path,
        """
        apart    = [["crm:17", "99"], ["crm:1", "crm:1"], ["a:1", "a:3"]]
        together = [["a:1", "a:2"], ["a:2", "a:3"], ["C-0123456789ab", "a:9"]]
        never    = ["info@example.com", "phone=112", "email=none"]
        togehter = []
        [seniority]
        emial = ["crm"]
        phone = ["crm", "crm"]
        """,
    )
    for part in (
        'apart 1 names "99", which is no record. A record reads SOURCE:ID',
        "apart 2 names fewer than two records",
        '"a:1" and "a:3" are both apart and together',
        'together 3 names "C-0123456789ab", which is no record',
        'never names "info@example.com", which is no key',
        'never names "phone=112", which is too short',
        'never names "email=none", which is no key',
        '"togehter" is not known here. Did you mean "together"?',
        '"emial" is not a field that records disagree about. Did you mean "email"?',
        "phone names a source twice",
    ):
        assert any(part in one for one in told), (part, told)
    assert len(told) == 10


def test_a_key_reads_as_the_join_up_reads_it() -> None:
    assert [key_of("phone", "+49 (0)30 123.45"), key_of("email", " A@B.example "), key_of("external", "K1")] == [
        "phone=+493012345",
        "email=a@b.example",
        "external=k1",
    ]


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    made = Workspace.create(tmp_path / "workspace")
    exports = tmp_path / "exports"
    exports.mkdir()
    (exports / "records.csv").write_text(RECORDS, encoding="utf-8")
    load(made, [exports])
    return made


def decide(workspace: Workspace, text: str) -> LoadReport:
    (workspace.root / "identity.toml").write_text(text, encoding="utf-8")
    return load(workspace, [])


def table(workspace: Workspace, name: str, *columns: str) -> list[tuple[object, ...]]:
    snapshot = snapshots.current(workspace)
    assert snapshot
    with duckdb.connect(str(snapshot.path), read_only=True) as connection:
        return connection.table(name).select(*columns).order("all").fetchall()


def customers(workspace: Workspace) -> dict[str, str]:
    return {str(row): str(customer) for row, customer in table(workspace, "customer_of", "row_id", "customer_id")}


def test_a_wrong_join_is_split_at_its_weakest_link_and_mended_again(workspace: Workspace) -> None:
    before = customers(workspace)
    assert before["crm:1"] == before["shop:9"] == before["desk:4"]
    report = decide(workspace, 'apart = [["crm:1", "shop:9"]]')
    split = customers(workspace)
    assert split["crm:1"] == before["crm:1"], "the part with the oldest record keeps the id"
    assert split["shop:9"] == split["desk:4"] != split["crm:1"], "a shared id binds more than an address"
    assert {row: split[row] for row in before if row not in ("shop:9", "desk:4")} == {
        row: before[row] for row in before if row not in ("shop:9", "desk:4")
    }
    assert table(workspace, "identity_cut", "node_key", "other_key", "rule") == [("desk:4", "crm:1", "same e-mail")]
    assert not report.notices
    decide(workspace, 'apart = [["crm:1", "shop:9"], ["desk:4", "shop:9"]]')
    again = customers(workspace)
    assert again["desk:4"] == again["crm:1"] == before["crm:1"]
    assert again["shop:9"] == split["shop:9"], "the id goes with the oldest record of those that had it"
    (told,) = decide(workspace, "").notices
    assert customers(workspace) == before
    assert told == f"1 customer is one with others now; the ids lead on: {split['shop:9']} to {before['crm:1']}"
    decide(workspace, 'apart = [["crm:1", "shop:9"]]')
    assert customers(workspace) == split, "a split customer has the id of the first time"


def test_records_are_joined_by_hand_and_strangers_are_told(workspace: Workspace) -> None:
    report = decide(
        workspace, 'together = [["crm:2", "shop:3"]]\napart = [["crm:1", "shop:77"]]\nnever = ["email=x@example.com"]'
    )
    found = customers(workspace)
    assert found["crm:2"] == found["shop:3"] == found["desk:5"]
    assert ("shop:3", "joined by hand") in table(workspace, "customer_identity", "row_id", "rule")
    named = 'identity.toml: no customer record tells of "shop:77" (apart), "email=x@example.com" (never); they change nothing'
    assert report.notices[0] == named
    assert report.notices[1].startswith("1 customer is one with others now; the ids lead on: C-")


def test_a_key_that_never_joins_is_as_if_nobody_had_told_it(workspace: Workspace) -> None:
    before = customers(workspace)
    decide(workspace, 'never = ["email=Cleo@example.com", "external=k-9", "phone=0049301234567"]')
    found = customers(workspace)
    assert before["shop:3"] == before["desk:5"]
    assert found["shop:3"] != found["desk:5"]
    assert found["shop:9"] != found["desk:4"] == found["crm:1"]


def test_a_senior_source_wins_over_a_newer_one(workspace: Workspace) -> None:
    names = ("field", "value", "source", "is_shown", "why")
    assert ("name", "A. Birch", "desk", True, "the newest") in table(workspace, "identity_conflict", *names)
    report = decide(workspace, '[seniority]\nname = ["crm", "shop"]\nowner = ["erp", "crm"]\nregion = ["shop"]')
    found = table(workspace, "identity_conflict", *names)
    assert ("name", "Anna Alder", "crm", True, "crm is senior") in found
    assert ("name", "A. Birch", "desk", False, None) in found
    assert ("owner", "Olga", "crm", True, "crm is senior") in found
    assert ("owner", "Otto", "desk", False, None) in found
    assert report.notices == ('identity.toml: no customer record tells of "erp" (seniority); they change nothing',)
