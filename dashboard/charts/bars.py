"""Bars: how a number falls to each value of its split, the most first, the unknown apart and last."""

from collections.abc import Mapping, Sequence
from typing import Any

from markupsafe import Markup

from dashboard.charts.empty import nothing
from dashboard.look import Look
from dashboard.states import is_too_few
from dashboard.templates import render
from metrics.answer import Answer, Row
from metrics.language import _
from metrics.named import group_name

MOST = 7
UNKNOWN = "unknown"
ADD_UP = ("customers", "count", "money")


def draw(answers: Mapping[str, Answer], look: Look) -> Markup:
    """Draws the first answer, split by one dimension; a second one of the same split, if there, stands as money beside it."""
    counts, *others = [answer for answer in answers.values() if isinstance(answer, Answer)]
    by = counts.selection.by[0]
    money = {row.by[by]: row.value.value for other in others[:1] for row in other.rows}
    shown = shown_rows(counts, by)
    if not shown:
        return nothing(look, counts)
    most = max((_size(rows) for rows in shown), default=0) or 1
    return render(
        "bars.html",
        title=look.title,
        question=_question(counts, by, look),
        bars=[_bar(rows, most, money, counts, look) for rows in shown],
    )


def shown_rows(answer: Answer, by: str) -> list[Sequence[Row]]:
    """Groups the rows as shown: the greatest each alone, the rest as one where they add up, the unknown last."""
    unknown = [[row] for row in answer.rows if row.by[by] == UNKNOWN]
    known = sorted((row for row in answer.rows if row.by[by] != UNKNOWN), key=lambda row: (row.by[by] == "other", -_size([row])))
    room = MOST - len(unknown)
    if len(known) <= room or answer.unit not in ADD_UP:
        return [*([row] for row in known[:room]), *unknown]
    return [*([row] for row in known[: room - 1]), known[room - 1 :], *unknown]


def _bar(rows: Sequence[Row], most: float, money: Mapping[str, float | None], answer: Answer, look: Look) -> dict[str, Any]:
    by = answer.selection.by[0]
    names = tuple(row.by[by] for row in rows)
    values = [money.get(name) for name in names]
    worth = look.reader.money(sum(value for value in values if value is not None)) if any(v is not None for v in values) else ""
    few = len(rows) == 1 and is_too_few(rows[0].value, answer.unit)
    return {
        "key": names[0],
        "name": _("{n} others", n=len(names)) if len(names) > 1 else _capital(group_name(names[0])),
        "count": _("too few") if few else look.reader.value(_size(rows), answer.unit),
        "money": worth,
        "spoken": _(", {amount} a year", amount=worth) if worth else "",
        "share": 0 if few else round(100 * _size(rows) / most, 2),
        "is_unknown": names[0] == UNKNOWN,
        "href": look.opens(answer.metric, where={by: names}),
    }


def _question(answer: Answer, by: str, look: Look) -> str:
    spec = look.specs[answer.metric]
    unknown = next((row.value.n for row in answer.rows if row.by[by] == UNKNOWN), 0)
    told = f"{look.question} {look.reader.count(answer.total.n)} {spec.noun}".strip()
    if not unknown:
        return told
    return _("{told}, {dimension} not known for {n}", told=told, dimension=group_name(by), n=look.reader.count(unknown))


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _size(rows: Sequence[Row]) -> float:
    return sum(row.value.value or 0 for row in rows)
