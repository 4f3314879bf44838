"""What staying is read from, on random histories of accounts: when they were active, how long they stayed, what their contracts were worth.

Judged by the day-by-day walk of the assets' oracle, which shares no code with the models.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from itertools import count as numbers
from typing import Any

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from queries.build import run_models
from queries.engines.duckdb import open_build, run_script, table_names
from queries.model import Model, read_models
from tests.metrics.oracles.assets_oracle import DAY, Life, is_told, local_day
from tests.metrics.oracles.built import EXAMPLES
from tests.metrics.oracles.test_assets_oracle import (
    MADE_BY_OTHERS,
    QUERIES,
    Build,
    seeds,
    some_history,
    some_rules,
    tell,
    to_utc,
)  # fmt: skip

ASKED = ("account_active", "fct_cohort_member", "fct_customer_life", "fct_contract_value")


@pytest.fixture(scope="module")
def build(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Build]:
    """What runs the models over rules and histories, in one database that every example fills anew."""
    connection = open_build(":memory:", temporary=tmp_path_factory.mktemp("duckdb"), threads=1)
    for path in sorted([*QUERIES.glob("entities/*.sql"), *QUERIES.glob("declared/*.sql")]):
        run_script(connection, path.read_text(encoding="utf-8"))
    run_script(connection, MADE_BY_OTHERS)
    models = needed_models(table_names(connection))

    def run(rules: Any, accounts: Any) -> duckdb.DuckDBPyConnection:
        tell(connection, rules, accounts)
        run_models(connection, models)
        return connection

    yield run
    connection.close()


def needed_models(given_tables: frozenset[str]) -> tuple[Model, ...]:
    by_name = {model.name: model for model in read_models()}
    wanted, chosen = list(ASKED), {}
    while wanted:
        name = wanted.pop()
        if name not in chosen and name not in given_tables:
            chosen[name] = by_name[name]
            wanted += by_name[name].needs
    return tuple(chosen[name] for name in sorted(chosen))


@settings(max_examples=max(1, EXAMPLES // 2))  # of up to fourteen accounts each
@given(rules_seed=seeds, account_seeds=st.lists(seeds, min_size=6, max_size=14, unique=True))
def test_activity_lives_and_contracts_are_what_the_day_by_day_walk_says(
    rules_seed: int, account_seeds: list[int], build: Build
) -> None:
    rules = some_rules(rules_seed)
    lives = {life.history.account_id: life for life in (Life(some_history(seed, rules), rules) for seed in account_seeds)}
    database = build(rules, [life.history for life in lives.values()])
    compare_activity(database, lives)
    compare_members(database, lives)
    compare_lives(database, lives)
    compare_contracts(database, lives)


def compare_activity(database: duckdb.DuckDBPyConnection, lives: dict[str, Life]) -> None:
    """Every sign of life at its own moment, and every day on which a contract counts."""
    rows = database.table("account_active").select("account_id, kind, from_at, last_at, from_day, last_day").fetchall()
    days: dict[str, set[date]] = defaultdict(set)
    signs: dict[str, Counter[datetime]] = defaultdict(Counter)
    for account, kind, from_at, last_at, from_day, last_day in rows:
        rules = lives[account].rules
        assert (local_day(from_at, rules.zone), local_day(last_at, rules.zone)) == (from_day, last_day)
        if kind == "contract":
            days[account] |= {from_day + after * DAY for after in range((last_day - from_day).days + 1)}
            assert from_at == to_utc(from_day, time(0), rules.zone)
            assert last_at == min(rules.as_of, to_utc(last_day + DAY, time(0), rules.zone) - timedelta(microseconds=1))
        else:
            assert from_at == last_at
            signs[account][from_at] += 1
    for name, life in lives.items():
        assert signs[name] == Counter(moment for moment, _ in moments(life))
        assert days[name] == contract_days(life)


def moments(life: Life) -> list[tuple[datetime, bool]]:
    """The signs of life since the day of becoming a customer, and which of them can make one."""
    history, rules = life.history, life.rules
    told = [(one["ordered_at"], "order" in rules.becomes_by) for one in history.orders if is_told(one) and one["amount"] >= 0]
    if "won opportunity" in rules.becomes_by:
        told += [(moment, True) for moment in history.wins]
    if "lifecycle customer" in rules.becomes_by:
        told += [(moment, True) for moment in history.lifecycle_steps]
    events = [one for one in history.interactions if one["event"].lower() in rules.active_events]
    told += [(one["happened_at"], False) for one in events if one["direction"] != "outbound"]
    since = life.became_on or date.max
    return [(at, becomes) for at, becomes in told if at <= rules.as_of and local_day(at, rules.zone) >= since]


def contract_days(life: Life) -> set[date]:
    if life.became_on is None:
        return set()
    days = [life.became_on + after * DAY for after in range((life.today - life.became_on).days + 1)]
    return {day for day in days if any(life.counts_on(one, day) for one in life.contracts)}


def compare_members(database: duckdb.DuckDBPyConnection, lives: dict[str, Life]) -> None:
    """The moment of becoming a customer, and a bit for every month of activity since."""
    rows = database.table("fct_cohort_member").select(
        "account_id, cohort_month, first_at, months_0_59, months_60_119"
    ).fetchall()  # fmt: skip
    assert {row[0] for row in rows} == {name for name, life in lives.items() if life.became_on}
    for account, cohort, first_at, early, late in rows:
        life = lives[account]
        begins = [moment for moment, becomes in moments(life) if becomes]
        if "contract" in life.rules.becomes_by:
            begins += [to_utc(one["starts_on"], time(0), life.rules.zone) for one in life.contracts]
        assert first_at == min(begins)
        since = {(month.year - cohort.year) * 12 + month.month - cohort.month for month in life.active_months()}
        assert {bit for bit in range(60) if early >> bit & 1} == since
        assert late == 0


def compare_lives(database: duckdb.DuckDBPyConnection, lives: dict[str, Life]) -> None:
    """Every time as a customer: since when, until when, and how it ended."""
    rows = database.table("fct_customer_life").select(
        "account_id, life_no, began_on, lost_on, fate, days, segment, reason"
    ).fetchall()  # fmt: skip
    made = Counter(rows)
    wanted: Counter[Any] = Counter()
    for name, life in lives.items():
        number, open_since = numbers(1), None
        for one in life.movements():
            if one.movement in ("gained", "returned"):
                open_since = (one.day, one.segment)
            elif one.movement in ("ended", "fell_silent") and open_since:
                fate = "ended" if one.movement == "ended" else "fell silent"
                began, segment = open_since
                wanted[name, next(number), began, one.day, fate, (one.day - began).days, segment, one.reason] += 1
                open_since = None
        if open_since:
            began, segment = open_since
            wanted[name, next(number), began, None, "still with us", (life.today - began).days, segment, "unknown"] += 1
    assert made == wanted


def compare_contracts(database: duckdb.DuckDBPyConnection, lives: dict[str, Life]) -> None:
    """On every day: how many contracts count, what they bring in a year, whether that is known, and the segment."""
    rows = database.table("fct_contract_value").select(
        "account_id, from_day, until_day, contracts, cents, is_known, segment"
    ).fetchall()  # fmt: skip
    runs: dict[str, list[Any]] = defaultdict(list)
    for account, *run in rows:
        runs[account].append(run)
    for name, life in lives.items():
        day = min((one["starts_on"] for one in life.contracts), default=life.today)
        judged_from, _ = life.memberships()[0]
        while day <= life.today:
            counting = [one for one in life.contracts if life.counts_on(one, day)]
            cents = [life._contract_cents(one) for one in counting]
            segment = life.segment_on(day) if day >= judged_from else "unknown"
            wanted = [[len(counting), sum(one or 0 for one in cents), None not in cents, segment]] if counting else []
            assert [run[2:] for run in runs[name] if run[0] <= day < run[1]] == wanted, (name, day)
            day += DAY
