"""Why they left: the reasons that were told, then those not known, and apart those who fell silent and never tell one."""

from collections.abc import Mapping
from typing import Any

from markupsafe import Markup

from dashboard import table as tables
from dashboard.charts.empty import nothing
from dashboard.look import Look
from dashboard.table import Table
from dashboard.templates import render
from metrics.answer import Answer, Row

NAMES = {"unknown": "Not known", "other": "Another reason", "fell silent": "Fell silent, told none"}
UNTOLD = ("unknown", "fell silent")


def draw(answers: Mapping[str, Any], look: Look) -> Markup:
    """Draws a bar per reason with what those customers were worth a year."""
    answer: Answer = next(iter(answers.values()))
    if not answer.rows:
        return nothing(look.title, look.question, answer)
    most = max(row.value.n for row in answer.rows) or 1
    return render(
        "reasons.html",
        look=look,
        title=look.title,
        question=_question(answer, look),
        how=look.behind(answer),
        caption=answer.caption,
        bars=[_bar(row, most, answer, look) for row in answer.rows],
        notices=answer.notices,
        table=table(answers, look),
    )


def _question(answer: Answer, look: Look) -> str:
    counts = {row.by["reason"]: row.value.n for row in answer.rows}
    told = [look.reader.counted(answer.total.n, "customer", "customers")]
    if counts.get("unknown"):
        told.append(f"reason not known for {look.reader.count(counts['unknown'])}")
    return f"{look.question} {', '.join(told)}"


def table(answers: Mapping[str, Any], look: Look) -> Table:
    """Returns a row per reason."""
    answer: Answer = next(iter(answers.values()))
    heads = ("reason", "customers", "value a year", "share of those who ended")
    rows = [
        [
            tables.text(NAMES.get(row.by["reason"], row.by["reason"])),
            tables.count(row.value.n, look, look.behind(answer, dict(row.by))),
            tables.number(row.extra["value_a_year"], "money", look),
            tables.Cell(look.reader.percent(row.extra["share_of_ended"]), row.extra["share_of_ended"]),
        ]
        for row in answer.rows
    ]
    return Table(heads, rows)


def _bar(row: Row, most: float, answer: Answer, look: Look) -> dict[str, Any]:
    name = row.by["reason"]
    worth = look.reader.money(row.extra["value_a_year"])
    return {
        "key": name,
        "name": NAMES.get(name, name),
        "count": look.reader.count(row.value.n),
        "money": worth,
        "spoken": f", {worth} a year",
        "share": round(100 * row.value.n / most, 2),
        "is_unknown": name in UNTOLD,
        "href": look.behind(answer, {"reason": name}),
    }
