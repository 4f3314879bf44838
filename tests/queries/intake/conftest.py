"""The real intake on small real files: staged, parsed by the child process, cast, put together in a database in memory."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest

from queries.intake import manifest
from queries.intake.assembly import CastFile, assemble, notices
from queries.intake.database import connect
from queries.intake.declaration import habits_of, sources_of
from queries.intake.remembered import Remembered
from queries.intake.take_in import Declared, New, Refused, SeenBefore, cast, take_in
from queries.workspace import Workspace

NOW = datetime(2026, 11, 1, 12, 0)
Files = Mapping[str, str | bytes]


@dataclass
class Taken:
    """What became of some files: the database they made, the reasons of those refused, the names of those seen before."""

    connection: duckdb.DuckDBPyConnection
    refused: list[str] = field(default_factory=list)
    seen_before: list[str] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)

    def rows(self, table: str, *columns: str) -> list[tuple[Any, ...]]:
        """The columns of a table, in order."""
        return self.connection.table(table).select(*columns).order(", ".join(columns)).fetchall()

    def ledger(self) -> dict[str, tuple[int, ...]]:
        """By file and block: records, new, updated, rejected, duplicates."""
        counted = "records", "loaded_new", "loaded_updated", "rejected", "duplicates"
        return {f"{name}/{block}": tuple(rest) for name, block, *rest in self.rows("ledger", "file_name", "block", *counted)}

    def rejections(self) -> list[tuple[Any, ...]]:
        """The line, column and value of every rejected row."""
        return self.rows("rejected_rows", "source_line", "column_name", "value")


@dataclass
class Intake:
    """A workspace that takes files in, load after load."""

    workspace: Workspace
    folder: Path
    loads: int = 0
    opened: list[duckdb.DuckDBPyConnection] = field(default_factory=list)

    def declare(self, path: str, text: str) -> None:
        """Write a declaration of the workspace."""
        target = self.workspace.root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")

    def take(self, files: Files, now: datetime = NOW) -> Taken:
        """Take some files in, beside those taken in before."""
        self.loads += 1
        folder = self.folder / f"load {self.loads}"
        folder.mkdir()
        for name, content in files.items():
            (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())
        declared = Declared(
            sources=sources_of(self.workspace),
            habits=habits_of(self.workspace),
            zone=self.workspace.settings.zone,
            remembered=Remembered.of(self.workspace),
        )
        outcomes = list(take_in(self.workspace, sorted(folder.iterdir()), declared, now, lambda doing: None))
        new = [outcome.file for outcome in outcomes if isinstance(outcome, New)]
        all_files = [*manifest.listed(self.workspace), *new]
        manifest.write_list(self.workspace, [file.file_id for file in all_files])
        ready = [CastFile(file=file, folder=cast(self.workspace, file, declared)) for file in all_files]
        declared.remembered.keep(self.workspace)
        connection = connect()
        self.opened.append(connection)
        assemble(connection, ready, declared)
        return Taken(
            connection=connection,
            refused=[outcome.reason for outcome in outcomes if isinstance(outcome, Refused)],
            seen_before=[outcome.origin.name for outcome in outcomes if isinstance(outcome, SeenBefore)],
            notices=[f"{file.file_name}: {told}" for file in new for told in file.reading.notices]
            + list(notices(connection, ready, declared)),
        )


@pytest.fixture
def intake_in() -> Iterator[Callable[[Path], Intake]]:
    """Make a workspace in a folder."""
    all_made: list[Intake] = []

    def made(folder: Path) -> Intake:
        exports = folder / "exports"
        exports.mkdir()
        all_made.append(Intake(workspace=Workspace.create(folder / "workspace"), folder=exports))
        return all_made[-1]

    yield made
    for intake in all_made:
        for connection in intake.opened:
            connection.close()


@pytest.fixture
def intake(intake_in: Callable[[Path], Intake], tmp_path: Path) -> Intake:
    """A workspace of its own."""
    return intake_in(tmp_path)


@pytest.fixture
def take(intake: Intake) -> Callable[[Files], Taken]:
    """Take files into a workspace that declares nothing."""
    return intake.take
