"""Solved at the first contact, with one reply, opened again: the models against a walk through each request's events."""

from datetime import datetime, timedelta
from random import Random
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.metrics.oracles.built import EXAMPLES, Rows, built
from tests.metrics.oracles.service_oracle import WEEK, Told, solution

BEGIN = datetime(2026, 9, 1)
AS_OF = BEGIN + timedelta(days=40)
STATUSES = ("open", "pending", "on_hold", "solved", "solved", "closed", "Odd")
MESSAGES = ("customer_message", "public_reply", "automatic_reply", "internal_note")
MODELS = ("case_message", "case_status", "fct_case_spell", "case_solution", "case_contact", "case_followed")
CASE = (
    "row_id varchar, source varchar, case_id varchar, record_id varchar, opened_at timestamp, opened_by varchar, kind varchar, "
    "channel varchar, priority varchar, category varchar, team varchar, agent varchar, status varchar, resolved_at timestamp, "
    "closed_at timestamp, merged_into varchar, is_spam boolean, is_withdrawn boolean"
)
STATE = (
    "row_id varchar, opened_at timestamp, as_of timestamp, first_replied_at timestamp, resolved_at timestamp, closed_at timestamp, "
    "is_counted boolean, is_unsolved boolean, has_broken_promise boolean"
)


def some_request(draw: Random, number: int) -> Told:
    """A request of one of a few customers, whose events lie hours, or exactly seven days, apart."""
    opened = BEGIN + timedelta(hours=draw.randrange(20 * 24))
    moment, statuses, messages = opened, [], []
    for _ in range(draw.randrange(6)):
        moment += draw.choice([timedelta(hours=draw.randrange(1, 60)), WEEK, WEEK + timedelta(seconds=1)])
        if moment <= AS_OF and not any(moment == at for at, _ in statuses):
            statuses.append((moment, draw.choice(STATUSES)))
    edges = [opened, *(at for at, _ in statuses)]
    for _ in range(draw.randrange(5)):
        at = draw.choice(edges) + timedelta(seconds=draw.choice([0, 0, 1, 600, 90_000]))
        if at <= AS_OF:
            messages.append((at, draw.choice(MESSAGES)))
    return Told(
        case_id=str(number),
        customer_id=f"C{draw.randrange(4)}",
        category=draw.choice(["bill", "unknown"]),
        channel=draw.choice(["email", "email", "chat"]),
        opened_by=draw.choice(["customer", "customer", "agent"]),
        opened_at=opened,
        is_spam=draw.random() < 0.1,
        is_withdrawn=draw.random() < 0.15,
        merged_into=str(draw.randrange(12)) if draw.random() < 0.1 else None,
        messages=tuple(messages),
        statuses=tuple((at, "other" if status == "Odd" else status) for at, status in statuses),
    )


def tables(requests: list[Told]) -> dict[str, tuple[str, Rows]]:
    events: list[tuple[Any, ...]] = []
    for case in requests:
        happened = [*((at, kind, None) for at, kind in case.messages), *((at, "status", status) for at, status in case.statuses)]
        events += [
            (f"e{case.case_id}:{n}", "d", case.case_id, at, kind, value, None, n) for n, (at, kind, value) in enumerate(happened)
        ]
    cases = [
        (f"d:{one.case_id}", "d", one.case_id, None, one.opened_at, one.opened_by, "question", one.channel, None,
         None if one.category == "unknown" else one.category, None, None, "open", None, None,
         one.merged_into, one.is_spam, one.is_withdrawn)
        for one in requests
    ]  # fmt: skip
    owners = [("cases", f"d:{one.case_id}", one.customer_id, one.customer_id) for one in requests]
    known = [(f"C{n}", f"C{n}", n, "person", None, None, None) for n in range(4)]
    return {
        "cases": (CASE, cases),
        "case_events": (
            "row_id varchar, source varchar, case_id varchar, happened_at timestamp, kind varchar, value varchar, actor varchar, "
            "source_line bigint", events,
        ),
        "entity_as_of": ("entity varchar, as_of timestamp", [("cases", AS_OF), ("case_events", AS_OF)]),
        "customer_of": ("entity varchar, row_id varchar, customer_id varchar, account_id varchar", owners),
        "customers": (
            "customer_id varchar, account_id varchar, customer_no bigint, kind varchar, region varchar, acquired_through varchar, "
            "business_unit varchar", known,
        ),
        "segment_at": ("account_id varchar, segment varchar, from_at timestamp, until_at timestamp", []),
        "account_company": ("account_id varchar, company varchar", []),
        "case_state": (STATE, [(f"d:{one.case_id}", one.opened_at, AS_OF, None, None, None, True, True, False) for one in requests]),
        "case_wait": ("case_row_id varchar, started_at timestamp, fulfilled_at timestamp, ended_at timestamp", []),
    }  # fmt: skip


@settings(max_examples=max(1, EXAMPLES // 10))
@given(st.integers(0, 2**32))
def test_what_is_said_of_a_first_solution_is_what_its_events_say(seed: int) -> None:
    draw = Random(seed)
    requests = [some_request(draw, number) for number in range(12)]
    tells = any(one.messages for one in requests), any(one.statuses for one in requests)
    with built(tables(requests), (*MODELS, "case_outcome", "fct_case")) as connection:
        made = {
            row[0]: row[1:]
            for row in connection.execute(
                "select case_id, first_solved_at, reopened_count > 0, inbound_contacts, public_replies, is_first_contact, is_one_touch, "
                "is_reopened, is_week_old from fct_case"
            ).fetchall()
        }
    for one in requests:
        found = solution(one, requests)
        if found is None:
            wanted = (None, False, None, None, None, None, None, False)
        elif not all(tells):
            continue
        else:
            wanted = (
                found.solved_at, found.reopened_at is not None, found.contacts, found.replies, found.at_first_contact,
                found.with_one_reply, found.reopened, found.solved_at + WEEK <= AS_OF,
            )  # fmt: skip
        assert made[one.case_id] == wanted, one
