"""Draws one panel: ask → look → draw. A panel that fails says so in its own place and never blanks the page."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from importlib import import_module
from typing import Any

from markupsafe import Markup

from dashboard.asking import newest_of, selection_of
from dashboard.components import drawer, header, notice
from dashboard.gate import log_failure
from dashboard.look import Look
from dashboard.page import Ask, Pages, Section
from dashboard.reader import Reader
from dashboard.table import Table, of_answer
from dashboard.view import View
from metrics.answer import Answer
from metrics.errors import UnknownName
from queries.errors import QueriesError

Once = Callable[[Callable[[], str]], str]


def _name(section: Section) -> str:
    return section.title if section.follows_selection else ""


def just_now(make: Callable[[], str]) -> str:
    """Keeps nothing."""
    return make()


FRAME = {
    "header": Section("header", component="header", follows_selection=False),
    "footer": Section("footer", component="footer", follows_selection=False),
}


@dataclass(frozen=True)
class Panels:
    """Every panel of every page, drawn from one command center."""

    center: Any
    pages: Pages

    def draw(self, path: str, panel: str, view: View, once: Once = just_now) -> Markup | None:
        """Returns a panel's HTML, or None where the page has no such panel. once may keep what was drawn, never a failure."""
        section = self.section(path, panel)
        if section is None:
            return None
        try:
            return Markup(once(lambda: str(self._drawn(section, panel, view))))  # drawn by us, kept as text
        except QueriesError as problem:
            return header.bare(self.pages, view) if panel == "header" else notice.problem(str(problem), view, _name(section))
        except Exception as error:
            return notice.failure(section.title, log_failure(error), _name(section))

    def draw_drawer(self, view: View) -> Markup:
        """Returns the drawer of an opened number, or nothing where none is open."""
        if view.problem and view.target is None:
            return drawer.refused(view.problem, view)
        if view.target is None:
            return Markup("")
        try:
            return drawer.draw(drawer.fetch(self.center, view), self.look(view))
        except QueriesError as problem:
            return drawer.refused(str(problem), view)
        except Exception as error:
            return drawer.refused(f"The list could not be made. Tell your administrator the id {log_failure(error)}.", view)

    def table(self, path: str, panel: str, view: View) -> Table | None:
        """Returns what a panel's chart shows as a table, or None where there is none."""
        section = self.section(path, panel)
        if section is None:
            return None
        section = section.on(view)
        if section.component:
            return self._table_of_component(section, view)
        chart = import_module(f"dashboard.charts.{section.chart}")
        answers, look = self._answers(section, view), self.look(view, section)
        if hasattr(chart, "table"):
            made: Table = chart.table(answers, look)
            return made
        return of_answer(next(answer for answer in answers.values() if isinstance(answer, Answer)), look)

    def _table_of_component(self, section: Section, view: View) -> Table | None:
        component = import_module(f"dashboard.components.{section.component}")
        if not hasattr(component, "table"):
            return None
        made: Table = component.table(component.fetch(self.center, view), self.look(view, section))
        return made

    def section(self, path: str, panel: str) -> Section | None:
        if path == "*":
            return FRAME.get(panel)
        page = self.pages.at(path)
        return page.section(panel) if page else None

    def look(self, view: View, section: Section | None = None) -> Look:
        return Look(
            title=section.title if section else "",
            question=section.question if section else "",
            reader=Reader.of(self.center.settings()),
            view=view,
            specs={metric.metric_id: metric for metric in self.center.metrics()},
            newest=newest_of(self.center),
        )

    def _drawn(self, section: Section, panel: str, view: View) -> Markup:
        if view.problem and section.follows_selection:
            return notice.problem(view.problem, view, _name(section))
        section = section.on(view)
        look = replace(self.look(view, section), panel=panel)
        if section.component:
            component = import_module(f"dashboard.components.{section.component}")
            return component.draw(component.fetch(self.center, view), look)
        chart = import_module(f"dashboard.charts.{section.chart}")
        return chart.draw(self._answers(section, view), look)

    def _answers(self, section: Section, view: View) -> Mapping[str, Answer | QueriesError]:
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
