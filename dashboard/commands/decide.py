"""`cx decide` and `cx decisions`: write a decision down, and tell what came of each."""

from typing import Annotated

import typer

from dashboard import terminal
from dashboard.flags import WORKSPACE, AsJson, InWorkspace, Where, filters
from dashboard.reader import Reader
from metrics import CommandCenter
from metrics.deciding import Outcome, Told


def decide(
    what: Annotated[str, typer.Argument(help="What will be done.", show_default=False)],
    owner: Annotated[str, typer.Option(help="Whose it is.", show_default=False)],
    due: Annotated[str, typer.Option(help="Until when: 2026-12-15.", show_default=False)],
    expects: Annotated[str, typer.Option(help="What is expected of it.")] = "",
    metric: Annotated[str, typer.Option(help="The figure that should tell it: a share or a mean of a period.")] = "",
    where: Where = None,
    as_json: AsJson = False,
    workspace: InWorkspace = WORKSPACE,
) -> None:
    """Write a decision down; it is kept in the workspace's decisions.jsonl, which is only ever added to."""
    chosen = {name: tuple(values) for name, values in filters(where).items()}
    told = Told(owner=owner, what=what, due=due, expects=expects, metric=metric, where=chosen)
    made = CommandCenter.open(workspace).decide(told)
    if as_json:
        terminal.say_json(made)
    else:
        terminal.say_line(f"Written: {made.what} ({made.owner}, due {made.due}).")


def decisions(as_json: AsJson = False, workspace: InWorkspace = WORKSPACE) -> None:
    """Tell what was decided, the newest first, and what came of it after 30 and 90 days."""
    center = CommandCenter.open(workspace)
    found = center.outcomes()
    if as_json:
        terminal.say_json(found)
        return
    if not found:
        terminal.say_line("Nothing has been decided yet: cx decide.")
    reader = Reader.of(center.settings())
    for one in found:
        decision = one.decision
        day, due = reader.full_day(one.decided_on), reader.full_day(decision.due)
        terminal.say_line(f"{day}: {decision.what} ({decision.owner}, due {due}). {decision.expects}".strip())
        for line in outcome_lines(one, reader):
            terminal.say_line(f"· {line}")


def outcome_lines(one: Outcome, reader: Reader) -> list[str]:
    """Returns what came of a decision, a sentence each: "After 30 days: …"."""
    if one.problem:
        return [one.problem]
    return [
        f"After {days} days: {found.sentence if found else f'known when the data reaches {reader.full_day(one.known_on[days])}.'}"
        for days, found in one.after.items()
    ]
