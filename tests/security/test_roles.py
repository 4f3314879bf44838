"""Every route and every callback, for every role: who may, who may not, and that nobody is shown another's row.

The table is the whole of it: a route or a callback that has no line here fails the first test.
"""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest
from dash import Dash
from flask import Response
from flask.testing import FlaskClient

from dashboard.access.doors import Doors
from dashboard.access.who import Role, Who
from dashboard.app import create_app
from dashboard.settings import Settings
from queries.policy import Policy
from tests.dashboard.fake_center import FakeCenter

HERE: Final = {"Origin": "http://localhost"}
EVERYBODY: Final = None  # neither a role nor anybody is asked for: it tells nothing of anybody
VIEWER, MANAGER, ADMIN = Role.VIEWER, Role.MANAGER, Role.ADMIN

ROUTES: Final[dict[tuple[str, str], tuple[Role | None, str]]] = {
    ("GET", "/assets/<path:filename>"): (EVERYBODY, "/assets/tokens.css"),
    ("GET", "/_dash-component-suites/<string:package_name>/<path:fingerprinted_path>"): (
        EVERYBODY, "/_dash-component-suites/dash/nothing.js",
    ),
    ("GET", "/_favicon.ico"): (EVERYBODY, "/_favicon.ico"),
    ("GET", "/health"): (EVERYBODY, "/health"),
    ("GET", "/health/ready"): (EVERYBODY, "/health/ready"),
    ("GET", "/login/"): (EVERYBODY, "/login/"),
    ("GET", "/login/back"): (EVERYBODY, "/login/back"),
    ("POST", "/login/out"): (EVERYBODY, "/login/out"),
    ("GET", "/_dash-layout"): (VIEWER, "/_dash-layout"),
    ("GET", "/_dash-dependencies"): (VIEWER, "/_dash-dependencies"),
    ("GET", "/_reload-hash"): (VIEWER, "/_reload-hash"),
    ("POST", "/_dash-update-component"): (VIEWER, "/_dash-update-component"),
    ("GET", "/"): (VIEWER, "/"),
    ("GET", "/<path:path>"): (VIEWER, "/service"),
    ("GET", "/api/version"): (VIEWER, "/api/version"),
    ("GET", "/api/palette"): (VIEWER, "/api/palette"),
    ("GET", "/api/find"): (VIEWER, "/api/find?q=ada"),
    ("GET", "/api/views"): (VIEWER, "/api/views"),
    ("GET", "/v/<name>"): (VIEWER, "/v/nothing"),
    ("GET", "/api/wall"): (VIEWER, "/api/wall?wall=1"),
    ("GET", "/panel.csv"): (VIEWER, "/panel.csv?of_page=/&of_panel=why-they-left"),
    ("GET", "/panel.xlsx"): (VIEWER, "/panel.xlsx?of_page=/&of_panel=why-they-left"),
    ("GET", "/panel.png"): (VIEWER, "/panel.png?of_page=/&of_panel=nothing"),
    ("GET", "/panel.svg"): (VIEWER, "/panel.svg?of_page=/&of_panel=nothing"),
    ("GET", "/api/v1/metrics"): (VIEWER, "/api/v1/metrics"),
    ("GET", "/api/v1/ask/<name>"): (VIEWER, "/api/v1/ask/customers_lost"),
    ("GET", "/api/v1/customers/<name>"): (MANAGER, "/api/v1/customers/customers_lost"),
    ("GET", "/api/v1/snapshot"): (VIEWER, "/api/v1/snapshot"),
    ("GET", "/api/v1/health"): (VIEWER, "/api/v1/health"),
    ("GET", "/api/v1/problems/<slug>"): (VIEWER, "/api/v1/problems/failed"),
    ("GET", "/api/v1/openapi.json"): (VIEWER, "/api/v1/openapi.json"),
    ("GET", "/api/v1/"): (VIEWER, "/api/v1/"),
    ("GET", "/api/v1/<path:name>"): (VIEWER, "/api/v1/nothing"),
    ("GET", "/embed/<path:named>"): (Role.CHART, "/embed/nothing"),
    ("POST", "/embed/renew"): (Role.CHART, "/embed/renew"),
    ("GET", "/api/embeds"): (MANAGER, "/api/embeds?at=/&panel=why-they-left"),
    ("POST", "/api/embeds"): (MANAGER, "/api/embeds"),
    ("POST", "/api/views"): (MANAGER, "/api/views"),
    ("POST", "/api/lists"): (MANAGER, "/api/lists"),
    ("POST", "/decisions"): (MANAGER, "/decisions"),
    ("GET", "/customers.csv"): (MANAGER, "/customers.csv?open=customers_lost"),
    ("GET", "/customers.xlsx"): (MANAGER, "/customers.xlsx?open=customers_lost&why=a+call"),
    ("GET", "/hold-list.csv"): (MANAGER, "/hold-list.csv"),
    ("GET", "/hold-list.xlsx"): (MANAGER, "/hold-list.xlsx?why=a+call"),
    ("GET", "/metrics"): (Role.CHART, "/metrics"),
    ("GET", "/api/loading"): (ADMIN, "/api/loading"),
    ("POST", "/loads"): (ADMIN, "/loads"),
    ("POST", "/exports"): (ADMIN, "/exports?name=a.csv"),
    ("POST", "/sample"): (ADMIN, "/sample"),
    ("POST", "/sample/remove"): (ADMIN, "/sample/remove"),
}  # fmt: skip

