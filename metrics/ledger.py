"""What became of every record of every file, as the pages and the commands tell it: refused values are masked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import PurePath
from typing import Any, Final

from metrics.errors import UnknownName
from metrics.language import _, later
from queries.intake.alarms import late_words
from queries.intake.masking import masked_cell
from queries.policy import Policy
from queries.quarantine import Quarantined
from queries.warehouse import Reading

ALARM: Final = (
    "alarm", "source", "source_format", "file_id", "file_name", "loaded_at", "entity", "column_name", "rows", "sentence", "is_newest",
)  # fmt: skip

ALARM_NAMES: Final = {
    "no rows": later("no rows"),
    "fewer rows": later("fewer rows"),
    "gone": later("no longer there"),
    "late": later("no export came"),
    "empty keys": later("nobody named"),
    "dated ahead": later("dated ahead"),
    "unknown words": later("unknown words"),
}

KINDS: Final = frozenset({".csv", ".tsv", ".txt", ".json", ".jsonl", ".xlsx", ".parquet", ".zip", ".gz", ".pdf", ".xml"})

Rows = tuple[Mapping[str, Any], ...]


def of_files(reading: Reading, source: str | None, file: str | None) -> Rows:
    """Returns the ledger's lines, the newest file first; raises UnknownName for a source or a file that was never loaded."""
    rows = tuple(reading.run("ledger_lines", source=source, file=file))
    if not rows:
        _refuse_unknown(reading, source, file)
    return rows


def refused_rows(
    reading: Reading, source: str | None, file: str | None, *, limit: int, offset: int, of: Mapping[str, Any] | None = None
) -> Rows:
    """Returns the records that were refused, what they told masked; of: only those of one row of `refusals`.

    Raises UnknownName like `of_files`.
    """
    chosen = of or {}
    narrowed: dict[str, Any] = {name: chosen.get(name) for name in ("reason", "column_name", "is_empty")}
    about = chosen.get("file_id", file)
    rows = reading.run("rejected_lines", source=source, file=about, **narrowed, most=limit, skipped=offset)
    if not rows:
        _refuse_unknown(reading, source, file)
    return _masked(rows)


def refusals(reading: Reading, source: str | None, file: str | None) -> Rows:
    """Returns the reasons for which records were refused, with the first of each, what it told masked."""
    return _masked(reading.run("rejected_reasons", source=source, file=file))


def of_alarms(reading: Reading, policy: Policy, now: datetime) -> Rows:
    """Returns the alarms, those of sources that are late as of `now` before all others."""
    if policy.is_limited:
        return ()
    kept = reading.run("alarms")
    late = [
        dict.fromkeys(ALARM)
        | {"alarm": "late", "is_newest": True, "source": row["source"], "loaded_at": row["loaded_at"], "sentence": told}
        for row in reading.run("sources")
        if row["interval_seconds"] is not None and not row["is_finished"]
        if (told := late_words(row["title"], row["loaded_at"], row["interval_seconds"], now))
    ]
    return (*late, *kept)


def unnamed(file: Quarantined, why: str) -> Quarantined:
    """Returns a file in quarantine as those are told of it who are told no names: what kind of file it is, and why it lies there."""
    suffix = PurePath(file.file_name).suffix.lower()
    kind = suffix if suffix in KINDS else _("a file")
    return replace(file, file_name=kind, reason=f"{kind}: {why}")


def _masked(rows: Iterable[Mapping[str, Any]]) -> Rows:
    return tuple({**row, "value": masked_cell(row["value"], row["entity"], row["column_name"])} for row in rows)


def _refuse_unknown(reading: Reading, source: str | None, file: str | None) -> None:
    lines = reading.run("ledger_lines", source=None, file=None)
    for name, known, what in (
        (source, {str(row["source"]) for row in lines}, "source"),
        (file, {str(row[column]) for row in lines for column in ("file_name", "file_id")}, "file that was loaded"),
    ):
        if name is not None and name not in known:
            raise UnknownName(f'"{name}" is no {what}', name=name, known=known)
