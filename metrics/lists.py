"""Saved lists of people: a question and the part of its figure that was opened, kept as one .toml file each.

A list lives: it is asked again of the snapshot and under the policy of whoever filters by it. A frozen one holds the customers
themselves, as they were when it was saved.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from string import Template
from typing import Final
from uuid import uuid4

from metrics.errors import QuestionError, UnknownName
from metrics.selection import Selection
from queries.errors import DeclarationErrors, QueriesError
from queries.told import Told, read_one
from queries.workspace import said_plainly

FOLDER: Final = "lists"
KINDS: Final = ("living", "frozen")

_NAME: Final = re.compile(r"[a-z][a-z0-9_]{0,59}")
_FILE: Final = Template("""\
# A list of people, saved from a number: filter any metric by it with --where list=$name.
$told""")


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedList:
    """One list: what was asked, which part of the figure was opened, and until when the data was known then.

    owner: who keeps it, empty where nobody said.
    customers: of a frozen list, who is on it; a living one is asked again.   customers_then: how many there were when it was
    saved; None in a file that does not say.
    """

    name: str
    title: str
    kind: str
    metric: str
    selection: Selection
    saved_at: str
    owner: str = ""
    mark: Mapping[str, str] = field(default_factory=dict)
    customers: tuple[str, ...] = ()
    customers_then: int | None = None

    @property
    def is_frozen(self) -> bool:
        """Whether it holds the customers themselves."""
        return self.kind == "frozen"


def load_list(folder: Path, name: str) -> SavedList:
    """Returns the list of this name; raises UnknownName, or DeclarationErrors telling every mistake of its file."""
    names = list_names(folder)
    if name not in names:
        raise UnknownName(f'there is no list "{name}"', instead="" if names else "Save one: cx save", name=name, known=names)
    path = folder / f"{name}.toml"
    return _loaded(path, path.stat().st_mtime_ns)


def list_names(folder: Path) -> tuple[str, ...]:
    """Returns the names of the lists in this folder."""
    return tuple(sorted(path.stem for path in folder.glob("*.toml")))


def titles(folder: Path) -> dict[str, str]:
    """Returns what people call each list, by its name; one whose file is broken is called by its name."""
    return {name: _title_of(folder, name) for name in list_names(folder)}


def _title_of(folder: Path, name: str) -> str:
    try:
        return load_list(folder, name).title
    except QueriesError:
        return name


def owner_of(folder: Path, name: str) -> str:
    """Returns who keeps a list, empty where nobody is known to, as of a broken file; raises UnknownName."""
    if name in list_names(folder):
        try:
            return load_list(folder, name).owner
        except DeclarationErrors:
            return ""
    return load_list(folder, name).owner


def stamp(folder: Path) -> str:
    """Returns a text that changes whenever a list is saved, changed or removed; empty without any."""
    found = sorted((path.name, path.stat()) for path in folder.glob("*.toml"))
    return ";".join(f"{name}:{told.st_mtime_ns}:{told.st_size}" for name, told in found)


def write_list(folder: Path, saved: SavedList) -> Path:
    """Writes a list's file and returns where; never over one that is there. Raises QuestionError."""
    if not _NAME.fullmatch(saved.name):
        raise QuestionError(f'"{saved.name}" cannot be a list\'s name', instead="Use small letters, digits and _: moved_away")
    path = folder / f"{saved.name}.toml"
    with said_plainly(path, "Nothing was written: see that the folder can be written to"):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        aside = folder / f".{saved.name}-{uuid4().hex}"
        try:
            with aside.open("x", encoding="utf-8") as file:
                file.write(_FILE.substitute(name=saved.name, told="\n".join(_lines(saved)) + "\n"))
                file.flush()
                os.fsync(file.fileno())
            os.link(aside, path)  # whole or not at all, and never over another
        except FileExistsError:
            raise QuestionError(
                f'there is a list "{saved.name}" already', where=str(path), instead="Choose another name"
            ) from None
        finally:
            aside.unlink(missing_ok=True)
    return path


def delete_list(folder: Path, name: str) -> None:
    """Removes a list's file, broken or not; raises UnknownName. What was asked of its people can then no longer be asked."""
    names = list_names(folder)
    if name not in names:
        raise UnknownName(f'there is no list "{name[:60]}"', name=name, known=names)
    path = folder / f"{name}.toml"
    with said_plainly(path, "Nothing was removed: see that the folder can be written to"):
        path.unlink(missing_ok=True)  # somebody else may have been quicker


@lru_cache(maxsize=64)
def _loaded(path: Path, changed: int) -> SavedList:
    problems: list[QueriesError] = []
    found = read_one(path, _read, problems)
    if problems or found is None:
        raise DeclarationErrors(problems)
    return found


def _lines(saved: SavedList) -> Iterable[str]:
    chosen = saved.selection
    yield f"title    = {_text(saved.title)}"
    yield f"kind     = {_text(saved.kind)}"
    yield f"metric   = {_text(saved.metric)}"
    if chosen.period:
        yield f"period   = {_text(chosen.period)}"
    if chosen.by:
        yield f"by       = {_texts(chosen.by)}"
    yield f"saved_at = {_text(saved.saved_at)}"
    if saved.owner:
        yield f"owner    = {_text(saved.owner)}"
    if saved.customers_then is not None:
        yield f"customers_then = {saved.customers_then}"
    if saved.is_frozen:
        yield f"customers = {_texts(saved.customers)}"
    yield from _table("where", {name: _texts(values) for name, values in chosen.where.items()})
    yield from _table("options", {name: _text(value) for name, value in chosen.options.items()})
    yield from _table("mark", {name: _text(value) for name, value in saved.mark.items()})


def _table(name: str, written: Mapping[str, str]) -> Iterable[str]:
    if written:
        yield f"\n[{name}]"
        yield from (f"{_text(key)} = {value}" for key, value in written.items())


def _text(text: str) -> str:
    """Returns a text as TOML's basic strings write it: as JSON does, but for one character that JSON lets stand."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007F")


def _texts(texts: Sequence[str]) -> str:
    return f"[{', '.join(map(_text, texts))}]"


def _read(name: str, told: Told) -> SavedList:
    where, options, mark = told.table("where"), told.table("options"), told.table("mark")
    kind = told.choice("kind", KINDS, "living")
    period, by = told.text("period", None), told.texts("by", ())
    values = {key: where.texts(key) for key in where.values}
    chosen = Selection()
    try:
        chosen = Selection.of(period=period, by=by, where=values, options={key: options.text(key) for key in options.values})
    except QueriesError as problem:
        told.wrong(str(problem))
    return SavedList(
        name=name,
        title=told.text("title"),
        kind=kind,
        metric=told.text("metric"),
        selection=chosen,
        saved_at=told.text("saved_at", ""),
        owner=told.text("owner", ""),
        mark={key: mark.text(key) for key in mark.values},
        customers=told.texts("customers") if kind == "frozen" else (),
        customers_then=told.whole("customers_then", None),
    )
