"""Decisions: what may be written as one, and what came of each after 30 and 90 days."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any, Final
from uuid import uuid4

from metrics.before_after import Effect
from metrics.errors import NoDecision
from metrics.interventions import comes_late, is_share_or_mean
from metrics.language import _
from metrics.metric import Metric
from metrics.period import local_day, utc_text
from queries.decisions import Decision
from queries.intervention import Intervention

LONGEST: Final[Mapping[str, int]] = {"owner": 60, "what": 200, "expects": 200, "about": 300}
TOKEN: Final = re.compile(r"[0-9a-f]{12,32}", re.ASCII)
LATER: Final = (30, 90)


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A decision in the words of whoever writes it. due: a day, 2026-12-15.   about: what it answers, as it was read then.

    token: made by whoever sends it, so that the same decision sent twice is written once.
    """

    owner: str
    what: str
    due: str
    expects: str = ""
    metric: str = ""
    where: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    about: str = ""
    token: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of a decision: by days after it the figure that it named, before and after; None until those days are over.

    known_on: from which day on that can be told.   problem: why its figure cannot be asked.
    """

    decision: Decision
    decided_on: date
    after: Mapping[int, Effect | None]
    known_on: Mapping[int, date]
    problem: str = ""

    def to_json(self) -> dict[str, Any]:
        return {
            **self.decision.to_json(),
            "decided_on": self.decided_on.isoformat(),
            "after": {str(days): found.to_json() if found else None for days, found in self.after.items()},
            "known_on": {str(days): day.isoformat() for days, day in self.known_on.items()},
            "problem": self.problem,
        }


def decided(told: Told, metric: Metric | None, *, zone: str, now: datetime) -> Decision:
    """Returns the decision that these words make. metric: the one that they name.   now: UTC, naive. Raises NoDecision."""
    problems = {name: problem for name in LONGEST if (problem := _problem_of_line(name, getattr(told, name)))}
    day = _day(told.due)
    if day is None:
        problems["due"] = _("Write the day as 2026-12-15.") if told.due.strip() else _("Say until when: a decision needs a day.")
    elif day < local_day(now, zone):
        problems["due"] = _("That day is over: name one to come.")
    if told.metric and (metric is None or not is_share_or_mean(metric)):
        problems["metric"] = _("This figure cannot be told before and after: name a share or a mean of a period, or none.")
    elif metric is not None and comes_late(metric):
        problems["metric"] = _(
            "This figure counts everybody on the day their time is over: who is in it just after a decision came long before it. "
            "Name another, or none."
        )
    if problems or day is None:
        raise NoDecision(problems)
    return Decision(
        decision_id=told.token if TOKEN.fullmatch(told.token) else uuid4().hex[:12], decided_at=utc_text(now), due=day,
        metric=told.metric, where=told.where, **{name: getattr(told, name).strip() for name in LONGEST},
    )  # fmt: skip


def decided_on(decision: Decision, zone: str) -> date:
    """Returns the local day of a decision."""
    moment = datetime.fromisoformat(decision.decided_at).astimezone(UTC).replace(tzinfo=None)
    return local_day(moment, zone)


def as_change(decision: Decision, on: date, days: int) -> Intervention:
    """Returns a decision as the change that it made from its day on."""
    return Intervention(
        name=decision.what, on=on, what=decision.what, owner=decision.owner, metrics=(decision.metric,),
        only=decision.where or {}, days=days,
    )  # fmt: skip


def _problem_of_line(name: str, text: str) -> str:
    """Returns what is wrong with a line, empty where nothing is."""
    line = text.strip()
    if not line:
        return {"what": _("Say what will be done."), "owner": _("Say whose it is.")}.get(name, "")
    if len(line) > LONGEST[name] or not line.isprintable():
        return _("This is one line of at most {n} letters: shorten it.", n=LONGEST[name])
    return ""


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        return None
