"""The wall: three panels at a time, told so that they are read from three metres, for a screen that nobody touches.

A wall's address names its pages; of each page it shows what the page declares for it. Every answer holds one screen with the mark of
what it was drawn from: the snapshot, the definitions and the program. While the mark stays, nothing is drawn and nothing is sent.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC
from functools import cache
from hashlib import sha256
from importlib import import_module
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qsl

from dashboard import far, theme
from dashboard.cache import SharedCache
from dashboard.callbacks import current_version
from dashboard.components import header
from dashboard.errors import BadInput
from dashboard.gate import log_failure
from dashboard.look import Look
from dashboard.page import Page, Pages, Section
from dashboard.panels import Panels
from dashboard.states import AT_RISK, CANT_TELL, MET, MISSED, NO_DATA
from dashboard.templates import render
from dashboard.view import LONGEST, View
from metrics.language import _, speaking, spoken
from metrics.selection import compared, resolve
from queries.errors import QuestionError

FOLDER: Final = Path(__file__).parent
ASSETS: Final = FOLDER.parent / "assets"
AT_ONCE: Final = 3
MOST_SCREENS: Final = 2  # of a page that declares none
FIRST: Final = "overview"
MOST_FIELDS: Final = 40
DWELL: Final = 30
THEMES: Final = ("dark", "light")
LEGEND: Final = (MET, MISSED, AT_RISK, CANT_TELL, NO_DATA)
WHOLE: Final = re.compile(r"[0-9]{1,4}", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Screen:
    """What is shown at one time: a page and up to three of its panels, the first the greatest."""

    page: Page
    sections: tuple[Section, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class WallView:
    """What a wall's address asks for. unknown names the pages that there are not; the others are shown."""

    screens: tuple[Screen, ...]
    dwell: int
    theme: str
    view: View
    unknown: tuple[str, ...] = ()

    @classmethod
    def read(cls, query: str, pages: Pages) -> "WallView":
        """Reads an address's query; what makes no sense is left at its usual. Raises BadInput for what is no query at all."""
        if len(query) > LONGEST:
            raise BadInput(f"The query is text of at most {LONGEST} characters.")
        try:
            named = dict(parse_qsl(query, max_num_fields=MOST_FIELDS))
        except ValueError:
            raise BadInput(f"The query has at most {MOST_FIELDS} fields.") from None
        names = [name for name in named.get("pages", "").split(",") if name] or [FIRST]
        known = {name_of(page): page for page in pages.menu if screens_of(page)}
        chosen = [known[name] for name in dict.fromkeys(names) if name in known] or [known[FIRST]]
        view = View.of_address("/", query)
        return cls(
            screens=tuple(screen for page in chosen for screen in screens_of(page)),
            dwell=_dwell(named.get("dwell", "")),
            theme=named.get("theme", "") if named.get("theme") in THEMES else "",
            view=View(selection=view.selection.changed(by=()), problem=view.problem, language=view.language),
            unknown=tuple(name[:40] for name in names if name not in known),
        )


def name_of(page: Page) -> str:
    """Returns a page's name in a wall's address: "overview", "journey"."""
    return page.path.strip("/") or FIRST


def screens_of(page: Page) -> list[Screen]:
    """Returns the screens of a page: as it declares them, else its first panels that can be told, three at a time."""
    if page.wall:
        return [
            Screen(page=page, sections=tuple(section for name in names if (section := page.section(name)))) for names in page.wall
        ]
    told = [section for section in page.sections if far.is_told(section.kind)]
    groups = [told[at : at + AT_ONCE] for at in range(0, len(told), AT_ONCE)][:MOST_SCREENS]
    return [Screen(page=page, sections=tuple(group)) for group in groups if len(group) == AT_ONCE]


def _dwell(text: str) -> int:
    return min(max(int(text), 5), 3600) if WHOLE.fullmatch(text) else DWELL


@cache
def program() -> str:
    """Returns the mark of this program: another one draws otherwise, and an open wall takes itself anew."""
    files = [*FOLDER.rglob("*.py"), *FOLDER.rglob("*.html"), *ASSETS.glob("*.css"), *ASSETS.glob("*.js")]
    return sha256(b"\0".join(path.read_bytes() for path in sorted(files))).hexdigest()[:12]


