"""What a broken promise goes along with, against a count customer by customer, on random customers and on the edges of the definition."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from metrics import CommandCenter
from metrics.answer import Answer
from metrics.errors import UnknownName
from tests.metrics.made import AS_OF, made_center, person
from tests.metrics.oracles.aftermath_oracle import Row, difference, seen, told

DAY = timedelta(days=1)
LONG_AGO, FOREVER = date(2020, 1, 1), date(9999, 12, 31)
NOON = datetime(2026, 1, 10, 12)
METRIC = "after_broken_promise"
PARTS = (
    "compared",
    "broken",
    "kept",
    "broken_lost",
    "kept_lost",
    "broken_alone",
    "kept_alone",
    "not_yet_known",
    "without_contract",
)


def promise(name: str, at: datetime, *, was_kept: bool, segment: str = "A", number: int = 1) -> Row:
    told = {"clock_id": f"K{number:05}", "promise": "installation", "subject_kind": "commitment", "is_decided": True}
    return person(name, segment=segment, decided_at=at, was_kept=was_kept, **told)


def moved(name: str, at: datetime, movement: str, value: float = 0.0, known: int = 0) -> Row:
    change = {"gained": 1, "returned": 1, "ended": -1, "fell_silent": -1}.get(movement, 0)
    return person(name, movement=movement, happened_at=at, customers_change=change, value_change=value, known_change=known)


def life(name: str, began: datetime, value: float | None, lost: datetime | None = None, how: str = "ended") -> list[Row]:
    """A customer from one day on, worth so much a year (None: not known), until another."""
    known = 0 if value is None else 1
    rows = [moved(name, began, "gained", value or 0.0, known)]
    return [*rows, moved(name, lost, how, -(value or 0.0), -known)] if lost else rows


def some_rows(chance: Random) -> tuple[list[Row], list[Row]]:
    promises, movements = [], []
    values = chance.choice(
        [[100.0], [100.0, 250.0, 250.0, 400.5, None], [chance.uniform(1, 2000) for _ in range(40)], [None], [0.0]]
    )
    rates = (chance.random(), chance.random())
    broken = chance.choice([0.0, 0.1, 0.5, 1.0])
    for number in range(chance.choice([0, 1, 5, 60, 250])):
        name, began = f"C{number}", NOON - chance.uniform(0, 1500) * DAY
        first = began + chance.choice([-5, 0, chance.uniform(0, 600)]) * DAY
        was_kept = chance.random() >= broken
        leaves = chance.random() < rates[was_kept]
        lost = max(began + DAY, first + chance.choice([180.0, 180.0001, chance.uniform(1, 400)]) * DAY) if leaves else None
        movements += life(name, began, chance.choice(values), lost, chance.choice(["ended", "fell_silent"]))
        if lost and chance.random() < 0.3:
            movements.append(moved(name, lost + chance.uniform(1, 90) * DAY, "returned", 75.0, 1))
        if chance.random() < 0.3:
            movements.append(moved(name, first + chance.uniform(-50, 200) * DAY, "grown", chance.uniform(1, 300)))
        for later in range(chance.choice([1, 1, 2, 3])):
            at = first + chance.choice([0, 1, 30]) * later * DAY
            kept = was_kept if later == 0 else chance.random() < 0.5
            promises.append(promise(name, at, was_kept=kept, segment=chance.choice("AAAB"), number=len(promises)))
    one_each = {(row["account_id"], row["decided_at"], row["was_kept"]): row for row in promises}
    movements = [row for row in movements if row["happened_at"] <= AS_OF]
    return list(one_each.values()), whole(movements)


def whole(movements: list[Row]) -> list[Row]:
    """Without what grows of somebody who is no customer then: the books never hold it."""
    kept, there = [], set()
    for row in sorted(movements, key=lambda row: row["happened_at"]):
        if row["movement"] == "grown" and row["account_id"] not in there:
            continue
        if row["movement"] in ("gained", "returned"):
            there.add(row["account_id"])
        if row["movement"] in ("ended", "fell_silent"):
            there.discard(row["account_id"])
            row = {**row, **leaving(kept, row["account_id"])}
        kept.append(row)
    return kept


def leaving(kept: list[Row], name: str) -> Mapping[str, float]:
    """Whoever leaves takes along all they are worth."""
    own = [row for row in kept if row["account_id"] == name]
    return {name: -sum(row[name] for row in own) for name in ("value_change", "known_change")}


def contract(name: str, first: date, over: date) -> Row:
    return {"account_id": name, "counts_from": first, "counts_until": min(over, date(9000, 1, 1)) + 30 * DAY, "over_on": over}


def contracts_for_ever(promises: list[Row]) -> list[Row]:
    return [contract(name, LONG_AGO, FOREVER) for name in sorted({row["account_id"] for row in promises})]


def some_contracts(chance: Random, promises: list[Row]) -> list[Row]:
    """Of most a contract for ever, of some none, of some one that ends, or begins, about the day of a promise."""
    found: list[Row] = []
    for row in promises:
        name, day = row["account_id"], row["decided_at"].date() + chance.choice([-1, 0, 1, 40]) * DAY
        spans = {"none": [], "for ever": [(LONG_AGO, FOREVER)], "ends": [(LONG_AGO, day)], "begins": [(day, FOREVER)]}
        found += [contract(name, first, over) for first, over in spans[chance.choice(list(spans))]]
    return found


def asked(
    folder: Path, promises: list[Row], movements: list[Row], contracts: list[Row] | None = None
) -> tuple[CommandCenter, Answer]:
    """contracts: everybody has one for ever unless said."""
    held = contracts_for_ever(promises) if contracts is None else contracts
    center = made_center(folder, {"fct_promise": promises, "fct_customer_movement": movements, "account_contract": held})
    return center, center.ask(METRIC)


@settings(max_examples=15)
@given(seed=st.integers(0, 10**6))
def test_it_is_what_a_count_customer_by_customer_says(seed: int) -> None:
    chance = Random(seed)
    promises, movements = some_rows(chance)
    contracts = chance.choice([contracts_for_ever(promises), some_contracts(chance, promises)])
    wanted = told(seen(promises, movements, contracts, AS_OF))
    with TemporaryDirectory() as place:
        center, answer = asked(Path(place), promises, movements, contracts)
        listed = {part: center.customers_behind(METRIC, mark={"part": part}, limit=1000) for part in PARTS}
        center.close()
    assert answer.total.n == wanted.compared
    assert answer.options["not_yet_known"] == wanted.not_yet_known
    assert answer.options["without_contract"] == wanted.without_contract
    assert answer.options["is_enough"] == wanted.is_enough
    for row in answer.rows:
        side = row.by["side"]
        n, lost, alone = wanted.sides[side]
        assert (row.value.n, row.value.numerator, row.extra["alone"]) == (n, lost, alone)
        assert (row.value.value, row.value.low, row.value.high) == pytest.approx(wanted.shares[side])
        assert {name: listed[f"{side}{name}"].count for name in ("", "_lost", "_alone")} == {
            "": n,
            "_lost": lost,
            "_alone": alone,
        }
        change = row.extra["value_change"]
        assert_near((change.value, change.low, change.high), wanted.values.get(side, (None, None, None)))
    if wanted.shares:
        found = answer.options["difference"]
        assert_near((found.value, found.low, found.high), difference(wanted.shares["broken"], wanted.shares["kept"]))
    assert {part: len(people.rows) for part, people in listed.items()} == {part: people.count for part, people in listed.items()}


def assert_near(found: tuple[Any, ...], wanted: tuple[Any, ...]) -> None:
    for one, other in zip(found, wanted, strict=True):
        assert (one is None) == (other is None), (found, wanted)
        assert one is None or one == pytest.approx(other, rel=1e-6, abs=1e-6)


def customers(
    count: int, lost: int, *, was_kept: bool, value: float | None = 100.0, lead: str = ""
) -> tuple[list[Row], list[Row]]:
    """So many customers alike, so many of them lost ten days after their promise."""
    names = [f"{lead}{'K' if was_kept else 'B'}{k}" for k in range(count)]
    promises = [promise(name, NOON, was_kept=was_kept) for name in names]
    movements = [
        row for k, name in enumerate(names) for row in life(name, NOON - 40 * DAY, value, NOON + 10 * DAY if k < lost else None)
    ]
    return promises, movements


def of_both(broken: tuple[list[Row], list[Row]], kept: tuple[list[Row], list[Row]]) -> tuple[list[Row], list[Row]]:
    return broken[0] + kept[0], broken[1] + kept[1]


def test_more_leave_after_a_broken_promise_and_it_is_told_as_going_along(tmp_path: Path) -> None:
    rows = of_both(customers(100, 40, was_kept=False), customers(200, 20, was_kept=True))
    _, answer = asked(tmp_path, *rows)
    assert answer.total.value == pytest.approx(0.3)
    assert answer.options["difference"].clear
    assert "it goes along with it; what else was different is not known" in answer.caption
    assert "because" not in answer.caption
    change = {row.by["side"]: row.extra["value_change"].value for row in answer.rows}
    assert change == pytest.approx({"broken": -40.0, "kept": -10.0})


def test_who_stood_in_the_grace_or_had_no_contract_is_not_lost_after_the_promise(tmp_path: Path) -> None:
    broken, kept = customers(60, 40, was_kept=False), customers(40, 4, was_kept=True)
    promises, movements = of_both(broken, kept)
    held = contracts_for_ever(promises)
    ended = {f"B{number}" for number in range(20)}
    without = {f"B{number}" for number in range(20, 30)}
    contracts = [row | {"over_on": NOON.date()} if row["account_id"] in ended else row for row in held]
    center, answer = asked(tmp_path, promises, movements, [row for row in contracts if row["account_id"] not in without])
    assert [(row.value.numerator, row.value.n) for row in answer.rows] == [(10, 30), (4, 40)]
    assert answer.options["without_contract"] == 30
    assert "30 customers had no contract in force when the promise was decided: not compared" in " ".join(answer.notices)
    people = center.customers_behind(METRIC, mark={"part": "without_contract"})
    assert {row["customer_id"] for row in people.rows} == ended | without


def test_the_share_of_the_kept_is_said_to_be_in_the_same_mix(tmp_path: Path) -> None:
    _, answer = asked(tmp_path, *of_both(customers(100, 40, was_kept=False), customers(200, 20, was_kept=True)))
    assert "; in the same mix 10.0 % of 200 customers alike whose promise was kept: a difference" in answer.caption


def test_one_customer_has_nobody_alike(tmp_path: Path) -> None:
    _, answer = asked(tmp_path, *customers(1, 1, was_kept=False))
    assert (answer.total.value, answer.total.n, answer.rows) == (None, 0, ())
    assert (
        answer.caption == "Nobody under contract whose promise was broken over all time has anybody alike whose promise was kept."
    )


def test_nobody_at_all_says_so(tmp_path: Path) -> None:
    _, answer = asked(tmp_path, [], [])
    assert answer.caption.startswith("Nobody under contract whose promise was broken")


def test_where_everyone_s_promise_was_broken_there_is_nobody_to_compare_with(tmp_path: Path) -> None:
    center, answer = asked(tmp_path, *customers(60, 30, was_kept=False))
    assert answer.total.value is None
    assert center.customers_behind(METRIC, mark={"part": "broken_alone"}).count == 60


def test_a_few_of_either_side_are_too_few_to_say(tmp_path: Path) -> None:
    _, answer = asked(tmp_path, *of_both(customers(30, 15, was_kept=False), customers(12, 1, was_kept=True)))
    assert not answer.options["is_enough"]
    assert answer.caption.endswith("of 12 customers alike whose promise was kept 1: too few to say.")


def test_without_money_leavers_are_compared_and_value_is_not(tmp_path: Path) -> None:
    rows = of_both(customers(40, 10, was_kept=False, value=None), customers(60, 6, was_kept=True, value=None))
    _, answer = asked(tmp_path, *rows)
    assert answer.options["is_enough"]
    assert not answer.options["value_is_enough"]
    assert answer.options["value_difference"].value is None


def test_of_a_broken_and_a_kept_one_in_the_same_second_the_broken_one_counts(tmp_path: Path) -> None:
    both = [promise("C", NOON, was_kept=True, number=1), promise("C", NOON, was_kept=False, number=2)]
    kept = customers(30, 0, was_kept=True)
    center, answer = asked(tmp_path, both + kept[0], life("C", NOON - 40 * DAY, 100.0) + kept[1])
    assert [row.value.n for row in answer.rows] == [1, 30]
    assert center.customers_behind(METRIC, mark={"part": "broken"}).rows[0]["customer_id"] == "C"


def test_a_difference_inside_its_interval_is_no_clear_one(tmp_path: Path) -> None:
    _, answer = asked(tmp_path, *of_both(customers(40, 5, was_kept=False), customers(40, 4, was_kept=True)))
    assert answer.caption.endswith("No clear difference.")


def test_a_part_that_there_is_not_is_refused(tmp_path: Path) -> None:
    center, _ = asked(tmp_path, *customers(3, 1, was_kept=False))
    with pytest.raises(UnknownName):
        center.customers_behind(METRIC, mark={"part": "mended"})
