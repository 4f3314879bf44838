"""Photographs every page in both themes and three sizes, from a server of its own on a free port.

What README shows goes to docs/images, every other picture to .cache/screenshots: to be looked at, not to be kept.
"""

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal, get_args
from urllib.error import URLError
from urllib.request import urlopen

from playwright.sync_api import Browser, Page, sync_playwright

from dashboard.page import Pages

Theme = Literal["light", "dark"]

ROOT = Path(__file__).resolve().parent.parent
IMAGES = ROOT / "docs" / "images"
LOOKED_AT = ROOT / ".cache" / "screenshots"
SIZES = {"": (1920, 1080), "-laptop": (1280, 800), "-phone": (390, 844)}
SHOWN = {
    *("overview-light", "overview-dark", "journey-light", "voice-light", "service-light", "respect-light", "improve-light"),
    *("wall-dark", "overview-light-phone"),
}
WALL = "?wall=1&pages=overview&theme="
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]


@contextmanager
def served(workspace: Path) -> Iterator[str]:
    """A server of that workspace's pages; its address."""
    port = _free_port()
    words = ["serve", "--workspace", str(workspace), "--port", str(port), "--workers", "1"]
    server = subprocess.Popen([sys.executable, "-m", "dashboard.cli", *words], cwd=ROOT, start_new_session=True)
    address = f"http://127.0.0.1:{port}/"
    try:
        _wait_for(address)
        yield address
    finally:
        os.killpg(server.pid, 15)
        server.wait(timeout=20)


def photograph(browser: Browser, address: str, theme: Theme, size: str) -> None:
    """Each page once, taken when every panel is drawn and the page has stopped asking for things."""
    width, height = SIZES[size]
    context = browser.new_context(viewport={"width": width, "height": height}, color_scheme=theme)
    page = context.new_page()
    for each in Pages.found().menu:
        page.goto(address + each.path.strip("/"), wait_until="load")
        page.wait_for_selector("#page .drawn:not([data-waits])")
        page.wait_for_selector("[data-waits]", state="detached")
        keep(page, each.path.strip("/") or "overview", theme, size)
    if size == "":
        page.goto(f"{address}{WALL}{theme}", wait_until="load")
        page.wait_for_selector(".place:not([hidden]) h2")
        keep(page, "wall", theme, size)
    context.close()


def keep(page: Page, name: str, theme: Theme, size: str) -> None:
    """One picture: where README shows it from, or to be looked at, there the whole length of a phone's page."""
    page.wait_for_timeout(1000)
    picture = f"{name}-{theme}{size}"
    is_shown = picture in SHOWN
    page.screenshot(path=(IMAGES if is_shown else LOOKED_AT) / f"{picture}.png", full_page=size == "-phone" and not is_shown)


def main(workspace: Path) -> None:
    """Write every picture. Needs Chromium, as the browser tests do."""
    for folder in (IMAGES, LOOKED_AT):
        folder.mkdir(parents=True, exist_ok=True)
    program = next(path for path in map(shutil.which, BROWSERS) if path)
    with served(workspace) as address, sync_playwright() as play:
        browser = play.chromium.launch(executable_path=program, args=FLAGS)
        for theme in get_args(Theme):
            for size in SIZES:
                photograph(browser, address, theme, size)
        browser.close()


def _free_port() -> int:
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        return int(door.getsockname()[1])


def _wait_for(address: str, seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            with urlopen(address, timeout=5):
                return
        except (URLError, ConnectionError):
            time.sleep(0.3)
    raise TimeoutError(f"{address} did not answer within {seconds:.0f} seconds. Run `make serve` to see why.")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "workspace")
