"""Serving stays up when the watcher does not, lets new workers take over from old ones, and says why it cannot start."""

import importlib
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from dashboard import serve, worker
from dashboard.app import create_app
from dashboard.serve import Asked, Serving
from dashboard.settings import Settings
from dashboard.workers import LISTENS_AT, TELLS_AT, Workers, end, start
from tests.dashboard.fake_center import FakeCenter
from tests.deploy.machine import until

ANSWERS = "import os; os.write(int(os.environ['CX_READY_FD']), b'ww'); import time; time.sleep(60)"


def python(code: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-c", code])


def workers(code: str, count: int = 2) -> Workers:
    """Workers of our own making, told where to say that they are warm."""
    told, tells = os.pipe()
    master = start([sys.executable, "-c", code], Settings(), {TELLS_AT: str(tells)}, (tells,))
    os.close(tells)
    return Workers(master, told, count)


@contextmanager
def serving(said: list[str], code: str, **settings: bool) -> Iterator[Serving]:
    with socket.socket() as door:
        stays = Serving(Settings(**settings), door, said.append, workers(code), Asked(), Path())
        try:
            yield stays
        finally:
            stays.end()


def test_a_watcher_that_ends_is_started_again_and_the_server_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[subprocess.Popen[bytes]] = []

    def watcher(settings: Settings) -> subprocess.Popen[bytes]:
        started.append(python("raise SystemExit(3)"))
        return started[-1]

    monkeypatch.setattr(serve, "_start_watch", watcher)
    monkeypatch.setattr(serve, "SECONDS_BETWEEN_STARTS", 0.1)
    said: list[str] = []
    with serving(said, "import time; time.sleep(3)", watch=True) as stays:
        assert stays.stay() == 1
    end(started, 5)
    assert len(started) >= 2
    assert "The watcher of the inbox ended with code 3. It is started again." in said
    assert said[-1] == "The server ended with code 0."


def test_new_workers_take_over_once_they_are_warm(monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    with serving(said, ANSWERS) as stays:
        old, new = stays.workers, workers(ANSWERS)
        monkeypatch.setattr(Workers, "start", lambda *_: new)
        stays.renew()
        assert stays.workers is new
        assert (old.master.poll() is not None, new.master.poll()) == (True, None)
        assert said == ["New workers answer."]


@pytest.mark.parametrize("code", ["raise SystemExit(3)", "import os; os.write(int(os.environ['CX_READY_FD']), b'w')"])
def test_new_workers_that_do_not_get_ready_leave_the_old_ones_at_work(monkeypatch: pytest.MonkeyPatch, code: str) -> None:
    said: list[str] = []
    with serving(said, ANSWERS) as stays:
        old, new = stays.workers, workers(code)
        monkeypatch.setattr(Workers, "start", lambda *_: new)
        stays.renew()
        assert stays.workers is old
        assert (old.master.poll(), new.master.poll() is not None) == (None, True)
        assert said[0].startswith("The new workers did not get ready; the old ones go on.")


def test_workers_that_take_too_long_are_not_waited_for_for_ever() -> None:
    slow = workers("import time; time.sleep(60)")
    assert not slow.get_warm(0.2)
    slow.end(5)


def test_a_port_that_is_taken_is_one_sentence() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        said: list[str] = []
        assert serve.serve(Settings(port=other.getsockname()[1]), said.append) == 1
    assert len(said) == 1
    assert "Choose another port" in said[0]


def test_all_children_are_stopped() -> None:
    children = [python("import time; time.sleep(60)") for _ in range(2)]
    end(children, 10)
    assert all(child.poll() is not None for child in children)


def test_one_that_does_not_stop_is_killed_with_what_it_started(tmp_path: Path) -> None:
    starts = "print(subprocess.Popen(['sleep', '60']).pid, flush=True)"
    stubborn = f"import signal, subprocess; signal.signal(15, signal.SIG_IGN); {starts}; signal.pause()"
    child = subprocess.Popen([sys.executable, "-c", stubborn], stdout=subprocess.PIPE, start_new_session=True)
    assert child.stdout is not None
    grandchild = int(child.stdout.readline())
    end([child], 0.2)
    told = Path(f"/proc/{grandchild}/stat")
    until(lambda: not told.exists() or told.read_text().split()[2] == "Z", "it outlived whoever started it", seconds=10)
    child.stdout.close()


def test_systemd_is_told_that_it_is_ready(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as system:
        system.bind(str(tmp_path / "notify"))
        monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))
        serve.tell_the_system("READY=1")
        assert system.recv(100) == b"READY=1"
    serve.tell_the_system("STOPPING=1")  # nobody listens any more: nothing is wrong with us


def test_workers_listen_where_they_are_told_to(monkeypatch: pytest.MonkeyPatch) -> None:
    assert importlib.reload(worker).bind == "127.0.0.1:8050"
    monkeypatch.setenv(LISTENS_AT, "7")
    assert importlib.reload(worker).bind == "fd://7"


@pytest.fixture
def client(tmp_path: Path) -> FlaskClient:
    return create_app(Settings(workspace=tmp_path), FakeCenter()).server.test_client()


def test_a_worker_is_ready_once_it_has_drawn_the_first_page(client: FlaskClient) -> None:
    answer = client.get("/health/ready")
    assert (answer.status_code, answer.json) == (503, {"status": "not ready", "because": "The first page is being drawn."})
    client.application.config["WARM"]()
    answer = client.get("/health/ready")
    assert (answer.status_code, answer.json) == (200, {"status": "ready"})


def test_a_worker_without_a_snapshot_is_not_ready_and_is_up(tmp_path: Path) -> None:
    client = create_app(Settings(workspace=tmp_path)).server.test_client()
    client.application.config["WARM"]()
    answer = client.get("/health/ready")
    assert (answer.status_code, answer.json) == (503, {"status": "not ready", "because": "No snapshot can be read."})
    assert client.get("/health").status_code == 200
