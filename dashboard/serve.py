"""Serving: start the workers, wait until they answer, say where; with watch, a loader beside them; stop both together."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from urllib.error import URLError
from urllib.request import ProxyHandler, build_opener

from dashboard.settings import Access, Settings
from queries.lifeline import end_with_parent
from queries.temporary import own_folder

SECONDS_TO_START = 60
SECONDS_TO_STOP = 10
SECONDS_BETWEEN_STARTS = 5.0
Say = Callable[[str], None]
Child = subprocess.Popen[bytes]


def serve(settings: Settings, say: Say = print) -> int:
    """Serves until it is stopped; returns the exit code, 0 when a person stopped it."""
    if _is_taken(settings):
        say(f"Something else answers at {settings.address} already. Choose another port with --port.")
        return 1
    with own_folder("panels") as folder, _stopped_by_signals():
        chosen = settings.model_copy(update={"cache_dir": settings.cache_dir or folder})
        children = [_start_workers(chosen)]
        try:
            if not _answers(children[0], chosen):
                say(f"The server did not start at {chosen.address} What it said above tells why.")
                return 1
            say(f"{_where(chosen)} Stop it with Ctrl-C.")
            return _stay(children, chosen, say)
        except KeyboardInterrupt:
            return 0
        finally:
            _stop(children)


def _where(settings: Settings) -> str:
    """Returns where the server answers, and who may come in."""
    if settings.access is Access.NONE:
        return f"The command center answers at {settings.address} (this machine only)."
    who = f"the proxy at {settings.trusted_peer}" if settings.access is Access.PROXY else settings.oidc_issuer
    return f"The command center answers at {settings.public_url}/ (from {settings.address}); {who} tells who comes in."


def _stay(children: list[Child], settings: Settings, say: Say) -> int:
    """Stays until the server ends. A watcher that ends is started again: what was published last is served meanwhile."""
    started = -SECONDS_BETWEEN_STARTS
    while children[0].poll() is None:
        is_watched = len(children) > 1 and children[1].poll() is None
        if settings.watch and not is_watched and time.monotonic() - started >= SECONDS_BETWEEN_STARTS:
            if len(children) > 1:
                say(f"The watcher of the inbox ended with code {children.pop().returncode}. It is started again.")
            children.append(_start_watch(settings))
            started = time.monotonic()
        time.sleep(0.5)
    say(f"The server ended with code {children[0].returncode}.")
    return children[0].returncode or 1


def _start_workers(settings: Settings) -> Child:
    command = [sys.executable, "-m", "gunicorn", "--config", "python:dashboard.worker", "dashboard.worker:application()"]
    return _start(command, settings)


def _start_watch(settings: Settings) -> Child:
    return _start([sys.executable, "-m", "dashboard.cli", "watch", "--workspace", str(settings.workspace)], settings)


def _start(command: list[str], settings: Settings) -> Child:
    environment = os.environ | settings.as_environment()
    return subprocess.Popen(command, env=environment, start_new_session=True, preexec_fn=end_with_parent)


def _is_taken(settings: Settings) -> bool:
    with socket.socket(socket.AF_INET6 if ":" in settings.host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError:
            return True
    return False


def _answers(server: Child, settings: Settings) -> bool:
    """Waits until the server answers, it ended, or too long has passed."""
    ask = build_opener(ProxyHandler({}))  # never through a proxy: it is this machine
    until = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < until and server.poll() is None:
        with suppress(URLError, OSError), ask.open(f"{settings.address}health", timeout=5) as answer:
            return server.poll() is None and answer.status == 200
        time.sleep(0.2)
    return False


def _stop(children: list[Child]) -> None:
    for child in children:
        if child.poll() is None:
            child.terminate()
    until = time.monotonic() + SECONDS_TO_STOP
    for child in children:
        try:
            child.wait(max(0.1, until - time.monotonic()))
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()


@contextmanager
def _stopped_by_signals() -> Iterator[None]:
    """Lets SIGTERM end serving like Ctrl-C does, so that the children end with it."""

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
