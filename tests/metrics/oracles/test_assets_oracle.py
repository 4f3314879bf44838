"""Invented histories, told twice: by the models and by a day-by-day walk through each account's life. Every row must agree."""

import os
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from queries.build import run_models
from queries.engines.duckdb import column_types, insert_rows, open_build, run_script, table_names
from queries.model import Model, read_models
from tests.metrics.oracles.assets_oracle import DAY, History, Life, Movement, Rules, in_force, local_day, over

QUERIES = Path(__file__).parents[3] / "queries"
EXAMPLES = int(os.environ.get("CX_ORACLE_EXAMPLES") or max(100, settings.default.max_examples))
ASKED = ("fct_customer_movement", "fct_segmented_movement", "fct_cohort_member", "segment_membership", "account_segment")
MADE_BY_OTHERS = """
    create table customer_of (entity varchar, row_id varchar, customer_id varchar, account_id varchar, matched_by varchar);
    create table customers (
        customer_id varchar, account_id varchar, kind varchar, region varchar, acquired_through varchar, business_unit varchar
    );
    create table entity_as_of (entity varchar, as_of timestamp);
"""
TOLD_OF = ("orders", "contracts", "interactions", "opportunities", "stage_changes")
ZONES = ("UTC", "Europe/Berlin", "America/New_York", "Pacific/Auckland", "Asia/Kolkata")
COMINGS_AND_GOINGS = ("gained", "returned", "ended", "fell_silent")
LAST_DAY = date(2026, 11, 1)
WORTH = [{"segment": "much", "min_value": 600.0}, {"segment": "some", "min_value": 1.0}]
TIMES = (time(0), time(0, 30), time(2, 30), time(12), time(23, 59, 59))


# ── histories ──────────────────────────────────────────────────────────────────────────────────────────────────────────
# Each part is drawn from a seed of its own, so that hypothesis can leave accounts out while it looks for a smaller example.


seeds = st.integers(0, 2**32 - 1)


def some_rules(seed: int) -> Rules:
    """The rules of a workspace."""
    draw = Random(seed)
    zone = draw.choice(ZONES)
    beginnings = ("order", "contract", "won opportunity", "lifecycle customer")
    quotes = {(LAST_DAY - draw.randint(0, 500) * DAY, draw.choice(("USD", "GBP"))) for _ in range(draw.randint(0, 4))}
    return Rules(
        becomes_by=frozenset(beginnings if draw.random() < 0.5 else draw.sample(beginnings, draw.randint(1, 3))),
        grace=draw.choice((0, 1, 10, 30)),
        lapse=draw.choice((1, 7, 30, 180, 365, 400)),
        lapse_by_segment={
            name: draw.choice((2, 90, 365)) for name in draw.sample(("segment 1", "segment 2"), draw.randint(0, 2))
        },
        active_events=draw.choice((frozenset(), frozenset({"web visit"}))),
        segments=[{**some_conditions(draw), "segment": f"segment {number}"} for number in range(1, draw.randint(2, 5))],
        zone=zone,
        currency="EUR",
        as_of=to_utc(LAST_DAY - draw.choice((0, 1, 2, 30, 200)) * DAY, draw.choice(TIMES), zone),
        rates=[(day, currency, draw.uniform(0.1, 3)) for day, currency in sorted(quotes)],
    )


def some_conditions(draw: Random) -> dict[str, Any]:
    """One rule of a segmentation, with few conditions."""
    offered = {
        "kind": ("person", "company"),
        "product": ("Power", "solar"),
        "region": ("North", "south"),
        "min_value": (1.0, 100.0, 600.0),
        "max_value": (0.0, 100.0, 600.0),
        "min_contracts": (1, 2),
        "max_contracts": (1, 2),
        "min_orders": (1, 2),
        "max_orders": (1, 2),
        "min_tenure_days": (1, 31, 90),
        "max_tenure_days": (31, 90),
    }
    return {name: draw.choice(offered[name]) for name in draw.sample(sorted(offered), draw.randint(0, 2))}


