"""What is answered is counted under the rule of its address, over all workers, and nothing of an address is in it."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from prometheus_client.parser import text_string_to_metric_families

from dashboard.app import create_app
from dashboard.settings import Settings
from dashboard.workers import COUNTS_IN
from queries.workspace import Workspace
from tests.dashboard.fake_center import FakeCenter

WORKER = """
import sys
from flask import Flask, abort
from dashboard.counted import count_requests
from dashboard.logs import number_requests
from dashboard.settings import Settings

server = Flask("worker")
requests = count_requests(server)
number_requests(server, Settings())
server.get("/customers/<name>")(lambda name: abort(404) if name == "nobody" else name)
client = server.test_client()
for _ in range(int(sys.argv[1])):
    client.get("/customers/ada@example.com")
client.get("/customers/nobody")
print(requests.text())
"""
ROOT = Path(__file__).parents[2]
Counted = dict[tuple[str, str, str, str], float]


def counted(text: str) -> Counted:
    """Each sample that is no bucket: its name, route, method and class of status."""
    samples = [sample for family in text_string_to_metric_families(text) for sample in family.samples]
    of_requests = [one for one in samples if one.name.startswith("cx_request") and "le" not in one.labels]
    return {(one.name, *(one.labels[name] for name in ("route", "method", "status"))): one.value for one in of_requests}


def run(*arguments: str, folder: Path) -> str:
    done = subprocess.run(
        [sys.executable, "-c", WORKER, *arguments],
        cwd=ROOT,
        env={COUNTS_IN: str(folder)},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout


def test_one_scrape_tells_the_sum_of_two_workers_also_of_one_that_has_ended(tmp_path: Path) -> None:
    first, both = (counted(run(times, folder=tmp_path)) for times in ("3", "4"))
    found, absent = (("/customers/<name>", "GET", status) for status in ("2xx", "4xx"))
    for name in ("cx_requests_total", "cx_request_seconds_count"):
        assert (first[(name, *found)], first[(name, *absent)]) == (3, 1)
        assert (both[(name, *found)], both[(name, *absent)]) == (7, 2)
    assert both[("cx_request_seconds_sum", *found)] > first[("cx_request_seconds_sum", *found)] > 0


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> FlaskClient:
    workspace = Workspace.create(tmp_path_factory.mktemp("counted") / "workspace")
    return create_app(Settings(workspace=workspace.root), FakeCenter()).server.test_client()


def test_no_label_holds_anything_of_an_address(client: FlaskClient) -> None:
    canary = "canary-ada@example.com"
    for path in (
        "",
        "customers/",
        "customers.csv?open=",
        "embed/",
        "api/v1/ask?metric=",
        "assets/",
        "api/find?q=",
        "login?next=/",
    ):
        client.get(f"/{path}{canary}", headers={"X-Request-Id": canary, "User-Agent": canary, "Referer": f"https://{canary}/"})
    client.open("/health", method="CANARY")
    client.post(f"/{canary}", data=canary)
    told = client.get("/metrics").text
    assert "canary" not in told.lower()
    seen = {key[1:] for key in counted(told)}
    rules = {rule.rule for rule in client.application.url_map.iter_rules()}
    assert {route for route, _, _ in seen} <= {*rules, "none"}
    assert len({route for route, _, _ in seen}) >= 6
    assert {method for _, method, _ in seen} == {"GET", "POST", "other"}
    assert all(re.fullmatch("[1-5]xx", status) for _, _, status in seen)


def test_what_was_refused_at_the_gate_is_counted_too(client: FlaskClient) -> None:
    assert client.get("/health", headers={"Host": "elsewhere.example.com"}).status_code >= 400
    told = counted(client.get("/metrics").text)
    assert told[("cx_requests_total", "/health", "GET", "4xx")] >= 1
