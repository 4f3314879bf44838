"""Writes packs: for each reader files of their own, made under their policy, noted before they lie there."""

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from dashboard.asking import newest_of
from dashboard.embed.chart import Charts
from dashboard.errors import NoPicture
from dashboard.packs.contents import Contents, Gathering
from dashboard.packs.sheet import sheet
from dashboard.page import Pages
from dashboard.panels import Panels
from metrics.errors import QuestionError
from metrics.packs import last_whole
from metrics.period import local_time
from queries.access_file import load_access, policy_of_role
from queries.audit import PACK, note
from queries.errors import DeclarationError, DeclarationErrors
from queries.pack import Pack, Recipient
from queries.policy import Policy
from queries.workspace import Workspace, said_plainly

FORMS: Final = ("pptx", "html", "pdf")
Printer = Callable[[str], bytes]


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """One reader's pack. reader: empty where it is for nobody by name.   missing: what could not be written, and why."""

    pack: str
    period: str
    reader: str
    files: tuple[Path, ...]
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Writing:
    """Writes packs of a center's figures. base: the public address of its pages.   by: who has them written.

    folder: where; None: where the pack says, else packs/out of the workspace.   printer: makes a PDF of an HTML document.
    """

    center: Any
    base: str = ""
    by: str = ""
    folder: Path | None = None
    forms: Sequence[str] = FORMS
    printer: Printer | None = field(default=None, compare=False)

    def write(self, pack: Pack, period: str = "", reader: str = "") -> list[Written]:
        """Writes a pack for everybody whom it names, or for one reader; the last whole period that is known unless one is given.

        A pack for nobody by name is written as a viewer sees it: who reads it is not known. Raises QueriesError.
        """
        refuse_unknown_panels([pack], Pages.found())
        chosen = period or self.last_whole(pack)
        readers = (Recipient(who=reader.strip().casefold()),) if reader else pack.recipients or (None,)
        return [self._one(pack, chosen, one) for one in readers]

    def last_whole(self, pack: Pack) -> str:
        """Returns the last period that is over as far as the data is known."""
        newest = newest_of(self.center)
        if newest is None:
            raise QuestionError("nothing has been loaded that a pack could tell of", instead="Load exports first: cx load")
        return last_whole(pack, local_time(newest, self.center.settings()["zone"]))

    def _one(self, pack: Pack, period: str, reader: Recipient | None) -> Written:
        charts = Charts(Panels(self.center, Pages.found())).under(self._policy(reader))
        told = Gathering(charts, pack, period, self.base, reader.who if reader else "").contents()
        of = " ".join([pack.name, period, *([f"for {reader.who}"] if reader else [])])
        files = self._places(told, reader)
        whom = told.stories.whom if told.stories else ()
        note(self._workspace, PACK, by=self.by, of=of, customers=whom, files=tuple(files.values()))
        return self._files(told, reader, files)

    def _policy(self, reader: Recipient | None) -> Policy:
        if reader is None:
            return policy_of_role("viewer")
        found = load_access(self._workspace.access_rules).who(reader.who)
        if found is None:
            raise QuestionError(f'"{reader.who}" has no entry in access.toml', instead="Give them one, or name somebody else")
        return found[1]

    def _places(self, told: Contents, reader: Recipient | None) -> dict[str, Path]:
        """Returns the file of each form."""
        stem = "-".join([told.pack.name, told.period.replace("..", "-"), told.snapshot, *([reader.file_name] if reader else [])])
        folder = self.folder or folder_of(self._workspace, told.pack)
        return {form: folder / f"{stem}.{form}" for form in self.forms}

    def _files(self, told: Contents, reader: Recipient | None, places: Mapping[str, Path]) -> Written:
        files, missing, page = [], [], sheet(told)
        for form, path in places.items():
            try:
                files.append(_kept(path, self._bytes(form, told, page)))
            except (QuestionError, NoPicture) as problem:
                missing.append(f"{form}: {problem}")
        who = reader.who if reader else ""
        return Written(pack=told.pack.name, period=told.period, reader=who, files=tuple(files), missing=tuple(missing))

    def _bytes(self, form: str, told: Contents, page: str) -> bytes:
        if form == "pptx":
            return slides_of(told)
        return page.encode() if form == "html" else (self.printer or _printed)(page)

    @property
    def _workspace(self) -> Workspace:
        found: Workspace = self.center.warehouse.workspace
        return found


def folder_of(workspace: Workspace, pack: Pack) -> Path:
    """Returns the folder that a pack is written to: the one that it names, else packs/out of the workspace."""
    return Path(pack.folder) if pack.folder else workspace.written_packs


def slides_of(told: Contents) -> bytes:
    """Returns a pack as slides; raises QuestionError where what makes them is not installed."""
    try:
        from dashboard.packs.deck import deck  # an extra, and slow to load: only who writes slides needs it
    except ImportError:
        instead = "Run: pip install 'customer-command-center[packs]'"
        raise QuestionError("slides are made by python-pptx, which is not installed", instead=instead) from None
    return deck(told)


def refuse_unknown_panels(packs: Sequence[Pack], pages: Pages) -> None:
    """Raises DeclarationErrors telling every page and panel that packs name and that is not there."""
    problems = []
    named = [(pack, part) for pack in packs for part in pack.parts if part.page]
    for pack, part in named:
        page = pages.at(part.page)
        if page is None or "<" in page.path:
            known = ", ".join(one.path for one in pages.menu)
            problems.append(DeclarationError(f'there is no page "{part.page}"', where=pack.place, instead=f"There is: {known}"))
        elif page.section(part.panel) is None:
            known = ", ".join(section.id for section in page.sections)
            what = f'"{part.page}" has no panel "{part.panel}"'
            problems.append(DeclarationError(what, where=pack.place, instead=f"There is: {known}"))
    if problems:
        raise DeclarationErrors(problems)


def _printed(page: str) -> bytes:
    from dashboard.pictures.camera import Camera  # a browser is started for it

    with Camera() as camera:
        return camera.pdf(page, "A4", landscape=True)


def _kept(path: Path, content: bytes) -> Path:
    """Writes a file that its owner alone may read, whole or not at all."""
    with said_plainly(path, "Nothing was written: see that the folder can be written to, or name another one"):
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        new = path.with_name(f".{path.name}.new")
        handle = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        new.replace(path)
    return path
