"""Serving: start the workers, wait until they answer, say where; with watch, a loader beside them; stop both together.

SIGHUP has new workers take over from the old ones, as after an upgrade: `systemctl reload`.
"""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from errno import EADDRINUSE
from pathlib import Path
from secrets import token_urlsafe
from urllib.error import URLError
from urllib.request import ProxyHandler, build_opener

from pydantic import SecretStr

from dashboard.settings import Access, Settings
from dashboard.workers import SECONDS_TO_DRAIN, Workers, end, listening, start
from queries.temporary import own_folder

SECONDS_TO_START = 60
SECONDS_TO_STOP = 10
SECONDS_BETWEEN_STARTS = 5.0
Say = Callable[[str], None]
Child = subprocess.Popen[bytes]


def serve(settings: Settings, say: Say = print) -> int:
    """Serves until it is stopped; returns the exit code, 0 when a person stopped it."""
    try:
        door = listening(settings)
    except OSError as error:
        say(_why_not_there(settings, error))
        return 1
    with door, own_folder("panels") as folder, own_folder("counts") as counts, _told_by_signals() as asked:
        made = {"cache_dir": settings.cache_dir or folder, "cache_key": settings.cache_key or SecretStr(token_urlsafe())}
        chosen = settings.model_copy(update=made)
        serving = Serving(chosen, door, say, Workers.start(chosen, door, counts), asked, counts)
        try:
            if not _answers(serving.workers.master, chosen):
                say(f"The server did not start at {chosen.address} What it said above tells why.")
                return 1
            say(f"{_where(chosen)} Stop it with Ctrl-C.")
            tell_the_system("READY=1")
            return serving.stay()
        except KeyboardInterrupt:
            return 0
        finally:
            tell_the_system("STOPPING=1")
            serving.end()


@dataclass(slots=True)
class Asked:
    """What a signal asked for and was not done yet."""

    for_new_workers: bool = False


@dataclass(slots=True)
class Serving:
    """The workers that answer, and the watcher beside them. counts: where the workers count, the old ones and the new."""

    settings: Settings
    door: socket.socket
    say: Say
    workers: Workers
    asked: Asked
    counts: Path
    watchers: list[Child] = field(default_factory=list)
    started: float = float("-inf")

    def stay(self) -> int:
        """Stays until the server ends. A watcher that ends is started again: what was published last is served meanwhile."""
        while self.workers.master.poll() is None:
            if self.asked.for_new_workers:
                self.asked.for_new_workers = False
                self.renew()
            if self.settings.watch:
                self._see_to_the_watcher()
            time.sleep(0.5)
        code = self.workers.master.returncode
        self.say(f"The server ended with code {code}.")
        return code or 1

    def renew(self) -> None:
        """Lets new workers take over, once they are warm; where they do not get there, the old ones go on."""
        fresh = Workers.start(self.settings, self.door, self.counts)
        if not fresh.get_warm():
            fresh.end(SECONDS_TO_STOP)
            self.say("The new workers did not get ready; the old ones go on. What was said above tells why.")
            return
        old, self.workers = self.workers, fresh
        old.end(SECONDS_TO_DRAIN)
        self.say("New workers answer.")

    def end(self) -> None:
        """Ends all of it."""
        end([*self.watchers, self.workers.master], SECONDS_TO_STOP)
        os.close(self.workers.told)

    def _see_to_the_watcher(self) -> None:
        is_watched = bool(self.watchers) and self.watchers[0].poll() is None
        if is_watched or time.monotonic() - self.started < SECONDS_BETWEEN_STARTS:
            return
        if self.watchers:
            self.say(f"The watcher of the inbox ended with code {self.watchers.pop().returncode}. It is started again.")
        self.watchers.append(_start_watch(self.settings))
        self.started = time.monotonic()


def _start_watch(settings: Settings) -> Child:
    return start([sys.executable, "-m", "dashboard.cli", "watch", "--workspace", str(settings.workspace)], settings)


def _where(settings: Settings) -> str:
    """Returns where the server answers, and who may come in."""
    if settings.access is Access.NONE:
        return f"The command center answers at {settings.address} (this machine only)."
    who = f"the proxy at {settings.trusted_peer}" if settings.access is Access.PROXY else settings.oidc_issuer
    return f"The command center answers at {settings.public_url}/ (from {settings.address}); {who} tells who comes in."


def _why_not_there(settings: Settings, error: OSError) -> str:
    if error.errno == EADDRINUSE:
        return f"Something else answers at {settings.address} already. Choose another port with --port."
    refused = (error.strerror or type(error).__name__).lower()
    return f"Nothing can listen at {settings.address} ({refused}). Choose another --host or --port."


def _answers(server: Child, settings: Settings) -> bool:
    """Waits until the server answers, it ended, or too long has passed."""
    ask = build_opener(ProxyHandler({}))  # never through a proxy: it is this machine
    until = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < until and server.poll() is None:
        with suppress(URLError, OSError), ask.open(f"{settings.address}health", timeout=1) as answer:
            return server.poll() is None and answer.status == 200
        time.sleep(0.1)
    return False


def tell_the_system(state: str) -> None:
    """Tells systemd how this service is, where it started it and waits to be told."""
    address = os.environ.get("NOTIFY_SOCKET", "")
    if not address:
        return
    with suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as out:
        out.sendto(state.encode(), f"\0{address[1:]}" if address.startswith("@") else address)


@contextmanager
def _told_by_signals() -> Iterator[Asked]:
    """Lets SIGTERM end serving like Ctrl-C does, so that the children end with it; gives what SIGHUP sets.

    To a server in a terminal SIGHUP means that its window is gone: it ends with it.
    """
    asked = Asked()

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    def renew(*_: object) -> None:
        asked.for_new_workers = True

    is_in_a_window = sys.stdin is not None and sys.stdin.isatty()
    before = {signal.SIGTERM: signal.signal(signal.SIGTERM, stop)}
    before[signal.SIGHUP] = signal.signal(signal.SIGHUP, stop if is_in_a_window else renew)
    try:
        yield asked
    finally:
        for which, what in before.items():
            signal.signal(which, what)
