"""`cx recognise`: what a file is, how sure that is and why, and what would become of it; nothing is loaded or changed."""

import gzip
import json
from pathlib import Path

import pytest

from dashboard.cli import main
from queries.intake.explain import Recognised, recognise_files
from queries.workspace import Workspace

TICKETS = (
    "id;REQUESTER ID;Created at;Via;Status;Subject;Customer tier;Floor\n"
    "7;91;2026-10-01 10:00:00;Mail;Open;Late;Gold;3\n"
    "8;91;2026-10-01 11:00:00;Mail;Solved;Müll;Gold;3\n"
    "9;91;soon;Mail;Solved;;Gold;3\n"
)
OWN = """
title = "Tills"
source = "till"
[recognise]
columns = ["Receipt | Bon", "Day", "Sum"]
[[rows]]
entity = "orders"
primary = true
[rows.columns]
order_id = "Receipt | Bon"
ordered_at = "Day"
amount = "Sum"
currency = { value = "EUR" }
status = { value = "placed" }
"""


@pytest.fixture
def ask(tmp_path: Path):
    """Recognise one file in a workspace that declares something, or does not exist."""

    def asked(name: str, content: str | bytes, **declared: str) -> list[Recognised]:
        path, root = tmp_path / name, tmp_path / "workspace"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        for file, text in declared.items():
            (root / "sources").mkdir(parents=True, exist_ok=True)
            (root / "sources" / f"{file}.toml").write_text(text, encoding="utf-8")
        return list(recognise_files(Workspace(root), [path]))

    return asked


def test_a_file_is_explained_in_full(ask):
    (one,) = ask("tickets.csv", TICKETS)
    assert (one.source_id, one.title, one.records, one.problem) == ("zendesk_tickets", "Zendesk tickets", 3, "")
    assert (one.encoding, one.delimiter, one.zone) == ("utf-8", ";", "UTC")
    assert one.signature[:2] == (("Id", "id"), ("Requester id", "REQUESTER ID"))
    assert (one.headers, one.used, one.left) == (8, 6, ("Customer tier", "Floor"))
    assert one.confidence == 70 + 20 * 6 / 8 + 10
    assert one.reasons == (
        "It has all 5 headers that tell the format: id, REQUESTER ID, Created at, Via, Status",
        "6 of its 8 headers are used; nothing is made of Customer tier, Floor",
        'To keep one as a property: properties = ["Customer tier"] under [zendesk] in sources.toml',
        "No other format fits",
    )
    cases, records = one.becomes
    assert (cases.entity, cases.rows, cases.rejected, cases.columns["opened_at"]) == ("cases", 2, 1, ["Created at"])
    assert (records.entity, records.rows) == ("customer_records", 3)


def test_the_other_name_of_a_header_is_told(ask):
    (one,) = ask("till.csv", "Bon,day,SUM\n1,2026-01-01,5\n", tills=OWN)
    assert one.confidence == 100
    assert one.reasons[0] == 'It has all 3 headers that tell the format: Bon (for "Receipt"), day, SUM'
    assert one.becomes[0].columns == {"order_id": ["Bon"], "ordered_at": ["day"], "amount": ["SUM"]}


def test_a_format_that_fits_by_fewer_headers_makes_it_less_sure(ask):
    (one,) = ask(
        "till.csv", "Receipt,Day,Sum\n1,2026-01-01,5\n", tills=OWN, days=OWN.replace(', "Sum"', "").replace("Tills", "Days")
    )
    assert (one.source_id, one.confidence) == ("tills", 90)
    assert one.reasons[-1] == "Days would fit, too, by fewer headers"
    assert (one.near[0].source_id, one.near[0].lacks) == ("days", ())


def test_two_formats_that_fit_equally_are_an_error_that_names_both(ask):
    (one,) = ask("till.csv", "Receipt,Day,Sum\n1,2026-01-01,5\n", tills=OWN, shops=OWN.replace("Tills", "Shops"))
    assert not one.is_recognised
    assert one.problem.startswith("till.csv: is equally Shops (sources/shops.toml) and Tills (sources/tills.toml).")
    assert [near.source_id for near in one.near[:2]] == ["shops", "tills"]


