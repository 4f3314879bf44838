"""The one way from a question to the rows: a policy's views over the current snapshot, one cursor per call, limits, one figure.

A process opens the snapshot lazily, read-only, into a locked-down in-memory database; when the pointer moves it opens the
new one and closes the old after its last reader. A `Reading` keeps one snapshot for as long as it lasts.
"""

import re
import threading
import weakref
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any, Final, TypeVar, cast

import duckdb
import numpy as np
from numpy.typing import NDArray

from queries.dimension import AGENT
from queries.errors import DeclarationError, QuestionError, SnapshotError
from queries.fact import fact_columns, keyed_entities
from queries.figure import figure_of, figure_parameters, figure_text
from queries.nameless import REDACTED, pads_of
from queries.policy import Policy
from queries.redaction import without_persons, words_of
from queries.temporary import OwnFolder
from queries.view import Hidden, ViewSpec, allowed_name, policy_statements, selection_query, view_statement
from queries.workspace import Workspace

LISTED = "list"
COUNTABLE = "See that counts is true or false, value a number and dated_by a moment"

MOST_MADE: Final = 64
MOST_PARSED: Final = 1024

T = TypeVar("T")
Row = dict[str, Any]
Columns = dict[str, NDArray[Any]]
Filters = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What one process, and one call, may use."""

    memory: str = "2GB"
    threads: int = 2
    spill: str = "10GB"
    seconds: float = 30.0
    rows: int = 200_000


class Warehouse:
    """The snapshots of one workspace, read by many threads."""

    def __init__(self, workspace: Workspace, limits: Limits, snapshot: str = "") -> None:
        self._workspace = workspace
        self._limits = limits
        self._only = snapshot
        self._lock = threading.Lock()
        self._opened: _Snapshot | None = None

    @classmethod
    def open(cls, workspace: Workspace, limits: Limits | None = None) -> "Warehouse":
        """Returns the warehouse of a workspace; nothing is opened until the first reading."""
        return cls(workspace, limits or Limits())

    def at(self, snapshot: str) -> "Warehouse":
        """Returns a warehouse of the same workspace that stays at one snapshot, wherever the pointer leads."""
        return Warehouse(self._workspace, self._limits, snapshot)

    @property
    def workspace(self) -> Workspace:
        """The workspace whose snapshots these are."""
        return self._workspace

    @property
    def snapshot(self) -> str:
        """The id of the current snapshot; raises SnapshotError when nothing has been loaded yet."""
        return self._path().stem

    @contextmanager
    def reading(self, policy: Policy) -> "Iterator[Reading]":
        """Gives one snapshot under one policy, unchanged until the reading ends."""
        snapshot = self._held()
        try:
            yield Reading(snapshot, policy, self._limits)
        finally:
            self._release(snapshot)

    def run(
        self,
        figure: str,
        policy: Policy,
        view: ViewSpec | None = None,
        where: Filters | None = None,
        split: Sequence[str] = (),
        **parameters: Any,
    ) -> list[Row]:
        """Runs one named figure on the current snapshot; see Reading.run."""
        with self.reading(policy) as reading:
            return reading.run(figure, view, where, split, **parameters)

    def close(self) -> None:
        """Closes the snapshot after its last reader."""
        with self._lock:
            old, self._opened = self._opened, None
            if old:
                old.is_retired = True
                old.close_when_unread()

    def _path(self) -> Path:
        return self._workspace.snapshots / f"{self._only}.duckdb" if self._only else current_snapshot(self._workspace)

    def _held(self) -> "_Snapshot":
        while True:
            path = self._path()
            try:
                return self._held_at(path)
            except SnapshotError:
                if self._path() == path:
                    raise
                # the pointer moved on, and the snapshot went, between reading the one and opening the other

    def _held_at(self, path: Path) -> "_Snapshot":
        with self._lock:
            if self._opened is None or self._opened.path != path:
                fresh = _Snapshot(path, self._limits, self._workspace)
                if self._opened:
                    self._opened.is_retired = True
                    self._opened.close_when_unread()
                self._opened = fresh
            self._opened.readers += 1
            return self._opened

    def _release(self, snapshot: "_Snapshot") -> None:
        with self._lock:
            snapshot.readers -= 1
            snapshot.close_when_unread()


class Reading:
    """One snapshot under one policy: runs figures, and tells what there is to ask of."""

    def __init__(self, snapshot: "_Snapshot", policy: Policy, limits: Limits) -> None:
        self._snapshot = snapshot
        self._policy = policy
        self._limits = limits

    @property
    def snapshot(self) -> str:
        """The snapshot's id."""
        return self._snapshot.path.stem

    @property
    def tables(self) -> Mapping[str, Sequence[str]]:
        """The columns of every table of the snapshot."""
        return self._snapshot.tables

    @property
    def newest(self) -> datetime | None:
        """Until when the entity that is known furthest is known."""
        return max(self._snapshot.known_until.values(), default=None)

    @property
    def small_teams(self) -> Sequence[str]:
        """The teams that are too small to be told apart."""
        return self._snapshot.hidden.teams

    def as_of(self, entities: Sequence[str]) -> datetime | None:
        """Returns until when all of these entities are known: the earliest of them that any source feeds."""
        known = self._snapshot.known_until
        return min((known[entity] for entity in entities if entity in known), default=None)

    def run(
        self,
        figure: str,
        view: ViewSpec | None = None,
        where: Filters | None = None,
        split: Sequence[str] = (),
        **parameters: Any,
    ) -> list[Row]:
        """Runs queries/figures/<figure>.sql and returns its rows.

        view: the metric whose rows it reads as `selected_rows`, filtered by `where` (values by column; under LISTED the name of
        kept customers) and with the columns of `split` as split_1 and split_2.   parameters: the values it binds; those it does
        not name are left out.
        Raises QuestionError when it takes too long or returns too many rows.
        """
        return self._ran(figure, view, where, split, parameters, _rows)

    def columns(
        self,
        figure: str,
        view: ViewSpec | None = None,
        where: Filters | None = None,
        split: Sequence[str] = (),
        **parameters: Any,
    ) -> Columns:
        """Runs a figure like `run`, for a model that reckons with all of its rows: an array per column, however many rows."""
        return self._ran(figure, view, where, split, parameters, _columns)

    def once(self, place: tuple[Hashable, ...], make: Callable[[], T]) -> T:
        """Returns what `make` works out, once per snapshot, policy and place: who asks meanwhile waits for the first one.

        The oldest is forgotten when there are too many. What `make` raises is raised to all who wait, and not kept.
        """
        return self._snapshot.once((self._policy.key, *place), make)

    def _ran(
        self, figure: str, view: ViewSpec | None, where: Filters | None, split: Sequence[str], parameters: Mapping[str, Any],
        fetch: Callable[[duckdb.DuckDBPyConnection, Limits], T],
    ) -> T:  # fmt: skip
        cursor = self._snapshot.cursor(self._policy)
        try:
            text, bound = figure_text(figure), {name: parameters[name] for name in figure_parameters(figure) & parameters.keys()}
            if view:
                self._snapshot.make_view(view, self._policy)
                text, bound = figure_of(figure, _selection(view, where or {}, split)), bound | _allowed(where or {})
            return _fetched(cursor, _parsed(text), bound, self._limits, fetch)
        except DeclarationError as error:
            raise self._of_another_version(view) or error from error.__cause__
        except duckdb.Error as error:
            if view is None or isinstance(error, (duckdb.FatalException, duckdb.InternalException, duckdb.IOException)):
                raise
            raise self._not_worked_out(error, view) from error
        finally:
            cursor.close()

    def _of_another_version(self, view: ViewSpec | None) -> QuestionError | None:
        """Returns what to say when the snapshot's fact has not the columns that this version makes, else None."""
        if view is None or set(fact_columns(view.fact)) <= set(self.tables.get(view.fact, ())):
            return None
        what = "what was loaded was made by another version of this program"
        return QuestionError(what, where=f"definition {view.metric_id}", instead="Make it anew. Run: cx load")

    def _not_worked_out(self, error: duckdb.Error, view: ViewSpec) -> QuestionError:
        """Returns what to say of a question that the database refuses: the snapshot is another version's, or the definition wrong."""
        is_missing = isinstance(error, (duckdb.BinderException, duckdb.CatalogException))
        told = QuestionError(_without_values(error), where=f"definition {view.metric_id}", instead=COUNTABLE)
        return (is_missing and self._of_another_version(view)) or told

    def constant(self, figure: str, view: ViewSpec | None = None, split: Sequence[str] = (), **parameters: Any) -> list[Row]:
        """Returns the rows of a figure that takes no filters, of all or of a metric's rows, run once per snapshot and policy."""
        kept = self._snapshot.constants
        place = (self._policy.key, figure, view, tuple(split), tuple(sorted(parameters.items())))
        if place not in kept:
            kept[place] = self.run(figure, view, None, split, **parameters)
        return kept[place]

    def size(self, table: str) -> int:
        """Returns how many rows a table of the snapshot has, those hidden by the policy included."""
        return self._snapshot.sizes.get(table, 0)

    def names(self, table: str, column: str) -> tuple[str, ...]:
        """Returns the texts that a column of a table ever has, looked up once per snapshot and policy."""
        kept, place = self._snapshot.names, (self._policy.key, table, column)
        if place not in kept:
            cursor = self._snapshot.cursor(self._policy)
            try:
                text = duckdb.ColumnExpression(column).cast("VARCHAR")
                found = cursor.table(table).select(text.alias("name")).distinct().order("name").fetchall()
            finally:
                cursor.close()
            kept[place] = tuple(name for (name,) in found if name is not None)
        return kept[place]

    @property
    def name_words(self) -> frozenset[str]:
        """The words of all customers' names, in small letters, whatever the policy hides: none of them is to be told."""
        return self._snapshot.name_words()

    def kept(self, key: str) -> str | None:
        """Returns the name under which customers were kept by this key, for where = {LISTED: (name,)}, or None."""
        return self._snapshot.lists.get((self._policy.key, key))

    def keep(self, key: str, customers: Iterable[str]) -> str:
        """Keeps customers for as long as the snapshot is open and returns their name, for where = {LISTED: (name,)}.

        Ids that were merged away lead to those that were kept, and a company brings its people; rows that the policy hides stay so.
        """
        return self._snapshot.keep_list(self._policy, key, sorted(set(customers)))

    def check_view(self, view: ViewSpec) -> None:
        """Makes a metric's view and reads no row of it; raises QuestionError when the snapshot cannot hold it."""
        cursor = self._snapshot.cursor(self._policy)
        try:
            self._snapshot.make_view(view, self._policy)
            cursor.table(view.name).limit(1).fetchall()
        except DeclarationError as error:
            raise self._of_another_version(view) or error from error.__cause__
        except duckdb.Error as error:
            raise self._not_worked_out(error, view) from error
        finally:
            cursor.close()