CALLBACKS: Final = {"page.children", "drawn.data", "drawer.data"}
"""The callbacks that reach the server, by what they fill: each is a viewer's."""

SHUT: Final = {"/static/<path:filename>"}
"""Flask's own folder of files, of which there is none: open to nobody."""


class AtTheDoor:
    """Lets in whoever a test says; nobody is turned away with 403 as by every door."""

    def __init__(self) -> None:
        self.who: Who | None = None

    def __call__(self) -> Who | Response:
        return self.who or Response("Log in.", 401)


@pytest.fixture(scope="module")
def door() -> AtTheDoor:
    return AtTheDoor()


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory, door: AtTheDoor) -> Dash:
    settings = Settings(
        workspace=tmp_path_factory.mktemp("roles"), cache_dir=tmp_path_factory.mktemp("cache"), access="oidc",
        public_url="http://localhost", oidc_issuer="http://127.0.0.1:9", oidc_client="cx", secret="kQ7vZ2mN9xRtY4wLpB8sHdF3gJ6cA1eU",
    )  # fmt: skip
    doors = Doors(people=door)
    app = create_app(settings, FakeCenter(), doors=doors)
    doors.others = dict.fromkeys(doors.others, door)  # those of programs and charts, too: here only roles are looked at
    return app


@pytest.fixture
def client(app: Dash, door: AtTheDoor, monkeypatch: pytest.MonkeyPatch) -> Iterator[FlaskClient]:
    monkeypatch.setattr("dashboard.first_run._start", lambda words: True)
    yield app.server.test_client()
    door.who = None


def someone(role: Role) -> Who:
    return Who(name=f"{role}@example.com", role=role, policy=Policy())


def asked(client: FlaskClient, method: str, address: str) -> Any:
    """What is answered, or the status alone of what a form lacks: only whether one comes in is looked at."""
    sent = {"headers": HERE, "data": b""} if method == "POST" else {}
    return client.open(address, method=method, buffered=True, **sent)


def routes_of(app: Dash) -> set[tuple[str, str]]:
    return {
        (method, rule.rule)
        for rule in app.server.url_map.iter_rules()
        for method in rule.methods or ()
        if method in ("GET", "POST")
    }


def short(output: str) -> str:
    """What a callback fills, in short: its first output, a pattern by its type."""
    first = output.strip(".").split("...")[0]
    named, _dot, of = first.rpartition(".")
    return f"{json.loads(named)['type']}.{of}" if named.startswith("{") else first.partition("@")[0]


def test_every_route_has_a_line_in_the_table(app: Dash) -> None:
    assert {route for route in routes_of(app) if route[1] not in SHUT} == set(ROUTES)


