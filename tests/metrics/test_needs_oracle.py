"""What needs a decision, against the rule written out again in plain Python on random months of random figures."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from math import erfc, sqrt
from pathlib import Path
from random import Random
from statistics import NormalDist
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import false_discovery_control

from metrics.answer import Answer, Row, Value
from metrics.catalog import SHIPPED, load_catalog
from metrics.deciding import Told
from metrics.errors import NoDecision, QuestionError, UnknownName
from metrics.intervals import wilson
from metrics.needs import Finding, found_in, is_looked_at, let_down, ranked
from queries.errors import DeclarationErrors
from tests.metrics.factory import answer
from tests.metrics.made import AS_OF, made_center, person

METRICS = [metric for metric in load_catalog([SHIPPED]).all() if is_looked_at(metric) and metric.unit == "percent"]
Z = NormalDist().inv_cdf(0.975)


@dataclass(frozen=True)
class Share:
    yes: int
    n: int

    @property
    def limits(self) -> tuple[float, float, float]:
        p, n = self.yes / self.n, self.n
        middle, half = (p + Z * Z / (2 * n)) / (1 + Z * Z / n), sqrt(p * (1 - p) / n + Z * Z / (4 * n * n)) * Z / (1 + Z * Z / n)
        return p, max(0.0, min(p, middle - half)), min(1.0, max(p, middle + half))


def p_of(distance: float, error_down: float, error_up: float, *, higher_is_better: bool) -> float:
    """The p value of a distance to the bad side; error_up reaches towards 0 from below."""
    if (distance >= 0) == higher_is_better or distance == 0:
        return 1.0
    error = (error_up if distance < 0 else error_down) / Z
    return erfc(abs(distance) / error / sqrt(2)) if error else 0.0


def p_of_step(now: Share, then: Share, *, higher_is_better: bool) -> float:
    (p1, l1, u1), (p2, l2, u2) = now.limits, then.limits
    down, up = sqrt((p1 - l1) ** 2 + (u2 - p2) ** 2), sqrt((u1 - p1) ** 2 + (p2 - l2) ** 2)
    return p_of(p1 - p2, down, up, higher_is_better=higher_is_better)


def p_of_aim(now: Share, aim: float, *, higher_is_better: bool) -> float:
    p, low, high = now.limits
    return p_of(p - aim, p - low, high - p, higher_is_better=higher_is_better)


def some_months(chance: Random) -> list[Share]:
    rate, step, n = chance.uniform(0.3, 1), chance.choice([0, 0, -0.15, 0.1]), chance.choice([10, 60, 400])
    rates = [min(1.0, max(0.0, rate + step * k)) for k in range(3)]
    return [Share(yes=sum(chance.random() < one for _ in range(n)), n=n) for one in rates]


def told(metric_id: str, months: list[Share]) -> Answer:
    rows = []
    for at, month in zip(("2026-07", "2026-08", "2026-09"), months, strict=True):
        low, high = wilson(month.yes, month.n) or (None, None)
        value = Value(value=month.yes / month.n, n=month.n, customers=month.n, low=low, high=high)
        rows.append(Row(at=at, value=value))
    return answer(metric_id, "percent", rows[-1].value, tuple(rows))


@settings(max_examples=60)
@given(seed=st.integers(0, 10**6))
def test_what_needs_a_decision_is_what_the_rule_says(seed: int) -> None:
    chance = Random(seed)
    looked = [(metric, some_months(chance)) for metric in METRICS]
    names, ps = [], []
    for metric, (first, before, last) in looked:
        if min(first.n, before.n, last.n) < 20:
            continue
        good = metric.better == "higher"
        if metric.target is not None:
            names.append((metric.metric_id, "off its aim"))
            ps.append(max(p_of_aim(month, metric.target, higher_is_better=good) for month in (last, before)))
        names.append((metric.metric_id, "worse"))
        ps.append(max(p_of_step(last, before, higher_is_better=good), p_of_step(before, first, higher_is_better=good)))
    clear = [name for name, p in zip(names, false_discovery_control(ps) if ps else [], strict=True) if p <= 0.05]
    wanted = dict(reversed(clear))
    found, tried = found_in([(metric, told(metric.metric_id, months)) for metric, months in looked])
    assert tried == len(ps)
    assert {one.metric: one.why for one in found} == wanted


def test_a_month_alone_needs_no_decision() -> None:
    metric = next(one for one in METRICS if one.metric_id == "replied_in_time")
    assert found_in([(metric, told("replied_in_time", [Share(95, 100), Share(95, 100), Share(60, 100)]))])[0] == []
    (found,), tried = found_in([(metric, told("replied_in_time", [Share(95, 100), Share(60, 100), Share(60, 100)]))])
    assert (found.why, found.month, found.target, tried) == ("off its aim", "2026-09", 0.9, 2)


def test_those_let_down_are_counted_with_what_they_are_worth(tmp_path: Path) -> None:
    promises = [a_promise(i, month, was_kept=i >= 40) for month in (8, 9) for i in range(100)]
    promises += [a_promise(i, 7, was_kept=True) for i in range(100)]
    movements = [
        {"account_id": f"C{i}", "customer_id": f"C{i}", "movement": "gained", "happened_at": AS_OF - timedelta(days=300),
         "customers_change": 1, "known_change": 1, "value_change": 100.0}
        for i in range(10)
    ]  # fmt: skip
    center = made_center(tmp_path, {"fct_promise": promises, "fct_customer_movement": movements})
    found, _ = center.needs_a_decision()
    (one,) = [each for each in found if each.metric == "commitments_kept"]
    assert (one.why, one.month, one.count, one.customers, one.value_a_year) == ("off its aim", "2026-09", 40, 40, 1000.0)
    people = center.customers_behind("commitments_kept", period=one.month, mark=one.mark)
    assert (people.count, {row["value"] for row in people.rows}) == (40, {0.0})


def test_whose_worth_nobody_told_is_not_worth_nothing(tmp_path: Path) -> None:
    promises = [a_promise(i, month, was_kept=i >= low) for month, low in ((7, 0), (8, 40), (9, 40)) for i in range(100)]
    movements = [
        {"account_id": f"C{i}", "customer_id": f"C{i}", "movement": "gained", "happened_at": AS_OF - timedelta(days=300),
         "customers_change": 1, "known_change": 0, "value_change": 0.0}
        for i in range(40)
    ]  # fmt: skip
    found, _ = made_center(tmp_path, {"fct_promise": promises, "fct_customer_movement": movements}).needs_a_decision()
    assert next(one for one in found if one.metric == "commitments_kept").value_a_year is None


def an_answer(number: int, month: int, *, points: int, is_hidden: str = "no") -> dict[str, Any]:
    told = {"instrument": "nps", "programme": "relational", "is_comparable": True, "counts_once": True, "is_answered": True}
    return person(
        f"C{number}", row_id=f"r{month}-{number}", nps_points=float(points), net_points=float(points), scale="0–10",
        answered_at=datetime(2026, month, 10), score=9.0, is_hidden=is_hidden, **told,
    )  # fmt: skip


def of_answers(folder: Path, *, is_hidden: str) -> Finding:
    """The finding of an NPS that fell: in the last two months 60 of 100 are detractors."""
    answers = [
        an_answer(i, month, points=-100 if i < low else 100, is_hidden=is_hidden)
        for month, low in ((7, 0), (8, 30), (9, 60))
        for i in range(100)
    ]
    movements = [
        {"account_id": f"C{i}", "customer_id": f"C{i}", "movement": "gained", "happened_at": AS_OF - timedelta(days=300),
         "customers_change": 1, "known_change": 1, "value_change": 100.0}
        for i in range(100)
    ]  # fmt: skip
    center = made_center(folder, {"fct_survey_response": answers, "fct_customer_movement": movements})
    found, _ = center.needs_a_decision()
    one = next(each for each in found if each.metric == "nps_relational")
    if one.mark:
        people = center.customers_behind("nps_relational", period=one.month, mark=one.mark)
        assert (people.count, {row["value"] for row in people.rows}) == (one.count, {-100.0})
    return one


def test_of_a_score_the_detractors_are_those_who_were_let_down(tmp_path: Path) -> None:
    one = of_answers(tmp_path, is_hidden="no")
    assert (dict(one.mark), one.count, one.customers, one.value_a_year) == ({"part": "detractors"}, 60, 60, 6000.0)


def test_of_confidential_answers_the_finding_stays_and_tells_nobody(tmp_path: Path) -> None:
    one = of_answers(tmp_path, is_hidden="yes")
    assert (dict(one.mark), one.count, one.customers, one.value_a_year) == ({}, 100, 100, None)


def test_those_of_unknown_worth_come_after_all_whose_worth_is_known() -> None:
    metric = next(one for one in METRICS if one.metric_id == "replied_in_time")
    (made,), _ = found_in([(metric, told("replied_in_time", [Share(95, 100), Share(60, 100), Share(60, 100)]))])
    told_worth = [(None, 900), (0.0, 3), (50.0, 1)]
    findings = [replace(made, value_a_year=worth, customers=customers) for worth, customers in told_worth]
    assert [one.value_a_year for one in ranked(findings)] == [50.0, 0.0, None]


@pytest.mark.parametrize("name", ["effort_overall", "fatigue"])
def test_a_score_without_a_part_that_was_let_down_has_no_worth(name: str) -> None:
    assert let_down(load_catalog([SHIPPED])[name]) == {}


def test_what_is_dated_when_its_time_is_over_is_never_told_of_a_decision(tmp_path: Path) -> None:
    center = made_center(tmp_path, {})
    offered = {metric.metric_id for metric in center.compared_metrics()}
    assert offered.isdisjoint({"second_product", "source_quality", "promoters_who_referred", "value_after_a_year", "engagement"})
    assert "commitments_kept" in offered
    with pytest.raises(NoDecision, match="who is in it just after a decision came long before it"):
        center.decide(words(what="Ask why", metric="second_product"), now=datetime(2026, 9, 1, 9))
    with pytest.raises(QuestionError, match="on the day their time is over"):
        center.before_and_after(metric="second_product")


def a_promise(number: int, month: int, *, was_kept: bool) -> dict[str, Any]:
    told = {"promise": "installation", "subject_kind": "commitment", "is_decided": True, "was_kept": was_kept}
    return person(f"C{number}", clock_id=f"K{month}-{number}", decided_at=datetime(2026, month, 10), **told)


def test_a_decision_is_kept_and_told_after_thirty_and_ninety_days(tmp_path: Path) -> None:
    kept = {5: 60, 6: 60, 7: 95, 8: 90, 9: 90}
    center = made_center(
        tmp_path, {"fct_promise": [a_promise(1000 * m + i, m, was_kept=i < kept[m]) for m in kept for i in range(100)]}
    )
    version = center.definitions
    center.decide(words(what="Call before we come", metric="commitments_kept"), now=datetime(2026, 7, 1, 9))
    center.decide(words(what="Ask why"), now=datetime(2026, 9, 1, 9))
    center.decide(words(what="Call again", metric="commitments_kept"), now=datetime(2026, 9, 20, 9))
    assert center.definitions != version
    again, second, first = center.outcomes()
    assert (second.decision.what, second.after) == ("Ask why", {})
    assert {days: found and (found.days, found.verdict) for days, found in first.after.items()} == {
        30: (30, "better"), 90: (90, "better"),
    }  # fmt: skip
    ninety = first.after[90]
    assert ninety is not None
    assert [ninety.told[part].n for part in ("before", "after")] == [200, 300]
    down, up = (Share(yes=120, n=200), Share(yes=275, n=300))
    assert ninety.moved.value == pytest.approx(up.limits[0] - down.limits[0])
    assert ninety.moved.low == pytest.approx(
        up.limits[0] - down.limits[0] - sqrt((up.limits[0] - up.limits[1]) ** 2 + (down.limits[2] - down.limits[0]) ** 2)
    )
    assert "went from 60.0 % of 200 to 91.7 % of 300" in ninety.sentence
    assert "what else was different in these days is not known" in ninety.sentence
    assert (again.after[30] is not None, again.after[90], again.known_on[90].isoformat()) == (True, None, "2026-12-19")


def words(
    *, owner: str = "Ada", what: str = "", due: str = "2026-12-01", expects: str = "", metric: str = "", token: str = ""
) -> Told:
    return Told(owner=owner, what=what, due=due, expects=expects, metric=metric, token=token)


def test_what_is_wrong_of_a_decision_is_told_of_every_field_at_once(tmp_path: Path) -> None:
    center = made_center(tmp_path, {})
    with pytest.raises(NoDecision) as caught:
        center.decide(
            words(owner=" ", due="2026-08-01", metric="customers_gained", expects="x" * 300), now=datetime(2026, 9, 1, 9)
        )
    assert caught.value.problems == {
        "owner": "Say whose it is.",
        "what": "Say what will be done.",
        "expects": "This is one line of at most 200 letters: shorten it.",
        "due": "That day is over: name one to come.",
        "metric": "This figure cannot be told before and after: name a share or a mean of a period, or none.",
    }
    for due, told in (("", "Say until when: a decision needs a day."), ("soon", "Write the day as 2026-12-15.")):
        with pytest.raises(NoDecision, match=told):
            center.decide(words(what="Ask why", due=due), now=datetime(2026, 9, 1, 9))
    with pytest.raises(UnknownName):
        center.decide(words(what="Ask why", metric="promises_keptt"))
    assert center.outcomes() == ()


def test_a_decision_sent_twice_is_written_once(tmp_path: Path) -> None:
    center = made_center(tmp_path, {})
    now = datetime(2026, 9, 1, 9)
    first = center.decide(words(what="Ask why", token="00112233445566778899aabb"), now=now)
    assert center.decide(words(what="Ask why", token="00112233445566778899aabb"), now=now) == first
    center.decide(words(what="Ask why", token="no token"), now=now)
    assert len(center.outcomes()) == 2


def test_an_aim_at_no_metric_is_a_mistake_and_so_are_four(tmp_path: Path) -> None:
    center = made_center(tmp_path, {})
    aim = '[[aims]]\nmetric = "{}"\ntarget = 0.9\nowner = "service"\nby = 2026-12-31\n'
    (tmp_path / "purpose.toml").write_text(aim.format("replied_on_time"), encoding="utf-8")
    with pytest.raises(DeclarationErrors, match='Did you mean "replied_in_time"'):
        center.check_declared()
    (tmp_path / "purpose.toml").write_text(4 * aim.format("replied_in_time"), encoding="utf-8")
    with pytest.raises(DeclarationErrors, match="it has 4 aims"):
        center.check_declared()
