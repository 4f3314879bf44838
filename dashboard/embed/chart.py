"""The chart that a token opens: which panel it is, whether it may be given away at all, and what is drawn, written and listed of it."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from hashlib import sha256
from html import unescape
from typing import Any, Final

from markupsafe import Markup, escape

from dashboard import panel_menu
from dashboard.cache import SharedCache
from dashboard.callbacks import current_version
from dashboard.components import drawer
from dashboard.embed.allowed import OWN_WORDS, is_a_figure, is_of_figures
from dashboard.embed.token import Grant
from dashboard.errors import BadInput
from dashboard.files import File, about
from dashboard.late_sources import late_sources
from dashboard.look import Look
from dashboard.page import Ask, Page, Pages, Section
from dashboard.panels import Panels, module_of, table_of
from dashboard.pictures.sheet import sheet
from dashboard.table import Table, of_people
from dashboard.view import View
from dashboard.wall import program
from metrics.answer import Answer
from metrics.errors import QuestionError, UnknownName
from metrics.language import speaking, spoken
from metrics.metric import Metric
from queries.errors import QueriesError
from queries.policy import Policy

OF_ITS_PAGE: Final = ("forecast",)
"""Charts that need what their page chose."""
OF_GROUPS: Final = ("summary", "attainment", "scores", "affected", "wait", "pause_share")
"""The figures whose groups are a value each."""
WITH_INTERVAL: Final = ("percent", "nps", "score")
TAG: Final = re.compile(r"<a\b([^>]*)>")
ATTRIBUTE: Final = re.compile(r'\s([a-z-]+)="([^"]*)"')
LEFT_OUT: Final = ("href", "data-open", "data-nav", "data-here", "download")
MOST_LISTED: Final = 50
BEHIND: Final = re.compile(r'data-behind="([^"]*)"')
FORM: Final = re.compile(r"<form\b.*?</form>", re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """A chart as it was drawn: its HTML without a way out of it, and what stands under it. title is its panel's."""

    title: str
    html: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Behind:
    """Who is behind a number: no id and no name, only when it was and why it counts. more: so many others are not listed.

    customers: their ids, for the audit log alone.
    """

    metric: str
    sentence: str
    table: Table
    more: int
    customers: frozenset[str]


@dataclass(frozen=True, slots=True)
class Told:
    """What a chart was drawn from."""

    section: Section
    look: Look
    told: Any

    @property
    def answers(self) -> list[Answer]:
        return [source for source in panel_menu.sources_in(self.told) if isinstance(source, Answer)]

    @property
    def table(self) -> Table | None:
        return table_of(self.section, self.told, self.look)


