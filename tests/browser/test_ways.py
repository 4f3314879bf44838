"""Ways to get about: the keyboard alone, the palette, saved views, and people kept from a mark."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.conftest import Visit, served, visits

pytestmark = pytest.mark.browser
Visits = Callable[..., Visit]
FOCUS = "document.activeElement"


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def tab_to(page: Page, selector: str, most: int) -> int:
    """Presses Tab until the focus is on this, at most so often; returns how often."""
    for times in range(1, most + 1):
        page.keyboard.press("Tab")
        if page.evaluate(f"(wanted) => {FOCUS}.matches(wanted)", selector):
            return times
    raise AssertionError(f"{selector} is not reached in {most} steps")


def find(page: Page, words: str) -> None:
    """Opens the palette, types, waits until the first is found by these words, and goes there."""
    page.keyboard.press("Control+k")
    page.wait_for_selector("#ways-found [role=option]")
    page.keyboard.type(words)
    page.wait_for_function(
        "words => (document.querySelector('#ways-found [aria-selected=true] b') || {}).textContent?.toLowerCase().includes(words)",
        arg=words.lower(),
    )
    page.keyboard.press("Enter")
    page.wait_for_selector("dialog.is-palette", state="detached")


def opens(page: Page) -> str:
    """Waits for the drawer to have the focus and returns its title."""
    page.wait_for_selector("#drawer-place:not([hidden]) h2")
    page.wait_for_function(f"() => {FOCUS}.closest('#drawer-place') !== null")
    return page.inner_text("#drawer-place h2")


def test_from_the_overview_to_a_story_and_back_with_the_keyboard_alone(visit: Visits) -> None:
    page = visit().go()
    press(page, "Tab", "Enter")  # skip to the page
    assert page.evaluate(f"{FOCUS}.id") == "page"
    assert page.url.endswith("/")
    find(page, "why they left")  # to the drop
    page.wait_for_function(f"() => {FOCUS}.dataset.section === 'why-they-left'")
    tab_to(page, "a[data-open]", 3)
    press(page, "Enter")  # one: the people
    title = opens(page)
    drawer = page.url
    tab_to(page, "#drawer-place tbody a", 12)
    assert page.evaluate(f"getComputedStyle({FOCUS}).outlineStyle") == "solid"
    press(page, "Enter")  # two: a story
    page.wait_for_selector(".story")
    page.go_back()  # Alt and the left arrow: the browser's own key, which a driven browser does not have
    assert opens(page) == title
    assert page.url == drawer
    press(page, "Escape")
    page.wait_for_selector("#drawer-place", state="hidden")
    page.go_back()
    assert opens(page) == title
    press(page, "?")
    assert "Ctrl K" in page.inner_text("dialog.is-keys")
    press(page, "Escape")
    page.wait_for_selector("dialog", state="detached")
    assert page.is_visible("#drawer-place"), "Escape closes one thing at a time"


@pytest.mark.parametrize(("width", "theme"), [(1280, "light"), (390, "dark")])
def test_the_palette_finds_and_gives_the_focus_back(visit: Visits, width: int, theme: str) -> None:
    opened = visit(width=width, height=844, theme=theme)
    page = opened.go("/voice?period=2026-09")
    page.locator("button[data-ways=palette]").click()
    page.wait_for_selector("#ways-found [role=option]")
    box = page.locator("dialog.ways").bounding_box()
    assert box is not None
    assert box["x"] >= 0 <= width - box["x"] - box["width"]
    page.keyboard.type("xyzzy")
    page.wait_for_selector("#ways-found .nothing")
    assert page.locator("#ways-found [role=option]").count() == 0
    press(page, "Escape")
    page.wait_for_selector("dialog", state="detached")
    assert page.evaluate(f"{FOCUS}.dataset.ways") == "palette"
    press(page, "Control+k", "ArrowUp", "ArrowDown")
    assert page.get_attribute(".find-line input", "aria-activedescendant") == "way-0"
    assert page.evaluate("document.getElementById('way-0').getAttribute('aria-selected')") == "true"
    page.keyboard.type("lärch")
    page.wait_for_selector("#ways-found em:has-text('customer')")
    press(page, "Enter")
    page.wait_for_selector(".story")
    assert "period=2026-09" in page.url
    find(page, "compare with the year before")
    page.wait_for_url("**compare=year**")


@pytest.fixture
def own(browser: Browser, own_workspace: Path, panels: Path) -> Iterator[Visit]:
    """A page of a server whose workspace a test may write to."""
    with ExitStack() as stack:
        address = stack.enter_context(served(own_workspace, panels))
        yield stack.enter_context(visits(browser))(address, width=1280, height=800)


def test_a_view_is_saved_opens_first_and_people_are_kept_as_a_filter(own: Visit) -> None:
    page = own.go("/glossary?period=2026-09&colour=red")
    assert "does not know “colour”" in page.inner_text(".link-told")
    find(page, "save this view")
    page.wait_for_function(f"() => {FOCUS}.id === 'view-title'")
    page.keyboard.type("Monday")
    tab_to(page, "input[name=start]", 3)
    press(page, "Space", "Enter")
    page.wait_for_selector(".views .first-view")
    assert "“Monday” is saved, and opens first from now on." in page.inner_text("dialog.ways")
    press(page, "Escape")

    page.goto(own.address)  # nothing asked for: the start view
    own.drawn()
    assert page.url == f"{own.address}/glossary?period=2026-09"
    page.goto(f"{own.address}/?v=1")
    page.wait_for_selector(".overview")
    page.locator('[data-panel="why-they-left"] a.bar').first.click()
    opens(page)
    page.locator("#drawer-place .keep > summary").click()
    assert "Kept alive" in page.inner_text("#drawer-place .keep")
    page.locator("#drawer-place input[name=title]").fill("Too dear")
    press(page, "Enter")
    page.wait_for_selector("#drawer-place .keep .done")
    page.locator("#drawer-place .answer a", has_text="Narrow this page").click()
    page.wait_for_url("**where.list=too_dear**")
    page.wait_for_selector('details[data-key="segment"] summary:has-text("Too dear")')
    page.goto(f"{own.address}/v/monday")
    assert page.url == f"{own.address}/glossary?period=2026-09"
