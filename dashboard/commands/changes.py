"""`cx changes`: what was changed and when, and the figures before and after, against those who were not touched."""

from typing import Annotated

import typer

from dashboard import terminal
from dashboard.flags import WORKSPACE, AsJson, InWorkspace
from dashboard.reader import Reader
from metrics import CommandCenter
from queries.intervention import Intervention


def changes(
    name: Annotated[str, typer.Argument(help="A change by its name in changes.toml; all unless said.", show_default=False)] = "",
    metric: Annotated[str, typer.Option(help="Another figure than those it declares: a share or a mean.")] = "",
    as_json: AsJson = False,
    workspace: InWorkspace = WORKSPACE,
) -> None:
    """Tell what was changed, and each of its figures before and after, against those whom it did not touch."""
    center = CommandCenter.open(workspace)
    found = center.before_and_after(name, metric)
    if as_json:
        terminal.say_json(found)
        return
    declared = [one for one in reversed(center.changes()) if name in ("", one.name)]
    if not declared:
        terminal.say_line("changes.toml declares no change.")
    reader = Reader.of(center.settings())
    for one in declared:
        terminal.say_line(f"{reader.full_day(one.on)}: {one.name} ({one.owner}). {touched_words(one)}")
        for effect in found:
            if effect.change.name == one.name:
                terminal.say_line(f"· {effect.sentence}")


def touched_words(one: Intervention) -> str:
    """Returns whom a change touched: "It touched region north."."""
    told = [f"{name} {' or '.join(values)}" for name, values in one.touched.items()]
    return f"It touched {', '.join(told)}." if told else "It touched everybody."