@dataclass(frozen=True)
class Charts:
    """Every chart that was given away, drawn from the same answers as the pages' panels."""

    panels: Panels
    cache: SharedCache | None = None

    def under(self, policy: Policy) -> "Charts":
        """Returns the charts as somebody else sees them."""
        return Charts(replace(self.panels, center=self.panels.center.under(policy)))

    def check(self, grant: Grant) -> str:
        """Returns the title of a chart that may be given away; raises QuestionError for any other, and for a selection without answer."""
        with speaking(self.panels.language(self.view(grant))):
            told = self._told(grant, self.view(grant))
            module_of(told.section).draw(told.told, told.look)
            return told.look.title

    def view(self, grant: Grant, language: str = "") -> View:
        """Returns the view that a chart is drawn on."""
        view = View.read(grant.path or "/", grant.query)
        return replace(view.opened(None), language=language or view.language)

    def mark(self, grant: Grant, language: str) -> str | None:
        """Returns the mark of what would be drawn now, or None where nothing can be read."""
        version = current_version(self.panels)
        parts = (version or "", program(), grant.metric, grant.path, grant.panel, grant.query, grant.policy.key, str(grant.opens))
        return sha256("\n".join((*parts, language)).encode()).hexdigest()[:20] if version else None

    def drawn(self, grant: Grant, language: str = "") -> Drawn:
        """Returns the chart, drawn once per version, selection and policy."""
        view = self.view(grant, language)
        mark = self.mark(grant, language)
        with speaking(self.panels.language(view)):
            if self.cache is None or mark is None:
                return self._drawn(grant, view)
            return self.cache.once(("embed", mark, spoken()), lambda: self._drawn(grant, view))

    def with_answers(self, grant: Grant, language: str = "") -> tuple[Drawn, list[Answer]]:
        """Returns the chart and the answers that it was drawn from, asked once. Raises QueriesError."""
        view = self.view(grant, language)
        with speaking(self.panels.language(view)):
            told = self._told(grant, view)
            return self._drawn_of(told, opens=grant.opens), told.answers

    def file(self, grant: Grant, language: str = "") -> File:
        """Returns what the chart shows as a file, an empty one where it shows nothing. Raises QueriesError."""
        view = self.view(grant, language)
        with speaking(self.panels.language(view)):
            told = self._told(grant, view)
            table = told.table or Table((), [])
            said = about(told.look.title, told.answers, told.look, self.panels.company)
            return File(name=grant.metric or grant.panel, heads=table.heads, rows=table.rows, about=said)

    def answers(self, grant: Grant) -> list[Answer]:
        """Returns the answers that the chart is drawn from. Raises QueriesError."""
        view = self.view(grant)
        with speaking(self.panels.language(view)):
            return self._told(grant, view).answers

    def sheet(self, grant: Grant, language: str = "", theme: str = "light") -> str:
        """Returns the document of which a picture of the chart is taken. Raises QueriesError."""
        view = self.view(grant, language)
        with speaking(self.panels.language(view)):
            told = self._told(grant, view)
            drawn = without_ways(str(module_of(told.section).draw(told.told, told.look)), opens=False)
            return sheet(Markup(drawn), panel_menu.standing(tuple(told.answers), told.look, self.panels.company), theme)

    def behind(self, grant: Grant, query: str, language: str = "") -> Behind:
        """Returns the customers behind a number of the chart, told by when and why alone.

        query: what the number says that it opens. Raises BadInput for a number that the chart does not show, QueriesError.
        """
        if not grant.opens or query not in {unescape(found) for found in BEHIND.findall(self.drawn(grant, language).html)}:
            raise BadInput("The chart shows no such number.")
        view = replace(View.read("/", query), language=language)
        with speaking(self.panels.language(view)):
            listed = drawer.people(self.panels.center, view, MOST_LISTED)
            table = of_people([listed], self.panels.look(view))
            heads, rows = table.heads[1:], [row[1:] for row in table.rows]
            return Behind(
                metric=listed.metric,
                sentence=listed.sentence,
                table=Table(heads, rows),
                more=listed.count - len(listed.rows),
                customers=listed.customer_ids,
            )

    def _drawn(self, grant: Grant, view: View) -> Drawn:
        return self._drawn_of(self._told(grant, view), opens=grant.opens)

    def _drawn_of(self, told: Told, *, opens: bool) -> Drawn:
        look = told.look
        html = module_of(told.section).draw(told.told, look) + late_sources(told.told, self.panels.center.sources(), look.reader)
        table = told.table
        behind = panel_menu.table_behind(table, look, stands_alone=True) if table is not None and table.rows else Markup("")
        lines = panel_menu.standing(tuple(told.answers), look, self.panels.company)["lines"]
        return Drawn(title=look.title, html=without_ways(str(html + behind), opens=opens), lines=tuple(lines))

    def _told(self, grant: Grant, view: View) -> Told:
        section = self._section(grant, view).on(view)
        if not is_a_figure(section, module_of(section)):
            raise _no_figure(section)
        look = replace(self.panels.look(view, section), panel=section.id)
        if view.problem:
            raise QuestionError(view.problem.rstrip("."), instead="Choose another selection")
        told = Told(section, look, self.panels.told(section, view))
        _check(told)
        return told

    def _section(self, grant: Grant, view: View) -> Section:
        if grant.metric:
            metric = self.panels.center.metric(grant.metric).spoken
            section = section_of(metric, view, self.panels.pages)
            if metric.figure in OWN_WORDS:
                raise _no_figure(section)
            return section
        page = self.panels.pages.at(grant.path)
        section = page.section(grant.panel) if page and "<" not in page.path else None
        if section is None or page is None:
            raise _no_panel(grant, page)
        return section


