"""`cx doctor`: what is unsafe in how the server is set up."""

import typer

from dashboard import terminal
from dashboard.flags import WORKSPACE, AsJson, InWorkspace


def doctor(as_json: AsJson = False, workspace: InWorkspace = WORKSPACE) -> None:
    """Say what is unsafe in how the server is set up: who may come in, who may read its files, where charts, alerts and packs go.

    Exit code 1 when anything is. What only does not work, as an alert that reaches nobody, is a note.

    It looks at the same environment that `cx serve` would: run it as the same user, with the same variables.
    """
    from dashboard.access.doctor import examined  # the web server is needed by few commands only

    found = examined(workspace)
    if as_json:
        terminal.say_json([{"unsafe": one.is_unsafe, "sentence": one.sentence} for one in found])
    else:
        for one in sorted(found, key=lambda one: not one.is_unsafe):
            terminal.say_line(f"{'unsafe' if one.is_unsafe else 'note  '}  {one.sentence}")
    count = sum(one.is_unsafe for one in found)
    if count:
        raise typer.Exit(1)
    if not as_json:
        terminal.say_line("Nothing unsafe was found.")
