"""Copies of a workspace, and the way back: what nothing else can make again, each file with its digest, readable by its owner alone.

Who was forgotten lies beside the copies and is kept up with each of them, so that a copy from before somebody was forgotten does not
bring them back.
"""

import json
import os
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import Final

from queries.audit import BACKUP, note
from queries.errors import WorkspaceError
from queries.forgetting import removed_in
from queries.intake.database import connect, exactly
from queries.intake.forgotten import Forgotten, Person, key_file, write_secretly
from queries.intake.stage import sha256_of
from queries.load import LoadReport, Progress, load
from queries.registry import registry_file
from queries.workspace import Workspace, alone, said_plainly

MANIFEST: Final = "backup.json"
FILES: Final = "files"
FORGOTTEN: Final = "forgotten"
NAMED: Final = "%Y%m%dT%H%M%SZ"
HALF_DONE: Final = ".half-done-"
SHORTEST_WORD: Final = 5
MADE_AGAIN: Final = ("raw/typed", "raw/staging", "registry/sessions", "command_center.prom")
SNAPSHOTS: Final = ("snapshots", "CURRENT")


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """One copy: its name, the files in it with their digests, and their bytes in all."""

    name: str
    path: Path
    files: Mapping[str, str]
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Restored:
    """What was brought back: from which copy, by which load, how many people were forgotten anew, where the workspace before lies."""

    copy: Copy
    report: LoadReport
    forgotten_anew: int
    set_aside: Path | None


def backup(workspace: Workspace, folder: Path, now: datetime, *, with_snapshots: bool = False) -> Copy:
    """Write a copy into a folder of copies; raise WorkspaceError where that cannot be done. `now` is UTC and naive.

    Snapshots are made again from the raw exports, so they come along only where they are wanted.
    """
    folder = folder.resolve()
    if folder.is_relative_to(workspace.root):
        raise WorkspaceError("a copy within the workspace is lost with it", where=str(folder), instead="Name another folder")
    with said_plainly(folder), alone(workspace):
        _made(folder)
        left = MADE_AGAIN if with_snapshots else (*MADE_AGAIN, *SNAPSHOTS)
        written = folder / f"{HALF_DONE}{now:{NAMED}}"
        shutil.rmtree(written, ignore_errors=True)
        digests = {name: _copied(workspace.root / name, written / FILES / name) for name in _files(workspace.root, left)}
        told = {"made_at": now.isoformat(), "files": digests}
        write_secretly(_made(written) / MANIFEST, json.dumps(told, indent=1).encode())
        made = folder / f"{now:{NAMED}}"
        written.rename(made)
        keep_forgotten(workspace, folder)
        note(workspace, BACKUP, of=str(folder))
    return copy_at(made)


def keep_forgotten(workspace: Workspace, folder: Path) -> None:
    """Write beside the copies who was forgotten until now."""
    place = _made(folder / FORGOTTEN)
    for path in (key_file(workspace), workspace.registry / "forgotten.json"):
        if path.exists():
            write_secretly(place / path.name, path.read_bytes())


def copies(folder: Path) -> list[Copy]:
    """Return the copies in a folder, the newest first."""
    found = sorted((path.parent for path in folder.glob(f"*/{MANIFEST}")), reverse=True)
    return [copy_at(path) for path in found if not path.name.startswith(".")]


def copy_at(path: Path) -> Copy:
    """Return what a copy says of itself; raise WorkspaceError where it is damaged."""
    try:
        told = json.loads((path / MANIFEST).read_text(encoding="utf-8"))
        files = {str(name): str(digest) for name, digest in told["files"].items()}
        size = sum((path / FILES / name).stat().st_size for name in files)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise WorkspaceError("the copy is damaged", where=str(path), instead="Take another") from error
    return Copy(name=path.name, path=path, files=files, size=size)


def restore(folder: Path, root: Path, now: datetime, *, name: str = "", progress: Progress | None = None) -> Restored:
    """Bring a copy back, the newest unless one is named, and build from it; whoever was forgotten since is forgotten again.

    A workspace that is there is set aside, and who was forgotten there counts, too. Raises WorkspaceError for a copy that is not whole:
    then nothing was changed.
    """
    copy, root = _chosen(folder, name), root.resolve()
    _check(copy)
    with said_plainly(root):
        lists = [_forgotten_in(place) for place in (copy.path / FILES / "registry", folder / FORGOTTEN, root / "registry")]
        known = _together([one for one in lists if one is not None])
        fresh = root.with_name(f"{root.name}{HALF_DONE}{now:{NAMED}}")
        shutil.rmtree(fresh, ignore_errors=True)
        for file in copy.files:
            _copied(copy.path / FILES / file, fresh / file)
        workspace = Workspace.create(fresh)
        people = _known_again(workspace, known)
        _write(workspace, replace(known, pending=(*known.pending, *people)))
        aside = _set_aside(root, now)
        fresh.rename(root)
    report = load(Workspace.at(root), (), progress, now, anew=not (root / "CURRENT").exists())
    return Restored(copy=copy, report=report, forgotten_anew=len(people), set_aside=aside)


