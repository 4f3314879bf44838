"""The hold list, from exports to the campaign tool's file: who, why, until when, by the tool's own ids."""

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest

from dashboard.cli import main
from metrics import CommandCenter
from metrics.errors import QuestionError, UnknownName
from queries.load import load
from queries.workspace import Workspace

EXPORTS = {
    "customer_records.csv": """record_id,kind,name,email,external_id,updated_at,source
        1,person,=SUM(A1:A9),ada@example.com,,2026-01-01T00:00:00Z,hubspot
        2,person,=SUM(A1:A9),ADA@example.com,,2026-01-01T00:00:00Z,hubspot
        E1,person,=SUM(A1:A9),ada@example.com,F1,2026-01-01T00:00:00Z,erp
        3,person,Bo Quiet,bo@example.com,,2026-01-01T00:00:00Z,hubspot
        4,person,Cy Often,cy@example.com,,2026-01-01T00:00:00Z,hubspot
        E5,person,Di Elsewhere,di@example.com,F5,2026-01-01T00:00:00Z,erp
        6,person,Ed Fine,ed@example.com,,2026-01-01T00:00:00Z,hubspot
        """,
    "cases.csv": """case_id,email,opened_at,opened_by,kind,channel,status,source
        9,ada@example.com,2026-10-01T10:00:00Z,customer,complaint,email,open,desk
        """,
    "consents.csv": """email,purpose,channel,granted,effective_at,source
        bo@example.com,promotional,email,false,2026-02-01T00:00:00Z,outreach
        bo@example.com,promotional,phone,true,2026-02-01T00:00:00Z,outreach
        di@example.com,sales,,false,2026-02-01T00:00:00Z,outreach
        ed@example.com,promotional,email,true,2026-02-01T00:00:00Z,outreach
        """,
    "interactions.csv": """interaction_id,email,happened_at,event,channel,direction,purpose,source
        a,cy@example.com,2026-10-01T10:00:00Z,letter,email,outbound,promotional,outreach
        b,cy@example.com,2026-10-03T10:00:00Z,letter,email,outbound,promotional,outreach
        c,cy@example.com,2026-10-09T10:00:00Z,sales call,phone,outbound,sales,outreach
        d,ed@example.com,2026-10-09T10:00:00Z,letter,email,outbound,promotional,outreach
        e,ed@example.com,2026-10-10T10:00:00Z,bill,email,outbound,transactional,outreach
        """,
}


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("hold")
    made = Workspace.create(folder / "workspace")
    (made.root / "respect.toml").write_text("cap = 2\n", encoding="utf-8")
    (made.root / "sources.toml").write_text(
        "".join(f'[{source}]\nknown_until = "2026-10-10T12:00:00Z"\n' for source in ("hubspot", "erp", "desk", "outreach")),
        encoding="utf-8",
    )
    for name, text in EXPORTS.items():
        lines = [line.strip() for line in text.strip().splitlines()]
        (folder / name).write_text("\n".join(lines) + "\n", encoding="utf-8")
    load(made, [folder / name for name in EXPORTS])
    return made.root


@pytest.fixture(scope="module")
def center(workspace: Path) -> CommandCenter:
    return CommandCenter.open(workspace)


def test_hubspot_gets_every_record_id_of_a_person(center: CommandCenter) -> None:
    found = center.hold_list("hubspot")
    told = {row["Record ID"]: (row["Name"], row["Do not contact"]) for row in found.rows}
    assert told == {
        "1": ("=SUM(A1:A9)", "open complaint"),
        "2": ("=SUM(A1:A9)", "open complaint"),
        "3": ("Bo Quiet", "no consent: promotional by email"),
        "4": ("Cy Often", "cap reached"),
    }
    assert (found.customers, found.listed) == (4, 3)


def test_the_cap_holds_until_the_older_contact_of_the_last_two_is_over(center: CommandCenter) -> None:
    [until] = [row["Until"] for row in center.hold_list("hubspot").rows if row["Name"] == "Cy Often"]
    assert until.isoformat() == "2026-11-02T10:00:00"


def test_mailchimp_gets_addresses_and_means_promotion_by_mail(center: CommandCenter) -> None:
    found = center.hold_list("mailchimp")
    assert (found.purpose, found.channel) == ("promotional", "email")
    assert [row["Email Address"].lower() for row in found.rows if row["Name"] == "=SUM(A1:A9)"] == ["ada@example.com"]
    assert {row["Name"] for row in found.rows} == {"=SUM(A1:A9)", "Bo Quiet", "Cy Often"}


def test_csv_gives_every_id_of_every_source(center: CommandCenter) -> None:
    ids = {(row["source"], row["record_id"]) for row in center.hold_list("csv").rows}
    assert ids == {("hubspot", "1"), ("hubspot", "2"), ("erp", "E1"), ("hubspot", "3"), ("hubspot", "4"), ("erp", "E5")}


@pytest.mark.parametrize(
    ("purpose", "channel", "held"),
    [
        ("promotional", "phone", {"=SUM(A1:A9)", "Cy Often"}),
        ("promotional", None, {"=SUM(A1:A9)", "Cy Often", "Bo Quiet"}),
        ("sales", "store", {"=SUM(A1:A9)", "Cy Often", "Di Elsewhere"}),
        ("survey", None, {"=SUM(A1:A9)", "Cy Often"}),
    ],
)
def test_a_permission_taken_back_holds_its_purpose_and_channel_only(
    center: CommandCenter, purpose: str, channel: str | None, held: set[str]
) -> None:  # fmt: skip
    assert {row["name"] for row in center.hold_list("csv", purpose=purpose, channel=channel).rows} == held


