"""What `cx load` does: take in the exports, build every table, publish the snapshot."""

import shutil
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import duckdb
from duckdb import DuckDBPyConnection

from queries import build, forgetting, rollback, snapshots
from queries.build import Runner, Step
from queries.clock import utc_now
from queries.declarations import check_declarations
from queries.engines.duckdb import EngineError, open_build
from queries.engines.spark import SCHEMES, is_spark
from queries.errors import BuildError, DeclarationError, DeclarationErrors, WorkspaceError
from queries.identity_told import identity_notices
from queries.intake import manifest
from queries.intake.assembly import CastFile, assemble, notices
from queries.intake.cast import left_headers
from queries.intake.database import is_shortage, too_little_room
from queries.intake.explain import confidence_of
from queries.intake.forgotten import Forgotten
from queries.intake.manifest import TakenIn
from queries.intake.masking import masked_cell
from queries.intake.stage import files_in
from queries.intake.still_read import refused_since
from queries.intake.take_in import Declared, New, Refused, SeenBefore, cast, release, take_in
from queries.restated import Before
from queries.snapshots import Snapshot
from queries.spark_build import models_on
from queries.stamp import PROGRAM, definitions_stamp
from queries.workspace import Workspace, alone, said_plainly


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
    """What became of the records of one block of one file: records = new + updated + rejected + duplicates + removed.

    removed: records that are gone because whom they tell of asked for it.
    """

    file_name: str
    block: str
    entity: str
    is_primary: bool
    records: int
    loaded_new: int
    loaded_updated: int
    rejected: int
    duplicates: int
    removed: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadedAs:
    """The format that a file was loaded as, how sure that is, in percent, and the headers that nothing was made of."""

    file_name: str
    source_id: str
    title: str
    confidence: int
    unused: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejection:
    """Rows of one file that were refused for the same reason: how many, and the first of them, what it told masked."""

    file_name: str
    column_name: str
    reason: str
    rows: int
    first_line: int
    first_value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadReport:
    """What a load did. `changed` is False when there was nothing to do; `ledger` is that of the files loaded now, `formats` theirs.

    removed_from: those of the files loaded now out of which somebody was taken, on request or by age: what is left of them holds nobody.
    """

    changed: bool
    snapshot: str | None
    loaded: tuple[Path, ...]
    refused: tuple[Refused, ...]
    seen_before: tuple[SeenBefore, ...]
    formats: tuple[LoadedAs, ...]
    ledger: tuple[LedgerLine, ...]
    rejections: tuple[Rejection, ...]
    notices: tuple[str, ...]
    seconds: float
    removed_from: tuple[Path, ...] = ()


def load(
    workspace: Workspace,
    paths: Sequence[Path],
    progress: Progress | None = None,
    now: datetime | None = None,
    *,
    anew: bool = False,
    engine: str | None = None,
) -> LoadReport:
    """Take in, build, publish; raise a QueriesError when nothing can be done at all. `now` is UTC and naive.

    anew: cast every row again from the raw exports, and build though nothing changed.   engine: the address of the Spark that
    makes the tables, empty for the database itself; None: as workspace.toml says.
    """
    started, tell, now = time.perf_counter(), progress or _silent, now or utc_now()
    origins = files_in(paths) if paths else []
    if not paths and not workspace.raw.is_dir():
        raise WorkspaceError(
            "nothing has been loaded into it yet", where=str(workspace.root), instead="Run: cx load YOUR_EXPORTS"
        )
    with said_plainly(workspace.root), alone(workspace), snapshots.staging_emptied(workspace):
        rollback.catch_up(workspace)
        manifest.finish_rewrites(workspace)
        snapshots.sweep(workspace, [file.file_id for file in manifest.listed(workspace)])
        manifest.forget_unused(workspace)
        forgotten = Forgotten.of(workspace)
        waiting = forgetting.waiting(workspace, origins) if forgotten.pending else []
        origins += waiting
        declared, run = _declared(workspace), _runner(workspace, engine)
        snapshots.check_space(workspace, arriving=3 * sum(origin.lstat().st_size for origin in origins))
        outcomes = list(take_in(workspace, origins, declared, now, _counter(tell, "take in", 2 * len(origins))))
        new = [outcome for outcome in outcomes if isinstance(outcome, New)]
        forgotten, new = forgetting.settle(workspace, declared, forgotten, new)
        new, expired = forgetting.expire_old(workspace, declared, new, now)
        if forgotten.hashes:
            forgotten = forgetting.tidy(workspace, forgotten)
        if anew:
            _forget_typed(workspace, [one.file for one in new])
        must = anew or bool(forgotten.pending)
        snapshot, told = _built_and_published(
            workspace, declared, [one.file for one in new], tell, now, forgotten, run, must=must
        )
        snapshots.drop_outdated(workspace, _raw_of(manifest.listed(workspace)))
        forgetting.finish(workspace, forgotten, snapshot)
        for taken in (outcome for outcome in outcomes if not isinstance(outcome, Refused)):
            release(workspace, taken.origin)
    report = LoadReport(
        changed=told is not None,
        snapshot=snapshot.snapshot_id if snapshot else None,
        loaded=tuple(one.origin for one in new),
        refused=tuple(outcome for outcome in outcomes if isinstance(outcome, Refused)),
        seen_before=tuple(outcome for outcome in outcomes if isinstance(outcome, SeenBefore)),
        formats=tuple(_loaded_as(one.file, declared) for one in new) if told else (),
        ledger=told.ledger if told else (),
        rejections=told.rejections if told else (),
        notices=(*_of_the_files(new), *expired, *(told.notices if told else _of_rollback(workspace))),
        seconds=time.perf_counter() - started,
    )
    aged = _aged(workspace, report, progress, now, engine) if new else report
    return replace(aged, removed_from=tuple(_held_somebody(workspace, outcomes)))


