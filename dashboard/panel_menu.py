"""The frame around what a panel draws: the menu beside its name, and its table. A new chart gets both for nothing.

The menu offers the table in its place, the same table as a file, what is drawn as a picture, and how each figure is worked out.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields, is_dataclass, replace
from typing import Any, Final

from markupsafe import Markup

from dashboard.access.who import Role, is_offered
from dashboard.look import Look
from dashboard.table import Table
from dashboard.templates import render
from dashboard.view import Target
from metrics.answer import Answer, People
from metrics.language import _
from metrics.named import group_name

DEEPEST: Final = 3
Source = Answer | People


def framed(
    drawn: Markup,
    told: Any,
    table: Table | None,
    look: Look,
    company: str,
    names_people: bool = False,
    may_be_given: bool = False,
) -> Markup:
    """Returns what a panel draws with its menu before it and its table behind it; as it is where there is neither.

    told: what it was drawn from, the answers of a chart or what a component fetched. A picture goes from hand to hand: of a panel
    that names customers (names_people), or foretells what they will do, none is offered. may_be_given: it may stand on other pages.
    """
    sources = tuple(sources_in(told))
    has_rows = table is not None and bool(table.rows)
    if not sources and not has_rows:
        return drawn
    menu = render(
        "panel_menu.html",
        title=look.title,
        name=_file_name(look, sources),
        told=json.dumps(standing(sources, look, company), ensure_ascii=False),
        table=has_rows,
        picture=not names_people and not any(is_personal(source, look) for source in sources),
        files=[(look.file(form), says) for form, says in file_words()]
        if table is None or not table.names_people or is_offered(Role.MANAGER)
        else [],
        why=table is not None and table.names_people,
        how=how(sources, look),
        given=look.view.opened(None).href() if may_be_given and is_offered(Role.MANAGER) else "",
        panel=look.panel,
    )
    return menu + drawn + (table_behind(table, look) if has_rows else Markup(""))


def file_words() -> list[tuple[str, str]]:
    """Returns the forms of a file, and what the menu calls each."""
    return [("csv", _("Table as a file, CSV")), ("xlsx", _("Table as a workbook, Excel"))]


def table_behind(table: Table | None, look: Look, *, stands_alone: bool = False) -> Markup:
    """Returns the table behind what is drawn; stands_alone: there is no menu that unfolds it."""
    return render("panel_table.html", title=look.title, table=table, stands_alone=stands_alone)


def sources_in(told: Any, depth: int = DEEPEST) -> Iterator[Source]:
    """Yields the answers and lists of people that a panel was drawn from, wherever they lie in it."""
    if isinstance(told, Answer | People):
        yield told
    elif depth and isinstance(told, Mapping):
        for each in told.values():
            yield from sources_in(each, depth - 1)
    elif depth and isinstance(told, list | tuple):
        for each in told:
            if is_dataclass(each):  # plain rows hold no answers
                yield from sources_in(each, depth - 1)
    elif depth and is_dataclass(told) and not isinstance(told, type):
        for field in fields(told):
            yield from sources_in(getattr(told, field.name), depth - 1)


def how(sources: tuple[Source, ...], look: Look) -> list[dict[str, str]]:
    """Returns, of each metric of a panel once, its title and the link that tells how it is worked out."""
    first: dict[str, Source] = {}
    for source in sources:
        first.setdefault(source.metric, source)
    return [
        {"title": look.title_of(name), "href": replace(look.view, target=_target(one, look), show="how").href()}
        for name, one in first.items()
    ]


def may_be_pictured(module: Any, sources: Iterable[Source], look: Look) -> bool:
    """Tells whether pictures of a panel may go from hand to hand: it names nobody, and foretells nothing of anybody."""
    return not getattr(module, "NAMES_PEOPLE", False) and not any(is_personal(source, look) for source in sources)


def is_personal(source: Source, look: Look) -> bool:
    """Tells whether a source foretells what customers will do."""
    return source.metric in look.specs and bool(look.specs[source.metric].is_personal_score)


def _target(source: Source, look: Look) -> Target:
    """Returns what opens all that a source counts: an answer as it was asked, a list of people without the part that it lists."""
    asked, page = source.selection, look.view.selection
    return Target(
        metric=source.metric,
        period=asked.period if asked.period != page.period else None,
        by=asked.by,
        where={name: values for name, values in asked.where.items() if page.where.get(name) != values},
        options={name: str(value) for name, value in asked.options.items()},
    )


def standing(sources: tuple[Source, ...], look: Look, company: str) -> dict[str, Any]:
    """Returns what a picture must say to stand alone: its title and question, and the lines of when, of whom and from which data."""
    reader = look.reader
    periods = dict.fromkeys(_period(source) for source in sources)
    as_of = min((source.as_of for source in sources), default=look.newest)
    who = [", ".join(map(group_name, values)) for values in look.view.selection.where.values()] if sources else []
    when = ", ".join(periods) if sources else ""
    dated = _("data as of {moment} {zone}", moment=reader.full_moment(as_of), zone=reader.zone) if as_of else ""
    snapshot = _("snapshot {id}", id=look.snapshot) if look.snapshot else ""
    lines = [[company, *who, when], [dated, snapshot]]
    return {
        "title": look.title,
        "question": look.question,
        "lines": [" · ".join(word for word in line if word) for line in lines],
    }


def _period(source: Source) -> str:
    if source.period is None:
        return _("now")
    return _("{period} to date", period=source.period.label) if source.period.is_to_date else source.period.label


def _file_name(look: Look, sources: tuple[Source, ...]) -> str:
    period = next((source.period.text for source in sources if source.period), "")
    return "-".join(word for word in (look.panel or "panel", period.replace("..", "-")) if word)
