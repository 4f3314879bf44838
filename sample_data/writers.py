"""Tables on their way to a file, and the account of what was put into them."""

import csv
import gzip
import io
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb

Row = list[str]


@dataclass(slots=True, kw_only=True)
class Table:
    """Rows of one export, with the truth of what must be refused and what repeats.

    `marks` maps the identity of a planted row to its story; `records` counts what a reader must find.
    """

    file: str
    entity: str
    source: str
    header: Row
    rows: list[Row]
    encoding: str = "utf-8"
    delimiter: str = ","
    above: tuple[Row, ...] = ()
    footer: str = ""
    notes: dict[str, Any] = field(default_factory=dict)
    refused: list[tuple[Row, str, str]] = field(default_factory=list)
    repeated: int = 0

    def plant(self, row: Row, column: str = "", why: str = "") -> Row:
        """Put a row somewhere in the middle; with a reason it is one that must be refused."""
        step = len(self.refused) + self.repeated + 1
        self.rows.insert(
            len(self.rows) * step % max(1, len(self.rows)) if len(self.rows) < 9 else len(self.rows) * step // (step + 7), row
        )
        if why:
            self.refused.append((row, column, why))
        return row

    def repeat(self, position: int) -> None:
        """Repeat a row exactly, right after itself."""
        self.rows.insert(position + 1, list(self.rows[position]))
        self.repeated += 1

    def column(self, name: str) -> int:
        """The position of a column."""
        return self.header.index(name)

    def truth(self) -> dict[str, Any]:
        """What a loader must find in the file."""
        places = {id(row): number for number, row in enumerate(self.rows, start=1)}
        return {
            "entity": self.entity,
            "source": self.source,
            "records": len(self.rows),
            "duplicates": self.repeated,
            "rejected": sorted(
                ({"record": places[id(row)], "column": column, "why": why} for row, column, why in self.refused),
                key=lambda bad: bad["record"],
            ),
            "encoding": self.encoding,
            "footer_lines": 1 if self.footer else 0,
            **self.notes,
        }


def _csv_text(table: Table) -> str:
    text = io.StringIO()
    writer = csv.writer(text, delimiter=table.delimiter, lineterminator="\n")
    writer.writerow(table.header)
    writer.writerows(table.above)
    writer.writerows(table.rows)
    return text.getvalue() + (table.footer + "\n" if table.footer else "")


def _json_text(table: Table) -> str:
    """One object a line; empty cells are left out, cells of a column called properties are objects."""
    return "".join(
        json.dumps(
            {name: _json_value(name, cell) for name, cell in zip(table.header, row, strict=True) if cell != ""},
            ensure_ascii=False,
        )
        + "\n"
        for row in table.rows
    )


def _json_value(name: str, cell: str) -> Any:
    if name == "properties":
        return json.loads(cell)
    return {"true": True, "false": False}.get(cell, cell)


def _write_parquet(table: Table, path: Path) -> None:
    with TemporaryDirectory() as folder, duckdb.connect(config={"threads": 1}) as connection:
        flat = Path(folder) / "rows.csv"
        flat.write_text(_csv_text(table), encoding="utf-8")
        connection.read_csv(str(flat), header=True, all_varchar=True, quotechar='"').write_parquet(str(path))


def write(table: Table, folder: Path) -> Path:
    """Write a table in the form that its file's name tells: .csv, .jsonl, .parquet, each also .gz but the last."""
    path = folder / table.file
    if ".parquet" in table.file:
        _write_parquet(table, path)
        return path
    text = _json_text(table) if ".jsonl" in table.file else _csv_text(table)
    write_bytes(path, text.encode(table.encoding))
    return path


def write_lines(path: Path, lines: Sequence[str]) -> None:
    """Write ready lines, unpacked or as .gz."""
    write_bytes(path, ("\n".join(lines) + "\n").encode() if lines else b"")


def write_bytes(path: Path, content: bytes) -> None:
    """Write bytes; a .gz carries neither a name nor a time, so that it is the same every time."""
    if path.suffix != ".gz":
        path.write_bytes(content)
        return
    with path.open("wb") as raw, gzip.GzipFile(filename="", mode="wb", fileobj=raw, mtime=0, compresslevel=5) as packed:
        packed.write(content)
