"""A manager's path: what needs a decision, deciding it, and what came of earlier decisions, by keyboard alone."""

import json
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from metrics import CommandCenter
from metrics.deciding import Told
from queries.workspace import Workspace
from tests.browser.conftest import Visit, served, visits

pytestmark = pytest.mark.browser

SPOKEN = """
title = "Heard by phone"
question = "Do you talk to me?"
dimension = "service"
unit = "percent"
better = "higher"
target = 0.9
fact = "fct_event"
counts = "true"
value = "case when channel = 'phone' then 1 else 0 end"
aggregate = "mean"
noun = "events"
one = "event"
verb = "were by phone"
formula = "events by phone ÷ events"
dated_by = "happened_at"
judged_by = ["cases"]
split_by = ["channel"]
owner = "service"
reviewed = 2026-11-22
"""


@pytest.fixture
def manager(browser: Browser, own_workspace: Path, panels: Path) -> Iterator[Callable[[], Visit]]:
    """Opens a workspace of its own with a figure off its aim, and a decision of months ago."""
    (own_workspace / "metrics").mkdir(exist_ok=True)
    (own_workspace / "metrics" / "heard_by_phone.toml").write_text(SPOKEN, encoding="utf-8")
    told = Told(owner="Ben", what="A second line", due="2026-08-01", metric="heard_by_phone")
    CommandCenter.open(own_workspace).decide(told, now=datetime(2026, 7, 1, 9))
    with served(own_workspace, panels) as address, visits(browser) as opened:
        yield lambda: opened(address, width=1280, height=800)


def focused(page: Page) -> str:
    return page.evaluate("document.activeElement.getAttribute('name') || document.activeElement.textContent.trim()")


def test_a_finding_is_decided_written_once_and_shown_with_what_came_of_it(
    manager: Callable[[], Visit], own_workspace: Path
) -> None:
    visit = manager()
    page = visit.go()
    finding = page.locator('[data-panel="needs-a-decision"] li[data-key="heard_by_phone"]')
    finding.get_by_role("link", name="Decide: Heard by phone").press("Enter")
    page.wait_for_selector("#decide-what:focus")
    assert page.input_value("#decide-owner") == "Service"
    assert page.input_value("#decide-metric") == "heard_by_phone"
    assert "Heard by phone" in page.inner_text(".decide .answers")

    page.keyboard.press("Enter")  # nothing written yet: each field says what it lacks
    page.wait_for_selector("#decide-what[aria-invalid]")
    assert page.inner_text("#wrong-what") == "Say what will be done."
    assert page.inner_text("#wrong-due") == "Say until when: a decision needs a day."
    assert focused(page) == "what"

    page.keyboard.type("Call whoever writes")
    page.fill("#decide-due", "2099-12-01")
    page.evaluate("const f = document.querySelector('.decide'); f.requestSubmit(); f.requestSubmit();")
    page.wait_for_selector("[data-decision]:focus")
    assert focused(page).startswith("Call whoever writes")
    assert "about" not in page.url
    assert page.input_value("#decide-what") == ""
    lines = Workspace(own_workspace).decisions.read_text(encoding="utf-8").splitlines()
    written = [json.loads(line) for line in lines][1:]
    assert [(one["what"], one["owner"], one["metric"]) for one in written] == [
        ("Call whoever writes", "service", "heard_by_phone")
    ]
    assert written[0]["about"].startswith("Heard by phone")

    earlier = page.locator("li[data-decision]").nth(1).inner_text()
    assert "After 30 days" in earlier
    assert "After 90 days" in earlier
    assert earlier.count("Heard by phone went from") == 2
    assert "between" in earlier
    visit.complaints[:] = [told for told in visit.complaints if "422" not in told]  # the browser tells every refusal
