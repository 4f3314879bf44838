"""The workers as `cx serve` holds them: it keeps the socket, so others can take over from them and nobody is turned away.

New ones are a program of their own, read anew from the disk: they accept beside the old ones once every one of them has drawn the
first page, and only then the old ones end, each after the requests that it had begun.
"""

import os
import selectors
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from dashboard.settings import Settings
from queries.lifeline import end_with_parent

LISTENS_AT: Final = "CX_LISTEN_FD"
TELLS_AT: Final = "CX_READY_FD"
COUNTS_IN: Final = "PROMETHEUS_MULTIPROC_DIR"  # of prometheus_client, which reads it when it is loaded
WAITING: Final = 2048
SECONDS_TO_GET_WARM: Final = 120
SECONDS_TO_DRAIN: Final = 35
Child = subprocess.Popen[bytes]


@dataclass(frozen=True, slots=True)
class Workers:
    """A master and its workers, and the pipe in which each of them says that it is warm."""

    master: Child
    told: int
    count: int

    @classmethod
    def start(cls, settings: Settings, door: socket.socket, counts: Path) -> "Workers":
        """Starts them on a socket that listens already. counts: the folder in which each of them counts what it answers."""
        told, tells = os.pipe()
        try:
            command = [sys.executable, "-m", "gunicorn", "--config", "python:dashboard.worker", "dashboard.worker:application()"]
            passed = {LISTENS_AT: str(door.fileno()), TELLS_AT: str(tells), COUNTS_IN: str(counts)}
            master = start(command, settings, passed, (door.fileno(), tells))
        finally:
            os.close(tells)
        return cls(master, told, settings.workers)

    def get_warm(self, seconds: float = SECONDS_TO_GET_WARM) -> bool:
        """Waits until each of them has drawn the first page; tells whether they did before they ended, or too long had passed."""
        until, warm = time.monotonic() + seconds, 0
        with selectors.DefaultSelector() as waits:
            waits.register(self.told, selectors.EVENT_READ)
            while warm < self.count and waits.select(max(0.0, until - time.monotonic())):
                said = len(os.read(self.told, self.count))
                if not said:  # the last one that could say it has ended
                    return False
                warm += said
        return warm >= self.count

    def end(self, seconds: float) -> None:
        """Ends them, after the requests that they had begun; after so many seconds without."""
        end([self.master], seconds)
        os.close(self.told)


def listening(settings: Settings) -> socket.socket:
    """Returns the socket of the settings' address, listening; raises OSError where it cannot be had."""
    door = socket.socket(socket.AF_INET6 if ":" in settings.host else socket.AF_INET)
    try:
        door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        door.bind((settings.host, settings.port))
        door.listen(WAITING)
    except OSError:
        door.close()
        raise
    return door


def start(command: list[str], settings: Settings, more: dict[str, str] | None = None, passed: tuple[int, ...] = ()) -> Child:
    """Starts a process that ends with this one, with the settings in its environment."""
    environment = os.environ | settings.as_environment() | (more or {})
    environment.pop("NOTIFY_SOCKET", None)  # what tells systemd that we are ready is this process
    return subprocess.Popen(command, env=environment, start_new_session=True, preexec_fn=end_with_parent, pass_fds=passed)


def end(children: list[Child], seconds: float) -> None:
    """Ends processes; those that have not ended by themselves after so many seconds are killed, with all that they started."""
    for child in children:
        if child.poll() is None:
            child.terminate()
    until = time.monotonic() + seconds
    for child in children:
        try:
            child.wait(max(0.1, until - time.monotonic()))
        except subprocess.TimeoutExpired:
            with suppress(ProcessLookupError):
                os.killpg(child.pid, signal.SIGKILL)
            child.wait()
