"""The first run: files are sent to the inbox whole or not at all, loaded by a process of their own, and told as they are."""

import errno
import json
import os
import shutil
import socket
from collections.abc import Iterator
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.serving import make_server

from dashboard import first_run
from dashboard.access.who import Who, acting
from dashboard.app import create_app
from dashboard.routes import first_run as routes
from dashboard.settings import Settings
from metrics import CommandCenter
from queries import sent, watch
from queries.arrivals import LOADED, REFUSED, SEEN_BEFORE, arrivals
from queries.errors import QueriesError, Unreadable, WorkspaceError
from queries.progress import progress_of, told_in
from queries.sample import MARK, make_sample, remove_sample, sample_of
from queries.watch import load_waiting, status, waiting
from queries.workspace import Workspace
from tests.conftest import TINY

HERE = {"Origin": "http://localhost"}
CONTRACTS = TINY / "contracts.csv"


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return Workspace.create(tmp_path / "mine")


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """The commands that would have been started."""
    words: list[list[str]] = []

    def start(command: list[str]) -> bool:
        words.append([*command])
        return True

    monkeypatch.setattr(first_run, "_start", start)
    return words


@pytest.fixture
def client(workspace: Workspace, started: list[list[str]]) -> FlaskClient:
    return create_app(Settings(workspace=workspace.root)).server.test_client()


def sends(client: FlaskClient, name: str, content: bytes, headers: Any = None) -> Any:
    return client.post("/exports", query_string={"name": name}, data=content, headers=HERE if headers is None else headers)


def names(workspace: Workspace) -> list[str]:
    """Everything in the inbox, what is hidden, too."""
    return sorted(path.name for path in workspace.inbox.iterdir())


# ---- sending -----------------------------------------------------------------------------------------------------------


def test_a_file_arrives_as_it_was_sent_and_with_the_time_it_was_written(client: FlaskClient, workspace: Workspace) -> None:
    content = CONTRACTS.read_bytes()
    answer = client.post("/exports?name=my contracts.csv&modified=1790000000000", data=content, headers=HERE)
    assert (answer.status_code, answer.json) == (201, {"file_name": "my contracts.csv", "size": len(content), "was_there": False})
    arrived = workspace.inbox / "my contracts.csv"
    assert arrived.read_bytes() == content
    assert arrived.stat().st_mtime == 1790000000
    assert arrived.stat().st_mode & 0o077 == 0


def test_another_file_of_the_same_name_lies_beside_the_first_and_the_same_one_is_there_once(
    client: FlaskClient, workspace: Workspace
) -> None:
    assert sends(client, "a.csv", b"one\n1\n").json["file_name"] == "a.csv"
    assert sends(client, "a.csv", b"one\n2\n").json["file_name"] == "a-2.csv"
    assert sends(client, "a.csv", b"one\n1\n").json == {"file_name": "a.csv", "size": 6, "was_there": True}
    assert names(workspace) == ["a-2.csv", "a.csv"]


@pytest.mark.parametrize(
    "name",
    ["", " ", ".", "..", "../up.csv", "a/b.csv", "a\\b.csv", ".hidden.csv", "a\x00.csv", "a\n.csv", "a\u202egnp.csv", "x" * 201],
)
def test_a_name_that_no_export_has_is_refused_in_words(client: FlaskClient, workspace: Workspace, name: str) -> None:
    answer = sends(client, name, b"a\n1\n")
    assert answer.status_code == 400
    assert "name" in answer.json["problem"]
    assert names(workspace) == []


