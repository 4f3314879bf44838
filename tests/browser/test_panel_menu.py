"""What a person does with a panel's menu and in the drawer: by the keyboard, a picture for a slide, five stories for a meeting."""

import re
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import Visit

pytestmark = pytest.mark.browser
Visits = Callable[..., Visit]
LEFT = '[data-panel="why-they-left"]'
PNG = b"\x89PNG\r\n\x1a\n"
SHAPES = {"svg", "g", "title", "desc", "rect", "line", "circle", "path", "polyline", "polygon", "text", "clipPath"}


def focused(page: Page) -> str:
    return str(page.evaluate("document.activeElement.textContent")).strip()


def picture(page: Page, panel: str, kind: str) -> Path:
    page.locator(f"{panel} .panel-menu summary").click()
    with page.expect_download() as started:
        page.locator(f'{panel} [data-does="{kind}"]').click()
    assert started.value.suggested_filename.endswith(f".{kind}")
    return Path(started.value.path())


def test_the_menu_of_a_panel_is_used_by_the_keyboard_alone(visit: Visits) -> None:
    page = visit().go("/?period=2026")
    page.locator(f"{LEFT} .panel-menu summary").focus()
    page.keyboard.press("ArrowDown")
    assert focused(page).startswith("Show as a table")
    page.keyboard.press("Enter")
    page.wait_for_selector(f"{LEFT} .as-table[open] tbody tr")
    assert page.evaluate("document.activeElement.nodeName") == "SUMMARY"
    assert not page.locator(f"{LEFT} .bars").is_visible()
    page.keyboard.press("ArrowUp")
    assert focused(page) == "How is this worked out?"
    page.keyboard.press("Enter")
    page.wait_for_selector("#drawer-place .how dl")
    page.keyboard.press("Escape")
    page.wait_for_selector("#drawer-place", state="hidden")
    assert page.evaluate("document.activeElement.matches('.panel-menu summary')")
    page.keyboard.press("Enter")
    page.keyboard.press("Escape")
    assert page.locator(".panel-menu[open]").count() == 0
    size = page.locator(f"{LEFT} .panel-menu summary").bounding_box()
    assert size
    assert min(size["width"], size["height"]) >= 24


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_picture_needs_nothing_and_says_of_what_it_is(visit: Visits, theme: str) -> None:
    page = visit(theme=theme).go("/?period=2026")
    written = picture(page, LEFT, "svg").read_text(encoding="utf-8")
    drawing = ElementTree.fromstring(written)
    assert {each.tag.rpartition("}")[2] for each in drawing.iter()} <= SHAPES
    assert not re.search(r"href|url\((?!#cut)|var\(|@import|<style", written)
    told = " ".join("".join(each.itertext()) for each in drawing.iter() if each.tag.endswith("text"))
    for words in ("Why they left", "What made you go?", "Fernhill Energy", "2026", "data as of", "snapshot 20"):
        assert words in told
    page.locator(".panel-menu[open]").wait_for(state="detached")
    assert picture(page, '[data-panel="customers-and-value"]', "png").read_bytes().startswith(PNG)


def test_five_stories_are_a_link_that_another_reader_opens(visit: Visits) -> None:
    page = visit().go("/?open=customer_equation&mark.part=closing")
    page.wait_for_selector("#drawer-place:not([hidden]) h2")
    page.get_by_role("link", name="Read five").click()
    page.wait_for_selector(".told-story")
    stories = page.locator(".told-story .note a")
    first = [link.get_attribute("href") for link in stories.all()]
    assert len(first) == 5
    page.get_by_role("link", name="Another five").click()
    page.wait_for_url("**draw=2**")
    page.wait_for_function("href => document.querySelector('.told-story .note a').getAttribute('href') !== href", arg=first[0])
    page.go_back()
    page.wait_for_function("href => document.querySelector('.told-story .note a').getAttribute('href') === href", arg=first[0])
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert page.evaluate("document.getElementById('drawer-place').scrollWidth") <= 390
