"""`cx hold-list`: who must not be contacted now, as the file that a campaign tool takes in."""

import csv
import sys
from pathlib import Path
from typing import Annotated, TextIO

import typer

from dashboard import terminal
from dashboard.flags import WORKSPACE, AsJson, InWorkspace, Why
from metrics import CommandCenter
from metrics.answer import json_ready
from metrics.hold_list import HoldList
from queries.audit import EXPORT, note
from queries.workspace import Workspace, said_plainly


def hold_list(
    tool: Annotated[
        str, typer.Option("--for", help="The campaign tool: hubspot, mailchimp, or csv with every id of every source.")
    ] = "csv",
    purpose: Annotated[
        str | None, typer.Option(help="Only what forbids this: promotional, sales or survey; mailchimp: promotional unless said.")
    ] = None,
    channel: Annotated[
        str | None, typer.Option(help="Only what forbids this channel: email, phone, mail …; mailchimp: email unless said.")
    ] = None,
    unknown: Annotated[
        bool, typer.Option("--unknown", help="Also who never said yes or no, where consent.toml needs a yes; they are no breach.")
    ] = False,
    why: Why = "",
    out: Annotated[Path | None, typer.Option(help="The file to write; without it the list is printed.")] = None,
    as_json: AsJson = False,
    workspace: InWorkspace = WORKSPACE,
) -> None:
    """List who must not be contacted now and why, with the ids by which the campaign tool knows them.

    Without a purpose it is what forbids any promotion or sale; what keeps only surveys away comes with --purpose survey.
    """
    found = CommandCenter.open(workspace).hold_list(tool, purpose=purpose, channel=channel, with_unknown=unknown)
    note(Workspace.at(workspace), EXPORT, of="hold list", purpose=why, customers=found.customer_ids)
    if as_json:
        terminal.say_json(found)
        return
    if out is None:
        write_list(found, sys.stdout)
    else:
        _write_file(found, out)
        typer.echo(f"Wrote {out}: {sentence(found)}")


def sentence(found: HoldList) -> str:
    """Returns how many are held, and how many of them the tool does not know."""
    customers = f"{found.customers:,} customer{'s' * (found.customers != 1)} must not be contacted"
    missing = found.customers - found.listed
    unknown = f"; {missing:,} of them {'has' if missing == 1 else 'have'} no id that {found.tool} knows" if missing else ""
    return f"{customers}{unknown}. As of {json_ready(found.as_of)}."


def write_list(found: HoldList, stream: TextIO) -> None:
    """Writes the list as CSV with its header; a text that a spreadsheet would run as a formula gets a quote before it."""
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(found.columns)
    for row in found.rows:
        told = json_ready(row)
        writer.writerow([terminal.harmless(told[name]) for name in found.columns])


def _write_file(found: HoldList, path: Path) -> None:
    with said_plainly(path, "Name a file that can be written"), path.open("w", encoding="utf-8", newline="") as stream:
        write_list(found, stream)
