"""What `cx watch` does: loads what lands in the inbox, one build at a time; the next takes all that waits meanwhile.

A file is taken once it has held still; one that cannot be taken in goes to quarantine and never blocks the others.
"""

import json
import math
import os
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from threading import Event
from typing import Any

from filelock import FileLock, Timeout

from queries import arrivals, forgetting, rollback
from queries.errors import BuildError, DeclarationError, DeclarationErrors, QueriesError, WorkspaceBusy
from queries.intake.forgotten import Forgotten
from queries.intake.manifest import listed, write_durably
from queries.intake.stage import readable
from queries.intake.take_in import set_aside
from queries.load import LoadReport, Progress, load
from queries.quarantine import put_away
from queries.snapshots import current
from queries.stamp import definitions_stamp
from queries.workspace import Workspace, said_plainly

SECONDS = 1.0
SECONDS_TO_RETRY = 60.0  # after the first failure; twice as long after each further one
LONGEST_TO_RETRY = 3600.0
SECONDS_FOR_LOCK = 3.0  # longer than anybody holds it who only looks whether it is free
MOST_LOADS = 50
MOST_REASONS = 10
NICENESS = 10
TOTALS = (
    "loads", "builds", "failures", "files_loaded", "files_refused", "rows_loaded", "rows_rejected", "rows_duplicate", "load_seconds",
)  # fmt: skip
Held = tuple[int, int, int, int]
Reported = Callable[[LoadReport], None]


@dataclass(slots=True, kw_only=True)
class Inbox:
    """What was in the inbox at the last look, and what could not be built from: tried again when something changes.

    What the disk refused is also tried again at `again_at`, on the monotonic clock: nothing in the inbox tells that there is room.
    `failures` of the same files and declarations, one after the other, make the pause longer. `aged_on` is the day (UTC) on which
    was seen to it that no row keeps its person for longer than it may.
    """

    workspace: Workspace
    seen: Mapping[Path, Held] = field(default_factory=dict)
    failed: tuple[str, frozenset[tuple[Path, Held]]] | None = None
    again_at: float = 0.0
    failures: int = 0
    aged_on: date | None = None

    def ready(self) -> list[Path]:
        """Return the files that are as large and as old as at the last look."""
        now = dict(self.files())
        still = sorted(path for path, held in now.items() if self.seen.get(path) == held)
        self.seen = now
        return still

    def holds_still(self, path: Path) -> bool:
        """Return whether a file is still the one of the last look: another under its name is not loaded yet."""
        inbox, held = self.workspace.inbox, _held(path)
        is_here = path.parent.resolve() == inbox.resolve() / path.parent.relative_to(inbox)  # no folder became a link
        return is_here and held is not None and held == self.seen.get(path)

    def files(self) -> Iterator[tuple[Path, Held]]:
        """Yield what lies in the inbox, and how large and old each is; what is hidden is none of it."""
        for path in sorted(self.workspace.inbox.rglob("*")):
            if not path.name.startswith(".") and (path.is_symlink() or not path.is_dir()) and (held := _held(path)):
                yield path, held


def watch(
    workspace: Workspace,
    stop: Event,
    *,
    reported: Reported | None = None,
    progress: Progress | None = None,
    looked: Callable[[], None] | None = None,
) -> None:
    """Load what lands in the inbox until `stop` is set; the state is kept in the workspace's status file.

    One process watches a workspace: another one waits until that has ended, and goes on with its counts.   looked: called
    after every look.
    """
    inbox = Inbox(workspace=workspace)
    lock = FileLock(workspace.watch_lock)
    with said_plainly(workspace.root):
        while not stop.is_set() and not _taken(lock):
            stop.wait(SECONDS)
        if not stop.is_set():
            _tell(workspace, "waiting")
    try:
        while not stop.is_set():
            report = look(inbox, progress)
            if report is not None and reported is not None:
                reported(report)
            if looked is not None:
                looked()
            stop.wait(SECONDS)
    finally:
        lock.release()


def load_waiting(workspace: Workspace, *, progress: Progress | None = None, reported: Reported | None = None) -> None:
    """Load what is in the inbox until nothing is left, and end: what `watch` does, once. Where another process watches, leave it to that.

    A load that fails ends it, too: what could not be loaded stays, and the workspace's status says why.
    """
    lock = FileLock(workspace.watch_lock)
    while waiting(workspace):  # looked at again once the lock is free: what came meanwhile was left to this process
        with said_plainly(workspace.root):
            if not _taken(lock, SECONDS_FOR_LOCK):
                return
        try:
            if not _emptied(workspace, progress, reported):
                return
        finally:
            lock.release()


