"""A page is declared: a path, a question, sections. One renderer draws every page's frame; panels fill themselves.

A section is one panel, one failure, one skeleton. It asks metrics and draws the answers with one chart kind
(dashboard/charts/<chart>.py), or is a component of its own (dashboard/components/<component>.py).
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType
from typing import Any

from dashboard.access.who import Role
from dashboard.choice import Choice
from dashboard.errors import PageProblem
from dashboard.view import View


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """One question of a panel; `key` is the name under which the chart finds its answer, `where` narrows the page's filters.

    period "page" asks for the period that the page shows, whatever the metric's usual one, "entry" for the days on which those
    set out whom the page shows, "trend" for the thirteen months up to its end, "whole" for the last whole month
    unless a period is chosen; any other text is asked as it is.
    step names the options that take the stages of the page's step: {"to_stage": "to"}.
    takes names the page's options that the metric is asked with, over `options`; renamed those that it calls otherwise.
    narrowed_by names the page's options that are dimensions, to which it is narrowed where one is chosen; crossed_by those that
    hold the dimensions it is split by, each with its usual one.
    splits: asked by the page's split, if there is one, over `split_by`;
    only_split: and not at all without.   segmented: asked of the segmentation that the page looks at.
    """

    metric: str
    key: str = ""
    period: str | None = None
    takes: tuple[str, ...] = ()
    renamed: Mapping[str, str] = field(default_factory=dict)
    narrowed_by: tuple[str, ...] = ()
    crossed_by: Mapping[str, str] = field(default_factory=dict)
    splits: bool = False
    only_split: bool = False
    step: Mapping[str, str] = field(default_factory=dict)
    segmented: bool = False
    where: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    split_by: tuple[str, ...] = ()
    compare: str | None = None
    options: Mapping[str, Any] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return self.key or self.metric

    def by(self, view: View) -> tuple[str, ...]:
        """Returns the dimensions that it is split by on a page."""
        crossed = dict.fromkeys(view.options.get(name, usual) for name, usual in self.crossed_by.items())
        return tuple(crossed) or (view.selection.by if self.splits else ()) or self.split_by

    def narrowed(self, view: View) -> dict[str, tuple[str, ...]]:
        """Returns what the page's options narrow it to, beside its own."""
        return {**{name: (view.options[name],) for name in self.narrowed_by if view.options.get(name)}, **self.where}

    @property
    def option_names(self) -> tuple[str, ...]:
        """The names under which it finds the page's options."""
        return (*self.takes, *self.renamed, *self.narrowed_by, *self.crossed_by, *(("step",) if self.step else ()))

    def chosen_options(self, view: View) -> dict[str, Any]:
        """Returns the options that it is asked with on a page."""
        called = {**{name: name for name in self.takes}, **self.renamed}
        return {**self.options, **{its: view.options[ours] for ours, its in called.items() if ours in view.options}}


