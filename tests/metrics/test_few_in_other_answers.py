"""What is told beside answers keeps few, too: effects and outcomes, findings, lists, the rows of a check."""

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from metrics import CommandCenter
from metrics.errors import QuestionError
from metrics.needs import Finding
from metrics.selection import Selection
from metrics.small_groups import causes_told
from queries.policy import FEW, Policy
from tests.metrics.made import made_center
from tests.metrics.test_before_after_oracle import center_of, promise
from tests.metrics.test_lists import a_case
from tests.metrics.test_lists import center_of as center_of_cases
from tests.metrics.test_needs_oracle import a_promise, words

FEWER = Policy(least=FEW)
PROMISES = [(region, day, size) for region, size in (("North", 60), ("South", 60), ("West", 3), ("East", 4)) for day in (-10, 10)]


def promises_of(broken: int) -> list[dict[str, Any]]:
    """Sixty each in North and South before and after, a few in West and East; of North so many broken before."""
    rows = []
    for region, day, size in PROMISES:
        of_region = broken if (region, day) == ("North", -10) else 30
        rows += [promise(len(rows) + i, region, day + 0.01 * i, was_kept=i >= of_region) for i in range(size)]
    return rows


def test_an_effect_tells_no_share_of_few_and_no_region_of_few_among_the_others(tmp_path: Path) -> None:
    (tmp_path / "few").mkdir()
    for folder, broken, wanted in ((tmp_path, 30, 30.0), (tmp_path / "few", 2, 60.0)):
        center = center_of(folder, promises_of(broken))
        (plain,), (seen,) = center.before_and_after(), center.under(FEWER).before_and_after()
        assert plain.told["before"].numerator == 60.0 - broken
        assert plain.told["others_before"].n == 67
        assert not seen.problem
        assert seen.asked["others_before"].where["region"] == ("South",)
        assert seen.told["before"].numerator == wanted
        assert (seen.told["before"].low is None) == (broken == 2)
        assert not {"West", "East"} & set(str(seen.to_json()).split("'"))


def test_an_effect_on_a_group_of_few_is_not_told(tmp_path: Path) -> None:
    declared = """
[[changes]]
name = "Another installer"
on = 2026-09-09
what = "The partner was replaced."
owner = "onboarding"
metrics = ["commitments_kept"]
touched = { region = ["North", "West"] }
days = "30 days"
"""
    (told,) = center_of(tmp_path, promises_of(30), declared).under(FEWER).before_and_after()
    assert "fewer than 5 customers" in told.problem
    assert told.told == {}


def test_an_outcome_of_a_decision_tells_no_share_of_few(tmp_path: Path) -> None:
    rows = [a_promise(1000 * m + i, m, was_kept=i < kept) for m, kept in ((8, 98), (9, 60)) for i in range(100)]
    center = made_center(tmp_path, {"fct_promise": rows})
    center.decide(words(what="Call again", metric="commitments_kept"), now=datetime(2026, 9, 1, 9))
    (plain,), (seen,) = center.outcomes(), center.under(FEWER).outcomes()
    before, told = (one.after[30].told["before"] for one in (plain, seen))  # type: ignore[union-attr]
    assert (before.numerator, told.numerator, told.value, told.low) == (98.0, 100.0, 1.0, None)
    assert "98.0" not in str(seen.to_json())


def findings(center: CommandCenter) -> list[Finding]:
    return [one for one in center.needs_a_decision()[0] if one.metric == "commitments_kept"]


def test_a_finding_tells_no_share_of_few(tmp_path: Path) -> None:
    """In two months nearly nobody was served as promised: two people were, and somebody who knows them knows the rest."""
    (tmp_path / "few").mkdir()
    for folder, kept in ((tmp_path, 60), (tmp_path / "few", 2)):
        rows = [a_promise(i, month, was_kept=i < (100 if month == 7 else kept)) for month in (7, 8, 9) for i in range(100)]
        center = made_center(folder, {"fct_promise": rows})
        assert len(findings(center)) == 1
        assert len(findings(center.under(FEWER))) == (kept == 60)


def test_findings_are_narrowed_no_further_than_answers(tmp_path: Path) -> None:
    rows = [a_promise(i, month, was_kept=i < 60) for month in (7, 8, 9) for i in range(100)]
    viewer = made_center(tmp_path, {"fct_promise": rows}).under(FEWER)
    with pytest.raises(QuestionError, match="3 filters at once"):
        viewer.needs_a_decision({"region": ["North"], "segment": ["Homes"], "channel": ["email"]})
    with pytest.raises(QuestionError, match="list"):
        viewer.needs_a_decision({"list": ["kept"]})


def test_two_lists_that_differ_by_one_customer_tell_nothing_of_them(tmp_path: Path) -> None:
    cases = [a_case(i, f"C{i}", channel="phone" if i else "web", region="North" if i % 2 else "South") for i in range(20)]
    center = center_of_cases(tmp_path, cases)
    center.save_list("everybody", "cases_opened", Selection.of(period="all"))
    center.save_list("without_one", "cases_opened", Selection.of(period="all", where={"channel": "phone"}))
    viewer = center.under(FEWER)
    for ask in (
        lambda name: viewer.ask("cases_opened", period="all", where={"list": name}),
        lambda name: viewer.customers_behind("cases_opened", period="all", where={"list": name}),
    ):
        for name in ("everybody", "without_one"):
            assert center.ask("cases_opened", period="all", where={"list": name}).total.value == (
                20 if name == "everybody" else 19
            )
            with pytest.raises(QuestionError, match="two lists may differ by one"):
                ask(name)
    assert {row["customers"] for row in center.lists()} == {19, 20}
    assert {row["customers"] for row in viewer.lists()} == {20}


def test_months_of_few_changed_rows_are_not_told_and_causes_are_in_steps() -> None:
    causes = {"2026-07": {"late rows": 3, "merges": 1}, "2026-08": {"late rows": 7, "merges": 2}}
    assert causes_told(causes, FEW) == {"2026-08": {"late rows": 5, "merges": 0}}
    assert causes_told(causes, 1) == causes