def _aged(workspace: Workspace, report: LoadReport, progress: Progress | None, now: datetime, engine: str | None) -> LoadReport:
    """Return a report of new files once the people who are kept no longer are gone, too: what the files told decides who that is."""
    if not forgetting.ages_people(workspace):
        return report
    aged = load(workspace, (), progress, now, engine=engine)
    return replace(report, snapshot=aged.snapshot, notices=(*report.notices, *aged.notices)) if aged.changed else report


def _held_somebody(workspace: Workspace, outcomes: Sequence[New | Refused | SeenBefore]) -> Iterator[Path]:
    """Yield the files given now out of which somebody was taken: no copy of them is kept."""
    struck = {file.file_id: file.file_name for file in manifest.listed(workspace) if file.named_forgotten or file.has_aged}
    yield from (one.origin for one in outcomes if isinstance(one, New) and one.file.file_id in struck)
    yield from (one.origin for one in outcomes if isinstance(one, SeenBefore) and one.file_name in struck.values())


def _loaded_as(file: TakenIn, declared: Declared) -> LoadedAs:
    source = declared.sources[file.reading.source_id]
    sure = confidence_of(file, declared)
    unused = left_headers(declared.raw_file(file, Path()))
    return LoadedAs(file_name=file.file_name, source_id=source.source_id, title=source.title, confidence=sure, unused=unused)


def _of_the_files(new: Sequence[New]) -> Iterator[str]:
    """Yield what a person should know of how the files were read."""
    for one in new:
        yield from (f"{one.file.file_name}: {notice}" for notice in one.file.reading.notices)
        if one.file.removed:
            yield f"{one.file.file_name}: {one.file.removed:,} {'record' if one.file.removed == 1 else 'records'} removed on request"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Told:
    """What a build has to tell."""

    ledger: tuple[LedgerLine, ...]
    rejections: tuple[Rejection, ...]
    notices: tuple[str, ...]


def _built_and_published(
    workspace: Workspace,
    declared: Declared,
    new: Sequence[TakenIn],
    tell: Progress,
    now: datetime,
    forgotten: Forgotten,
    run: Runner,
    *,
    must: bool,
) -> tuple[Snapshot | None, _Told | None]:
    """Return the current snapshot; built now, with what it tells, when files or definitions are others than it was made of."""
    before, definitions = snapshots.current(workspace), definitions_stamp(workspace)
    files = [*manifest.listed(workspace), *new]
    wanted = tuple(file.file_id for file in files)
    if not files or (not must and _is_made(workspace, before, files, definitions, is_more=bool(new))):
        return before, None
    with snapshots.building(workspace) as path:
        told = _built(workspace, path, declared, files, new, tell, _served(before, definitions, forgotten), run)
        tell(Progressed(chapter="publish", doing="Publishing the snapshot", number=1, of=1))
        raw = [file.raw_sha256 for file in files]
        snapshot = snapshots.publish(workspace, path, files=wanted, definitions=definitions, now=now, raw=raw)
    declared.remembered.keep(workspace)
    manifest.write_list(workspace, wanted)
    rollback.end(workspace)
    return snapshot, told


