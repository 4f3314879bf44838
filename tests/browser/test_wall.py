"""The wall: read from three metres, it turns by itself, says when it cannot know, and comes back by itself."""

import json
import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Request, Route

from queries.load import load
from queries.rollback import rollback
from queries.workspace import Workspace
from tests.browser.conftest import Visit, served, visits
from tests.browser.test_live import new_customer

pytestmark = pytest.mark.browser
SIZES = ((1920, 1080), (3840, 2160))
PAGES = "overview,journey,service,staying,voice,respect"
LOOKED_AT = (Path(__file__).parent / "wall_looked_at.js").read_text()


def wall(visit: Visit, pages: str = "overview", dwell: int = 600, more: str = "") -> Page:
    """Opens a wall and waits until its first screen is there; its clock can be put forward."""
    visit.page.clock.install()
    visit.page.goto(f"{visit.address}/?wall=1&pages={pages}&dwell={dwell}{more}")
    visit.page.wait_for_selector(".place:not([hidden]) h2")
    return visit.page


def headline(page: Page) -> str:
    return page.inner_text("h2.headline")


def turn_to(page: Page, title: str) -> None:
    """Turns until a page is shown: one whose figures are not there yet is passed over."""
    for _ in range(100):
        page.keyboard.press("ArrowRight")
        if page.inner_text("h1") == title:
            return
        page.wait_for_timeout(100)
    raise AssertionError(f"the wall never shows {title}")


def screens(page: Page) -> Iterator[int]:
    """Turns from screen to screen until the first is there again."""
    for number in range(page.locator("#places li").count()):
        page.wait_for_selector(".place:not([hidden]) h2")
        yield number
        page.keyboard.press("ArrowRight")


@pytest.mark.parametrize("size", SIZES)
def test_a_wall_is_read_from_three_metres(visit: Callable[..., Visit], size: tuple[int, int]) -> None:
    opened = visit(width=size[0], height=size[1])
    page = wall(opened, PAGES)
    for number in screens(page):
        seen = page.evaluate(LOOKED_AT)
        assert seen == {"failed": 0, "small": [], "cut": [], "scrolls": [0, 0], "panels": 3, "links": 0}, f"screen {number}"


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_a_wall_has_the_theme_of_its_address(visit: Callable[..., Visit], theme: str) -> None:
    page = wall(visit(theme="light" if theme == "dark" else "dark"), more=f"&theme={theme}")
    assert page.get_attribute("html", "data-bs-theme") == theme


def test_a_wall_tells_its_page_its_period_and_how_old_its_data_are(visit: Callable[..., Visit]) -> None:
    page = wall(visit())
    assert page.inner_text("h1") == "Command center"
    assert "October 2026" in page.inner_text("#range")
    assert "data as of" in page.inner_text("#as-of")
    assert page.inner_text("#as-of").endswith(" ago")
    second = page.inner_text("#clock")
    page.wait_for_timeout(2100)
    assert page.inner_text("#clock") != second


def test_a_wall_turns_its_pages_by_itself_and_the_space_key_holds_it(visit: Callable[..., Visit]) -> None:
    page = wall(visit(), "overview,staying", dwell=5)
    turn_to(page, "Staying")
    page.keyboard.press(" ")
    assert "Paused" in page.inner_text("#next")
    page.clock.fast_forward(7000)
    page.wait_for_timeout(1100)
    assert page.inner_text("h1") == "Staying"
    page.keyboard.press(" ")
    page.clock.fast_forward(6000)
    page.wait_for_selector('h1:has-text("Command center")')


def test_a_wall_with_a_page_that_there_is_not_shows_the_others_and_says_so(visit: Callable[..., Visit]) -> None:
    page = wall(visit(), "staying,nowhere")
    assert page.inner_text("h1") == "Staying"
    assert "nowhere" in page.inner_text("#told")


def test_a_wall_shows_the_next_snapshot_and_one_that_was_rolled_back(
    browser: Browser, own_workspace: Path, panels: Path, tmp_path: Path
) -> None:
    with served(own_workspace, panels) as address, visits(browser) as opened:
        page = wall(opened(address))
        page.evaluate("window.stays = true")
        workspace = Workspace.at(own_workspace)
        before = page.inner_text('[data-key="gained"] b')
        load(workspace, [new_customer(tmp_path)])
        page.wait_for_selector(f'[data-key="gained"] b:has-text("{int(before) + 1}")')
        rollback(workspace, "", datetime.now(UTC).replace(tzinfo=None))
        page.wait_for_selector(f'[data-key="gained"] b:text-is("{before}")')
        assert page.evaluate("window.stays")
        assert page.locator("#band").is_hidden()


