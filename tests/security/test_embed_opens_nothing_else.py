"""The token of a chart against every other address: wherever it is put, it opens its own chart and nothing else."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from werkzeug.routing import Rule

from dashboard.access.doors import Doors, closed
from dashboard.app import create_app
from dashboard.embed.keyring import Keyring
from dashboard.embed.token import Grant, signed
from dashboard.settings import Settings
from queries.workspace import Workspace
from tests.dashboard.fake_center import FakeCenter

GRANT = Grant(path="/", panel="why-they-left", query="", begun=0, ends=2**40)
NOBODY = Doors().nobody
"""What tells nothing about anybody, and is open to all."""


class Server:
    """A server that no person may enter, and one token."""

    def __init__(self, folder: Path, doors: Doors | None = None) -> None:
        ring = Keyring(Workspace.create(folder))
        self.token = signed(GRANT, ring.signing("now"))
        self.app = create_app(Settings(workspace=folder, cache_dir=folder / "cache"), FakeCenter(), doors=doors).server
        self.client: FlaskClient = self.app.test_client()
        # From another machine: what this machine alone may read (/metrics) would answer a caller beside it.
        self.client.environ_base["REMOTE_ADDR"] = "192.0.2.7"

    def rules(self) -> Iterator[Rule]:
        yield from self.app.url_map.iter_rules()


@pytest.fixture
def server(tmp_path: Path) -> Server:
    return Server(tmp_path, Doors(people=closed))


def address_of(rule: Rule, token: str) -> str:
    """A rule's address with the token in each of its places."""
    return str(rule.build(dict.fromkeys(rule.arguments, token), append_unknown=False)[1]) if rule.arguments else rule.rule


def test_its_own_address_is_open(server: Server) -> None:
    for end in ("", "/panel", ".csv", ".json"):
        assert server.client.get(f"/embed/{server.token}{end}").status_code == 200


def test_at_every_other_route_it_is_a_word_like_any_other(server: Server) -> None:
    tried = 0
    for rule in server.rules():
        address = address_of(rule, server.token)
        if address.startswith(("/embed/", *NOBODY)):
            continue
        for method in sorted((rule.methods or set()) - {"OPTIONS", "HEAD"}):
            for headers in (
                {"Authorization": f"Bearer {server.token}"},
                {"Cookie": f"session={server.token}"},
                {"X-Token": server.token},
            ):
                answer = server.client.open(f"{address}?token={server.token}&wall=1", method=method, headers=headers)
                assert answer.status_code in (401, 403), (method, address)
                tried += 1
    assert tried > 60


@pytest.mark.parametrize("end", ["/", "/panel/", "/other", "/../", "/../../api/version", "/..%2f..%2fapi%2fversion", "/panel/../../../",
                                 "//api/version", "?wall=1", ".gif", ".txt", ".csv/panel", "/panel.csv", ";/api/version", "%00", "%2fpanel",
                                 "/behind", ".pdf", "\\..\\api", "/panel?wall=1"])  # fmt: skip
def test_behind_its_door_only_its_own_forms_are_answered(server: Server, end: str) -> None:
    answer = server.client.get(f"/embed/{server.token}{end}")
    text = answer.get_data(as_text=True)
    if answer.status_code == 200:
        assert "Why they left" in text
    else:
        assert answer.status_code in (308, 400, 403, 404)
        assert "Fernhill" not in text
    assert "react-entry-point" not in text
    assert "wall.js" not in text


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS"])
def test_it_is_read_and_nothing_is_done_with_it(server: Server, method: str) -> None:
    assert server.client.open(f"/embed/{server.token}", method=method).status_code in (403, 405)


def test_a_changed_address_is_refused_before_anything_is_asked(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(FakeCenter, "ask", None)
    for address in (
        "/embed/",
        "/embed/x",
        f"/embed/{server.token[:-2]}",
        f"/embed/{server.token.swapcase()}",
        f"/embed/{server.token}%20",
    ):
        assert server.client.get(address).status_code in (403, 404), address


def test_the_script_for_other_pages_is_given_to_them_and_holds_nothing_of_ours(server: Server) -> None:
    given = server.client.get("/embed/host.js", headers={"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors"})
    assert given.status_code == 200
    assert given.mimetype == "text/javascript"
    assert (
        server.client.get(
            "/assets/command_center.js", headers={"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors"}
        ).status_code
        == 403
    )


def test_a_person_is_nobody_at_the_door_of_charts(tmp_path: Path) -> None:
    local = create_app(Settings(workspace=tmp_path), FakeCenter()).server.test_client()
    assert local.get("/api/version").status_code == 200
    assert local.get("/embed/anything").status_code == 403


def test_a_chart_s_role_may_do_nothing_that_a_person_may(tmp_path: Path) -> None:
    ring = Keyring(Workspace.create(tmp_path))
    other = signed(replace(GRANT, panel="customers-and-value"), ring.signing("now"))
    server = Server(tmp_path)
    assert "Why they left" not in server.client.get(f"/embed/{other}").get_data(as_text=True)
