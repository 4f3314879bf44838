"""Builds every table of a snapshot: what people declare, then the models in the order they need each other, then the checks."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

from queries.carried import Carried, carried_by, carried_dimensions, carrying, needing
from queries.completeness import tell_completeness
from queries.declarations import declare
from queries.engines.duckdb import (
    Connection,
    EngineError,
    count_rows,
    create_in_parts,
    create_table,
    drop_table,
    insert_rows,
    repeat_table,
    table_names,
    viewed,
)
from queries.errors import BuildError, did_you_mean
from queries.model import Model, in_order, read_header, read_model, read_models, unordered, ways_of
from queries.registry import keep_registry
from queries.restated import Before, compared_with
from queries.workspace import Workspace

CHECKS = Path(__file__).parent / "checks"
SEVERITIES = ("error", "warning", "note")


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One table made: which, how many of how many steps are done, its rows and the seconds it took."""

    name: str
    number: int
    of: int
    rows: int
    seconds: float


Progress = Callable[[Step], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One rule that data must keep; its query returns the rows that break it."""

    check_id: str
    severity: str
    sentence: str
    sql: str


class Runner(Protocol):
    """Makes the table of every model in a database that holds what they read: `run_models`, or another engine that does the same."""

    def __call__(
        self, connection: Connection, models: tuple[Model, ...], progress: Progress | None = None, carried: Sequence[Carried] = ()
    ) -> None: ...


def build(
    connection: Connection,
    workspace: Workspace,
    progress: Progress | None = None,
    before: Before | None = None,
    run: Runner | None = None,
) -> None:
    """Make all tables of a snapshot in a database that holds the entities; raise BuildError or DeclarationErrors.

    What the snapshot `before` had decided is compared with what is decided now. The customer ids are kept before the snapshot is
    published: an id too many in the registry harms nobody, one forgotten would.
    """
    declare(connection, workspace)
    with compared_with(connection, before):
        (run or run_models)(connection, read_models(), progress, carried_dimensions(connection))
    tell_completeness(connection)
    run_checks(connection, read_checks())
    keep_registry(connection, workspace)


def run_models(
    connection: Connection, models: tuple[Model, ...], progress: Progress | None = None, carried: Sequence[Carried] = ()
) -> None:
    """Make the table of every model, each after those it reads; facts of customers carry further columns beside their own.

    A model that is not kept is dropped as soon as nothing is left that reads it.
    """
    ordered = in_order([needing(model, carried) for model in models], table_names(connection))
    passing = _dropped_after(ordered)
    for number, model in enumerate(ordered, start=1):
        started = time.perf_counter()
        rows = run_model(connection, model, carried_by(model, carried))
        if progress:
            seconds = time.perf_counter() - started
            progress(Step(name=model.name, number=number, of=len(ordered), rows=rows, seconds=seconds))
        for table in passing.get(model.name, ()):
            drop_table(connection, table)


def _dropped_after(ordered: Sequence[Model]) -> Mapping[str, Sequence[str]]:
    """Return, by the name of a model, the tables that are not kept and that it is the last one to read."""
    last = {table: model.name for model in ordered for table in (model.name, *model.needs)}
    passing: dict[str, list[str]] = {}
    for model in ordered:
        if not model.is_kept:
            passing.setdefault(last[model.name], []).append(model.name)
    return passing


def run_model(connection: Connection, model: Model, carried: Sequence[Carried] = ()) -> int:
    """Make one model's table, with further columns where it carries any; return its number of rows."""
    try:
        if not carried and not model.worked_out:
            return _make(connection, model, model.sql)
        told = f"{model.name}_told"
        further = carrying(model, told, carried)
        if model.worked_out:
            with viewed(connection, told, unordered(model)):  # the further columns' joins mix up the order: it is made once, last
                return create_table(connection, model.name, further, worked_out=ways_of(model))
        # made first: its windows and the joins that follow do not fit into the memory together, and of a table its rows are known
        _make(connection, replace(model, name=told, is_kept=bool(model.in_parts)), unordered(model))
        rows = create_table(connection, model.name, further)
        drop_table(connection, told)
        return rows
    except EngineError as error:
        raise BuildError(f"the database refuses it: {error}", where=f"{model.path.parent.name}/{model.path.name}") from error


def _make(connection: Connection, model: Model, sql: str) -> int:
    if model.repeats:
        return repeat_table(connection, model.name, sql, model.starts_as)
    if model.in_parts:
        return create_in_parts(connection, model.name, sql, sorted(model.reads), model.in_parts)
    return create_table(connection, model.name, sql, is_kept=model.is_kept)


def read_checks(folder: Path = CHECKS) -> tuple[Check, ...]:
    """Return the checks of a folder; the file name is a check's id."""
    return tuple(_read_check(path) for path in sorted(folder.glob("*.sql")))


def run_checks(connection: Connection, checks: tuple[Check, ...]) -> None:
    """Count the rows that break each check into the table check_result."""
    try:
        results = [(check.check_id, check.severity, check.sentence, count_rows(connection, check.sql)) for check in checks]
    except EngineError as error:
        raise BuildError(f"a check cannot be run: {error}", where="checks") from error
    insert_rows(connection, "check_result", results)


def _read_check(path: Path) -> Check:
    sql = read_model(path).sql
    where = f"checks/{path.name}"
    header = read_header(sql, where)
    severity = header.get("severity", "")
    if severity not in SEVERITIES:
        raise BuildError(f'severity "{severity}" is not one', where=where, instead=did_you_mean(severity, SEVERITIES))
    if not header.get("sentence"):
        raise BuildError("has no sentence for people to read", where=where, instead="Add: -- sentence: …")
    return Check(check_id=path.stem, severity=severity, sentence=header["sentence"], sql=sql)
