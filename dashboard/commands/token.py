"""`cx token`: the tokens with which programs ask /api/v1."""

from typing import Annotated

import typer

from dashboard import terminal
from dashboard.flags import WORKSPACE, AsJson, InWorkspace
from metrics.errors import QuestionError
from queries.access_file import PeopleOf
from queries.audit import TOKEN_MADE, TOKEN_REVOKED, note
from queries.workspace import Workspace

token = typer.Typer(help="Make, list and revoke the tokens with which programs ask /api/v1.", no_args_is_help=True)
Names = list[str] | None


@token.command()
def add(
    name: Annotated[str, typer.Argument(help="Whose it is, as the audit log tells it.", show_default=False)],
    role: Annotated[str, typer.Option(help="viewer: no names, no small groups. manager: both, within its rows.")] = "viewer",
    scope: Annotated[Names, typer.Option(help="What for: read, or customers for the people behind a number; repeat it.")] = None,
    purpose: Annotated[str, typer.Option(help="What people are listed for, where it may list them.")] = "",
    region: Annotated[Names, typer.Option(help="Only the rows of this region; repeat it for more.")] = None,
    segment: Annotated[Names, typer.Option(help="Only the rows of this segment.")] = None,
    team: Annotated[Names, typer.Option(help="Only the rows of this team.")] = None,
    days: Annotated[int, typer.Option(help="For how many days it is good.")] = 365,
    giver: Annotated[
        str, typer.Option("--by", help="For whom of access.toml: it ends with their role, and sees no more than they do.")
    ] = "",
    workspace: InWorkspace = WORKSPACE,
) -> None:
    """Make a token and print it: this once, because only its digest is kept."""
    from dashboard.api.tokens import READ, Tokens, Wish  # what asks for a role brings the web server, which few commands need

    found = Workspace.at(workspace)
    if giver:
        _refuse_giver(found, giver, role)
    wish = Wish(
        name=name, role=role, scopes=scope or (READ,), days=days, purpose=purpose, regions=region or (), segments=segment or (),
        teams=team or (), giver=giver,
    )  # fmt: skip
    made, text = Tokens.of(found).add(wish)
    note(found, TOKEN_MADE, of=f"{made.token_id} {made.name}, {made.role}: {', '.join(made.scopes)}", purpose=made.purpose)
    typer.echo(text)
    typer.echo(
        f"Keep it secret: it is not told again. Good until {made.expires_at}; `cx token revoke {made.token_id}` ends it.",
        err=True,
    )


@token.command("list")
def tell(as_json: AsJson = False, workspace: InWorkspace = WORKSPACE) -> None:
    """List the tokens: whose, what for, over which rows, until when; never what they are."""
    from dashboard.api.tokens import Tokens

    columns = ("token_id", "name", "giver", "role", "scopes", "rows", "purpose", "made_at", "expires_at")
    rows = [
        {**{name: getattr(one, name, None) for name in columns}, "rows": _rows(one)}
        for one in Tokens.of(Workspace.at(workspace)).all()
    ]
    if as_json:
        terminal.say_json(rows)
    elif rows:
        terminal.say_rows([{**row, "scopes": ", ".join(row["scopes"])} for row in rows], columns)
    else:
        terminal.say_line("There is no token: cx token add NAME makes one.")


@token.command()
def revoke(
    token_id: Annotated[str, typer.Argument(help="The token's id, as `cx token list` tells it.", show_default=False)],
    workspace: InWorkspace = WORKSPACE,
) -> None:
    """End a token: from the next request on it opens nothing."""
    from dashboard.api.tokens import Tokens

    found = Workspace.at(workspace)
    ended = Tokens.of(found).revoke(token_id)
    note(found, TOKEN_REVOKED, of=f"{ended.token_id} {ended.name}")
    terminal.say_line(f"Revoked: {ended.name} ({ended.token_id}).")


def _refuse_giver(workspace: Workspace, giver: str, role: str) -> None:
    """Raises QuestionError for a giver who has not the role that the token is to have."""
    from dashboard.access.given import Givers
    from dashboard.access.who import Role

    if role in tuple(Role) and Givers(PeopleOf(workspace.access_rules)).policy_of(giver, (), Role(role)) is None:
        raise QuestionError(
            f"{giver} has not the role {role} in access.toml", instead="Name somebody who has it, or another role"
        )


def _rows(one: object) -> str:
    """Returns in words whose rows a token may see."""
    limits = [f"{name} {', '.join(getattr(one, name))}" for name in ("regions", "segments", "teams") if getattr(one, name)]
    return "; ".join(limits) or "all"
