"""Rounds beside the watch of the inbox: one after each load that published, and one every hour, for what only time changes."""

import sys
import time
from threading import Thread

from dashboard import terminal
from dashboard.alerting.rounds import Round, Told, base_address, now
from metrics import CommandCenter
from queries.errors import QueriesError
from queries.workspace import Workspace

SECONDS_BETWEEN: float = 3600.0


class Rounds:
    """Makes rounds in a thread of its own: whoever answers late keeps no load waiting. Not more than one at a time."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace, self._base = workspace, base_address()
        self._last = float("-inf")
        self._thread: Thread | None = None

    def published(self) -> None:
        """Says that there is something new to look at."""
        self._last = float("-inf")

    def looked(self) -> None:
        """Begins a round where one is due, and none is under way; called after every look at the inbox."""
        if time.monotonic() - self._last < SECONDS_BETWEEN or (self._thread and self._thread.is_alive()):
            return
        self._last = time.monotonic()
        self._thread = Thread(target=make_round, args=(self._workspace, self._base), name="alerts", daemon=True)
        self._thread.start()

    def finish(self, seconds: float = 10) -> None:
        """Waits for the round that is under way."""
        if self._thread:
            self._thread.join(seconds)


def make_round(workspace: Workspace, base: str) -> None:
    """Makes one round and prints what was told and what could not be; where there is nothing to look at it is none."""
    if not workspace.current.exists() or not any(workspace.alerts.glob("*.toml")):
        return
    try:
        told = _round(workspace, base)
    except QueriesError as error:
        terminal.say_line(f"The alerts were not looked at: {error}", sys.stderr)
        return
    say(told)


def say(told: list[Told]) -> None:
    """Prints who was told what, and on standard error who could not be."""
    for one in told:
        for sent in one.sent:
            terminal.say_line(f"Alert {one.name}: told {sent}. {one.sentence}")
        for problem in one.failed:
            terminal.say_line(f"Alert {one.name}: {problem}", sys.stderr)


def _round(workspace: Workspace, base: str) -> list[Told]:
    center = CommandCenter.open(workspace.root)
    try:
        return Round(center=center, base=base, now=now()).run(workspace)
    finally:
        center.close()
