"""A chart or a token that was given away is good as long as its giver may give it, and shows no more than they see."""

import json
from pathlib import Path
from typing import Any, Final

import pytest
from flask.testing import FlaskClient
from typer.testing import CliRunner

from dashboard.access.given import narrowed
from dashboard.api.tokens import Tokens, Wish
from dashboard.app import create_app
from dashboard.cli import app
from dashboard.embed.keyring import Keyring
from dashboard.embed.token import Grant, signed
from dashboard.settings import Settings
from queries.policy import Policy
from queries.workspace import Workspace
from tests.dashboard.fake_center import FakeCenter

BEHIND: Final[dict[str, Any]] = {"access": "proxy", "public_url": "https://cx.example.com", "trusted_peer": "10.1.2.3"}
HOST: Final = "https://wiki.example.com"
GRANT: Final = {"path": "/", "panel": "why-they-left", "query": "", "begun": 0, "ends": 2**40}
MANAGER: Final = '[[people]]\nwho = "max@example.com"\nrole = "manager"\n'
NORTHERN: Final = MANAGER + 'regions = ["North"]\n'
VIEWER: Final = '[[people]]\nwho = "max@example.com"\nrole = "viewer"\n'
GROUP: Final = '[[people]]\ngroup = "leads"\nrole = "manager"\n'
OTHERS: Final = '[others]\nrole = "viewer"\n'


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return Workspace.create(tmp_path / "mine")


@pytest.fixture
def client(workspace: Workspace, tmp_path: Path) -> FlaskClient:
    return create_app(
        Settings(workspace=workspace.root, cache_dir=tmp_path / "kept", **BEHIND), FakeCenter()
    ).server.test_client()


def rules(workspace: Workspace, text: str) -> None:
    workspace.access_rules.parent.mkdir(parents=True, exist_ok=True)
    workspace.access_rules.write_text(text, encoding="utf-8")


def link(workspace: Workspace, **how: Any) -> str:
    return f"/embed/{signed(Grant(**{**GRANT, **how}), Keyring(workspace).signing('now'))}"


@pytest.mark.parametrize(
    ("text", "how", "code"),
    [
        (MANAGER, {"giver": "max@example.com"}, 200),
        (NORTHERN, {"giver": "max@example.com"}, 200),
        (VIEWER, {"giver": "max@example.com"}, 410),
        ("", {"giver": "max@example.com"}, 410),
        (OTHERS, {"giver": "max@example.com"}, 410),
        ("[[people", {"giver": "max@example.com"}, 410),
        (GROUP, {"giver": "max@example.com", "groups": ("leads",)}, 200),
        (VIEWER + GROUP, {"giver": "max@example.com", "groups": ("leads",)}, 410),
        (GROUP, {"giver": "max@example.com"}, 410),
        (MANAGER, {"giver": ""}, 410),
        ("", {"from_machine": True}, 200),
    ],
)
def test_a_chart_is_good_as_long_as_its_giver_may_give_it(
    client: FlaskClient, workspace: Workspace, text: str, how: dict[str, Any], code: int
) -> None:
    rules(workspace, text)
    for end in ("", "/panel", ".csv", ".json"):
        answer = client.get(link(workspace, **how) + end, headers={"Host": "cx.example.com"})
        assert answer.status_code == code, answer.get_data(as_text=True)[:200]
        assert ("may no longer do so" in answer.get_data(as_text=True)) is (code == 410)


def test_its_host_renews_it_no_longer(client: FlaskClient, workspace: Workspace) -> None:
    own_key = Keyring(workspace).add_host(HOST, "now")
    asked = {"headers": {"Host": "cx.example.com", "Authorization": f"Bearer {own_key}"}}
    token = link(workspace, giver="max@example.com", audience=HOST, begun=2_000_000_000).removeprefix("/embed/")
    for text, code in ((MANAGER, 200), (VIEWER, 410)):
        rules(workspace, text)
        assert client.post("/embed/renew", data={"token": token}, **asked).status_code == code


def test_where_nobody_logs_in_nobody_is_asked_who_gave_it(workspace: Workspace, tmp_path: Path) -> None:
    alone = create_app(Settings(workspace=workspace.root, cache_dir=tmp_path / "kept"), FakeCenter()).server.test_client()
    assert alone.get(link(workspace, giver="max@example.com")).status_code == 200


