"""The app as a whole: what it answers, what it refuses, what every answer carries."""

import csv
import gzip
import io
import json
import re
from typing import Any

import pytest
from dash import Dash
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from dashboard.app import create_app
from dashboard.files import as_csv, safe_cell
from dashboard.settings import Settings
from tests.dashboard.fake_center import HOSTILE, FakeCenter

MOST_SCRIPT_BYTES = 600_000
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3),
    max_leaves=8,
)


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Dash:
    return create_app(Settings(cache_dir=tmp_path_factory.mktemp("cache")), FakeCenter())


@pytest.fixture(scope="module")
def client(app: Dash) -> FlaskClient:
    return app.server.test_client()


def panel(page: str, name: str) -> dict[str, str]:
    return {"type": "drawn", "page": page, "lane": 0, "panel": name}


def call(page: Any = "/", name: Any = "why-they-left", query: Any = "") -> dict[str, Any]:
    """What the browser sends to draw the panels of one lane, here a single one."""
    drawn = [{"id": panel(page, name), "property": "data"}]
    return {
        "output": '{"lane":["MATCH"],"page":["MATCH"],"panel":["ALL"],"type":"drawn"}.data',
        "outputs": drawn,
        "inputs": [{"id": "view", "property": "data", "value": query}, {"id": "version", "property": "data", "value": None}],
        "changedPropIds": ["view.data"],
        "state": [[{"id": panel(page, name), "property": "id", "value": panel(page, name)}]],
    }


def send(client: FlaskClient, body: Any) -> Any:
    return client.post("/_dash-update-component", json=body)


def test_the_document_has_a_language_a_way_past_the_header_and_no_inline_script(client: FlaskClient) -> None:
    page = client.get("/").get_data(as_text=True)
    assert '<html lang="en"' in page
    assert 'href="#page"' in page
    inline = re.findall(r"<script(?![^>]*\bsrc=)([^>]*)>", page)
    assert all("application/json" in each or "_dash-renderer" in each for each in inline)


def test_the_layout_has_its_landmarks(client: FlaskClient) -> None:
    kinds = set(re.findall(r'"type":\s*"(Header|Main|Footer|Aside)"', client.get("/_dash-layout").get_data(as_text=True)))
    assert kinds == {"Header", "Main", "Footer", "Aside"}


@pytest.mark.parametrize(
    "path", ["/", "/_dash-layout", "/_dash-dependencies", "/health", "/api/version", "/assets/theme.js", "/nowhere"]
)
def test_every_answer_carries_the_strict_policy(client: FlaskClient, path: str) -> None:
    policy = client.get(path, buffered=True).headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "unsafe-eval" not in policy
    assert "http" not in policy
    scripts = next(part for part in policy.split("; ") if part.startswith("script-src"))
    assert "unsafe-inline" not in scripts


def test_nothing_on_the_page_names_another_machine(client: FlaskClient) -> None:
    page = client.get("/").get_data(as_text=True)
    assert not re.findall(r'(?:src|href)="(?:https?:)?//', page)


def test_the_script_on_the_wire_stays_small(client: FlaskClient) -> None:
    page = client.get("/").get_data(as_text=True)
    paths = re.findall(r'<script[^>]*src="([^"]+)"', page)
    answers = [client.get(path, headers={"Accept-Encoding": "gzip"}, buffered=True) for path in paths]
    assert all(answer.status_code == 200 for answer in answers)
    assert sum(len(answer.get_data()) for answer in answers) < MOST_SCRIPT_BYTES
    assert not [path for path in paths if "plotly" in path]


def test_files_are_packed_and_kept_by_the_browser(client: FlaskClient) -> None:
    path = re.findall(r'href="(/assets/[^"]+\.css[^"]*)"', client.get("/").get_data(as_text=True))[0]
    answer = client.get(path, headers={"Accept-Encoding": "gzip"}, buffered=True)
    assert answer.headers["Content-Encoding"] == "gzip"
    assert "max-age=31536000" in answer.headers["Cache-Control"]
    assert b"--paper" in gzip.decompress(answer.get_data())
    assert client.get("/api/version").headers["Cache-Control"] == "no-store"


def test_a_panel_comes_as_text_and_not_as_components(client: FlaskClient) -> None:
    answer = send(client, call())
    assert answer.status_code == 200
    (drawn,) = answer.get_json()["response"].values()
    assert set(drawn["data"]) == {"page", "panel", "version", "html"}
    assert "Moved away" in drawn["data"]["html"]


