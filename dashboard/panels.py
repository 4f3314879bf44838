"""Draws one panel: ask → look → draw. A panel that fails says so in its own place and never blanks the page."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from importlib import import_module
from typing import Any

from markupsafe import Markup

from dashboard import panel_menu
from dashboard.access.noted import noted_if_shown
from dashboard.access.who import Role
from dashboard.asking import newest_of, selection_of
from dashboard.charts._changed import with_changes
from dashboard.components import drawer, footer, header, notice
from dashboard.embed.allowed import may_be_given
from dashboard.gate import log_failure
from dashboard.late_sources import late_sources
from dashboard.look import Look
from dashboard.page import Ask, Pages, Section
from dashboard.reader import Reader
from dashboard.table import Table, of_answer, of_people
from dashboard.view import View
from metrics.answer import Answer, People
from metrics.errors import TooFew, UnknownName
from metrics.language import _, language_of, speaking
from queries.errors import QueriesError

Once = Callable[[Callable[[], str]], str]


def _name(section: Section) -> str:
    return _(section.title) if section.follows_selection else ""


def just_now(make: Callable[[], str]) -> str:
    """Keeps nothing."""
    return make()


def module_of(section: Section) -> Any:
    """Returns what draws a section: its chart kind or its component."""
    folder = "components" if section.component else "charts"
    return import_module(f"dashboard.{folder}.{section.kind}")


def table_of(section: Section, told: Any, look: Look) -> Table | None:
    """Returns what a panel shows as a table: its own, else the rows of its first answer or list; None of what has neither."""
    module = module_of(section)
    if hasattr(module, "table"):
        made: Table = module.table(told, look)
        return with_changes(made, told.values(), look) if isinstance(told, Mapping) else made
    sources = list(panel_menu.sources_in(told))
    answers = [source for source in sources if isinstance(source, Answer)]
    people = [source for source in sources if isinstance(source, People)]
    return of_answer(answers[0], look) if answers else of_people(people, look) if people else None


def never() -> datetime | None:
    """Nobody knows."""
    return None


FRAME = {
    "header": Section("header", component="header", follows_selection=False),
    "footer": Section("footer", component="footer", follows_selection=False),
    "sample": Section("sample", component="sample_strip", follows_selection=False, before_data=True),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What a panel shows: what it was drawn from, how it is looked at, and its table where it has one."""

    section: Section
    look: Look
    told: Any
    table: Table | None

    @property
    def sources(self) -> tuple[Answer | People, ...]:
        return tuple(panel_menu.sources_in(self.told))

    @property
    def may_be_pictured(self) -> bool:
        """Whether its menu offers a picture."""
        has_rows = self.table is not None and bool(self.table.rows)
        return has_rows and panel_menu.may_be_pictured(module_of(self.section), self.sources, self.look)