def some_history(seed: int, rules: Rules) -> History:
    """One account: orders, contracts and other signs of life on days that fall on each other, some of them after as_of."""
    draw = Random(seed)
    contracts = some_contracts(draw, rules)
    turns = turning_days(contracts, rules)
    orders: list[dict[str, Any]] = []
    for _ in range(draw.choice((0, 1, 1, 2, 3, 6))):
        orders.append(an_order(draw, a_moment(draw, turns, rules)))
        turns += [local_day(orders[-1]["ordered_at"], rules.zone) + after * DAY for after in (0, rules.lapse, 365)]
    return History(
        account_id=f"C-{seed}",
        kind=draw.choice(("person", "company")),
        region=draw.choice(("North", "South", None)),
        orders=orders,
        contracts=contracts,
        wins=[a_moment(draw, turns, rules) for _ in range(draw.choice((0, 0, 1)))],
        lifecycle_steps=[a_moment(draw, turns, rules) for _ in range(draw.choice((0, 0, 1)))],
        interactions=[an_interaction(draw, a_moment(draw, turns, rules)) for _ in range(draw.choice((0, 0, 1, 3)))],
    )


def some_contracts(draw: Random, rules: Rules) -> list[dict[str, Any]]:
    """Contracts of any length, among them none and for ever; some begin as the one before is over, shortly before or within
    its grace, and some end on the same day."""
    made: list[dict[str, Any]] = []
    for number in range(draw.choice((0, 0, 1, 1, 2, 3, 4))):
        starts_on = a_day(draw, [], rules) + draw.choice((0, 0, 0, 1)) * DAY
        if made and over(made[-1]) < date(2030, 1, 1) and draw.random() < 0.5:
            starts_on = over(made[-1]) + draw.choice((0, 0, 1, rules.grace, -1, -20)) * DAY
        term, ran = (draw.choice((None, 0, 1, rules.grace, 30, 365, draw.randint(0, 500))) for _ in range(2))
        if draw.random() < 0.2:
            ran = max(0, (rules.today - starts_on).days - rules.grace)  # lost on the very day of as_of
        elif made and starts_on < over(made[-1]) < date(2030, 1, 1) and draw.random() < 0.3:
            ran = (over(made[-1]) - starts_on).days
        made.append(
            {
                "contract_id": f"K-{number}",
                "starts_on": starts_on,
                "ends_on": None if term is None else starts_on + term * DAY,
                "ended_on": None if ran is None else starts_on + ran * DAY,
                "amount_per_month": draw.choice((None, Decimal(draw.randint(0, 30000)) / 100)),
                "currency": draw.choice(("EUR", "EUR", None, "USD")),
                "product": draw.choice(("power", "Solar", None)),
                "end_reason": draw.choice(("Moved away", "Price", None)),
            }
        )
    return made


def turning_days(contracts: list[dict[str, Any]], rules: Rules) -> list[date]:
    """Days on which something about these contracts changes, and those a silence before, so that ends fall together."""
    ends = [over(one) for one in contracts if over(one) < date(2030, 1, 1)]
    lost = [end + rules.grace * DAY for end in ends]
    return [one["starts_on"] for one in contracts] + ends + lost + [day - rules.lapse * DAY for day in lost]


def a_day(draw: Random, turns: list[date], rules: Rules) -> date:
    if turns and draw.random() < 0.4:
        return draw.choice(turns)
    telling = (0, 1, rules.grace, rules.lapse, rules.lapse + 1, 365, 366, 730)
    return rules.today - draw.choice((draw.randint(0, 800), draw.randint(0, 70), draw.choice(telling))) * DAY


def a_moment(draw: Random, turns: list[date], rules: Rules) -> datetime:
    if draw.random() < 0.1:
        return rules.as_of + draw.choice((timedelta(0), timedelta(seconds=1), 3 * DAY))
    return to_utc(a_day(draw, turns, rules), draw.choice(TIMES), rules.zone)


def an_order(draw: Random, ordered_at: datetime) -> dict[str, Any]:
    return {
        "ordered_at": ordered_at,
        "amount": draw.choice((Decimal(100), Decimal(-100), Decimal(0), Decimal(draw.randint(-20000, 90000)) / 100)),
        "currency": draw.choice(("EUR", "EUR", "EUR", "USD", "gbp")),
        "status": draw.choice(("placed", "completed", "completed", "cancelled", "refunded", "other")),
    }