def _selection(view: ViewSpec, where: Filters, split: Sequence[str]) -> str:
    """Return the query of a metric's rows under filters; which values they allow is bound: see _allowed."""
    allowed = tuple((column, len(values)) for column, values in _filters(where))
    return selection_query(view.name, allowed, tuple(where.get(LISTED, ())), tuple(split))


def _allowed(where: Filters) -> dict[str, str]:
    return {
        allowed_name(place, number): value
        for place, (_, values) in enumerate(_filters(where))
        for number, value in enumerate(values)
    }


def _filters(where: Filters) -> list[tuple[str, Sequence[str]]]:
    return sorted((column, values) for column, values in where.items() if column != LISTED)


@dataclass(slots=True, eq=False, weakref_slot=True)
class _Snapshot:
    """One published database in a locked-down in-memory one; what it makes lazily is made under its own lock."""

    path: Path
    limits: Limits
    workspace: Workspace
    readers: int = 0
    is_retired: bool = False
    connection: duckdb.DuckDBPyConnection = field(init=False)
    tables: dict[str, tuple[str, ...]] = field(init=False)
    known_until: dict[str, datetime] = field(init=False)
    segmentation: str = field(init=False)
    hidden: Hidden = field(init=False)
    constants: dict[tuple[Any, ...], list[Row]] = field(default_factory=dict)
    lists: dict[tuple[str, str], str] = field(default_factory=dict)
    names: dict[tuple[str, str, str], tuple[str, ...]] = field(default_factory=dict)
    sizes: dict[str, int] = field(init=False)
    _spill: OwnFolder = field(init=False)
    _names: frozenset[str] | None = None
    _redacts: bool = False
    _made: set[str] = field(default_factory=set)
    _views: dict[tuple[str, str], ViewSpec] = field(default_factory=dict)
    _made_once: "dict[tuple[Hashable, ...], Future[Any]]" = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        self._spill = OwnFolder("spill")
        self.connection = _locked_down(self.path, self.limits, self._spill.path)
        self.tables = _tables(self.connection)
        self.sizes = _sizes(self.connection)
        self.known_until = _known_until(self.connection)
        self.segmentation = str(self.connection.table("snap.main.workspace_setting").select("segmentation").fetchall()[0][0])
        self.hidden = _hidden(self.connection, self.tables)

    def cursor(self, policy: Policy) -> duckdb.DuckDBPyConnection:
        with self._lock:
            if policy.key not in self._made:
                if not policy.names and not self._redacts:
                    self._let_redact()
                hidden = self.hidden if policy.names else replace(self.hidden, pads=pads_of(self.workspace))
                for statement in policy_statements(policy, self.tables, keyed_entities(), self.segmentation, hidden):
                    self.connection.execute(statement)
                self._made.add(policy.key)
            cursor = self.connection.cursor()
        cursor.execute(f"use {policy.key}")
        return cursor

    def _let_redact(self) -> None:
        """Gives the database the function by which it tells free text, before the first views that tell it so."""
        names, text = self._words_of_names(), duckdb.sqltypes.VARCHAR
        self.connection.create_function(REDACTED, lambda told: without_persons(told, names), [text], text)
        self._redacts = True
        weakref.finalize(self, self.connection.close)  # one that still has the function when the process ends is complained of

    def name_words(self) -> frozenset[str]:
        with self._lock:
            return self._words_of_names()

    def _words_of_names(self) -> frozenset[str]:
        if self._names is None:
            cursor = self.connection.cursor()
            try:
                held = [table for table in ("customers", "customer_records") if table in self.tables]
                tables = [cursor.table(f"snap.main.{table}").select("name") for table in held]
                self._names = words_of(name for table in tables for (name,) in table.distinct().fetchall() if name is not None)
            finally:
                cursor.close()
        return self._names

    def make_view(self, view: ViewSpec, policy: Policy) -> None:
        place = (policy.key, view.name)
        with self._lock:
            if self._views.get(place) == view:
                return
            if view.table not in self.tables:
                raise QuestionError(
                    f"this snapshot has no {view.table}", where=f"definition {view.metric_id}", instead="Load again"
                )
            self.connection.execute(view_statement(view, policy.key, self.tables[view.table]))
            self._views[place] = view

    def once(self, place: tuple[Hashable, ...], make: Callable[[], T]) -> T:
        with self._lock:
            promised = self._made_once.get(place)
            is_first = promised is None
            if promised is None:
                promised = self._made_once[place] = Future()
                while len(self._made_once) > MOST_MADE:
                    del self._made_once[next(iter(self._made_once))]
        if is_first:
            try:
                promised.set_result(make())
            except BaseException as error:  # whatever it is: the others must not wait for ever
                with self._lock:
                    self._made_once.pop(place, None)
                promised.set_exception(error)
        return cast(T, promised.result())

    def keep_list(self, policy: Policy, key: str, customers: list[str]) -> str:
        place = (policy.key, key)
        cursor = self.cursor(policy)
        try:
            with self._lock:
                name = self.lists.get(place) or f"list_{len(self.lists)}"
                if place not in self.lists:
                    cursor.execute(f"create or replace table {name} as\n{figure_text('listed')}", {"ids": customers})
                    self.lists[place] = name
        finally:
            cursor.close()
        return name

    def close_when_unread(self) -> None:
        if self.is_retired and self.readers == 0:
            self.connection.close()
            self._spill.remove()


