"""The histories of tickets as the help desk's API gives them: one audit a line."""

import json
from collections.abc import Iterator
from typing import Any

from sample_data.cases import Case, Step
from sample_data.moments import NOW, utc_text
from sample_data.zendesk import agent_id, requester_id, updated_at


class Audits:
    """Tells a ticket's history, audit by audit."""

    def __init__(self, first_number: int = 500_000_000) -> None:
        self._number = first_number

    def audit(self, case: Case, moment: int, author: int, via: str, *events: dict[str, Any]) -> tuple[int, str]:
        """One audit: its moment and its line."""
        self._number += 1
        numbered = [{"id": self._number * 10 + place, **event} for place, event in enumerate(events)]
        told = {
            "id": self._number,
            "ticket_id": case.number,
            "created_at": utc_text(moment),
            "author_id": author,
            "via": {"channel": via},
            "events": numbered,
        }
        return moment, json.dumps(told, separators=(",", ":"))

    def note(self, case: Case, moment: int) -> tuple[int, str]:
        """An internal note, which nobody outside sees."""
        return self.audit(case, moment, agent_id(case), "web", _comment("Asked the meter team.", public=False))

    def of_case(self, case: Case) -> Iterator[tuple[int, str]]:
        """Creation, automatic reply, answer, and everything that has happened to it since."""
        customer, agent = int(requester_id(case.person)), agent_id(case, case.first_team)
        via = {"email": "email", "phone": "voice", "chat": "chat", "web": "web", "social": "twitter"}[case.channel]
        yield self.audit(
            case,
            case.opened,
            agent if case.by_agent else customer,
            via,
            _create("status", "new"),
            _create("priority", case.priority),
            _create("group", case.first_team),
            _comment(case.subject, public=not case.by_agent),
        )
        if case.by_agent:
            yield self.audit(case, case.asked, customer, via, _comment("What I said on the phone.", public=True))
        elif case.channel in ("email", "web"):
            yield self.audit(
                case, case.opened + 12, -1, "rule", _comment("We have received your request.", public=True), _notification()
            )
        if case.replied is not None and case.replied - case.opened > 900:
            yield self.audit(case, case.opened + 600, agent, "web", _comment("Looked up the contract.", public=False))
        yield from self._course(case)

    def _course(self, case: Case) -> Iterator[tuple[int, str]]:
        """Each step that changes or says something, with what it changes from."""
        now = {"status": "new", "priority": case.priority, "group": case.first_team}
        for step in course_of(case):
            after = {"status": step.status, "priority": step.priority, "group": step.desk}
            changes = [_change(name, now[name], value) for name, value in after.items() if value and value != now[name]]
            now |= {name: value for name, value in after.items() if value}
            comments = [_comment(step.says, public=True)] if step.says else []
            comments += [_comment(step.note, public=False)] if step.note else []
            told = [_notification()] if step.by == "agent" and (step.says or step.status == "solved") else []
            if comments or changes:
                author = {"customer": int(requester_id(case.person)), "rule": -1}.get(step.by, agent_id(case, now["group"]))
                yield self.audit(case, step.moment, author, _VIA_OF[step.by], *comments, *changes, *told)


_VIA_OF = {"customer": "email", "agent": "web", "rule": "rule"}


def course_of(case: Case) -> list[Step]:
    """The first reply, the steps after it, the solutions and the closing of a request, in the order of time."""
    steps = list(case.steps)
    if case.replied is not None:
        status = case.status if case.solved is None and not steps and case.status != "new" else "open"
        steps.append(Step(moment=case.replied, by="agent", says="Thank you for writing.", status=status))
    if case.solved is not None:
        steps.append(Step(moment=case.solved, by="agent", status="solved"))
    if case.reopened is not None and case.solved_again is not None:
        steps.append(Step(moment=case.reopened, by="customer", says="It happened again.", status="open"))
        steps.append(Step(moment=case.solved_again, by="agent", says="Now it works.", status="solved"))
    if case.status == "closed":
        steps.append(Step(moment=updated_at(case), by="rule", status="closed"))
    return sorted(steps, key=lambda step: step.moment)


def _create(name: str, value: str) -> dict[str, Any]:
    return {"type": "Create", "field_name": name, "value": value}


def _change(name: str, before: str, value: str) -> dict[str, Any]:
    return {"type": "Change", "field_name": name, "value": value, "previous_value": before}


def _comment(body: str, *, public: bool) -> dict[str, Any]:
    return {"type": "Comment", "body": body, "public": public}


def _notification() -> dict[str, Any]:
    return {"type": "Notification", "subject": "Your request", "body": "…"}


def base_audits(cases: list[Case]) -> list[str]:
    """The histories of all tickets in the order of time; the last line is at the very end of the data."""
    audits = Audits()
    told = sorted(audit for case in cases for audit in audits.of_case(case) if audit[0] <= NOW)
    newest = next((case for case in reversed(cases) if case.replied is not None and case.last_solved is None), cases[-1])
    told.append(audits.note(newest, NOW))
    return [line for _, line in told]
