"""Saved views: an address of ours under a name, one .toml file each in the workspace's views/, and the one that `/` opens.

What is kept is the address as it is written today, without what somebody searched for and without a language: who opens it reads
it in their own. The file's name is the view's short link; giving the view another title leaves the link alone.
"""

import json
import os
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from string import Template
from tempfile import NamedTemporaryFile
from typing import Any, Final
from unicodedata import normalize
from urllib.parse import parse_qsl, unquote, urlsplit

from filelock import FileLock, Timeout

from dashboard.errors import BadInput
from dashboard.page import Pages
from dashboard.view import View
from metrics.errors import QuestionError, UnknownName
from queries.errors import QueriesError, WorkspaceBusy
from queries.intake.manifest import sync_folder
from queries.told import Told, read_one
from queries.workspace import Workspace, said_plainly

FOLDER: Final = "views"
START: Final = "start"
"""The file that holds the name of the view that `/` opens."""
LOCK: Final = ".views.lock"
SECONDS_TO_WAIT: Final = 10
LONGEST_TITLE: Final = 80
LONGEST_NAME: Final = 60
MOST: Final = 200
VERSION: Final = "1"
OVERVIEW: Final = f"/?v={VERSION}"
"""The overview by an address that says so, where `/` opens another view."""

_NAME: Final = re.compile(rf"[a-z][a-z0-9_]{{0,{LONGEST_NAME - 1}}}", re.ASCII)
_FILE: Final = Template("""\
# A saved view: /v/$name opens it.
title    = $title
address  = $address
saved_at = $saved_at
""")


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedView:
    """One view. saved_at: UTC, as text.   owner: who keeps it, empty where nobody said.

    problem: why it cannot be opened as it was saved; its address then is empty or the overview.
    """

    name: str
    title: str
    address: str
    saved_at: str = ""
    owner: str = ""
    is_start: bool = False
    problem: str = ""

    @property
    def link(self) -> str:
        return f"/v/{self.name}"


def named_after(title: str, kind: str) -> str:
    """Returns a name made of a title's letters: "Homes, this quarter" is homes_this_quarter; `kind` begins it where it must."""
    plain = normalize("NFKD", title.replace("ß", "ss")).encode("ascii", "ignore").decode().lower()
    words = re.sub(r"[^a-z0-9]+", "_", plain).strip("_")
    if not words:
        return f"{kind}_{sha256(title.encode()).hexdigest()[:8]}"
    name = words if words[0].isalpha() else f"{kind}_{words}"
    return name[:LONGEST_NAME].rstrip("_")


def kept_address(address: str, pages: Pages) -> str:
    """Returns an address as a view keeps it: read, without its search and language. Raises QuestionError for what opens nothing."""
    try:
        parts = urlsplit(address)
        view = View.read(parts.path, parts.query)
    except (BadInput, ValueError) as problem:
        raise QuestionError(str(problem).rstrip("."), instead="Save the address of a page as the browser shows it") from None
    if parts.scheme or parts.netloc or pages.at(view.path) is None:
        raise QuestionError(f'"{address[:80]}" is no page of this command center', instead="Save what a page shows")
    if view.problem:
        raise QuestionError(view.problem.rstrip("."), instead="Choose another period, then save")
    page = pages.at(view.path)
    known = page.option_names if page else frozenset()
    told = {name: value for name, value in view.options.items() if name in known}
    return replace(view, search="", language="", options=told).href()