@pytest.mark.parametrize(
    "body",
    [
        None,
        [],
        {},
        {"output": "nothing.data"},
        {**call(), "inputs": []},
        {**call(), "inputs": [1, 2]},
        {**call(), "state": "x"},
        {**call(), "state": [{"id": "x"}]},
        {**call(), "changedPropIds": 3},
        {**call(), "outputs": 7},
        call(page="/nowhere"),
        call(name="nothing"),
        call(name=["x"]),
        call(name="x" * 1000),
        call(query=5),
        call(query={"period": "2026"}),
    ],
)
def test_a_call_that_no_page_sends_is_refused(client: FlaskClient, body: Any) -> None:
    answer = send(client, body)
    assert 400 <= answer.status_code < 500
    assert "Traceback" not in answer.get_data(as_text=True)


@pytest.mark.parametrize(
    "query", ["period=" + "9" * 5000, "rows=1&open=a&rows=x", "open=%27+or+1", "&".join(["a=1"] * 90), "q=%ff"]
)
def test_an_address_that_cannot_be_read_says_so_in_every_panel_and_in_the_drawer(client: FlaskClient, query: str) -> None:
    answer = send(client, call(query=query))
    (drawn,) = answer.get_json()["response"].values()
    assert answer.status_code == 200
    assert "Nothing to show here" in drawn["data"]["html"]
    assert "Show the usual view" in drawn["data"]["html"]
    inputs = [{"id": "target", "property": "data", "value": query}, {"id": "version", "property": "data", "value": None}]
    state = [{"id": "path", "property": "data", "value": "/"}, {"id": "view", "property": "data", "value": ""}]
    body = {"output": "drawer.data", "outputs": {"id": "drawer", "property": "data"}, "inputs": inputs, "state": state}
    told = send(client, body).get_json()["response"]["drawer"]["data"]["html"]
    assert "cannot be opened" in told


def test_what_other_tools_hang_to_a_link_is_left_alone(client: FlaskClient) -> None:
    answer = send(client, call(query=f"_hsenc=p2ANq&utm_Source=x&fbclid={'A' * 150}&UTM.x=1"))
    (drawn,) = answer.get_json()["response"].values()
    assert "Moved away" in drawn["data"]["html"]


@hypothesis_settings(max_examples=150)
@given(body=JSON, part=st.sampled_from(["output", "outputs", "inputs", "state", "changedPropIds", "whole"]))
def test_no_forged_call_is_a_server_error(client: FlaskClient, body: Any, part: str) -> None:
    forged = body if part == "whole" else {**call(), part: body}
    assert send(client, forged).status_code < 500


@hypothesis_settings(max_examples=100)
@given(target=JSON, path=JSON, query=JSON)
def test_no_forged_drawer_is_a_server_error(client: FlaskClient, target: Any, path: Any, query: Any) -> None:
    inputs = [{"id": "target", "property": "data", "value": target}, {"id": "version", "property": "data", "value": None}]
    state = [{"id": "path", "property": "data", "value": path}, {"id": "view", "property": "data", "value": query}]
    body = {"output": "drawer.data", "outputs": {"id": "drawer", "property": "data"}, "inputs": inputs, "state": state}
    assert send(client, body).status_code < 500


def test_a_body_that_is_too_large_is_refused(client: FlaskClient) -> None:
    assert send(client, call(query="a" * 300_000)).status_code == 413


def test_only_this_machine_s_own_names_are_answered(client: FlaskClient) -> None:
    assert client.get("/health", headers={"Host": "evil.example.com"}).status_code == 403
    assert client.get("/health", headers={"Host": "localhost:8050"}).status_code == 200
    assert client.get("/health", headers={"Host": "[::1]:8050"}).status_code == 200


def test_a_call_from_another_site_is_refused(client: FlaskClient) -> None:
    answer = client.post("/_dash-update-component", json=call(), headers={"Origin": "http://evil.example.com"})
    assert answer.status_code == 403
    same = client.post("/_dash-update-component", json=call(), headers={"Origin": "http://localhost"})
    assert same.status_code == 200


