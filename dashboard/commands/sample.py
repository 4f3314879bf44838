"""`cx sample`: the sample company, to be looked at before there is anything of one's own."""

from pathlib import Path
from typing import Annotated

import typer

from dashboard import terminal
from dashboard.flags import WORKSPACE, InWorkspace
from queries.progress import told_in
from queries.sample import make_sample, remove_sample, sample_of, sample_progress
from queries.workspace import Workspace

SAMPLE_DATA = Path(__file__).parents[2] / "sample_data"


def sample(
    remove: Annotated[bool, typer.Option("--remove", help="Take it away again.")] = False,
    workspace: InWorkspace = WORKSPACE,
) -> None:
    """Load the small sample company beside your own data, in a workspace of its own; it is shown until something of yours is loaded."""
    found = Workspace.create(workspace)
    if remove:
        terminal.say_line("The sample data is removed." if remove_sample(found) else "There is no sample data.")
        return
    with told_in(sample_progress(found)) as progress:
        make_sample(found, SAMPLE_DATA / "tiny", SAMPLE_DATA / "workspace", progress)
    terminal.say_line(f"The sample company is in {sample_of(found).root}; cx sample --remove takes it away.")
