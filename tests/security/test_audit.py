"""The audit log: who looked at whom, who took people along; it names no customer, and a person who is forgotten is found in it."""

import io
import json
import re
import shutil
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final

import pytest
from flask import Flask, g
from flask.testing import FlaskClient
from python_calamine import CalamineWorkbook
from typer.testing import CliRunner

from dashboard.access.doors import Doors
from dashboard.access.who import Role, Who
from dashboard.api.tokens import Tokens
from dashboard.app import create_app
from dashboard.cli import app
from dashboard.page import Pages
from dashboard.panels import Panels
from dashboard.settings import Settings
from dashboard.spreadsheet import MIMETYPE
from dashboard.view import View
from metrics import CommandCenter
from queries.audit import (
    DECISION,
    EXPORT,
    GIVEN,
    HOST_ADDED,
    HOST_REMOVED,
    KEY_ADDED,
    LIST,
    STORY,
    TOKEN_MADE,
    TOKEN_REVOKED,
    note,
    read_audit,
    taken_along,
)
from queries.errors import WorkspaceError
from queries.intake.forgotten import made_key
from queries.policy import Policy
from queries.workspace import Workspace
from tests.security.test_roles import drawn

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
    assert client.get("/customers.csv?period=2025&open=customers_gained&why=welcome+calls").status_code == 200
    assert client.get("/hold-list.csv?why=the+autumn+mailing").status_code == 200
    workspace = Workspace.at(own_workspace)
    told = [(one.by, one.what, one.of, one.people) for one in read_audit(workspace)]
    held = center.hold_list()
    assert told == [
        (ADA.name, EXPORT, "hold list", held.customers),
        (ADA.name, EXPORT, "customers_gained", people.customers),
        (ADA.name, LIST, "customers_gained", len({str(row["customer_id"]) for row in people.rows[:50]})),
        (ADA.name, STORY, "", 1),
        (ADA.name, STORY, "", 1),
    ]
    assert [one.purpose for one in read_audit(workspace, what=EXPORT)] == ["the autumn mailing", "welcome calls"]
    assert {one.what for one in read_audit(workspace, customer=customer)} == {STORY, LIST, EXPORT}
    assert DECISION not in [one.what for one in read_audit(workspace)]
    center.close()


WAYS: Final = (
    ("/api/find?q=an", LIST, "search", ""),
    (
        "/panel.csv?of_page=/customers&of_panel=who-left&period=2026&why=to+call+them",
        EXPORT,
        "/customers who-left",
        "to call them",
    ),
    (
        "/panel.xlsx?of_page=/customers&of_panel=who-left&period=2026&why=to+call+them",
        EXPORT,
        "/customers who-left",
        "to call them",
    ),
    ("/customers.xlsx?open=customers_lost&period=2026&why=to+call+them", EXPORT, "customers_lost", "to call them"),
    ("/hold-list.xlsx?for=csv&why=to+call+them", EXPORT, "hold list", "to call them"),
    ("drawer period=2025&open=customers_gained&show=five", LIST, "customers_gained, read five", ""),
    ("drawer period=2025&open=customers_gained", LIST, "customers_gained", ""),
    ("panel /customers who-left", LIST, "/customers who-left", ""),
    ("panel /customers find-a-customer q=an", LIST, "/customers find-a-customer", ""),
)
"""Every way to be told of several people at once, and how it is written down."""


