"""What a page loads: little of it, packed before it is asked for, kept for good, and no chart library on the way."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from dash import Dash
from flask.testing import FlaskClient

from dashboard import gate, scripts
from dashboard.app import create_app
from dashboard.settings import Settings
from tests.dashboard.fake_center import FakeCenter

EVERY_MODULE = """
import importlib, pkgutil, sys, dashboard
for found in pkgutil.walk_packages(dashboard.__path__, "dashboard."):
    importlib.import_module(found.name)
print(*(name for name in ("plotly.express", "plotly.io", "pandas", "dash_bootstrap_components") if name in sys.modules))
"""


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Dash:
    return create_app(Settings(cache_dir=tmp_path_factory.mktemp("cache")), FakeCenter())


@pytest.fixture(scope="module")
def client(app: Dash) -> FlaskClient:
    return app.server.test_client()


@pytest.fixture(scope="module")
def document(client: FlaskClient) -> str:
    return client.get("/").get_data(as_text=True)


def test_a_page_loads_no_table_no_chart_library_and_nothing_for_old_browsers(document: str) -> None:
    scripts_of_page = re.findall(r'<script[^>]*src="([^"]+)"', document)
    assert [path for path in scripts_of_page if "dash_renderer" in path]
    assert not [path for path in scripts_of_page if re.search(r"dash_table|polyfill|plotly|async-", path)]


def test_the_frame_uses_no_component_that_is_loaded_later(app: Dash) -> None:
    """Those call for what browsers of ten years ago lack, which no page loads any more."""
    text = app.server.test_client().get("/_dash-layout").get_data(as_text=True)
    assert set(re.findall(r'"namespace":\s*"dash_core_components",\s*"type":\s*"(\w+)"', text)) <= {"Location", "Store"}
    assert "Store" in text


def test_everything_a_page_loads_is_kept_for_good_under_a_name_of_its_own(client: FlaskClient, document: str) -> None:
    for address in scripts.loaded_by(document):
        answer = client.get(address, buffered=True)
        assert answer.status_code == 200
        assert answer.headers["Cache-Control"] == f"public, max-age={scripts.ONE_YEAR}, immutable", address


def test_a_file_asked_for_without_the_mark_of_its_content_is_asked_for_again(client: FlaskClient) -> None:
    assert "immutable" not in client.get("/assets/theme.js", buffered=True).headers["Cache-Control"]
    assert "immutable" not in client.get("/assets/nothing.js?m=1", buffered=True).headers.get("Cache-Control", "")


def test_files_are_packed_before_the_first_visitor_comes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    server = create_app(Settings(cache_dir=tmp_path), FakeCenter()).server
    scripts.prepare(server)

    def packed_again(data: bytes, level: int, mtime: int) -> bytes:
        raise AssertionError("A file is packed while somebody waits for it.")

    client = server.test_client()
    document = client.get("/").get_data(as_text=True)
    monkeypatch.setattr(gate.gzip, "compress", packed_again)
    for address in scripts.loaded_by(document):
        answer = client.get(address, headers={"Accept-Encoding": "gzip"}, buffered=True)
        assert answer.status_code == 200
        assert answer.headers.get("Content-Encoding") == "gzip" or len(answer.get_data()) < 1000


def test_no_page_imports_a_library_of_charts_or_frames() -> None:
    told = subprocess.run([sys.executable, "-c", EVERY_MODULE], stdout=subprocess.PIPE, check=True, text=True)
    assert told.stdout.split() == []
