"""Which panels may stand on other people's pages: charts of figures, none that tells of single people or foretells what they will do."""

from collections.abc import Iterable
from typing import Any, Final

from dashboard import panel_menu
from dashboard.far import is_told
from dashboard.look import Look
from dashboard.page import Section
from metrics.answer import Answer, People

OWN_WORDS: Final = ("comments",)
"""Charts, and figures, that hold what customers wrote."""


def is_a_figure(section: Section, module: Any) -> bool:
    """Tells whether what draws a panel draws figures: of components those alone that a wall shows, too."""
    is_figure = is_told(section.kind) if section.component else section.chart not in OWN_WORDS
    return is_figure and not section.before_data and not getattr(module, "NAMES_PEOPLE", False)


def is_of_figures(sources: Iterable[Answer | People]) -> bool:
    """Tells whether a panel was drawn from answers, and from no list of people."""
    found = [*sources]
    return bool(found) and all(isinstance(each, Answer) for each in found)


def may_be_given(section: Section, module: Any, told: Any, look: Look) -> bool:
    """Tells whether a panel may be given away as it was drawn."""
    sources = [*panel_menu.sources_in(told)]
    is_ours = is_a_figure(section, module) and is_of_figures(sources)
    return is_ours and not any(panel_menu.is_personal(each, look) for each in sources)
