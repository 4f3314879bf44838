"""`python -m benchmarks.company SIZE FOLDER`: makes a company of so many interactions, builds it and publishes its snapshot.

Run in a process of its own, so that the memory told is that of the build alone; prints what it took as JSON.
"""

import json
import resource
import shutil
import subprocess
import sys
import time
from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import duckdb

from queries import build, snapshots
from queries.engines.duckdb import open_build
from queries.load import definitions_stamp
from queries.workspace import Workspace

HERE = Path(__file__).parent
QUERIES = HERE.parent / "queries"
PREPARED = QUERIES / "intake" / "assembly_tables.sql"
LEFT_OVER = QUERIES / "intake" / "drop_assembly_tables.sql"


def company(size: int, folder: Path) -> Mapping[str, Any]:
    """Returns what making the company took, as it was told when it was made; makes it where it is missing or outdated."""
    told = folder / "made.json"
    stamp = _stamp(size)
    if told.exists() and (found := json.loads(told.read_text()))["stamp"] == stamp:
        return dict(found)
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(HERE / "workspace", folder)
    made = subprocess.run(
        [sys.executable, "-m", "benchmarks.company", str(size), str(folder)], stdout=subprocess.PIPE, check=True
    )
    found = {**json.loads(made.stdout), "stamp": stamp}
    told.write_text(json.dumps(found, indent=1))
    return found


def make(size: int, workspace: Workspace) -> dict[str, Any]:
    """Fills the entities, builds every table, publishes; returns seconds, bytes and the dearest steps."""
    steps: list[tuple[float, str]] = []
    path = snapshots.new_build(workspace)
    with open_build(path, temporary=workspace.staging) as connection:
        filled = _timed(lambda: _fill(connection, size))
        built = _timed(lambda: build.build(connection, workspace, lambda step: steps.append((step.seconds, step.name))))
        connection.execute("checkpoint")
    snapshot = snapshots.publish(workspace, path, files=(), definitions=definitions_stamp(workspace), now=datetime(2026, 11, 1))
    return {
        "interactions": size,
        "fill_seconds": filled,
        "build_seconds": built,
        "cpu_seconds": time.process_time(),
        "peak_bytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024,
        "snapshot_bytes": snapshot.path.stat().st_size,
        "steps": {name: seconds for seconds, name in sorted(steps, reverse=True)},
    }


def _fill(connection: duckdb.DuckDBPyConnection, size: int) -> None:
    for path in (*sorted((QUERIES / "entities").glob("*.sql")), PREPARED):
        connection.execute(path.read_text(encoding="utf-8"))
    for statement in connection.extract_statements((HERE / "made_company.sql").read_text(encoding="utf-8")):
        named = {"interactions": size} if "interactions" in statement.named_parameters else None
        connection.execute(statement, named)
    connection.execute(LEFT_OVER.read_text(encoding="utf-8"))


def _timed(work: Any) -> float:
    begin = time.perf_counter()
    work()
    return time.perf_counter() - begin


def _stamp(size: int) -> str:
    made_of = [HERE / "made_company.sql", *sorted((HERE / "workspace").rglob("*.toml"))]
    text = "".join(path.read_text(encoding="utf-8") for path in made_of)
    return f"{size} {sha256(text.encode()).hexdigest()[:16]} {definitions_stamp(Workspace.at(HERE / 'workspace'))}"


if __name__ == "__main__":
    size_told, folder_told = sys.argv[1:]
    print(json.dumps(make(int(size_told), Workspace.create(folder_told))))
