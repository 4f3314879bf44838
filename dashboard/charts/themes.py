"""What moves the score: per theme of the comments, the score of all less the score without those who speak of it."""

from collections.abc import Mapping
from typing import Any

from markupsafe import Markup

from dashboard import table as tables
from dashboard.charts._scores import few_words, is_told, unsaid
from dashboard.charts.empty import nothing
from dashboard.look import Look
from dashboard.table import Cell, Table
from dashboard.templates import render
from metrics.answer import Answer, Row, Value
from metrics.language import _

MOST_WORDS = 4


def draw(answers: Mapping[str, Any], look: Look) -> Markup:
    """Draws a line per theme, what lowers the score most first; a theme leads to its comments, its number to who wrote them."""
    answer: Answer = next(iter(answers.values()))
    if not answer.rows:
        return nothing(look, answer)
    ends = [abs(end) for row in answer.rows for end in (row.value.low, row.value.high, row.value.value) if end is not None]
    most = max(ends, default=0.0) or 1.0
    return render(
        "themes.html",
        title=look.title,
        question=look.question,
        rows=[_row(row, most, answer, look) for row in answer.rows],
        caption=answer.caption,
        notices=unsaid(answer),
    )


def table(answers: Mapping[str, Any], look: Look) -> Table:
    """Returns a row per theme."""
    answer: Answer = next(iter(answers.values()))
    rows = [
        [
            tables.text(_(row.by["theme"])),
            tables.count(row.value.n, look, look.behind(answer, dict(row.by))),
            tables.share(row.extra.get("share"), look),
            _score(row.extra.get("score_with"), look),
            _score(row.extra.get("score_without"), look),
            Cell(_signed(row.value.value, look), row.value.value, unit="nps"),
            tables.interval(row.value, look, "score"),
            tables.text(", ".join(row.extra.get("words", ()))),
        ]
        for row in answer.rows
    ]
    heads = (
        _("theme"),
        _("answers"),
        _("share of all answers"),
        _("NPS of them"),
        _("NPS without them"),
        _("effect"),
        _("95 % interval"),
        _("words"),
    )
    return Table(heads, rows)


def _row(row: Row, most: float, answer: Answer, look: Look) -> dict[str, Any]:
    value, theme = row.value, row.by["theme"]
    is_shown = value.value is not None and is_told(value, "nps")
    is_clear = bool(row.extra.get("clear")) and is_shown
    is_chosen = look.view.options.get("theme") == theme
    words = row.extra.get("words", ())
    return {
        "key": theme,
        "name": _(theme),
        "words": ", ".join(_("“{words}”", words=word) for word in words[:MOST_WORDS]),
        "narrow": look.view.chosen(theme=None if is_chosen else theme).href(),
        "is_chosen": is_chosen,
        "count": look.reader.count(value.n),
        "href": look.behind(answer, dict(row.by)),
        "told": _signed(value.value, look) if is_shown else few_words(value, look),
        "is_clear": is_clear,
        "is_shown": is_shown,
        "tone": "none" if not is_clear else "missed" if (value.value or 0) < 0 else "met",
        "x": _x(value.value, most) if is_shown else None,
        "low": _x(value.low, most) if is_shown else None,
        "high": _x(value.high, most) if is_shown else None,
    }


def _x(points: float | None, most: float) -> float | None:
    return None if points is None else round(50 + 50 * points / most, 2)


def _signed(points: float | None, look: Look) -> str:
    """Returns a number of NPS points with its sign: "−4.2"."""
    if points is None:
        return "–"
    told = look.reader.number(points)
    return f"+{told}" if points > 0 and any(digit in told for digit in "123456789") else told


def _score(value: Value | None, look: Look) -> Cell:
    if value is None or value.value is None:
        return Cell("", None)
    return Cell(look.reader.number(value.value, 0) if is_told(value, "nps") else _("too few"), value.value, unit="nps")
