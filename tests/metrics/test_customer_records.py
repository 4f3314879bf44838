"""A customer's records from two CRMs and a shop: `cx customer` tells each, why they are one, and what they disagree about."""

import json
from pathlib import Path

import pytest

from dashboard.cli import main
from metrics import CommandCenter
from metrics.errors import QuestionError, UnknownName
from queries.load import load
from queries.policy import Policy
from queries.workspace import Workspace

RECORDS = """source,record_id,kind,name,family_name,email,phone,external_id,company_id,region,merged_into,created_at,updated_at,source_url
crm,1,person,Anna Alder,Alder,anna@example.com,,,90,North,,2026-01-01T09:00:00Z,2026-01-05T09:00:00Z,https://crm.example.com/1
crm,7,person,,,,,,,,1,,,
shop,9,person,Anna Birch,Birch,,+49 30 1234567,K-9,,South,,2026-02-01T09:00:00Z,2026-02-05T09:00:00Z,
desk,4,person,A. Birch,Birch,Anna@example.com,0049301234567,K-9,,,,2026-03-01T09:00:00Z,2026-03-05T09:00:00Z,
crm,90,company,Birch Bakery,,,,K-90,,,,2026-01-01T09:00:00Z,2026-01-05T09:00:00Z,
crm,3,person,Cleo Cedar,Cedar,,+49 30 7654321,,,North,,2026-01-01T09:00:00Z,2026-01-05T09:00:00Z,
crm,5,person,Dora Dorn,Dorn,dora@example.com,+49 30 7654321,,,North,,2026-01-01T09:00:00Z,2026-01-05T09:00:00Z,
"""
ORDERS = """order_id,source,email,ordered_at,amount,currency,status
o1,web,anna@example.com,2026-04-01T09:00:00Z,10,EUR,completed
o2,web,guest@example.com,2026-04-02T09:00:00Z,10,EUR,completed
"""


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("records")
    exports = folder / "exports"
    exports.mkdir()
    (exports / "records.csv").write_text(RECORDS, encoding="utf-8")
    (exports / "orders.csv").write_text(ORDERS, encoding="utf-8")
    made = Workspace.create(folder / "workspace")
    load(made, [exports])
    text = 'apart = [["shop:9", "crm:1"]]\n[seniority]\nregion = ["crm"]\n'
    (made.root / "identity.toml").write_text(text, encoding="utf-8")
    load(made, [])
    return made.root


@pytest.fixture(scope="module")
def center(workspace: Path) -> CommandCenter:
    return CommandCenter.open(workspace)


def test_every_record_is_told_with_why_it_is_joined(center: CommandCenter) -> None:
    told = center.customer("crm:1")
    assert [record["record"] for record in told.records] == ["crm:1", "crm:7"]
    first, merged = told.records
    assert (first["name"], first["email"], first["source_line"]) == ("Anna Alder", "anna@example.com", 1)
    assert merged["joins"] == [{"other_record": "crm:1", "rule": "merged in crm", "evidence": "1"}]
    assert first["joins"] == [{"other_record": "crm:7", "rule": "merged in crm", "evidence": "1"}]
    assert told.customer["company_name"] == "Birch Bakery"


def test_a_customer_cut_in_two_tells_which_join_was_left_out(center: CommandCenter) -> None:
    kept, cut = center.customer("crm:1"), center.customer("shop:9")
    assert {record["record"] for record in cut.records} == {"shop:9", "desk:4"}
    assert {join["rule"] for join in cut.records[0]["joins"]} == {"same external id", "same phone and family name"}
    (parted,) = cut.parted
    assert (parted["record"], parted["other_record"], parted["rule"]) == ("desk:4", "crm:1", "same e-mail")
    assert parted["other_customer_id"] == kept.customer["customer_id"]
    assert kept.parted[0]["other_customer_id"] == cut.customer["customer_id"]


def test_conflicts_say_which_value_won_and_why(center: CommandCenter) -> None:
    told = [(one["field"], one["value"], one["is_shown"], one["why"]) for one in center.customer("desk:4").conflicts]
    assert told == [
        ("name", "A. Birch", True, "the newest"),
        ("name", "Anna Birch", False, None),
        ("phone", "0049301234567", True, "the newest"),
        ("phone", "+49 30 1234567", False, None),
    ]


@pytest.mark.parametrize(
    ("key", "record"),
    [
        (" crm:7 ", "crm:1"),
        ("k-90", "crm:90"),
        ("90", "crm:90"),
        ("external=K-90", "crm:90"),
        ("DORA@example.com", "crm:5"),
        ("email=dora@example.com", "crm:5"),
        ("guest@example.com", "email=guest@example.com"),
        ("0049 (0)30 1234567", "shop:9"),
    ],
)
def test_a_customer_is_found_by_any_key(center: CommandCenter, key: str, record: str) -> None:
    told = center.customer(key)
    assert told.records[0]["record"] == record
    assert center.customer(told.customer["customer_id"]).records == told.records


def test_the_people_of_a_company_are_told(center: CommandCenter) -> None:
    assert [person["name"] for person in center.customer("crm:90").people] == ["Anna Alder"]


def test_nobody_and_several_are_told_apart(center: CommandCenter) -> None:
    with pytest.raises(UnknownName, match=r'nobody is known by "nobody@example\.com"'):
        center.customer("nobody@example.com")
    with pytest.raises(UnknownName):
        center.customer("  ")
    with pytest.raises(
        QuestionError, match=r"leads to 2 customers\. Name one of them: C-\w+ \(Cleo Cedar\), C-\w+ \(Dora Dorn\)"
    ):
        center.customer("+49 30 765-4321")


def test_whose_rows_are_hidden_is_nobody(center: CommandCenter) -> None:
    south = center.under(Policy(regions=frozenset({"South"})))
    assert south.customer("shop:9").parted == ()
    with pytest.raises(UnknownName):
        south.customer("crm:1")
    assert south.customer("anna@example.com").customer["name"] == "A. Birch", "the other one with this address is hidden"


def test_the_command_tells_it_as_lines_and_as_json(workspace: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="0"):
        main(["customer", "shop:9", "-w", str(workspace), "--json"])
    told = json.loads(capsys.readouterr().out)
    assert told["customer"]["name"] == "A. Birch"
    with pytest.raises(SystemExit, match="2"):
        main(["customer", "anna@example.com", "-w", str(workspace)])
    assert capsys.readouterr().err.startswith('"anna@example.com" leads to 2 customers. Name one of them: C-')
    with pytest.raises(SystemExit, match="0"):
        main(["customer", "crm:1", "-w", str(workspace)])
    text = capsys.readouterr().out
    for line in (
        "Anna Alder · person · C-",
        "of Birch Bakery (C-",
        "crm:1 · person · created Jan 1, 2026",
        "  says    name Anna Alder · family name Alder · email anna@example.com · company id 90 · region North",
        "  joined  with crm:7: merged in crm 1",
        "  there   https://crm.example.com/1",
        "crm:1 and desk:4 of A. Birch (C-",
    ):
        assert line in text, text