def _emptied(workspace: Workspace, progress: Progress | None, reported: Reported | None) -> bool:
    """Load until nothing waits; return whether that was reached."""
    inbox, loads = Inbox(workspace=workspace), 0
    while waiting(workspace):
        report = look(inbox, progress)
        if report is not None:
            loads += 1
            if reported is not None:
                reported(report)
        if inbox.failed is not None or loads >= MOST_LOADS:
            return False
        if report is None:
            time.sleep(SECONDS)
    return True


def waiting(workspace: Workspace) -> list[Path]:
    """Return the files of the inbox that are still to be dealt with."""
    return [path for path, _ in Inbox(workspace=workspace).files()]


def is_watched(workspace: Workspace) -> bool:
    """Return whether a process watches the workspace now."""
    lock = FileLock(workspace.watch_lock)
    is_free = _taken(lock)
    lock.release()
    return not is_free


def _taken(lock: FileLock, seconds: float = 0) -> bool:
    """Take the lock if nobody has it, or lets it go in so many seconds; return whether it was taken."""
    try:
        lock.acquire(timeout=seconds)
    except Timeout:
        return False
    return True


def be_gentle() -> None:
    """Give this process a low priority: those who look at figures come first."""
    os.nice(NICENESS)


def look(inbox: Inbox, progress: Progress | None = None) -> LoadReport | None:
    """Load what holds still in the inbox, or what the workspace declares anew, and once a day see to the age of rows.

    Returns the report of a load, None where there was nothing to do.
    """
    workspace, ready = inbox.workspace, inbox.ready()
    try:
        wanted = (definitions_stamp(workspace), frozenset((path, inbox.seen[path]) for path in ready))
    except FileNotFoundError:  # a declaration is being replaced: the next look sees the new one
        return None
    if wanted == inbox.failed and time.monotonic() < inbox.again_at:
        return None
    try:
        if not ready and not _declared_anew(workspace, wanted[0]) and not _is_day_begun(inbox):
            return None
        _tell(workspace, "loading", waiting=len(ready))
        report = _loaded(inbox, _without_linked_folders(workspace, ready), progress)
    except WorkspaceBusy:
        return None
    except (QueriesError, OSError) as error:
        pause = _pause(inbox, wanted, error)
        with suppress(OSError):  # a full disk: the state cannot be told, but the watch goes on
            _tell(workspace, "failed", last_error=str(error), again_at=_in(pause), totals=_counted(workspace, failures=1))
        return None
    inbox.failed, inbox.failures, inbox.aged_on = None, 0, datetime.now(UTC).date()
    with suppress(OSError):
        totals = _counted(workspace, **_counts(report))
        _tell(workspace, "waiting", last_load=_summary(report), last_error=None, again_at=None, totals=totals)
    return report


def _pause(inbox: Inbox, wanted: tuple[str, frozenset[tuple[Path, Held]]], error: Exception) -> float:
    """Note that something could not be loaded; return for how many seconds it is left alone while nothing else changes."""
    inbox.failures = inbox.failures + 1 if wanted == inbox.failed else 1
    inbox.failed = wanted
    if isinstance(error, (BuildError, DeclarationError, DeclarationErrors)):
        pause = math.inf  # only what is mended can help
    else:
        pause = min(LONGEST_TO_RETRY, SECONDS_TO_RETRY * 2 ** (inbox.failures - 1))
    inbox.again_at = time.monotonic() + pause
    return pause


def _in(seconds: float) -> str | None:
    """Return when so many seconds will be over, as UTC text; None for never."""
    at = datetime.now(UTC) + timedelta(seconds=seconds) if math.isfinite(seconds) else None
    return at.isoformat(timespec="seconds") if at else None


def _counts(report: LoadReport) -> dict[str, float]:
    """Return what a load adds to the totals."""
    rows = [line for line in report.ledger if line.is_primary]
    return {
        "loads": 1,
        "builds": int(report.changed),
        "files_loaded": len(report.loaded),
        "files_refused": len(report.refused),
        "rows_loaded": sum(line.loaded_new + line.loaded_updated for line in rows),
        "rows_rejected": sum(line.rejected for line in rows),
        "rows_duplicate": sum(line.duplicates for line in rows),
        "load_seconds": report.seconds,
    }


