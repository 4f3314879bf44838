"""A load on a terminal: how far it is, then the ledger, what was refused and why, and the snapshot."""

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn

from dashboard.terminal import console, say_json, say_line, say_rows
from metrics import CommandCenter
from queries.errors import QueriesError
from queries.load import LedgerLine, LoadReport, Progressed


@contextmanager
def progress_bar(*, hidden: bool) -> Iterator[Callable[[Progressed], None]]:
    """Gives a function that draws how far a load is, one bar per chapter, on standard error."""
    columns = (TextColumn("{task.description:<9}"), BarColumn(bar_width=30), TextColumn("{task.completed:.0f}/{task.total:.0f}"))
    out = Console(stderr=True)
    with Progress(*columns, TextColumn("{task.fields[doing]}"), console=out, disable=hidden or not out.is_terminal) as bars:
        tasks: dict[str, TaskID] = {}

        def told(step: Progressed) -> None:
            if step.chapter not in tasks:
                tasks[step.chapter] = bars.add_task(step.chapter, total=step.of, doing="")
            bars.update(tasks[step.chapter], completed=step.number, total=step.of, doing=step.doing)

        yield told


def end(report: LoadReport, *, as_json: bool) -> None:
    """Prints what a load did, and exits with 1 when a file was refused, with 2 when all were."""
    if as_json:
        say_json(as_plain(report))
    else:
        say_report(report)
    if report.refused:
        raise typer.Exit(1 if report.loaded or report.seen_before else 2)


def keep_definitions(workspace: Path) -> None:
    """Keeps what is served since now of each metric's definition; where that cannot be done it says so, and nothing else fails."""
    try:
        CommandCenter.open(workspace).keep_definitions()
    except QueriesError as error:
        say_line(f"How the metrics are defined was not kept: {error}", sys.stderr)


def say_report(report: LoadReport) -> None:
    """Prints what a load did: the ledger, what was refused and why, and the snapshot published."""
    out = console()
    if report.ledger:
        say_rows(_ledger_rows(report.ledger))
        out.print()
    for told in report.formats:
        say_line(f"{told.file_name} is {told.title}, {told.confidence} % sure{_unused(told.unused)}")
    for rejection in report.rejections:
        place = f"{rejection.file_name}, first in record {rejection.first_line}"
        column = told_column(rejection.column_name, rejection.first_value)
        say_line(f"{rejection.rows:,} refused · {place}:{column} {rejection.reason}")
    for notice in report.notices:
        say_line(f"· {notice}")
    for name in dict.fromkeys(seen.origin.name for seen in report.seen_before):
        say_line(f"{name}: loaded before, nothing to do")
    say_outcome(report)


def told_column(column: str | None, value: str | None) -> str:
    """Returns the column of a refused record and what it told, with a colon, to stand before the reason; empty without a column."""
    if not column:
        return ""
    return f' {column} = "{value}":' if value else f" {column}:"


def _unused(names: Sequence[str]) -> str:
    if not names:
        return ""
    shown = ", ".join(names[:5]) + (" …" if len(names) > 5 else "")
    return f"; {len(names)} {'column is' if len(names) == 1 else 'columns are'} not used: {shown}"


def say_outcome(report: LoadReport) -> None:
    """Prints which files were refused, on standard error, and what came of the load."""
    for refused in report.refused:
        say_line(refused.reason, sys.stderr)
    console().print(_outcome(report))
    sys.stdout.flush()


def as_plain(thing: Any) -> Any:
    """Returns a dataclass, and those within, as plain values."""
    return asdict(thing)


def _ledger_rows(ledger: Sequence[LedgerLine]) -> list[dict[str, Any]]:
    """Returns the lines, each file named once."""
    rows: list[dict[str, Any]] = []
    before = ""
    for line in ledger:
        told = as_plain(line)
        file_name, block, _ = told.pop("file_name"), told.pop("block"), told.pop("is_primary")
        rows.append({"file": file_name if file_name != before else "", "rows": block, **told})
        before = file_name
    return rows


def _outcome(report: LoadReport) -> str:
    if not report.changed and not report.snapshot:
        return "Nothing has been loaded yet. Name exported files, or a folder that holds some."
    if not report.changed:
        return f"Nothing changed; snapshot {report.snapshot}."
    if not report.loaded:
        return f"No new file; built anew in {report.seconds:.1f} s; published snapshot {report.snapshot}."
    files = "1 file" if len(report.loaded) == 1 else f"{len(report.loaded)} files"
    return f"Loaded {files} in {report.seconds:.1f} s; published snapshot {report.snapshot}."
