"""Writes a declaration into a workspace: never over one that is there, never one that the next load would refuse."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from string import Template
from tempfile import TemporaryDirectory

import typer

from metrics.catalog import definition_folders
from metrics.errors import QuestionError
from queries.declarations import SHIPPED, Problems, check_declarations
from queries.errors import DeclarationErrors
from queries.workspace import Workspace, said_plainly

NEW = Path(__file__).parent / "new"
DECLARED = ("sources", "segments", "dimensions", "journeys", "calendars", "promises", "alerts", "packs")


def write_new(template: str, folder: Path, name: str, words: Mapping[str, str] | None = None) -> None:
    """Writes a declaration from its template, with further words where it takes some; never over one that is there."""
    path = free_path(folder, name, Path(template.removesuffix(".j2")).suffix)
    title = name.replace("_", " ").capitalize()
    text = Template((NEW / template).read_text(encoding="utf-8"))
    today = datetime.now(UTC).astimezone().date()  # the calendar beside whoever writes the file
    write_text(path, text.safe_substitute(words or {}, name=name, title=title, today=today.isoformat()))


def free_path(folder: Path, name: str, suffix: str) -> Path:
    """Returns where a declaration of this name goes; raises QuestionError for a name that cannot be one, or is taken."""
    if not re.fullmatch(r"[a-z][a-z0-9_]{0,59}", name):
        raise QuestionError(f'"{name}" cannot be a file\'s name here', instead="Use small letters, digits and _: late_replies")
    path = folder / f"{name}{suffix}"
    if path.exists():
        raise QuestionError("there is such a file already", where=str(path), instead="Choose another name")
    return path


def write_text(path: Path, text: str) -> None:
    """Writes a declaration; raises DeclarationErrors for one that the next load would refuse."""
    if path.suffix == ".toml":
        refuse_what_no_load_takes(path, text)
    with said_plainly(path, "Nothing was written: see that the folder can be written to"):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    typer.echo(f"Wrote {path}")
    if (shipped_of(path.parent) / path.name).exists():
        typer.echo(f"It takes the place of the {path.stem} that ships; remove the file to have that again.")


def refuse_what_no_load_takes(path: Path, text: str) -> None:
    """Raises DeclarationErrors when the next load would refuse this file beside all that the workspace declares."""
    root = path.parents[1]
    with TemporaryDirectory() as place:
        beside = [*root.glob("*.toml")]
        beside += [file for kind in DECLARED for file in (root / kind).glob("*.toml")]
        for file in (one for one in beside if one.is_file()):
            copy = Path(place) / file.relative_to(root)
            copy.parent.mkdir(exist_ok=True)
            copy.write_bytes(file.read_bytes())
        copy = Path(place) / path.relative_to(root)
        copy.parent.mkdir(exist_ok=True)
        copy.write_text(text, encoding="utf-8")
        problems = Problems()
        problems.none_in(check_declarations, Workspace(Path(place)))
    own = [problem for problem in problems.found if problem.where.startswith(f"{path.parent.name}/{path.name}")]
    if own:
        raise DeclarationErrors(own)


def shipped_of(folder: Path) -> Path:
    """Returns where the declarations lie that ship, of the kind that a workspace keeps in this folder."""
    return definition_folders(folder)[0] if folder.name == "metrics" else SHIPPED / folder.name
