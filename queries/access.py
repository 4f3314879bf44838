"""`cx access-request`: everything that a workspace holds about one person, row by row, unmasked."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from duckdb import DuckDBPyConnection
from sqlglot import exp

from queries import snapshots
from queries.clock import utc_now
from queries.errors import WorkspaceError
from queries.forget import below, mentions_of
from queries.intake import manifest
from queries.intake.contract import contract
from queries.intake.database import connect
from queries.intake.expressions import any_of, is_one_of, named, sql, word
from queries.intake.forgotten import Forgotten, Person
from queries.intake.strike import PARENTS, records_of
from queries.intake.take_in import Declared
from queries.registry import registry_file
from queries.workspace import Workspace, alone

Rows = Sequence[Mapping[str, Any]]
SECRET = b"asked for, not kept"
PLACES = ("customer_id", "account_id", "old_customer_id", "referred_by_customer_id", "company_customer_id")


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """Everything held about one person.

    exported: by file, the records as it told them.   told: by entity, the rows with their source, file and line.   reckoned: by
    table, what was worked out: identity, segments, promises, clocks, hold reasons.   kept: the registry.   named_in: other files.
    unsearched: those of which nobody can say.
    """

    customer_id: str
    asked_at: datetime
    exported: Mapping[str, Rows]
    told: Mapping[str, Rows]
    reckoned: Mapping[str, Rows]
    kept: Mapping[str, Rows]
    named_in: tuple[str, ...]
    unsearched: tuple[str, ...]

    @property
    def parts(self) -> Mapping[str, Mapping[str, Rows]]:
        """Its tables, by what they are."""
        return {"exported": self.exported, "told": self.told, "reckoned": self.reckoned, "kept": self.kept}

    @property
    def rows(self) -> int:
        """How many rows there are in all."""
        return sum(len(rows) for part in self.parts.values() for rows in part.values())


def everything_about(workspace: Workspace, customer_id: str, person: Person) -> Held:
    """Return everything held about a person; raise WorkspaceError when nothing was loaded, WorkspaceBusy during a load."""
    with alone(workspace):
        current = snapshots.current(workspace)
        if current is None:
            raise WorkspaceError("nothing has been loaded yet", where=str(workspace.root), instead="Load exports first")
        with connect(current.path, read_only=True) as connection:
            told = {name: rows for name, rows in _told(connection, person) if rows}
            reckoned = {name: rows for name, rows in _reckoned(connection, person) if rows}
        mentions = mentions_of(workspace, person)
        return Held(
            customer_id=customer_id,
            asked_at=utc_now(),
            exported={name: rows for name, rows in _exported(workspace, person) if rows},
            told=told,
            reckoned=reckoned,
            kept={name: rows for name, rows in _kept(workspace, person) if rows},
            named_in=below(workspace, mentions.named),
            unsearched=below(workspace, (*mentions.closed, *mentions.unsearched)),
        )


def _told(connection: DuckDBPyConnection, person: Person) -> Iterator[tuple[str, Rows]]:
    """Yield the rows of every entity: those of the person's own, and what hangs on them."""
    theirs = is_one_of(named("customer_id"), person.customer_ids)
    owned: dict[str, Rows] = {}
    for name in contract():
        own = (
            exp.select(named("row_id"))
            .from_("customer_of")
            .where(exp.and_(exp.EQ(this=named("entity"), expression=word(name)), theirs))
        )
        condition: exp.Expr = exp.In(this=named("row_id"), query=own.subquery())
        if name in PARENTS:
            parent, column = PARENTS[name]
            keys = [f"{row['source']}:{row[column]}" for row in owned.get(parent, ()) or _of(connection, parent, person)]
            joined = exp.DPipe(
                this=exp.DPipe(this=named("source"), expression=word(":"), safe=False), expression=named(column), safe=False
            )
            condition = is_one_of(joined, keys) if keys else exp.false()
        owned[name] = _rows(connection, name, condition)
        if name != "properties":
            yield name, owned[name]
    subjects = [f"{name} {row['row_id']}" for name, rows in owned.items() for row in rows]
    joined = exp.DPipe(
        this=exp.DPipe(this=named("subject_kind"), expression=word(" "), safe=False), expression=named("subject_id"), safe=False
    )
    yield "properties", _rows(connection, "properties", is_one_of(joined, subjects) if subjects else exp.false())


def _of(connection: DuckDBPyConnection, entity: str, person: Person) -> Rows:
    theirs = exp.and_(exp.EQ(this=named("entity"), expression=word(entity)), is_one_of(named("customer_id"), person.customer_ids))
    own = exp.select(named("row_id")).from_("customer_of").where(theirs)
    return _rows(connection, entity, exp.In(this=named("row_id"), query=own.subquery()))


def _reckoned(connection: DuckDBPyConnection, person: Person) -> Iterator[tuple[str, Rows]]:
    """Yield the rows of every other table that names the person by an id, a record or a key."""
    names = sorted(name for (name,) in connection.sql("show tables").fetchall() if name not in contract())
    for name in names:
        columns = connection.table(name).columns
        conditions = [is_one_of(named(column), person.customer_ids) for column in PLACES if column in columns]
        conditions += [
            is_one_of(named(column), person.keys) for column in ("node_key", "other_key", "key", "email_key") if column in columns
        ]
        if conditions:
            yield name, _rows(connection, name, any_of([one for one in conditions if one.expressions]))


def _exported(workspace: Workspace, person: Person) -> Iterator[tuple[str, Rows]]:
    """Yield, by file, the records of the raw files that tell of the person, in whatever version."""
    declared = Declared.of(workspace)
    looked = Forgotten(secret=SECRET)
    looked = Forgotten(secret=SECRET, hashes=frozenset(map(looked.hash_of, (*person.keys, *person.things))))
    for file in manifest.listed(workspace):
        rows, _ = records_of(workspace, declared.raw_file(file, file.raw_path(workspace)), looked)
        yield file.file_name, [{"file": file.file_name, "line": row.pop("@line"), **_told_cells(row)} for row in rows]


def _told_cells(row: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if value is not None or not name.startswith("@")}


def _kept(workspace: Workspace, person: Person) -> Iterator[tuple[str, Rows]]:
    path = registry_file(workspace)
    if path.exists():
        with connect(threads=1) as connection:
            connection.read_parquet(str(path)).create_view("registry")
            yield "registry", _rows(connection, "registry", is_one_of(named("customer_id"), person.customer_ids))


def _rows(connection: DuckDBPyConnection, table: str, condition: exp.Expr) -> list[dict[str, Any]]:
    found = connection.table(table).filter(sql(condition))
    names = found.columns
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]
