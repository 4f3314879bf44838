"""What somebody keeps, a list of people or a view, is deleted and changed by them or an administrator alone, and written down."""

from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from dashboard.access.doors import Doors
from dashboard.access.who import Role, Who
from dashboard.app import create_app
from dashboard.settings import Settings
from queries.audit import KEPT, LIST_DELETED, VIEW_CHANGED, VIEW_DELETED, VIEW_SAVED, read_audit
from queries.policy import Policy
from queries.workspace import Workspace
from tests.security.test_roles import AtTheDoor, drawn

HERE = {"Origin": "http://localhost"}
MAX = Who(name="max@example.com", role=Role.MANAGER, policy=Policy())
NORTH = Who(name="nora@example.com", role=Role.MANAGER, policy=Policy(regions=frozenset({"north"})))
ADA = Who(name="ada@example.com", role=Role.ADMIN, policy=Policy())
OPENED = "/?period=2026&open=customers_lost"


@pytest.fixture
def door() -> AtTheDoor:
    return AtTheDoor()


@pytest.fixture
def client(own_workspace: Path, tmp_path: Path, door: AtTheDoor) -> FlaskClient:
    settings = Settings(workspace=own_workspace, cache_dir=tmp_path / "kept")
    return create_app(settings, doors=Doors(people=door)).server.test_client()


def sent(client: FlaskClient, door: AtTheDoor, who: Who, what: str, **told: str) -> Any:
    door.who = who
    return client.post(f"/api/{what}", data={"at": "/", **told}, headers=HERE)


def by(workspace: Path) -> list[tuple[str, str, str]]:
    return [(one.by, one.what, one.of) for one in reversed(read_audit(Workspace.at(workspace)))]


def test_a_list_is_ended_by_who_keeps_it_or_an_administrator(client: FlaskClient, door: AtTheDoor, own_workspace: Path) -> None:
    for title in ("Gone north", "Gone south"):
        assert "is kept" in sent(client, door, MAX, "lists", act="keep", title=title, at=OPENED).text
    refused = sent(client, door, NORTH, "lists", act="delete", name="gone_north")
    assert (refused.status_code, "max@example.com keeps it" in refused.text) == (403, True)
    for who, name in ((MAX, "gone_north"), (ADA, "gone_south")):
        assert "deleted" in sent(client, door, who, "lists", act="delete", name=name).text
    assert "no list" in sent(client, door, MAX, "lists", act="delete", name="gone_north").text
    assert by(own_workspace) == [
        (MAX.name, KEPT, "gone_north, customers_lost"),
        (MAX.name, KEPT, "gone_south, customers_lost"),
        (MAX.name, LIST_DELETED, "gone_north"),
        (ADA.name, LIST_DELETED, "gone_south"),
    ]


@pytest.mark.parametrize("broken", ["", "title = \n"])
def test_a_list_that_nobody_is_known_to_keep_is_an_administrators(
    client: FlaskClient, door: AtTheDoor, own_workspace: Path, broken: str
) -> None:
    sent(client, door, ADA, "lists", act="keep", title="Gone", at=OPENED)
    file = own_workspace / "lists" / "gone.toml"
    kept = [line for line in file.read_text(encoding="utf-8").splitlines() if not line.startswith("owner")]
    file.write_text(broken + "\n".join(kept), encoding="utf-8")
    assert sent(client, door, MAX, "lists", act="delete", name="gone").status_code == 403
    assert (
        sent(client, door, Who(name="", role=Role.MANAGER, policy=Policy()), "lists", act="delete", name="gone").status_code
        == 403
    )
    assert sent(client, door, Who.local(), "lists", act="delete", name="gone").status_code == 200


def test_a_view_is_changed_by_who_keeps_it_or_an_administrator(client: FlaskClient, door: AtTheDoor, own_workspace: Path) -> None:
    assert sent(client, door, MAX, "views", act="save", title="Mine", address="/service", start="yes").status_code == 200
    assert sent(client, door, NORTH, "views", act="save", title="Hers", address="/voice").status_code == 200
    for act, name in (("rename", "mine"), ("delete", "mine"), ("start", "mine"), ("no start", ""), ("start", "hers")):
        refused = sent(client, door, NORTH, "views", act=act, name=name, title="Other")
        assert (refused.status_code, "max@example.com keeps it" in refused.text) == (403, True), act
    assert sent(client, door, NORTH, "views", act="save", title="First", address="/voice", start="yes").status_code == 403
    assert sent(client, door, MAX, "views", act="rename", name="mine", title="Ours").status_code == 200
    assert sent(client, door, ADA, "views", act="start", name="hers").status_code == 200
    assert sent(client, door, MAX, "views", act="delete", name="mine").status_code == 200
    assert by(own_workspace) == [
        (MAX.name, VIEW_SAVED, "mine"),
        (NORTH.name, VIEW_SAVED, "hers"),
        (MAX.name, VIEW_CHANGED, "mine, rename"),
        (ADA.name, VIEW_CHANGED, "hers, start"),
        (MAX.name, VIEW_DELETED, "mine"),
    ]


def test_what_is_not_ones_own_is_not_offered_and_says_whose_it_is(client: FlaskClient, door: AtTheDoor) -> None:
    sent(client, door, MAX, "views", act="save", title="Mine", address="/service")
    sent(client, door, MAX, "lists", act="keep", title="Gone", at=OPENED)
    for who, is_offered in ((MAX, True), (NORTH, False), (ADA, True)):
        door.who = who
        told = client.get("/api/views").text
        assert ("kept by max@example.com" in told, 'value="delete"' in told) == (True, is_offered)
    assert "kept by max@example.com" in drawn(client, "/customers", "lists-of-people").get_data(as_text=True)
