"""What a chart says when there is nothing to draw: why, and what next, in the answer's own words."""

from collections.abc import Mapping

from markupsafe import Markup

from dashboard.look import Look
from dashboard.states import NO_DATA
from dashboard.templates import render
from metrics.answer import Answer, kind_of
from metrics.language import _
from metrics.notices import OLDER_SOURCE, SMALL_TEAMS

BESIDES = (OLDER_SOURCE, SMALL_TEAMS)  # true, but not why nothing is there


def draw(answers: Mapping[str, Answer], look: Look) -> Markup:
    """Draws the first answer as if it held nothing."""
    return nothing(look, next(iter(answers.values())))


def nothing(look: Look, answer: Answer) -> Markup:
    """Returns a panel's heading, why it is empty, and the way to where there is something."""
    notices = sorted(answer.notices or (answer.caption,), key=lambda notice: kind_of(notice) in BESIDES)
    view, links = look.view, []
    if answer.widest and answer.widest != view.selection.period:
        links.append({"href": view.selected(period=answer.widest).href(), "name": _("Show all the time there is data for")})
    if view.selection.where:
        links.append({"href": view.selected(where={}).href(), "name": _("Show it without the filters")})
    return render("empty.html", title=look.title, question=look.question, state=NO_DATA, notices=notices, links=links)
