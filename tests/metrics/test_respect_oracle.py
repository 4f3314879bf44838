"""Contacts, consent, complaints and the hold list against an oracle that looks at one contact at a time."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from random import Random
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from queries.engines.duckdb import Connection
from queries.fact import PARTS
from queries.respect import CHANNELS, ConsentRule, RespectRule, respect_rows
from tests.metrics.oracles import respect_oracle as oracle
from tests.metrics.oracles.built import EXAMPLES, Rows, built
from tests.metrics.oracles.respect_oracle import DAY, SECOND, Row, Rules, World

AS_OF = datetime(2026, 10, 30, 13, 5)
AT_ONCE = 10  # histories in one build: what belongs to one never touches another
RULE = RespectRule(cap=2, window=10 * 86_400, survey_cool_down=20 * 86_400)
CONSENT = ConsentRule()
RULES = Rules(
    RULE.cap,
    timedelta(seconds=RULE.window),
    timedelta(seconds=RULE.survey_cool_down),
    timedelta(seconds=RULE.after_complaint),
    timedelta(seconds=RULE.tired_within),
    timedelta(seconds=RULE.responds_within),
    {(purpose, channel): needs for purpose, channel, needs in respect_rows(CONSENT, RULE)["consent_rule"]},
)
EDGES = tuple(days * DAY + off * SECOND for days in (0, 1, 3, 7, 10, 14, 20) for off in (-1, 0, 1))
MODELS = (
    "survey_sending", "contact_sent", "survey_asked", "contact_pressure", "consent_word", "contact_consent", "trouble_span",
    "contact_trouble", "contact_after", "fct_contact", "hold_reason", "fct_hold",
)  # fmt: skip

COLUMNS = (
    "contact_id, pressure, is_over_cap, consent, is_during_complaint, grade, asked_twice, opted_out_after, complained_after, "
    "responded"
)

HELD = "customer_id, reason, purpose, channel, date_trunc('second', since_at), until_at"

seeds = st.integers(0, 2**32)


class History:
    """The life of a company of two people and of somebody alone, put together at random; moments often lie just so far apart."""

    def __init__(self, draw: Random, number: int) -> None:
        self.draw, self.number = draw, number
        self.moments: list[datetime] = [AS_OF]
        company, one, other, alone = (f"{name}{number}" for name in ("F", "A", "B", "C"))
        self.people: dict[str, Row] = {
            company: {"account_id": company, "kind": "company"},
            one: {"account_id": company, "kind": "person"},
            other: {"account_id": company, "kind": "person"},
            alone: {"account_id": alone, "kind": draw.choice(("person", "unidentified"))},
        }

    def moment(self) -> datetime:
        """A whole second of the last months; often just so far from another that a time is over, or not."""
        found = AS_OF + SECOND - DAY * self.draw.randrange(40) - SECOND * self.draw.randrange(3)
        if self.draw.random() < 0.7:
            found = self.draw.choice(self.moments) + self.draw.choice((1, -1, -1)) * self.draw.choice(EDGES)
        if self.draw.random() < 0.15:
            found = self.draw.choice(self.moments)
        self.moments.append(found)
        return found

    def part_of_second(self) -> timedelta:
        return timedelta(microseconds=self.draw.choice((0, 0, 0, 400_000)))

    def whose(self) -> dict[str, str]:
        name = self.draw.choice([*self.people])
        return {"customer_id": name, "account_id": self.people[name]["account_id"]}

    def message(self, nth: int) -> dict[str, Any]:
        draw, happened = self.draw, self.moment() + self.part_of_second()
        return {
            "row_id": f"m{self.number}_{nth}", "source": draw.choice(("mails", "calls")), "happened_at": happened,
            "direction": draw.choice(("outbound",) * 6 + ("inbound",)), "event": "message",
            "purpose": draw.choice(("promotional", "promotional", "sales", "survey", "service", "transactional")),
            "channel": draw.choice(("email", "email", "phone", "mail")), "delivered": draw.choice((None, True, False)),
            "responded_at": draw.choice((None, None, happened + draw.choice(EDGES))), **self.whose(),
        }  # fmt: skip

    def survey(self, nth: int) -> dict[str, Any]:
        draw, sent = self.draw, self.moment()
        return {
            "row_id": f"s{self.number}_{nth}", "source": "asks", "instrument": "nps", "programme": "relational",
            "sent_at": draw.choice((sent, sent, None)), "delivered_at": draw.choice((sent, None)),
            "answered_at": draw.choice((None, sent + abs(draw.choice(EDGES)))), "score": draw.choice((None, 9.0)),
            "dismissed": draw.random() < 0.1, "confidential": draw.random() < 0.1, **self.whose(),
        }  # fmt: skip

    def word(self, nth: int) -> dict[str, Any]:
        draw = self.draw
        return {
            "row_id": f"w{self.number}_{nth}", "purpose": draw.choice(("promotional", "promotional", "sales", "survey", "profiling")),
            "channel": draw.choice((None, "email", "phone", "mail")), "granted": draw.random() < 0.5,
            "effective_at": min(self.moment() + self.part_of_second(), AS_OF), **self.whose(),
        }  # fmt: skip

    def case(self, nth: int) -> tuple[dict[str, Any], list[dict[str, Any]]]:
        """A request and the stretches in which it was unsolved."""
        draw, opened = self.draw, min(self.moment(), AS_OF)
        kind = draw.choice(("complaint", "complaint", "question"))
        case = {
            "row_id": f"k{self.number}_{nth}", "kind": kind, "opened_at": opened, "is_spam": draw.random() < 0.1, "merged_into": None,
            "is_at_once": draw.random() < 0.2,
            **self.whose(),
        }  # fmt: skip
        turns = sorted({opened, *(one for one in (self.moment() for _ in range(draw.randrange(4))) if opened < one <= AS_OF)})
        spells = [
            {
                "spell_id": f"{case['row_id']}:{place}", "row_id": case["row_id"], "case_id": case["row_id"], "from_at": start,
                "until_at": turns[place + 1] if place + 1 < len(turns) else None, "is_complaint": kind == "complaint",
                "is_counted": not case["is_spam"], "customer_id": case["customer_id"], "account_id": case["account_id"],
            }
            for place, start in enumerate(turns)
            if place % 2 == case["is_at_once"]
        ]  # fmt: skip
        return case, spells

    def clock(self, nth: int, case: Row | None) -> dict[str, Any]:
        """A promise of a case, or without one the call-back of a detractor."""
        draw, started = self.draw, min(self.moment(), AS_OF)
        decided, ended = min(self.moment(), AS_OF), draw.choice((None, min(started + abs(draw.choice(EDGES)), AS_OF)))
        broken = draw.random() < 0.7
        whose = {name: case[name] for name in ("customer_id", "account_id")} if case else self.whose()
        return {
            "clock_id": f"c{self.number}_{nth}", "subject_kind": "case" if case else "detractor",
            "subject_id": case["row_id"] if case else "answer", "subject": "", "started_at": started,
            "due_at": draw.choice((None, started)),
            "fulfilled_at": ended, "ended_at": None, "decided_at": decided, "is_decided": True, "was_kept": not broken,
            "is_past": broken and ended is None and bool(case), "state": draw.choice(("broken_open", "void" if not case else "kept")),
            **whose,
        }  # fmt: skip


def a_world(seed: int) -> World:
    """Several histories beside each other."""
    draw = Random(seed)
    histories = [History(draw, number) for number in range(AT_ONCE)]
    cases = {one: [one.case(nth) for nth in range(draw.randrange(4))] for one in histories}
    clocks = [
        one.clock(nth, draw.choice([None, *(case for case, _ in cases[one])]))
        for one in histories
        for nth in range(draw.randrange(4))
    ]
    return World(
        messages=[one.message(nth) for one in histories for nth in range(draw.randrange(14))],
        surveys=[one.survey(nth) for one in histories for nth in range(draw.randrange(4))],
        words=[one.word(nth) for one in histories for nth in range(draw.randrange(7))],
        complaints=[case for one in histories for case, _ in cases[one]],
        spells=[spell for one in histories for _, spells in cases[one] for spell in spells],
        clocks=clocks,
        people={name: person for one in histories for name, person in one.people.items()},
        as_of=AS_OF,
    )


def table(rows: Iterable[Row], columns: str) -> tuple[str, Rows]:
    """A table of these columns with types, from rows by name."""
    names = [column.split()[0] for column in columns.split(", ")]
    return columns, [tuple(row.get(name) for name in names) for row in rows]


def statuses(world: World, case: Row) -> Iterable[Row]:
    """The statuses of a case: solved in the second of its opening, and at the edges of its spells."""
    turns = {case["opened_at"]: True}
    for spell in world.spells:
        if spell["row_id"] == case["row_id"]:
            turns |= {spell["from_at"]: False} | ({spell["until_at"]: True} if spell["until_at"] else {})
    return [{"case_row_id": case["row_id"], "from_at": at, "is_solved": solved} for at, solved in turns.items()]


def built_world(world: World) -> Connection:
    """The world's tables, and the facts that are made of them."""
    entities = {
        "interactions": world.messages,
        "survey_responses": world.surveys,
        "consents": world.words,
        "cases": world.complaints,
    }
    owned = [{"entity": entity, **row} for entity, rows in entities.items() for row in rows]
    people = [{"customer_id": name, **person} for name, person in world.people.items()]
    declared = respect_rows(CONSENT, RULE)
    return built(
        {
            "interactions": table(
                world.messages,
                "row_id varchar, source varchar, happened_at timestamp, direction varchar, purpose varchar, channel varchar, "
                "event varchar, campaign_id varchar, team varchar, delivered boolean, responded_at timestamp",
            ),
            "survey_responses": table(
                world.surveys,
                "row_id varchar, source varchar, instrument varchar, programme varchar, sent_at timestamp, delivered_at timestamp, "
                "answered_at timestamp, score double, dismissed boolean, confidential boolean",
            ),
            "consents": table(
                world.words, "row_id varchar, purpose varchar, channel varchar, granted boolean, effective_at timestamp"
            ),
            "cases": table(
                world.complaints, "row_id varchar, case_id varchar, kind varchar, opened_at timestamp, merged_into varchar, is_spam boolean"
            ),
            "customer_of": table(owned, "entity varchar, row_id varchar, customer_id varchar, account_id varchar"),
            "customers": table(
                people,
                "customer_id varchar, account_id varchar, kind varchar, region varchar, acquired_through varchar, business_unit varchar",
            ),
            "fct_case_spell": table(
                world.spells,
                "spell_id varchar, row_id varchar, case_id varchar, customer_id varchar, account_id varchar, from_at timestamp, "
                "until_at timestamp, is_complaint boolean, is_counted boolean",
            ),
            "case_status": table(
                [row for one in world.complaints for row in statuses(world, one)],
                "case_row_id varchar, from_at timestamp, is_solved boolean",
            ),
            "fct_promise": table(
                world.clocks,
                "clock_id varchar, subject_kind varchar, subject_id varchar, subject varchar, customer_id varchar, "
                "account_id varchar, started_at timestamp, due_at timestamp, fulfilled_at timestamp, ended_at timestamp, "
                "decided_at timestamp, is_decided boolean, was_kept boolean, is_past boolean, state varchar",
            ),
            "campaigns": table(
                [], "campaign_id varchar, source varchar, row_id varchar, name varchar, objective varchar, intended_behaviour varchar"
            ),
            "entity_as_of": ("entity varchar, as_of timestamp", [(name, world.as_of) for name in (*entities, *PARTS)]),
            "segment_at": table([], "account_id varchar, segment varchar, from_at timestamp, until_at timestamp"),
            "consent_rule": ("purpose varchar, channel varchar, needs_yes boolean", declared["consent_rule"]),
            "respect_setting": (
                "cap integer, window_seconds bigint, cool_down_seconds bigint, after_complaint_seconds bigint, tired_seconds bigint, "
                "response_seconds bigint",
                declared["respect_setting"],
            ),
        },
        MODELS,
    )  # fmt: skip