@dataclass(frozen=True)
class Panels:
    """Every panel of every page, drawn from one command center."""

    center: Any
    pages: Pages

    def draw(
        self, path: str, panel: str, view: View, once: Once = just_now, last_good: Callable[[], datetime | None] = never
    ) -> Markup | None:
        """Returns a panel's HTML, or None where the page has no such panel. once may keep what was drawn, never a failure.

        last_good tells when the panel was drawn last, naive UTC.
        """
        section = self.section(path, panel)
        if section is None:
            return None
        with speaking(self.language(view)):
            return self._drawn_or_told(section, panel, view, once, last_good)

    def language(self, view: View) -> str | None:
        """Returns the language that a page is drawn in: the reader's choice, else the workspace's own."""
        return language_of(self.locale, view.language)

    @property
    def company(self) -> str:
        """Whose data is shown, and that it is a sample's, where nothing else says so: on a wall."""
        title = str(self.center.settings()["title"])
        return _("{company}, sample data", company=title) if getattr(self.center, "is_sample", False) else title

    @property
    def locale(self) -> str:
        """The workspace's own locale; empty where nothing is loaded yet."""
        try:
            return str(self.center.settings()["locale"])
        except QueriesError:
            return ""

    def _drawn_or_told(
        self, section: Section, panel: str, view: View, once: Once, last_good: Callable[[], datetime | None]
    ) -> Markup:
        try:
            html = once(lambda: self._drawn_or_too_few(section, panel, view))
            self._note(html, panel, view)
            return Markup(html)  # drawn by us, kept as text
        except QueriesError as problem:
            return self._why_not(problem, section, panel, view)
        except Exception as error:
            return notice.failure(_(section.title), log_failure(error), _name(section), last_good())

    def _drawn_or_too_few(self, section: Section, panel: str, view: View) -> str:
        """That something is of too few is kept like a figure: it costs as much to find out, and who sees few rows asks all day."""
        try:
            return str(self._drawn(section, panel, view))
        except TooFew as problem:
            return str(self._why_not(problem, section, panel, view))

    def _why_not(self, problem: QueriesError, section: Section, panel: str, view: View) -> Markup:
        if panel == "header":
            return header.bare(self.pages, view)
        if panel == "footer":
            return footer.bare()
        if getattr(self.center, "is_empty", False):
            return notice.nothing_loaded(view, _name(section))
        return notice.problem(str(problem), view, _name(section))

    def _note(self, html: str, panel: str, view: View) -> None:
        page = self.pages.at(view.path)
        of = page.path if page else view.path
        own = view.path.rpartition("/")[2] if "<" in of else ""
        noted_if_shown(self.center, html, of=f"{of} {panel}", but=own)

    def draw_drawer(self, view: View) -> Markup:
        """Returns the drawer of an opened number, or nothing where none is open."""
        with speaking(self.language(view)):
            return self._drawer(view)

    def _drawer(self, view: View) -> Markup:
        if view.problem and view.target is None:
            return drawer.refused(view.problem, view)
        if view.target is None:
            return Markup("")
        try:
            drawn = drawer.draw(drawer.fetch(self.center, view), self.look(view))
            five = ", read five" if view.show == "five" else ""
            noted_if_shown(self.center, drawn, of=f"{view.target.metric}{five}")
            return drawn
        except QueriesError as problem:
            return drawer.refused(str(problem), view)
        except Exception as error:
            text = _("The list could not be made. Tell your administrator the id {failure_id}.", failure_id=log_failure(error))
            return drawer.refused(text, view)

    def table(self, path: str, panel: str, view: View) -> Table | None:
        """Returns what a panel's chart shows as a table, or None where there is none."""
        shown = self.shown(path, panel, view)
        return shown.table if shown else None

    def shown(self, path: str, panel: str, view: View) -> Shown | None:
        """Returns what a panel's chart shows and from what, or None where the page has no such panel."""
        section = self.section(path, panel)
        if section is None:
            return None
        with speaking(self.language(view)):
            section = section.on(view)
            look = replace(self.look(view, section), panel=panel)
            told = self.told(section, view)
            return Shown(section=section, look=look, told=told, table=table_of(section, told, look))

    def told(self, section: Section, view: View) -> Any:
        """Returns what a panel is drawn from: what its component fetches, else its answers."""
        return module_of(section).fetch(self.center, view) if section.component else self.answers(section, view)

    def section(self, path: str, panel: str) -> Section | None:
        if path == "*":
            return FRAME.get(panel)
        page = self.pages.at(path)
        return page.section(panel) if page else None

    def role_of(self, path: str) -> Role:
        """Returns what somebody has to be to see the panels of a path; the frame is everybody's."""
        page = self.pages.at(path)
        return page.role if page else Role.VIEWER

    def look(self, view: View, section: Section | None = None) -> Look:
        return Look(
            title=_(section.title) if section else "",
            question=_(section.question) if section else "",
            reader=Reader.of(self.center.settings()),
            view=view,
            specs={metric.metric_id: metric for metric in self.center.metrics()},
            newest=newest_of(self.center),
            snapshot=str(self.center.snapshot),
        )

    def _plain_look(self, view: View, section: Section) -> Look:
        """Returns how to draw what does not come from a snapshot: there may be none."""
        reader = Reader.of({"locale": self.locale, "zone": "UTC", "currency": "EUR"})
        return Look(title=_(section.title), question=_(section.question), reader=reader, view=view, specs={})

    def _drawn(self, section: Section, panel: str, view: View) -> Markup:
        if view.problem and section.follows_selection:
            return notice.problem(view.problem, view, _name(section))
        section = section.on(view)
        if section.before_data:
            component = import_module(f"dashboard.components.{section.component}")
            return component.draw(component.fetch(self.center, view), replace(self._plain_look(view, section), panel=panel))
        look = replace(self.look(view, section), panel=panel)
        told, module = self.told(section, view), module_of(section)
        drawing = module.draw(told, look) + late_sources(told, self.center.sources(), look.reader)
        return panel_menu.framed(
            drawing,
            told,
            table_of(section, told, look),
            look,
            company=self.company,
            names_people=getattr(module, "NAMES_PEOPLE", False),
            may_be_given=may_be_given(section, module, told, look),
        )

    def answers(self, section: Section, view: View) -> Mapping[str, Answer | QueriesError]:
        """Asks every metric of a section; one that cannot be answered is there as its error, the first one raises."""
        asks = [ask for ask in section.asks if not ask.only_split or view.selection.by]
        answers: dict[str, Answer | QueriesError] = {}
        for ask in asks:
            try:
                answers[ask.name] = self._answer(ask, view)
            except QueriesError as problem:
                if ask is asks[0] and (len(asks) == 1 or not isinstance(problem, UnknownName)):
                    raise
                answers[ask.name] = problem
        return answers

    def _answer(self, ask: Ask, view: View) -> Answer:
        answer: Answer = self.center.ask(ask.metric, selection_of(ask, self.center, view))
        return answer
