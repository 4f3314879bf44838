"""What is written down of who looked at a person, or removed one."""

import getpass
import json
import os
from collections.abc import Mapping
from datetime import UTC, datetime

from queries.intake.forgotten import Forgotten, Person, made_key
from queries.workspace import Workspace


def audit(workspace: Workspace, what: str, person: Person, counts: Mapping[str, int]) -> None:
    """Add a line to registry/audit.jsonl: when (UTC), who, what, a keyed hash of whom, and counts. It holds no personal data."""
    whom = Forgotten(secret=made_key(workspace)).hash_of("\n".join(person.customer_ids))
    _append(workspace, {"by": _user(), "what": what, "whom": whom, **counts})


def audit_list(workspace: Workspace, by: str, metric: str, purpose: str, counts: Mapping[str, int]) -> None:
    """Add a line to the same file: who took a list of people out, of which metric, what for, and how many; not who is on it."""
    _append(workspace, {"by": by, "what": "list", "metric": metric, "purpose": purpose, **counts})


def _append(workspace: Workspace, what: Mapping[str, str | int]) -> None:
    told = {"at": datetime.now(UTC).isoformat(timespec="seconds"), **what}
    workspace.registry.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = workspace.registry / "audit.jsonl"
    handle = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    with os.fdopen(handle, "a", encoding="utf-8") as file:
        file.write(json.dumps(told) + "\n")
        file.flush()
        os.fsync(file.fileno())


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return str(os.getuid())