@pytest.fixture(scope="module")
def asked(tiny_workspace: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[FlaskClient, Workspace]:
    folder = tmp_path_factory.mktemp("audit") / "mine"
    shutil.copytree(tiny_workspace, folder)
    doors = Doors(people=lambda: ADA)
    server = create_app(Settings(workspace=folder, cache_dir=folder.parent / "kept"), doors=doors).server
    return server.test_client(), Workspace.at(folder)


def shown_by(client: FlaskClient, way: str) -> str:
    kind, _space, rest = way.partition(" ")
    if kind == "drawer":
        body = {
            "output": "drawer.data",
            "outputs": {"id": "drawer", "property": "data"},
            "inputs": [{"id": "target", "property": "data", "value": rest}, {"id": "version", "property": "data", "value": None}],
            "changedPropIds": ["target.data"],
            "state": [{"id": "path", "property": "data", "value": "/"}, {"id": "view", "property": "data", "value": ""}],
        }
        return client.post("/_dash-update-component", json=body, headers={"Origin": "http://localhost"}).get_data(as_text=True)
    if kind == "panel":
        path, panel, *query = rest.split(" ")
        return drawn(client, path, panel, "&".join(["period=2026", *query])).get_data(as_text=True)
    answer = client.get(way)
    assert answer.status_code == 200, answer.data
    if answer.mimetype == MIMETYPE:
        return str(CalamineWorkbook.from_filelike(io.BytesIO(answer.data)).get_sheet_by_index(0).to_python())
    return answer.get_data(as_text=True)


@pytest.mark.parametrize(("way", "what", "of", "purpose"), WAYS)
def test_whoever_is_shown_people_is_written_down_with_whom_also_of_what_was_kept(
    asked: tuple[FlaskClient, Workspace], way: str, what: str, of: str, purpose: str
) -> None:
    client, workspace = asked
    before = len(read_audit(workspace))
    told = [shown_by(client, way) for _ in range(2)]  # the second may come out of the cache
    lines = read_audit(workspace)[: len(read_audit(workspace)) - before]
    assert [(one.by, one.what, one.of, one.purpose) for one in lines] == [(ADA.name, what, of, purpose)] * 2
    ids = set(re.findall(r"C-[0-9a-f]{12}", told[1]))
    assert lines[0].people > 0
    assert lines[0].whom == lines[1].whom
    if ids:  # a table of names has no id in its file
        assert len(ids) == lines[0].people
        assert all(lines[0] in read_audit(workspace, customer=one) for one in ids)


def test_a_chart_that_names_nobody_is_not_written_down(asked: tuple[FlaskClient, Workspace]) -> None:
    client, workspace = asked
    before = read_audit(workspace)
    assert "why-they-left" in shown_by(client, "panel / why-they-left")
    assert client.get("/panel.csv?of_page=/&of_panel=why-they-left&period=2026").status_code == 200
    assert read_audit(workspace) == before


def test_what_lets_others_in_is_written_down(asked: tuple[FlaskClient, Workspace]) -> None:
    client, workspace = asked
    of, folder, before = {}, str(workspace.root), len(read_audit(workspace))
    form = {"at": "/?period=2026", "panel": "why-they-left", "host": "", "lasts": "", "opens": "yes"}
    client.post("/api/embeds", data=form, headers={"Origin": "http://localhost"})
    for words in (
        "token add desk --role manager --scope customers --purpose calls",
        "embed hosts add https://wiki.example.com",
        "embed keys add",
        "embed customers_lost --period 2026 --for https://wiki.example.com",
        "embed hosts remove https://wiki.example.com",
    ):
        told = CliRunner().invoke(app, [*words.split(), "-w", folder])
        assert told.exit_code == 0, told.output
    token_id = Tokens.of(workspace).all()[0].token_id
    assert CliRunner().invoke(app, ["token", "revoke", token_id, "-w", folder]).exit_code == 0
    for one in read_audit(workspace)[: len(read_audit(workspace)) - before]:
        of.setdefault(one.what, []).append((one.of, one.purpose))
    assert of[TOKEN_MADE] == [(f"{token_id} desk, manager: customers", "calls")]
    assert of[TOKEN_REVOKED] == [(f"{token_id} desk", "")]
    assert [told for told, _ in of[HOST_ADDED] + of[HOST_REMOVED]] == ["https://wiki.example.com"] * 2
    assert len(of[KEY_ADDED]) == 1
    given = [told for told, _ in of[GIVEN]]
    assert given[0][8:].startswith(" customers_lost for https://wiki.example.com until ")
    assert given[1][8:].startswith(" / why-they-left for a link until ")
    assert given[1].endswith(", opens customers")


def test_lists_and_stories_at_the_command_line_are_written_down(asked: tuple[FlaskClient, Workspace]) -> None:
    _client, workspace = asked
    before = len(read_audit(workspace))
    where = ["-w", str(workspace.root)]
    listed = CliRunner().invoke(
        app, ["customers", "customers_lost", "--period", "2026", "--csv", "--why", "to call them", *where]
    )
    customer = re.findall(r"C-[0-9a-f]{12}", listed.output)[0]
    for words in (
        ["customers", "customers_lost", "--period", "2026"],
        ["customer", customer],
        ["hold-list", "--why", "a mailing"],
    ):
        assert CliRunner().invoke(app, [*words, *where]).exit_code == 0
    found = reversed(read_audit(workspace)[: len(read_audit(workspace)) - before])
    assert [(one.what, one.of, one.purpose, one.people > 0) for one in found] == [
        (EXPORT, "customers_lost", "to call them", True),
        (LIST, "customers_lost", "", True),
        (STORY, "", "", True),
        (EXPORT, "hold list", "a mailing", True),
    ]


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
