"""Rounds beside the watch of the inbox: one after each load that published, and one every hour, for what only time changes."""

import sys
import time
from collections.abc import Callable, Collection
from threading import Thread

from dashboard import terminal
from dashboard.alerting.rounds import Round, Told, base_address
from metrics import CommandCenter
from queries.clock import utc_now
from queries.errors import QueriesError
from queries.workspace import Workspace

SECONDS_BETWEEN: float = 3600.0
Also = Callable[[Workspace, set[str]], None]


class Rounds:
    """Makes rounds in a thread of its own: whoever answers late keeps no load waiting. Not more than one at a time."""

    def __init__(self, workspace: Workspace, also: Also | None = None) -> None:
        """also: what else is done in a round."""
        self._workspace, self._base, self._also = workspace, base_address(), also
        self._last = float("-inf")
        self._thread: Thread | None = None
        self._said: set[str] = set()
        self._said_also: set[str] = set()

    def published(self) -> None:
        """Says that there is something new to look at."""
        self._last = float("-inf")

    def looked(self) -> None:
        """Begins a round where one is due, and none is under way; called after every look at the inbox."""
        if time.monotonic() - self._last < SECONDS_BETWEEN or (self._thread and self._thread.is_alive()):
            return
        self._last = time.monotonic()
        self._thread = Thread(target=self._round, name="alerts", daemon=True)
        self._thread.start()

    def _round(self) -> None:
        make_round(self._workspace, self._base, self._said)
        if self._also:
            self._also(self._workspace, self._said_also)

    def finish(self, seconds: float = 10) -> None:
        """Waits for the round that is under way."""
        if self._thread:
            self._thread.join(seconds)


def make_round(workspace: Workspace, base: str, said: set[str] | None = None) -> None:
    """Makes one round and prints what was told and what could not be; where there is nothing to look at it is none.

    said: what could not be in the round before, which is not printed again; it holds that of this one afterwards.
    """
    if not workspace.current.exists() or not any(workspace.alerts.glob("*.toml")):
        return
    before = said if said is not None else set()
    try:
        told = _round(workspace, base)
    except QueriesError as error:
        told = [Told(name="", state="", sentence="", failed=(str(error),))]
    say(told, before)
    before.clear()
    before.update(problem for one in told for problem in one.failed)


def say(told: list[Told], but: Collection[str] = ()) -> None:
    """Prints who was told what, and on standard error what could not be told, `but` these problems."""
    for one in told:
        for sent in one.sent:
            terminal.say_line(f"Alert {one.name}: told {sent}. {one.sentence}")
        for problem in one.failed:
            if problem not in but:
                terminal.say_line(
                    f"Alert {one.name}: {problem}" if one.name else f"No alert was looked at: {problem}", sys.stderr
                )


def _round(workspace: Workspace, base: str) -> list[Told]:
    center = CommandCenter.open(workspace.root)
    try:
        return Round(center=center, base=base, now=utc_now()).run(workspace)
    finally:
        center.close()
