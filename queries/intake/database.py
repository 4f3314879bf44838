"""Opens DuckDB for the loading process: bounded memory, two threads, times in UTC."""

from pathlib import Path

import duckdb

MEMORY = "3GB"
THREADS = 2


def exactly(path: Path) -> str:
    """Return a path as the database's readers take it: a name with brackets or stars is one file, not a pattern."""
    return "".join(f"[{letter}]" if letter in "[*?" else letter for letter in str(path))


def is_shortage(error: Exception) -> bool:
    """Return whether a statement failed for want of disk or memory: then neither a file nor a definition is to blame."""
    return isinstance(error, duckdb.OutOfMemoryException) or any(
        words in str(error) for words in ("No space left", "Out of Memory", "max_temp_directory_size")
    )


def connect(path: Path | None = None, *, spill: Path | None = None, threads: int = THREADS) -> duckdb.DuckDBPyConnection:
    """Open a database file, or one in memory; `spill` is the folder for what does not fit into memory."""
    connection = duckdb.connect(str(path) if path else ":memory:", config={"threads": threads, "memory_limit": MEMORY})
    connection.execute("set TimeZone = 'UTC'")
    if spill:
        connection.execute("set temp_directory = $folder", {"folder": str(spill)})
    return connection
