"""What `cx watch` does: loads what lands in the inbox, one build at a time; the next takes all that waits meanwhile.

A file is taken once it has held still; one that cannot be taken in goes to quarantine and never blocks the others.
"""

import json
import os
import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from threading import Event
from typing import Any

from queries.errors import BuildError, QueriesError, WorkspaceBusy
from queries.intake.manifest import write_durably
from queries.intake.take_in import set_aside
from queries.load import LoadReport, Progress, definitions_stamp, load
from queries.snapshots import current
from queries.workspace import Workspace

SECONDS = 1.0
NICENESS = 10
Held = tuple[int, int]
Reported = Callable[[LoadReport], None]


@dataclass(slots=True, kw_only=True)
class Inbox:
    """What was in the inbox at the last look, and what could not be built from: tried again only when something changes."""

    workspace: Workspace
    seen: Mapping[Path, Held] = field(default_factory=dict)
    failed: tuple[str, frozenset[Path]] | None = None

    def ready(self) -> list[Path]:
        """Return the files that are as large and as old as at the last look."""
        now = dict(self._files())
        still = sorted(path for path, held in now.items() if self.seen.get(path) == held)
        self.seen = now
        return still

    def _files(self) -> Sequence[tuple[Path, Held]]:
        found = []
        for path in sorted(self.workspace.inbox.rglob("*")):
            if not path.name.startswith(".") and (path.is_symlink() or not path.is_dir()):
                told = path.lstat()
                found.append((path, (told.st_size, told.st_mtime_ns)))
        return found


def watch(workspace: Workspace, stop: Event, *, reported: Reported | None = None, progress: Progress | None = None) -> None:
    """Load what lands in the inbox until `stop` is set; the state is kept in the workspace's status file."""
    inbox = Inbox(workspace=workspace)
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
    wanted = (definitions_stamp(workspace), frozenset(ready))
    if wanted == inbox.failed or not (ready or _declared_anew(workspace, wanted[0])):
        return None
    _tell(workspace, "loading", waiting=len(ready))
    try:
        report = _loaded(workspace, ready, progress)
    except WorkspaceBusy:
        return None
    except (QueriesError, OSError) as error:
        inbox.failed = wanted
        _tell(workspace, "failed", last_error=str(error))
        return None
    inbox.failed = None
    _tell(workspace, "waiting", last_load=_summary(report), last_error=None)
    return report


def status(workspace: Workspace) -> Mapping[str, Any]:
    """Return what the watching process last said: state, since, last_load, last_error; empty when none ever ran."""
    try:
        told: Mapping[str, Any] = json.loads(workspace.status.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return told


def _loaded(workspace: Workspace, paths: Sequence[Path], progress: Progress | None) -> LoadReport:
    """Load some files of the inbox together; when they cannot be built, find the one that is to blame."""
    try:
        report = load(workspace, paths, progress)
    except BuildError as error:
        load(workspace, [], progress)  # raises again when the definitions are to blame, not the files
        if len(paths) > 1:
            return [_loaded(workspace, [path], progress) for path in paths][-1]
        set_aside(workspace, paths[0], str(error))
        return load(workspace, [], progress)
    _empty_inbox(workspace, report)
    return report


def _empty_inbox(workspace: Workspace, report: LoadReport) -> None:
    taken = workspace.raw / "taken"
    taken.mkdir(exist_ok=True)
    for origin in (*report.loaded, *(seen.origin for seen in report.seen_before)):
        if origin.exists():
            shutil.move(origin, taken / f"{datetime.now(UTC):%Y%m%dT%H%M%S}-{origin.name}")
    for refused in report.refused:
        if (workspace.quarantine / refused.origin.name).exists():
            refused.origin.unlink(missing_ok=True)
        else:
            set_aside(workspace, refused.origin, refused.reason)


def _declared_anew(workspace: Workspace, stamp: str) -> bool:
    snapshot = current(workspace)
    return snapshot is not None and snapshot.definitions != stamp


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