@dataclass(frozen=True)
class Wall:
    """Every wall, drawn from the same answers as the pages' panels."""

    panels: Panels
    cache: SharedCache

    @property
    def pages(self) -> Pages:
        return self.panels.pages

    def document(self, asked: WallView) -> str:
        """Returns the page that a wall's screen opens; it needs no figures to be shown."""
        with speaking(self.panels.language(asked.view)):
            return self._document(asked)

    def _document(self, asked: WallView) -> str:
        return render(
            "wall.html",
            program=program(),
            asked=asked,
            places=range(AT_ONCE),
            legend=LEGEND,
            language=spoken(),
            words=theme.words_of(theme.WALL_SCRIPT),
        )

    def mark(self, query: str, screen: int) -> str | None:
        """Returns the mark of what a screen would be drawn from now, or None where nothing can be read."""
        version = current_version(self.panels)
        return sha256(f"{version}\n{program()}\n{query}\n{screen}".encode()).hexdigest()[:20] if version else None

    def screen(self, asked: WallView, number: int) -> dict[str, Any]:
        """Returns one screen: its panels as HTML, and what stands around them."""
        with speaking(self.panels.language(asked.view)):
            return self._screen(asked, number)

    def _screen(self, asked: WallView, number: int) -> dict[str, Any]:
        number %= len(asked.screens)
        shown = asked.screens[number]
        look = self.panels.look(asked.view)
        return {
            "program": program(),
            "version": current_version(self.panels) or "",
            "company": self.panels.company,
            "locale": look.reader.locale.replace("_", "-"),
            "zone": look.reader.zone,
            "screens": [{"title": _(each.page.title), "question": _(each.page.question)} for each in asked.screens],
            "screen": number,
            "range": _range(look),
            "as_of": self._as_of(look),
            "panels": [self._panel(shown.page, section, asked.view) for section in shown.sections],
        }

    def _panel(self, page: Page, section: Section, view: View) -> dict[str, Any]:
        view = replace(view, path=page.path)
        parts = (
            "wall",
            current_version(self.panels) or "",
            program(),
            spoken(),
            page.path,
            section.id,
            view.href(),
            view.problem or "",
        )
        try:
            html = str(self.cache.once(parts, lambda: str(self._drawn(section, view))))
            return {"id": f"{page.path}#{section.id}", "title": _(section.title), "html": html, "failure": ""}
        except Exception as error:
            return {"id": f"{page.path}#{section.id}", "title": _(section.title), "html": "", "failure": log_failure(error)}

    def _drawn(self, section: Section, view: View) -> str:
        """Draws a panel; a question that cannot be answered says so, and is no failure."""
        if view.problem:
            return render(
                "wall_panel.html", title=_(section.title), question=_(section.question), told=None, problem=view.problem
            )
        try:
            told = far.tell(section.kind, self._answers(section, view), self.panels.look(view, section))
        except QuestionError as problem:
            return render(
                "wall_panel.html", title=_(section.title), question=_(section.question), told=None, problem=str(problem)
            )
        return render("wall_panel.html", title=_(section.title), question=_(section.question), told=told, problem="")

    def _answers(self, section: Section, view: View) -> Any:
        if not section.component:
            return self.panels.answers(section, view)
        return import_module(f"dashboard.components.{section.component}").fetch(self.panels.center, view)

    def _as_of(self, look: Look) -> dict[str, Any]:
        """Until when the newest data tells, how often it should come, and the source that is latest."""
        sources = [header.told(source, look.reader, look.newest) for source in self.panels.center.sources()]
        late = max((source for source in sources if source["flag"]), key=lambda source: source["age_seconds"], default=None)
        expected = min((source["expected"] for source in sources if not source["is_finished"]), default=0)
        if look.newest is None:
            return {"epoch": 0, "time": "", "dated": "", "expected": 0, "late": ""}
        return {
            "epoch": int(look.newest.replace(tzinfo=UTC).timestamp()),
            "time": look.reader.time(look.newest),
            "dated": look.reader.moment(look.newest),
            "expected": expected,
            "late": f"{late['name']} {late['age']}" if late else "",
        }


def _range(look: Look) -> Mapping[str, str]:
    """The period that is shown and the one it is compared with, and what it is narrowed to."""
    selection, reader = look.view.selection, look.reader
    if look.newest is None:
        return {"name": "", "against": "", "filters": ""}
    period = resolve(selection.period, as_of=look.newest, zone=reader.zone)
    other = compared(period, selection.compare, zone=reader.zone)
    name = header.period_name(period, reader)
    return {
        "name": _("{when} to date", when=name) if period.is_to_date else name,
        "against": header.period_name(other, reader, beside=period) if other else "",
        "filters": _filters(selection.where),
    }


def _filters(where: Mapping[str, Sequence[str]]) -> str:
    return " · ".join(", ".join(values) for values in where.values())
