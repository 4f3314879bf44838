"""`cx snapshots`, `cx rollback`, `cx rebuild`: the published databases that are kept, the way back, and all of it built anew."""

from typing import Annotated

import typer

from dashboard import loading, terminal
from dashboard.flags import WORKSPACE, AsJson, InWorkspace
from queries.clock import utc_now
from queries.load import load
from queries.rollback import Kept, kept_snapshots, standing
from queries.rollback import rollback as roll_back
from queries.workspace import Workspace


def snapshots(as_json: AsJson = False, workspace: InWorkspace = WORKSPACE) -> None:
    """List the snapshots that are kept, the newest first: made when and of what, which is served, whether each is whole."""
    found = Workspace.at(workspace)
    kept, note = kept_snapshots(found), standing(found)
    if as_json:
        rolled_back = loading.as_plain(note) if note else None
        terminal.say_json({"snapshots": [loading.as_plain(one) for one in kept], "rolled_back": rolled_back})
        return
    if not kept:
        terminal.say_line("Nothing has been loaded yet: run cx load YOUR_EXPORTS.")
        return
    terminal.say_rows([_row(one) for one in kept])
    if note:
        terminal.say_line(note.sentence)


def rollback(
    snapshot: Annotated[
        str, typer.Argument(help="The snapshot to serve, as `cx snapshots` names it; none: the one before.", show_default=False)
    ] = "",
    as_json: AsJson = False,
    workspace: InWorkspace = WORKSPACE,
) -> None:
    """Serve an earlier snapshot; open pages follow. Nothing that was loaded is lost, and every definition stays as it is.

    Files loaded since stay raw: the next load of new files, a changed declaration or `cx rebuild` builds them in again; a load
    without files leaves the earlier snapshot served and says so. To go forward again name the newest snapshot.
    """
    found = Workspace.at(workspace)
    note = roll_back(found, snapshot, utc_now())
    served = next(one for one in kept_snapshots(found) if one.is_current)
    if as_json:
        terminal.say_json({"served": loading.as_plain(served), "rolled_back": loading.as_plain(note) if note else None})
    else:
        terminal.say_line(note.sentence if note else f"Snapshot {served.snapshot} is served, the newest.")


def rebuild(as_json: AsJson = False, workspace: InWorkspace = WORKSPACE) -> None:
    """Build everything anew from the raw exports, each row cast again; what is served stays so until the new one is whole."""
    with loading.progress_bar(hidden=as_json) as progress:
        report = load(Workspace.at(workspace), (), progress, anew=True)
    if report.snapshot:
        loading.keep_definitions(workspace)
    if as_json:
        terminal.say_json(loading.as_plain(report))
    else:
        loading.say_report(report)


def _row(one: Kept) -> dict[str, object]:
    definitions = {None: "", True: "changed", False: "as before"}[one.definitions_changed]
    return {
        "snapshot": one.snapshot,
        "made at (UTC)": one.made_at,
        "MB": round(one.size / 1e6, 1),
        "files": one.files,
        "definitions": definitions,
        "is": "whole" if one.is_whole else "damaged",
        "served": "served" if one.is_current else "",
    }
