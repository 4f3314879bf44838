"""The facts of attraction and sales against an oracle that looks at one customer, sale or contract at a time."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from queries.engines.duckdb import Connection
from tests.metrics.oracles import sales_oracle as oracle
from tests.metrics.oracles.built import EXAMPLES, Rows, built

AS_OF = datetime(2026, 10, 30, 13, 5)
ZONE = "Europe/Berlin"
DAY = timedelta(days=1)
SECOND = timedelta(seconds=1)
NAMES = tuple(f"C-{number}" for number in range(8))
EDGES = tuple(days * DAY + off * SECOND for days in (0, 1, 30, 180) for off in (-1, 0, 1))
SEGMENT_AT = ("account_id varchar, segment varchar, from_at timestamp, until_at timestamp", [])
ACCOUNT_AS_OF = ("as_of timestamp, as_of_day date", [(AS_OF, AS_OF.date())])
SETTING = ("zone varchar, currency varchar", [(ZONE, "EUR")])

seeds = st.integers(0, 2**32)


def a_moment(draw: Random, others: Sequence[datetime] = ()) -> datetime:
    """A moment of the last two years; often just so far from another one that a time is over, or not; now and then after as_of."""
    if others and draw.random() < 0.6:
        return draw.choice(others) + draw.choice((1, -1)) * draw.choice(EDGES)
    return AS_OF - draw.choice((draw.randrange(-3, 500) * DAY, draw.randrange(60) * DAY, timedelta(0), -SECOND))


def rows_of(connection: Connection, table: str, columns: str) -> list[tuple[Any, ...]]:
    return sorted(connection.table(table).select(columns).fetchall(), key=repr)


def values(rows: Sequence[dict[str, Any]], columns: str) -> tuple[str, Rows]:
    """A table of these columns with types, from rows by name."""
    names = [column.split()[0] for column in columns.split(", ")]
    return columns, [tuple(row.get(name) for name in names) for row in rows]


def entity_as_of(*entities: str) -> tuple[str, Rows]:
    return "entity varchar, as_of timestamp", [(entity, AS_OF) for entity in entities]


def some_gained(draw: Random, moments: dict[str, list[datetime]]) -> dict[str, datetime]:
    """When some accounts became customers, often just when a time of their own is over, never after as_of."""
    found = {name: a_moment(draw, moments.get(name, [])) for name in draw.sample(NAMES, 5)}
    return {name: moment for name, moment in found.items() if moment <= AS_OF}


def gained_table(gained: dict[str, datetime]) -> tuple[str, Rows]:
    rows = [(name, movement, moment) for name, moment in gained.items() for movement in ("gained", "grown")]
    return "account_id varchar, movement varchar, happened_at timestamp", rows


@settings(max_examples=EXAMPLES)
@given(seeds)
def test_a_prospect_is_who_was_known_before_and_waits_at_most_thirty_days(seed: int) -> None:
    draw = Random(seed)
    customers = [some_customer(draw, name) for name in NAMES]
    known = [one["created_at"] or one["first_seen_at"] for one in customers]
    gained = some_gained(draw, {one["account_id"]: [moment] for one, moment in zip(customers, known, strict=True)})
    events = [some_event(draw, known) for _ in range(draw.randrange(12))]
    words = [some_word(draw, number) for number in range(draw.randrange(20))]
    connection = built(
        {
            "customers": values(
                customers,
                "customer_id varchar, account_id varchar, kind varchar, email varchar, phone varchar, region varchar, "
                "acquired_through varchar, business_unit varchar, created_at timestamp, first_seen_at timestamp",
            ),
            "consents": values(
                words, "row_id varchar, purpose varchar, channel varchar, granted boolean, effective_at timestamp"
            ),
            "customer_of": values(
                [{"entity": "consents", **word} for word in words], "entity varchar, row_id varchar, customer_id varchar"
            ),
            "fct_event": values(
                events,
                "customer_id varchar, happened_at timestamp, event varchar, entity varchar, direction varchar, purpose varchar",
            ),
            "fct_customer_movement": gained_table(gained),
            "entity_as_of": entity_as_of("consents"),
            "account_as_of": ACCOUNT_AS_OF,
            "segment_at": SEGMENT_AT,
        },
        ["promotional_consent", "prospect_contact", "fct_prospect"],
    )
    made = rows_of(
        connection,
        "fct_prospect",
        "customer_id, known_at, seconds_to_contact, became_customer_in_time, is_prospect, consent, may_be_written_to",
    )
    connection.close()
    assert made == sorted(map(tuple, oracle.prospects(customers, gained, events, words, AS_OF)), key=repr)


def some_customer(draw: Random, name: str) -> dict[str, Any]:
    return {
        "customer_id": name,
        "account_id": draw.choice((name, name, NAMES[0])),
        "kind": draw.choice(("person", "person", "company", "unidentified")),
        "email": draw.choice((None, f"{name}@example.com")),
        "phone": draw.choice((None, None, "+491")),
        "created_at": draw.choice((None, a_moment(draw), a_moment(draw))),
        "first_seen_at": a_moment(draw),
    }


def some_event(draw: Random, known: Sequence[datetime]) -> dict[str, Any]:
    event, entity = draw.choice((("sales call", "interactions"), ("letter", "interactions"), ("offer made", "commitments")))
    told = {"direction": draw.choice(("outbound", "inbound")), "purpose": draw.choice(("sales", "service", "promotional"))}
    return {"customer_id": draw.choice(NAMES), "happened_at": a_moment(draw, known), "event": event, "entity": entity, **told}


def some_word(draw: Random, number: int) -> dict[str, Any]:
    day = AS_OF - draw.randrange(-1, 5) * DAY
    told = {"channel": draw.choice((None, "email", "phone")), "granted": draw.random() < 0.6, "effective_at": day}
    purpose = draw.choice(("promotional", "promotional", "survey"))
    return {"row_id": f"w{number}", "customer_id": draw.choice(NAMES), "purpose": purpose, **told}


@settings(max_examples=EXAMPLES)
@given(seeds)
def test_a_lifecycle_step_is_followed_within_thirty_days_or_not(seed: int) -> None:
    draw = Random(seed)
    accounts = {name: draw.choice((name, NAMES[0])) for name in NAMES}
    stages: list[dict[str, Any]] = []
    for number in range(draw.randrange(25)):
        moment = a_moment(draw, [row["entered_at"] for row in stages])
        stage = draw.choice(("Lead", "lead ", "mql", "SQL", "customer", "Evangelist"))
        kind = draw.choice(("customer", "customer", "customer", "opportunity"))
        name = draw.choice(NAMES[:4])
        stages.append({"row_id": f"s{number}", "subject_kind": kind, "stage": stage, "entered_at": moment, "customer_id": name})
    gained = some_gained(draw, {accounts[row["customer_id"]]: [row["entered_at"]] for row in stages})
    whose = [{"entity": "stage_changes", "account_id": accounts[row["customer_id"]], **row} for row in stages]
    connection = built(
        {
            "stage_changes": values(stages, "row_id varchar, subject_kind varchar, stage varchar, entered_at timestamp"),
            "customer_of": values(whose, "entity varchar, row_id varchar, customer_id varchar, account_id varchar"),
            "customers": values(
                [{"customer_id": name, "kind": "person"} for name in NAMES],
                "customer_id varchar, kind varchar, region varchar, acquired_through varchar, business_unit varchar",
            ),
            "customer_stage": values([{"word": "customer"}, {"word": "evangelist"}], "word varchar"),
            "fct_customer_movement": gained_table(gained),
            "account_as_of": ACCOUNT_AS_OF,
            "segment_at": SEGMENT_AT,
        },
        ["fct_lifecycle_step"],
    )
    made = rows_of(connection, "fct_lifecycle_step", "customer_id, entered_at, stage, moved_in_time")
    connection.close()
    assert made == sorted(oracle.lifecycle_steps(stages, accounts, gained, AS_OF), key=repr)


@settings(max_examples=EXAMPLES)
@given(seeds)
def test_a_newcomer_is_asked_about_after_a_year_and_after_half_of_one(seed: int) -> None:
    draw = Random(seed)
    movements = [row for name in NAMES for row in some_movements(draw, name)]
    products = {
        (draw.choice(NAMES), draw.choice(("gas", "power", "care"))): date(2025, 1, 1)
        + draw.choice((0, 0, 1, 180, 181, 400)) * DAY
        for _ in range(draw.randrange(20))
    }
    connection = built(
        {
            "fct_customer_movement": values(
                movements,
                "account_id varchar, movement varchar, moved_on date, happened_at timestamp, customers_change integer, "
                "value_change double, known_change integer, segment varchar, region varchar, customer_kind varchar, "
                "acquired_through varchar, business_unit varchar, subject varchar, as_of timestamp",
            ),
            "account_product": (
                "account_id varchar, product varchar, first_on date",
                [(account, product, day) for (account, product), day in products.items()],
            ),
            "local_day": ("day date, starts_at timestamp", []),
        },
        ["fct_newcomer"],
    )
    made = rows_of(
        connection,
        "fct_newcomer",
        "account_id, is_customer_after_a_year, value_known_after_a_year, cast(round(value_after_a_year * 100) as bigint), "
        "first_product_on, second_product_on, took_a_second_product, year_over_at, second_known_at",
    )
    connection.close()
    wanted = oracle.newcomers(movements, [(account, product, day) for (account, product), day in products.items()])
    began = {row["account_id"]: row["moved_on"] for row in movements if row["movement"] == "gained"}
    assert [row[:7] for row in made] == sorted(((name, *told) for name, told in wanted.items()), key=repr)
    for row in made:
        assert row[7].date() - began[row[0]] == 366 * DAY
        assert (row[8] is None) == (row[4] is None)
        assert row[8] is None or row[8].date() - row[4] == 181 * DAY


def some_movements(draw: Random, name: str) -> list[dict[str, Any]]:
    """Gained, and then grown or lost around the end of the first year."""
    if draw.random() < 0.2:
        return []
    day = date(2025, draw.randrange(1, 4), 1)
    cents, known = draw.randrange(100_000), draw.randrange(2)
    rows = [movement(name, "gained", day, 1, cents, known)]
    for after in sorted(draw.sample((1, 100, 364, 365, 366, 400), draw.randrange(4))):
        if draw.random() < 0.4:
            rows.append(movement(name, "ended", day + after * DAY, -1, -cents, -known))
            break
        change = draw.randrange(-cents, 5000)
        cents += change
        rows.append(movement(name, "grown", day + after * DAY, 0, change, 1 - known))
        known = 1
    return rows


def movement(name: str, kind: str, day: date, customers: int, cents: int, known: int) -> dict[str, Any]:
    told = {"customers_change": customers, "value_change": cents / 100, "known_change": known}
    return {"account_id": name, "movement": kind, "moved_on": day, "happened_at": datetime(day.year, day.month, day.day), **told}


@settings(max_examples=EXAMPLES)
@given(seeds, st.sampled_from([0, 1, 30]))
def test_a_contract_takes_the_place_of_the_last_one_that_was_over(seed: int, grace: int) -> None:
    draw = Random(seed)
    contracts = []
    for number in range(draw.randrange(14)):
        starts = date(2026, 1, 1) + draw.choice((0, 1, 10, 30, 31, 32, 61)) * DAY
        contracts.append(
            {
                "row_id": f"k{number:02}", "contract_id": f"K{number}", "account_id": draw.choice(NAMES[:3]),
                "product": draw.choice(("power", "Power", "gas", None)), "counts_from": starts,
                "over_on": starts + draw.choice((1, 9, 10, 20, 30, 3000)) * DAY, "cents": draw.choice((None, 1000, 1100, 1101, 0)),
            }
        )  # fmt: skip
    connection = built(
        {
            "account_contract": values(
                contracts,
                "row_id varchar, contract_id varchar, account_id varchar, product varchar, counts_from date, over_on date, cents bigint",
            ),
            "customer_rule": ("renewal_grace_days integer", [(grace,)]),
            "customers": values(
                [{"customer_id": name, "kind": "person"} for name in NAMES],
                "customer_id varchar, kind varchar, region varchar, acquired_through varchar, business_unit varchar",
            ),
            "account_as_of": ACCOUNT_AS_OF,
            "local_day": ("day date, starts_at timestamp", []),
            "segment_at": SEGMENT_AT,
        },
        ["fct_contract_change"],
    )
    made = rows_of(connection, "fct_contract_change", "row_id, 'k' || lpad(earlier_contract_id[2:], 2, '0'), is_higher")
    connection.close()
    assert made == sorted(((name, *told) for name, told in oracle.contract_changes(contracts, grace).items()), key=repr)


@settings(max_examples=EXAMPLES)
@given(seeds)
def test_an_open_sale_is_in_the_stage_it_entered_last_and_a_decided_one_was_in_all(seed: int) -> None:
    draw = Random(seed)
    opportunities, changes = [], []
    for number in range(draw.randrange(10)):
        opened = draw.choice((None, a_moment(draw), a_moment(draw)))
        closed = draw.choice((None, a_moment(draw)))
        amount = draw.choice((None, 1050, 2000))
        sale = {"row_id": f"o{number}", "opportunity_id": f"O{number}", "created_at": opened, "closed_at": closed}
        told = {"outcome": draw.choice(("open", "won", "lost")), "stage": draw.choice((None, "New")), "currency": "EUR"}
        opportunities.append(
            {**sale, **told, "amount": None if amount is None else amount / 100, "cents": amount if opened else None}
        )
        for place in range(draw.randrange(5)):
            entered = a_moment(draw, [row["entered_at"] for row in changes])
            change = {
                "row_id": f"s{number}-{place}",
                "subject": f"o{number}",
                "stage": draw.choice(("Qualified", "Proposal ", "Won")),
            }
            changes.append({**change, "entered_at": entered, "left_at": draw.choice((None, entered, entered + DAY))})
    days = {oracle.local_day(row["created_at"], ZONE) for row in opportunities if row["created_at"]}
    connection = built(
        {
            "opportunities": values(
                opportunities,
                "row_id varchar, opportunity_id varchar, created_at timestamp, closed_at timestamp, outcome varchar, lost_reason varchar, "
                "amount double, currency varchar, stage varchar, pipeline varchar, product varchar, team varchar",
            ),
            "stage_changes": values(changes, "row_id varchar, stage varchar, entered_at timestamp, left_at timestamp"),
            "stage_subject": (
                "row_id varchar, subject_entity varchar, subject_row_id varchar",
                [(row["row_id"], "opportunities", row["subject"]) for row in changes],
            ),
            "customer_of": (
                "entity varchar, row_id varchar, customer_id varchar, account_id varchar",
                [("opportunities", row["row_id"], NAMES[0], NAMES[0]) for row in opportunities],
            ),
            "customers": (
                "customer_id varchar, kind varchar, region varchar, acquired_through varchar, business_unit varchar",
                [(NAMES[0], "person", None, None, None)],
            ),
            "rate_of_day": ("currency varchar, day date, rate double", [("EUR", day, 1.0) for day in days]),
            "entity_as_of": entity_as_of("opportunities"),
            "workspace_setting": SETTING,
            "segment_at": SEGMENT_AT,
        },
        ["fct_opportunity", "fct_opportunity_stage"],
    )
    made = rows_of(connection, "fct_opportunity_stage", "row_id, stage, is_here, is_decided, is_won, cents")
    places = (
        connection.table("fct_opportunity_stage").aggregate("row_id, count(*) = max(place_no) and min(place_no) = 1").fetchall()
    )
    connection.close()
    assert made == sorted(oracle.opportunity_stages(opportunities, changes, AS_OF), key=repr)
    assert all(is_numbered for _, is_numbered in places)


@settings(max_examples=EXAMPLES)
@given(seeds)
def test_a_promoter_is_known_after_half_a_year_and_did_or_did_not_recommend_in_it(seed: int) -> None:
    draw = Random(seed)
    answers = [some_answer(draw, number) for number in range(draw.randrange(12))]
    people = [some_brought(draw, number, answers) for number in range(draw.randrange(12))]
    givers = [{"customer_id": name, "account_id": name, "kind": "person", "name": name} for name in NAMES]
    connection = built(
        {
            "customers": values(
                [*people, *givers],
                "customer_id varchar, account_id varchar, kind varchar, name varchar, region varchar, acquired_through varchar, "
                "business_unit varchar, referred_by_customer_id varchar, created_at timestamp",
            ),
            "fct_customer_movement": gained_table({}),
            "fct_survey_response": values(
                answers,
                "row_id varchar, response_id varchar, customer_id varchar, account_id varchar, programme varchar, answered_at timestamp, "
                "nps_points double, is_answered boolean, is_comparable boolean, counts_once boolean, confidential boolean, "
                "segment varchar, region varchar, customer_kind varchar, acquired_through varchar, business_unit varchar",
            ),
            "entity_as_of": entity_as_of("customer_records"),
            "workspace_setting": SETTING,
            "segment_at": SEGMENT_AT,
        },
        ["fct_referral", "fct_promoter"],
    )
    made = rows_of(connection, "fct_promoter", "row_id, is_known, has_referred")
    referred = rows_of(connection, "fct_referral", "customer_id, referrer_id")
    connection.close()
    told = [one for one in people if one["referred_by_customer_id"] and one["created_at"] and one["created_at"] <= AS_OF]
    assert referred == sorted(((one["customer_id"], one["referred_by_customer_id"]) for one in told), key=repr)
    brought = [(str(one["referred_by_customer_id"]), one["created_at"]) for one in told]
    assert made == sorted(((name, *one) for name, one in oracle.promoters(answers, brought, AS_OF).items()), key=repr)


def some_brought(draw: Random, number: int, answers: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Somebody whom perhaps a customer brought, often just so long after an answer of theirs."""
    giver = draw.choice((None, *NAMES[:4]))
    moments = [row["answered_at"] for row in answers if row["customer_id"] == giver]
    told = {"created_at": draw.choice((None, a_moment(draw, moments), a_moment(draw, moments))), "referred_by_customer_id": giver}
    return {"customer_id": f"P-{number}", "account_id": f"P-{number}", "kind": "person", **told}


def some_answer(draw: Random, number: int) -> dict[str, Any]:
    flags = {name: draw.random() < 0.9 for name in ("is_answered", "is_comparable", "counts_once")}
    told = {"nps_points": draw.choice((100, 100, 100, 0, None)), "confidential": draw.random() < 0.1, **flags}
    return {"row_id": f"r{number}", "customer_id": draw.choice(NAMES[:4]), "answered_at": a_moment(draw), **told}