def test_a_chart_given_from_a_page_names_its_giver_and_their_groups(client: FlaskClient, workspace: Workspace) -> None:
    rules(workspace, MANAGER)
    headers = {"Host": "cx.example.com", "X-Forwarded-User": "max@example.com", "Origin": "https://cx.example.com"}
    form = {"at": "/", "panel": "why-they-left", "host": "", "lasts": "", "opens": ""}
    made = client.post("/api/embeds", data=form, headers=headers, environ_base={"REMOTE_ADDR": "10.1.2.3"}).get_data(as_text=True)
    address = made.split("cx.example.com", 1)[1].split('"')[0].split("<")[0].removesuffix(".csv")
    assert client.get(address, headers={"Host": "cx.example.com"}).status_code == 200
    rules(workspace, VIEWER)
    assert client.get(address, headers={"Host": "cx.example.com"}).status_code == 410


def test_a_link_that_was_taken_back_opens_nothing_also_once_renewed(workspace: Workspace) -> None:
    alone = create_app(Settings(workspace=workspace.root), FakeCenter()).server.test_client()
    own_key = Keyring(workspace).add_host(HOST, "now")
    kept, gone = (
        link(workspace, link=name, audience=HOST, begun=2_000_000_000, from_machine=True) for name in ("aaaaaaaa", "bbbbbbbb")
    )
    told = CliRunner().invoke(app, ["embed", "revoke", "bbbbbbbb", "-w", str(workspace.root)])
    assert told.exit_code == 0, told.output
    assert [alone.get(one).status_code for one in (kept, gone)] == [200, 410]
    headers = {"Authorization": f"Bearer {own_key}"}
    renew = [alone.post("/embed/renew", data={"token": one.removeprefix("/embed/")}, headers=headers) for one in (kept, gone)]
    assert [answer.status_code for answer in renew] == [200, 410]
    refused = CliRunner().invoke(app, ["embed", "revoke", "no link", "-w", str(workspace.root)])
    assert "is no link" in str(refused.exception)


def test_what_was_given_is_listed_with_its_giver(own_workspace: Path) -> None:
    where = ["-w", str(own_workspace)]
    assert CliRunner().invoke(app, ["embed", "customers_lost", "--period", "2026", *where]).exit_code == 0
    (row,) = json.loads(CliRunner().invoke(app, ["embed", "list", "--json", *where]).output)
    assert (row["chart"].split(" until ")[0], row["state"]) == ("customers_lost for a link", "")
    CliRunner().invoke(app, ["embed", "revoke", row["link"], *where])
    assert json.loads(CliRunner().invoke(app, ["embed", "list", "--json", *where]).output)[0]["state"] == "taken back"


@pytest.mark.parametrize(("text", "code"), [(MANAGER, 200), (VIEWER, 401), ("", 401)])
def test_a_token_is_good_as_long_as_its_giver_has_its_role(
    client: FlaskClient, workspace: Workspace, text: str, code: int
) -> None:
    text_of = Tokens.of(workspace).add(Wish(name="desk", role="manager", giver="max@example.com"))[1]
    rules(workspace, text)
    headers = {"Host": "cx.example.com", "Authorization": f"Bearer {text_of}"}
    assert client.get("/api/v1/metrics", headers=headers).status_code == code


def test_a_token_is_made_for_who_has_the_role_and_told_with_them(workspace: Workspace) -> None:
    rules(workspace, VIEWER)
    where = ["-w", str(workspace.root)]
    words = ["token", "add", "desk", "--by", "max@example.com"]
    refused = CliRunner().invoke(app, [*words, "--role", "manager", *where])
    assert "has not the role manager" in str(refused.exception)
    assert Tokens.of(workspace).all() == ()
    assert CliRunner().invoke(app, [*words, *where]).exit_code == 0
    (row,) = json.loads(CliRunner().invoke(app, ["token", "list", "--json", *where]).output)
    assert (row["name"], row["giver"]) == ("desk", "max@example.com")


def test_what_is_given_shows_no_more_than_both_see() -> None:
    one = Policy(regions=frozenset({"North", "East"}), names=True, least=1)
    other = Policy(regions=frozenset({"East", "West"}), teams=frozenset({"desk"}), names=False, least=5)
    both = Policy(regions=frozenset({"East"}), teams=frozenset({"desk"}), names=False, least=5)
    assert narrowed(one, other) == narrowed(other, one) == both
    assert narrowed(one, Policy.everything()) == one
