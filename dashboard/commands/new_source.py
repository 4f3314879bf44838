"""`cx new source`: a format with every field explained, or one drafted from an export that nobody has described yet."""

from pathlib import Path
from shlex import quote
from typing import Annotated

import typer

from dashboard import terminal
from dashboard.declaring import free_path, write_new, write_text
from dashboard.flags import WORKSPACE, InWorkspace
from metrics.errors import QuestionError
from queries.intake.draft import Draft, draft_of, name_of
from queries.intake.guess import CAN_BE_SAID
from queries.intake.take_in import Declared
from queries.intake.unknown_file import read_unknown
from queries.workspace import Workspace


def new_source(
    name: Annotated[
        str, typer.Argument(help="A name, or an export to draft the format from.", metavar="NAME|FILE", show_default=False)
    ],
    called: Annotated[str, typer.Option("--name", help="Of a file: the format's name; made of the file's unless said.")] = "",
    system: Annotated[str, typer.Option(help="Of a file: the system it comes from, whose ids it shares.")] = "",
    entity: Annotated[str, typer.Option("--as", help="Of a file: what its records are, such as cases or orders.")] = "",
    anyway: Annotated[bool, typer.Option("--anyway", help="Draft it also for a file that a format fits.")] = False,
    workspace: InWorkspace = WORKSPACE,
) -> None:
    """Write an export format into the workspace's sources/: with every field explained, or drafted from a file with its guesses marked.

    Of a file the headers, times, numbers and words are looked at; nothing is loaded. Each line of the draft says why it is guessed so.
    """
    file = Path(name)
    if file.is_dir():
        raise QuestionError("is a folder", where=name, instead="Name one export in it, or a name that no folder here has")
    if not file.is_file():
        if file.suffix or len(file.parts) > 1:
            raise QuestionError(
                "there is no such file", where=name, instead="Name an export, or a format: cx new source parcel_desk"
            )
        write_new("source.toml", workspace / "sources", name)
        return
    if entity and entity not in CAN_BE_SAID:
        raise QuestionError(f'"{entity}" cannot be drafted', instead=f"Use one of {', '.join(CAN_BE_SAID)}")
    found = Workspace(workspace.resolve())
    declared = Declared.of(found)
    unknown = read_unknown(file, declared, anyway=anyway)
    source_id = called or _free_name(name_of(unknown.name), workspace)
    path = free_path(workspace / "sources", source_id, ".toml")
    settings = found.settings
    draft = draft_of(
        unknown,
        source_id,
        declared.sources,
        system=system or source_id,
        entity=entity,
        currency=settings.currency,
        zone=settings.zone,
    )
    write_text(path, draft.text)
    _say(draft, file)


def _free_name(name: str, workspace: Path) -> str:
    """Return a name that no shipped format and none of the workspace has."""
    taken = set(Declared.of(Workspace(workspace.resolve())).sources)
    return name if name not in taken else f"{name}_own"


def _say(draft: Draft, file: Path) -> None:
    """Print what was drafted, and what a person does next."""
    looks = f"{draft.guessed} guesses" if draft.guessed != 1 else "1 guess"
    words = f", {draft.unknown_words} lines with words that nobody knows" if draft.unknown_words else ""
    terminal.say_line(
        f"A record is one of {draft.entity}; {draft.used} of {draft.headers} columns are used. To read: {looks}{words}."
    )
    for column in draft.to_fill_in:
        terminal.say_line(f"To fill in: {column}")
    named = quote(str(file))
    terminal.say_line(f"Then: cx recognise {named}; cx load {named}")
