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
from metrics.language import _, later

NAMES = {"unknown": later("Not known"), "other": later("Another reason"), "fell silent": later("Fell silent, told none")}
UNTOLD = ("unknown", "fell silent")


def draw(answers: Mapping[str, Any], look: Look) -> Markup:
    """Draws a bar per reason with what those customers were worth a year."""
    answer: Answer = next(iter(answers.values()))
    if not answer.rows:
        return nothing(look, answer)
    most = max(row.value.n for row in answer.rows) or 1
    return render(
        "reasons.html",
        title=look.title,
        question=_question(answer, look),
        caption=answer.caption,
        bars=[_bar(row, most, answer, look) for row in answer.rows],
        notices=answer.notices,
    )


def _question(answer: Answer, look: Look) -> str:
    counts = {row.by["reason"]: row.value.n for row in answer.rows}
    told = [look.reader.counted(answer.total.n, "customer", "customers")]
    if counts.get("unknown"):
        told.append(_("reason not known for {n}", n=look.reader.count(counts["unknown"])))
    return f"{look.question} {', '.join(told)}"


def table(answers: Mapping[str, Any], look: Look) -> Table:
    """Returns a row per reason."""
    answer: Answer = next(iter(answers.values()))
    heads = (_("reason"), _("customers"), _("value a year"), _("share of those who ended"))
    rows = [
        [
            tables.text(name_of(row.by["reason"])),
            tables.count(row.value.n, look, look.behind(answer, dict(row.by))),
            tables.number(row.extra["value_a_year"], "money", look),
            tables.Cell(look.reader.percent(row.extra["share_of_ended"]), row.extra["share_of_ended"], unit="percent"),
        ]
        for row in answer.rows
    ]
    return Table(heads, rows)


def name_of(reason: str) -> str:
    return _(NAMES[reason]) if reason in NAMES else reason


def _bar(row: Row, most: float, answer: Answer, look: Look) -> dict[str, Any]:
    name = row.by["reason"]
    worth = look.reader.money(row.extra["value_a_year"])
    return {
        "key": name,
        "name": name_of(name),
        "count": look.reader.count(row.value.n),
        "money": worth,
        "spoken": _(", {amount} a year", amount=worth),
        "share": round(100 * row.value.n / most, 2),
        "is_unknown": name in UNTOLD,
        "href": look.behind(answer, {"reason": name}),
    }
