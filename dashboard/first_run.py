"""Before there is anything to show: whose data is shown, what came by the inbox, and who loads it.

While nothing of its own has been loaded a workspace may show sample data, which lies in a workspace of its own within it. A load is
always a process of its own: the watcher's where one runs, else one that is started here and ends when nothing waits any more. It goes
on when a worker, or the whole server, is started anew; two never run at once, because they share the watcher's lock.
"""

import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Lock, Thread
from typing import Any

from metrics import CommandCenter
from queries.arrivals import Arrival, arrivals
from queries.errors import QueriesError
from queries.load import Progressed
from queries.policy import Policy
from queries.progress import progress_of
from queries.quarantine import quarantined
from queries.sample import is_sample_loading, sample_of, sample_progress
from queries.watch import is_watched, status, waiting
from queries.workspace import Settings, Workspace


class Shown:
    """The command center that is shown: the workspace's own, or its sample's while nothing has been loaded into it.

    Answers whatever the center answers that is shown at that moment; both follow their snapshots by themselves.
    policy_of tells under whose policy, each time something is asked.
    """

    def __init__(self, own: Any, root: Path, policy_of: Callable[[], Policy] = Policy.everything) -> None:
        self.own, self.workspace, self._policy_of = own, Workspace(root.resolve()), policy_of
        self._sample: Any = None
        self._had_own = False
        self._opening = Lock()

    @property
    def has_own(self) -> bool:
        """Whether anything of the workspace's own was ever loaded; where it was, sample data is never shown."""
        self._had_own = self._had_own or self._finds_own()
        return self._had_own

    def _finds_own(self) -> bool:
        try:
            return bool(self.own.snapshot)
        except (QueriesError, OSError):
            return self.workspace.current.exists()

    @property
    def is_sample(self) -> bool:
        return not self.has_own and sample_of(self.workspace).current.exists()

    @property
    def is_empty(self) -> bool:
        return not self.has_own and not sample_of(self.workspace).current.exists()

    def __getattr__(self, name: str) -> Any:
        return getattr((self._sample_center() if self.is_sample else self.own).under(self._policy_of()), name)

    def _sample_center(self) -> Any:
        with self._opening:
            if self._sample is None:
                self._sample = CommandCenter.open(sample_of(self.workspace).root)
            return self._sample


@dataclass(frozen=True, slots=True, kw_only=True)
class Waits:
    """A file in the inbox that is still to be loaded; size is bytes."""

    file_name: str
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Guide:
    """Where somebody stands who loads files: what waits, what is being loaded, what became of the last ones.

    problem says why the last load could not be done, empty where it could; is_watched whether a process takes what lies in the inbox.
    """

    waits: tuple[Waits, ...]
    arrivals: tuple[Arrival, ...]
    in_quarantine: tuple[str, ...]
    is_watched: bool
    is_loading: bool
    progress: Progressed | None
    problem: str
    has_own: bool
    has_sample: bool
    is_sample_loading: bool
    sample_progress: Progressed | None
    settings: Settings
    quarantine: Path
    root: Path


PARTS = {"take in": (0, 20), "build": (20, 97), "publish": (97, 100)}
"""From which percent to which of the whole each chapter of a load counts."""


def percent_of(now: Progressed | None) -> int | None:
    """Returns how far a load is as a whole; None while nobody can tell."""
    if now is None or now.chapter not in PARTS or not now.of:
        return None
    first, last = PARTS[now.chapter]
    return round(first + (last - first) * min(1.0, now.number / now.of))


def guide(shown: Shown) -> Guide:
    """Returns where things stand now."""
    workspace, told = shown.workspace, status(shown.workspace)
    is_at_work = is_watched(workspace)
    return Guide(
        waits=tuple(_waits(workspace)),
        arrivals=arrivals(workspace),
        in_quarantine=tuple(one.file_name for one in quarantined(workspace)),
        is_watched=is_at_work,
        is_loading=is_at_work and told.get("state") == "loading",
        progress=progress_of(workspace.progress) if is_at_work else None,
        problem=str(told.get("last_error") or "") if told.get("state") == "failed" else "",
        has_own=shown.has_own,
        has_sample=sample_of(workspace).current.exists(),
        is_sample_loading=is_sample_loading(workspace),
        sample_progress=progress_of(sample_progress(workspace)),
        settings=_settings(workspace),
        quarantine=workspace.quarantine,
        root=workspace.root,
    )


def _waits(workspace: Workspace) -> list[Waits]:
    found = []
    for path in waiting(workspace):
        try:
            found.append(Waits(file_name=path.name, size=path.lstat().st_size))
        except OSError:  # taken meanwhile
            continue
    return found


def _settings(workspace: Workspace) -> Settings:
    try:
        return workspace.settings
    except QueriesError:  # a load says what is wrong with it
        return Settings()


def start_load(workspace: Workspace) -> bool:
    """Starts a process that loads what waits in the inbox, unless one watches it; returns whether one was started."""
    if is_watched(workspace):
        return False
    return _start(["watch", "--once", "--workspace", str(workspace.root)])


def start_sample(workspace: Workspace) -> None:
    """Starts a process that loads the sample data; one that finds another at it ends by itself."""
    _start(["sample", "--workspace", str(workspace.root)])


STARTED: dict[tuple[str, ...], "subprocess.Popen[bytes]"] = {}
STARTING = Lock()


def _start(words: Sequence[str]) -> bool:
    """Starts one of our commands in a session of its own, unless the same one runs; returns whether it was started.

    It ends when it is done, whatever becomes of this server. Its lock alone would not do: a process takes a second to get to it, and
    a hundred files that arrive would start a hundred of them meanwhile.
    """
    command = [sys.executable, "-m", "dashboard.cli", *words]
    with STARTING:
        running = STARTED.get(tuple(words))
        if running is not None and running.poll() is None:
            return False
        child = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, start_new_session=True)
        STARTED[tuple(words)] = child
    Thread(target=child.wait, daemon=True).start()  # so that nothing is left of it in the table of processes
    return True
