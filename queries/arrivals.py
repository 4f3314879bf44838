"""What became of the files that came by the inbox: the last of them, each as it was recognised, with its ledger.

The ledger of everything is in the snapshot. This tells somebody who has just given a file what was made of it, also where it was refused,
or had been given before.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from queries.clock import utc_now
from queries.intake.manifest import write_durably
from queries.intake.stage import readable
from queries.load import LoadReport
from queries.workspace import Workspace

LOADED = "loaded"
REFUSED = "refused"
SEEN_BEFORE = "seen before"
MOST = 40
MOST_REASONS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Why records of a file were refused: how many, in which column, and which was the first."""

    rows: int
    column: str
    reason: str
    first: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """What became of one file. at: ISO UTC.   outcome: "loaded", "refused" or "seen before".

    Of a loaded one title and sure (percent) say as what, records = new + rejected + duplicates + removed, `reasons` why some were
    refused and `unused` which headers nothing is made of. why: the sentence with which it was refused, or the name it first came with.
    """

    at: str
    file_name: str
    outcome: str
    title: str = ""
    sure: int = 0
    records: int = 0
    new: int = 0
    rejected: int = 0
    duplicates: int = 0
    removed: int = 0
    unused: tuple[str, ...] = ()
    reasons: tuple[Reason, ...] = ()
    why: str = ""


def arrivals(workspace: Workspace) -> tuple[Arrival, ...]:
    """Return the last files that came by the inbox, the newest first; none where it cannot be read: it is only a message."""
    try:
        told: list[dict[str, Any]] = json.loads(_path(workspace).read_text(encoding="utf-8"))
        return tuple(_read(one) for one in told)
    except (OSError, ValueError, KeyError, TypeError):
        return ()


def note(workspace: Workspace, report: LoadReport, now: datetime | None = None) -> None:
    """Keep what a load made of its files."""
    at = (now or utc_now()).isoformat()
    new = [*_refused(report, at), *_loaded(report, at), *_seen_before(report, at)]
    if new:
        kept = [*new, *arrivals(workspace)][:MOST]
        write_durably(_path(workspace), json.dumps([asdict(one) for one in kept], indent=1))


def note_refused(workspace: Workspace, file_name: str, why: str) -> None:
    """Keep that a file was refused after the load: everything could be built without it, and not with it."""
    at = utc_now().isoformat()
    one = Arrival(at=at, file_name=file_name, outcome=REFUSED, why=why)
    write_durably(_path(workspace), json.dumps([asdict(each) for each in [one, *arrivals(workspace)][:MOST]], indent=1))


def _path(workspace: Workspace) -> Path:
    return workspace.root / ".arrivals.json"


def _loaded(report: LoadReport, at: str) -> Iterator[Arrival]:
    for one in report.formats:
        lines = [line for line in report.ledger if line.file_name == one.file_name and line.is_primary]
        reasons = [
            Reason(rows=each.rows, column=each.column_name, reason=each.reason, first=each.first_line)
            for each in report.rejections
            if each.file_name == one.file_name
        ]
        yield Arrival(
            at=at,
            file_name=one.file_name,
            outcome=LOADED,
            title=one.title,
            sure=one.confidence,
            records=sum(line.records for line in lines),
            new=sum(line.loaded_new + line.loaded_updated for line in lines),
            rejected=sum(line.rejected for line in lines),
            duplicates=sum(line.duplicates for line in lines),
            removed=sum(line.removed for line in lines),
            unused=one.unused[:MOST_REASONS],
            reasons=tuple(sorted(reasons, key=lambda each: -each.rows)[:MOST_REASONS]),
        )


def _refused(report: LoadReport, at: str) -> Iterator[Arrival]:
    for one in report.refused:
        yield Arrival(at=at, file_name=readable(one.origin.name), outcome=REFUSED, why=one.reason)


def _seen_before(report: LoadReport, at: str) -> Iterator[Arrival]:
    for one in report.seen_before:
        yield Arrival(at=at, file_name=readable(one.origin.name), outcome=SEEN_BEFORE, why=one.file_name)


def _read(told: dict[str, Any]) -> Arrival:
    reasons: Sequence[dict[str, Any]] = told.pop("reasons")
    return Arrival(**{**told, "unused": tuple(told["unused"])}, reasons=tuple(Reason(**each) for each in reasons))
