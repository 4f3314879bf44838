"""How each metric was defined, and since when: a log of the workspace that is only ever added to, a line of JSON each time one changes."""

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from filelock import FileLock, Timeout

from queries.errors import WorkspaceBusy
from queries.intake.manifest import write_durably
from queries.workspace import Workspace, said_plainly

FILE_NAME: Final = "definitions.jsonl"
SECONDS_TO_WAIT: Final = 10
Line = Mapping[str, Any]


def definition_log(workspace: Workspace) -> Path:
    """Return where the log lies."""
    return workspace.registry / FILE_NAME


def read_log(workspace: Workspace, metric: str | None = None) -> tuple[Line, ...]:
    """Return the log's lines, the earliest first, or those of one metric; a line that nobody can read is left out."""
    path = definition_log(workspace)
    if not path.exists():
        return ()
    with said_plainly(path):
        return tuple(_lines(path.read_text(encoding="utf-8"), metric))


def add_to_log(workspace: Workspace, now: Mapping[str, Line]) -> int:
    """Add each metric whose definition is another one than the log tells last; return how many.

    now: by metric what is kept of it, `is` of which is its definition. Raises WorkspaceBusy while another process writes,
    WorkspaceError when the disk refuses.
    """
    path = definition_log(workspace)
    try:
        with FileLock(path.with_suffix(".lock"), timeout=SECONDS_TO_WAIT), said_plainly(path):
            return _add(path, now)
    except Timeout as error:
        raise WorkspaceBusy("another process keeps the definitions", where=str(path), instead="Try again in a moment") from error


def _add(path: Path, now: Mapping[str, Line]) -> int:
    text = path.read_text(encoding="utf-8") if path.exists() else ""
    last = {str(line["metric"]): line["is"] for line in _lines(text)}
    new = [{"metric": name, **line} for name, line in sorted(now.items()) if last.get(name) != line["is"]]
    if new:
        whole = text + ("\n" if text and not text.endswith("\n") else "")
        write_durably(path, whole + "".join(f"{_json(line)}\n" for line in new))
    return len(new)


def _json(line: Line) -> str:
    return json.dumps(line, ensure_ascii=False, sort_keys=True)


def _lines(text: str, metric: str | None = None) -> Iterator[Line]:
    named: Sequence[str] = text.splitlines()
    for written in named:
        try:
            line = json.loads(written)
        except ValueError:
            continue
        if (
            isinstance(line, dict)
            and isinstance(line.get("is"), dict)
            and metric in (None, line.get("metric"))
            and "metric" in line
        ):
            yield line
