"""What is to be said of promises and requests, worked out in plain Python from rows that a test invents, one after the other.

Built on the words of the definitions only: no step is shared with the figures. Moments are naive UTC.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Any

Rows = Sequence[Mapping[str, Any]]
WEEK = timedelta(days=7)
DATED = {"decided": "decided_at", "resolved_in_period": "subject_resolved_at", "created_cohort": "subject_opened_at"}
AGES = (
    ("0–1 days", 0, 1),
    ("1–3 days", 1, 3),
    ("3–7 days", 3, 7),
    ("7–14 days", 7, 14),
    ("14–30 days", 14, 30),
    ("30+ days", 30, 10**6),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A half-open stretch of time."""

    begins: datetime
    ends: datetime

    def holds(self, moment: datetime | None) -> bool:
        """Whether a moment lies in it."""
        return moment is not None and self.begins <= moment < self.ends


def part_of(clock: Mapping[str, Any], spans: Rows, period: Span, counted: str) -> set[str]:
    """Return the parts of a period's promises that a clock is in."""
    dated = period.holds(clock[DATED[counted]])
    by_decision = counted == "decided"
    if clock["state"] == "void":
        return {"void"} if (period.holds(clock["in_force_at"]) if by_decision else dated) else set()
    parts = set()
    if clock["is_decided"] and dated:
        parts |= {"kept"} if clock["was_kept"] else {"broken"}
        parts |= {"closed_unanswered"} if clock["state"] == "closed_unanswered" else set()
    if clock["state"] == "superseded" and (period.holds(clock["ended_at"]) if by_decision else dated):
        parts.add("superseded")
    if not _is_undecided(clock, period, dated, by_decision=by_decision):
        return parts
    parts.add("undecided")
    if clock["fulfilled_at"] is not None and clock["fulfilled_at"] < period.ends:
        return parts | {"provisional"}
    return parts | ({"paused"} if _stands_still(clock, spans, period.ends) else set())


def _is_undecided(clock: Mapping[str, Any], period: Span, dated: bool, *, by_decision: bool) -> bool:
    if not by_decision:
        return dated and not clock["is_decided"] and clock["state"] != "superseded"
    if clock["in_force_at"] >= period.ends:
        return False
    if clock["state"] == "superseded":
        return bool(clock["ended_at"] >= period.ends)
    return clock["decided_at"] is None or bool(clock["decided_at"] >= period.ends)


def _stands_still(clock: Mapping[str, Any], spans: Rows, moment: datetime) -> bool:
    return any(
        span["clock_id"] == clock["clock_id"]
        and not span["is_running"]
        and span["from_at"] < moment
        and (span["until_at"] is None or span["until_at"] >= moment)
        for span in spans
    )


def every_promise_kept(clocks: Rows, period: Span) -> tuple[set[str], set[str]]:
    """Return the known customers of whom a promise was decided, and those of them with every one kept."""
    decided = [
        one for one in clocks if one["is_decided"] and period.holds(one["decided_at"]) and one["customer_kind"] != "unidentified"
    ]
    everyone = {one["customer_id"] for one in decided}
    return everyone, everyone - {one["customer_id"] for one in decided if not one["was_kept"]}


def time_paused(clocks: Rows, period: Span) -> tuple[int, int, int]:
    """Return how many promises of requests were decided, the seconds that they stood still, and all the seconds that they lasted."""
    decided = [
        one
        for one in clocks
        if one["subject_kind"] == "case" and one["is_decided"] and period.holds(one["decided_at"]) and one["lasted_seconds"] > 0
    ]
    return len(decided), sum(one["stood_still_seconds"] for one in decided), sum(one["lasted_seconds"] for one in decided)


def chance_to_break(clock: Mapping[str, Any], clocks: Rows, least: int) -> tuple[Fraction | None, int]:
    """Return the chance of a running clock, None on too few past ones, and on how many it would rest."""
    elapsed = Fraction(clock["open_seconds"], clock["target_seconds"])
    alike = [
        one
        for one in clocks
        if one["is_decided"]
        and (one["promise"], one["priority"]) == (clock["promise"], clock["priority"])
        and open_until(one) >= elapsed
    ]
    broken = sum(not one["was_kept"] for one in alike)
    return (Fraction(broken, len(alike)) if len(alike) >= least else None), len(alike)


def open_until(clock: Mapping[str, Any]) -> Fraction:
    """Return the share of its time that a decided clock had used when it was decided."""
    used = Fraction(clock["open_seconds"], clock["target_seconds"])
    if clock["was_kept"] or clock["state"] == "closed_unanswered":
        return min(Fraction(1), used)
    return Fraction(1)


def unsolved(spells: Rows, moment: datetime) -> list[Mapping[str, Any]]:
    """Return the stretches that last at a moment: begun by then, and not over."""
    return [one for one in spells if one["from_at"] <= moment and (one["until_at"] is None or one["until_at"] > moment)]


