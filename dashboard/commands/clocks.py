"""`cx clocks`: every clock with what was promised, when it was due, how long it stood still, and its state."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any

import typer

from dashboard import terminal
from dashboard.flags import WORKSPACE, AsJson, InWorkspace
from dashboard.reader import Reader
from dashboard.terminal import lasted, moment
from metrics import CommandCenter

SHOWN = 200


def clocks(
    case: Annotated[str | None, typer.Option(help="Only the clocks of the case of this id, or SOURCE:ID.")] = None,
    untold: Annotated[
        bool, typer.Option("--untold", help="Instead: the promises of which nobody can tell whether they are kept, and why.")
    ] = False,
    as_json: AsJson = False,
    workspace: InWorkspace = WORKSPACE,
) -> None:
    """List every clock: its case, commitment or detractor, what was promised, start, due, done, time paused, and state.

    JSON is one list of all of them, times in UTC; a table shows the first 200.
    """
    center = CommandCenter.open(workspace)
    rows = center.untold_clocks(case) if untold else center.clocks(case)
    if as_json:
        terminal.say_json(rows)
        return
    reader = Reader.of(center.settings())
    shown = [_untold_row(row, reader) if untold else _clock_row(row, reader) for row in rows[:SHOWN]]
    if shown:
        terminal.say_rows(shown)
    terminal.say_line(f"{len(rows):,} in all{'; --json lists every one' if len(rows) > SHOWN else ''}. Times in {reader.zone}.")


def _clock_row(row: Mapping[str, Any], reader: Reader) -> Mapping[str, Any]:
    return {
        "subject": row["subject"],
        "promise": f"{row['promise']} {row['occurrence']}.{row['version']}",
        "policy": row["policy"],
        "calendar": row["calendar"],
        "target": lasted(row["target_seconds"]),
        "start": _moment(row["started_at"], reader),
        "due": _moment(row["due_at"], reader),
        "done": _moment(row["fulfilled_at"], reader),
        "paused": lasted(row["paused_seconds"]),
        "state": row["state"],
    }


def _untold_row(row: Mapping[str, Any], reader: Reader) -> Mapping[str, Any]:
    return {
        "subject": row["subject"],
        "promise": row["promise"],
        "policy": row["policy"],
        "start": _moment(row["started_at"], reader),
        "why": row["reason"],
    }


def _moment(instant: datetime | None, reader: Reader) -> str:
    return moment(instant, reader) if instant else ""