def _counted(workspace: Workspace, **more: float) -> Mapping[str, float]:
    """Return the totals of all watching so far with these added; they outlive the process."""
    before = status(workspace).get("totals", {})
    return {name: before.get(name, 0) + more.get(name, 0) for name in TOTALS}


def status(workspace: Workspace) -> Mapping[str, Any]:
    """Return what the watching process last said: state, since, last_load, last_error, again_at, totals; empty when none ever ran."""
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
            why = _stops_the_build(paths[0], error)
            set_aside(workspace, paths[0], why)
            arrivals.note_refused(workspace, readable(paths[0].name), why)
        return load(workspace, [], progress)
    _empty_inbox(inbox, report)
    with suppress(OSError):  # a full disk: what became of them is in the snapshot and in quarantine all the same
        arrivals.note(workspace, report)
    return report


def _stops_the_build(path: Path, error: BuildError) -> str:
    told = f"everything can be built without it, and not with it ({error.where}: {error.what.splitlines()[0]})"
    return str(BuildError(told, where=readable(path.name), instead="Look for what no customer can have done, export it again"))


def _empty_inbox(inbox: Inbox, report: LoadReport) -> None:
    """Move away what was dealt with; a file that changed during the load stays, and is loaded once it holds still.

    An archive of which a file could not be had goes to quarantine, whatever else in it was loaded.
    """
    refused_whole = dict.fromkeys(refused.origin for refused in report.refused if not refused.is_kept)
    aside = [origin for origin in refused_whole if inbox.holds_still(origin)]
    for origin in aside:
        reasons = [refused.reason for refused in report.refused if refused.origin == origin]
        set_aside(inbox.workspace, origin, "\n".join(_the_first(reasons)))
    dealt_with = dict.fromkeys((*report.loaded, *(seen.origin for seen in report.seen_before)))
    put_away(inbox.workspace, filter(inbox.holds_still, dealt_with), but=report.removed_from)
    for refused in report.refused:
        if inbox.holds_still(refused.origin):
            refused.origin.unlink()
    if aside:  # what the load itself put there, it has searched
        forgetting.tidy_quarantine(inbox.workspace, Forgotten.of(inbox.workspace))


def _the_first(reasons: Sequence[str]) -> Iterator[str]:
    """Yield the first reasons of an archive whose files could not be had, and how many more there are."""
    yield from reasons[:MOST_REASONS]
    if len(reasons) > MOST_REASONS:
        yield f"And {len(reasons) - MOST_REASONS:,} more of its files could not be had, for reasons such as these."


def _without_linked_folders(workspace: Workspace, paths: Sequence[Path]) -> list[Path]:
    """Return the paths that are no links to folders: what lies behind those was not put into the inbox."""
    linked = [path for path in paths if path.is_symlink() and path.is_dir()]
    for path in linked:
        set_aside(workspace, path, f"{readable(path.name)}: is a link to a folder. Put its files into the inbox.")
    return [path for path in paths if path not in linked]


def _held(path: Path) -> Held | None:
    """Return a file's size and time, and which file it is, or None when it is gone meanwhile."""
    try:
        told = path.lstat()
    except (FileNotFoundError, NotADirectoryError):
        return None
    return told.st_size, told.st_mtime_ns, told.st_dev, told.st_ino


def _declared_anew(workspace: Workspace, stamp: str) -> bool:
    """Return whether the current snapshot was built from other definitions, or there is none where there was one.

    After a rollback only what was declared since counts: the declarations of that moment are those it went back from.
    """
    note = rollback.standing(workspace)
    if note is not None:
        return note.definitions != stamp
    snapshot = current(workspace)
    return snapshot.definitions != stamp if snapshot else workspace.current.exists() and bool(listed(workspace))


def _is_day_begun(inbox: Inbox) -> bool:
    """Return whether a day has begun on which rows may be older than people are kept: nothing in the inbox tells that."""
    now = datetime.now(UTC).replace(tzinfo=None)
    if inbox.aged_on != now.date() and forgetting.is_due(inbox.workspace, now):
        return True
    inbox.aged_on = now.date()
    return False


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
