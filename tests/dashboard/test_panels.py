"""One failing panel never blanks the page, and never tells what it should not."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from dashboard.errors import PageProblem
from dashboard.page import Page, Pages, Section
from dashboard.panels import Panels
from dashboard.view import View
from metrics.errors import TooFew
from queries.errors import QuestionError, SnapshotError
from tests.dashboard.fake_center import SECRET, FakeCenter

OVERVIEW = View.read("/", "")


def panels(**how: tuple[str, ...]) -> Panels:
    return Panels(FakeCenter(**how), Pages.found())


def test_a_failing_panel_names_an_id_and_no_detail(caplog: pytest.LogCaptureFixture) -> None:
    html = str(panels(failing=("reasons_lost",)).draw("/", "why-they-left", OVERVIEW))
    assert "This panel failed" in html
    assert SECRET not in html
    (record,) = caplog.records
    assert record.getMessage().split(":")[0].split()[-1] in html
    assert SECRET not in caplog.text


def test_the_other_panels_go_on() -> None:
    drawn = panels(failing=("reasons_lost",)).draw("/", "customers-and-value", OVERVIEW)
    assert "12,904" in str(drawn)


def test_a_second_figure_that_fails_is_told_and_one_that_does_not_exist_is_left_out() -> None:
    assert "failed" in str(panels(failing=("open_cases",)).draw("/", "the-journey-in-our-customers-words", OVERVIEW))
    strip = str(panels(missing=("open_cases",)).draw("/", "the-journey-in-our-customers-words", OVERVIEW))
    assert "customers with an open request" not in strip
    assert "answered when promised" in strip


def test_before_the_first_load_every_place_says_what_next() -> None:
    class Empty(FakeCenter):
        def settings(self) -> dict[str, str]:
            raise SnapshotError("nothing is loaded yet", instead="Run: cx load YOUR_EXPORTS")

    empty = Panels(Empty(), Pages.found())
    assert "cx load YOUR_EXPORTS" in str(empty.draw("/", "customers-and-value", OVERVIEW))
    assert "Glossary" in str(empty.draw("*", "header", OVERVIEW))


def test_a_metric_judged_now_is_asked_without_the_page_s_period() -> None:
    center = FakeCenter()
    Panels(center, Pages.found()).draw("/", "the-journey-in-our-customers-words", View.read("/", "period=2026-09"))
    asked = dict(center.selections)
    assert asked["replied_in_time"].period == "2026-09"
    assert asked["open_cases"].period is None


def test_a_period_that_cannot_be_read_is_told_in_the_panel() -> None:
    html = str(panels().draw("/", "why-they-left", View.read("/", "period=20x6")))
    assert "is not a period" in html
    assert 'href="/"' in html


@pytest.mark.parametrize(("problem", "times"), [(TooFew, 1), (QuestionError, 2)])
def test_that_something_is_of_too_few_is_found_out_once_and_what_fails_is_asked_again(
    problem: type[QuestionError], times: int
) -> None:
    asked, kept = [], []

    class Few(FakeCenter):
        def ask(self, metric: str, *_: Any, **__: Any) -> Any:
            asked.append(metric)
            raise problem("this is of fewer than 5 customers")

    def once(make: Callable[[], str]) -> str:
        return kept[0] if kept else kept.append(make()) or kept[0]

    drawn = Panels(Few(), Pages.found())
    told = [str(drawn.draw("/", "why-they-left", OVERVIEW, once)) for _ in range(2)]
    assert told[0] == told[1]
    assert "this is of fewer than 5 customers" in told[0]
    assert len(asked) == times


def test_there_is_no_such_panel() -> None:
    assert panels().draw("/", "nothing", OVERVIEW) is None
    assert panels().draw("/nowhere", "why-they-left", OVERVIEW) is None


def test_a_page_is_one_file_and_is_in_the_menu() -> None:
    page = Page(
        path="/service", title="Service", question="Do we make it right?", sections=[Section("Quick?", ["replied_in_time"])]
    )
    pages = Pages.of([("service", SimpleNamespace(page=page))])
    assert pages.at("/service") is page
    assert pages.menu == (page,)
    assert "90.6 %" in str(Panels(FakeCenter(), pages).draw("/service", "quick", View.read("/service", "")))


def test_a_section_can_be_split_and_drawn_with_another_chart() -> None:
    section = Section("Where?", ["customers_lost"], split_by="reason", chart="bars")
    page = Page(path="/lost", title="Lost", question="Why?", sections=[section])
    html = str(
        Panels(FakeCenter(), Pages.of([("lost", SimpleNamespace(page=page))])).draw("/lost", "where", View.read("/lost", ""))
    )
    assert "Moved away" in html


def test_all_problems_of_all_pages_are_told_together() -> None:
    wrong = Page(path="/a", title="A", question="?", sections=[Section("X", chart="pie"), Section("X")])
    with pytest.raises(PageProblem) as told:
        Pages.of([("a", SimpleNamespace(page=wrong)), ("b", SimpleNamespace())])
    assert 'two sections called "x"' in str(told.value)
    assert '"pie" is no file of dashboard/charts' in str(told.value)
    assert "dashboard/pages/b.py has no page" in str(told.value)