def ages(spells: Iterable[Mapping[str, Any]], moment: datetime) -> dict[str, int]:
    """Return how many of these are of which age at a moment."""
    days = [(moment - one["opened_at"]).total_seconds() / 86_400 for one in spells]
    return {name: sum(youngest <= age < oldest for age in days) for name, youngest, oldest in AGES}


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What happened in one request: moments by what they are."""

    case_id: str
    customer_id: str
    category: str
    channel: str
    opened_by: str
    opened_at: datetime
    is_spam: bool
    is_withdrawn: bool
    merged_into: str | None
    messages: tuple[tuple[datetime, str], ...]
    statuses: tuple[tuple[datetime, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Solution:
    """The first solution of a request and what is said of it."""

    solved_at: datetime
    reopened_at: datetime | None
    contacts: int
    replies: int
    asked_again: bool
    is_ours: bool

    @property
    def did_not_hold(self) -> bool:
        return self.reopened_at is not None and self.reopened_at <= self.solved_at + WEEK

    @property
    def reopened(self) -> bool | None:
        return self.did_not_hold if self.is_ours else None

    @property
    def at_first_contact(self) -> bool | None:
        if not self.is_ours or self.contacts < 1:
            return None
        return self.contacts == 1 and not self.did_not_hold and not self.asked_again

    @property
    def with_one_reply(self) -> bool | None:
        return self.replies == 1 and not self.did_not_hold if self.is_ours else None


def solution(case: Told, everyone: Sequence[Told]) -> Solution | None:
    """Return the first solution of a request, walking through its statuses; None where it was never solved."""
    solved_at = reopened_at = None
    for moment, status in sorted(case.statuses):
        is_solved = status in ("solved", "closed")
        if is_solved and solved_at is None:
            solved_at = moment
        elif not is_solved and status != "other" and solved_at is not None and reopened_at is None:
            reopened_at = moment
    if solved_at is None:
        return None
    until = [(moment, who) for moment, who in case.messages if moment <= solved_at]
    written = [moment for moment, who in until if who == "customer_message"]
    if case.channel == "chat":
        contacts = 1 if case.opened_by == "customer" or written else 0
    elif case.opened_by == "customer":
        contacts = 1 + sum(moment > case.opened_at for moment in written)
    else:
        contacts = len(written)
    merged = [
        one
        for one in everyone
        if one is not case and one.merged_into == case.case_id and one.opened_by == "customer" and one.opened_at <= solved_at
    ]
    later = [
        one
        for one in everyone
        if (one.customer_id, one.category) == (case.customer_id, case.category)
        and one.opened_by == "customer"
        and not one.is_spam
        and solved_at < one.opened_at <= solved_at + WEEK
    ]
    return Solution(
        solved_at=solved_at,
        reopened_at=reopened_at,
        contacts=contacts + len(merged),
        replies=sum(who == "public_reply" for _, who in until),
        asked_again=bool(later),
        is_ours=not case.is_withdrawn,
    )


def bridge(reported: Rows, clocks: Rows, period: Span) -> dict[str, tuple[int, int]]:
    """Return how many count, and how many as kept, after each step from the reported figure to ours."""
    verdict = {row["case_row_id"]: row for row in reported}
    decided = [one for one in clocks if one["is_decided"]]
    of_case = {name: [one for one in decided if one["subject_id"] == name] for name in verdict}
    now = [row for row in verdict.values() if period.holds(row["happened_at"])]
    both = [row for row in now if of_case[row["case_row_id"]]]

    def judged(is_kept: Any) -> tuple[int, int]:
        return len(both), sum(all(is_kept(one) for one in of_case[row["case_row_id"]]) for row in both)

    each = [one for row in both for one in of_case[row["case_row_id"]]]
    ours = [one for one in decided if period.holds(one["decided_at"])]
    cohort = [one for one in ours if one["subject_id"] in verdict]
    answered = [one["clock_id"] for one in decided if one["state"] != "closed_unanswered"]
    return {
        "reported": (len(now), sum(row["was_kept"] for row in now)),
        "scope": (len(both), sum(row["was_kept"] for row in both)),
        "clock": judged(lambda one: one["calendar_seconds"] <= one["target_seconds"] and one["clock_id"] in answered),
        "hours": judged(
            lambda one: one["open_seconds"] + one["paused_open_seconds"] <= one["target_seconds"] and one["clock_id"] in answered
        ),
        "pauses": judged(lambda one: one["was_kept"]),
        "each": (len(each), sum(one["was_kept"] for one in each)),
        "cohort": (len(cohort), sum(one["was_kept"] for one in cohort)),
        "not_reported": (len(ours), sum(one["was_kept"] for one in ours)),
    }
