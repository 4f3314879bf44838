"""A real browser before a real server over the tiny sample."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

ROOT = Path(__file__).resolve().parents[2]
CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
LONGEST_MS = 30_000
SECONDS_TO_START = 60
expect.set_options(timeout=LONGEST_MS)


@dataclass
class Visit:
    """A page that is open, and what went wrong on it."""

    page: Page
    address: str
    complaints: list[str] = field(default_factory=list)

    def go(self, path: str = "/") -> Page:
        """Opens a path and waits until every panel is drawn."""
        self.page.goto(self.address + path)
        self.drawn()
        return self.page

    def drawn(self) -> None:
        self.page.wait_for_selector("#page .drawn:not([data-waits])")
        self.page.wait_for_selector("[data-waits]", state="detached")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    path = next((found for name in CHROMIUM if (found := shutil.which(name))), None)
    if path is None:
        pytest.fail("There is no Chromium here. Install the package chromium, or run .ci/run, which does.")
    with sync_playwright() as driver:
        started = driver.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield started
        started.close()


@pytest.fixture(scope="session")
def panels(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where all servers keep what they have drawn: a panel of the tiny sample is drawn by the first of them."""
    return tmp_path_factory.mktemp("panels")


@pytest.fixture(scope="session")
def address(tiny_workspace: Path, panels: Path) -> Iterator[str]:
    """The address of a server over the tiny sample that nobody changes."""
    with served(tiny_workspace, panels) as found:
        yield found


@pytest.fixture
def visit(browser: Browser, address: str) -> Iterator[Callable[..., Visit]]:
    """Opens pages of the unchanging server; afterwards nothing may have been complained about."""
    with visits(browser) as opened:
        yield lambda **how: opened(address, **how)


@contextmanager
def visits(browser: Browser) -> Iterator[Callable[..., Visit]]:
    """Makes contexts of their own, and fails on any console error and any request that leaves this machine."""
    made: list[tuple[Visit, BrowserContext]] = []

    def opened(address: str, width: int = 1920, height: int = 1080, theme: str = "light") -> Visit:
        context = browser.new_context(viewport={"width": width, "height": height}, color_scheme=theme, reduced_motion="reduce")
        context.set_default_timeout(LONGEST_MS)
        visit = Visit(page=context.new_page(), address=address)
        listen(visit)
        made.append((visit, context))
        return visit

    yield opened
    for visit, context in made:
        visit.page.unroute_all(behavior="wait")  # an answer still under way would be blamed on the next test
        context.close()
        assert not visit.complaints


def listen(visit: Visit) -> None:
    page = visit.page
    page.on("console", lambda message: visit.complaints.append(message.text) if message.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: visit.complaints.append(str(error)))
    page.on(
        "request", lambda request: visit.complaints.append(f"left: {request.url}") if is_outside(request.url, visit) else None
    )


def is_outside(url: str, visit: Visit) -> bool:
    return not url.startswith((visit.address + "/", "data:", "blob:"))


@contextmanager
def served(workspace: Path, panels: Path, port: int = 0) -> Iterator[str]:
    """Serves a workspace as `cx serve` does, until the block ends. What it says goes to a file: a full pipe would stop it."""
    port = port or free_port()
    command = [sys.executable, "-m", "dashboard.cli", "serve", "--workspace", str(workspace), "--port", str(port)]
    environment = os.environ | {"CX_POLL_SECONDS": "1", "CX_CACHE_DIR": str(panels), "PYTHONUNBUFFERED": "1"}
    with (
        TemporaryFile("w+") as said,
        subprocess.Popen(command, cwd=ROOT, env=environment, stdout=said, stderr=subprocess.STDOUT) as server,
    ):
        try:
            wait_for(f"http://127.0.0.1:{port}/", said, server)
            yield f"http://127.0.0.1:{port}"
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait(timeout=30)


def wait_for(words: str, said: IO[str], server: subprocess.Popen[bytes]) -> None:
    """Waits until the server has said these words."""
    until = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < until and server.poll() is None:
        said.seek(0)
        if words in said.read():
            return
        time.sleep(0.1)
    said.seek(0)
    raise AssertionError(f"The server did not say {words}. It said: {said.read()}")


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])