def an_interaction(draw: Random, happened_at: datetime) -> dict[str, Any]:
    return {
        "happened_at": happened_at,
        "event": draw.choice(("web visit", "Web Visit", "newsletter")),
        "direction": draw.choice(("inbound", "self", "outbound")),
    }


def to_utc(day: date, at: time, zone: str) -> datetime:
    return datetime.combine(day, at, ZoneInfo(zone)).astimezone(ZoneInfo("UTC")).replace(tzinfo=None)


# ── the models ─────────────────────────────────────────────────────────────────────────────────────────────────────────


Build = Callable[[Rules, list[History]], duckdb.DuckDBPyConnection]


@pytest.fixture(scope="module")
def build(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Build]:
    """What runs the models over rules and histories, in one database that every example fills anew."""
    connection = open_build(":memory:", temporary=tmp_path_factory.mktemp("duckdb"), threads=1)
    for path in sorted([*QUERIES.glob("entities/*.sql"), *QUERIES.glob("declared/*.sql")]):
        run_script(connection, path.read_text(encoding="utf-8"))
    run_script(connection, MADE_BY_OTHERS)
    models = needed_models(table_names(connection))

    def run(rules: Rules, accounts: list[History]) -> duckdb.DuckDBPyConnection:
        tell(connection, rules, accounts)
        run_models(connection, models)
        return connection

    yield run
    connection.close()


def needed_models(given_tables: frozenset[str]) -> tuple[Model, ...]:
    """The models under test with all that they need."""
    by_name = {model.name: model for model in read_models()}
    wanted, chosen = list(ASKED), {}
    while wanted:
        name = wanted.pop()
        if name not in chosen and name not in given_tables:
            chosen[name] = by_name[name]
            wanted += by_name[name].needs
    return tuple(chosen[name] for name in sorted(chosen))


def tell(connection: duckdb.DuckDBPyConnection, rules: Rules, accounts: list[History]) -> None:
    """Put rules and histories into the tables that the models read."""
    tables: dict[str, list[dict[str, Any]]] = {table: [] for table in ("customer_of", "customers", *TOLD_OF)}
    tell_rules(tables, rules)
    for account in accounts:
        tell_account(tables, account)
    for table, rows in tables.items():
        connection.execute(f"delete from {table}")
        columns = column_types(connection, table)
        filler = {"source": "test", "source_file": "test.csv", "source_line": 1}
        insert_rows(connection, table, [[row.get(column, filler.get(column)) for column in columns] for row in rows])


def tell_rules(tables: dict[str, list[dict[str, Any]]], rules: Rules) -> None:
    tables["workspace_setting"] = [
        {
            "title": "Test", "zone": rules.zone, "currency": rules.currency, "week_start": "monday",
            "default_journey": "none", "segmentation": "kinds", "locale": "en",
        }
    ]  # fmt: skip
    tables["customer_rule"] = [
        {
            "becomes_by_order": "order" in rules.becomes_by,
            "becomes_by_contract": "contract" in rules.becomes_by,
            "becomes_by_won_opportunity": "won opportunity" in rules.becomes_by,
            "becomes_by_lifecycle": "lifecycle customer" in rules.becomes_by,
            "renewal_grace_days": rules.grace,
            "lapse_after_days": rules.lapse,
        }
    ]
    tables["lapse_rule"] = [{"segment": name, "lapse_after_days": days} for name, days in rules.lapse_by_segment.items()]
    tables["active_event"] = [{"event": event} for event in rules.active_events]
    tables["entity_as_of"] = [
        {"entity": "orders", "as_of": rules.as_of + DAY},
        {"entity": "contracts", "as_of": rules.as_of},
        {"entity": "cases", "as_of": rules.as_of - 9 * DAY},
    ]
    tables["segment_rule"] = [
        {"segmentation": segmentation, "sort_no": number, "label": rule["segment"], **rule}
        for segmentation, segments in (("kinds", rules.segments), ("worth", WORTH))
        for number, rule in enumerate(segments, start=1)
    ]
    tables["rates"] = [
        {"row_id": str(number), "day": day, "currency": currency, "rate": rate}
        for number, (day, currency, rate) in enumerate(rules.rates)
    ]
    tables["local_day"] = calendar(rules.zone)