def test_a_wall_outlives_its_server(browser: Browser, tiny_workspace: Path, panels: Path) -> None:
    with visits(browser) as opened:
        with served(tiny_workspace, panels) as address:
            visit = opened(address)
            page = wall(visit, "overview,staying", dwell=40)
            shown = headline(page)
            turn_to(page, "Staying")
        page.clock.fast_forward(20_000)
        page.wait_for_selector("#band:not([hidden])")
        assert "STALE" in page.inner_text("#band")
        page.clock.fast_forward(21_000)
        page.wait_for_selector('h1:has-text("Command center")')
        assert headline(page) == shown
        assert page.evaluate(LOOKED_AT)["cut"] == []
        with served(tiny_workspace, panels, port=int(address.rsplit(":", 1)[-1])):
            page.wait_for_selector("#band", state="hidden")
            assert page.locator(".place:not([hidden]) h2").count() == 3
            page.goto("about:blank")
        visit.complaints.clear()  # requests that the server did not answer


def test_a_wall_outlives_a_cut_network(visit: Callable[..., Visit]) -> None:
    opened = visit()
    page = wall(opened)
    shown, second = headline(page), page.inner_text("#clock")
    page.context.set_offline(True)
    page.clock.fast_forward(20_000)
    page.wait_for_selector("#band:not([hidden])")
    assert headline(page) == shown
    assert page.inner_text("#clock") != second
    page.context.set_offline(False)
    page.wait_for_selector("#band", state="hidden")
    opened.complaints.clear()  # requests into the cut


def test_a_wall_whose_login_has_ended_says_so_and_keeps_its_figures(visit: Callable[..., Visit]) -> None:
    opened = visit()
    page = wall(opened)
    shown = headline(page)
    page.route("**/api/wall*", lambda route: route.fulfill(status=401, body="Log in first."))
    page.clock.fast_forward(20_000)
    page.wait_for_selector('#band:not([hidden]):has-text("The login has ended since")')
    assert headline(page) == shown
    page.unroute_all(behavior="wait")  # somebody logged in again
    page.wait_for_selector("#band", state="hidden")
    opened.complaints[:] = [one for one in opened.complaints if "401" not in one]


def unconditional(request: Request) -> dict[str, str]:
    """The headers of a request without what would let the server say: nothing is new."""
    return {name: value for name, value in request.headers.items() if name != "if-none-match"}


def changed(route: Route, change: Callable[[dict[str, Any]], None]) -> None:
    answer = route.fetch(headers=unconditional(route.request))
    told = answer.json()
    change(told)
    route.fulfill(response=answer, body=json.dumps(told), headers={"Content-Type": "application/json"})


def test_a_panel_that_fails_keeps_what_it_showed_and_the_others_go_on(visit: Callable[..., Visit]) -> None:
    page = wall(visit())
    shown = headline(page)

    def fail(told: dict[str, Any]) -> None:
        told["panels"][0] |= {"html": "", "failure": "0badcafe"}
        told["mark"] = ""

    page.route("**/api/wall*", lambda route: changed(route, fail))
    page.wait_for_selector(".kept:not([hidden])")
    assert headline(page) == shown
    assert "0badcafe" in page.inner_text(".kept:not([hidden])")
    assert page.locator(".place:not([hidden]) h2").count() == 3
    page.unroute_all(behavior="wait")
    page.wait_for_selector(".kept", state="hidden")


def test_a_wall_takes_itself_anew_when_another_program_answers(visit: Callable[..., Visit]) -> None:
    page = wall(visit(), "overview,staying")
    turn_to(page, "Staying")
    page.evaluate("document.documentElement.dataset.program = 'an older one'")
    page.evaluate("window.stays = true")
    page.route("**/api/wall*", lambda route: route.continue_(headers=unconditional(route.request)))
    page.wait_for_selector("html:not([data-program='an older one'])")
    page.wait_for_selector('h1:has-text("Staying")')
    assert page.evaluate("window.stays") is None


def test_a_wall_whose_figures_cannot_be_read_says_so_and_mends(browser: Browser, own_workspace: Path, panels: Path) -> None:
    with served(own_workspace, panels) as address, visits(browser) as opened:
        visit = opened(address)
        page = wall(visit)
        pointer = Workspace.at(own_workspace).current
        shutil.move(pointer, aside := own_workspace / "aside")
        page.wait_for_selector("#band:not([hidden])")
        assert headline(page)
        shutil.move(aside, pointer)
        page.wait_for_selector("#band", state="hidden")
        visit.complaints.clear()  # answers that there are no figures