def _locked_down(path: Path, limits: Limits, spill: Path) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect(":memory:")
    try:
        connection.execute(f"attach {_literal(str(path))} as snap (read_only)")
        connection.execute("set TimeZone = 'UTC'")
        for setting, value in (
            ("memory_limit", _literal(limits.memory)),
            ("threads", str(limits.threads)),
            ("temp_directory", _literal(str(spill))),
            ("max_temp_directory_size", _literal(limits.spill)),
            ("enable_external_access", "false"),
            ("lock_configuration", "true"),
        ):
            connection.execute(f"set {setting} = {value}")
    except duckdb.Error as error:
        connection.close()
        raise SnapshotError("the snapshot is missing or damaged", where=path.name, instead="Load again") from error
    return connection


def _tables(connection: duckdb.DuckDBPyConnection) -> dict[str, tuple[str, ...]]:
    of_snapshot = duckdb.ColumnExpression("database_name") == duckdb.ConstantExpression("snap")
    columns = connection.table_function("duckdb_columns").filter(of_snapshot)
    tables: dict[str, tuple[str, ...]] = {}
    for table, name in columns.order("table_name, column_index").select("table_name", "column_name").fetchall():
        tables[table] = (*tables.get(table, ()), name)
    return tables


def _sizes(connection: duckdb.DuckDBPyConnection) -> dict[str, int]:
    of_snapshot = duckdb.ColumnExpression("database_name") == duckdb.ConstantExpression("snap")
    rows = connection.table_function("duckdb_tables").filter(of_snapshot).select("table_name", "estimated_size").fetchall()
    return dict(rows)


