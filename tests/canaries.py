"""Looks for the traces of a person in every byte of a folder, with none of the product's code: also in what is packed, and in databases."""

import gzip
import io
import json
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import duckdb


def traces(folder: Path, canaries: Sequence[str]) -> list[tuple[str, str]]:
    """Every file below a folder with every canary in its name or its bytes, whatever their case, as text of one or two bytes a letter."""
    found = []
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        whole = b"\n".join([path.name.encode(), *_unpacked(path.read_bytes()), *_told(path)]).lower()
        found += [
            (path.relative_to(folder).as_posix(), one)
            for one in canaries
            if any(one.lower().encode(encoding) in whole for encoding in ("utf-8", "utf-16-le", "utf-16-be"))
        ]
    return found


def _unpacked(data: bytes) -> Iterator[bytes]:
    yield data
    if data.startswith(b"\x1f\x8b"):
        yield from _unpacked(gzip.decompress(data))
    if zipfile.is_zipfile(io.BytesIO(data)):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for member in archive.infolist():
                yield member.filename.encode()
                if not member.flag_bits & 1:
                    yield from _unpacked(archive.read(member))


def _told(path: Path) -> Iterator[bytes]:
    """Yield every row of every table in a Parquet file or a database."""
    with duckdb.connect() as connection:
        if path.suffix == ".parquet":
            tables = [connection.read_parquet(str(path))]
        elif path.suffix == ".duckdb":
            connection.execute(f"attach '{path}' as found (read_only)")
            listed = "select table_name from duckdb_tables() where database_name = 'found'"
            tables = [connection.table(f"found.main.{name}") for (name,) in connection.execute(listed).fetchall()]
        else:
            return
        for table in tables:
            yield json.dumps(table.fetchall(), default=str, ensure_ascii=False).encode()
