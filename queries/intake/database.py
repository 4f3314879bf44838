"""Opens DuckDB for the loading process: bounded memory, two threads, times in UTC."""

from pathlib import Path

import duckdb

from queries.errors import WorkspaceError

MEMORY = "3GB"
THREADS = 2


def exactly(path: Path) -> str:
    """Return a path as the database's readers take it: a name with brackets or stars is one file, not a pattern."""
    return "".join(f"[{letter}]" if letter in "[*?" else letter for letter in str(path))


def is_full(error: Exception) -> bool:
    """Return whether a statement failed because the disk takes no more."""
    words = ("No space left", "Disk quota exceeded", "File too large", "Input/output error", "max_temp_directory_size")
    return any(said in str(error) for said in words)


def is_shortage(error: Exception) -> bool:
    """Return whether a statement failed for want of disk or memory: then neither a file nor a definition is to blame."""
    return isinstance(error, duckdb.OutOfMemoryException) or "Out of Memory" in str(error) or is_full(error)


def too_little_room(doing: str, where: str) -> WorkspaceError:
    """Return what to say of a shortage."""
    what = f"the machine has too little room, on disk or in memory, to {doing}"
    return WorkspaceError(what, where=where, instead="Free some; the last snapshot keeps serving")


def connect(
    path: Path | None = None, *, spill: Path | None = None, threads: int = THREADS, read_only: bool = False
) -> duckdb.DuckDBPyConnection:
    """Open a database file, or one in memory; `spill` is the folder for what does not fit into memory."""
    limits: dict[str, str | bool | int | float | list[str]] = {"threads": threads, "memory_limit": MEMORY}
    connection = duckdb.connect(str(path) if path else ":memory:", read_only=read_only, config=limits)
    connection.execute("set TimeZone = 'UTC'")
    if spill:
        connection.execute("set temp_directory = $folder", {"folder": str(spill)})
    return connection