def section_of(metric: Metric, view: View, pages: Pages) -> Section:
    """Returns the panel of one metric: drawn as a page draws it, else as one figure, and with its groups where it is split."""
    ask = Ask(metric=metric.metric_id, split_by=view.selection.by, options=view.options)
    return Section(metric.title, [ask], question=metric.question, chart=_chart(metric, len(view.selection.by), pages))


def _chart(metric: Metric, splits: int, pages: Pages) -> str:
    if not splits or metric.figure not in OF_GROUPS:
        return usual_charts(pages).get(metric.metric_id, "tiles")
    if splits > 1:
        return "tiles"
    return "intervals" if metric.unit in WITH_INTERVAL else "bars"


def usual_charts(pages: Pages) -> dict[str, str]:
    """Returns the chart by which a page draws a metric alone, by metric."""
    found: dict[str, str] = {}
    for section in (section for page in pages.pages for section in page.sections):
        asked = section.asks[0] if section.component is None and len(section.metrics) == 1 else None
        if asked and not (asked.split_by or asked.crossed_by) and section.chart not in (*OWN_WORDS, *OF_ITS_PAGE):
            found.setdefault(asked.metric, section.chart)
    return found


def without_ways(html: str, *, opens: bool) -> str:
    """Returns what is drawn with no link in it and no form.

    What led to a number's customers tells which part of the figure it is instead, so that the page around can be told what was clicked,
    and, where the token lets them be opened, which list that is.
    """

    def plain(tag: re.Match[str]) -> str:
        attributes = [(name, value) for name, value in ATTRIBUTE.findall(tag[1]) if name not in LEFT_OUT]
        target = next((unescape(value) for name, value in ATTRIBUTE.findall(tag[1]) if name == "data-open"), "")
        if target:
            attributes += [(name, str(escape(value))) for name, value in _part(target, opens=opens)]
        return "<a" + "".join(f' {name}="{value}"' for name, value in attributes) + ">"

    return TAG.sub(plain, FORM.sub("", html))


def _part(href: str, *, opens: bool) -> Iterator[tuple[str, str]]:
    """Yields what a number that opened its customers still says of itself."""
    path, _sign, query = href.partition("?")
    view = View.of_address(path, query)
    if view.target is None:
        return
    yield "data-part", json.dumps({"metric": view.target.metric, "part": dict(view.target.mark)}, ensure_ascii=False)
    if opens and view.show != "how":
        yield "data-behind", query


def _check(told: Told) -> None:
    """Raises QuestionError where single people are told of in what a panel is drawn from."""
    sources = [*panel_menu.sources_in(told.told)]
    if not is_of_figures(sources):
        raise _no_figure(told.section)
    if any(panel_menu.is_personal(each, told.look) for each in sources):
        raise QuestionError(
            f'"{told.section.title}" foretells what customers will do', instead="It stays with who looks after them"
        )


def _no_figure(section: Section) -> QueriesError:
    return QuestionError(f'"{section.title}" tells of single people, or is no figure', instead="Give a chart of figures away")


def _no_panel(grant: Grant, page: Page | None) -> QueriesError:
    if page is None:
        return QuestionError(f'there is no page "{grant.path[:80]}"', instead="Name one by its address: /service")
    return UnknownName(
        f'"{grant.path}" has no panel "{grant.panel[:80]}"', name=grant.panel, known=[section.id for section in page.sections]
    )
