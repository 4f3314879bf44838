"""The client and the notebook of the docs, run as they stand against a server on this machine."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from werkzeug.serving import make_server

from dashboard.app import create_app
from dashboard.settings import Settings
from metrics import CommandCenter

ROOT = Path(__file__).resolve().parents[2]
NOTEBOOK = ROOT / "docs" / "examples" / "ask.ipynb"


@pytest.fixture(scope="module")
def address(asked_workspace: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    settings = Settings(workspace=asked_workspace, cache_dir=tmp_path_factory.mktemp("panels"))
    server = make_server("127.0.0.1", 0, create_app(settings).server, threaded=True)
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def client(address: str) -> Iterator[Any]:
    page = (ROOT / "docs" / "API.md").read_text(encoding="utf-8")
    written: dict[str, Any] = {}
    exec(re.search(r"```python\n(.*?)```", page, re.DOTALL)[1], written)  # type: ignore[index]
    made = written["Center"](address)
    yield made
    made.session.close()


def test_the_client_of_the_docs_asks_and_lists(client: Any, tiny_center: CommandCenter) -> None:
    told = client.ask("replied_in_time", period="2026", by=["channel"])
    wanted = tiny_center.ask("replied_in_time", period="2026", split_by=["channel"])
    assert told == wanted.to_json()
    listed = list(client.customers("customers_lost", period="2026"))
    assert len(listed) == tiny_center.ask("customers_lost", period="2026").total.n > 0


def test_the_client_of_the_docs_says_why_not(client: Any) -> None:
    with pytest.raises(ValueError, match='Did you mean "channel"'):
        client.ask("replied_in_time", by="chanel")


def test_the_notebook_runs_from_its_first_cell_to_its_last(
    address: str, tiny_center: CommandCenter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CX_ADDRESS", address)
    monkeypatch.delenv("CX_TOKEN", raising=False)
    cells = json.loads(NOTEBOOK.read_text(encoding="utf-8"))["cells"]
    assert not any(cell.get("outputs") for cell in cells), "figures of somebody's workspace stay out of the repository"
    written: dict[str, Any] = {}
    for cell in cells:
        if cell["cell_type"] == "code":
            exec("".join(cell["source"]), written)
    asked = tiny_center.ask("replied_in_time", period="2026", split_by="channel")
    assert written["channels"]["n"].to_dict() == {row.by["channel"]: row.value.n for row in asked.rows}
    assert list(written["series"]) == [
        row.value.value for row in tiny_center.ask("cases_opened", period="2026-10", series=6).rows
    ]
    assert len(written["stages"]) > 2