def _runner(workspace: Workspace, engine: str | None) -> Runner:
    """Return what makes the tables: the database itself, or the Spark at this address; raise BuildError where that is none."""
    url = workspace.settings.engine if engine is None else engine
    if not url:
        return build.run_models
    if not is_spark(url):
        raise BuildError(f'engine "{url}" is no Spark', instead=f"Begin it with one of: {', '.join(SCHEMES)}")
    return models_on(url, workspace.staging / "spark")


def _is_made(workspace: Workspace, before: Snapshot | None, files: Sequence[TakenIn], definitions: str, *, is_more: bool) -> bool:
    """Whether the snapshot that is served is what a build would make, or what a person went back to and has not left since."""
    if before is None or snapshots.is_outdated(before, _raw_of(files)):
        return False
    note = rollback.standing(workspace)
    is_chosen = note is not None and not is_more and note.definitions == definitions
    is_same = (before.files, before.definitions) == (tuple(file.file_id for file in files), definitions)
    return (is_same or is_chosen) and snapshots.is_whole(before)


def _raw_of(files: Sequence[TakenIn]) -> dict[str, str]:
    return {file.file_id: file.raw_sha256 for file in files}


def _forget_typed(workspace: Workspace, but: Sequence[TakenIn]) -> None:
    """Remove the typed rows of every file, but not of those that were cast just now."""
    kept = {file.file_id for file in but}
    for folder in workspace.typed.iterdir():
        if folder.name.split("-")[0] not in kept:
            shutil.rmtree(folder)


def _served(before: Snapshot | None, definitions: str, forgotten: Forgotten) -> Before | None:
    """Return what a build is compared with: the snapshot that is served, if it is still the one that was published."""
    if before is None or not snapshots.is_whole(before):
        return None
    gone = tuple(one for person in forgotten.pending for one in person.customer_ids)
    return Before(path=before.path, definitions_changed=before.definitions != definitions, gone=gone)


def _built(
    workspace: Workspace,
    path: Path,
    declared: Declared,
    files: Sequence[TakenIn],
    new: Sequence[TakenIn],
    tell: Progress,
    before: Before | None,
    run: Runner,
) -> _Told:
    try:
        with closing(open_build(path, temporary=workspace.staging)) as connection:
            tell(Progressed(chapter="build", doing="Putting the rows together", number=0, of=1))
            ready = [CastFile(file=file, folder=cast(workspace, file, declared)) for file in files]
            assemble(connection, ready, declared)
            told = _Told(
                ledger=tuple(_ledger(connection, {file.file_id for file in new})),
                rejections=tuple(_rejections(connection, {file.file_id for file in new})),
                notices=(
                    *refused_since(connection, before.path if before else None, files, declared),
                    *notices(connection, ready, declared),
                ),
            )
            build.build(connection, workspace, lambda step: tell(_progressed(step)), before, run)
            told = replace(told, notices=(*told.notices, *identity_notices(connection)))
            connection.execute("checkpoint")
    except (duckdb.Error, EngineError, BuildError) as error:
        if is_shortage(error):
            raise too_little_room("build", str(workspace.root)) from error
        if isinstance(error, BuildError):
            raise
        raise BuildError(
            f"the database refuses it: {str(error).splitlines()[0]}",
            where="the build",
            instead="If it says so again, delete raw/typed: it is made again",
        ) from error
    return told


def _of_rollback(workspace: Workspace) -> tuple[str, ...]:
    note = rollback.standing(workspace)
    return (note.sentence,) if note else ()


def _declared(workspace: Workspace) -> Declared:
    """Return what the workspace says of its exports; raise DeclarationErrors telling every mistake of every file with it."""
    try:
        return Declared.of(workspace)
    except (DeclarationError, DeclarationErrors):
        check_declarations(workspace)
        raise
    except duckdb.Error as error:  # the entities are read back from the database
        if is_shortage(error):
            raise too_little_room("read what is declared", str(workspace.root)) from error
        raise


def _ledger(connection: DuckDBPyConnection, files: set[str]) -> Iterator[LedgerLine]:
    for file_id, *values in connection.table("ledger").fetchall():
        if file_id in files:
            file_name, block, entity, is_primary, records, loaded_new, loaded_updated, rejected, duplicates, removed = values
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
                removed=removed,
            )


def _rejections(connection: DuckDBPyConnection, files: set[str]) -> Iterator[Rejection]:
    counted = (PROGRAM / "intake" / "count_rejections.sql").read_text(encoding="utf-8")
    for file_id, file_name, entity, column, reason, rows, line, value in connection.execute(counted).fetchall():
        if file_id in files:
            yield Rejection(
                file_name=file_name,
                column_name=column or "",
                reason=reason,
                rows=rows,
                first_line=line,
                first_value=masked_cell(value, entity, column),
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
