"""In German on a telephone: nothing is wider than the screen or cut off, and every step stays German."""

from collections.abc import Callable

import pytest

from tests.browser.conftest import Visit
from tests.browser.test_pages import CUT_OFF, OVERLAPS, SIZES

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("path", ["/", "/service"])
def test_a_page_fits_a_telephone_in_german(visit: Callable[..., Visit], path: str) -> None:
    page = visit(width=390, height=844).go(f"{path}?lang=de")
    assert page.locator("html").get_attribute("lang") == "de"
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert page.evaluate(CUT_OFF) == []
    assert page.evaluate(OVERLAPS) == []


@pytest.mark.parametrize("size", SIZES[:2])
def test_the_overview_is_one_screen_in_german(visit: Callable[..., Visit], size: tuple[int, int]) -> None:
    page = visit(width=size[0], height=size[1]).go("/?lang=de")
    assert page.evaluate("document.documentElement.scrollHeight") == size[1]
    assert page.locator(".fresh .missed").first.is_visible()


def test_a_number_opens_its_customers_in_german_and_english_is_one_link_away(visit: Callable[..., Visit]) -> None:
    opened = visit(width=390, height=844)
    page = opened.go("/customers?lang=de&open=customers_gained&period=all")
    page.wait_for_selector("#drawer-place:not([hidden]) h2")
    assert "gewonnene Kunden" in page.locator("#drawer-place h2").inner_text()
    assert "zum ersten Mal" in page.locator("#drawer-place").inner_text()
    page.goto(opened.address + "/customers?lang=de")
    opened.drawn()
    page.locator("a.language").first.click()
    page.wait_for_selector("html[lang=en]")
