"""`cx audit`: who looked at a customer's story, took lists of people along, decided, or removed somebody."""

from typing import Annotated

import typer

from dashboard import loading, terminal
from dashboard.flags import WORKSPACE, AsJson, InWorkspace
from queries.audit import read_audit
from queries.workspace import Workspace

USUAL = 50


def audit(
    customer: Annotated[str, typer.Argument(help="A customer id: who looked at them; none: everything.")] = "",
    what: Annotated[
        str, typer.Option(help='Only this: "story", "export of people", "pack", "decision", "access-request" …')
    ] = "",
    by: Annotated[str, typer.Option(help="Only what this person did, as the door calls them.")] = "",
    limit: Annotated[int, typer.Option(help="At most so many, the newest.", min=1)] = USUAL,
    as_json: AsJson = False,
    workspace: InWorkspace = WORKSPACE,
) -> None:
    """Tell who looked at people, the newest first: when (UTC), who, what, of which figure, for what, and of how many.

    The log lies in registry/audit.jsonl, lines are only ever added, and it names no customer: each stands there as a keyed hash.
    """
    found = read_audit(Workspace.at(workspace), customer=customer, what=what, by=by)
    shown = [loading.as_plain(one) for one in found[:limit]]
    if as_json:
        terminal.say_json([{name: value for name, value in one.items() if name != "whom"} for one in shown])
        return
    if not shown:
        terminal.say_line("Nothing of the kind was written down.")
        return
    terminal.say_rows([{name: one[name] for name in ("at", "by", "what", "of", "purpose", "people")} for one in shown])
    if len(found) > limit:
        terminal.say_line(f"{len(found) - limit:,} more, further back: --limit {len(found)}")
