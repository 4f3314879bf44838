"""How the columns of a source were read: decided once by all values of a column, or declared, and kept in the registry.

A reading is "day first" or "month first" of dates, and "." or "," of the sign before the decimals of a number.
"""

import json
from dataclasses import dataclass, field
from pathlib import Path

from queries.errors import IntakeError, WorkspaceError
from queries.intake.manifest import listed, write_durably
from queries.workspace import Workspace

DATES, SIGNS = ("day first", "month first"), (".", ",")
SAYS = {"day first": "day first", "month first": "month first", ".": "with a decimal point", ",": "with a decimal comma"}
READINGS = "readings.json"
Told = dict[str, dict[str, tuple[str, str]]]


@dataclass(slots=True)
class Remembered:
    """By source and column: its reading, and the file that told it first."""

    told: Told = field(default_factory=dict)

    @classmethod
    def of(cls, workspace: Workspace) -> "Remembered":
        """Return what a workspace remembers; raise WorkspaceError when its file is damaged."""
        if not workspace.readings.exists():
            return cls._made_again(workspace)
        try:
            told = json.loads(workspace.readings.read_text(encoding="utf-8"))
            return cls({source: {name: (one[0], one[1]) for name, one in columns.items()} for source, columns in told.items()})
        except (OSError, ValueError, AttributeError, LookupError) as error:
            instead = "Remove it: it is made again from the exports in use"
            raise WorkspaceError("is damaged", where="registry/columns.json", instead=instead) from error

    @classmethod
    def _made_again(cls, workspace: Workspace) -> "Remembered":
        """Return what was decided when the files in use were cast."""
        made = cls()
        for file in listed(workspace):
            for folder in workspace.typed.glob(f"{file.file_id}-*"):
                made.learn(folder, file.file_name)
        return made

    def keep(self, workspace: Workspace) -> None:
        """Write it to the registry."""
        write_durably(workspace.readings, json.dumps(self.told, indent=1, sort_keys=True))

    def learn(self, folder: Path, file_name: str) -> None:
        """Add what was decided when a file was cast into a folder: the first word stands, unless sources.toml says another."""
        path = folder / READINGS
        decided = json.loads(path.read_text(encoding="utf-8")) if path.exists() else []
        for source, column, reading, is_declared in decided:
            columns = self.told.setdefault(source, {})
            if is_declared or column not in columns:
                columns[column] = (reading, file_name)

    def reading(self, source: str, column: str) -> tuple[str, str] | None:
        """Return the reading of a column and the file that told it, None before any file has."""
        return self.told.get(source, {}).get(column)

    def habit(self, source: str, column: str, readings: tuple[str, ...]) -> str:
        """Return the reading of a column, else the one that all other columns of its source have; empty when there is none."""
        columns = self.told.get(source, {})
        if column in columns:
            return columns[column][0]
        others = {reading for reading, _ in columns.values() if reading in readings}
        return others.pop() if len(others) == 1 else ""


@dataclass(slots=True)
class Choices:
    """What is decided while one file is cast; of a file that is new, nothing may contradict what is remembered."""

    remembered: Remembered
    file_name: str
    is_new: bool
    decided: list[tuple[str, str, str, bool]] = field(default_factory=list)

    def declared(self, source: str, column: str, reading: str) -> None:
        """Note what sources.toml says of a column."""
        self.decided.append((source, column, reading, True))

    def seen(self, source: str, column: str, reading: str) -> None:
        """Note what the values of a column say; raise IntakeError when an earlier file of the source said another."""
        before = self.remembered.reading(source, column)
        if self.is_new and before is not None and before[0] != reading:
            name = column.rpartition("/")[2]
            key = f'dates = "{reading}"' if reading in DATES else f'decimal = "{reading}"'
            raise IntakeError(
                f"{name} can be read {SAYS[reading]} only, and was read {SAYS[before[0]]} in {before[1]}",
                where=self.file_name,
                instead=f"Export it as before, or write {key} under [{source}] in sources.toml for all its files",
            )
        self.decided.append((source, column, reading, False))

    def unclear(self, source: str, column: str, readings: tuple[str, ...]) -> str:
        """Return the reading that a column which can be read two ways gets by what is remembered; empty when nothing is."""
        decided = {reading for told, _, reading, _ in self.decided if told == source and reading in readings}
        reading = self.remembered.habit(source, column, readings) or (decided.pop() if len(decided) == 1 else "")
        if reading:
            self.decided.append((source, column, reading, False))
        return reading

    def write(self, folder: Path) -> None:
        """Write what was decided beside the typed rows."""
        (folder / READINGS).write_text(json.dumps(self.decided, indent=1), encoding="utf-8")
