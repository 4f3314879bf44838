"""`python -m benchmarks.company SIZE FOLDER MADE`: makes a company of that size, builds it and publishes its snapshot.

Run in a process of its own, so that the memory told is that of the build alone; prints what it took as JSON.
"""

import json
import resource
import shutil
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

import duckdb

from queries import build, snapshots
from queries.engines.duckdb import open_build
from queries.stamp import definitions_stamp
from queries.workspace import Workspace

HERE = Path(__file__).parent
QUERIES = HERE.parent / "queries"
PREPARED = QUERIES / "intake" / "assembly_tables.sql"
BEFORE = "before the first step"
LEFT_OVER = QUERIES / "intake" / "drop_assembly_tables.sql"


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """How a company is made: the SQL that fills its entities, the name of its size there, and what it declares."""

    sql: str
    size: str
    workspace: str


COMPANY: Final = "company"
HELP_DESK: Final = "help desk"
MADE: Final = {
    COMPANY: Made(sql="made_company.sql", size="interactions", workspace="workspace"),
    HELP_DESK: Made(sql="made_help_desk.sql", size="cases", workspace="help_desk"),
}


def company(size: int, folder: Path, made: str = COMPANY) -> Mapping[str, Any]:
    """Returns what making the company took, as it was told when it was made; makes it where it is missing or outdated."""
    told = folder / "made.json"
    stamp = _stamp(size, MADE[made])
    if told.exists() and (found := json.loads(told.read_text()))["stamp"] == stamp:
        return dict(found)
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(HERE / MADE[made].workspace, folder)
    command = [sys.executable, "-m", "benchmarks.company", str(size), str(folder), made]
    found = {**json.loads(subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout), "stamp": stamp}
    told.write_text(json.dumps(found, indent=1))
    return found


def make(size: int, workspace: Workspace, made: Made) -> dict[str, Any]:
    """Fills the entities, builds every table, publishes; returns seconds, bytes and the dearest steps."""
    steps: list[tuple[float, str]] = []
    cpu: dict[str, float] = {}

    def note(step: build.Step) -> None:
        steps.append((step.seconds, step.name))
        cpu[step.name] = time.process_time() - sum(cpu.values())

    path = snapshots.new_build(workspace)
    with open_build(path, temporary=workspace.staging) as connection:
        filled = _timed(lambda: _fill(connection, size, made))
        cpu[BEFORE] = time.process_time()
        built = _timed(lambda: build.build(connection, workspace, note))
        connection.execute("checkpoint")
    snapshot = snapshots.publish(workspace, path, files=(), definitions=definitions_stamp(workspace), now=datetime(2026, 11, 1))
    return {
        made.size: size,
        "fill_seconds": filled,
        "build_seconds": built,
        "cpu_seconds": time.process_time(),
        "peak_bytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024,
        "snapshot_bytes": snapshot.path.stat().st_size,
        "steps": {name: seconds for seconds, name in sorted(steps, reverse=True)},
        "steps_cpu": cpu,
    }


def _fill(connection: duckdb.DuckDBPyConnection, size: int, made: Made) -> None:
    for path in (*sorted((QUERIES / "entities").glob("*.sql")), PREPARED):
        connection.execute(path.read_text(encoding="utf-8"))
    for statement in connection.extract_statements((HERE / made.sql).read_text(encoding="utf-8")):
        named = {made.size: size} if made.size in statement.named_parameters else None
        connection.execute(statement, named)
    connection.execute(LEFT_OVER.read_text(encoding="utf-8"))


def _timed(work: Any) -> float:
    begin = time.perf_counter()
    work()
    return time.perf_counter() - begin


def _stamp(size: int, made: Made) -> str:
    made_of = [HERE / made.sql, *sorted((HERE / made.workspace).rglob("*.toml"))]
    text = "".join(path.read_text(encoding="utf-8") for path in made_of)
    return f"{size} {sha256(text.encode()).hexdigest()[:16]} {definitions_stamp(Workspace.at(HERE / made.workspace))}"


if __name__ == "__main__":
    size_told, folder_told, made_told = sys.argv[1:]
    print(json.dumps(make(int(size_told), Workspace.create(folder_told), MADE[made_told])))
