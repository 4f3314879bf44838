"""`cx propose-joins`: pairs of records that look like one person, in a file from which a person accepts them."""

import csv
import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from dashboard import terminal
from dashboard.flags import WORKSPACE, AsJson, InWorkspace
from metrics.errors import QuestionError
from queries.linkage.propose import Proposal, propose_joins
from queries.workspace import Workspace

FILE_NAME = "identity_proposals.csv"
COLUMNS = ("probability", "record", "other_record", "name", "other_name", "evidence", "line")


def propose(
    at_least: Annotated[
        float, typer.Option("--at-least", min=0.01, max=1.0, help="Only pairs of at least this probability.")
    ] = 0.9,
    as_json: AsJson = False,
    workspace: InWorkspace = WORKSPACE,
) -> None:
    """Write pairs of records that look like one person into the workspace's identity_proposals.csv; nothing is joined by it.

    Accept a pair by moving what its last column says into identity.toml: together = [["crm:17", "desk:4"]]. Refuse it with apart.
    Needs the extra: pip install "customer-command-center[linkage]".
    """
    found = Workspace.at(workspace)
    proposed = propose_joins(found, at_least)
    if as_json:
        terminal.say_json([{name: getattr(one, name) for name in COLUMNS[:-1]} for one in proposed])
        return
    path = found.root / FILE_NAME
    write_proposals(proposed, path)
    pairs = f"{len(proposed):,} pair{'s' * (len(proposed) != 1)}"
    terminal.say_line(
        f"Wrote {path}: {pairs} of at least {at_least:g}. Move the lines you accept into together of identity.toml."
    )


def write_proposals(proposed: Sequence[Proposal], path: Path) -> None:
    """Writes the pairs as CSV, whole or not at all and for the owner's eyes; a text that a spreadsheet would run gets a quote before it.

    Raises QuestionError where the disk refuses.
    """
    written = path.with_suffix(".new")
    try:
        with os.fdopen(
            os.open(written, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8", newline=""
        ) as stream:
            writer = csv.writer(stream, lineterminator="\n")
            writer.writerow(COLUMNS)
            for one in proposed:
                line = f"{json.dumps([one.record, one.other_record], ensure_ascii=False)},"
                told = (f"{one.probability:.6f}", one.record, one.other_record, one.name, one.other_name, one.evidence, line)
                writer.writerow([terminal.harmless(cell) for cell in told])
        written.replace(path)
    except OSError as error:
        what = f"the disk refuses it ({(error.strerror or type(error).__name__).lower()})"
        raise QuestionError(what, where=str(path), instead="See that it can be written to") from error
