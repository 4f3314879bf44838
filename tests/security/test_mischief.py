"""What no page of ours sends: calls from other sites, bodies that are too large or broken, other spellings of an address, headers that
claim another one, and the door for tool servers. Each is tried on every route of the table of roles, so that a new one is tried too.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest
from dash import Dash
from flask.testing import FlaskClient

from dashboard.access.doors import Doors
from dashboard.app import create_app
from dashboard.settings import Settings
from metrics.errors import NoDecision
from tests.dashboard.fake_center import FakeCenter
from tests.security.test_roles import ADMIN, EVERYBODY, HERE, MANAGER, ROUTES, VIEWER, AtTheDoor, someone

POSTS: Final = [rule for method, rule in ROUTES if method == "POST"]
GETS: Final = {rule: ROUTES["GET", rule] for method, rule in ROUTES if method == "GET"}
OF_PEOPLE: Final = [rule for rule in POSTS if not rule.startswith("/embed/")]


class Undecided(FakeCenter):
    """Finds fault with every decision."""

    def decide(self, told: Any) -> Any:
        raise NoDecision({"what": "Say what is to be done."})


@pytest.fixture(scope="module")
def door() -> AtTheDoor:
    return AtTheDoor()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, door: AtTheDoor) -> FlaskClient:
    settings = Settings(
        workspace=tmp_path_factory.mktemp("mischief"), cache_dir=tmp_path_factory.mktemp("cache"), access="oidc",
        public_url="http://localhost", oidc_issuer="http://127.0.0.1:9", oidc_client="cx", secret="kQ7vZ2mN9xRtY4wLpB8sHdF3gJ6cA1eU",
        requests_a_minute=100_000,
    )  # fmt: skip
    app = create_app(settings, Undecided(), doors=Doors(people=door))
    return app.server.test_client()


@pytest.fixture
def client(server: FlaskClient, door: AtTheDoor, monkeypatch: pytest.MonkeyPatch) -> Iterator[FlaskClient]:
    monkeypatch.setattr("dashboard.first_run._start", lambda words: True)
    door.who = someone(ADMIN)
    yield server
    door.who = None


# ---- other sites --------------------------------------------------------------------------------------------------------

ELSEWHERE: Final[tuple[dict[str, str], ...]] = (
    {},
    {"Origin": "null"},
    {"Origin": "https://evil.example"},
    {"Origin": "http://localhost.evil.example"},
    {"Origin": "http://localhost:1"},
    {"Origin": "http://evil@localhost:80@evil.example"},
    {**HERE, "Sec-Fetch-Site": "cross-site"},
    {**HERE, "Sec-Fetch-Site": "same-site"},
)


@pytest.mark.parametrize("rule", OF_PEOPLE)
def test_no_other_site_changes_anything(client: FlaskClient, rule: str) -> None:
    for headers in ELSEWHERE if rule != "/_dash-update-component" else ELSEWHERE[1:]:  # it changes nothing; its callbacks read
        assert client.post(ROUTES["POST", rule][1], headers=headers, data={"act": "no start"}).status_code == 403, headers


@pytest.mark.parametrize("rule", [rule for rule in GETS if not rule.startswith(("/embed/", "/metrics", "/api/v1/"))])
def test_no_other_site_takes_anything_in(client: FlaskClient, rule: str) -> None:
    for mode in ("cors", "no-cors", "websocket", ""):
        headers = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": mode, "Origin": "https://evil.example"}
        answer = client.get(GETS[rule][1], headers=headers, buffered=True)
        assert answer.status_code == 403
        assert not [name for name in dict(answer.headers) if name.lower().startswith("access-control-")]


@pytest.mark.parametrize(("method", "rule"), [(method, rule) for method, rule in ROUTES if not rule.startswith("/embed/")])
def test_no_answer_is_for_other_sites(client: FlaskClient, method: str, rule: str) -> None:
    answer = client.options(
        ROUTES[method, rule][1], headers={"Origin": "https://evil.example", "Access-Control-Request-Method": "PUT"}
    )
    assert not [name for name in dict(answer.headers) if name.lower().startswith("access-control-")]


# ---- what is sent -------------------------------------------------------------------------------------------------------

BROKEN: Final[tuple[dict[str, Any], ...]] = (
    {"data": b"", "content_type": "application/json"},
    {"data": b"{", "content_type": "application/json"},
    {"data": b"[" * 50_000, "content_type": "application/json"},
    {"data": b"\xff\xfe\x00", "content_type": "application/json; charset=utf-16"},
    {"data": b"null", "content_type": "application/json"},
    {"data": b'{"output": {"a": 1}, "inputs": "x"}', "content_type": "application/json"},
    {"data": b"--x\r\nContent-Disposition: form-data\r\n\r\n", "content_type": "multipart/form-data; boundary=x"},
    {"data": b"a", "content_type": "multipart/form-data"},
    {"data": b"%ff%00=%e2%28&act=%00", "content_type": "application/x-www-form-urlencoded"},
    {"data": b"act=save&act=delete&" + b"a=1&" * 2_000, "content_type": "application/x-www-form-urlencoded"},
    {"data": b"<a/>", "content_type": "text/xml"},
    {"data": b"x", "headers": {**HERE, "Content-Encoding": "gzip"}},
    {"data": b"x", "headers": {**HERE, "Content-Length": "-1"}},
    {"data": b"x", "headers": {**HERE, "Content-Length": "many"}},
)
STARTS: Final = ("/loads", "/sample", "/sample/remove", "/exports", "/login/out")
"""What takes no fields: whatever else is sent there is not read."""


@pytest.mark.parametrize("rule", POSTS)
def test_a_broken_body_is_the_callers_fault(client: FlaskClient, rule: str) -> None:
    for sent in BROKEN:
        answer = client.post(ROUTES["POST", rule][1], **{"headers": HERE, **sent})
        assert answer.status_code < 500, sent
        assert rule in STARTS or answer.status_code >= 400 or "alert" in answer.get_data(as_text=True), (sent, answer.status_code)
        assert "Traceback" not in answer.get_data(as_text=True)


@pytest.mark.parametrize("rule", [rule for rule in POSTS if rule not in ("/exports", "/loads", "/login/out")])
def test_a_body_that_is_too_large_is_not_read(client: FlaskClient, rule: str) -> None:
    answer = client.post(
        ROUTES["POST", rule][1], headers=HERE, data=b"a=" + b"x" * 300_000, content_type="application/x-www-form-urlencoded"
    )
    assert answer.status_code in (400, 403, 413)


NEED_OTHERS: Final = ("/login/", "/health/ready")
"""What answers only where a provider, or data, does."""
STRANGE: Final = ("a=%ff%fe", "a=%00", "%", "&&&=&=", "a" * 20_000, "&".join(["where.region=x"] * 500), "period=%F0%9F%92%A3&lang=%2e%2e",
                  "open[]=a&open[b]=c", "q=" + "%27%22%3E%3Cscript%3Ealert(1)%3C/script%3E")  # fmt: skip


@pytest.mark.parametrize("rule", GETS)
def test_a_strange_address_is_no_failure(client: FlaskClient, rule: str) -> None:
    for strange in STRANGE:
        address = GETS[rule][1]
        answer = client.get(f"{address}{'&' if '?' in address else '?'}{strange}", buffered=True)
        assert answer.status_code < 500 or rule in NEED_OTHERS, strange
        assert b"<script>alert" not in answer.get_data()


# ---- spellings and headers ----------------------------------------------------------------------------------------------

SPELLINGS: Final = (
    "/{0}", "//{0}", "/./{0}", "/x/../{0}", "/%2e/{0}", "/x/%2e%2e/{0}", "/x%2f..%2f{0}", "/{0}/", "/{0}/.", "/{0};x", "/{0}%00",
    "/{0}%20", "/{0}.", "/{0}%23", "/{0}?x", "/assets/../{0}", "/health/../{0}", "/health%2f..%2f{0}", "/login/../{0}",
    "/embed/../{0}", "/api/v1/../../{0}", "/_favicon/../{0}", "/static/../{0}", "\\{0}", "/{0}%5c", "/%2f{0}",
)  # fmt: skip
CLAIMS: Final[tuple[dict[str, str], ...]] = (
    {"X-Original-URL": "/health"},
    {"X-Rewrite-URL": "/health"},
    {"X-Forwarded-Prefix": "/health"},
    {"X-Script-Name": "/health"},
    {"X-HTTP-Method-Override": "GET"},
    {"X-HTTP-Method": "HEAD"},
    {"X-Forwarded-User": "ada@example.com"},
    {"Remote-User": "ada@example.com"},
    {"X-Forwarded-For": "127.0.0.1", "X-Real-IP": "127.0.0.1", "Forwarded": "for=127.0.0.1;proto=https;host=localhost"},
    {"Authorization": "Basic YWRhQGV4YW1wbGUuY29tOng="},
    {"Cookie": "cx=x; cx-login=x; session=admin; role=admin"},
)
SHUT: Final = (401, 403, 429)
GUARDED: Final = [(method, rule, needed) for (method, rule), (needed, _) in ROUTES.items() if needed in (MANAGER, ADMIN)]


def is_told(answer: Any) -> bool:
    """Whether more is told than a page's frame, in which nothing is drawn yet, and our own scripts."""
    is_ours = answer.mimetype == "text/javascript" or answer.get_data().lstrip().startswith(b"<!DOCTYPE html>")
    return answer.status_code == 200 and not is_ours


