"""What the page of improvement says of its figures: shares that are weighed say so, and what cannot be told leaves the rest alone."""

from pathlib import Path

import pytest

from dashboard import far
from dashboard.charts import aftermath
from dashboard.components import decided, needs_a_decision, what_changed
from dashboard.components.needs_a_decision import Needs
from dashboard.look import Look
from dashboard.page import Pages
from dashboard.panels import Panels
from dashboard.view import View
from metrics.answer import Answer
from metrics.needs import Finding
from tests.dashboard.fake_center import FakeCenter
from tests.metrics.factory import number
from tests.metrics.made import made_center
from tests.metrics.test_aftermath_oracle import METRIC, contracts_for_ever, customers, of_both
from tests.metrics.test_before_after_oracle import DECLARED, center_of, pattern


@pytest.fixture
def look() -> Look:
    return Panels(FakeCenter(), Pages.found()).look(View.read("/improve", ""))


def after_a_promise(folder: Path) -> Answer:
    promises, movements = of_both(customers(100, 40, was_kept=False), customers(200, 20, was_kept=True))
    held = contracts_for_ever(promises)[1:]
    center = made_center(folder, {"fct_promise": promises, "fct_customer_movement": movements, "account_contract": held})
    return center.ask(METRIC)


def test_the_counts_beside_a_weighed_share_are_said_to_be_unweighed(tmp_path: Path, look: Look) -> None:
    answer = after_a_promise(tmp_path)
    html = str(aftermath.draw({METRIC: answer}, look))
    assert html.count("unweighed") == 1
    assert "after a kept one, in the same mix" in html
    assert "not compared: 1 customer without a contract in force" in html
    assert "mark.part=without_contract" in html
    broken, kept = far.tell("aftermath", {METRIC: answer}, look).lines
    assert (broken.note, kept.note) == ("39 of 99", "20 of 200 unweighed")


def test_one_change_that_cannot_be_asked_is_a_line_and_the_others_are_drawn(tmp_path: Path, look: Look) -> None:
    promises = [*pattern("North", -60, 90, 100, 0), *pattern("North", -30, 90, 100, 100), *pattern("North", 0, 40, 100, 200)]
    promises += [*pattern("South", -30, 90, 100, 300), *pattern("South", 0, 85, 100, 400)]
    wrong = DECLARED.replace("Another installer", "A new wave").replace("region", "wave")
    center = center_of(tmp_path, promises, DECLARED + wrong)
    found = what_changed.fetch(center, look.view)
    html = str(what_changed.draw(found, look))
    assert "▼ worse than the others" in html
    assert "○ cannot be told" in html
    assert "is not a dimension of fct_promise" in html
    assert len(what_changed.table(found, look).rows) == 2


def test_a_decision_is_offered_no_figure_that_is_dated_when_its_time_is_over(tmp_path: Path, look: Look) -> None:
    names = [name for name, _title in decided.fetch(made_center(tmp_path, {}), look.view).figures]
    assert "commitments_kept" in names
    assert "second_product" not in names


def test_a_finding_of_unknown_worth_comes_after_those_whose_worth_is_known(look: Look) -> None:
    def finding(metric: str, customers: int, worth: float | None) -> Finding:
        share = number(0.66, 142, 142, 0.58, 0.73, 94, 142)
        return Finding(
            metric=metric, title=metric, owner="", unit="percent", why="worse", month="2026-09", value=share, before=share,
            target=None, p=0.0, mark={}, count=customers, customers=customers, value_a_year=worth,
        )  # fmt: skip

    found = [finding("many", 900, None), finding("few", 3, 50.0), finding("none", 9, 0.0)]
    lines = needs_a_decision.ranked(Needs(aims=(), found=found, tried=3, owed=()), look)
    assert [line["key"] for line in lines] == ["few", "none", "many"]
