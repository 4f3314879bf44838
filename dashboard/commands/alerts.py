"""`cx alerts`: how each alert stands, a round now, a test message, and what would have been told over the last year."""

from pathlib import Path
from typing import Annotated, Any

import typer

from dashboard import terminal
from dashboard.flags import WORKSPACE, AsJson, InWorkspace
from metrics import CommandCenter
from queries.alert_state import Standing, read_standing
from queries.clock import utc_now
from queries.workspace import Workspace

alerts = typer.Typer(help="Tell how each alert stands, look at them now, try them out.", invoke_without_command=True)
Names = Annotated[list[str] | None, typer.Argument(help="Alerts by their files' names; all unless said.", show_default=False)]


@alerts.callback()
def tell_unless_asked(context: typer.Context, as_json: AsJson = False, workspace: InWorkspace = WORKSPACE) -> None:
    if not context.invoked_subcommand:
        tell(as_json, workspace)


@alerts.command("list")
def tell(as_json: AsJson = False, workspace: InWorkspace = WORKSPACE) -> None:
    """Tell how each alert stands, since when, and who is told; `cx alerts` alone does the same."""
    declared = CommandCenter.open(workspace).alerts()
    stands = read_standing(Workspace.at(workspace))
    rows = [_row(one, stands.get(name, Standing())) for name, one in declared.items()]
    if as_json:
        terminal.say_json(rows)
    elif rows:
        terminal.say_rows(rows, ("name", "state", "since", "condition", "metric", "to"))
        for row in rows:
            for told in filter(None, (row["sentence"], *row["problems"])):
                terminal.say_line(f"· {row['name']}: {told}")
    else:
        terminal.say_line("No alert is declared: write alerts/NAME.toml, as docs/DECLARATIONS.md shows.")


@alerts.command("run")
def run_now(as_json: AsJson = False, workspace: InWorkspace = WORKSPACE) -> None:
    """Look at every alert now and tell who is to be told; exit code 1 when somebody could not be. `cx watch` does it by itself."""
    from dashboard.alerting.watched import say  # what sends is needed by few commands

    told = _round(workspace).run(Workspace.at(workspace))
    if as_json:
        terminal.say_json(told)
    else:
        say(told)
        for one in told:
            if not one.sent and not one.failed:
                waits = " It is told after the quiet hours." if one.waits else ""
                terminal.say_line(f"Alert {one.name}: {one.state}. {one.sentence}{waits}")
    if any(one.failed for one in told):
        raise typer.Exit(1)


@alerts.command("dry-run")
def dry_run(names: Names = None, as_json: AsJson = False, workspace: InWorkspace = WORKSPACE) -> None:
    """Tell when alerts would have opened and been over in the last year, by today's data and declarations; nothing is sent."""
    found = _round(workspace).replay(names or ())
    if as_json:
        terminal.say_json(found)
        return
    for one in found:
        if one.problem:
            terminal.say_line(f"{one.name}: {one.problem}")
            continue
        opened = sum(state == "opened" for state, _at, _sentence in one.turns)
        looks, times = "look" if one.looks == 1 else "looks", "time" if opened == 1 else "times"
        terminal.say_line(f"{one.name}: {one.looks} {looks}, would have opened {opened} {times}; {one.untold} could not tell.")
        for state, at, sentence in one.turns:
            terminal.say_line(f"· {at} {state}: {sentence}")


@alerts.command("test")
def send_tests(names: Names = None, as_json: AsJson = False, workspace: InWorkspace = WORKSPACE) -> None:
    """Send everybody of these alerts a message that says it is only a test; exit code 1 when one could not be sent."""
    from dashboard.alerting.watched import say

    told = _round(workspace).try_out(names or ())
    if as_json:
        terminal.say_json(told)
    else:
        say(told)
    if any(one.failed for one in told):
        raise typer.Exit(1)


def _round(workspace: Path) -> Any:
    from dashboard.alerting.rounds import Round, base_address

    return Round(center=CommandCenter.open(workspace), base=base_address(), now=utc_now())


def _row(one: Any, stands: Standing) -> dict[str, Any]:
    from dashboard.alerting.sending import problem_of

    problems = [problem for problem in map(problem_of, one.to) if problem]
    return {
        "name": one.name,
        "title": one.title,
        "state": stands.words,
        "since": stands.opened_at if stands.is_open else stands.over_at,
        "looked_at": stands.looked_at,
        "condition": one.condition,
        "metric": one.metric,
        "to": ", ".join(one.to),
        "told": {name: told.at for name, told in stands.told.items()},
        "sentence": stands.sentence,
        "problems": problems,
    }