def _known_until(connection: duckdb.DuckDBPyConnection) -> dict[str, datetime]:
    rows = connection.table("snap.main.entity_as_of").select("entity", "as_of").fetchall()
    return {entity: as_of for entity, as_of in rows if as_of is not None}


def _hidden(connection: duckdb.DuckDBPyConnection, tables: Mapping[str, Sequence[str]]) -> Hidden:
    small = connection.table("snap.main.small_team").select("team").order("team").fetchall() if "small_team" in tables else []
    dimensions = connection.table("snap.main.dimension").select("column_name").fetchall()
    return Hidden(teams=tuple(team for (team,) in small), shows_agents=(AGENT,) in dimensions)


@lru_cache(maxsize=MOST_PARSED)
def _parsed(text: str) -> duckdb.Statement:
    """Returns a figure's text as a statement, read once per process: reading it takes a quarter of a small answer's time."""
    (statement,) = duckdb.extract_statements(text)
    return statement


def _fetched(
    cursor: duckdb.DuckDBPyConnection, statement: duckdb.Statement, bound: Mapping[str, Any], limits: Limits,
    fetch: Callable[[duckdb.DuckDBPyConnection, Limits], T],
) -> T:  # fmt: skip
    watchdog = threading.Timer(limits.seconds, cursor.interrupt)
    watchdog.daemon = True
    watchdog.start()
    try:
        cursor.execute(statement, bound or None)
        return fetch(cursor, limits)
    except duckdb.InterruptException:
        raise QuestionError(f"This took longer than {limits.seconds:.0f} seconds", instead="Ask for a shorter period") from None
    finally:
        watchdog.cancel()


