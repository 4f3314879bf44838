"""One raw file being cast, and one block of it with the cells that the file can fill."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from duckdb import DuckDBPyConnection
from sqlglot import exp

from queries.intake.contract import Column, Entity, contract
from queries.intake.expressions import named, sql
from queries.intake.reading import Reading
from queries.intake.source import Block, Cell, Habits, Source
from queries.intake.told import Header, can_be_told, header_of, without_absent
from queries.intake.typed import TOLD

PROPERTY, UNFOLD, FAULT = "property:", "@properties", "@fault"
SOURCE_TOLD = TOLD + "source"


@dataclass(frozen=True, slots=True, kw_only=True)
class RawFile:
    """One file that was read: what it is called, when it was written, and what it was recognised as."""

    file_id: str
    name: str
    path: Path
    file_time: datetime
    reading: Reading
    source: Source
    zone: str
    default_source: str
    habits: Mapping[str, Habits]

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

    @property
    def columns(self) -> Sequence[tuple[Column, Cell]]:
        """The entity's columns that the block tells."""
        return [(column, self.block.columns[column.name]) for column in self.entity.told if column.name in self.block.columns]


def targets(raw: RawFile) -> Iterator[Target]:
    """Yield the blocks that a file can feed."""
    header = header_of(raw.source, raw.reading.headers, raw.time_text, raw.name)
    for number, block in enumerate(raw.source.blocks):
        if can_be_told(block, header):
            yield Target(
                raw=raw, block=without_absent(block, header), entity=contract()[block.entity], header=header, number=number
            )


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


def statements(name: str) -> str:
    """Return the statements of an .sql file of the intake."""
    return (Path(__file__).parent / name).read_text(encoding="utf-8")