def test_the_environment_cannot_turn_the_tool_server_on(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    monkeypatch.setenv("DASH_MCP_ENABLED", "true")
    client = create_app(Settings(cache_dir=tmp_path), FakeCenter()).server.test_client()
    assert client.post("/_mcp", json={}).status_code in (404, 405)


def test_two_apps_in_one_process_do_not_know_of_each_other(tmp_path: Any) -> None:
    first = create_app(Settings(cache_dir=tmp_path / "a"), FakeCenter()).server.test_client()
    second = create_app(Settings(cache_dir=tmp_path / "b"), FakeCenter()).server.test_client()
    assert send(first, call()).status_code == 200
    assert send(second, call()).status_code == 200


def test_a_panel_is_drawn_once_for_a_version(tmp_path: Any) -> None:
    center = FakeCenter()
    client = create_app(Settings(cache_dir=tmp_path), center).server.test_client()
    for _ in range(3):
        send(client, call())
    assert len(center.selections) == 1
    center.version = "a newer one"
    send(client, call())
    assert len(center.selections) == 2


def test_a_failed_panel_is_tried_again(tmp_path: Any, caplog: pytest.LogCaptureFixture) -> None:
    center = FakeCenter(failing=("reasons_lost",))
    client = create_app(Settings(cache_dir=tmp_path), center).server.test_client()
    assert "This panel failed" in json.dumps(send(client, call()).get_json())
    center.failing = ()
    assert "Moved away" in json.dumps(send(client, call()).get_json())
    assert caplog.records


def test_the_version_changes_with_the_snapshot(tmp_path: Any) -> None:
    center = FakeCenter()
    client = create_app(Settings(cache_dir=tmp_path), center).server.test_client()
    before = client.get("/api/version").get_json()["version"]
    center.version = "newer"
    assert client.get("/api/version").get_json()["version"] != before
    assert client.get("/health").get_json() == {"status": "up"}


def test_the_list_can_be_taken_along_as_a_file(client: FlaskClient) -> None:
    answer = client.get("/customers.csv?open=customers_lost&period=2026-10")
    rows = list(csv.DictReader(io.StringIO(answer.get_data(as_text=True))))
    assert answer.mimetype == "text/csv"
    assert len(rows) == 338
    assert rows[0]["because"].startswith("contract ended")
    assert rows[0]["at"] == "2026-10-30T13:05:00Z"


@pytest.mark.parametrize("query", ["", "?open=No%20metric", "?open=customers_lost&period=never", "?open=nothing_like_it"])
def test_a_file_of_nothing_is_refused_with_a_sentence(client: FlaskClient, query: str) -> None:
    answer = client.get(f"/customers.csv{query}")
    assert answer.status_code == 400
    assert len(answer.get_data(as_text=True)) > 20


@pytest.mark.parametrize("cell", ["=1+1", "+49", "-1", "@x", "\tx", "\rx", "−1"])
def test_a_cell_that_a_spreadsheet_would_run_is_text(cell: str) -> None:
    assert safe_cell(cell) == f"'{cell}"


def test_numbers_stay_numbers_and_names_stay_names() -> None:
    written = as_csv([{"name": HOSTILE, "value": -5.5, "at": None}])
    (row,) = csv.DictReader(io.StringIO(written))
    assert row == {"name": HOSTILE, "value": "-5.5", "at": ""}


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.1.7", "example.com"])
def test_serving_other_machines_is_refused_with_a_reason(host: str) -> None:
    with pytest.raises(ValueError, match="nothing says who may come in"):
        Settings(host=host)


def test_settings_pass_to_a_child_process_and_back(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    settings = Settings(workspace=tmp_path, port=8061, watch=True)
    for name, value in settings.as_environment().items():
        monkeypatch.setenv(name, value)
    assert Settings() == settings
    assert settings.address == "http://127.0.0.1:8061/"


@pytest.mark.parametrize("path", ["dash/no_such_file.js", "no_such_package/file.js", "dash/../../secret.js"])
def test_a_script_that_is_not_there_is_not_found(client: FlaskClient, path: str) -> None:
    assert client.get(f"/_dash-component-suites/{path}").status_code == 404


def test_an_origin_that_is_no_address_is_refused(client: FlaskClient) -> None:
    assert client.post("/_dash-update-component", json=call(), headers={"Origin": "http://["}).status_code == 403


def test_a_call_nested_too_deep_is_refused(client: FlaskClient) -> None:
    body = "[" * 100_000 + "]" * 100_000
    assert client.post("/_dash-update-component", data=body, content_type="application/json").status_code == 400
