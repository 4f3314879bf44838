"""`cx backup` and `cx restore`: copies of a workspace, and the way back."""

from pathlib import Path
from typing import Annotated

import typer

from dashboard import loading, terminal
from dashboard.flags import WORKSPACE, AsJson, InWorkspace
from queries import backup as copying
from queries.clock import utc_now
from queries.workspace import Workspace

FOLDER = "The folder of the copies; outside of the workspace, best on another disk."


def backup(
    folder: Annotated[Path, typer.Argument(help=FOLDER)],
    with_snapshots: Annotated[bool, typer.Option("--with-snapshots", help="Take the snapshots along, too.")] = False,
    as_json: AsJson = False,
    workspace: InWorkspace = WORKSPACE,
) -> None:
    """Copy what nothing else can make again: raw exports, registry, declarations, decisions, lists, keys; snapshots where wanted.

    A load that is at work has to end first. Beside the copies lies who was forgotten until now: make a copy after each `cx forget`, and
    an older one brings nobody back.
    """
    made = copying.backup(Workspace.at(workspace), folder, utc_now(), with_snapshots=with_snapshots)
    if as_json:
        terminal.say_json({"copy": made.name, "files": len(made.files), "bytes": made.size})
    else:
        terminal.say_line(f"Copied {len(made.files):,} files, {made.size / 1e6:,.1f} MB, to {made.path}.")


def restore(
    folder: Annotated[Path, typer.Argument(help=FOLDER)],
    copy: Annotated[str, typer.Option("--copy", help="Which of them, by its name; the newest if not said.")] = "",
    as_json: AsJson = False,
    workspace: InWorkspace = WORKSPACE,
) -> None:
    """Bring a copy back and build from it; stop serving and watching first. What is in the workspace now is set aside.

    Each file is compared with its digest before anything is changed. Whoever was forgotten after the copy was made is forgotten again.
    """
    with loading.progress_bar(hidden=as_json) as progress:
        done = copying.restore(folder, workspace, utc_now(), name=copy, progress=progress)
    if as_json:
        aside = str(done.set_aside) if done.set_aside else None
        told = {
            "copy": done.copy.name,
            "snapshot": done.report.snapshot,
            "forgotten_anew": done.forgotten_anew,
            "set_aside": aside,
        }
        terminal.say_json(told)
        return
    terminal.say_line(
        f"Brought back {len(done.copy.files):,} files of {done.copy.name}; snapshot {done.report.snapshot} is served."
    )
    if done.forgotten_anew:
        people = "person was" if done.forgotten_anew == 1 else "people were"
        terminal.say_line(f"{done.forgotten_anew:,} {people} forgotten after the copy was made, and anew now.")
    if done.set_aside:
        terminal.say_line(f"What was there before lies in {done.set_aside}. Delete it once you are sure: it holds people, too.")