def _rows(cursor: duckdb.DuckDBPyConnection, limits: Limits) -> list[Row]:
    names = [column[0] for column in cursor.description or ()]
    rows = cursor.fetchmany(limits.rows + 1)
    if len(rows) > limits.rows:
        raise QuestionError(f"This returns more than {limits.rows:,} rows", instead="Ask for fewer")
    return [dict(zip(names, row, strict=True)) for row in rows]


def _columns(cursor: duckdb.DuckDBPyConnection, limits: Limits) -> Columns:
    return {name: _plain(column) for name, column in cursor.fetchnumpy().items()}


def _plain(column: NDArray[Any]) -> NDArray[Any]:
    """Returns a column as a plain array: NULL is not a number where there are numbers, else None."""
    if not np.ma.is_masked(column):
        return np.ma.getdata(column)
    return np.ma.filled(
        column.astype(np.float64 if column.dtype.kind in "iuf" else object), np.nan if column.dtype.kind in "iuf" else None
    )


def current_snapshot(workspace: Workspace) -> Path:
    """Returns the published snapshot that the workspace's pointer names; raises SnapshotError when there is none."""
    try:
        name = workspace.current.read_text(encoding="utf-8").strip()
    except FileNotFoundError:
        name = ""
    except (OSError, UnicodeDecodeError) as error:
        raise SnapshotError("the pointer cannot be read", where=str(workspace.current), instead="Load again") from error
    if not name:
        raise SnapshotError("nothing has been loaded yet", where=str(workspace.root), instead="Run: cx load YOUR_EXPORTS")
    return workspace.snapshots / (name if name.endswith(".duckdb") else f"{name}.duckdb")


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _without_values(error: Exception) -> str:
    """Return the start of what the database says, up to the first thing it quotes: that may be a person's data."""
    told = re.split(r"['\"]", str(error).splitlines()[0])[0].strip(" :,.")
    return f"cannot be worked out ({told})"