@dataclass(frozen=True, slots=True)
class Section:
    """One panel. The first metric is the panel's own; a metric that does not exist leaves its line out.

    instead gives, by an option of the page and its value, the section that takes this one's place then.
    begins names the part of a long page that begins with this section; the page's head leads to its parts.
    drawn_by names the only options of the page that change what is drawn, where it is dear: with any others it is drawn once.
    before_data: it can be drawn before anything has been loaded, of what is so now and not of a snapshot; it is never kept.
    """

    title: str
    metrics: Sequence[str | Ask] = ()
    question: str = ""
    chart: str = "tiles"
    component: str | None = None
    split_by: str | None = None
    size: str = "whole"
    follows_selection: bool = True
    instead: Mapping[tuple[str, str], "Section"] = field(default_factory=dict)
    begins: str = ""
    drawn_by: Sequence[str] | None = None
    before_data: bool = False

    def looked_at(self, view: View) -> View:
        """Returns a view with the options alone that change what is drawn."""
        if self.drawn_by is None:
            return view
        return view.chosen(**{name: None for name in view.options if name not in self.drawn_by})

    def on(self, view: View) -> "Section":
        """Returns the section as a page's options have it."""
        return next((other for (name, value), other in self.instead.items() if view.options.get(name) == value), self)

    @property
    def id(self) -> str:
        return _id_of(self.title)

    @property
    def anchor(self) -> str:
        """The part of the page that begins here, as the end of an address."""
        return "part-" + re.sub(r"[^a-z0-9]+", "-", self.begins.lower()).strip("-")

    @property
    def kind(self) -> str:
        return self.component or self.chart

    @property
    def asks(self) -> tuple[Ask, ...]:
        split = (self.split_by,) if self.split_by else ()
        return tuple(Ask(metric=each, split_by=split) if isinstance(each, str) else each for each in self.metrics)


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One page. path may end in /<name>, which then takes one part of the address; such a page is not in the menu.

    in_menu: whether it is; one that is not is led to by others.

    wall names the panels, up to three at a time, that a wall shows of it: by the ends of their addresses, the greatest first.
    role: the least that somebody has to be to see it.
    options names what its panels take from the address beside the page's menus and what its questions take.
    """

    path: str
    title: str
    question: str
    sections: Sequence[Section]
    layout: str = "flow"
    order: int = 50
    choices: Sequence[Choice] = ()
    wall: Sequence[Sequence[str]] = ()
    in_menu: bool = True
    options: Sequence[str] = ()
    role: Role = Role.VIEWER

    @property
    def option_names(self) -> frozenset[str]:
        """The names of the page's own in an address."""
        every = [each for section in self.sections for each in (section, *section.instead.values())]
        asked = [name for section in every for ask in section.asks for name in ask.option_names]
        drawn = [name for section in every for name in (*(section.drawn_by or ()), *(name for name, _ in section.instead))]
        return frozenset([*self.options, *(choice.name for choice in self.choices), *asked, *drawn])

    @property
    def is_in_menu(self) -> bool:
        return self.in_menu and "<" not in self.path

    @property
    def needs_data(self) -> bool:
        """Whether there is nothing on it before anything has been loaded."""
        return not any(section.before_data for section in self.sections)

    def holds(self, path: str) -> bool:
        """Tells whether an address's path is this page's."""
        pattern = re.sub(r"<[a-z_]+>", "[^/]+", self.path)
        return re.fullmatch(pattern, path) is not None

    @property
    def parts(self) -> tuple[Section, ...]:
        """The sections with which the parts of a long page begin."""
        return tuple(section for section in self.sections if section.begins)

    def section(self, panel: str) -> Section | None:
        return next((section for section in self.sections if section.id == panel), None)


@dataclass(frozen=True, slots=True)
class Pages:
    """Every page there is, in the menu's order."""

    pages: tuple[Page, ...]

    @classmethod
    @cache
    def found(cls) -> "Pages":
        """Reads every file of dashboard/pages, once; raises PageProblem with all problems at once."""
        package = import_module("dashboard.pages")
        names = sorted(module.name for module in iter_modules(package.__path__))
        return cls.of([(name, import_module(f"dashboard.pages.{name}")) for name in names])

    @classmethod
    def of(cls, modules: Sequence[tuple[str, ModuleType | Any]]) -> "Pages":
        problems = [problem for name, module in modules for problem in page_problems(name, getattr(module, "page", None))]
        if problems:
            raise PageProblem("\n".join(problems))
        pages = [module.page for _, module in modules]
        return cls(tuple(sorted(pages, key=lambda page: (page.order, page.title))))

    def at(self, path: str) -> Page | None:
        """Returns the page of a path; one without parameters comes first."""
        exact = next((page for page in self.pages if page.path == path), None)
        return exact or next((page for page in self.pages if page.holds(path)), None)

    @property
    def menu(self) -> tuple[Page, ...]:
        return tuple(page for page in self.pages if page.is_in_menu)


@cache
def _id_of(title: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-") or "panel"


def page_problems(name: str, page: Any) -> list[str]:
    """Returns what is wrong with a page's declaration, each as one sentence."""
    file = f"dashboard/pages/{name}.py"
    if not isinstance(page, Page):
        return [f"{file} has no page. Write page = Page(path=…, title=…, question=…, sections=[…])."]
    ids = [section.id for section in page.sections]
    twice = sorted({each for each in ids if ids.count(each) > 1})
    problems = [f'{file} has two sections called "{each}". Give each a title of its own.' for each in twice]
    problems += [
        f'{file}: the wall shows "{name}", which is no section of the page. There is: {", ".join(ids)}.'
        for screen in page.wall
        for name in screen
        if name not in ids
    ]
    every = [each for section in page.sections for each in (section, *section.instead.values())]
    return problems + [problem for section in every for problem in _section_problems(file, section)]


def _section_problems(file: str, section: Section) -> list[str]:
    folder = "components" if section.component else "charts"
    known = kinds(folder)
    if section.kind in known:
        return []
    return [f'{file}: "{section.kind}" is no file of dashboard/{folder}. There is: {", ".join(known)}.']


def kinds(folder: str) -> tuple[str, ...]:
    """Returns the names of the chart kinds or components there are."""
    package = import_module(f"dashboard.{folder}")
    return tuple(sorted(module.name for module in iter_modules(package.__path__) if not module.name.startswith("_")))
