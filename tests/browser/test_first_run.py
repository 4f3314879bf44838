"""The first run in a real browser: nothing there, sample data and back, own files to figures; and pages while the network is slow."""

import time
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.browser.conftest import Visit, served, visits
from tests.conftest import TINY

LONG_MS = 120_000
SECONDS_OF_DELAY = 0.07  # of each request, one after the other
MOST_SHIFTED = 0.05
SHIFTS = """() => {
    window.shifted = 0;
    new PerformanceObserver((list) => list.getEntries().forEach((each) => { window.shifted += each.value; }))
        .observe({ type: "layout-shift", buffered: true });
}"""


def test_from_nothing_over_sample_data_to_figures_of_ones_own(browser: Browser, tmp_path: Path, panels: Path) -> None:
    (tmp_path / "parcels.csv").write_text("parcel,weight\nA1,2\n", encoding="utf-8")
    with served(tmp_path / "mine", panels) as address, visits(browser) as opened:
        visit = opened(address, 1280, 800)
        page = visit.go()
        expect(page).to_have_url(address + "/start")
        looks_at_sample_data(page)
        gives_files(page, [TINY / "contracts.csv", tmp_path / "parcels.csv"])
        page.get_by_role("link", name="Open the overview").click()
        visit.drawn()
        expect(page).to_have_url(address + "/")
        expect(page.locator(".is-equation h1")).to_contain_text("customer")
        expect(page.locator(".strip .tool")).to_have_count(0)
        page.goto(address + "/data-health")
        visit.drawn()
        page.get_by_role("link", name="Load more exports").click()
        expect(page.get_by_role("heading", name="Give us the files")).to_be_visible()


def looks_at_sample_data(page: Page) -> None:
    page.get_by_role("link", name="Journey", exact=True).click()
    expect(page.locator(".nothing-yet")).to_contain_text("Nothing has been loaded yet")
    page.get_by_role("link", name="Load your exports").click()
    page.get_by_role("button", name="Show sample data").click()
    page.wait_for_selector(".is-equation h1", timeout=LONG_MS)
    expect(page.locator(".strip")).to_contain_text("Sample data of an invented company")
    page.locator(".strip").get_by_role("button", name="Remove the sample").click()
    expect(page.get_by_role("button", name="Show sample data")).to_be_visible()


def gives_files(page: Page, files: list[Path]) -> None:
    """Chooses files before the script that sends them has come, as who is quick, or far away, does."""
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/first_run.js*", hold)
    with page.expect_request("**/first_run.js*"):
        page.reload(wait_until="domcontentloaded")  # what is held back is never loaded
    page.locator("input[type=file]").set_input_files(files)
    assert not page.locator("[data-sent] li").count()
    held[0].continue_()
    page.unroute("**/first_run.js*", hold)
    told = page.locator(".is-guide_files")
    expect(told.locator("progress")).to_be_visible(timeout=LONG_MS)
    expect(told).to_contain_text("is contracts in the import format", timeout=LONG_MS)
    expect(told).to_contain_text("4 refused")
    expect(told).to_contain_text("cx retry parcels.csv")
    expect(page.locator(".is-guide_adds")).to_contain_text("Your 1 file gives", timeout=LONG_MS)
    expect(page.locator("[data-sent] li")).to_have_count(0)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


@pytest.mark.parametrize("width", [1920, 390])
def test_while_the_network_is_slow_nothing_jumps_and_the_page_is_of_use(visit: Callable[..., Visit], width: int) -> None:
    slow = visit(width=width, height=900)
    page = slow.page
    page.add_init_script(f"({SHIFTS})()")
    page.route("**/_dash-update-component*", late)
    page.goto(slow.address + "/journey")
    skeleton = page.locator("#page .panel > [data-waits]")
    expect(skeleton.first).to_be_visible()
    assert all(tall > 30 for tall in skeleton.evaluate_all("all => all.map((each) => each.getBoundingClientRect().height)"))
    expect(page.get_by_role("link", name="Service", exact=True)).to_be_visible()
    slow.drawn()
    assert page.evaluate("window.shifted") < MOST_SHIFTED
    page.get_by_role("link", name="Service", exact=True).click()
    expect(page.locator(".page[data-path='/service']")).to_be_attached()
    page.get_by_role("link", name="Glossary", exact=True).click()  # before the page that is left has been drawn
    slow.drawn()
    expect(page.get_by_role("heading", name="Glossary").first).to_be_visible()


def late(route: Route) -> None:
    time.sleep(SECONDS_OF_DELAY)
    route.continue_()