def test_one_without_a_length_is_refused_and_one_too_large_is_not_read(
    client: FlaskClient, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert sends(client, "a.csv", b"").status_code == 411
    monkeypatch.setattr(routes, "FILE_BYTES", 10)
    assert sends(client, "a.csv", b"a" * 11).status_code == 413
    assert names(workspace) == []


@pytest.mark.parametrize("path", ["/exports?name=a.csv", "/loads", "/sample", "/sample/remove"])
def test_only_a_page_of_this_server_may_ask_for_anything(
    client: FlaskClient, workspace: Workspace, started: list[list[str]], path: str
) -> None:
    for headers in (
        {},
        {"Origin": "null"},
        {"Origin": "https://elsewhere.example.com"},
        {"Host": "elsewhere.example.com", **HERE},
    ):
        assert client.post(path, data=b"a\n1\n", headers=headers).status_code == 403
    assert (names(workspace), started) == ([], [])


def test_a_disk_that_is_full_keeps_nothing_and_says_so(
    client: FlaskClient, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(handle: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(sent.os, "fsync", full)
    answer = sends(client, "a.csv", b"a\n1\n")
    assert (answer.status_code, answer.json["problem"]) == (
        507,
        "a.csv: the disk has no room for it. Free some, then send it again.",
    )
    assert names(workspace) == []


@pytest.fixture
def listening(workspace: Workspace) -> Iterator[int]:
    """The port of a server that really listens."""
    server = make_server("127.0.0.1", 0, create_app(Settings(workspace=workspace.root)).server, threaded=True)
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield server.server_port
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_connection_that_is_cut_leaves_nothing(listening: int, workspace: Workspace) -> None:
    with socket.create_connection(("127.0.0.1", listening)) as caller:
        head = (
            f"POST /exports?name=a.csv HTTP/1.1\r\nHost: localhost\r\nOrigin: http://localhost\r\nContent-Length: {10**6}\r\n\r\n"
        )
        caller.sendall(head.encode() + b"a\n" * 100_000)
        caller.shutdown(socket.SHUT_WR)
        told = caller.makefile("rb").read().decode()
    assert "400" in told.splitlines()[0]
    assert "was cut off after 200,000 of 1,000,000 bytes; none of it was kept" in told
    assert names(workspace) == []


def test_what_a_killed_process_left_is_swept_and_what_is_being_written_is_not(workspace: Workspace) -> None:
    old, new = workspace.inbox / f"{sent.ASIDE}old", workspace.inbox / f"{sent.ASIDE}new"
    old.write_text("half")
    new.write_text("half")
    os.utime(old, (1, 1))
    assert waiting(workspace) == []
    sent.take(workspace, "a.csv", 2, lambda most: b"a\n"[:most])
    assert names(workspace) == [new.name, "a.csv"]


def test_an_old_export_that_waits_for_its_name_is_not_swept_by_another_sender(workspace: Workspace) -> None:
    def read(most: int) -> bytes:
        return b"a\n"[:most]

    class Waits:
        def __init__(self, path: Path) -> None: ...

        def __enter__(self) -> None:
            sent.sweep(workspace)  # somebody else begins to send meanwhile

        def __exit__(self, *problem: object) -> None: ...

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(sent, "FileLock", Waits)
        sent.take(workspace, "old.csv", 2, read, modified=1000.0)
    assert (workspace.inbox / "old.csv").stat().st_mtime == 1000


def test_a_sender_that_goes_quiet_is_cut_off(workspace: Workspace) -> None:
    def read(most: int) -> bytes:
        raise TimeoutError

    with pytest.raises(sent.CutOff):
        sent.take(workspace, "a.csv", 2, read)
    with pytest.raises(Unreadable, match="is empty"):
        sent.take(workspace, "a.csv", 0, read)
    with pytest.raises(Unreadable, match="larger than 8 GB"):
        sent.take(workspace, "a.csv", 9 << 30, read)
    assert names(workspace) == []


# ---- loading -----------------------------------------------------------------------------------------------------------


def test_a_load_is_started_unless_somebody_watches(client: FlaskClient, workspace: Workspace, started: list[list[str]]) -> None:
    assert client.post("/loads", headers=HERE).json == {"started": True}
    assert started == [["watch", "--once", "--workspace", str(workspace.root)]]
    lock = watch.FileLock(workspace.watch_lock)
    with lock:
        assert client.post("/loads", headers=HERE).json == {"started": False}
        load_waiting(workspace)  # nothing waits: it need not have the lock
        (workspace.inbox / "a.csv").write_text("a\n1\n")
        watch.SECONDS_FOR_LOCK, before = 0.1, watch.SECONDS_FOR_LOCK
        load_waiting(workspace)
        watch.SECONDS_FOR_LOCK = before
    assert len(started) == 1
    assert names(workspace) == ["a.csv"]


def test_a_load_that_has_not_come_to_its_lock_yet_is_not_started_twice(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[bool] = []

    class Running:
        def __init__(self, *command: object, **how: object) -> None:
            asked.append(True)

        def poll(self) -> int | None:
            return None if len(asked) == 1 else 0

        def wait(self) -> int:
            return 0

    monkeypatch.setattr(first_run.subprocess, "Popen", Running)
    assert [first_run.start_load(workspace) for _ in range(3)] == [True, False, False]
    asked.append(True)  # it has ended
    assert first_run.start_load(workspace)


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """Contracts, the same once more, and a file that nobody knows, sent through the route and loaded as the route has it done."""
    workspace = Workspace.create(tmp_path_factory.mktemp("first") / "mine")
    caller = create_app(Settings(workspace=workspace.root)).server.test_client()
    for name, content in (
        ("contracts.csv", CONTRACTS.read_bytes()),
        ("parcels.csv", b"parcel,weight\nA1,2\n"),
        ("the same.csv", CONTRACTS.read_bytes()),
    ):
        assert sends(caller, name, content).status_code == 201
    with told_in(workspace.progress) as progress:
        steps: list[str] = []
        load_waiting(workspace, progress=lambda step: (steps.append(step.chapter), progress(step))[0])
    assert list(dict.fromkeys(steps)) == ["take in", "build", "publish"]
    return workspace


def test_every_file_that_came_is_accounted_for(loaded: Workspace) -> None:
    told = {one.file_name: one for one in arrivals(loaded)}
    assert {name: one.outcome for name, one in told.items()} == {
        "contracts.csv": LOADED,
        "parcels.csv": REFUSED,
        "the same.csv": SEEN_BEFORE,
    }
    one = told["contracts.csv"]
    lines = CommandCenter.open(loaded.root).ledger()
    assert one.records == one.new + one.rejected + one.duplicates == sum(line["records"] for line in lines if line["is_primary"])
    assert sum(reason.rows for reason in one.reasons) == one.rejected > 0
    assert told["the same.csv"].why == "contracts.csv"
    assert names(loaded) == []
    assert (loaded.quarantine / "parcels.csv").read_bytes() == b"parcel,weight\nA1,2\n"
    assert (status(loaded)["state"], progress_of(loaded.progress)) == ("waiting", None)


def test_the_guide_says_what_each_file_is_and_what_the_files_allow(loaded: Workspace) -> None:
    shown = first_run.Shown(CommandCenter.open(loaded.root), loaded.root)
    app = create_app(Settings(workspace=loaded.root), CommandCenter.open(loaded.root))
    told = app.server.test_client().get("/api/loading").json
    files = told["panels"]["what-they-are"]
    assert "is contracts in the import format, 100\u202f% sure" in files or "100 % sure" in files
    assert "1 row read" not in files
    assert "4 refused" in files
    assert f"cx new source {loaded.quarantine}/parcels.csv" in files
    assert "was loaded before as contracts.csv" in files
    assert (told["waiting"], told["is_busy"], told["has_failed"], told["sample"]) == (0, False, False, "none")
    with acting(app.server, Who.local()):
        adds = str(app.panels.draw("/start", "what-they-make-possible", routes.View.read("/start", "")))
    assert shown.coverage().sentence in adds
    assert "What would add more" in adds


def test_a_load_that_fails_leaves_the_files_and_ends(workspace: Workspace, client: FlaskClient) -> None:
    sends(client, "contracts.csv", CONTRACTS.read_bytes())
    (workspace.root / "workspace.toml").write_text('zone = "Nowhere/Land"\n', encoding="utf-8")
    load_waiting(workspace)
    told = client.get("/api/loading").json
    assert (told["waiting"], told["has_failed"], told["is_watched"]) == (1, True, False)
    assert "The files could not be loaded" in told["panels"]["what-they-are"]
    assert "Nowhere/Land" in told["panels"]["what-they-are"]


# ---- before there is anything ------------------------------------------------------------------------------------------


def test_an_empty_workspace_opens_the_guide_and_keeps_the_language(client: FlaskClient) -> None:
    assert client.get("/?lang=de").headers["Location"] == "/start?lang=de"
    assert client.get("/?wall=1").status_code == 200
    assert client.get("/journey").status_code == 200


def test_the_progress_of_a_load_is_one_way_from_nothing_to_all() -> None:
    steps = [("take in", 1, 4), ("take in", 4, 4), ("build", 1, 100), ("build", 100, 100), ("publish", 1, 1)]
    told = [first_run.percent_of(first_run.Progressed(chapter=chapter, doing="", number=n, of=of)) for chapter, n, of in steps]
    assert told == [5, 20, 21, 97, 100]
    assert first_run.percent_of(None) is None


# ---- sample data -------------------------------------------------------------------------------------------------------


def test_sample_data_is_shown_until_something_is_loaded_and_is_removed_as_one_folder(
    workspace: Workspace, loaded: Workspace, started: list[list[str]], client: FlaskClient
) -> None:
    assert client.post("/sample", data={"sure": "yes"}, headers=HERE).headers["Location"] == "/start?then=look"
    assert started == [["sample", "--workspace", str(workspace.root)]]
    shutil.copytree(loaded.root, sample_of(workspace).root)
    (sample_of(workspace).root / MARK).touch()
    make_sample(workspace, Path("nowhere"), Path("nowhere"))  # it is there: nothing is loaded again
    assert client.get("/").status_code == 200
    app = create_app(Settings(workspace=workspace.root))
    with acting(app.server, Who.local()):
        assert app.panels.company == "My company, sample data"
        assert "of an invented company" in str(app.panels.draw("*", "sample", routes.View.read("/", "")))
    assert not workspace.current.exists()
    assert client.post("/sample/remove", data={"sure": "yes"}, headers=HERE).headers["Location"] == "/start"
    assert not sample_of(workspace).root.exists()
    assert [path.name for path in workspace.root.glob(".sample-*")] == []
    assert client.get("/").status_code == 302
    assert not remove_sample(workspace)


def test_a_sample_that_cannot_be_loaded_leaves_nothing(workspace: Workspace, tmp_path: Path) -> None:
    declared = tmp_path / "declared"
    declared.mkdir()
    with pytest.raises(QueriesError):
        make_sample(workspace, tmp_path / "nowhere", declared)
    assert [path.name for path in workspace.root.glob("*sample*") if path.is_dir()] == []


def test_own_data_is_never_hidden_by_a_sample(loaded: Workspace, tmp_path: Path) -> None:
    (sample_of(loaded).root).mkdir()
    (sample_of(loaded).current).write_text("x", encoding="utf-8")
    (sample_of(loaded).root / MARK).touch()
    shown = first_run.Shown(CommandCenter.open(loaded.root), loaded.root)
    assert (shown.has_own, shown.is_sample, shown.is_empty) == (True, False, False)
    before = loaded.current.read_text(encoding="utf-8")
    loaded.current.write_text("no such snapshot\n", encoding="utf-8")
    assert (shown.has_own, shown.is_sample, shown.is_empty) == (True, False, False)  # broken is not empty
    loaded.current.write_text(before, encoding="utf-8")
    assert remove_sample(loaded)


def test_a_folder_of_that_name_that_is_no_sample_is_left_alone(workspace: Workspace) -> None:
    sample_of(workspace).root.mkdir()
    kept = sample_of(workspace).root / "orders.csv"
    kept.write_text("mine", encoding="utf-8")
    with pytest.raises(WorkspaceError, match="a folder of yours"):
        make_sample(workspace, CONTRACTS, CONTRACTS.parent)
    assert not remove_sample(workspace)
    assert kept.read_text(encoding="utf-8") == "mine"


def test_with_data_of_ones_own_no_sample_is_loaded(loaded: Workspace, started: list[list[str]]) -> None:
    client = create_app(Settings(workspace=loaded.root)).server.test_client()
    assert client.post("/sample", data={"sure": "yes"}, headers=HERE).status_code == 400
    assert started == []


def test_a_note_that_cannot_be_read_is_no_note(workspace: Workspace) -> None:
    (workspace.root / ".arrivals.json").write_text(json.dumps([{"at": "now"}]), encoding="utf-8")
    assert arrivals(workspace) == ()