@dataclass(frozen=True, slots=True)
class SavedViews:
    """The saved views of one workspace."""

    workspace: Workspace
    pages: Pages

    @property
    def folder(self) -> Path:
        return self.workspace.declared(FOLDER)

    @property
    def stamp(self) -> str:
        """A text that changes whenever a view is saved, changed or removed, or another one is the start."""
        found = sorted((path.name, path.stat()) for path in self.folder.glob("*") if not path.name.startswith("."))
        return ";".join(f"{name}:{told.st_mtime_ns}:{told.st_size}" for name, told in found)

    @property
    def start(self) -> str:
        """The name of the view that `/` opens; empty where it is the overview."""
        try:
            name = (self.folder / START).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError):
            return ""
        return name if _NAME.fullmatch(name) else ""

    def all(self) -> tuple[SavedView, ...]:
        """Returns every view by title; one whose file is broken is there with what is wrong."""
        start, names = self.start, sorted(path.stem for path in self.folder.glob("*.toml"))
        found = [self._told(name, start) for name in names]
        return tuple(sorted(found, key=lambda one: one.title.casefold()))

    def one(self, name: str) -> SavedView:
        """Returns the view of this name; raises UnknownName."""
        names = [path.stem for path in self.folder.glob("*.toml")]
        if name not in names:
            raise UnknownName(f'there is no saved view "{name[:LONGEST_NAME]}"', name=name, known=names)
        return self._told(name, self.start)

    def save(self, title: str, address: str, saved_at: str, name: str = "", owner: str = "") -> SavedView:
        """Saves a view under a name, made of its title unless given; never over one that is there. Raises QuestionError."""
        title = _title(title)
        name = name or named_after(title, "view")
        if not _NAME.fullmatch(name) or name == START:
            raise QuestionError(
                f'"{name}" cannot be a view\'s name', instead="Use small letters, digits and _: homes_this_quarter"
            )
        saved = SavedView(name=name, title=title, address=kept_address(address, self.pages), saved_at=saved_at, owner=owner)
        with self._alone():
            if len(list(self.folder.glob("*.toml"))) >= MOST:
                raise QuestionError(f"there are {MOST} saved views", instead="Delete one first")
            path = self.folder / f"{name}.toml"
            if path.exists():
                raise QuestionError(
                    f'there is a saved view "{name}" already', instead="Choose another name, or delete that one first"
                )
            self._write(path, _text(saved))
        return saved

    def rename(self, name: str, title: str) -> SavedView:
        """Gives a view another title; its short link stays. Raises UnknownName, QuestionError."""
        title = _title(title)
        with self._alone():
            saved = self.one(name)
            if not saved.address:
                raise QuestionError(f"{saved.problem.rstrip('.')}", instead="Mend its file, or delete the view")
            self._write(self.folder / f"{name}.toml", _text(replace(saved, title=title)))
        return replace(saved, title=title)

    def delete(self, name: str) -> SavedView:
        """Removes a view; where it was the start, `/` opens the overview again. Raises UnknownName."""
        with self._alone():
            saved = self.one(name)
            with said_plainly(self.folder):
                (self.folder / f"{name}.toml").unlink()
                if saved.is_start:
                    (self.folder / START).unlink(missing_ok=True)
        return saved

    def begin_with(self, name: str) -> None:
        """Lets `/` open this view; the overview for an empty name. Raises UnknownName, QuestionError for one that opens nothing."""
        with self._alone():
            if not name:
                with said_plainly(self.folder):
                    (self.folder / START).unlink(missing_ok=True)
                return
            if (saved := self.one(name)).problem:
                raise QuestionError(saved.problem.rstrip("."), instead="Begin with another one")
            self._write(self.folder / START, f"{name}\n")

    def _told(self, name: str, start: str) -> SavedView:
        problems: list[QueriesError] = []
        found = read_one(self.folder / f"{name}.toml", _read, problems)
        if found is None:
            return SavedView(name=name, title=name, address="", is_start=name == start, problem=" ".join(map(str, problems)))
        try:
            found = replace(found, address=kept_address(found.address, self.pages))
        except QuestionError as problem:
            found = replace(found, address="", problem=str(problem))
        return replace(found, is_start=name == start)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Holds the lock under which views change: one writer at a time."""
        try:
            with said_plainly(self.folder):
                self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
                lock = FileLock(self.workspace.root / LOCK, timeout=SECONDS_TO_WAIT)
                with lock:
                    yield
        except Timeout as error:
            raise WorkspaceBusy("somebody else saves a view", where=str(self.folder), instead="Try again in a moment") from error

    def _write(self, path: Path, text: str) -> None:
        """Puts a whole file in its place: who reads meanwhile sees the one before or this one."""
        with said_plainly(path), NamedTemporaryFile("w", dir=self.folder, prefix=".", encoding="utf-8", delete=False) as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
            Path(file.name).replace(path)
            sync_folder(self.folder)


def as_told(found: Iterable[SavedView], center: Any) -> tuple[SavedView, ...]:
    """Returns saved views as they are told to whoever asks; to who is told no names none whose link or address names somebody."""
    try:
        kept = [one for one in found if not center.names_anybody([one.name, *_words_in(one.address)])]
        return tuple(
            replace(one, title=title) for one, title in zip(kept, center.as_told([one.title for one in kept]), strict=True)
        )
    except QueriesError:  # nothing is loaded: whom a title names nobody can tell yet
        return ()


def _words_in(address: str) -> list[str]:
    path, _sign, query = address.partition("?")
    return [unquote(path), *(value for _name, value in parse_qsl(query))]


def _title(text: str) -> str:
    title = " ".join(text.split())
    if not title:
        raise QuestionError("A view needs a name", instead="Write one line")
    if len(title) > LONGEST_TITLE or not title.isprintable():
        raise QuestionError(f"A view's name is one line of at most {LONGEST_TITLE} letters", instead="Shorten it")
    return title


def _text(saved: SavedView) -> str:
    told = {name: _quoted(getattr(saved, name)) for name in ("title", "address", "saved_at")}
    owner = f"owner    = {_quoted(saved.owner)}\n" if saved.owner else ""
    return _FILE.substitute(name=saved.name, **told) + owner


def _quoted(text: str) -> str:
    """Returns a text as TOML's basic strings write it: as JSON does, but for one character that JSON lets stand."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007F")


def _read(name: str, told: Told) -> SavedView:
    return SavedView(
        name=name,
        title=told.text("title", None) or name,
        address=told.text("address") or "",
        saved_at=told.text("saved_at", "") or "",
        owner=told.text("owner", "") or "",
    )
