"""The files that could not be taken in: each lies in quarantine with the sentence that says why, until it is tried again."""

import os
import shutil
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from queries.errors import WorkspaceError, did_you_mean
from queries.intake.stage import readable
from queries.intake.take_in import REASON, Refused, free_name
from queries.load import LoadReport, Progress, load
from queries.workspace import Workspace, said_plainly


@dataclass(frozen=True, slots=True, kw_only=True)
class Quarantined:
    """One file in quarantine: its bytes, since when it lies there (UTC), and why. What was only a link has no bytes at all."""

    file_name: str
    size: int | None
    since: datetime
    reason: str

    @property
    def why(self) -> str:
        """The reason without the file's name, to stand beside it."""
        return self.reason.removeprefix(f"{self.file_name}: ")


def quarantined(workspace: Workspace) -> list[Quarantined]:
    """Return the files in quarantine, the one that has lain there longest first."""
    if not workspace.quarantine.is_dir():
        return []
    names = {readable(path.name) for path in workspace.quarantine.iterdir() if not path.name.startswith(".")}
    reasons = {name for name in names if name.endswith(REASON) and f"{name}{REASON}" not in names}
    files = (names - reasons) | {name.removesuffix(REASON) for name in reasons}
    return sorted((_quarantined(workspace.quarantine / name) for name in files), key=lambda one: (one.since, one.file_name))


def retry(
    workspace: Workspace, names: Sequence[str], progress: Progress | None = None, now: datetime | None = None
) -> LoadReport:
    """Load files from quarantine again, all of them unless some are named; those taken in now leave it, the others stay.

    One that is refused again stays with its new reason, and since when it first lay there. Raises WorkspaceError for a name that
    is not there, and whatever `load` raises: then all stay as they are. `now` is UTC and naive.
    """
    with said_plainly(workspace.root):
        paths = _chosen(workspace, names)
        since = {path: _noted(path).stat().st_mtime_ns for path in paths}
        report = load(workspace, paths, progress, now)
        for path in paths:
            refused = [one for one in report.refused if one.origin == path]
            _dealt_with(workspace, path, since[path], refused, report.removed_from)
    return report


def _dealt_with(workspace: Workspace, path: Path, since: int, refused: Sequence[Refused], but: Sequence[Path]) -> None:
    """Let a file go that was taken in, or all of whose parts lie there by themselves now; one refused again stays since it came."""
    told = path.with_name(f"{path.name}{REASON}")
    is_refused_again = told.exists() and told.stat().st_mtime_ns != since
    if any(not one.is_kept for one in refused):
        told.write_text("\n".join(one.reason for one in refused) + "\n", encoding="utf-8")
    elif not is_refused_again:
        put_away(workspace, [path], but)
        return
    os.utime(told, ns=(since, since))


def put_away(workspace: Workspace, origins: Iterable[Path], but: Sequence[Path] = ()) -> None:
    """Keep files that were taken in where all those are kept that came by the inbox, each under its time and its name.

    but: those that hold somebody who asked to be forgotten, or is kept no longer; they are removed.
    """
    taken = workspace.raw / "taken"
    taken.mkdir(exist_ok=True)
    for origin in origins:
        if origin in but:
            origin.unlink()
        else:
            shutil.move(origin, free_name(taken / f"{datetime.now(UTC):%Y%m%dT%H%M%S}-{origin.name}"))
        if origin.parent == workspace.quarantine:
            origin.with_name(f"{origin.name}{REASON}").unlink(missing_ok=True)


def _chosen(workspace: Workspace, names: Sequence[str]) -> list[Path]:
    """Return the files that are tried again, in the order of their names."""
    known = {one.file_name for one in quarantined(workspace) if one.size is not None}
    for name in names:
        if name not in known:
            instead = did_you_mean(name, known) if known else "Nothing lies there that could be tried again"
            raise WorkspaceError(f'"{name}" is not in quarantine', where=str(workspace.quarantine), instead=instead)
    return [workspace.quarantine / name for name in sorted(set(names) or known)]


def _noted(path: Path) -> Path:
    """Return the file whose time says since when another lies in quarantine: its reason, or itself without one."""
    told = path.with_name(f"{path.name}{REASON}")
    return told if told.exists() else path


def _quarantined(path: Path) -> Quarantined:
    told = path.with_name(f"{path.name}{REASON}")
    dated = _noted(path).lstat().st_mtime
    reason = told.read_text(encoding="utf-8", errors="replace").strip() if told.is_file() else "Nobody noted why."
    return Quarantined(
        file_name=path.name,
        size=path.stat().st_size if path.is_file() else None,
        since=datetime.fromtimestamp(dated, UTC).replace(tzinfo=None, microsecond=0),
        reason=reason,
    )
