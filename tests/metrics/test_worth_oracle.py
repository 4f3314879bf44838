"""What customers are worth: the figures against a second working-out from the states of invented accounts."""

from collections.abc import Mapping
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import Any

import pytest

from metrics import CommandCenter
from metrics.errors import QuestionError
from metrics.selection import Period, days_of, pieces, resolve, utc_midnight
from queries.errors import QueriesError
from tests.metrics.made import AS_OF, ZONE, made_center, person
from tests.metrics.oracles import worth_oracle as oracle
from tests.metrics.oracles.built import EXAMPLES
from tests.metrics.oracles.worth_oracle import Account, State

PERIODS = ("2026-10", "2026-Q3", "2026-W41", "2026", "2026-09-05..2026-10-07")
SEGMENTS = ("A", "B", "C")
REASONS = ("Moved away", "Price", "Waited", "unknown")
DIMENSION = {"label": "Segment", "kind": "as of the row", "sort_no": 1, "most_values": 12, "is_sensitive": False}
SEEDS = range(max(3, EXAMPLES // 25))

Told = tuple[CommandCenter, list[Account], Mapping[str, Mapping[date, int]]]


@pytest.fixture(scope="module", params=SEEDS)
def told(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Told:
    """A center over invented accounts, and the accounts; one of the histories is of nobody, one of a single customer."""
    draw = Random(request.param)
    accounts = [some_account(draw, f"C-{number}") for number in range({0: 0, 1: 1}.get(request.param, 120))]
    costs = {kind: some_costs(draw) for kind in ("acquire", "keep")}
    return center_of(accounts, costs, tmp_path_factory.mktemp("worth")), accounts, costs


@pytest.mark.parametrize("text", PERIODS)
def test_the_matrix_is_where_everyone_was_and_is(told: Told, text: str) -> None:
    center, accounts, _ = told
    answer = center.ask("value_movement", period=text, segmentation="kinds")
    assert answer.period is not None
    made = {(row.by["from"], row.by["to"]): (row.value.n, *in_cents(row.extra)) for row in answer.rows}
    assert made == oracle.matrix(accounts, answer.period)
    assert answer.total.n == sum(count for count, _, _ in made.values())
    ends = [(account.at(answer.period.starts_at), account.at(answer.period.ends_at)) for account in accounts]
    whole = sum(all(state.known for state in both if state) for both in ends if any(both))
    share = f"Value known for {round(100 * whole / answer.total.n)} % of these customers." if whole < answer.total.n else ""
    assert [told for told in answer.notices if told.startswith("Value known")] == ([share] if share else [])
    for (before, after), (count, cents_before, cents_after) in made.items():
        mark = {"from": before, "to": after}
        people = center.customers_behind("value_movement", period=text, segmentation="kinds", mark=mark, limit=10_000)
        assert people.count == people.customers == len(people.rows) == count
        assert round(sum(row["value"] for row in people.rows) * 100) == cents_after - cents_before


@pytest.mark.parametrize("text", PERIODS)
def test_the_rows_and_columns_of_the_matrix_are_the_stocks_of_the_equation(told: Told, text: str) -> None:
    center, _, _ = told
    rows = center.ask("value_movement", period=text, segmentation="kinds").rows
    for group in center.ask("customer_equation", period=text, split_by="segment").rows:
        for stock, end, worth in (("opening", "from", "value_before"), ("closing", "to", "value_after")):
            here = [row for row in rows if row.by[end] == group.by.get("segment")]
            assert group.extra[stock]["customers"] == sum(row.value.n for row in here)
            assert group.extra[stock]["value"] == pytest.approx(sum(row.extra[worth] for row in here), abs=1e-6)


@pytest.mark.parametrize("text", PERIODS)
@pytest.mark.parametrize("percent", [0, 10, 50])
@pytest.mark.parametrize("metric", ["clearly_grown", "clearly_shrunk"])
def test_a_clear_change_is_of_who_stayed_and_more_than_so_many_percent(
    told: Told, metric: str, percent: int, text: str
) -> None:  # fmt: skip
    center, accounts, _ = told
    answer = center.ask(metric, period=text, percent=percent, split_by="segment")
    assert answer.period is not None
    wanted = oracle.clear_changes(accounts, answer.period, percent=percent, rises=metric == "clearly_grown")
    people = center.customers_behind(metric, period=text, percent=percent, limit=10_000)
    assert {row["customer_id"]: round(row["value"] * 100) for row in people.rows} == wanted
    assert answer.total.n == people.count == len(wanted)
    segments = {account.name: account.last_segment(answer.period.ends_at) for account in accounts if account.name in wanted}
    for row in answer.rows:
        here = [change for name, change in wanted.items() if segments[name] == row.by["segment"]]
        assert row.value.n == len(here)
        assert round(row.extra["change"] * 100) == sum(here)


@pytest.mark.parametrize("text", PERIODS)
def test_earned_growth_is_what_stayed_and_what_came_by_word_of_mouth(told: Told, text: str) -> None:
    center, accounts, _ = told
    answer = center.ask("earned_growth", period=text)
    assert answer.period is not None
    wanted = oracle.earned_growth(accounts, answer.period)
    made = {part: (one["customers"], *in_cents(one)) for part, one in answer.rows[0].extra["parts"].items() if one["customers"]}
    assert made == {part: one for part, one in wanted.items() if part != "returned"}
    before = wanted.get("there", (0, 0, 0))[1]
    if not before:
        assert (answer.total.value, answer.total.low, answer.total.high) == (None, None, None)
        return
    after, earned, unknown = (wanted.get(part, (0, 0, 0))[2] for part in ("there", "earned", "unknown"))
    assert answer.total.value == answer.total.low == pytest.approx((after + earned - before) / before)
    assert answer.total.high == pytest.approx((after + earned + unknown - before) / before)
    for part, (count, _, _) in made.items():
        people = center.customers_behind("earned_growth", period=text, mark={"part": part}, limit=10_000)
        assert people.count == len(people.rows) == count


def test_the_groups_of_earned_growth_are_those_of_the_start(told: Told) -> None:
    center, accounts, _ = told
    answer = center.ask("earned_growth", period="2026-Q3", split_by="segment")
    assert answer.period is not None
    for row in answer.rows:
        there = [
            account
            for account in accounts
            if (state := account.at(answer.period.starts_at)) and state.segment == row.by["segment"]
        ]
        assert row.extra["parts"]["there"]["customers"] == len(there)
        people = center.customers_behind("earned_growth", answer.selection, mark=dict(row.by), limit=10_000)
        assert people.count == len(people.rows) == row.value.n
    assert sum(row.value.n for row in answer.rows) == answer.total.n


@pytest.mark.parametrize("text", PERIODS)
def test_customers_who_refer_are_of_all_who_were_customers(told: Told, text: str) -> None:
    center, accounts, _ = told
    answer = center.ask("customers_who_refer", period=text, split_by="segment")
    assert answer.period is not None
    wanted = oracle.referrers(accounts, answer.period)
    made = {row.by["segment"]: (row.value.n, row.value.numerator, row.extra["people_brought"]) for row in answer.rows}
    assert made == wanted
    assert answer.total.n == sum(count for count, _, _ in wanted.values())
    people = center.customers_behind("customers_who_refer", period=text, mark={"part": "referred"}, limit=10_000)
    assert people.count == len(people.rows) == sum(some for _, some, _ in wanted.values())
    assert sum(row["value"] for row in people.rows) == sum(brought for _, _, brought in wanted.values())


@pytest.mark.parametrize("text", PERIODS)
@pytest.mark.parametrize("most", [1, 2, 5])
def test_reasons_are_told_of_who_ended_and_none_of_who_fell_silent(told: Told, text: str, most: int) -> None:
    center, accounts, _ = told
    answer = center.ask("reasons_lost", period=text, most=most)
    assert answer.period is not None
    wanted = oracle.reasons(accounts, answer.period, most)
    made = {row.by["reason"]: (row.value.n, row.value.customers, round(row.extra["value_a_year"] * 100)) for row in answer.rows}
    assert made == wanted
    assert answer.total.n == sum(count for count, _, _ in wanted.values())
    for reason, (count, customers, _) in wanted.items():
        people = center.customers_behind("reasons_lost", period=text, most=most, mark={"reason": reason}, limit=10_000)
        assert (people.count, people.customers, len(people.rows)) == (count, customers, count)


@pytest.mark.parametrize("text", [*PERIODS, "2025"])
@pytest.mark.parametrize(("metric", "kind"), [("cost_to_acquire", "acquire"), ("cost_to_keep", "keep")])
def test_a_cost_is_that_of_whole_months_over_their_customers(told: Told, text: str, metric: str, kind: str) -> None:
    center, accounts, costs = told
    answer = center.ask(metric, period=text, grain="month")
    months, cents = oracle.cost(costs[kind], whole_months(text))
    customers = oracle.gained(accounts, months) if kind == "acquire" else oracle.there(accounts, months)
    assert answer.total.n == answer.total.customers == customers
    assert answer.total.numerator == (None if cents is None else cents / 100)
    assert answer.total.value == (None if cents is None or not customers else pytest.approx(cents / 100 / customers))
    people = center.customers_behind(metric, period=text, limit=10_000)
    assert people.count == len(people.rows) == customers
    assert [row.at for row in answer.rows] == [month.text for month in months if month.first_day in costs[kind]]


@pytest.mark.parametrize("metric", ["value_movement", "earned_growth"])
def test_what_people_move_between_cannot_narrow_a_figure_of_moves(told: Told, metric: str) -> None:
    options = {"segmentation": "kinds"} if metric == "value_movement" else {}
    with pytest.raises(QuestionError, match="cannot be filtered by segment"):
        told[0].ask(metric, period="2026-10", where={"segment": "A"}, **options)


def test_a_segmentation_that_is_none_is_named(told: Told) -> None:
    with pytest.raises(QueriesError, match="Did you mean"):
        told[0].ask("value_movement", period="2026-10", segmentation="kind")


# ── invented accounts ──────────────────────────────────────────────────────────────────────────────────────────────────


def some_account(draw: Random, name: str) -> Account:
    """Some changes at the starts of local days, of which many fall on the edges of the periods asked about."""
    edges = [date(2026, 7, 1), date(2026, 10, 1), date(2026, 10, 5), date(2026, 9, 5), date(2026, 1, 1), date(2026, 10, 30)]
    days = {draw.choice([draw.choice(edges), date(2026, 10, 30) - timedelta(days=draw.randrange(500))]) for _ in range(7)}
    moments = [utc_midnight(day, ZONE) for day in sorted(days)]
    states: list[tuple[Any, State | None]] = []
    reasons = {}
    for moment in moments:
        before = states[-1][1] if states else None
        state = None if before and draw.random() < 0.3 else some_state(draw, before)
        if before and state is None and draw.random() < 0.7:
            reasons[moment] = draw.choice(REASONS)
        states.append((moment, state))
    brought = tuple(
        draw.choice([*moments, AS_OF - timedelta(hours=draw.randrange(9000))]) for _ in range(draw.choice((0, 0, 1, 3)))
    )
    return Account(
        name=name, states=tuple(states), reasons=reasons, origin=draw.choice(("earned", "other", "unknown")), brought=brought
    )


def some_state(draw: Random, before: State | None) -> State:
    """Often the same segment or value as before, or exactly a tenth more or less."""
    cents = draw.choice((0, 1000, 1100, 1101, 900, 899, draw.randrange(200_000)))
    if before and draw.random() < 0.5:
        cents = draw.choice((before.cents, before.cents * 11 // 10, before.cents * 9 // 10, before.cents * 2))
    segment = before.segment if before and draw.random() < 0.5 else draw.choice(SEGMENTS)
    return State(segment, cents, draw.random() < 0.85)


def some_costs(draw: Random) -> dict[date, int]:
    """Cents of most months from May 2025 on."""
    months = [date(2025 + place // 12, place % 12 + 1, 1) for place in range(4, 22)]
    return {month: draw.randrange(-100, 1_000_000) for month in months if draw.random() < 0.9}


def center_of(accounts: list[Account], costs: Mapping[str, Mapping[date, int]], folder: Path) -> CommandCenter:
    tables: dict[str, list[dict[str, Any]]] = {
        "fct_customer_movement": [row for account in accounts for row in movements(account)],
        "account_origin": [
            {"customer_id": account.name, "account_id": account.name, "origin": account.origin} for account in accounts
        ],
        "fct_referral": [
            person(f"{account.name}-{place}", referrer_id=account.name, referrer_account_id=account.name, brought_at=moment)
            for account in accounts
            for place, moment in enumerate(account.brought)
        ],
        "cost_of_month": [
            {"month": month, "kind": kind, "starts_at": utc_midnight(month, ZONE), "cents": cents, "unknown_amounts": 0}
            for kind, told in costs.items()
            for month, cents in told.items()
        ],
        "dimension": [{**DIMENSION, "dimension_id": "segment", "column_name": "segment", "segmentation": "kinds"}],
    }
    return made_center(folder, tables)


def movements(account: Account) -> list[dict[str, Any]]:
    """The movements that the models would book for these states."""
    rows: list[dict[str, Any]] = []
    lost = False

    def book(movement: str, at: Any, state: State, customers: int, cents: int, known: int, reason: str = "unknown") -> None:
        told = {"movement": movement, "happened_at": at, "customers_change": customers, "value_change": cents / 100}
        rows.append(person(account.name, segment=state.segment, known_change=known, reason=reason, **told))

    for (_, before), (at, after) in pairwise([(None, None), *account.states]):
        if after and not before:
            book("returned" if lost else "gained", at, after, 1, after.cents, int(after.known))
        elif before and not after:
            lost = True
            movement = "ended" if at in account.reasons else "fell_silent"
            book(movement, at, before, -1, -before.cents, -int(before.known), account.reasons.get(at, "unknown"))
        elif before and after:
            if before.segment != after.segment:
                book("moved_out", at, before, -1, -before.cents, -int(before.known))
                book("moved_in", at, after, 1, before.cents, int(before.known))
            if (before.cents, before.known) != (after.cents, after.known):
                way = (after.cents > before.cents) - (after.cents < before.cents)
                name = {1: "grown", -1: "shrunk"}.get(way, "known_again" if after.known else "not_known")
                book(name, at, after, 0, after.cents - before.cents, after.known - before.known)
    return rows


def whole_months(text: str) -> list[Period]:
    period = resolve(text, as_of=AS_OF, zone=ZONE)
    parts = pieces(period, "month", zone=ZONE)
    return [
        part
        for part in parts
        if days_of(part.text) == (part.first_day, part.end_day) and part.ends_at == utc_midnight(part.end_day, ZONE)
    ]


def in_cents(extra: Mapping[str, Any]) -> tuple[int, int]:
    return round(extra["value_before"] * 100), round(extra["value_after"] * 100)
