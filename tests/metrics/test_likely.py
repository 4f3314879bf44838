"""Likely to buy again, likely to leave: what is foretold of invented people whose rules are known, and what is never foretold."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from pathlib import Path
from time import sleep
from typing import Any

import numpy as np
import pytest

from metrics import CommandCenter
from metrics.catalog import SHIPPED, load_catalog
from metrics.errors import QuestionError, UnknownName
from metrics.models.bgnbd import Histories, fit
from metrics.risk import FEATURES, LEAST_TRAINED, Panel, fitted
from queries.policy import Policy
from tests.metrics.made import AS_OF, made_center, person

TODAY = AS_OF.date()
DAY = timedelta(days=1)
GRACE = 30

Told = dict[str, list[dict[str, Any]]]


# ── buyers ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def buyers(count: int, seed: int = 1) -> dict[str, list[date]]:
    """People who buy at their own rate, and after each purchase leave for good with a chance of one in eight."""
    draw = np.random.default_rng(seed)
    lives = {}
    for number in range(count):
        day, rate, days = TODAY - int(draw.integers(20, 700)) * DAY, draw.gamma(2.0, 1 / 120), []
        while day <= TODAY:
            days.append(day)
            if draw.random() < 0.125:
                break
            day += (1 + int(draw.exponential(1 / rate))) * DAY
        lives[f"C-{number:04}"] = days
    return lives


def buyer_rows(lives: dict[str, list[date]], **told: Any) -> Told:
    """The tables of these buyers: every tenth objects to profiling, every seventh is under contract, every second lives in the south."""
    rows = []
    for number, (name, days) in enumerate(lives.items()):
        rows.append(
            person(
                name, region="South" if number % 2 else "North", segment="A" if number % 3 else "B", first_bought_on=days[0],
                last_bought_on=days[-1], last_bought_at=datetime.combine(days[-1], datetime.min.time()), repeats=len(days) - 1,
                recency_days=(days[-1] - days[0]).days, age_days=(TODAY - days[0]).days, is_under_contract=number % 7 == 3,
                has_objected=number % 10 == 0,
            )
        )  # fmt: skip
    bound = [row["account_id"] for row in rows if row["is_under_contract"]]
    tables: Told = {
        "fct_buyer": rows,
        "purchase_day": [{"account_id": name, "day": day} for name, days in lives.items() for day in days],
        "account_contract": [
            {"account_id": name, "counts_from": TODAY - 30 * DAY, "counts_until": date(9999, 12, 31)} for name in bound
        ],
        "customers": [{"customer_id": name, "account_id": name, "name": f"N {name}"} for name in lives],
    }
    return {**tables, **told}


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CommandCenter]:
    center = made_center(tmp_path_factory.mktemp("shop"), buyer_rows(buyers(900)))
    yield center
    center.close()


def may_be_foretold(number: int) -> bool:
    return number % 10 != 0 and number % 7 != 3


def histories(lives: dict[str, list[date]], day: date) -> tuple[Histories, dict[str, int]]:
    """The histories at the end of a day of those about whom something may be foretold, worked out from the days they bought on."""
    told, places = [], {}
    for number, (name, days) in enumerate(lives.items()):
        known = [one for one in days if one <= day]
        was_free = number % 7 != 3 or day < TODAY - 30 * DAY
        if known and number % 10 != 0 and was_free:
            places[name] = len(told)
            told.append((len(known) - 1, (known[-1] - known[0]).days, (day - known[0]).days))
    return Histories.of(*np.array(told, dtype=float).T), places


def test_the_purchases_expected_are_those_of_the_model_of_everybody_free(shop: CommandCenter) -> None:
    told, places = histories(buyers(900), TODAY)
    model = fit(told)
    assert model
    answer = shop.ask("likely_to_buy_again", ahead="60 days")
    total, error = model.total(told, 60.0)
    assert answer.total.n == answer.total.customers == len(places)
    assert answer.total.value == pytest.approx(total, rel=1e-4)
    assert answer.total.high == pytest.approx(total + 1.96 * error, rel=1e-2)
    people = shop.customers_behind("likely_to_buy_again", ahead="60 days", limit=1000)
    chances, expected = model.model.buys(told, 60.0), model.model.expected(told, 60.0)
    assert people.count == len(people.rows) == len(places)
    for row in people.rows:
        assert row["chance"] == pytest.approx(chances[places[row["customer_id"]]], abs=1e-4)
        assert row["value"] == pytest.approx(expected[places[row["customer_id"]]], abs=1e-3)
    assert [row["value"] for row in people.rows] == sorted((row["value"] for row in people.rows), reverse=True)


def test_an_earlier_forecast_is_held_against_what_came(shop: CommandCenter) -> None:
    lives = buyers(900)
    cut, last = TODAY - 61 * DAY, TODAY - DAY
    told, places = histories(lives, cut)
    before = fit(told)
    assert before
    test = shop.ask("likely_to_buy_again", ahead="60 days").rows[0].extra["backtest"]
    later = [sum(cut < day <= last for day in lives[name]) for name in places]
    assert (test["real"], test["customers"]) == (sum(later), len(places))
    assert test["expected"] == pytest.approx(before.total(told, 60.0)[0], rel=1e-3)
    assert test["holds"]
    groups = shop.ask("likely_to_buy_again", ahead="60 days").rows[0].extra["calibration"]
    assert sum(group["n"] for group in groups) == len(places)
    assert sum(group["n"] * group["observed"] for group in groups) == pytest.approx(sum(count > 0 for count in later), rel=1e-5)


def test_the_bands_hold_everybody_once_and_open_onto_their_people(shop: CommandCenter) -> None:
    answer = shop.ask("likely_to_buy_again", split_by="segment", likely=40, unsure=15)
    assert sum(row.value.n for row in answer.rows if row.by["band"] == "all") == answer.total.n
    for row in answer.rows:
        people = shop.customers_behind("likely_to_buy_again", answer.selection, mark=dict(row.by), limit=1000)
        assert (people.count, len(people.rows), people.customers) == (row.value.n, row.value.n, row.value.customers)
        assert sum(one["value"] for one in people.rows) == pytest.approx(row.value.value or 0, rel=1e-5)
        assert sum(one["chance"] for one in people.rows) == pytest.approx(row.extra["buyers"], rel=1e-5)
        if row.by["band"] != "all":
            assert all(one["band"] == row.by["band"] for one in people.rows)
    of_bands = [row.value.value for row in answer.rows if row.by["band"] != "all"]
    assert sum(value or 0 for value in of_bands) == pytest.approx(answer.total.value, rel=1e-5)


def test_what_is_foretold_of_a_customer_does_not_depend_on_who_else_is_selected(shop: CommandCenter) -> None:
    everybody = {row["customer_id"]: row for row in shop.customers_behind("likely_to_buy_again").rows}
    south = shop.customers_behind("likely_to_buy_again", where={"region": "South"}).rows
    assert south
    for row in south:
        assert row == everybody[row["customer_id"]]


def test_who_objects_to_profiling_is_left_out_and_counted(shop: CommandCenter) -> None:
    answer = shop.ask("likely_to_buy_again")
    left_out = sum(1 for number in range(900) if number % 10 == 0 and number % 7 != 3)
    assert f"{left_out} customers object to profiling and are left out." in answer.notices
    listed = {row["customer_id"] for row in shop.customers_behind("likely_to_buy_again").rows}
    assert not {f"C-{number:04}" for number in range(0, 900, 10)} & listed


def test_a_policy_limits_whom_the_model_learns_from_and_whom_it_tells_of(shop: CommandCenter) -> None:
    limited = shop.under(Policy(regions=frozenset({"North"})))
    assert limited.ask("likely_to_buy_again").total.n == 0  # these customers have no region on record
    assert "too few" in limited.ask("likely_to_buy_again").caption


@pytest.mark.parametrize("ahead", ["6 days", "90 hours", "366 days", "0d"])
def test_an_ahead_that_cannot_be_is_refused(shop: CommandCenter, ahead: str) -> None:
    for metric in ("likely_to_buy_again", "likely_to_leave"):
        with pytest.raises(QuestionError, match="ahead takes whole days, from 7 to 365"):
            shop.ask(metric, ahead=ahead)


def test_bands_that_overlap_and_bands_that_are_none_are_refused(shop: CommandCenter) -> None:
    with pytest.raises(QuestionError, match="unsure has to lie below likely"):
        shop.ask("likely_to_buy_again", likely=20, unsure=20)
    with pytest.raises(UnknownName, match='"surely" is not a band'):
        shop.customers_behind("likely_to_buy_again", mark={"band": "surely"})


@pytest.mark.parametrize("count", [0, 1, 12])
def test_too_few_purchases_say_so_and_give_no_number(tmp_path: Path, count: int) -> None:
    center = made_center(tmp_path, buyer_rows(buyers(count)))
    answer = center.ask("likely_to_buy_again")
    assert answer.total.value is None
    assert "too few to say who will buy again" in answer.caption
    people = center.customers_behind("likely_to_buy_again")
    assert people.count == len(people.rows) == answer.total.n
    assert all(row["value"] is None for row in people.rows)
    in_a_band = center.customers_behind("likely_to_buy_again", mark={"band": "likely"})
    assert (in_a_band.count, len(in_a_band.rows)) == (0, 0)


# ── contracts ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def chance_to_end(row: dict[str, Any]) -> float:
    """The rule of these people: a broken promise makes leaving four times as likely, a recommendation halves it."""
    return 0.03 * (4 if row["broken_promises"] else 1) * (0.5 if row["nps_points"] == 100 else 1)


def contract_rows(count: int, seed: int = 2) -> Told:
    """Accounts looked at on each month's start; within the 90 days after it some end their contract. Every tenth objects."""
    draw = np.random.default_rng(seed)
    days = [date(2024 + number // 12, number % 12 + 1, 1) for number in range(10, 34)] + [TODAY]
    rows = []
    for number in range(count):
        for day in days:
            row = person(
                f"C-{number:04}", region="South" if number % 2 else "North", day=day, is_now=day == TODAY, contracts=1,
                looked_at=datetime.combine(day, datetime.min.time()), value_a_year=float(draw.integers(100, 900)),
                tenure_days=800, has_returned=False, requests=int(draw.integers(0, 3)), complaints=0,
                broken_promises=int(draw.random() < 0.2), contacts=int(draw.integers(0, 5)), orders=0, open_requests=0,
                nps_points=[None, None, 100.0, 0.0][int(draw.integers(0, 4))], known_days=(TODAY - day).days - GRACE,
                has_objected=number % 10 == 0,
            )  # fmt: skip
            if (TODAY - day).days >= GRACE and draw.random() < chance_to_end(row):
                row["ended_after_days"] = int(draw.integers(0, 90))
            rows.append(row)
    return {
        "fct_contract_month": rows,
        "customers": [
            {"customer_id": f"C-{number:04}", "account_id": f"C-{number:04}", "name": f"N {number}"} for number in range(count)
        ],
    }


@pytest.fixture(scope="module")
def firm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CommandCenter]:
    center = made_center(tmp_path_factory.mktemp("firm"), contract_rows(700))
    yield center
    center.close()


def test_the_rule_by_which_invented_people_leave_is_found(firm: CommandCenter) -> None:
    now = {row["customer_id"]: row for row in contract_rows(700)["fct_contract_month"] if row["is_now"]}
    people = firm.customers_behind("likely_to_leave", limit=1000)
    answer = firm.ask("likely_to_leave")
    allowed = [name for name, row in now.items() if not row["has_objected"]]
    assert answer.total.n == people.count == len(people.rows) == len(allowed)
    truth = sum(chance_to_end(now[name]) for name in allowed)
    assert answer.total.low is not None
    assert answer.total.high is not None
    assert answer.total.low < truth < answer.total.high
    broken = [row for row in people.rows if now[row["customer_id"]]["broken_promises"]]
    others = [row for row in people.rows if not now[row["customer_id"]]["broken_promises"]]
    assert np.mean([row["value"] for row in broken]) == pytest.approx(4 * np.mean([row["value"] for row in others]), rel=0.4)
    assert all("a promise was broken in the last 90 days" in row["reasons"] for row in broken)
    assert not any("a promise was broken in the last 90 days" in row["reasons"] for row in others)
    assert all("would recommend us" not in row["reasons"] for row in people.rows)  # it speaks for staying


def test_the_forecast_of_the_newest_months_is_held_against_what_came(firm: CommandCenter) -> None:
    answer = firm.ask("likely_to_leave")
    everybody = answer.rows[0]
    known = [
        row for row in contract_rows(700)["fct_contract_month"]
        if row["known_days"] >= 90 and not row["has_objected"] and not row["is_now"]
    ]  # fmt: skip
    newest = sorted({row["day"] for row in known})[-3:]
    tested = [row for row in known if row["day"] in newest]
    test = everybody.extra["backtest"]
    assert (test["first_day"], test["last_day"], test["n"]) == (newest[0], newest[-1], len(tested))
    assert test["real"] == pytest.approx(np.mean([row.get("ended_after_days") is not None for row in tested]), rel=1e-5)
    groups = everybody.extra["calibration"]
    assert sum(group["n"] for group in groups) == len(tested)
    off = [group for group in groups if not group["interval"][0] <= group["predicted"] <= group["interval"][1]]
    assert len(off) <= 2
    assert test["holds"]
    assert test["auc"] > 0.6


def test_the_bands_of_risk_hold_everybody_once_and_open_onto_their_people(firm: CommandCenter) -> None:
    answer = firm.ask("likely_to_leave", split_by="region")
    assert {row.by["band"] for row in answer.rows} == {"all", "high", "raised", "low"}
    assert sum(row.value.n for row in answer.rows if row.by["band"] == "all") == answer.total.n
    for row in answer.rows:
        people = firm.customers_behind("likely_to_leave", answer.selection, mark=dict(row.by), limit=1000)
        assert (people.count, len(people.rows)) == (row.value.n, row.value.n)
        assert sum(one["value"] for one in people.rows) == pytest.approx(row.value.value or 0, rel=1e-5)


def test_groups_beyond_the_most_that_are_shown_are_one_and_open_onto_its_people(tmp_path: Path) -> None:
    told = contract_rows(700)
    for row in told["fct_contract_month"]:
        number = int(row["customer_id"][2:])
        row["region"] = "unknown" if number % 31 == 0 else f"R {number % 15:02}"
    center = made_center(tmp_path, told)
    answer = center.ask("likely_to_leave", split_by="region")
    groups = [row for row in answer.rows if row.by["band"] == "all"]
    assert len(groups) == 12 + 2
    assert {"unknown", "other"} <= {row.by["region"] for row in groups}
    assert sum(row.value.n for row in groups) == answer.total.n
    for row in groups:
        assert center.customers_behind("likely_to_leave", answer.selection, mark=dict(row.by)).count == row.value.n


def test_who_objects_to_profiling_is_neither_told_of_nor_learnt_from(tmp_path: Path, firm: CommandCenter) -> None:
    assert "70 customers object to profiling and are left out." in firm.ask("likely_to_leave").notices
    told = contract_rows(700)
    for row in told["fct_contract_month"]:
        if row["has_objected"]:
            row.update(broken_promises=9, ended_after_days=1)
    again = made_center(tmp_path, told)
    assert again.ask("likely_to_leave").rows[0].extra["model"] == firm.ask("likely_to_leave").rows[0].extra["model"]


def test_months_before_the_signs_were_told_are_not_learnt_from(tmp_path: Path) -> None:
    signs = {"request": date(2024, 11, 15), "contact": date(2024, 10, 1), "answer": TODAY - 100 * DAY}  # answers: only of late
    told = [{"account_id": "C-0001", "day": day, "kind": kind} for kind, day in signs.items()]
    center = made_center(tmp_path, {**contract_rows(700), "contract_sign": told})
    assert center.ask("likely_to_leave").rows[0].extra["model"]["first_day"] == date(2025, 3, 1)


@pytest.mark.parametrize("count", [0, 1, 40])
def test_too_few_contracts_that_ended_say_so_and_give_no_number(tmp_path: Path, count: int) -> None:
    center = made_center(tmp_path, contract_rows(count))
    answer = center.ask("likely_to_leave")
    assert answer.total.value is None
    assert "too few to say who is likely to leave" in answer.caption
    people = center.customers_behind("likely_to_leave")
    assert people.count == len(people.rows) == answer.total.n
    assert all(row["value"] is None for row in people.rows)
    in_a_band = center.customers_behind("likely_to_leave", mark={"band": "high"})
    assert (in_a_band.count, len(in_a_band.rows)) == (0, 0)


def test_a_model_that_stands_on_a_day_knows_nothing_of_what_came_after() -> None:
    draw = np.random.default_rng(4)
    rows = 40_000
    days = draw.integers(0, 24, rows) * 30
    features = draw.integers(0, 2, (rows, len(FEATURES))).astype(float)
    ended = (draw.random(rows) < 0.03 + 0.05 * features[:, 0]).astype(float)
    panel = Panel(features=features, accounts=draw.integers(0, 5000, rows), days=days, has_ended=ended)
    before = fitted(panel, 90, 30, on_day=500)
    not_known = days + 90 + 30 > 500
    other = Panel(
        features=np.where(not_known[:, None], 1 - features, features),
        accounts=panel.accounts,
        days=days,
        has_ended=np.where(not_known, 1 - ended, ended),
    )
    again = fitted(other, 90, 30, on_day=500)
    assert before
    assert again
    assert before.last_day == 360
    assert np.array_equal(before.chances(features), again.chances(features))
    now = fitted(panel, 90, 30)
    assert now
    assert not np.array_equal(before.chances(features), now.chances(features))
    assert before.leavers >= LEAST_TRAINED


# ── kept, and kept to ourselves ────────────────────────────────────────────────────────────────────────────────────────


def test_many_who_ask_at_once_wait_for_one_and_are_told_the_same(shop: CommandCenter) -> None:
    made: list[int] = []

    def slowly() -> int:
        made.append(threading.get_ident())
        sleep(0.05)
        return len(made)

    def asked(_: int) -> int:
        with shop.warehouse.reading(Policy.everything()) as reading:
            return reading.once(("a test",), slowly)

    with ThreadPoolExecutor(8) as threads:
        assert set(threads.map(asked, range(40))) == {1}
    assert len(made) == 1


def test_what_failed_is_told_and_tried_again(shop: CommandCenter) -> None:
    tries: list[int] = []

    def failing() -> int:
        tries.append(1)
        if len(tries) == 1:
            raise QuestionError("not yet")
        return len(tries)

    with shop.warehouse.reading(Policy.everything()) as reading:
        with pytest.raises(QuestionError, match="not yet"):
            reading.once(("another test",), failing)
        assert reading.once(("another test",), failing) == 2
        assert reading.once(("another test",), failing) == 2


def test_columns_tell_what_is_not_known_as_not_a_number(firm: CommandCenter) -> None:
    view = firm.metric("likely_to_leave").view
    with firm.warehouse.reading(Policy.everything()) as reading:
        told = reading.columns("churn_risk", view, {"region": ["South"]}, ("region",))
    points = [row["nps_points"] for row in sorted(contract_rows(700)["fct_contract_month"], key=lambda row: str(row["customer_id"]))
              if row["is_now"] and not row["has_objected"] and row["region"] == "South"]  # fmt: skip
    assert set(told["split_1"]) == {"South"}
    assert [None if np.isnan(value) else value for value in told["nps_points"]] == points


def test_a_list_says_in_words_what_is_foretold(firm: CommandCenter, shop: CommandCenter) -> None:
    leaver = firm.customers_behind("likely_to_leave", mark={"band": "high"}).rows[0]
    assert leaver["because"].startswith("it was so: ")
    assert "% likely to leave within 90 days, usual are" in leaver["because"]
    assert "; ".join(leaver["reasons"]) in leaver["because"]
    buyer = shop.customers_behind("likely_to_buy_again").rows[0]
    assert "% likely to buy within 90 days" in buyer["because"]


def test_nobody_selected_is_nobody_foretold(firm: CommandCenter, shop: CommandCenter) -> None:
    for center, metric in ((firm, "likely_to_leave"), (shop, "likely_to_buy_again")):
        answer = center.ask(metric, where={"region": "Nowhere"})
        assert (answer.total.value, answer.total.n) == (0.0, 0)
        assert center.customers_behind(metric, where={"region": "Nowhere"}).rows == ()


def test_questions_from_many_threads_give_one_answer(shop: CommandCenter) -> None:
    with ThreadPoolExecutor(6) as threads:
        answers = list(threads.map(lambda _: shop.ask("likely_to_buy_again", ahead="45 days").to_json(), range(12)))
    assert all(answer == answers[0] for answer in answers)


def test_what_is_foretold_of_people_is_marked_as_such() -> None:
    catalog = load_catalog([SHIPPED])
    marked = {metric.metric_id for metric in catalog.all() if metric.is_personal_score}
    assert marked == {"likely_to_buy_again", "likely_to_leave"}
