"""`cx recognise`: what a file is, how sure that is and why, and what would become of it; nothing is loaded."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from dashboard import terminal
from dashboard.flags import WORKSPACE, AsJson, InWorkspace
from queries.intake.explain import Near, Recognised, recognise_files
from queries.workspace import Workspace

DELIMITERS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}
MOST_COLUMNS = 6


def recognise(
    files: Annotated[list[Path], typer.Argument(help="Files, or folders of files.", show_default=False)],
    as_json: AsJson = False,
    workspace: InWorkspace = WORKSPACE,
) -> None:
    """Say what files are, how sure that is and why, and what would become of them; load nothing, change nothing.

    Exit code 1 when a load would refuse one of them, 2 when one is not recognised. The workspace need not exist.
    """
    found = list(recognise_files(Workspace(workspace.resolve()), files))
    if as_json:
        terminal.say_json([asdict(one) for one in found])
    else:
        for one in found:
            say(one)
    if any(one.problem for one in found):
        raise typer.Exit(1 if all(one.is_recognised for one in found) else 2)


def say(one: Recognised) -> None:
    """Prints what one file is."""
    if not one.is_recognised:
        terminal.say_line(f"Not recognised. {one.problem}")
        for near in one.near:
            terminal.say_line(f"  · {_near(near)}")
        if one.headers and "cx new source" not in one.problem and all(near.lacks or near.besides for near in one.near):
            terminal.say_line("  · To describe it: cx new source FILE")
        return
    terminal.say_line(f"{one.file_name} is {one.title} ({one.source_id}), {one.confidence} % sure.")
    for reason in one.reasons:
        terminal.say_line(f"  · {reason}.")
    terminal.say_line(f"  · {_written(one)}.")
    for notice in one.notices:
        terminal.say_line(f"  · {notice}.")
    rows = [
        {"becomes": made.entity, "rows": made.rows, "refused": made.rejected, "told by": _told_by(made.columns)}
        for made in one.becomes
    ]
    if rows:
        terminal.say_rows(rows)
    for near in one.near[:1]:
        terminal.say_line(f"Next best: {_near(near)}")
    if one.problem:
        terminal.say_line(f"A load would refuse it. {one.problem}")


def _written(one: Recognised) -> str:
    records = "1 record" if one.records == 1 else f"{one.records:,} records"
    written = f", {one.encoding}" if one.encoding else ""
    delimited = f", cells between {DELIMITERS.get(one.delimiter, one.delimiter)}" if one.delimiter else ""
    return f"{records}{written}{delimited}; times that name no zone are in {one.zone}, by {one.zone_told_by}"


def _told_by(columns: Mapping[str, Sequence[str]]) -> str:
    told = [f"{name} ← {' | '.join(headers[:2])}{' | …' if len(headers) > 2 else ''}" for name, headers in columns.items()]
    return ", ".join(told[:MOST_COLUMNS]) + (f" and {len(told) - MOST_COLUMNS} more" if len(told) > MOST_COLUMNS else "")


def _near(near: Near) -> str:
    lacks = f"; it lacks {', '.join(near.lacks)}" if near.lacks else ""
    besides = f"; it has no place for {', '.join(near.besides[:5])}" if near.besides else ""
    return f"{near.title} ({near.source_id}), {near.confidence} %{lacks}{besides}"
