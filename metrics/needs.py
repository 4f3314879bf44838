"""What needs a decision: figures off their aim, or clearly worse, two whole months in a row, of all that were looked at.

A month is off its aim where the interval is clear of it; two in a row are as likely by chance as the likelier of both. The p value of
a distance is that of a normal whose error the interval tells on the side that matters (Altman and Bland 2011, "How to obtain the P
value from a confidence interval"). All tests together are corrected by Benjamini and Hochberg (1995), see metrics.discovery.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import erfc, sqrt
from typing import Any, Final

from metrics.answer import Answer, Change, Value
from metrics.before_after import combined, is_enough
from metrics.discovery import adjusted
from metrics.errors import QuestionError
from metrics.figures import families
from metrics.figures.scores import DETRACTORS
from metrics.intervals import Z
from metrics.interventions import is_share_or_mean
from metrics.metric import Metric
from metrics.question import Page, Question

RATE: Final = 0.05
OFF_AIM, GETTING_WORSE = "off its aim", "worse"
MONTHS: Final = 3
LET_DOWN: Final = {"broken": "0", "no": "0", "yes": "1", "affected": "1", DETRACTORS: "-100"}
"""What a row is worth that lies in a part of those who were let down."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One figure that needs a decision.

    why: "off its aim" or "worse".   month: the last whole one; value, before: of it and of the month before.
    p: corrected for all that were looked at.   mark: the part of the figure that was let down; count rows by so many customers, whose
    accounts are worth value_a_year: None where nothing of it is known, where a figure has no such part, or where nobody may be listed.
    """

    metric: str
    title: str
    owner: str
    unit: str
    why: str
    month: str
    value: Value
    before: Value
    target: float | None
    p: float
    mark: Mapping[str, str]
    count: int = 0
    customers: int = 0
    value_a_year: float | None = None

    def to_json(self) -> dict[str, Any]:
        told = {name: getattr(self, name) for name in self.__slots__}
        return {**told, "value": self.value.to_json(), "before": self.before.to_json(), "mark": dict(self.mark)}


def is_looked_at(metric: Metric) -> bool:
    """Whether a metric may need a decision: a share or a mean of a period with an interval, of one kind of row."""
    return is_share_or_mean(metric) and metric.unit in ("percent", "nps", "score") and not metric.is_personal_score


def found_in(answers: Sequence[tuple[Metric, Answer]]) -> tuple[list[Finding], int]:
    """Returns which of these figures, each asked month by month, need a decision, and how many tests that took.

    Of a metric that is both off its aim and worse the first is told.
    """
    tests = [one for metric, answer in answers for one in _tests(metric, answer)]
    ps = adjusted([one.p for one in tests])
    clear = [replace(one, p=p) for one, p in zip(tests, ps, strict=True) if p <= RATE]
    first = {one.metric: one for one in reversed(clear)}
    return [first[name] for name in dict.fromkeys(one.metric for one in clear)], len(tests)


def ranked(found: Sequence[Finding]) -> list[Finding]:
    """Returns them by what those who were let down are worth, those of unknown worth last, then by how many they are."""
    return sorted(found, key=lambda one: (one.value_a_year is None, -(one.value_a_year or 0), -one.customers, one.metric))


def let_down(metric: Metric) -> Mapping[str, str]:
    """Returns the part of a figure that holds those who were let down; empty where a figure has no such part."""
    if metric.figure == "attainment":
        return {"part": "broken"}
    if metric.figure == "affected":
        return {"part": "affected"}
    if metric.figure in ("summary", "scores") and metric.unit == "percent":
        return {"part": "no" if metric.better == "higher" else "yes"}
    if metric.figure == "scores" and metric.unit == "nps":
        return {"part": DETRACTORS}
    return {}


def touched(one: Finding, question: Question, options: Any) -> Finding:
    """Returns a finding with those who were let down; the question asks of its month.

    Where nobody may be listed, as of confidential answers, it is told of how many the figure is, and not what they are worth.
    """
    try:
        people = families()[question.metric.figure].people(question, options, one.mark, Page(most=0))
    except QuestionError:
        return replace(one, mark={}, count=one.value.n, customers=one.value.customers, value_a_year=None)
    return replace(one, count=people.count, customers=people.customers, value_a_year=_worth(one, question))


def _worth(one: Finding, question: Question) -> float | None:
    """Returns what those who were let down are worth a year; of everybody it would rank a figure by how many it asks."""
    if not one.mark or question.period is None or "account_id" not in question.reading.tables[question.metric.view.table]:
        return None
    narrowed, times = question.only(value=LET_DOWN[one.mark["part"]]), question.times(question.period)
    found = narrowed.run("worth_of_rows", worth_before=question.period.ends_at, **times)[0]["value_a_year"]
    return None if found is None else float(found)


def _tests(metric: Metric, answer: Answer) -> list[Finding]:
    values = [row.value for row in answer.rows][-MONTHS:]
    if len(values) < MONTHS or any(row.by for row in answer.rows) or not all(is_enough(value, metric.unit) for value in values):
        return []
    first, before, last = values
    sign = 1 if metric.better == "higher" else -1
    steps = [combined([(1, last), (-1, before)]), combined([(1, before), (-1, first)])]
    made = Finding(
        metric=metric.metric_id, title=metric.title, owner=metric.owner, unit=metric.unit, why=GETTING_WORSE,
        month=str(answer.rows[-1].at), value=last, before=before, target=metric.target, mark=let_down(metric),
        p=max(_p_of_fall(step, sign) for step in steps),
    )  # fmt: skip
    if metric.target is None:
        return [made]
    aim = Value(value=metric.target, n=0, customers=0, low=metric.target, high=metric.target)
    distances = [combined([(1, value), (-1, aim)]) for value in (last, before)]
    return [replace(made, why=OFF_AIM, p=max(_p_of_fall(one, sign) for one in distances)), made]


def _p_of_fall(change: Change, sign: int) -> float:
    """Returns the two-sided p value of a change in the bad direction; 1 of one in the good direction, or without an interval."""
    if change.value is None or change.low is None or change.high is None or change.value * sign >= 0:
        return 1.0
    error = abs((change.high if change.value < 0 else change.low) - change.value) / Z
    return erfc(abs(change.value) / error / sqrt(2)) if error else 0.0
