"""Whether files in use are still read as they were: a declaration that is changed reads all of them anew."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from duckdb import DuckDBPyConnection

from queries.errors import DeclarationError
from queries.intake.database import connect
from queries.intake.manifest import TakenIn
from queries.intake.masking import masked_cell
from queries.intake.take_in import Declared
from queries.intake.target import statements


def refused_since(
    connection: DuckDBPyConnection, before: Path | None, files: Sequence[TakenIn], declared: Declared
) -> Iterator[str]:
    """Yield a sentence for each file of which more is refused than in the snapshot `before`.

    Raises DeclarationError for one of which nothing is read any more, unless its records are left out by a reason of their own.
    """
    if before is None:
        return
    with connect(before, read_only=True) as earlier:
        was = _counts(earlier)
    now = _counts(connection)
    for file in files:
        refused, read = now.get(file.file_id, (0, 0))
        refused_before, read_before = was.get(file.file_id, (refused, read))
        if refused <= refused_before:
            continue
        if read_before and not read:
            _check_left_out(connection, file, declared, refused)
        yield f"{file.file_name}: {refused:,} refused as it is declared now, {refused_before:,} before"


def _counts(connection: DuckDBPyConnection) -> dict[str, tuple[int, int]]:
    """Return, by file, how many of its records or rows were refused, and how many rows were read."""
    return {name: (refused, read) for name, refused, read in connection.execute(statements("refused_of_files.sql")).fetchall()}


def _check_left_out(connection: DuckDBPyConnection, file: TakenIn, declared: Declared, refused: int) -> None:
    source = declared.sources[file.reading.source_id]
    entity, column, value, reason = connection.execute(statements("first_refused.sql"), {"file_id": file.file_id}).fetchall()[0]
    if reason in {one.reason for one in source.leave_out}:
        return
    first = f'; the first has {column} "{masked_cell(value, entity, column)}": {reason}' if column else f"; the first: {reason}"
    what = f"reads none of the {refused:,} records of {file.file_name} any more{first.rstrip('.')}"
    raise DeclarationError(what, where=source.told_in, instead="Mend it: the last snapshot keeps serving")
