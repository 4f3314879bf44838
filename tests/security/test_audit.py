"""The audit log: who looked at whom, who took people along; it names no customer, and a person who is forgotten is found in it."""

import json
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from flask import Flask, g
from typer.testing import CliRunner

from dashboard.access.doors import Doors
from dashboard.access.who import Role, Who
from dashboard.app import create_app
from dashboard.cli import app
from dashboard.page import Pages
from dashboard.panels import Panels
from dashboard.settings import Settings
from dashboard.view import View
from metrics import CommandCenter
from queries.audit import DECISION, EXPORT, LIST, STORY, note, read_audit, taken_along
from queries.errors import WorkspaceError
from queries.intake.forgotten import made_key
from queries.policy import Policy
from queries.workspace import Workspace

ADA = Who(name="ada@example.com", role=Role.MANAGER, policy=Policy.everything())
PAGES = Pages.found()


@pytest.fixture
def empty(tmp_path: Path) -> Workspace:
    return Workspace.create(tmp_path / "mine")


def log_of(workspace: Workspace) -> str:
    return (workspace.registry / "audit.jsonl").read_text(encoding="utf-8")


def test_lines_are_added_and_read_the_newest_first_and_name_nobody(empty: Workspace) -> None:
    note(empty, STORY, by="ada@example.com", customers=["C-1"])
    note(empty, EXPORT, by="bo@example.com", of="cases_opened", purpose="call them\nback", customers=["C-1", "C-2", "C-1"])
    newest, oldest = read_audit(empty)
    assert (newest.by, newest.what, newest.of, newest.purpose, newest.people) == (
        "bo@example.com", EXPORT, "cases_opened", "call them back", 2,
    )  # fmt: skip
    assert (oldest.by, oldest.what, oldest.people) == ("ada@example.com", STORY, 1)
    assert "C-1" not in log_of(empty)
    assert len(log_of(empty).splitlines()) == 2
    assert stat.S_IMODE((empty.registry / "audit.jsonl").stat().st_mode) == 0o600


def test_it_can_be_asked_of_one_customer_one_kind_one_person(empty: Workspace) -> None:
    for by, what, customers in (("ada", STORY, ["C-1"]), ("bo", STORY, ["C-2"]), ("bo", EXPORT, ["C-1", "C-2"])):
        note(empty, what, by=by, customers=customers)
    assert [(one.by, one.what) for one in read_audit(empty, customer="C-1")] == [("bo", EXPORT), ("ada", STORY)]
    assert [one.by for one in read_audit(empty, what=STORY)] == ["bo", "ada"]
    assert [one.what for one in read_audit(empty, by="Bo")] == [EXPORT, STORY]
    assert read_audit(empty, customer="C-3") == ()


def test_what_was_taken_along_with_a_person_is_found_by_any_of_their_ids(empty: Workspace) -> None:
    note(empty, STORY, by="ada", customers=["C-1"])
    note(empty, EXPORT, by="bo", of="cases_opened", customers=["C-0", "C-1"])
    note(empty, EXPORT, by="bo", of="orders_placed", customers=["C-2"])
    assert [one.of for one in taken_along(empty, ("C-9", "C-1"))] == ["cases_opened"]


def test_a_line_that_was_cut_off_is_left_out(empty: Workspace) -> None:
    note(empty, STORY, by="ada", customers=["C-1"])
    with (empty.registry / "audit.jsonl").open("a", encoding="utf-8") as file:
        file.write('{"at": "2026-11-')
    assert len(read_audit(empty)) == 1


def server_of(workspace: Path, who: Who) -> tuple[Flask, CommandCenter]:
    center = CommandCenter.open(workspace)
    return create_app(Settings(workspace=workspace), center, doors=Doors(people=lambda: who)).server, center


def test_a_story_a_list_an_export_and_a_decision_are_written_down_by_who_asked(own_workspace: Path) -> None:
    server, center = server_of(own_workspace, ADA)
    people = center.customers_behind("customers_gained", period="2025")
    customer = str(people.rows[0]["customer_id"])
    panels, path = Panels(center, PAGES), f"/customers/{customer}"
    for _ in range(2):
        with server.test_request_context("/"):
            g.who = ADA
            panels.draw(path, "story", View.read(path, ""))
    with server.test_request_context("/"):
        g.who = ADA
        panels.draw_drawer(View.read("/", "period=2025&open=customers_gained"))
    client = server.test_client()
    assert client.get("/customers.csv?period=2025&open=customers_gained").status_code == 200
    assert client.get("/hold-list.csv").status_code == 200
    workspace = Workspace.at(own_workspace)
    told = [(one.by, one.what, one.of, one.people) for one in read_audit(workspace)]
    held = center.hold_list()
    assert told == [
        (ADA.name, EXPORT, "hold list", held.customers),
        (ADA.name, EXPORT, "customers_gained", people.customers),
        (ADA.name, LIST, "customers_gained", 0),
        (ADA.name, STORY, "", 1),
        (ADA.name, STORY, "", 1),
    ]
    assert {one.what for one in read_audit(workspace, customer=customer)} == {STORY, EXPORT}
    assert DECISION not in [one.what for one in read_audit(workspace)]
    center.close()


def test_what_cannot_be_written_down_is_not_shown(own_workspace: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    server, center = server_of(own_workspace, ADA)
    customer = str(center.customers_behind("customers_gained", period="2025").rows[0]["customer_id"])
    name = str(center.story(customer).customer["name"])

    def full(*_: object, **__: object) -> None:
        raise WorkspaceError("the disk refuses it (no space left on device)", where="audit.jsonl")

    monkeypatch.setattr("dashboard.access.noted.note", full)
    with server.test_request_context("/"):
        g.who = ADA
        drawn = str(Panels(center, PAGES).draw(f"/customers/{customer}", "story", View.read(f"/customers/{customer}", "")))
    assert name not in drawn
    assert "no space left" in drawn
    center.close()


def test_cx_audit_tells_it_and_cx_forget_who_took_the_person_along(own_workspace: Path) -> None:
    center = CommandCenter.open(own_workspace)
    rows = center.customers_behind("customers_gained", period="2025").rows
    customer = next(str(row["customer_id"]) for row in rows if center.story(str(row["customer_id"])).customer["kind"] == "person")
    center.close()
    note(Workspace.at(own_workspace), EXPORT, by="bo@example.com", of="customers_gained", purpose="a call", customers=[customer])
    told = CliRunner().invoke(app, ["audit", customer, "--json", "-w", str(own_workspace)])
    assert told.exit_code == 0, told.output
    (one,) = json.loads(told.output)
    assert (one["by"], one["what"], one["of"], one["purpose"], one["people"]) == (
        "bo@example.com", EXPORT, "customers_gained", "a call", 1,
    )  # fmt: skip
    asked = CliRunner().invoke(app, ["forget", customer, "-w", str(own_workspace)], input="n\n")
    assert "Taken along by bo@example.com on" in " ".join(asked.output.split()), asked.output


def test_processes_that_make_the_key_at_once_use_one(empty: Workspace) -> None:
    def keyed(_: int) -> bytes:
        return made_key(empty)

    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(keyed, range(32)))) == 1
    assert [path.name for path in empty.registry.iterdir()] == ["forgotten.key"]
