"""Serving stays up when the watcher does not, and says why it cannot start."""

import socket
import subprocess
import sys

import pytest

from dashboard import serve
from dashboard.settings import Settings


def python(code: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-c", code])


def test_a_watcher_that_ends_is_started_again_and_the_server_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[subprocess.Popen[bytes]] = []

    def watcher(settings: Settings) -> subprocess.Popen[bytes]:
        started.append(python("raise SystemExit(3)"))
        return started[-1]

    monkeypatch.setattr(serve, "_start_watch", watcher)
    monkeypatch.setattr(serve, "SECONDS_BETWEEN_STARTS", 0.1)
    said: list[str] = []
    children = [python("import time; time.sleep(3)")]
    assert serve._stay(children, Settings(watch=True), said.append) == 1
    serve._stop([*children, *started])
    assert len(started) >= 2
    assert "The watcher of the inbox ended with code 3. It is started again." in said
    assert said[-1] == "The server ended with code 0."


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
    serve._stop(children)
    assert all(child.poll() is not None for child in children)
