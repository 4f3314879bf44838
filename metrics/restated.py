"""What is said with a share of promises whose period was told otherwise before: by how much, and why."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from metrics.answer import Value
from metrics.language import _, later
from metrics.marks import any_of
from metrics.question import Question
from queries.view import problems_of

PROMISES: Final = "fct_promise"
RESTATEMENTS: Final = "fct_restatement"
DECIDED: Final = "decided_at"
CAUSES: Final = {
    "late row": (later("late row"), later("late rows")),
    "merged": ("merged", "merged"),
    "spam": ("spam", "spam"),
    "called off": (later("called off"), later("called off")),
    "removed": ("removed", "removed"),
    "known less far": (later("no longer known that far"), later("no longer known that far")),
    "definition changed": (later("by a changed definition"), later("by a changed definition")),
}


def of_restatements(question: Question, total: Value) -> list[str]:
    """Says what the share was when it was first told: "August 2026 was 412 of 455, is 405 of 450: 3 late rows, 2 merged."."""
    metric, period = question.metric, question.period
    is_share = (
        metric.fact == PROMISES and metric.dated_by == DECIDED and metric.value == "was_kept" and metric.aggregate == "mean"
    )
    if not is_share or period is None or total.numerator is None or total.denominator is None:
        return []
    view = replace(metric.view, fact=RESTATEMENTS, value="1")
    columns = question.reading.tables.get(RESTATEMENTS, ())
    if problems_of(view, columns) or not question.where.keys() <= {*columns} or not any_of(question, view):
        return []
    found = question.run("restated", view=view, **question.times(period))
    now_kept, now_decided = round(total.numerator), round(total.denominator)
    kept = now_kept + sum(row["old_kept"] - row["new_kept"] for row in found)
    decided = now_decided + sum(row["old_decided"] - row["new_decided"] for row in found)
    if not found:
        return []
    why = ", ".join(question.words.counted(row["n"], *CAUSES[row["cause"]]) for row in found)
    count = question.words.count
    was = _("{n} of {whole}", n=count(kept), whole=count(decided))
    now = _("{n} of {whole}", n=count(now_kept), whole=count(now_decided))
    if period.text == "all" or period.is_to_date:
        return [
            _("Without the corrections since it was first told it would be {was}, it is {now}: {why}.", was=was, now=now, why=why)
        ]
    if was == now:
        return [_("{period} is {now} as it was told before, with corrections: {why}.", period=period.label, now=now, why=why)]
    return [_("{period} was {was}, is {now}: {why}.", period=period.label, was=was, now=now, why=why)]
