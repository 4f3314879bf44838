"""What a page costs on the wire, in a real browser: bytes of script, and calls."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.browser.conftest import Visit

pytestmark = pytest.mark.browser
Visits = Callable[..., Visit]
MOST_SCRIPT_BYTES = 600_000
MOST_CALLS = 8
PAGES = ("/", "/service", "/data-health")  # few panels, very many, and lists


def wire(visit: Visit, path: str) -> list[dict[str, Any]]:
    """Returns every request of opening a page: its address, its kind, and the bytes that came over the wire, heads included."""
    requests: dict[str, dict[str, Any]] = {}
    session = visit.page.context.new_cdp_session(visit.page)
    session.on("Network.requestWillBeSent", lambda told: requests.setdefault(told["requestId"], {"url": told["request"]["url"]}))
    session.on("Network.responseReceived", lambda told: requests[told["requestId"]].update(kind=told["type"]))
    session.on("Network.loadingFinished", lambda told: requests[told["requestId"]].update(bytes=told["encodedDataLength"]))
    session.send("Network.enable")
    visit.go(path)
    session.detach()
    return list(requests.values())


@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_complete_with_little_script_and_a_handful_of_calls(visit: Visits, path: str) -> None:
    visit().go(path)  # drawn once, so that nothing has to be asked for again
    opened = visit()
    requests = wire(opened, path)
    scripts = [each for each in requests if each.get("kind") == "Script"]
    assert scripts
    assert 100_000 < sum(each["bytes"] for each in scripts) < MOST_SCRIPT_BYTES
    assert not [each["url"] for each in requests if "plotly" in each["url"]]
    assert opened.page.evaluate("typeof Plotly") == "undefined"
    calls = [each for each in requests if "_dash-update-component" in each["url"]]
    assert 0 < len(calls) <= MOST_CALLS
    assert opened.page.locator("#page [data-panel]").count() >= 5
    addresses = [each["url"] for each in requests]
    first_script = min(at for at, each in enumerate(requests) if "/dash/" in each["url"])
    for asked in ("_dash-layout", "_dash-dependencies"):  # with the document, once, and not when every script has been read
        assert [at < first_script for at, address in enumerate(addresses) if address.endswith(asked)] == [True]
