"""What `cx load` does: take in the exports, build every table, publish the snapshot."""

import hashlib
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import duckdb
from duckdb import DuckDBPyConnection
from filelock import FileLock, Timeout

from queries import build, snapshots
from queries.build import Step
from queries.declarations import check_declarations
from queries.engines.duckdb import EngineError, open_build
from queries.errors import BuildError, DeclarationError, DeclarationErrors, WorkspaceBusy, WorkspaceError
from queries.intake import manifest
from queries.intake.assembly import CastFile, assemble, notices
from queries.intake.database import is_shortage
from queries.intake.declaration import habits_of, sources_of
from queries.intake.manifest import TakenIn
from queries.intake.stage import files_in
from queries.intake.take_in import Declared, New, Refused, SeenBefore, cast, take_in
from queries.restated import Before
from queries.snapshots import Snapshot
from queries.workspace import Workspace, said_plainly

PROGRAM = Path(__file__).parent
NOT_BUILT_FROM = ("metrics", "lists")


@dataclass(frozen=True, slots=True, kw_only=True)
class Progressed:
    """How far a load is: the chapter ('take in', 'build', 'publish'), what is being done, and which of how many."""

    chapter: str
    doing: str
    number: int
    of: int


Progress = Callable[[Progressed], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerLine:
    """What became of the records of one block of one file: records = new + updated + rejected + duplicates."""

    file_name: str
    block: str
    entity: str
    is_primary: bool
    records: int
    loaded_new: int
    loaded_updated: int
    rejected: int
    duplicates: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejection:
    """Rows of one file that were refused for the same reason: how many, and the first of them."""

    file_name: str
    column_name: str
    reason: str
    rows: int
    first_line: int
    first_value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadReport:
    """What a load did. `changed` is False when there was nothing to do; `ledger` is that of the files loaded now."""

    changed: bool
    snapshot: str | None
    loaded: tuple[Path, ...]
    refused: tuple[Refused, ...]
    seen_before: tuple[SeenBefore, ...]
    ledger: tuple[LedgerLine, ...]
    rejections: tuple[Rejection, ...]
    notices: tuple[str, ...]
    seconds: float


def load(
    workspace: Workspace, paths: Sequence[Path], progress: Progress | None = None, now: datetime | None = None
) -> LoadReport:
    """Take in, build, publish; raise a QueriesError when nothing can be done at all. `now` is UTC and naive."""
    started, tell, now = time.perf_counter(), progress or _silent, now or datetime.now(UTC).replace(tzinfo=None, microsecond=0)
    origins = files_in(paths) if paths else []
    if not paths and not workspace.raw.is_dir():
        raise WorkspaceError(
            "nothing has been loaded into it yet", where=str(workspace.root), instead="Run: cx load YOUR_EXPORTS"
        )
    with said_plainly(workspace.root), _alone(workspace):
        snapshots.sweep(workspace)
        _catch_up(workspace)
        manifest.forget_unused(workspace)
        declared = _declared(workspace)
        snapshots.check_space(workspace, arriving=3 * sum(origin.lstat().st_size for origin in origins))
        outcomes = list(take_in(workspace, origins, declared, now, _counter(tell, "take in", 2 * len(origins))))
        new = [outcome for outcome in outcomes if isinstance(outcome, New)]
        snapshot, told = _built_and_published(workspace, declared, [one.file for one in new], tell, now)
    return LoadReport(
        changed=told is not None,
        snapshot=snapshot.snapshot_id if snapshot else None,
        loaded=tuple(one.origin for one in new),
        refused=tuple(outcome for outcome in outcomes if isinstance(outcome, Refused)),
        seen_before=tuple(outcome for outcome in outcomes if isinstance(outcome, SeenBefore)),
        ledger=told.ledger if told else (),
        rejections=told.rejections if told else (),
        notices=told.notices if told else (),
        seconds=time.perf_counter() - started,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Told:
    """What a build has to tell."""

    ledger: tuple[LedgerLine, ...]
    rejections: tuple[Rejection, ...]
    notices: tuple[str, ...]


def _built_and_published(
    workspace: Workspace, declared: Declared, new: Sequence[TakenIn], tell: Progress, now: datetime
) -> tuple[Snapshot | None, _Told | None]:
    """Return the current snapshot; built now, with what it tells, when files or definitions are others than it was made of."""
    before, definitions = snapshots.current(workspace), definitions_stamp(workspace)
    files = [*manifest.listed(workspace), *new]
    wanted = tuple(file.file_id for file in files)
    is_made = before and (before.files, before.definitions) == (wanted, definitions) and snapshots.is_whole(before)
    if not files or is_made:
        return before, None
    with snapshots.building(workspace) as path:
        told = _built(workspace, path, declared, files, new, tell, _served(before, definitions))
        tell(Progressed(chapter="publish", doing="Publishing the snapshot", number=1, of=1))
        snapshot = snapshots.publish(workspace, path, files=wanted, definitions=definitions, now=now)
    manifest.write_list(workspace, wanted)
    return snapshot, told


def _served(before: Snapshot | None, definitions: str) -> Before | None:
    """Return what a build is compared with: the snapshot that is served, if it is still the one that was published."""
    if before is None or not snapshots.is_whole(before):
        return None
    return Before(path=before.path, definitions_changed=before.definitions != definitions)


def _built(
    workspace: Workspace,
    path: Path,
    declared: Declared,
    files: Sequence[TakenIn],
    new: Sequence[TakenIn],
    tell: Progress,
    before: Before | None,
) -> _Told:
    connection = open_build(path, temporary=workspace.staging)
    try:
        tell(Progressed(chapter="build", doing="Putting the rows together", number=0, of=1))
        ready = [CastFile(file=file, folder=cast(workspace, file, declared)) for file in files]
        assemble(connection, ready, declared)
        told = _Told(
            ledger=tuple(_ledger(connection, {file.file_id for file in new})),
            rejections=tuple(_rejections(connection, {file.file_id for file in new})),
            notices=tuple(notices(connection, ready, declared)),
        )
        build.build(connection, workspace, lambda step: tell(_progressed(step)), before)
        connection.execute("checkpoint")
    except (duckdb.Error, EngineError, BuildError) as error:
        if is_shortage(error):
            what = "the machine has too little room, on disk or in memory, to build"
            raise WorkspaceError(what, where=str(workspace.root), instead="Free some; the last snapshot keeps serving") from error
        if isinstance(error, BuildError):
            raise
        raise BuildError(
            f"the database refuses it: {str(error).splitlines()[0]}",
            where="the build",
            instead="If it says so again, delete raw/typed: it is made again",
        ) from error
    finally:
        connection.close()
    return told


def definitions_stamp(workspace: Workspace) -> str:
    """Return a text that changes whenever something changes that a snapshot is built from, besides the exports."""
    own = [
        path
        for path in sorted(workspace.root.rglob("*.toml"))
        if not any(folder in path.parents for folder in (*workspace.made_folders, *map(workspace.declared, NOT_BUILT_FROM)))
    ]
    shipped = [
        path for path in sorted(PROGRAM.rglob("*")) if path.suffix in (".sql", ".toml", ".py") and "figures" not in path.parts
    ]
    digest = hashlib.sha256()
    for path in (*own, *shipped):
        digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()


def _catch_up(workspace: Workspace) -> None:
    """Count the files of the current snapshot as in use: a load killed after it published did not come to listing them."""
    snapshot, in_use = snapshots.current(workspace), tuple(file.file_id for file in manifest.listed(workspace))
    if snapshot and len(snapshot.files) > len(in_use) and snapshot.files[: len(in_use)] == in_use:
        manifest.write_list(workspace, snapshot.files)


@contextmanager
def _alone(workspace: Workspace) -> Iterator[None]:
    """Hold the workspace's lock: one load at a time."""
    try:
        with FileLock(workspace.lock, timeout=0):
            yield
    except Timeout as error:
        raise WorkspaceBusy("another load is at work", where=str(workspace.root), instead="Wait until it is done") from error


def _declared(workspace: Workspace) -> Declared:
    """Return what the workspace says of its exports; raise DeclarationErrors telling every mistake of every file with it."""
    try:
        return Declared(sources=sources_of(workspace), habits=habits_of(workspace), zone=workspace.settings.zone)
    except (DeclarationError, DeclarationErrors):
        check_declarations(workspace)
        raise


def _ledger(connection: DuckDBPyConnection, files: set[str]) -> Iterator[LedgerLine]:
    for file_id, *values in connection.table("ledger").fetchall():
        if file_id in files:
            file_name, block, entity, is_primary, records, loaded_new, loaded_updated, rejected, duplicates = values
            yield LedgerLine(
                file_name=file_name,
                block=block,
                entity=entity,
                is_primary=is_primary,
                records=records,
                loaded_new=loaded_new,
                loaded_updated=loaded_updated,
                rejected=rejected,
                duplicates=duplicates,
            )


def _rejections(connection: DuckDBPyConnection, files: set[str]) -> Iterator[Rejection]:
    counted = (PROGRAM / "intake" / "count_rejections.sql").read_text(encoding="utf-8")
    for file_id, file_name, column, reason, rows, line, value in connection.execute(counted).fetchall():
        if file_id in files:
            yield Rejection(
                file_name=file_name, column_name=column or "", reason=reason, rows=rows, first_line=line, first_value=value or ""
            )


def _counter(tell: Progress, chapter: str, of: int) -> Callable[[str], None]:
    done = 0

    def told(doing: str) -> None:
        nonlocal done
        done += 1
        tell(Progressed(chapter=chapter, doing=doing, number=min(done, of), of=of))

    return told


def _progressed(step: Step) -> Progressed:
    return Progressed(chapter="build", doing=step.name, number=step.number, of=step.of)


def _silent(_: Progressed) -> None:
    return