def test_what_is_not_recognised_is_told_with_the_nearest_and_what_they_lack(ask):
    (one,) = ask("tickets.csv", "Id,Requester id,Created,Via,Status\n1,2,3,4,5\n")
    assert (one.source_id, one.confidence, one.headers) == ("", 0, 5)
    assert one.problem.startswith('tickets.csv: looks like Zendesk tickets but has no "Created at".')
    assert (one.near[0].source_id, one.near[0].confidence, one.near[0].lacks) == ("zendesk_tickets", 48, ("Created at",))


def test_a_file_of_a_known_format_that_no_load_would_take_is_told_so(ask):
    (one,) = ask("till.csv", "Receipt,Day,Sum\n1,soon,5\n", tills=OWN)
    assert one.is_recognised
    assert (
        one.problem == 'till.csv: none of its 1 records can be read; the first has ordered_at "s•••". '
        "Not a time that can be read: when it was ordered, UTC. Required."
    )


@pytest.mark.parametrize(
    ("name", "content", "problem"),
    [
        ("page.csv", "<html></html>", "page.csv: is a web page or XML, not a table."),
        ("empty.csv", "", "empty.csv: is empty."),
        ("cut.zip", b"PK\x03\x04", "cut.zip: is a zip archive or workbook that is cut off or damaged."),
    ],
)
def test_what_is_no_table_is_told(ask, name, content, problem):
    (one,) = ask(name, content)
    assert (one.is_recognised, one.near) == (False, ())
    assert one.problem.startswith(problem)


def test_every_kind_of_file_is_explained(ask):
    audits = '{"ticket_id": 7, "created_at": "2026-10-01T10:00:00Z", "author_id": 1, "events": []}\n'
    (one,) = ask("audits.jsonl.gz", gzip.compress(audits.encode()))
    assert (one.source_id, one.records, one.delimiter) == ("zendesk_ticket_audits", 1, "")


def said(capsys: pytest.CaptureFixture[str], code: int, *words: str) -> str:
    with pytest.raises(SystemExit) as end:
        main(["recognise", *words])
    assert end.value.code == code
    return capsys.readouterr().out


def test_the_command_changes_nothing_and_says_what_it_found(capsys, tmp_path):
    (tmp_path / "tickets.csv").write_text(TICKETS, encoding="utf-8")
    (tmp_path / "notes.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    workspace = tmp_path / "nowhere"
    told = said(capsys, 0, str(tmp_path / "tickets.csv"), "-w", str(workspace))
    assert "tickets.csv is Zendesk tickets (zendesk_tickets), 95 % sure." in told
    assert "3 records, utf-8, cells between semicolons; times that name no zone are in UTC, by the workspace" in told
    assert "case_id ← id" in told
    told = said(capsys, 2, str(tmp_path / "tickets.csv"), str(tmp_path / "notes.csv"), "-w", str(workspace))
    assert 'Not recognised. notes.csv: no known format has the headers "a", "b".' in told
    assert not workspace.exists()
    (first,) = json.loads(said(capsys, 0, str(tmp_path / "tickets.csv"), "--json", "-w", str(workspace)))
    assert (first["source_id"], first["confidence"], first["records"]) == ("zendesk_tickets", 95, 3)


def test_who_is_sent_to_a_draft_can_have_one(capsys, tmp_path):
    texts = {"cut.csv.gz": b"\x1f\x8b\x08", "empty.csv": b"", "visits.csv": b"E-Mail,Studio,Preis\na@example.com,Nord,5\n"}
    told = {}
    for name, content in texts.items():
        (tmp_path / name).write_bytes(content)
        told[name] = said(capsys, 2, str(tmp_path / name), "-w", str(tmp_path / "nowhere"))
    assert [told[name].count("cx new source") for name in texts] == [0, 0, 1]
    assert told["visits.csv"].startswith(
        'Not recognised. visits.csv: no known format has the headers "E-Mail", "Studio", "Preis"; the nearest is'
    )


def test_a_file_in_the_import_format_is_taken_for_no_sheet(ask):
    """All its headers are columns of one entity: a sheet of scores, which has some of them, reads no source and no id."""
    header = "response_id,source,email,instrument,programme,answered_at,score,comment"
    (one,) = ask("answers.csv", f"{header}\nr-1,voice,a@example.com,nps,relational,2026-06-02,9,fine\n")
    assert (one.source_id, one.problem) == ("import_survey_responses", "")
