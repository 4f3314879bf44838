"""What the histories of the help desk hold, worked out from the plan: further replies, waiting, priorities, requests that return."""

from collections.abc import Iterator
from typing import Any

from sample_data.audits import course_of
from sample_data.cases import TARGETS, Case, Step, in_zendesk
from sample_data.histories import FULL_TARGETS, ORDER
from sample_data.moments import DAY, HOLIDAYS, NOW, open_after, open_seconds

UNSOLVED = ("new", "open", "pending", "hold")


def runs_of(case: Case) -> Iterator[tuple[int, int | None, int]]:
    """Each run of a customer's messages after the first reply: since when, when answered, and by when that was promised."""
    since: int | None = None
    due, priority, replied = 0, case.priority, False
    for step in course_of(case):
        priority = step.priority or priority
        if step.by == "customer" and step.says and replied and since is None:
            since, due = step.moment, open_after(step.moment, TARGETS[priority], HOLIDAYS)
        elif step.by == "agent" and step.says:
            if since is not None:
                yield since, step.moment, due
            since, replied = None, True
    if since is not None:
        yield since, None, due


def next_replies(cases: list[Case], start: int, end: int) -> dict[str, dict[str, int]]:
    """Kept and decided promises of a further reply by channel, booked when kept or when broken."""
    told: dict[str, dict[str, int]] = {}
    for case in cases:
        for _, replied, due in runs_of(case):
            decided = due if replied is None else min(replied, due)
            if start <= decided < end and decided <= NOW:
                counts = told.setdefault(case.channel, {"decided": 0, "kept": 0})
                counts["decided"] += 1
                counts["kept"] += replied is not None and replied <= due
    return dict(sorted(told.items()))


def asking_now(cases: list[Case]) -> dict[str, int]:
    """Further messages that wait for an answer at the end, and those past the promise."""
    waits = [due for case in cases for _, replied, due in runs_of(case) if replied is None]
    return {"waiting": len(waits), "past_promise": sum(due <= NOW for due in waits)}


def statuses_of(case: Case) -> Iterator[tuple[str, int, int]]:
    """Each stretch in one status, from when until when; the last one until the end of the data."""
    status, since = "new", case.opened
    for step in course_of(case):
        if step.status and step.status != status:
            yield status, since, step.moment
            status, since = step.status, step.moment
    if since < NOW:
        yield status, since, NOW


def paused(cases: list[Case]) -> dict[str, dict[str, int]]:
    """Seconds unsolved, and of these waiting for the customer, of the requests that were solved, by team."""
    told: dict[str, dict[str, int]] = {}
    for case in cases:
        if in_zendesk(case) and case.last_solved is not None:
            counts = told.setdefault(case.team, {"unsolved": 0, "paused": 0})
            for status, since, until in statuses_of(case):
                counts["unsolved"] += (until - since) * (status in UNSOLVED)
                counts["paused"] += (until - since) * (status == "pending")
    return dict(sorted(told.items()))


def _changes(case: Case) -> Iterator[tuple[Step, str]]:
    priority = case.priority
    for step in course_of(case):
        if step.priority and step.priority != priority:
            yield step, priority
            priority = step.priority


def lowered_late(cases: list[Case]) -> dict[str, int]:
    """Requests whose priority was lowered in the last fifth of the open time to solve them, by team."""
    told: dict[str, int] = {}
    for case in cases:
        for step, before in _changes(case):
            used, target = open_seconds(case.asked, step.moment, HOLIDAYS), FULL_TARGETS[before]
            if ORDER.index(step.priority) < ORDER.index(before) and 0.8 * target <= used < target:
                told[case.team] = told.get(case.team, 0) + 1
    return dict(sorted(told.items()))


def raised(cases: list[Case]) -> dict[str, int]:
    """Requests that were raised, and those raised when the first reply was already late."""
    ups = [(case, step) for case in cases for step, before in _changes(case) if ORDER.index(step.priority) > ORDER.index(before)]
    late = [case for case, step in ups if case.replied is not None and case.due < step.moment < case.replied]
    return {"raised": len(ups), "after_the_first_promise_broke": len(late)}


def came_back(cases: list[Case]) -> dict[str, dict[str, int]]:
    """Requests solved a week ago or earlier and not taken back, and those of them that were opened again, by category."""
    told: dict[str, dict[str, int]] = {}
    for case in cases:
        if case.solved is not None and case.solved <= NOW - 7 * DAY and not case.is_withdrawn:
            counts = told.setdefault(case.category, {"solved": 0, "reopened": 0})
            counts["solved"] += 1
            counts["reopened"] += case.reopened is not None
    return dict(sorted(told.items()))


def desk_truth(cases: list[Case], start: int, end: int) -> dict[str, Any]:
    """Everything above; what has a period is told for [start, end)."""
    return {
        "next_replies": next_replies(cases, start, end),
        "next_replies_ever": next_replies(cases, 0, end),
        "asking_now": asking_now(cases),
        "paused": paused(cases),
        "lowered_late": lowered_late(cases),
        "raised": raised(cases),
        "came_back": came_back(cases),
        "withdrawn": sum(case.is_withdrawn for case in cases),
    }
