"""`cx forget`: what is found of a person, and the request to remove it, which the load that follows carries out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from queries import forgetting, snapshots
from queries.audit import BACKUP, Noted, read_audit, taken_along
from queries.forgetting import Mentions
from queries.identity_rule import KEYS, key_of, record_of
from queries.intake.forgotten import Forgotten, Kept, Person, added
from queries.load import LoadReport, Progress, load
from queries.mentions import folded
from queries.workspace import Workspace, alone

SHORTEST_ID = 5
LOOKED_FOR = b"looked for, not kept"
Rows = Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What a workspace holds of one person, told before anything is removed.

    rows: by entity.   files: the exports whose rows are the person's.   mentions: lists, declarations, copies in quarantine and
    of the inbox that name the person, below the workspace.   closed: copies that cannot be searched, and go, too.
    unsearched: other files that cannot be searched, and stay.   snapshots: all that will be gone but the one built anew.
    packs: written packs that tell of the person, below the workspace: they are deleted.
    taken_along: the exports and packs that held the person and lie elsewhere: with those who took them, or where they were written.
    """

    customer_id: str
    records: int
    rows: Mapping[str, int]
    files: tuple[str, ...]
    mentions: tuple[str, ...]
    closed: tuple[str, ...]
    unsearched: tuple[str, ...]
    snapshots: int
    packs: tuple[str, ...] = ()
    taken_along: tuple[Noted, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What was done: the load that did it, how many records are gone from the raw files, and the folders of copies that hold them."""

    report: LoadReport
    removed: int
    copies: tuple[str, ...] = ()


def person_of(keys: Rows, texts: Rows, rows: Rows) -> Person:
    """Return a person from what the figures person_keys, person_texts and person_rows tell."""
    own = tuple(sorted(row["key"] for row in keys if row["kind"] == "key"))
    values = [key.partition("=")[2] or key.partition(":")[2] for key in own]
    told = [row["value"] for row in texts if row["kind"] != "name"]
    kept = {folded(text) for text in values}
    words = {value for value in values if len(value) >= SHORTEST_ID} | {
        value for value in told if folded(value) in kept and len(value) >= SHORTEST_ID
    }
    return Person(
        customer_ids=tuple(sorted(row["key"] for row in keys if row["kind"] == "id")),
        keys=own,
        words=tuple(sorted(words | {key for key in own if "=" not in key})),
        names=tuple(sorted(row["value"] for row in texts if row["kind"] == "name")),
        kept=added([_kept(row) for row in rows]),
        things=tuple(sorted(row["key"] for row in keys if row["kind"] == "thing")),
    )


def find(workspace: Workspace, customer_id: str, person: Person, rows: Rows) -> Found:
    """Return what is held of a person."""
    counted: dict[str, int] = {}
    for row in rows:
        counted[row["entity"]] = counted.get(row["entity"], 0) + row["n"]
    found = mentions_of(workspace, person)
    packs = below(workspace, found.packs)
    return Found(
        customer_id=customer_id,
        records=counted.get("customer_records", 0),
        rows=counted,
        files=tuple(sorted({row["source_file"] for row in rows})),
        mentions=below(workspace, found.named),
        closed=below(workspace, found.closed),
        unsearched=below(workspace, found.unsearched),
        snapshots=len(snapshots.published(workspace)),
        packs=packs,
        taken_along=tuple(one for one in taken_along(workspace, person.customer_ids) if {*packs}.isdisjoint(one.files)),
    )


def mentions_of(workspace: Workspace, person: Person) -> Mentions:
    """Return the files that name a person, or cannot be searched for them."""
    looked = Forgotten(secret=LOOKED_FOR, pending=(person,))
    return forgetting.mentions(workspace, replace(looked, hashes=frozenset(map(looked.hash_of, person.keys))))


def below(workspace: Workspace, paths: Sequence[Path]) -> tuple[str, ...]:
    """Return files as they are called below the workspace."""
    return tuple(str(path.relative_to(workspace.root)) for path in paths)


def forget(workspace: Workspace, person: Person | None, progress: Progress | None = None) -> Outcome:
    """Remove a person; without one, end what was begun. Raise a QueriesError where it cannot be done: it then goes on next time."""
    if person is not None:
        with alone(workspace):
            asked = replace(person, removed_before=forgetting.removed_in(workspace))
            Forgotten.of(workspace).asked(workspace, asked)
    before = forgetting.removed_in(workspace)
    report = load(workspace, (), progress)
    copies = tuple(dict.fromkeys(one.of for one in read_audit(workspace, what=BACKUP)))
    return Outcome(report=report, removed=forgetting.removed_in(workspace) - before, copies=copies)


def was_forgotten(workspace: Workspace, key: str) -> bool:
    """Return whether a key, an address, a number or a record as people write it, is that of somebody who was forgotten."""
    forgotten, text = Forgotten.of(workspace), key.strip()
    forms = {text, record_of(text) or text, *(key_of(kind, text) for kind in KEYS)}
    return not forgotten.pending and any(forgotten.hash_of(form) in forgotten.hashes for form in forms)


def is_pending(workspace: Workspace) -> bool:
    """Return whether somebody is still to be forgotten."""
    return bool(Forgotten.of(workspace).pending)


def _kept(row: Mapping[str, Any]) -> Kept:
    return Kept(
        entity=row["entity"],
        source=row["source"],
        month=row["month"],
        currency=row["currency"],
        rows=row["n"],
        value=float(row["value"]),
    )
