"""`cx ledger`, `cx quarantine`, `cx retry`: what became of every file and every record, and the files that wait to be mended."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

import typer

from dashboard import loading, terminal
from dashboard.flags import WORKSPACE, AsJson, InWorkspace
from metrics import CommandCenter
from queries import quarantine as waiting
from queries.errors import WorkspaceError
from queries.workspace import Workspace

COUNTS = ("records", "loaded_new", "loaded_updated", "rejected", "duplicates", "removed")


def ledger(
    file: Annotated[
        str | None, typer.Argument(help="One file, by its name or its id: all its blocks; none: every file.", show_default=False)
    ] = None,
    source: Annotated[str | None, typer.Option(help="Only the files of this source.")] = None,
    rejected: Annotated[
        bool, typer.Option("--rejected", help="List the refused records: line, column, masked value and reason.")
    ] = False,
    limit: Annotated[int, typer.Option(min=0, max=100_000, help="How many refused records.")] = 100,
    offset: Annotated[int, typer.Option(min=0, help="After how many refused records.")] = 0,
    as_json: AsJson = False,
    workspace: InWorkspace = WORKSPACE,
) -> None:
    """Tell what became of every record: records = new + updated + rejected + duplicates + removed, per file over time and per source.

    Removed are the records of those who asked to be forgotten: what they counted is told at the end, by month, under no name.
    """
    center = CommandCenter.open(workspace)
    if rejected:
        count = sum(row["rows"] for row in center.rejections(source=source, file=file))
        _say_rejected(center.rejected(source=source, file=file, limit=limit, offset=offset), offset, count, as_json=as_json)
        return
    lines, reasons = center.ledger(source=source, file=file), center.rejections(source=source, file=file)
    sources = [row for row in center.ledger_by_source() if source in (None, row["source"])]
    alarms = [row for row in center.alarms() if _is_about(row, lines)]
    gone = [] if file else [row for row in center.removed_on_request() if source in (None, row["source"])]
    if as_json:
        told = {"files": lines, "sources": [] if file else sources, "rejections": reasons, "alarms": alarms}
        terminal.say_json({**told, "removed_on_request": gone})
        return
    has_full = any(row["is_full"] for row in lines)
    terminal.say_rows([_line(row, with_block=bool(file), with_full=has_full) for row in lines if row["is_primary"] or file])
    if not file:
        terminal.say_line("")
        terminal.say_rows(sources)
    if gone:
        terminal.say_line("")
        terminal.say_rows(gone)
    for row in reasons:
        terminal.say_line(_reason(row))
    for row in alarms:
        terminal.say_line(f"! {row['sentence']}")


def quarantine(as_json: AsJson = False, workspace: InWorkspace = WORKSPACE) -> None:
    """List the files that could not be taken in: since when each lies in quarantine, and why."""
    files = waiting.quarantined(Workspace.at(workspace))
    if as_json:
        terminal.say_json([loading.as_plain(one) for one in files])
        return
    for one in files:
        size = "a link" if one.size is None else f"{one.size:,} bytes"
        terminal.say_line(f"{one.file_name} ({size}), since {one.since:%Y-%m-%d %H:%M} UTC: {one.why}")
    words = "Once a declaration is mended, `cx retry` takes them in." if files else "Nothing lies in quarantine."
    terminal.say_line(words)


def retry(
    files: Annotated[
        list[str] | None, typer.Argument(help="Files, as `cx quarantine` names them; none: all.", show_default=False)
    ] = None,
    as_json: AsJson = False,
    workspace: InWorkspace = WORKSPACE,
) -> None:
    """Take files in from quarantine again, after a declaration was mended. Those taken in leave it, the others stay with the reason.

    Exit code 1 when one was refused again, 2 when all were.
    """
    found = Workspace.at(workspace)
    if not files and not waiting.quarantined(found):
        raise WorkspaceError("nothing lies in quarantine", where=str(found.quarantine), instead="`cx load` takes new files")
    with loading.progress_bar(hidden=as_json) as progress:
        report = waiting.retry(found, files or (), progress)
    loading.end(report, as_json=as_json)


def _is_about(alarm: Mapping[str, Any], lines: Sequence[Mapping[str, Any]]) -> bool:
    """Whether an alarm is about one of these files, or, where it is about none, about the source of one."""
    told = "source" if alarm["file_id"] is None else "file_id"
    return alarm[told] in {line[told] for line in lines}


def _line(row: Mapping[str, Any], *, with_block: bool, with_full: bool) -> dict[str, Any]:
    block = {"rows": row["block"], "entity": row["entity"]} if with_block else {}
    full = {"export": "full" if row["is_full"] else ""} if with_full else {}
    return {"loaded at (UTC)": row["loaded_at"], "file": row["file_name"], "source": row["source"], **block, **full} | {
        name: row[name] for name in COUNTS
    }


def _reason(row: Mapping[str, Any]) -> str:
    column = loading.told_column(row["column_name"], row["value"])
    return f"{row['rows']:,} refused · {row['file_name']}, first in record {row['first_line']}:{column} {row['reason']}"


def _say_rejected(rows: tuple[Mapping[str, Any], ...], offset: int, count: int, *, as_json: bool) -> None:
    """Print refused records; where they are not all, say which of how many, and how to go on."""
    if as_json:
        terminal.say_json(rows)
        return
    if not rows:
        terminal.say_line(f"No record after the first {offset:,} of {count:,}." if count else "No record was refused.")
        return
    terminal.say_rows(rows, ("file_name", "source_line", "column_name", "value", "reason"))
    until = offset + len(rows)
    if until < count:
        terminal.say_line(f"{offset + 1:,} to {until:,} of {count:,}: --offset {until} goes on.")
    elif offset:
        terminal.say_line(f"{offset + 1:,} to {until:,} of {count:,}.")
