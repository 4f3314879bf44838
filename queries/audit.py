"""What is written down of who looked at people, took them along, let others in, decided, or removed: registry/audit.jsonl.

Lines are only ever added. They hold no personal data: whom they are about is told by keyed hashes of customer ids, which nobody
can turn back without the workspace's key, and by which it can still be asked who looked at one customer.
"""

import getpass
import json
import os
from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from queries.intake.forgotten import Forgotten, Person, made_key
from queries.workspace import Workspace, said_plainly

STORY: Final = "story"
LIST: Final = "list of people"
EXPORT: Final = "export of people"
PACK: Final = "pack"
DECISION: Final = "decision"
BACKUP: Final = "backup"
GIVEN: Final = "chart given away"
TAKEN_BACK: Final = "chart taken back"
HOST_ADDED: Final = "host of charts added"
HOST_REMOVED: Final = "host of charts removed"
KEY_ADDED: Final = "key of charts added"
KEY_RETIRED: Final = "key of charts retired"
TOKEN_MADE: Final = "token made"
TOKEN_REVOKED: Final = "token revoked"
KEPT: Final = "list kept"
LIST_DELETED: Final = "list deleted"
VIEW_SAVED: Final = "view saved"
VIEW_CHANGED: Final = "view changed"
VIEW_DELETED: Final = "view deleted"
TAKEN_ALONG: Final = (EXPORT, PACK)
LONGEST: Final = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Noted:
    """One line: when (UTC), who, what they did, of which figure or file, for what, and of how many; whom: keyed hashes.

    files: what was written, below the workspace where it lies there, else whole paths.
    """

    at: str
    by: str
    what: str
    of: str = ""
    purpose: str = ""
    people: int = 0
    whom: tuple[str, ...] = field(default=(), repr=False)
    files: tuple[str, ...] = ()


def audit(workspace: Workspace, what: str, person: Person, counts: Mapping[str, int]) -> None:
    """Add that somebody who works on this machine looked a person up, or removed one, with counts."""
    whom = Forgotten(secret=made_key(workspace)).hash_of("\n".join(person.customer_ids))
    _append(workspace, {"at": _now(), "by": _user(), "what": what, "whom": whom, **counts})


def note(
    workspace: Workspace, what: str, *, by: str = "", of: str = "", purpose: str = "", customers: Collection[str] = (),
    files: Collection[Path] = (),
) -> Noted:  # fmt: skip
    """Add a line and return it; by: whoever works on this machine unless said. Raises WorkspaceError when the disk refuses."""
    once = sorted(set(customers))
    made = Noted(
        at=_now(),
        by=_line(by) or _user(),
        what=what,
        of=_line(of),
        purpose=_line(purpose),
        people=len(once),
        whom=tuple(_hashes(workspace, once)) if once else (),
        files=tuple(_called(workspace, path) for path in files),
    )
    told = asdict(made)
    _append(workspace, told if made.files else {name: value for name, value in told.items() if name != "files"})
    return made


def read_audit(workspace: Workspace, *, customer: str = "", what: str = "", by: str = "") -> tuple[Noted, ...]:
    """Return what was noted, the newest first; of one customer, of one kind, of one person who did it."""
    path = _path(workspace)
    if not path.exists():
        return ()
    with said_plainly(path):
        lines = path.read_bytes().splitlines()
    whose = set(_hashes(workspace, [customer])) | {_whole_hash(workspace, customer)} if customer else set()
    found = (one for line in reversed(lines) if (one := _read(line)) is not None)
    return tuple(
        one
        for one in found
        if (not whose or not whose.isdisjoint(one.whom)) and what in ("", one.what) and by.casefold() in ("", one.by.casefold())
    )


def taken_along(workspace: Workspace, customers: Iterable[str]) -> tuple[Noted, ...]:
    """Return the exports and packs that held any of these customers."""
    whose = set(_hashes(workspace, customers))
    return tuple(one for one in read_audit(workspace) if one.what in TAKEN_ALONG and not whose.isdisjoint(one.whom))


def packs_of(workspace: Workspace, customers: Iterable[str]) -> frozenset[Path]:
    """Return the written packs in packs/out that tell of any of these customers, all the files of each.

    What the log names outside that folder is nobody's here to remove.
    """
    folder = workspace.written_packs.resolve()
    named = {
        (workspace.root / file).resolve() for one in taken_along(workspace, customers) if one.what == PACK for file in one.files
    }
    return frozenset(workspace.written_packs / path.name for path in named if path.parent == folder and path.is_file())


def _append(workspace: Workspace, told: Mapping[str, Any]) -> None:
    path = _path(workspace)
    with said_plainly(path):
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        with os.fdopen(handle, "ab") as file:
            file.write(json.dumps(told, ensure_ascii=False).encode() + b"\n")  # one write: lines of several processes stay whole
            file.flush()
            os.fsync(file.fileno())


def _read(line: bytes) -> Noted | None:
    """Return a line; None of one that was cut off. Those that hold further counts were written by `audit`."""
    try:
        told = json.loads(line)
        whom = (told["whom"],) if isinstance(told["whom"], str) else tuple(map(str, told["whom"]))
        texts = {name: str(told.get(name, "")) for name in ("at", "by", "what", "of", "purpose")}
        files = tuple(map(str, told.get("files", ())))
        return Noted(**texts, whom=whom, people=int(told.get("people", len(whom))), files=files)
    except (ValueError, TypeError, KeyError, AttributeError):
        return None


def _hashes(workspace: Workspace, customers: Iterable[str]) -> list[str]:
    """Return short keyed hashes: sixty bits tell the customers of one company apart, and an export of many stays one line."""
    told = Forgotten(secret=made_key(workspace))
    return [told.hash_of(customer)[:15] for customer in customers]


def _whole_hash(workspace: Workspace, customer: str) -> str:
    return Forgotten(secret=made_key(workspace)).hash_of(customer)


def _called(workspace: Workspace, path: Path) -> str:
    whole, root = path.absolute(), workspace.root.absolute()
    return str(whole.relative_to(root) if whole.is_relative_to(root) else whole)


def _path(workspace: Workspace) -> Path:
    return workspace.registry / "audit.jsonl"


def _line(text: str) -> str:
    """Return a text of one line, none of its characters a control."""
    return "".join(letter if letter.isprintable() else " " for letter in text)[:LONGEST].strip()


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return str(os.getuid())
