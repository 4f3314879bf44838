"""What the snapshot before had decided, laid beside the build: what is decided otherwise now is listed, and never changed unseen."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from queries.engines.duckdb import Connection, beside, column_types, insert_rows

TAKEN_FROM: Final[Mapping[str, tuple[str, str]]] = {
    "clock_before": ("fct_promise", "is_decided"),
    "restatement_before": ("fct_restatement", ""),
    "file_before": ("files", ""),
}
"""The tables of a build by the table of the snapshot before they are taken from, and the column that marks which of its rows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Before:
    """The snapshot that is served while the next one is built, and whether the definitions are others now.

    gone: customers who asked to be forgotten, of whom nothing is taken over.
    """

    path: Path
    definitions_changed: bool
    gone: tuple[str, ...] = ()


@contextmanager
def compared_with(connection: Connection, before: Before | None) -> Iterator[None]:
    """Let the names of TAKEN_FROM stand for the rows of the snapshot before; without one they stay empty tables.

    A table that an earlier version of the program did not make, or not with all that is needed, stays empty, too.
    """
    if before is None:
        yield
        return
    insert_rows(connection, "build_before", [(before.definitions_changed,)])
    wanted = {table: (taken, marked, tuple(column_types(connection, table))) for table, (taken, marked) in TAKEN_FROM.items()}
    with beside(connection, before.path, wanted, before.gone):
        yield
