"""An open page changes by itself, says when it cannot, and comes back."""

import csv
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from queries.load import load
from queries.workspace import Workspace
from tests.browser.conftest import Visit, served, visits

pytestmark = pytest.mark.browser
SECONDS_TO_APPEAR = 10


def new_customer(folder: Path) -> Path:
    """One order of somebody new, in the documented format."""
    path = folder / "orders.csv"
    order = {
        "source": "shop", "order_id": "Z-900001", "email": "newly.come@example.com", "ordered_at": "2026-10-30T12:00:00+01:00",
        "amount": "250.00", "currency": "EUR", "channel": "web", "status": "completed",
    }  # fmt: skip
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, list(order))
        writer.writeheader()
        writer.writerow(order)
    return path


def test_an_open_page_shows_the_next_load_by_itself(browser: Browser, own_workspace: Path, panels: Path, tmp_path: Path) -> None:
    with served(own_workspace, panels) as address, visits(browser) as opened:
        page = opened(address).go()
        page.evaluate("window.stays = true")
        gained = page.locator('[data-key="gained"] b')
        before = int(gained.inner_text())
        page.locator('[data-key="opening"] a.num').focus()
        load(Workspace.at(own_workspace), [new_customer(tmp_path)])
        published = time.monotonic()
        page.wait_for_selector(f'[data-key="gained"] b:has-text("{before + 1}")', timeout=1000 * SECONDS_TO_APPEAR)
        assert time.monotonic() - published < SECONDS_TO_APPEAR
        assert page.evaluate("window.stays")
        assert "mark.part=opening" in page.evaluate("document.activeElement.getAttribute('href') || ''")


def test_a_server_stops_with_its_workers_and_an_open_page_says_so(browser: Browser, tiny_workspace: Path, panels: Path) -> None:
    with visits(browser) as opened:
        with served(tiny_workspace, panels) as address:
            port = address.rsplit(":", 1)[-1]
            assert workers_of(port)
            visit = opened(address)
            page = visit.go()
            assert page.locator("#band").is_hidden()
        assert not workers_of(port)
        page.wait_for_selector("#band:not([hidden])")
        assert "No answer from the server" in page.inner_text("#band")
        assert page.inner_text("h1")
        visit.complaints.clear()  # requests that the server did not answer


def test_a_page_shows_that_it_is_alive(visit: Callable[..., Visit]) -> None:
    page = visit().go()
    beat = page.get_attribute(".beat", "data-beat")
    page.wait_for_selector(f'.beat:not([data-beat="{beat}"])', state="attached", timeout=5000)
    assert page.inner_text("[data-ago]")


def workers_of(port: str) -> list[str]:
    """The processes that serve a port."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                environment = (entry / "environ").read_bytes()
                command = (entry / "cmdline").read_bytes()
            except OSError:
                continue
            if f"CX_PORT={port}".encode() in environment and b"gunicorn" in command:
                found.append(entry.name)
    return found