@cache
def calendar(zone: str) -> list[dict[str, Any]]:
    """The local days of a zone, from before the earliest invented day on."""
    return [calendar_row(LAST_DAY - back * DAY, zone) for back in range(-5, 2500)]


def calendar_row(day: date, zone: str) -> dict[str, Any]:
    return {
        "day": day,
        "starts_at": to_utc(day, time(0), zone),
        "ends_at": to_utc(day + DAY, time(0), zone),
        "week_start": day - day.weekday() * DAY,
        "month_start": day.replace(day=1),
        "quarter_start": day.replace(month=day.month - (day.month - 1) % 3, day=1),
        "year_start": day.replace(month=1, day=1),
    }


def tell_account(tables: dict[str, list[dict[str, Any]]], account: History) -> None:
    """One account; its rows belong in turn to its company and to a person of it."""
    name = account.account_id
    tables["customers"] += [
        {"customer_id": name, "account_id": name, "kind": account.kind, "region": account.region},
        {"customer_id": f"{name}-person", "account_id": name, "kind": "person", "region": "elsewhere"},
    ]
    told = {
        "orders": account.orders,
        "contracts": account.contracts,
        "interactions": [{"channel": "web", **one} for one in account.interactions],
        "opportunities": [
            {"opportunity_id": f"O-{number}", "closed_at": at, "outcome": "won"} for number, at in enumerate(account.wins)
        ],
        "stage_changes": [
            {"subject_kind": "customer", "subject_id": name, "stage": "Customer", "entered_at": at}
            for at in account.lifecycle_steps
        ],
    }
    for entity, rows in told.items():
        for number, row in enumerate(rows):
            row_id = f"{name}/{entity}/{number}"
            tables[entity].append({"row_id": row_id, **row})
            whose = name if number % 2 else f"{name}-person"
            tables["customer_of"].append({"entity": entity, "row_id": row_id, "customer_id": whose, "account_id": name})


# ── the comparison ─────────────────────────────────────────────────────────────────────────────────────────────────────


