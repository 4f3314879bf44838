"""One raw file being cast, and one block of it with the cells that the file can fill."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from duckdb import DuckDBPyConnection
from sqlglot import exp

from queries.intake.contract import Column, Entity, contract
from queries.intake.expressions import named, sql
from queries.intake.reading import Reading
from queries.intake.recognise import plain
from queries.intake.remembered import Remembered
from queries.intake.source import Block, Cell, Habits, Source
from queries.intake.told import Header, can_be_told, header_of, without_absent
from queries.intake.typed import TOLD

CHEAP = {"nullif", "trim", "coalesce", "folded", "lower", "starts_with"}
PROPERTY, UNFOLD, FAULT = "property:", "@properties", "@fault"
SOURCE_TOLD = TOLD + "source"


@dataclass(frozen=True, slots=True, kw_only=True)
class RawFile:
    """One file that was read: what it is called, when it was written, and what it was recognised as.

    `remembered` is how the columns of its source were read before; a file that `is_new` may not contradict it.
    """

    file_id: str
    name: str
    path: Path
    file_time: datetime
    reading: Reading
    source: Source
    zone: str
    default_source: str
    habits: Mapping[str, Habits]
    remembered: Remembered = field(default_factory=Remembered)
    is_new: bool = False

    @property
    def time_text(self) -> str:
        """The file's own time in UTC, to the second."""
        return self.file_time.strftime("%Y-%m-%dT%H:%M:%SZ")


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """One block being cast, the entity it feeds, and the cells that the file's header can fill."""

    raw: RawFile
    block: Block
    entity: Entity
    header: Header
    number: int

    def key(self, column: str) -> str:
        """Return the name under which a column's reading is remembered."""
        return f"{self.raw.source.source_id}/{self.block.name}/{column}"

    @property
    def columns(self) -> Sequence[tuple[Column, Cell]]:
        """The entity's columns that the block tells."""
        return [(column, self.block.columns[column.name]) for column in self.entity.told if column.name in self.block.columns]


def header_in(raw: RawFile) -> Header:
    """Return the header of a file that was read."""
    return header_of(raw.source, raw.reading.headers, raw.time_text, raw.name)


def targets(raw: RawFile) -> Iterator[Target]:
    """Yield the blocks that a file can feed."""
    header = header_in(raw)
    for number, block in enumerate(raw.source.blocks):
        if can_be_told(block, header):
            told = _with_declared(without_absent(block, header), raw)
            yield Target(raw=raw, block=told, entity=contract()[block.entity], header=header, number=number)


def _with_declared(block: Block, raw: RawFile) -> Block:
    """Return a primary block with the further headers that sources.toml switches on as properties."""
    habits = raw.habits.get(raw.default_source)
    if not block.primary or habits is None or raw.source.is_import_format:
        return block
    by_plain = {plain(header): header for header in reversed(raw.reading.headers)}
    taken = {plain(name) for name in block.properties}
    sensitive = {plain(name) for name in habits.sensitive}
    more = {
        name: Cell(columns=(by_plain[plain(name)],), sensitive=plain(name) in sensitive)
        for name in habits.properties
        if plain(name) in by_plain and plain(name) not in taken
    }
    return replace(block, properties={**block.properties, **more})


def sources_in(connection: DuckDBPyConnection) -> list[str]:
    """Return the sources that the rows being cast name."""
    return [source for (source,) in connection.table("told_rows").select(sql(named(SOURCE_TOLD))).distinct().fetchall()]


def habits_in(connection: DuckDBPyConnection, target: Target) -> Habits:
    """Return what sources.toml says of the one source of a file; of the format's own source when rows name several."""
    sources = sources_in(connection)
    source = sources[0] if len(sources) == 1 else target.raw.default_source
    return target.raw.habits.get(source) or Habits(source=source)


def make(connection: DuckDBPyConnection, name: str, rows: exp.Expr) -> None:
    """Make a table of what a query returns."""
    connection.execute(sql(exp.Create(this=exp.to_table(name), kind="TABLE", expression=rows, replace=True)))


def is_plain(rows: exp.Expr) -> bool:
    """Return whether a query takes cells as they are, a row from each row: then it is as cheap to run again as to keep."""
    whole = isinstance(rows, exp.Select) and not any(rows.find_all(exp.Window, exp.Subquery))
    return whole and {function.name.lower() for function in rows.find_all(exp.Anonymous)} <= CHEAP


def show(connection: DuckDBPyConnection, name: str, rows: exp.Expr, *, once: bool) -> None:
    """Let a name stand for what a query returns: worked out once and kept, or again by whoever reads it."""
    if once:
        make(connection, f"{name}_kept", rows)
        rows = exp.select("*").from_(f"{name}_kept")
    connection.execute(sql(exp.Create(this=exp.to_table(name), kind="VIEW", expression=rows, replace=True)))


def statements(name: str) -> str:
    """Return the statements of an .sql file of the intake."""
    return (Path(__file__).parent / name).read_text(encoding="utf-8")
