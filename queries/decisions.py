"""What was decided: a log of the workspace that is only ever added to, a line of JSON each, on the disk before it counts."""

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, Final

from filelock import FileLock, Timeout

from queries.errors import WorkspaceBusy
from queries.intake.manifest import sync_folder
from queries.workspace import Workspace, said_plainly

SECONDS_TO_WAIT: Final = 10
LOCK: Final = ".decisions.lock"


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """One decision: whose it is, what will be done until when, and what is expected of it.

    decided_at: UTC, as text.   metric, where: the figure that should tell it, and of whom; empty where none is named.
    about: what it answers, as it was read then.
    """

    decision_id: str
    decided_at: str
    owner: str
    what: str
    due: date
    expects: str
    metric: str = ""
    where: Mapping[str, tuple[str, ...]] | None = None
    about: str = ""

    def to_json(self) -> dict[str, Any]:
        return {
            **asdict(self),
            "due": self.due.isoformat(),
            "where": {name: list(told) for name, told in (self.where or {}).items()},
        }


def append_decision(workspace: Workspace, decision: Decision) -> Decision:
    """Add a decision to the log, one writer at a time, and return it; one that is there already is returned as it was written.

    Raises WorkspaceBusy while another writes, WorkspaceError when the disk refuses.
    """
    path = workspace.decisions
    line = json.dumps(decision.to_json(), ensure_ascii=False).encode() + b"\n"
    try:
        with FileLock(workspace.root / LOCK, timeout=SECONDS_TO_WAIT), said_plainly(path), path.open("ab+") as file:
            there = next((one for one in read_decisions(workspace) if one.decision_id == decision.decision_id), None)
            if there is not None:
                return there
            end = file.seek(0, os.SEEK_END)
            if end:
                file.seek(end - 1)
                line = line if file.read(1) == b"\n" else b"\n" + line  # what a crash left half written stays a line of its own
            file.write(line)
            file.flush()
            os.fsync(file.fileno())
            sync_folder(path.parent)
    except Timeout as error:
        raise WorkspaceBusy("somebody else writes a decision", where=str(path), instead="Try again in a moment") from error
    return decision


def read_decisions(workspace: Workspace) -> tuple[Decision, ...]:
    """Return what was decided, the newest first; a line that a crash left half written was never confirmed and is left out."""
    if not workspace.decisions.exists():
        return ()
    with said_plainly(workspace.decisions):
        lines = workspace.decisions.read_bytes().split(b"\n")
    found = [one for line in lines if (one := _read(line)) is not None]
    return tuple(reversed(found))


def stamp_of_decisions(workspace: Workspace) -> str:
    """Return a text that changes whenever something is decided."""
    return str(workspace.decisions.stat().st_size) if workspace.decisions.exists() else ""


def _read(line: bytes) -> Decision | None:
    try:
        told = json.loads(line)
        where = {str(name): tuple(map(str, values)) for name, values in (told.get("where") or {}).items()}
        return Decision(**{**told, "due": date.fromisoformat(told["due"]), "where": where})
    except (ValueError, TypeError, KeyError, AttributeError):
        return None