@settings(max_examples=max(1, EXAMPLES // 2))  # of up to twenty accounts each
@given(rules_seed=seeds, account_seeds=st.lists(seeds, min_size=8, max_size=20, unique=True))
def test_the_models_tell_every_account_s_life_as_the_day_by_day_walk_does(
    rules_seed: int, account_seeds: list[int], build: Build
) -> None:
    rules = some_rules(rules_seed)
    lives = [Life(some_history(seed, rules), rules) for seed in account_seeds]
    database = build(rules, [life.history for life in lives])
    made, memberships = movements_made(database, rules), memberships_made(database)
    for life in lives:
        account = life.history.account_id
        assert memberships[account] == life.memberships(), life.history
        assert made[account] == Counter(life.movements()), life.history
    compare_closings(database.table("fct_customer_movement"), rules, closing_of(lives, rules.segments, rules))
    moves = database.table("fct_segmented_movement")
    compare_closings(moves, rules, closing_of(lives, WORTH, rules))
    compare_bookings(database, moves)
    compare_retention(database, lives)


class EveryoneHeld(Life):
    """The same life if the grace also held contracts of accounts that have another one."""

    def counts_on(self, contract: dict[str, Any], day: date) -> bool:
        return in_force(contract, day) or self.in_grace(contract, day)


@settings(max_examples=EXAMPLES)
@given(rules_seed=seeds, account_seeds=st.lists(seeds, min_size=4, max_size=8, unique=True))
def test_whom_the_grace_does_not_hold_changes_the_value_and_never_who_is_a_customer(
    rules_seed: int, account_seeds: list[int]
) -> None:
    rules = some_rules(rules_seed)
    for seed in account_seeds:
        history = some_history(seed, rules)
        assert days_with_a_contract(Life(history, rules)) == days_with_a_contract(EveryoneHeld(history, rules)), history
        same_silence = replace(rules, lapse_by_segment={})  # a segment may be judged by the value
        life, held = Life(history, same_silence), EveryoneHeld(history, same_silence)
        assert comings_and_goings(life) == comings_and_goings(held), history
        assert all(
            set(map(id, state.contracts)) <= set(map(id, held.states[day].contracts)) for day, state in life.states.items()
        )


def days_with_a_contract(life: Life) -> set[date]:
    """The days on which at least one contract counts."""
    first = min((one["starts_on"] for one in life.contracts), default=life.today)
    days = [first + after * DAY for after in range((life.today - first).days + 1)]
    return {day for day in days if any(life.counts_on(one, day) for one in life.contracts)}


def comings_and_goings(life: Life) -> list[tuple[str, date, str | None]]:
    """When the account was gained, lost and back, and what it was lost by."""
    return [(one.movement, one.day, one.returned_after) for one in life.movements() if one.movement in COMINGS_AND_GOINGS]


@pytest.mark.parametrize(
    ("terms", "counted"),
    [
        (((0, 100), (50, 200)), (100, 230)),  # two products: the first goes, the second has nobody to hold it
        (((0, 100), (90, 400), (400, 500)), (100, 400, 530)),  # renewed early, then on the day
        (((0, 100), (20, 100)), (130, 130)),  # both go at once: the account is held with all that it had
        (((0, 100), (0, 100), (0, 150)), (100, 100, 180)),  # both go at once beside a third
        (((0, 100), (40, 40), (100, 100)), (130, None, None)),  # what was never in force holds nobody and follows nobody
        (((0, 100), (50, 110), (105, 300)), (100, 110, 330)),
        (((0, 100), (50, 101)), (100, 131)),
        (((0, 100), (110, 300)), (110, 330)),  # in the grace
    ],
)
def test_the_grace_holds_a_contract_only_where_the_account_would_else_have_none(
    terms: tuple[tuple[int, int], ...], counted: tuple[int | None, ...], build: Build
) -> None:
    rules = replace(some_rules(0), grace=30, as_of=datetime(2026, 10, 30), zone="UTC")
    first = date(2025, 1, 1)
    told = {"amount_per_month": Decimal(10), "currency": "EUR", "product": None, "end_reason": None}
    contracts = [
        {"contract_id": f"K-{no}", "starts_on": first + since * DAY, "ends_on": None, "ended_on": first + until * DAY, **told}
        for no, (since, until) in enumerate(terms)
    ]
    history = History(account_id="C-1", kind="person", region=None, contracts=contracts)
    life, made = Life(history, rules), dict.fromkeys(range(len(terms)))
    for contract_id, until in build(rules, [history]).table("account_contract").select("contract_id, counts_until").fetchall():
        made[int(contract_id[2:])] = (until - first).days
    assert tuple(made.values()) == counted
    assert [1 + max(day for day in range(600) if life.counts_on(one, first + day * DAY)) for one in life.contracts] == [
        until for until in counted if until is not None
    ]


def movements_made(connection: duckdb.DuckDBPyConnection, rules: Rules) -> dict[str, Counter[Movement]]:
    """What the models booked, by account; every row lies at the start of its local day and has an id of its own."""
    rows = connection.table("fct_customer_movement").select(
        "account_id, movement, moved_on, customers_change, value_change, value_known, reason, returned_after, segment,"
        "other_segment, happened_at, movement_id"
    ).fetchall()  # fmt: skip
    assert len({row[-1] for row in rows}) == len(rows)
    assert all(row[-2] == to_utc(row[2], time(0), rules.zone) for row in rows)
    made: dict[str, Counter[Movement]] = defaultdict(Counter)
    for row in rows:
        made[row[0]][Movement(*row[:4], round(row[4] * 100), *row[5:10])] += 1
    return made


def memberships_made(connection: duckdb.DuckDBPyConnection) -> dict[str, list[tuple[date, str]]]:
    """The runs of days in one segment by account; each ends where the next begins, the last one never."""
    kinds = connection.table("segment_membership").filter("segmentation = 'kinds'")
    rows = kinds.select("customer_id, from_day, until_day, segment").order("all").fetchall()
    made: dict[str, list[tuple[date, str]]] = defaultdict(list)
    until: dict[str, date] = {}
    for account, from_day, until_day, segment in rows:
        assert from_day == until.get(account, from_day)
        until[account] = until_day
        made[account].append((from_day, segment))
    assert set(until.values()) == {date(9999, 12, 31)}
    return dict(made)


def compare_closings(moves: duckdb.DuckDBPyRelation, rules: Rules, closing: Callable[[date], dict[str, list[int]]]) -> None:
    """On every day, per segment: the sums of all changes so far are the customers there are, their value, and how many are known."""
    changes: dict[date, list[tuple[Any, ...]]] = defaultdict(list)
    for moved_on, *change in moves.select("moved_on, segment, customers_change, value_change, known_change").fetchall():
        changes[moved_on].append(tuple(change))
    day, sums = min(changes, default=rules.today), defaultdict(lambda: [0, 0, 0])
    while day <= rules.today:
        for segment, customers, value, known in changes[day]:
            sums[segment] = [sums[segment][0] + customers, sums[segment][1] + round(value * 100), sums[segment][2] + known]
        assert {name: one for name, one in sums.items() if any(one)} == closing(day)
        day += DAY


def closing_of(lives: list[Life], segments: list[dict], rules: Rules) -> Callable[[date], dict[str, list[int]]]:
    """Customers, cents a year and customers of fully known value on a day, by the segments of one segmentation."""
    runs = {id(life): Life(life.history, replace(rules, segments=segments)).memberships() for life in lives}

    def closing(day: date) -> dict[str, list[int]]:
        sums: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
        for life in lives:
            if state := life.states.get(day):
                segment = next(segment for since, segment in reversed(runs[id(life)]) if since <= day)
                before = sums[segment]
                sums[segment] = [before[0] + 1, before[1] + state.cents, before[2] + state.known]
        return dict(sums)

    return closing


def compare_bookings(connection: duckdb.DuckDBPyConnection, moves: duckdb.DuckDBPyRelation) -> None:
    """Every segmentation books the same comings, goings, rises and falls; moves out and in are pairs of opposite worth."""
    told = (
        "account_id, movement, moved_on, happened_at, customers_change, value_change, value_known, known_change, reason, subject"
    )
    booked = "movement not in ('moved_in', 'moved_out')"
    whole = connection.table("fct_customer_movement").filter(booked).select(told).fetchall()
    assert Counter(moves.filter(booked).select(told).fetchall()) == Counter(whole)
    pair = "account_id, moved_on, {}, {}, customers_change * {}, round(value_change * {} * 100), known_change * {}"
    ins = moves.filter("movement = 'moved_in'").select(pair.format("segment", "other_segment", 1, 1, 1)).fetchall()
    outs = moves.filter("movement = 'moved_out'").select(pair.format("other_segment", "segment", -1, -1, -1)).fetchall()
    assert Counter(ins) == Counter(outs)


def compare_retention(connection: duckdb.DuckDBPyConnection, lives: list[Life]) -> None:
    """The months of activity, and the grid: of those who began in a month, how many were still active k months on or later."""
    active = connection.table("fct_activity").select("account_id, month, cohort_month, months_since").fetchall()
    walked = {life.history.account_id: life.active_months() for life in lives}
    assert Counter((account, month) for account, month, _, _ in active) == Counter(
        (account, month) for account, months in walked.items() for month in months
    )
    assert all(months_between(cohort, month) == since for _, month, cohort, since in active)
    members = connection.table("fct_cohort_member").select("cohort_month, last_active_since").fetchall()
    grid = Counter((cohort, since) for cohort, last in members for since in range(last + 1))
    assert grid == Counter(
        (min(months), since)
        for months in walked.values()
        if months
        for since in range(months_between(min(months), max(months)) + 1)
    )


def months_between(first: date, last: date) -> int:
    return (last.year - first.year) * 12 + last.month - first.month