@pytest.mark.parametrize(("method", "rule", "needed"), GUARDED)
def test_no_spelling_and_no_header_opens_what_another_role_may(
    client: FlaskClient, door: AtTheDoor, method: str, rule: str, needed: Any
) -> None:
    door.who = someone(VIEWER)
    address = ROUTES[method, rule][1].removeprefix("/")
    for spelling in SPELLINGS:
        answer = client.open(spelling.format(address), method=method, headers=HERE, buffered=True)
        assert not is_told(answer), spelling
        assert answer.status_code < 500, spelling
    for claim in CLAIMS:
        assert client.open(f"/{address}", method=method, headers={**HERE, **claim}, buffered=True).status_code in (401, 403), (
            claim
        )


@pytest.mark.parametrize("claim", CLAIMS)
def test_no_header_lets_anybody_in(client: FlaskClient, door: AtTheDoor, claim: dict[str, str]) -> None:
    door.who = None
    for (method, rule), (needed, address) in ROUTES.items():
        if needed is not EVERYBODY:
            answer = client.open(address, method=method, headers={**HERE, **claim}, buffered=True)
            assert answer.status_code in SHUT, (method, rule)


# ---- what every answer carries ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", [None, VIEWER, ADMIN])
def test_every_answer_says_what_a_browser_may_run_of_it(client: FlaskClient, door: AtTheDoor, role: Any) -> None:
    door.who = someone(role) if role else None
    for (method, rule), (_needed, address) in ROUTES.items():
        answer = client.open(address, method=method, headers=HERE, buffered=True)
        told = dict(part.strip().partition(" ")[::2] for part in answer.headers["Content-Security-Policy"].split(";"))
        scripts = told["script-src"] if "script-src" in told else told["default-src"]
        assert "unsafe" not in scripts, rule
        assert "*" not in scripts, rule
        assert told["base-uri"] == "'none'", rule
        assert answer.headers["X-Content-Type-Options"] == "nosniff", rule
        assert rule.startswith("/embed/") or told["frame-ancestors"] == "'none'", rule


# ---- the door for tool servers ------------------------------------------------------------------------------------------

CALL: Final = {"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {"protocolVersion": "2025-06-18", "capabilities": {}}}


@pytest.mark.parametrize("path", ["_mcp", "tools"])
def test_the_door_for_tool_servers_stays_shut_whatever_the_environment_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    for name, value in (("DASH_MCP_ENABLED", "true"), ("DASH_MCP_PATH", path)):
        monkeypatch.setenv(name, value)
    opened = {rule.rule for rule in Dash("opened").server.url_map.iter_rules()}
    shut = create_app(Settings(workspace=tmp_path), FakeCenter()).server
    assert any(path in rule for rule in opened)  # the variables are those that open it
    assert not [rule.rule for rule in shut.url_map.iter_rules() if path in rule.rule]
    headers = {"Accept": "application/json, text/event-stream", **HERE}
    for address in (f"/{path}", f"/{path}/", f"/{path}/sse", "/mcp", "/_mcp", "/.well-known/mcp.json"):
        for method in ("POST", "DELETE", "PUT"):
            assert shut.test_client().open(address, method=method, json=CALL, headers=headers).status_code in (404, 405)
        assert "jsonrpc" not in shut.test_client().get(address, headers=headers).get_data(as_text=True)
