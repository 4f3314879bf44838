"""Who would not recommend us and when somebody of ours next spoke to them, against a look at one answer at a time."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from random import Random
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.metrics.oracles.built import EXAMPLES, built

AS_OF = datetime(2026, 5, 20, 12)
TOLD_UNTIL = AS_OF - timedelta(minutes=2)
KNOWN = {
    "survey_responses": TOLD_UNTIL,
    "detractors": TOLD_UNTIL,
    "interactions": AS_OF,
    "commitments": AS_OF + timedelta(hours=2),
}
CUSTOMERS = {"C1": "person", "C2": "person", "C3": "company", "C4": "unidentified"}
Row = Mapping[str, Any]


def some_moment(draw: Random) -> datetime:
    """One of a few minutes before and after what is known, so that many fall together."""
    return AS_OF + timedelta(minutes=draw.randrange(-12, 4))


def some_answer(draw: Random, number: int) -> dict[str, Any]:
    low, high = draw.choice([(None, None), (0, 10), (0, 10), (1, 10), (0, 5)])
    return {
        "row_id": f"r{number}", "source": "asks", "response_id": f"R{number}", "customer_id": draw.choice(list(CUSTOMERS)),
        "instrument": draw.choice(("nps", "nps", "nps", "csat")), "answered_at": draw.choice([some_moment(draw), some_moment(draw), None]),
        "score": draw.choice([None, *(float(score) for score in range(low or 0, (high or 10) + 1))]),
        "scale_low": low, "scale_high": high, "scale_direction": draw.choice((None, "higher", "higher", "lower")),
        "dismissed": draw.choice((None, False, False, True)), "confidential": draw.choice((None, False, False, True)),
    }  # fmt: skip


def some_contact(draw: Random, number: int) -> dict[str, Any]:
    return {
        "row_id": f"i{number}", "customer_id": draw.choice(list(CUSTOMERS)), "happened_at": some_moment(draw),
        "direction": draw.choice(("outbound", "outbound", "inbound")), "purpose": draw.choice(("service", "service", "sales")),
        "channel": draw.choice(("phone", "email", "chat", "mail")), "delivered": draw.choice((None, True, True, False)),
    }  # fmt: skip


def some_undertaking(draw: Random, number: int) -> dict[str, Any]:
    return {
        "row_id": f"p{number}", "customer_id": draw.choice(list(CUSTOMERS)), "kind": draw.choice(("call_back", "offer")),
        "kept_at": draw.choice([None, some_moment(draw)]),
    }  # fmt: skip


def is_detractor(answer: Row) -> bool:
    """Six or less of ten, the good end up, by somebody who may be called."""
    on_ten = (answer["scale_low"] or 0, 10 if answer["scale_high"] is None else answer["scale_high"]) == (0, 10)
    is_told = (
        answer["instrument"] == "nps" and answer["score"] is not None and not answer["dismissed"] and not answer["confidential"]
    )
    if not is_told or not on_ten or answer["answered_at"] is None or answer["answered_at"] > TOLD_UNTIL:
        return False
    return bool((10 - answer["score"] if answer["scale_direction"] == "lower" else answer["score"]) <= 6)


def reaches(contact: Row) -> bool:
    """A call, letter by e-mail or chat of service that was not lost on the way."""
    return (
        (contact["direction"], contact["purpose"]) == ("outbound", "service")
        and contact["channel"] in ("phone", "email", "chat")
        and contact["delivered"] is not False
    )


def reached_at(answer: Row, contacts: Sequence[Row], undertakings: Sequence[Row]) -> datetime | None:
    """When somebody of ours first spoke to the customer after the answer, as far as is known."""
    spoken = [(one["customer_id"], one["happened_at"]) for one in contacts if reaches(one)]
    spoken += [(one["customer_id"], one["kept_at"]) for one in undertakings if one["kind"] == "call_back" and one["kept_at"]]
    return min(
        (moment for customer, moment in spoken if customer == answer["customer_id"] and answer["answered_at"] < moment <= AS_OF),
        default=None,
    )


def table(columns: str, rows: Sequence[Row]) -> tuple[str, list[tuple[Any, ...]]]:
    return columns, [tuple(row[column.split()[0]] for column in columns.split(", ")) for row in rows]


@settings(max_examples=max(4, EXAMPLES // 10))
@given(st.integers(0, 2**32))
def test_a_detractor_is_reached_by_the_first_contact_of_service_after_the_answer(seed: int) -> None:
    draw = Random(seed)
    answers = [some_answer(draw, number) for number in range(60)]
    contacts = [some_contact(draw, number) for number in range(draw.choice([0, 20]))]
    undertakings = [some_undertaking(draw, number) for number in range(draw.choice([0, 8]))]
    owners = {"survey_responses": answers, "interactions": contacts, "commitments": undertakings}
    connection = built(
        {
            "survey_responses": table(
                "row_id varchar, source varchar, response_id varchar, instrument varchar, answered_at timestamp, score double, "
                "scale_low double, scale_high double, scale_direction varchar, dismissed boolean, confidential boolean",
                answers,
            ),
            "interactions": table(
                "row_id varchar, happened_at timestamp, direction varchar, purpose varchar, channel varchar, delivered boolean",
                contacts,
            ),
            "commitments": table("row_id varchar, kind varchar, kept_at timestamp", undertakings),
            "customer_of": (
                "entity varchar, row_id varchar, customer_id varchar, account_id varchar",
                [(name, row["row_id"], row["customer_id"], row["customer_id"]) for name, rows in owners.items() for row in rows],
            ),
            "customers": ("customer_id varchar, kind varchar", list(CUSTOMERS.items())),
            "entity_as_of": ("entity varchar, as_of timestamp", list(KNOWN.items())),
            "known_until": ("source varchar, known_until timestamp", [("asks", TOLD_UNTIL)]),
            "satisfied_rule": ("marks integer, best integer", [(5, 2)]),
        },
        ["response_score", "detractor"],
    )
    made = connection.table("detractor").select("row_id, reached_at, is_unidentified, tells_contacts, as_of").fetchall()
    connection.close()
    tells = any(reaches(one) for one in contacts) or any(one["kind"] == "call_back" and one["kept_at"] for one in undertakings)
    assert sorted(made) == sorted(
        (one["row_id"], reached_at(one, contacts, undertakings), one["customer_id"] == "C4", tells, AS_OF)
        for one in answers
        if is_detractor(one)
    )
