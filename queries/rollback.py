"""The snapshots that are kept, and the way back to an earlier one.

Rolling back moves the pointer and nothing else. What was loaded since stays raw and in use; a note in the registry says that a
person went back, and until it is taken away a load without files leaves the earlier snapshot served. It is taken away by
whatever builds a new snapshot: a load of new files, a declaration that is changed, `cx rebuild`; and by going forward again.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from queries.errors import SnapshotError, did_you_mean
from queries.intake import manifest
from queries.intake.manifest import write_durably
from queries.snapshots import Snapshot, current, is_whole, point_to, published
from queries.stamp import definitions_stamp
from queries.workspace import Workspace, alone, said_plainly


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """One snapshot that is kept: made when (UTC), of how many bytes and files; whether it is served, and whole.

    definitions_changed: whether it was built from other definitions than the one before it; None where none before it is kept.
    """

    snapshot: str
    made_at: datetime | None
    size: int
    files: int
    definitions: str
    definitions_changed: bool | None
    is_current: bool
    is_whole: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RolledBack:
    """That a person went back: to which snapshot, when (UTC), while which definitions stood, and how many files it leaves out."""

    snapshot: str
    at: datetime
    definitions: str
    files_left: int

    @property
    def sentence(self) -> str:
        """What a load that leaves it so says."""
        left = f", without {self.files_left:,} file{'s' * (self.files_left != 1)} loaded since" if self.files_left else ""
        return (
            f"Snapshot {self.snapshot} is served because of a rollback on {self.at:%Y-%m-%d %H:%M} UTC{left}. "
            "A load of new files, a changed declaration or `cx rebuild` builds from everything again."
        )


def kept_snapshots(workspace: Workspace) -> list[Kept]:
    """Return every snapshot that is kept, the newest first; each is read whole to tell whether it is damaged."""
    found, served = published(workspace), current(workspace)
    return [
        Kept(
            snapshot=one.snapshot_id,
            made_at=one.made_at,
            size=one.path.stat().st_size,
            files=len(one.files),
            definitions=one.definitions,
            definitions_changed=before.definitions != one.definitions if before else None,
            is_current=served is not None and served.path == one.path,
            is_whole=is_whole(one),
        )
        for one, before in zip(found, [*found[1:], None], strict=True)
    ]


def rollback(workspace: Workspace, snapshot_id: str, now: datetime) -> RolledBack | None:
    """Move the pointer to a snapshot, without an id to the one before the current; raise SnapshotError when it cannot be served.

    Returns the note that was left; None when it is the newest, which a load goes on from as ever. `now` is UTC and naive.
    """
    with said_plainly(workspace.root), alone(workspace):
        catch_up(workspace)
        found = published(workspace)
        chosen = _chosen(workspace, found, snapshot_id)
        if not is_whole(chosen):
            instead = "Choose another (`cx snapshots` lists them), or build anew from the raw exports: `cx rebuild`"
            raise SnapshotError("is damaged, or was made by another version", where=chosen.path.name, instead=instead)
        if chosen == found[0]:
            end(workspace)
            point_to(workspace, chosen)
            return None
        in_use = len(manifest.listed(workspace))
        note = RolledBack(
            snapshot=chosen.snapshot_id,
            at=now,
            definitions=definitions_stamp(workspace),
            files_left=max(0, in_use - len(chosen.files)),
        )
        write_durably(workspace.rolled_back, json.dumps({**_plain(note), "at": now.isoformat()}, indent=1))
        point_to(workspace, chosen)
        return note


def standing(workspace: Workspace) -> RolledBack | None:
    """Return the rollback that stands, or None: the note counts only while the snapshot that it names is served."""
    served = current(workspace)
    try:
        told = json.loads(workspace.rolled_back.read_text(encoding="utf-8"))
        note = RolledBack(**{**told, "at": datetime.fromisoformat(told["at"])})
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return note if served is not None and served.snapshot_id == note.snapshot else None


def end(workspace: Workspace) -> None:
    """Take the note away: what is served next is built from everything."""
    workspace.rolled_back.unlink(missing_ok=True)


def catch_up(workspace: Workspace) -> None:
    """Count the files of the current snapshot as in use: a load killed after it published did not come to listing them.

    Nor, perhaps, to keeping how their columns were read: that is made again.
    """
    snapshot, in_use = current(workspace), tuple(file.file_id for file in manifest.listed(workspace))
    if snapshot and len(snapshot.files) > len(in_use) and snapshot.files[: len(in_use)] == in_use:
        workspace.readings.unlink(missing_ok=True)
        manifest.write_list(workspace, snapshot.files)


def pair(workspace: Workspace, before: str = "", after: str = "") -> tuple[Snapshot, Snapshot]:
    """Return two snapshots to compare: the one that is served unless another is named, and the one before it unless one is named.

    Raises SnapshotError for one that is not there or is damaged.
    """
    by_id = {one.snapshot_id: one for one in published(workspace)}
    for name in filter(None, (before, after)):
        if name not in by_id:
            raise SnapshotError(f'there is no snapshot "{name}"', instead=did_you_mean(name, by_id))
    second = by_id[after] if after else current(workspace)
    if second is None:
        raise SnapshotError("nothing has been loaded yet", where=str(workspace.root), instead="Run: cx load YOUR_EXPORTS")
    older = [one for one in by_id.values() if one.snapshot_id < second.snapshot_id]
    if not before and not older:
        what = "there is no snapshot before it to compare with"
        raise SnapshotError(what, where=second.path.name, instead="`cx snapshots` lists those that are kept")
    first = by_id[before] if before else older[0]
    for one in (first, second):
        if not is_whole(one):
            raise SnapshotError(
                "is damaged", where=one.path.name, instead="Name another: `cx snapshots` lists those that are kept"
            )
    return first, second


def _chosen(workspace: Workspace, found: list[Snapshot], snapshot_id: str) -> Snapshot:
    by_id = {one.snapshot_id: one for one in found}
    if snapshot_id:
        if snapshot_id not in by_id:
            raise SnapshotError(f'there is no snapshot "{snapshot_id}"', instead=did_you_mean(snapshot_id, by_id))
        return by_id[snapshot_id]
    served = current(workspace)
    older = [one for one in found if served is not None and one.snapshot_id < served.snapshot_id]
    if not older:
        what = "there is no snapshot before the one that is served" if served else "no snapshot is served"
        raise SnapshotError(what, where=str(workspace.snapshots), instead="`cx snapshots` lists those that are kept")
    return older[0]


def _plain(note: RolledBack) -> Mapping[str, Any]:
    return {"snapshot": note.snapshot, "definitions": note.definitions, "files_left": note.files_left}