def test_every_callback_that_reaches_the_server_is_a_viewers(app: Dash) -> None:
    app._setup_server()
    filled = {short(key): told["callback"] for key, told in app.callback_map.items() if "callback" in told}
    assert set(filled) == CALLBACKS
    assert {name: getattr(callback, "needs_role", None) for name, callback in filled.items()} == dict.fromkeys(CALLBACKS, VIEWER)


@pytest.mark.parametrize(("method", "rule"), ROUTES)
@pytest.mark.parametrize("role", list(Role))
def test_a_route_answers_its_role_and_those_above_alone(
    client: FlaskClient, door: AtTheDoor, method: str, rule: str, role: Role
) -> None:
    needed, address = ROUTES[method, rule]
    door.who = someone(role)
    answer = asked(client, method, address)
    if needed is EVERYBODY or role.covers(needed):
        assert answer.status_code not in (401, 403), answer.get_data(as_text=True)[:200]
    else:
        assert answer.status_code == 403
        assert f"This needs the role {needed}; {role}@example.com has the role {role}." in answer.get_data(as_text=True)


@pytest.mark.parametrize(("method", "rule"), ROUTES)
def test_nobody_is_let_in_anywhere_but_where_nothing_is_told(client: FlaskClient, method: str, rule: str) -> None:
    needed, address = ROUTES[method, rule]
    answer = asked(client, method, address)
    assert (answer.status_code == 401) is (needed is not EVERYBODY)


@pytest.mark.parametrize(
    "address", ["/?wall=1", "/static/a.css", "/nothing/of/the/kind?wall=1", "/v/x?wall=1", "/metrics/", "/api//version"]
)
def test_no_spelling_of_an_address_gets_round_the_door(client: FlaskClient, door: AtTheDoor, address: str) -> None:
    assert client.get(address).status_code in (401, 404)
    door.who = someone(Role.CHART)
    assert client.get(address).status_code in (308, 403, 404)


def test_a_route_that_says_no_role_is_open_to_nobody(tmp_path: Path, door: AtTheDoor) -> None:
    app = create_app(Settings(workspace=tmp_path), FakeCenter(), doors=Doors(people=door))
    app.server.add_url_rule("/forgotten", view_func=lambda: "everything")
    door.who = someone(ADMIN)
    answer = app.server.test_client().get("/forgotten")
    door.who = None
    assert (answer.status_code, answer.get_data(as_text=True)) == (403, "This is open to nobody.")


def drawn(client: FlaskClient, page: str, panel: str, query: str = "") -> Any:
    place = {"type": "drawn", "page": page, "lane": 0, "panel": panel}
    body = {
        "output": '{"lane":["MATCH"],"page":["MATCH"],"panel":["ALL"],"type":"drawn"}.data',
        "outputs": [{"id": place, "property": "data"}],
        "inputs": [{"id": "view", "property": "data", "value": query}, {"id": "version", "property": "data", "value": None}],
        "changedPropIds": ["view.data"],
        "state": [[{"id": place, "property": "id", "value": place}]],
    }
    return client.post("/_dash-update-component", json=body, headers=HERE)


def test_the_page_of_the_administrators_tells_others_nothing(client: FlaskClient, door: AtTheDoor) -> None:
    for role, code in ((VIEWER, 403), (MANAGER, 403), (ADMIN, 200)):
        door.who = someone(role)
        assert drawn(client, "/start", "what-they-are").status_code == code
        for form in ("csv", "xlsx", "png", "svg"):
            address = f"/panel.{form}?of_page=/start&of_panel=what-they-are"
            assert client.get(address).status_code == (403 if code == 403 else 400), form


def test_a_file_of_people_is_no_viewers_under_another_name(client: FlaskClient, door: AtTheDoor) -> None:
    """What a panel lists of people is a list of people, though it is asked for as a chart."""
    for role, code in ((VIEWER, 403), (MANAGER, 200)):
        door.who = someone(role)
        for form in ("csv", "xlsx"):
            assert client.get(f"/panel.{form}?of_page=/customers&of_panel=who-left&why=a+call").status_code == code
        assert client.get("/panel.png?of_page=/customers&of_panel=who-left").status_code == 400  # no picture names anybody


def test_the_words_of_the_table_are_those_of_the_roles() -> None:
    assert re.fullmatch("chart<viewer<manager<admin", "<".join(Role))
