"""What a chart says when there is nothing to draw: why, and what next, in the answer's own words."""

from collections.abc import Mapping

from markupsafe import Markup

from dashboard.look import Look
from dashboard.states import NO_DATA
from dashboard.templates import render
from metrics.answer import Answer

BESIDES = ("Known until", "Teams of fewer")  # true, but not why nothing is there


def draw(answers: Mapping[str, Answer], look: Look) -> Markup:
    """Draws the first answer as if it held nothing."""
    return nothing(look.title, look.question, next(iter(answers.values())))


def nothing(title: str, question: str, answer: Answer) -> Markup:
    """Returns a panel's heading and why it is empty."""
    notices = sorted(answer.notices or (answer.caption,), key=lambda notice: notice.startswith(BESIDES))
    return render("empty.html", title=title, question=question, state=NO_DATA, notices=notices)