def differences(made: Sequence[tuple[Any, ...]], wanted: Sequence[tuple[Any, ...]]) -> dict[str, list[tuple[Any, ...]]]:
    return {"too many": sorted(set(made) - set(wanted), key=repr), "missing": sorted(set(wanted) - set(made), key=repr)}


@settings(max_examples=max(1, EXAMPLES // AT_ONCE))
@given(seeds)
def test_every_contact_imposes_what_the_definitions_say(seed: int) -> None:
    world = a_world(seed)
    connection = built_world(world)
    made = connection.table("fct_contact").select(COLUMNS).fetchall()
    holds = connection.table("fct_hold").select(HELD).fetchall()
    connection.close()
    wanted = [tuple(one) for one in oracle.judged(world, RULES)]
    assert len(made) == len(wanted)
    assert differences(made, wanted) == {"too many": [], "missing": []}
    assert len(holds) == len(set(holds))
    assert differences(holds, [tuple(one) for one in oracle.held(world, RULES)]) == {"too many": [], "missing": []}


def test_the_worlds_hold_every_answer_there_is() -> None:
    judged = [one for seed in range(28, 44) for one in oracle.judged(a_world(seed), RULES)]
    held = {reason for seed in range(28, 44) for _, reason, *_ in oracle.held(a_world(seed), RULES)}
    assert {one.consent for one in judged} == {"valid", "breached", "unknown", "not needed"}
    assert {one.grade for one in judged} == {
        "none", "open", "open and promise broken", "detractor awaiting call-back", "just solved",
    }  # fmt: skip
    assert {one.is_over_cap for one in judged if one.pressure == RULES.cap + 1} == {True, False}
    assert all(
        {getattr(one, name) for one in judged} >= {True, False}
        for name in ("asked_twice", "opted_out", "complained", "responded")
    )
    assert held == {
        "open complaint", "broken promise", "awaiting call-back", "complaint just solved", "cap reached", "no consent", "surveyed lately",
        "open request",
    }  # fmt: skip
    assert set(CHANNELS) > {"email", "phone", "mail"}
