"""Canaries in a company whose people are all known by name: no chart that was given away tells of one, nor does any log tell a link."""

import io
import logging
import re
from collections.abc import Iterator
from dataclasses import replace
from html import unescape
from pathlib import Path
from urllib.parse import urlencode

import pytest
from flask.testing import FlaskClient

from dashboard.app import create_app
from dashboard.embed.keyring import Keyring
from dashboard.embed.token import Grant, signed
from dashboard.logs import as_json
from dashboard.page import Pages
from dashboard.settings import Settings
from metrics import CommandCenter
from queries.load import load
from queries.workspace import Workspace
from tests.security.test_names import CANARIES, EXPORTS

ENDS = ("", "/panel", ".csv", ".json")
PANELS = [(page.path, section.id) for page in Pages.found().menu for section in page.sections]
GRANT = Grant(query="period=all", begun=0, ends=2**40, opens=True)


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("canaries")
    for name, text in EXPORTS.items():
        (folder / name).write_text(text, encoding="utf-8")
    assert not load(Workspace.create(folder / "mine"), [folder / name for name in EXPORTS]).refused
    return folder / "mine"


@pytest.fixture(scope="module")
def client(workspace: Path) -> FlaskClient:
    return create_app(Settings(workspace=workspace, cache_dir=workspace / "cache")).server.test_client()


def address(workspace: Path, grant: Grant) -> str:
    return f"/embed/{signed(grant, Keyring(Workspace.at(workspace)).signing('now'))}"


def all_of(client: FlaskClient, address: str) -> Iterator[str]:
    """Everything that a link gives: its forms, and every list behind its numbers."""
    for end in ENDS:
        yield client.get(address + end).get_data(as_text=True)
    for number in set(re.findall(r'data-behind="([^"]*)"', client.get(address).get_data(as_text=True))):
        yield client.get(f"{address}/behind?{urlencode({'number': unescape(number)})}").get_data(as_text=True)


def test_no_panel_and_no_metric_tells_of_anybody_however_it_is_given(client: FlaskClient, workspace: Path) -> None:
    metrics = [metric.metric_id for metric in CommandCenter.open(workspace).metrics()]
    grants = [replace(GRANT, path=path, panel=panel) for path, panel in PANELS]
    grants += [replace(GRANT, metric=metric) for metric in metrics]
    told = 0
    for grant in grants:
        for text in all_of(client, address(workspace, grant)):
            assert not CANARIES.findall(text), grant
            told += 1
    assert told > 700


def test_the_canaries_are_there_to_be_found(client: FlaskClient) -> None:
    assert CANARIES.findall(client.get("/api/find?q=quastenfloh").get_data(as_text=True))


def test_no_log_and_no_kept_file_tells_a_link(workspace: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logging.root, "handlers", [])
    written = io.StringIO()
    handler = as_json(written)
    app = create_app(Settings(workspace=workspace, cache_dir=workspace / "other", log="json")).server
    link = address(workspace, replace(GRANT, metric="open_cases"))
    for path in (link, f"{link}/panel", f"{link}.csv", f"{link}A", f"{link}/behind?number=x", f"{link}/nothing"):
        app.test_client().get(path)
    logging.root.removeHandler(handler)
    token = link.removeprefix("/embed/")
    body = token.split(".")[2]
    assert written.getvalue().count("/embed/<path:named>") >= 5
    assert body not in written.getvalue()
    assert not [path for path in workspace.rglob("*") if path.is_file() and body.encode() in path.read_bytes()]
