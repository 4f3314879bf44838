"""Requests that the field service keeps itself, reported promises, and the surveys after a contact."""

from sample_data.calling import CallBack
from sample_data.cases import TARGETS, Case, in_zendesk
from sample_data.moments import (
    DAY,
    NOW,
    SURVEY_NOW,
    utc_text,
)
from sample_data.world import World
from sample_data.writers import Row, Table

STATES = {True: "true", False: "false", None: ""}


def field_cases(world: World, cases: list[Case]) -> Table:
    """Requests that the field service keeps in a system of its own; it knows prospects by their address."""
    prospects = {life.person.number for life in world.lives if life.chose is None and life.person.kind == "home"}
    header = (
        "case_id external_id email opened_at opened_by kind channel priority category team agent subject status "
        "first_replied_at first_resolved_at resolved_at closed_at is_withdrawn updated_at source"
    ).split()
    rows = [
        [
            f"S{case.number}",
            "" if case.person.number in prospects else case.person.number,
            case.person.email if case.person.number in prospects else "",
            utc_text(case.opened),
            "agent" if case.by_agent else "customer",
            case.kind,
            case.channel,
            case.priority,
            case.category,
            "Field",
            f"Field agent {case.number // 20 % 6 + 1}",
            case.subject,
            "closed",
            utc_text(case.replied),
            utc_text(case.solved),
            utc_text(case.last_solved),
            utc_text(case.last_solved),
            "true" if case.is_withdrawn else "",
            utc_text(case.last_solved),
            "field",
        ]
        for case in cases
    ]
    return Table(file="field_cases.csv", entity="cases", source="field", header=header, rows=rows)


def field_case_events(cases: list[Case]) -> Table:
    """What happened in them."""
    header = "case_event_id case_id happened_at kind value actor source".split()
    rows = []
    for case in cases:
        told = [
            (case.opened, "created", "open"),
            (case.asked, "customer_message", ""),
            (case.replied, "public_reply", ""),
            (case.solved, "status", "solved"),
            (case.reopened, "status", "open"),
            (case.solved_again, "status", "solved"),
        ]
        rows += [
            [f"S{case.number}-{place}", f"S{case.number}", utc_text(moment), kind, value, "", "field"]
            for place, (moment, kind, value) in enumerate(told)
            if moment is not None
        ]
    return Table(file="field_case_events.csv", entity="case_events", source="field", header=header, rows=rows)


def reported_promises(world: World) -> Table:
    """First replies of the last two months, as the help desk itself judged them."""
    header = "case_id promise target_seconds elapsed_seconds kept business_time reported_at source".split()
    rows = [
        [
            str(case.number),
            "first_reply",
            str(TARGETS[case.priority]),
            str(case.replied - case.opened),
            STATES[case.replied <= case.due],
            "false",
            utc_text(case.replied),
            "zendesk",
        ]
        for case in world.cases
        if case.replied is not None and case.opened > NOW - 60 * DAY and in_zendesk(case)
    ]
    return Table(file="reported_promises.csv", entity="reported_promises", source="zendesk", header=header, rows=rows)


def survey_responses(world: World) -> Table:
    """Invitations after a contact, answered or not."""
    header = (
        "response_id external_id email instrument programme sent_at delivered_at answered_at score scale_low "
        "scale_high scale_direction case_id dismissed source"
    ).split()
    rows = []
    for place, asked in enumerate(world.csat):
        delivered = "" if place % 43 == 0 and asked.answered is None else utc_text(asked.sent + 2)
        rows.append(
            [
                asked.number,
                asked.person.number,
                asked.person.email,
                "csat",
                "transactional",
                utc_text(asked.sent),
                delivered,
                utc_text(asked.answered),
                "" if asked.score is None else str(asked.score),
                "1",
                "5",
                "higher",
                str(asked.case),
                STATES[asked.dismissed],
                "askwell",
            ]
        )
    answered = [place for place, asked in enumerate(world.csat) if asked.answered is not None]
    rows[answered[-1]][7] = utc_text(SURVEY_NOW)
    rows += [_asked_again(call) for call in world.calls if call.asked is not None]
    return Table(file="survey_responses.csv", entity="survey_responses", source="askwell", header=header, rows=rows)


def _asked_again(call: CallBack) -> Row:
    """Would you recommend us now? Asked some days after a call-back."""
    return [
        f"B{call.answer.number[2:]}",
        call.person.number,
        call.person.email,
        "nps",
        "transactional",
        utc_text(call.asked),
        utc_text((call.asked or 0) + 2),
        utc_text(call.answered),
        "" if call.score is None else str(call.score),
        "0",
        "10",
        "higher",
        "",
        "false",
        "askwell",
    ]


def survey_answers(world: World) -> Table:
    """The second question of some: how easy it was."""
    header = "response_id question score answer source".split()
    rows = [[a.number, "How easy was it to get help?", str(a.ease), "", "askwell"] for a in world.csat if a.ease is not None]
    return Table(file="survey_answers.csv", entity="survey_answers", source="askwell", header=header, rows=rows)