def _files(root: Path, left: tuple[str, ...]) -> Iterator[str]:
    """Yield the files to be copied, below the workspace; no hidden ones, which are locks and notes of what runs, and no links."""
    for path in sorted(root.rglob("*")):
        name = path.relative_to(root).as_posix()
        is_left = any(name == one or name.startswith(f"{one}/") for one in left)
        if (
            path.is_file()
            and not path.is_symlink()
            and not is_left
            and not any(part.startswith(".") for part in Path(name).parts)
        ):
            yield name


def _copied(source: Path, target: Path) -> str:
    """Copy a file so that only its owner may read it; return its digest."""
    _made(target.parent)
    with source.open("rb") as read, os.fdopen(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as written:
        shutil.copyfileobj(read, written, 1 << 20)
        written.flush()
        os.fsync(written.fileno())
    told = source.stat()
    os.utime(target, ns=(told.st_atime_ns, told.st_mtime_ns))
    return sha256_of(target)


def _made(folder: Path) -> Path:
    """Return a folder, made with all above it that are missing; nobody else may look into any of them."""
    for one in reversed((folder, *folder.parents)):
        one.mkdir(exist_ok=True, mode=0o700)
    return folder


def _chosen(folder: Path, name: str) -> Copy:
    found = {one.name: one for one in copies(folder)}
    if not found or (name and name not in found):
        there = f"There are: {', '.join(found)}" if found else "Name the folder that `cx backup` was given"
        raise WorkspaceError(f'there is no copy "{name}"' if name else "there is no copy", where=str(folder), instead=there)
    return found[name] if name else next(iter(found.values()))


def _check(copy: Copy) -> None:
    """Raise WorkspaceError unless every file is the one that was copied, and lies within the workspace."""
    for name, digest in copy.files.items():
        path = PurePosixPath(name)
        if path.is_absolute() or ".." in path.parts or sha256_of(copy.path / FILES / name) != digest:
            raise WorkspaceError(f'"{name}" is not what was copied', where=str(copy.path), instead="Take another copy: --copy")


def _forgotten_in(folder: Path) -> Forgotten | None:
    """Return who was forgotten by what lies in a folder, None where nobody was."""
    if not (folder / "forgotten.key").exists() or not (folder / "forgotten.json").exists():
        return None
    return Forgotten.of(Workspace(folder.parent) if folder.name == "registry" else _Elsewhere(folder))


class _Elsewhere(Workspace):
    """Stands in for a workspace of which only the list of who was forgotten is there."""

    @property
    def registry(self) -> Path:
        return self.root


def _together(lists: list[Forgotten]) -> Forgotten:
    """Return everybody whom any of the lists knows; what their figures were is told by the one that knows most."""
    if len({one.secret for one in lists}) > 1:
        what = "who was forgotten was kept under two keys, and one of them cannot be read by the other"
        raise WorkspaceError(what, instead="Restore into a new folder, and forget again whoever was forgotten there")
    most = max(lists, key=lambda one: len(one.hashes), default=Forgotten())
    return replace(most, hashes=frozenset[str]().union(*(one.hashes for one in lists)))


def _known_again(workspace: Workspace, known: Forgotten) -> list[Person]:
    """Return the people of a copy who were forgotten since: whose keys in its registry are among those of the list."""
    path = registry_file(workspace)
    if not known.hashes or not path.exists():
        return []
    rows = connect(threads=1).read_parquet(exactly(path)).select("customer_id", "node_key").fetchall()
    theirs: dict[str, set[str]] = {}
    for customer, key in rows:
        if known.hash_of(key) in known.hashes:
            theirs.setdefault(customer, set()).add(key)
    return [_person(customer, keys, removed_in(workspace)) for customer, keys in sorted(theirs.items())]


def _person(customer: str, keys: set[str], removed_before: int) -> Person:
    """Return somebody as their keys tell them. What their figures were is known from when they were forgotten first."""
    values = {key.partition("=")[2] or key.partition(":")[2] for key in keys}
    words = {value for value in values if len(value) >= SHORTEST_WORD} | {key for key in keys if "=" not in key}
    return Person(
        customer_ids=(customer,),
        keys=tuple(sorted(keys)),
        words=tuple(sorted(words)),
        names=(),
        kept=(),
        removed_before=removed_before,
    )


def _write(workspace: Workspace, known: Forgotten) -> None:
    if known.secret:
        write_secretly(key_file(workspace), known.secret)
        known.knowing(workspace, ())


def _set_aside(root: Path, now: datetime) -> Path | None:
    if not root.exists() or not any(root.iterdir()):
        return None
    aside = root.with_name(f"{root.name}.before-{now:{NAMED}}")
    root.rename(aside)
    return aside
