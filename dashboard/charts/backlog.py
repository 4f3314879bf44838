"""The backlog now: how long each request has waited, and what came and went since the period began."""

from collections.abc import Mapping
from typing import Any

from markupsafe import Markup

from dashboard import table as tables
from dashboard.charts._told import worth_saying
from dashboard.charts.empty import nothing
from dashboard.look import Look
from dashboard.table import Table
from dashboard.templates import render
from metrics.answer import Answer
from metrics.language import _, later

PARTS = (
    ("opening", "", later("at the start")),
    ("opened", "+", later("opened")),
    ("reopened", "+", later("opened again")),
    ("solved", "−", later("solved")),
)


def draw(answers: Mapping[str, Any], look: Look) -> Markup:
    """Draws a bar per age, and above them the sum that leads from the start to now."""
    answer: Answer = next(iter(answers.values()))
    if not answer.rows:
        return nothing(look, answer)
    told, reader = answer.rows[0].extra, look.reader
    most = max(told["ages"].values(), default=0) or 1
    return render(
        "backlog.html",
        title=look.title,
        question=look.question,
        caption=answer.caption,
        parts=[
            *(
                {"sign": sign, "text": reader.count(told[part]), "words": _(words), "href": look.behind(answer, {"part": part})}
                for part, sign, words in PARTS
            ),
            {"sign": "=", "text": reader.count(answer.total.n), "words": _("at the end"), "href": look.behind(answer)},
        ],
        ages=[
            {
                "key": f"age-{place}",
                "name": _(age),
                "count": reader.count(count),
                "width": round(100 * count / most, 2),
                "share": reader.percent(count / answer.total.n, 0) if answer.total.n else "",
                "href": look.behind(answer, {"age": age}),
            }
            for place, (age, count) in enumerate(told["ages"].items(), start=1)
        ],
        half=reader.value(told["median_age_seconds"], "seconds"),
        nine=reader.value(told["p90_age_seconds"], "seconds"),
        oldest=reader.value(told["greatest_age_seconds"], "seconds"),
        notices=worth_saying(answer),
    )


def table(answers: Mapping[str, Any], look: Look) -> Table:
    """Returns a row per age."""
    answer: Answer = next(iter(answers.values()))
    ages = answer.rows[0].extra["ages"] if answer.rows else {}
    rows = [[tables.text(_(age)), tables.count(count, look, look.behind(answer, {"age": age}))] for age, count in ages.items()]
    return Table((_("age"), _("requests not solved")), rows)
