"""Figures side by side, a line each: the value with its interval and aim, and how it changed."""

from collections.abc import Mapping
from typing import Any

from markupsafe import Markup

from dashboard import table as tables
from dashboard.charts.tiles import RANGE, change, value_words
from dashboard.look import Look
from dashboard.states import state_of
from dashboard.table import Table
from dashboard.templates import render
from metrics.answer import Answer
from metrics.language import _
from metrics.period_text import period_words as words_of_period
from queries.errors import QueriesError


def draw(answers: Mapping[str, Any], look: Look) -> Markup:
    """Draws a line per answer; a question that could not be answered says why in its own line."""
    return render(
        "figures.html",
        title=look.title,
        question=look.question,
        lines=[line(name, answer, look) for name, answer in answers.items()],
    )


def table(answers: Mapping[str, Any], look: Look) -> Table:
    """Returns a row per answer."""
    told = [answer for answer in answers.values() if isinstance(answer, Answer)]
    rows = [
        [
            tables.text(look.specs[answer.metric].title),
            tables.number(answer.total.value, answer.unit, look, look.behind(answer)),
            tables.interval(answer.total, look, answer.unit),
            tables.count(answer.total.n, look),
            tables.number(answer.comparison.total.value if answer.comparison else None, answer.unit, look),
        ]
        for answer in told
    ]
    return Table((_("figure"), _("value"), _("95 % interval"), _("rows"), _("before")), rows)


def line(name: str, answer: Answer | QueriesError, look: Look) -> dict[str, Any]:
    """Returns what one answer says, as the parts of its line."""
    if isinstance(answer, QueriesError):
        return {"key": name, "title": look.title_of(name), "problem": str(answer)}
    spec, value, reader = look.specs[answer.metric], answer.total, look.reader
    is_shown = value.value is not None and not look.is_too_few(answer.metric, value)
    state = state_of(value, target=spec.target, better=spec.better, unit=spec.unit)
    moved = change(answer.comparison, answer.unit, spec.better, reader) if is_shown else None
    return {
        "key": name,
        "title": spec.title,
        "problem": "",
        "question": spec.question,
        "value": value_words(answer, reader) if is_shown else "",
        "state": state,
        "word": state.word if state and not is_shown else "",
        "aim": _("aim {aim}", aim=reader.value(spec.target, answer.unit)) if spec.target is not None and is_shown else "",
        "of": " · ".join(words for words in (_of(answer, look) if value.n else "", _own_period(answer, look)) if words),
        "href": look.behind(answer),
        "change": moved,
        "why": "" if is_shown else " ".join(answer.notices[-1:]),
    }


def _own_period(answer: Answer, look: Look) -> str:
    """The period of a figure that is told of another one than the page."""
    asked = answer.selection.period
    return words_of_period(answer.period.text) if answer.period and asked and asked != look.view.selection.period else ""


def _of(answer: Answer, look: Look) -> str:
    """What a share stands on, and its interval."""
    value, reader = answer.total, look.reader
    if answer.unit not in ("percent", "seconds", "money", "score") or value.low is None or value.high is None:
        return ""
    if answer.metric == RANGE:
        return _("of {n}", n=reader.count(value.n))
    if answer.unit == "percent":
        between = f"{reader.points(value.low, 1)}{'–' if value.low >= 0 else _(' to ')}{reader.points(value.high, 1)}"
    else:
        between = f"{reader.value(value.low, answer.unit)}{_(' to ')}{reader.value(value.high, answer.unit)}"
    return f"{between} · {_('of {n}', n=reader.count(value.n))}"
