"""The histories of tickets as the help desk's API gives them: one audit a line."""

import json
from collections.abc import Iterator
from typing import Any

from sample_data.cases import Case
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
        """Creation, automatic reply, answer, and every change of status that has happened."""
        customer, agent = int(requester_id(case.person)), agent_id(case)
        opener = agent if case.by_agent else customer
        via = {"email": "email", "phone": "voice", "chat": "chat", "web": "web", "social": "twitter"}[case.channel]
        yield self.audit(
            case,
            case.opened,
            opener,
            via,
            _create("status", "new"),
            _create("priority", case.priority),
            _create("group", case.team),
            _comment(case.subject, public=not case.by_agent),
        )
        if case.by_agent:
            yield self.audit(case, case.asked, customer, via, _comment("What I said on the phone.", public=True))
        elif case.channel in ("email", "web"):
            yield self.audit(
                case, case.opened + 12, -1, "rule", _comment("We have received your request.", public=True), _notification()
            )
        if case.replied is not None:
            status = case.status if case.solved is None and case.status != "new" else "open"
            if case.replied - case.opened > 900:
                yield self.audit(case, case.opened + 600, agent, "web", _comment("Looked up the contract.", public=False))
            yield self.audit(
                case,
                case.replied,
                agent,
                "web",
                _comment("Thank you for writing.", public=True),
                _change("new", status),
                _notification(),
            )
        yield from self._solutions(case, customer, agent)

    def _solutions(self, case: Case, customer: int, agent: int) -> Iterator[tuple[int, str]]:
        before = "open" if case.replied is not None else "new"
        if case.solved is not None:
            yield self.audit(case, case.solved, agent, "web", _change(before, "solved"), _notification())
        if case.reopened is not None and case.solved_again is not None:
            yield self.audit(
                case, case.reopened, customer, "email", _comment("It happened again.", public=True), _change("solved", "open")
            )
            yield self.audit(
                case, case.solved_again, agent, "web", _comment("Now it works.", public=True), _change("open", "solved")
            )
        if case.status == "closed":
            yield self.audit(case, updated_at(case), -1, "rule", _change("solved", "closed"))


def _create(name: str, value: str) -> dict[str, Any]:
    return {"type": "Create", "field_name": name, "value": value}


def _change(before: str, value: str) -> dict[str, Any]:
    return {"type": "Change", "field_name": "status", "value": value, "previous_value": before}


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
