"""A company all of whose people are canaries is loaded, looked at, given away and asked for by programs: none of them lies in a log, a
cache, a temporary file, the workspace's own notes, an error page or what a command said.
"""

import io
import logging
import re
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pytest
from flask.testing import FlaskClient
from typer.testing import CliRunner

from dashboard.app import create_app
from dashboard.cli import app
from dashboard.embed.keyring import Keyring
from dashboard.embed.token import Grant, signed
from dashboard.logs import as_json
from dashboard.page import Pages
from dashboard.settings import Settings
from queries.workspace import Workspace
from tests.canaries import traces
from tests.security.test_names import CANARIES, EXPORTS
from tests.security.test_roles import drawn

WORDS: Final = (
    "zwieselina",
    "quastenfloh",
    "ottokar",
    "birnstengel",
    "krummholz",
    "moosgruber",
    "zimtstern",
    "canary.example",
    "4711001",
)
HELD: Final = re.compile(r"(raw|snapshots|quarantine)/.*|registry/customers\.parquet")
"""Where a workspace keeps people: what was loaded, what is asked, and the customers' ids with what they were made of."""
BROKEN: Final = (
    "case_id,external_id,email,opened_at,opened_by,kind,channel,status,subject\n"
    "T9,X771,,no day at all,customer,complaint,email,open,Quastenfloh calls from +49 221 4711001\n"
)
OF_PEOPLE: Final = ("/customers", "/voice", "/service")
LOOKED_AT: Final = (*OF_PEOPLE, "/", "/respect", "/data-health")
ADDRESSES: Final = (
    "/", "/customers", "/api/palette", "/api/find?q=zwieselina", "/api/find?q=4711001", "/api/wall?wall=1&pages=customers", "/?wall=1",
    "/customers.csv?open=customers_gained&over=all", "/hold-list.csv", "/panel.csv?of_page=/customers&of_panel=who-joined&period=all",
    "/api/v1/customers/customers_gained?period=all", "/api/v1/ask/customers_gained?period=all", "/api/v1/health",
    "/customers/zwieselina%20quastenfloh", "/v/zwieselina", "/api/v1/ask/ottokar", "/customers.csv?open=birnstengel", "/metrics",
    "/panel.csv?of_page=/customers&of_panel=quastenfloh", "/embed/v1.zwieselina.x.y", "/login/back?state=ottokar&code=krummholz",
)  # fmt: skip


@dataclass(frozen=True)
class Used:
    """A workspace that was used: what it told, and where else something may have been left."""

    workspace: Workspace
    client: FlaskClient
    told: str
    said: str
    logged: io.StringIO
    cache: Path
    temporary: Path


@pytest.fixture(scope="module")
def used(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Used]:
    folder = tmp_path_factory.mktemp("canaries")
    temporary, exports, logged = folder / "tmp", folder / "exports", io.StringIO()
    for made in (temporary, exports):
        made.mkdir()
    for name, text in {**EXPORTS, "more_cases.csv": BROKEN, "odd.csv": "colour,shade\nred,Quastenfloh\n"}.items():
        (exports / name).write_text(text, encoding="utf-8")
    before = logging.root.handlers
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TMPDIR", str(temporary))
        patch.setattr(tempfile, "tempdir", None)
        as_json(logged)
        said = CliRunner().invoke(app, ["load", *map(str, sorted(exports.iterdir())), "-w", str(folder / "mine")]).output
        workspace = Workspace.at(folder / "mine")
        settings = Settings(workspace=workspace.root, cache_dir=folder / "cache", log="json")
        client = create_app(settings).server.test_client()
        told = "".join(looked_at(client, workspace))
        yield Used(workspace, client, told, said, logged, folder / "cache", temporary)
    logging.root.handlers = before


def looked_at(client: FlaskClient, workspace: Workspace) -> Iterator[str]:
    """Every panel, the people's twice, and every other way to be told: what is kept of the first time is what the second is told."""
    panels = [(page.path, section.id) for page in Pages.found().menu if page.path in LOOKED_AT for section in page.sections]
    for path, panel in panels + [one for one in panels if one[0] in OF_PEOPLE]:
        yield drawn(client, path, panel, "period=all").get_data(as_text=True)
    for address in ADDRESSES:
        yield client.get(address).get_data().decode("utf-8", "replace")
    given = signed(
        Grant(query="period=all", begun=0, ends=2**40, metric="customers_gained", opens=True), Keyring(workspace).signing("now")
    )
    for end in ("", "/panel", ".csv", ".json"):
        yield client.get(f"/embed/{given}{end}").get_data(as_text=True)


def test_canaries_were_told_to_who_may_be_told(used: Used) -> None:
    assert {"Zwieselina", "Birnstengel", "Zimtstern"} <= set(CANARIES.findall(used.told))


@pytest.mark.parametrize("where", ["cache", "temporary"])
def test_none_is_kept_where_others_look(used: Used, where: str) -> None:
    files = [path for path in getattr(used, where).rglob("*") if path.is_file()]
    assert [path.name for path in files if any(word.encode() in path.read_bytes().lower() for word in WORDS)] == []


def test_the_workspace_holds_them_where_they_belong_and_nowhere_else(used: Used) -> None:
    found = traces(used.workspace.root, WORDS)
    assert [place for place in found if not HELD.fullmatch(place[0])] == []
    assert {Path(path).parts[0] for path, _ in found} >= {"raw", "snapshots"}
    assert (used.workspace.registry / "audit.jsonl").exists()


def test_none_is_logged(used: Used) -> None:
    logged = used.logged.getvalue()
    assert logged.count("\n") > len(ADDRESSES)
    assert CANARIES.findall(logged) == []


def test_a_load_says_none(used: Used) -> None:
    assert "more_cases.csv" in used.said
    assert CANARIES.findall(used.said) == []


def test_a_failure_that_names_one_tells_and_logs_none(used: Used, monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(*_: Any, **__: Any) -> None:
        raise RuntimeError(f"no such row: {EXPORTS['customer_records.csv']}")

    before = len(used.logged.getvalue())
    for name in ("ask", "customers_behind", "search", "list_titles", "hold_list", "lists"):
        monkeypatch.setattr(f"metrics.command_center.CommandCenter.{name}", failing)
    answers = [used.client.get(address).get_data().decode("utf-8", "replace") for address in ADDRESSES[2:13]]
    answers += [
        drawn(used.client, "/customers", panel, "period=2026").get_data(as_text=True) for panel in ("who-left", "find-a-customer")
    ]
    told, logged = "".join(answers), used.logged.getvalue()[before:]
    assert told.count("Tell your administrator the id") > 5
    assert logged.count("failure") > 5
    assert CANARIES.findall(told) + CANARIES.findall(logged) == []
