"""A case and its clocks, step by step: what happened in it, its statuses, what was promised and why, and how each promise stands."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from metrics.answer import json_ready
from metrics.errors import QuestionError, UnknownName
from queries.warehouse import Reading

CONDITIONS = ("kind", "channel", "priority", "category", "segment")

Rows = tuple[Mapping[str, Any], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseCourse:
    """One case with its clocks, each part a tuple of plain rows, the earliest first.

    case: what its source tells of it.   events: happened_at, kind, value, written_by.   statuses: from_at, until_at, status.
    clocks: as `clocks()` tells them, with `why` (how the policy was chosen) and `spans` (from_at, until_at, status, is_running).
    untold: promises of which nobody can tell whether they are kept, with the reason.
    """

    case: Mapping[str, Any]
    events: Rows
    statuses: Rows
    clocks: Rows
    untold: Rows
    as_of: datetime | None
    snapshot: str

    def to_json(self) -> dict[str, Any]:
        parts = ("case", "events", "statuses", "clocks", "untold", "as_of")
        return {**{part: json_ready(getattr(self, part)) for part in parts}, "snapshot": self.snapshot}


def case_course(reading: Reading, case_id: str) -> CaseCourse:
    """Returns a case by the id that its source tells; raises UnknownName without one, QuestionError when several sources have it."""
    case = _found(reading, case_id)
    told = _name_of(case)
    events = tuple(reading.run("case_course", row_id=case["row_id"]))
    spans = reading.run("case_spans", row_id=case["row_id"])
    policies = {(row["promise"], row["policy"]): row for row in reading.run("case_policies")}
    clocks = tuple(
        {
            **clock,
            "why": _why(clock, policies, events),
            "spans": tuple(_without_id(span) for span in spans if span["clock_id"] == clock["clock_id"]),
        }
        for clock in reading.run("clock_list", case_id=told)
    )
    return CaseCourse(
        case={name: value for name, value in case.items() if name != "row_id"},
        events=events,
        statuses=tuple(reading.run("case_statuses", row_id=case["row_id"])),
        clocks=clocks,
        untold=tuple(reading.run("clock_untold", case_id=told)),
        as_of=clocks[0]["as_of"] if clocks else None,
        snapshot=reading.snapshot,
    )


def clocks_of(reading: Reading, case_id: str | None, *, untold: bool) -> Rows:
    """Returns the clocks of a case, or of all where none is named; `untold` gives those that nobody can tell. Raises as `case_course`."""
    told = _name_of(_found(reading, case_id)) if case_id else ""
    return tuple(reading.run("clock_untold" if untold else "clock_list", case_id=told))


def _found(reading: Reading, case_id: str) -> Mapping[str, Any]:
    found = reading.run("case_found", case_id=case_id)
    if not found:
        raise UnknownName(f'there is no case "{case_id}"', instead="Write its id as its source tells it, or SOURCE:ID")
    if len(found) > 1:
        names = ", ".join(_name_of(row) for row in found)
        raise QuestionError(f'several sources have a case "{case_id}"', instead=f"Write one of: {names}")
    return found[0]


def _name_of(case: Mapping[str, Any]) -> str:
    return f"{case['source']}:{case['case_id']}"


def _without_id(span: Mapping[str, Any]) -> Mapping[str, Any]:
    return {name: value for name, value in span.items() if name != "clock_id"}


def _why(clock: Mapping[str, Any], policies: Mapping[tuple[str, str], Mapping[str, Any]], events: Rows) -> str:
    """Returns how the policy of a clock was chosen, and in which statuses its time stands still."""
    policy = policies.get((clock["promise"], clock["policy"]), {})
    told = [event["value"] for event in events if event["kind"] == "policy" and event["happened_at"] <= clock["in_force_at"]]
    fits = " and ".join(f"{name} {policy[name]}" for name in CONDITIONS if policy.get(name))
    if told and told[-1] == clock["policy"]:
        chosen = "the source itself put the case under it"
    elif fits:
        chosen = f"the first that fits: it is for {fits}"
    else:
        chosen = "the first that fits: it is for every request"
    pauses = policy.get("pauses_in")
    stands = f"time stands still in {pauses.replace('on_hold', 'on hold')}" if pauses else "time never stands still"
    return f"{chosen}; {stands}"
