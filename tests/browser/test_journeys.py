"""What a person does on the pages of the journey, of staying and of customers: choose, open, come back."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import Visit

pytestmark = pytest.mark.browser
Visits = Callable[..., Visit]
FUNNEL = '[data-panel="how-far-did-they-get"]'
LONG = "/journey?period=2026"


def drawer(page: Page) -> str:
    page.wait_for_selector("#drawer-place:not([hidden]) h2")
    return page.inner_text("#drawer-place h2")


def first_number(text: str) -> int:
    found = re.search(r"[\d,]+", text)
    assert found is not None
    return int(found[0].replace(",", ""))


def choose(page: Page, menu: str, words: str) -> None:
    page.locator(f'.menus details[data-key="{menu}"] summary').click()
    page.locator(f'.menus details[data-key="{menu}"] .choices a', has_text=words).first.click()
    page.wait_for_selector(f'.menus details[data-key="{menu}"] summary:has-text("{words}")')


def test_a_choice_is_a_link_that_survives_reload_and_back(visit: Visits) -> None:
    opened = visit()
    page = opened.go(LONG)
    choose(page, "mode", "took each stage after the one before")
    assert "mode=ordered" in page.url
    page.reload()
    opened.drawn()
    assert "after the one before" in page.inner_text('.menus details[data-key="mode"] summary')
    choose(page, "mode", "reached a stage or beyond")
    assert "mode=" not in page.url
    page.go_back()
    page.wait_for_selector('.menus details[data-key="mode"] summary:has-text("after the one before")')


def test_who_turned_away_opens_from_the_gap_and_is_as_many(visit: Visits) -> None:
    page = visit().go(LONG)
    away = page.locator(f"{FUNNEL} .away a").first
    count = first_number(away.inner_text())
    away.focus()
    page.keyboard.press("Enter")
    assert drawer(page).startswith(f"{count:,} ")
    assert page.locator("#drawer-place tbody tr").count() == min(count, 50)
    page.locator("#drawer-place tbody a").first.click()
    page.wait_for_selector(".story")
    page.go_back()
    assert drawer(page).startswith(f"{count:,} ")


def test_the_reports_take_turns_in_one_place(visit: Visits) -> None:
    page = visit().go(LONG)
    page.locator(".side-by-side a", has_text="Here now").click()
    page.wait_for_selector(f"{FUNNEL} h2:has-text('Who is where?')")
    here = page.locator(f"{FUNNEL} .leg a[data-key=bar]").first
    count = first_number((here.get_attribute("aria-label") or "").rsplit(":", 1)[-1])
    here.focus()
    page.keyboard.press("Enter")
    assert drawer(page).startswith(f"{count:,} ")
    page.keyboard.press("Escape")
    page.locator(".side-by-side a", has_text="Moved").click()
    page.wait_for_selector(f"{FUNNEL} table.flow")
    assert page.locator('.side-by-side a[aria-current="true"]').inner_text() == "Moved"


def test_a_step_looked_at_closer_is_the_one_the_other_panels_tell_of(visit: Visits) -> None:
    page = visit().go(LONG)
    page.locator(f"{FUNNEL} a.closer").nth(1).click()
    page.wait_for_selector(f'{FUNNEL} [data-key] .closer[aria-current="true"]')
    assert "step=" in page.url
    assert page.locator(f'{FUNNEL} .closer[aria-current="true"]').count() == 1


def test_a_table_takes_the_place_of_the_drawing_and_a_file_holds_it(visit: Visits) -> None:
    page = visit().go(LONG)
    page.locator(f"{FUNNEL} .panel-menu summary").click()
    page.locator(f"{FUNNEL} [data-does=table]").click()
    assert page.locator(f"{FUNNEL} .as-table tbody tr").count() >= 3
    assert not page.locator(f"{FUNNEL} figure.funnel").is_visible()
    page.locator(f"{FUNNEL} .panel-menu summary").click()
    with page.expect_download() as downloading:
        page.locator(f"{FUNNEL} .panel-menu a[download]", has_text="CSV").click()
    assert "reached" in downloading.value.path().read_text()


def test_the_keyboard_opens_a_menu_and_escape_gives_the_focus_back(visit: Visits) -> None:
    page = visit().go("/staying")
    menu = page.locator('.menus details[data-key="interval"] summary')
    menu.focus()
    page.keyboard.press("Enter")
    assert page.locator('.menus details[data-key="interval"] .choices').is_visible()
    page.keyboard.press("Escape")
    assert not page.locator('.menus details[data-key="interval"] .choices').is_visible()
    assert page.evaluate("document.activeElement.closest('details').dataset.key") == "interval"


def test_cohorts_by_quarter_open_their_customers(visit: Visits) -> None:
    page = visit().go("/staying")
    choose(page, "interval", "quarter")
    page.wait_for_selector('.cohorts g[data-key*="-Q"]')
    cell = page.locator('.cohorts g[data-key*="-Q"] a').first
    of = (cell.get_attribute("aria-label") or "").split(" of ")[-1].split(",")[0]
    cell.focus()
    page.keyboard.press("Enter")
    assert drawer(page).startswith(f"{of} customer")


def test_a_column_opens_those_who_came_in_its_month(visit: Visits) -> None:
    page = visit().go("/staying")
    part = page.locator('[data-panel="who-comes-and-who-goes"] a[data-key="gained"]').last
    count = first_number((part.get_attribute("aria-label") or "").split(": ")[-1])
    part.focus()
    page.keyboard.press("Enter")
    assert first_number(drawer(page)) == count


def test_segments_by_another_rule_are_another_table(visit: Visits) -> None:
    page = visit().go("/customers")
    choose(page, "segmentation", "value group")
    page.wait_for_selector('[data-panel="segments-and-moves"] th:has-text("value group")')
    number = page.locator('[data-panel="segments-and-moves"] tbody td b a').first
    count = number.inner_text()
    number.click()
    assert drawer(page).startswith(f"{count} customer")
    page.locator("#drawer-place summary", has_text="Keep these people").click()
    page.locator("#drawer-place summary", has_text="Or type").click()
    assert "cx save NAME customer_equation" in page.inner_text("#drawer-place")
