"""What `cx watch` does: loads what lands in the inbox, one build at a time; the next takes all that waits meanwhile.

A file is taken once it has held still; one that cannot be taken in goes to quarantine and never blocks the others.
"""

import json
import math
import os
import shutil
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from threading import Event
from typing import Any

from queries.errors import BuildError, DeclarationError, DeclarationErrors, QueriesError, WorkspaceBusy
from queries.intake.manifest import listed, write_durably
from queries.intake.stage import readable
from queries.intake.take_in import free_name, set_aside
from queries.load import LoadReport, Progress, definitions_stamp, load
from queries.snapshots import current
from queries.workspace import Workspace, said_plainly

SECONDS = 1.0
SECONDS_TO_RETRY = 60.0
NICENESS = 10
Held = tuple[int, int]
Reported = Callable[[LoadReport], None]


@dataclass(slots=True, kw_only=True)
class Inbox:
    """What was in the inbox at the last look, and what could not be built from: tried again when something changes.

    What the disk refused is also tried again at `again_at`, on the monotonic clock: nothing in the inbox tells that there is room.
    """

    workspace: Workspace
    seen: Mapping[Path, Held] = field(default_factory=dict)
    failed: tuple[str, frozenset[tuple[Path, Held]]] | None = None
    again_at: float = 0.0

    def ready(self) -> list[Path]:
        """Return the files that are as large and as old as at the last look."""
        now = dict(self._files())
        still = sorted(path for path, held in now.items() if self.seen.get(path) == held)
        self.seen = now
        return still

    def holds_still(self, path: Path) -> bool:
        """Return whether a file is still the one of the last look: another under its name is not loaded yet."""
        held = _held(path)
        return held is not None and held == self.seen.get(path)

    def _files(self) -> Iterator[tuple[Path, Held]]:
        for path in sorted(self.workspace.inbox.rglob("*")):
            if not path.name.startswith(".") and (path.is_symlink() or not path.is_dir()) and (held := _held(path)):
                yield path, held


def watch(workspace: Workspace, stop: Event, *, reported: Reported | None = None, progress: Progress | None = None) -> None:
    """Load what lands in the inbox until `stop` is set; the state is kept in the workspace's status file."""
    inbox = Inbox(workspace=workspace)
    with said_plainly(workspace.root):
        _tell(workspace, "waiting")
    while not stop.is_set():
        report = look(inbox, progress)
        if report is not None and reported is not None:
            reported(report)
        stop.wait(SECONDS)


def be_gentle() -> None:
    """Give this process a low priority: those who look at figures come first."""
    os.nice(NICENESS)


def look(inbox: Inbox, progress: Progress | None = None) -> LoadReport | None:
    """Load what holds still in the inbox, or what the workspace declares anew; return the report of a load that did something."""
    workspace, ready = inbox.workspace, inbox.ready()
    try:
        wanted = (definitions_stamp(workspace), frozenset((path, inbox.seen[path]) for path in ready))
    except FileNotFoundError:  # a declaration is being replaced: the next look sees the new one
        return None
    if wanted == inbox.failed and time.monotonic() < inbox.again_at:
        return None
    try:
        if not ready and not _declared_anew(workspace, wanted[0]):
            return None
        _tell(workspace, "loading", waiting=len(ready))
        report = _loaded(inbox, _without_linked_folders(workspace, ready), progress)
    except WorkspaceBusy:
        return None
    except (QueriesError, OSError) as error:
        inbox.failed = wanted
        is_lasting = isinstance(error, (BuildError, DeclarationError, DeclarationErrors))
        inbox.again_at = math.inf if is_lasting else time.monotonic() + SECONDS_TO_RETRY
        with suppress(OSError):  # a full disk: the state cannot be told, but the watch goes on
            _tell(workspace, "failed", last_error=str(error))
        return None
    inbox.failed = None
    with suppress(OSError):
        _tell(workspace, "waiting", last_load=_summary(report), last_error=None)
    return report


def status(workspace: Workspace) -> Mapping[str, Any]:
    """Return what the watching process last said: state, since, last_load, last_error; empty when none ever ran."""
    try:
        told: Mapping[str, Any] = json.loads(workspace.status.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return told


def _loaded(inbox: Inbox, paths: Sequence[Path], progress: Progress | None) -> LoadReport:
    """Load some files of the inbox together; when they cannot be built, find the one that is to blame."""
    workspace = inbox.workspace
    try:
        report = load(workspace, paths, progress)
    except BuildError as error:
        load(workspace, [], progress)  # raises again when the definitions are to blame, not the files
        if len(paths) > 1:
            return [_loaded(inbox, [path], progress) for path in paths][-1]
        if inbox.holds_still(paths[0]):
            set_aside(workspace, paths[0], str(error))
        return load(workspace, [], progress)
    _empty_inbox(inbox, report)
    return report


def _empty_inbox(inbox: Inbox, report: LoadReport) -> None:
    """Move away what was dealt with; a file that changed during the load stays, and is loaded once it holds still."""
    taken = inbox.workspace.raw / "taken"
    taken.mkdir(exist_ok=True)
    for origin in filter(inbox.holds_still, (*report.loaded, *(seen.origin for seen in report.seen_before))):
        shutil.move(origin, free_name(taken / f"{datetime.now(UTC):%Y%m%dT%H%M%S}-{origin.name}"))
    for refused in report.refused:
        if not inbox.holds_still(refused.origin):
            continue
        if refused.is_kept:
            refused.origin.unlink()
        else:
            set_aside(inbox.workspace, refused.origin, refused.reason)


def _without_linked_folders(workspace: Workspace, paths: Sequence[Path]) -> list[Path]:
    """Return the paths that are no links to folders: what lies behind those was not put into the inbox."""
    linked = [path for path in paths if path.is_symlink() and path.is_dir()]
    for path in linked:
        set_aside(workspace, path, f"{readable(path.name)}: is a link to a folder. Put its files into the inbox.")
    return [path for path in paths if path not in linked]


def _held(path: Path) -> Held | None:
    """Return a file's size and time, or None when it is gone meanwhile."""
    try:
        told = path.lstat()
    except FileNotFoundError:
        return None
    return told.st_size, told.st_mtime_ns


def _declared_anew(workspace: Workspace, stamp: str) -> bool:
    """Return whether the current snapshot was built from other definitions, or there is none where there was one."""
    snapshot = current(workspace)
    return snapshot.definitions != stamp if snapshot else workspace.current.exists() and bool(listed(workspace))


def _summary(report: LoadReport) -> Mapping[str, Any]:
    return {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "snapshot": report.snapshot,
        "files": [path.name for path in report.loaded],
        "refused": [refused.reason for refused in report.refused],
        "seconds": round(report.seconds, 1),
    }


def _tell(workspace: Workspace, state: str, **more: Any) -> None:
    told = {**status(workspace), "state": state, "since": datetime.now(UTC).isoformat(timespec="seconds"), **more}
    write_durably(workspace.status, json.dumps(told, indent=1))