def test_who_never_said_anything_is_held_only_when_asked_for(center: CommandCenter) -> None:
    held = {row["Name"]: row["Do not contact"] for row in center.hold_list("mailchimp", with_unknown=True).rows}
    assert set(held) == {"=SUM(A1:A9)", "Bo Quiet", "Cy Often", "Di Elsewhere"}
    assert held["Di Elsewhere"] == "permission unknown: promotional by email"
    assert held["Cy Often"] == "cap reached; permission unknown: promotional by email"
    by_mail = {row["name"] for row in center.hold_list("csv", purpose="promotional", channel="mail", with_unknown=True).rows}
    assert by_mail == {"=SUM(A1:A9)", "Cy Often"}
    with pytest.raises(QuestionError, match="Say both"):
        center.hold_list("csv", with_unknown=True)


def test_the_number_is_that_of_the_list(center: CommandCenter) -> None:
    assert center.ask("must_not_be_contacted").total.value == center.hold_list().customers


def test_an_unknown_tool_is_refused_with_the_nearest_one(center: CommandCenter) -> None:
    with pytest.raises(UnknownName, match='Did you mean "hubspot"'):
        center.hold_list("hubpsot")


def run(capsys: pytest.CaptureFixture[str], *words: Any) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as ended:
        main(["hold-list", *map(str, words)])
    told = capsys.readouterr()
    return int(ended.value.code or 0), told.out, told.err


def test_the_command_writes_a_file_in_which_no_name_is_a_formula(
    capsys: pytest.CaptureFixture[str], workspace: Path, tmp_path: Path
) -> None:  # fmt: skip
    file = tmp_path / "hold.csv"
    code, out, err = run(capsys, "--for", "hubspot", "--out", file, "-w", workspace)
    assert (code, err) == (0, "")
    assert "4 customers must not be contacted; 1 of them has no id that hubspot knows." in out
    told = list(csv.DictReader(io.StringIO(file.read_text(encoding="utf-8"))))
    assert {row["Name"] for row in told} == {"'=SUM(A1:A9)", "Bo Quiet", "Cy Often"}
    assert [row["Until"] for row in told if row["Record ID"] == "4"] == ["2026-11-02T10:00:00Z"]


def test_the_command_prints_the_list_or_its_json(capsys: pytest.CaptureFixture[str], workspace: Path) -> None:
    code, out, _ = run(capsys, "--for", "mailchimp", "--purpose", "survey", "-w", workspace)
    assert code == 0
    assert out.splitlines()[0] == "Email Address,Name,Do not contact,Until"
    _, out, _ = run(capsys, "--json", "-w", workspace)
    assert json.loads(out)["customers"] == 4


def test_what_cannot_be_written_or_asked_is_said_in_one_sentence(
    capsys: pytest.CaptureFixture[str], workspace: Path, tmp_path: Path
) -> None:  # fmt: skip
    code, _, err = run(capsys, "--out", tmp_path / "none" / "x.csv", "-w", workspace)
    assert code == 2
    assert "Name a file that can be written" in err
    code, _, err = run(capsys, "--purpose", "sell", "-w", workspace)
    assert code == 2
    assert "promotional, sales, survey" in err


def test_a_help_desk_alone_says_whom_to_leave_alone_by_the_address_it_knows(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:  # fmt: skip
    desk = tmp_path / "cases.csv"
    desk.write_text(
        "case_id,email,opened_at,opened_by,kind,channel,status,source\n"
        "1,Gus@example.com,2026-10-01T10:00:00Z,customer,complaint,email,open,desk\n",
        encoding="utf-8",
    )
    made = Workspace.create(tmp_path / "workspace")
    with pytest.raises(SystemExit):
        main(["load", str(desk), "--json", "-w", str(made.root)])
    assert json.loads(capsys.readouterr().out)["loaded"] == [str(desk)]
    found = CommandCenter.open(made.root).hold_list("mailchimp")
    assert [(row["Email Address"], row["Do not contact"]) for row in found.rows] == [("gus@example.com", "open complaint")]
    assert (found.customers, found.listed) == (1, 1)


def test_ids_that_only_a_request_tells_are_given_as_they_were_told(tmp_path: Path) -> None:
    desk = tmp_path / "cases.csv"
    desk.write_text(
        "case_id,record_id,external_id,opened_at,opened_by,kind,channel,status,source\n"
        "1,,F-100a,2026-10-01T10:00:00Z,customer,complaint,email,open,desk\n"
        "2,R7,,2026-10-01T10:00:00Z,customer,complaint,email,open,hubspot\n"
        "3,R8,n/a,2026-10-01T10:00:00Z,customer,complaint,email,open,desk\n",
        encoding="utf-8",
    )
    made = Workspace.create(tmp_path / "workspace")
    load(made, [desk])
    center = CommandCenter.open(made.root)
    ids = {(row["source"], row["record_id"], row["external_id"]) for row in center.hold_list("csv").rows}
    assert ids == {("desk", None, "F-100a"), ("hubspot", "R7", None), ("desk", "R8", None)}
    assert [row["Record ID"] for row in center.hold_list("hubspot").rows] == ["R7"]
