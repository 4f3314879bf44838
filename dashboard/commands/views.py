"""`cx views`: the saved views, and the one that opens first."""

from pathlib import Path
from typing import Annotated

import typer

from dashboard import terminal
from dashboard.flags import WORKSPACE, AsJson, InWorkspace
from dashboard.link_told import lost
from dashboard.page import Pages
from dashboard.saved_views import SavedViews
from dashboard.view import View
from metrics import CommandCenter
from metrics.period import utc_text
from queries.audit import VIEW_CHANGED, VIEW_DELETED, VIEW_SAVED, note
from queries.clock import utc_now
from queries.workspace import Workspace

views = typer.Typer(help="Tell, save, rename and delete views: a page's address under a name.", invoke_without_command=True)
Name = Annotated[str, typer.Argument(help="The view's name, as `cx views` tells it.", show_default=False)]
Title = Annotated[str, typer.Argument(help="What people call it.", show_default=False)]


@views.callback()
def tell_unless_asked(context: typer.Context, as_json: AsJson = False, workspace: InWorkspace = WORKSPACE) -> None:
    if not context.invoked_subcommand:
        tell(as_json, workspace)


@views.command("list")
def tell(as_json: AsJson = False, workspace: InWorkspace = WORKSPACE) -> None:
    """Tell the saved views, which of them opens first, and what of them is there no more; `cx views` alone does the same."""
    center = CommandCenter.open(workspace)
    rows = [
        {
            "name": one.name,
            "title": one.title,
            "link": one.link,
            "first": "first" if one.is_start else "",
            "address": one.address,
            "problem": one.problem or " ".join(lost(_view(one.address), center)),
        }
        for one in _saved(workspace).all()
    ]
    if as_json:
        terminal.say_json(rows)
    elif rows:
        terminal.say_rows(rows, ("name", "first", "title", "address", "problem"))
    else:
        terminal.say_line("No view is saved: the page's bookmark saves one, or cx views save.")


@views.command()
def save(
    title: Title,
    address: Annotated[
        str, typer.Argument(help="What stands in the browser after the host: /service?period=2026-Q3.", show_default=False)
    ],
    name: Annotated[str, typer.Option(help="Its name in the short link; made of the title unless said.")] = "",
    workspace: InWorkspace = WORKSPACE,
) -> None:
    """Save a page's address under a name."""
    saved = _saved(workspace).save(title, address, utc_text(utc_now()), name)
    note(Workspace.at(workspace), VIEW_SAVED, of=saved.name)
    terminal.say_line(f"Saved {saved.name}: {saved.link} opens {saved.address}.")


@views.command()
def rename(name: Name, title: Title, workspace: InWorkspace = WORKSPACE) -> None:
    """Give a view another title; its link stays."""
    saved = _saved(workspace).rename(name, title)
    note(Workspace.at(workspace), VIEW_CHANGED, of=f"{name}, rename")
    terminal.say_line(f"{saved.link} is called {saved.title} now.")


@views.command()
def delete(name: Name, workspace: InWorkspace = WORKSPACE) -> None:
    """Delete a view."""
    deleted = _saved(workspace).delete(name).name
    note(Workspace.at(workspace), VIEW_DELETED, of=deleted)
    terminal.say_line(f"Deleted {deleted}.")


@views.command()
def first(
    name: Annotated[str, typer.Argument(help="The view that opens first; the overview unless said.", show_default=False)] = "",
    workspace: InWorkspace = WORKSPACE,
) -> None:
    """Let a view open where no address is given."""
    _saved(workspace).begin_with(name)
    note(Workspace.at(workspace), VIEW_CHANGED, of=f"{name or 'the overview'}, start")
    terminal.say_line(f"{name or 'The overview'} opens first from now on.")


def _saved(workspace: Path) -> SavedViews:
    return SavedViews(Workspace.at(workspace), Pages.found())


def _view(address: str) -> View:
    path, _sign, query = address.partition("?")
    return View.of_address(path, query)
