"""`cx pack`: the files of a review, now; without a name the packs that are declared."""

from pathlib import Path
from typing import Annotated, Any

import typer

from dashboard import terminal
from dashboard.flags import WORKSPACE, AsJson, InWorkspace
from dashboard.settings import Settings
from metrics import CommandCenter
from metrics.errors import QuestionError, UnknownName
from metrics.selection import canonical_period
from queries.pack import Pack
from queries.pack_state import read_written
from queries.workspace import Workspace

NONE = "No pack is declared: cx new pack monthly writes one, and docs/DECLARATIONS.md says what may be in it."


def pack(
    name: Annotated[str, typer.Argument(help="The pack's file name; without one, all are listed.")] = "",
    period: Annotated[
        str, typer.Option(help="2026, 2026-Q3, 2026-10, 2026-W41 or START..END; the last whole one that is known.")
    ] = "",
    out: Annotated[Path | None, typer.Option(help="The folder to write to; where the pack says, else packs/out.")] = None,
    reader: Annotated[str, typer.Option("--as", help="Only for this one, as access.toml knows them.")] = "",
    form: Annotated[list[str] | None, typer.Option(help="Only pptx, html or pdf; repeat it.")] = None,
    as_json: AsJson = False,
    workspace: InWorkspace = WORKSPACE,
) -> None:
    """Write a review pack: slides with charts that can be edited, one web page, and its print; for each reader under their policy.

    Exit code 1 when a file could not be made. Nothing in a written pack changes any more; each is noted in the audit log.
    """
    from dashboard.packs.watched import say  # what draws is needed by few commands
    from dashboard.packs.writing import FORMS, Writing

    center = CommandCenter.open(workspace)
    declared = center.packs()
    if not name:
        _list([_row(one, read_written(Workspace.at(workspace))) for one in declared.values()], as_json=as_json)
        return
    if name not in declared:
        raise UnknownName(f'there is no pack "{name}"', name=name, known=declared)
    for one in form or ():
        if one not in FORMS:
            raise QuestionError(f'"{one}" is no form of a pack', instead=f"There is: {', '.join(FORMS)}")
    writing = Writing(center=center, base=Settings().public_url, folder=out, forms=tuple(form or FORMS))
    made = writing.write(declared[name], canonical_period(period) if period else "", reader)
    if as_json:
        terminal.say_json([{**_plain(one), "files": [str(path) for path in one.files]} for one in made])
    else:
        say(made)
    if any(one.missing for one in made):
        raise typer.Exit(1)


def _plain(one: Any) -> dict[str, Any]:
    return {"pack": one.pack, "period": one.period, "reader": one.reader, "missing": list(one.missing)}


def _row(one: Pack, written: dict[str, str]) -> dict[str, Any]:
    return {
        "name": one.name,
        "title": one.title,
        "sections": len(one.parts),
        "for": ", ".join(recipient.who for recipient in one.recipients),
        "written": f"every {one.period}" if one.is_written else "",
        "last": written.get(one.name, ""),
    }


def _list(rows: list[dict[str, Any]], *, as_json: bool) -> None:
    if as_json:
        terminal.say_json(rows)
    elif rows:
        terminal.say_rows(rows, ("name", "title", "sections", "for", "written", "last"))
    else:
        terminal.say_line(NONE)
