"""What was known of customers under contract, told twice: by the models, and day by day in plain Python. Nothing looks ahead."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.metrics.oracles.built import EXAMPLES, built
from tests.metrics.oracles.risk_oracle import DAY, FOREVER, Account, in_force, known_on, local_day

ZONES = ("UTC", "Europe/Berlin", "America/New_York", "Pacific/Auckland")
FIRST, LAST = date(2025, 2, 1), date(2026, 4, 30)
TIMES = (time(0), time(0, 30), time(4, 59), time(12), time(23, 30))
FEATURES = (
    "contracts", "value_a_year", "tenure_days", "has_returned", "requests", "complaints", "broken_promises", "contacts", "orders",
    "open_requests", "nps_points",
)  # fmt: skip
COLUMNS = (*FEATURES, "ended_after_days", "known_days")
MODELS = ("contract_run", "contract_day", "contract_sign", "fct_contract_month")

seeds = st.integers(0, 2**32 - 1)


def a_moment(draw: Random, around: list[date]) -> datetime:
    """A moment on a day that lies 0, 1, 90 or 365 days from one that matters, or anywhere."""
    if draw.random() < 0.6:
        day = draw.choice(around) + draw.choice((-366, -365, -91, -90, -89, -1, 0, 1)) * DAY
    else:
        day = FIRST + draw.randint(0, (LAST - FIRST).days) * DAY
    return datetime.combine(day, draw.choice(TIMES))


def some_contracts(draw: Random, grace: int) -> list[tuple[date, date, int | None]]:
    made: list[tuple[date, date, int | None]] = []
    for _ in range(draw.choice((1, 1, 2, 3))):
        starts_on = FIRST + draw.randint(0, 400) * DAY
        if made and made[-1][1] < FOREVER and draw.random() < 0.6:
            starts_on = made[-1][1] + draw.choice((0, 1, grace - 1, grace, grace + 1, -5)) * DAY
        over_on = draw.choice((FOREVER, starts_on + draw.choice((0, 1, 28, 30, 31, 90, 200)) * DAY))
        made.append((starts_on, over_on, draw.choice((10, 25, 40, None))))
    return made


def an_account(seed: int, grace: int) -> Account:
    draw = Random(seed)
    around = list(months())
    often = draw.choice((0, 1, 4))

    def some(make: Any) -> list[dict[str, Any]]:
        return [make() for _ in range(draw.randint(0, often))]

    def a_request() -> dict[str, Any]:
        opened = a_moment(draw, around)
        solved = draw.choice((None, opened, opened + draw.randint(1, 2_000_000) * timedelta(seconds=1)))
        return {
            "opened_at": opened,
            "resolved_at": solved,
            "is_complaint": draw.random() < 0.4,
            "is_counted": draw.random() < 0.9,
        }

    return Account(
        name=f"C-{seed}",
        contracts=some_contracts(draw, grace),
        requests=some(a_request),
        promises=some(lambda: {"decided_at": a_moment(draw, around), "was_kept": draw.random() < 0.4}),
        answers=some(lambda: {"answered_at": a_moment(draw, around), "points": draw.choice((-100, 0, 100))}),
        contacts=some(lambda: {"happened_at": a_moment(draw, around), "direction": draw.choice(("self", "inbound", "outbound"))}),
        orders=some(lambda: {"ordered_at": a_moment(draw, around), "is_purchase": draw.random() < 0.8}),
    )


def months() -> Iterator[date]:
    for number in range(24):
        yield date(2025 + number // 12, number % 12 + 1, 1)


def counting(account: Account, as_of: date, grace: int) -> list[tuple[Any, ...]]:
    """The rows of account_contract, which another oracle checks: until when each counts, grace included."""
    told = [one for one in account.contracts if one[0] <= as_of and one[1] > one[0]]
    rows = []
    for number, (starts_on, over_on, amount) in enumerate(told):
        if over_on == FOREVER:
            until = date(9999, 12, 31)
        elif any(other[0] < over_on < other[1] for other in told):
            until = over_on
        else:
            follows = [other[0] for other in told if other[0] >= over_on]
            until = min([over_on + grace * DAY, *follows])
        over = date(9999, 12, 31) if over_on == FOREVER else over_on
        rows.append((f"{account.name}-{number}", account.name, starts_on, over, until, None if amount is None else amount * 1200))
    return rows


def tables_of(accounts: list[Account], as_of: date, grace: int, zone: str) -> Mapping[str, tuple[str, list[tuple[Any, ...]]]]:
    moment = datetime.combine(as_of, time(12))
    requests = [
        (a.name, r["opened_at"], r["resolved_at"], r["is_counted"], r["is_complaint"]) for a in accounts for r in a.requests
    ]
    contacts = [(f"{a.name}-{n}", a.name, c["happened_at"], c["direction"]) for a in accounts for n, c in enumerate(a.contacts)]
    return {
        "account_as_of": ("as_of timestamp, as_of_day date", [(moment, as_of)]),
        "customer_rule": ("renewal_grace_days integer", [(grace,)]),
        "workspace_setting": ("zone varchar", [(zone,)]),
        "local_day": (
            "day date, starts_at timestamp, month_start date",
            [(day, datetime.combine(day, time(0)), day.replace(day=1)) for day in (FIRST + n * DAY for n in range(500))],
        ),
        "account_contract": (
            "row_id varchar, account_id varchar, counts_from date, over_on date, counts_until date, cents bigint",
            [row for account in accounts for row in counting(account, as_of, grace)],
        ),
        "fct_case": ("account_id varchar, opened_at timestamp, resolved_at timestamp, is_counted boolean, is_complaint boolean", requests),
        "fct_promise": (
            "account_id varchar, decided_at timestamp, is_decided boolean, was_kept boolean",
            [(a.name, p["decided_at"], True, p["was_kept"]) for a in accounts for p in a.promises],
        ),
        "fct_survey_response": (
            "account_id varchar, answered_at timestamp, is_answered boolean, nps_points double",
            [(a.name, s["answered_at"], True, s["points"]) for a in accounts for s in a.answers],
        ),
        "interactions": ("row_id varchar, happened_at timestamp, direction varchar", [(row, at, way) for row, _, at, way in contacts]),
        "customer_of": (
            "entity varchar, row_id varchar, account_id varchar",
            [("interactions", row, name) for row, name, _, _ in contacts],
        ),
        "account_order": (
            "account_id varchar, ordered_at timestamp, is_purchase boolean",
            [(a.name, o["ordered_at"], o["is_purchase"]) for a in accounts for o in a.orders],
        ),
        "customers": (
            "customer_id varchar, kind varchar, region varchar, acquired_through varchar, business_unit varchar",
            [(account.name, "person", None, None, None) for account in accounts],
        ),
        "profiling_objection": ("account_id varchar, objected_at timestamp", []),
        "account_segment": ("account_id varchar, segment varchar, from_day date, until_day date", []),
    }  # fmt: skip


def looked_at(accounts: list[Account], as_of: date, grace: int, zone: str) -> dict[tuple[str, date], dict[str, Any]]:
    connection = built(tables_of(accounts, as_of, grace, zone), MODELS)
    rows = connection.table("fct_contract_month").select("account_id", "day", "is_now", *COLUMNS).fetchall()
    connection.close()
    assert all(is_now == (day == as_of) for _, day, is_now, *_ in rows)
    found = {(account, day): dict(zip(COLUMNS, told, strict=True)) for account, day, _, *told in rows}
    assert len(found) == len(rows)
    return found


@given(st.lists(seeds, max_size=5, unique=True), st.sampled_from((0, 1, 10, 30)), st.integers(0, 450), st.sampled_from(ZONES))
@settings(max_examples=EXAMPLES)
def test_what_was_known_on_a_day_is_what_the_raw_rows_say(drawn: list[int], grace: int, back: int, zone: str) -> None:
    as_of = LAST - back * DAY
    accounts = [an_account(seed, grace) for seed in drawn]
    days = {day for day in months() if FIRST <= day < as_of} | {as_of}
    expected = {
        (account.name, day): known
        for account in accounts
        for day in days
        if (known := known_on(account, day, as_of, grace, zone))
    }
    assert looked_at(accounts, as_of, grace, zone) == expected


@given(st.lists(seeds, min_size=1, max_size=5, unique=True), seeds, st.sampled_from(ZONES))
@settings(max_examples=max(25, EXAMPLES // 4))
def test_another_future_changes_nothing_that_was_known_before(drawn: list[int], other: int, zone: str) -> None:
    accounts, today = [an_account(seed, 30) for seed in drawn], date(2025, 11, 1)
    draw = Random(other)
    before, after = (
        looked_at(told, LAST, 30, zone) for told in (accounts, [another_future(draw, a, today, zone) for a in accounts])
    )

    def known(rows: dict[tuple[str, date], dict[str, Any]]) -> dict[tuple[str, date], dict[str, Any]]:
        return {place: {name: row[name] for name in FEATURES} for place, row in rows.items() if place[1] <= today}

    assert known(before) == known(after)


def another_future(draw: Random, account: Account, today: date, zone: str) -> Account:
    """The same account until a day; from then on everything else happens to it."""
    strange = an_account(draw.randint(0, 2**32), 30)

    def shuffled(name: str, moment: str) -> list[dict[str, Any]]:
        mine = [row for row in getattr(account, name) if local_day(row[moment], zone) < today]
        return mine + [row for row in getattr(strange, name) if local_day(row[moment], zone) >= today]

    def solved_otherwise(row: dict[str, Any]) -> dict[str, Any]:
        solved = row["resolved_at"]
        if solved and local_day(solved, zone) < today:
            return row
        later = datetime.combine(today + draw.randint(1, 60) * DAY, time(12))
        return {**row, "resolved_at": draw.choice((None, max(row["opened_at"], later)))}

    contracts = [one for one in account.contracts if one[0] <= today]
    contracts = [one if one[1] <= today else (one[0], today + draw.randint(1, 90) * DAY, one[2]) for one in contracts]
    return replace(
        account,
        contracts=contracts + [one for one in strange.contracts if one[0] > today],
        requests=[solved_otherwise(row) for row in shuffled("requests", "opened_at")],
        promises=shuffled("promises", "decided_at"),
        answers=shuffled("answers", "answered_at"),
        contacts=shuffled("contacts", "happened_at"),
        orders=shuffled("orders", "ordered_at"),
    )


def test_histories_as_drawn_hold_what_the_test_is_about() -> None:
    accounts = [an_account(seed, 30) for seed in range(200)]
    told = [known for a in accounts for day in months() if FIRST <= day <= LAST and (known := known_on(a, day, LAST, 30, "UTC"))]
    for name in (*FEATURES, "ended_after_days"):
        assert len({row[name] for row in told}) > 1, name
    assert any(in_force(a, LAST, LAST) for a in accounts)
