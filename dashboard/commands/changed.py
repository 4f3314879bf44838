"""`cx changed`: which closed months tell another figure in one snapshot than in an earlier one, and why."""

from typing import Annotated

import typer

from dashboard import terminal
from dashboard.asking import headline_metrics
from dashboard.flags import WORKSPACE, AsJson, InWorkspace
from metrics import CommandCenter


def changed(
    metrics: Annotated[
        list[str] | None,
        typer.Argument(help="Metrics by their ids; none: those of the command center's first page.", show_default=False),
    ] = None,
    before: Annotated[str, typer.Option("--from", help="The earlier snapshot; the one before the later unless said.")] = "",
    after: Annotated[str, typer.Option("--to", help="The later snapshot; the one that is served unless said.")] = "",
    with_same: Annotated[
        bool, typer.Option("--all", help="Also the months that hold other rows and tell the same figure.")
    ] = False,
    as_json: AsJson = False,
    workspace: InWorkspace = WORKSPACE,
) -> None:
    """Tell what changed between two snapshots, by metric and closed month: what it was, what it is, and how many rows of which cause.

    Late rows are told by files loaded since, merges lead to another customer, definitions are declarations or a new version.
    """  # fmt: skip
    center = CommandCenter.open(workspace)
    named = metrics or headline_metrics(center)
    found = center.changed(named, from_snapshot=before, to_snapshot=after)
    if as_json:
        terminal.say_json(found)
        return
    files = f"{len(found.files):,} file{'s' * (len(found.files) != 1)} loaded since"
    definitions = "other definitions" if found.definitions_changed else "the same definitions"
    terminal.say_line(f"From {found.from_snapshot} to {found.to_snapshot}: {files}, {definitions}.")
    same = [month for month in found.months if month.is_same]
    for month in found.months:
        if with_same or not month.is_same:
            terminal.say_line(month.sentence)
    if len(same) == len(found.months):
        terminal.say_line("No closed month tells anything else.")
    if same and not with_same:
        hold = "month more holds other rows and tells" if len(same) == 1 else "months more hold other rows and tell"
        terminal.say_line(f"{len(same):,} {hold} the same figure; --all lists them.")
    for metric, reason in found.not_told.items():
        terminal.say_line(f"· {metric}: {reason}")
