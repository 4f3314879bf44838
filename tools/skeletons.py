"""`python -m tools.skeletons ADDRESS` measures every panel of a running command center and writes dashboard/skeletons.json."""

import json
import shutil
import sys
from collections.abc import Mapping

from playwright.sync_api import Page as Tab
from playwright.sync_api import sync_playwright

from dashboard.page import Pages
from dashboard.skeletons import MEASURED, WIDTHS

HEIGHT = 1080
ONE_SCREEN = ("/", ("wide", "laptop"))  # its panels are as tall as the screen leaves them room for
MEASURE = """() => Object.fromEntries([...document.querySelectorAll('#page section[data-section] > .drawn')].map(
    (each) => [each.parentElement.getAttribute('data-section'), Math.round(each.getBoundingClientRect().height)]))"""


def main(address: str) -> None:
    """Opens every page at every width and keeps how tall its panels are, without those that are led to by a customer's name."""
    measured: dict[str, dict[str, dict[str, int]]] = {}
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"])
        for page in Pages.found().pages:
            if "<" in page.path:
                continue
            for name, width in WIDTHS.items():
                tab = browser.new_page(viewport={"width": width, "height": HEIGHT}, reduced_motion="reduce")
                for panel, tall in _heights(tab, address.rstrip("/") + page.path).items():
                    if (page.path, name) not in [(ONE_SCREEN[0], each) for each in ONE_SCREEN[1]]:
                        measured.setdefault(page.path, {}).setdefault(panel, {})[name] = tall
                tab.close()
        browser.close()
    MEASURED.write_text(json.dumps(measured, indent=1, sort_keys=True) + "\n", encoding="utf-8")


def _heights(tab: Tab, address: str) -> Mapping[str, int]:
    tab.goto(address)
    tab.wait_for_selector("#page .drawn:not([data-waits])", timeout=120_000)
    tab.wait_for_selector("[data-waits]", state="detached", timeout=120_000)
    heights: Mapping[str, int] = tab.evaluate(MEASURE)
    return heights


if __name__ == "__main__":
    main(sys.argv[1])
