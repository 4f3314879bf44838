"""What was changed, beside the figures: where each change lies on a trend, and what of its declaration no figure knows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from metrics.answer import Row
from metrics.errors import BadPeriod, QuestionError
from metrics.metric import Metric
from metrics.period_text import days_of
from queries.errors import DeclarationError, did_you_mean
from queries.intervention import Intervention
from queries.purpose import Aim

FIGURES: Final = ("summary", "attainment", "scores", "affected")
NOT_COMPARED: Final = "is neither a share nor a mean of a period"
INSTEAD: Final = "Name one whose unit is a percentage or a score"
COMES_LATE: Final = "counts everybody on the day their time is over, so who is in it just after a change came long before it"
INSTEAD_OF_LATE: Final = "Name one that counts what happens on its day"


@dataclass(frozen=True, slots=True, kw_only=True)
class Marked:
    """A change within the time that a trend tells: at is the period that holds its day, part how much of it had passed then."""

    change: Intervention
    at: str
    part: float

    def to_json(self) -> dict[str, Any]:
        one = self.change
        return {
            "name": one.name,
            "on": one.on.isoformat(),
            "what": one.what,
            "owner": one.owner,
            "touched": {name: list(values) for name, values in one.touched.items()},
            "at": self.at,
        }


def marked(changes: Sequence[Intervention], rows: Iterable[Row]) -> tuple[Marked, ...]:
    """Returns the changes made in the periods of these rows, or in which their cohorts came; rows that are in no time have none."""
    found = []
    for at in dict.fromkeys(at for row in rows if (at := when(row))):
        try:
            first, end = days_of(at)
        except BadPeriod:
            continue
        days = (end - first).days
        found += [Marked(change=one, at=at, part=(one.on - first).days / days) for one in changes if first <= one.on < end]
    return tuple(found)


def when(row: Row) -> str:
    """Returns the period of a row, or of its cohort; empty where it is in no time, as all cohorts together."""
    cohort = row.by.get("cohort", "")
    return row.at or (cohort if cohort[:1].isdigit() else "")


def problems_of(changes: Iterable[Intervention], known: Iterable[Metric]) -> list[DeclarationError]:
    """Returns what the declarations name that no metric is, or that has no before and after."""
    by_id = {metric.metric_id: metric for metric in known}
    problems = []
    for one in changes:
        where = f'changes.toml, "{one.name}"'
        for name in one.metrics:
            if name not in by_id:
                problems.append(DeclarationError(f'"{name}" is not a metric', where=where, instead=did_you_mean(name, by_id)))
            elif not is_share_or_mean(by_id[name]):
                problems.append(DeclarationError(f'"{name}" {NOT_COMPARED}', where=where, instead=INSTEAD))
            elif comes_late(by_id[name]):
                problems.append(DeclarationError(f'"{name}" {COMES_LATE}', where=where, instead=INSTEAD_OF_LATE))
    return problems


def problems_of_aims(aims: Iterable[Aim], known: Iterable[Metric]) -> list[DeclarationError]:
    """Returns what the aims name that no metric is."""
    names = {metric.metric_id for metric in known}
    return [
        DeclarationError(f'"{aim.metric}" is not a metric', where="purpose.toml", instead=did_you_mean(aim.metric, names))
        for aim in aims
        if aim.metric not in names
    ]


def refuse_not_compared(metric: Metric) -> None:
    """Raises QuestionError with the reason where a metric cannot be told before and after a change."""
    if not is_share_or_mean(metric):
        raise QuestionError(f"{metric.metric_id} {NOT_COMPARED}", instead=INSTEAD)
    if comes_late(metric):
        raise QuestionError(f"{metric.metric_id} {COMES_LATE}", instead=INSTEAD_OF_LATE)


def is_compared(metric: Metric) -> bool:
    """Whether a metric can be told before and after: a share or a mean of what happened, and could be touched, in a period."""
    return is_share_or_mean(metric) and not comes_late(metric)


def is_share_or_mean(metric: Metric) -> bool:
    """Whether a metric is a share or a mean of a period, with an interval."""
    return metric.figure in FIGURES and metric.aggregate == "mean" and not metric.is_now and metric.interval != "none"


def comes_late(metric: Metric) -> bool:
    """Whether a metric dates its rows by the end of a time: who is in it just after a change came to it long before."""
    return bool(metric.waits) or metric.dated_by.endswith("known_at")
