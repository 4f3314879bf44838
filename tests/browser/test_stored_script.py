"""Script in names, comments, subjects and a file's name is text wherever it is shown: a browser runs none of it."""

from pathlib import Path
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser

from metrics import CommandCenter
from queries.load import load
from queries.workspace import Workspace
from tests.browser.conftest import served, visits
from tests.security.test_names import EXPORTS

pytestmark = pytest.mark.browser
IMAGE, SCRIPT, DRAWING = (
    "<img src=x onerror=window.ran=1>",
    "</td></script><script>window.ran=1</script>",
    "<svg/onload=window.ran=1>",
)
PLACES = {
    "Zwieselina Quastenfloh": IMAGE,
    "Ottokar Birnstengel": SCRIPT,
    "Bakery Zimtstern": DRAWING,
    "Quastenfloh here": IMAGE,
    "Birnstengel asks again": SCRIPT,
    "I am Zwieselina": IMAGE,
    "Friendly - yours Birnstengel": SCRIPT,
    "friends told me": DRAWING,
    "Care desk": IMAGE,
}
LOOKED_AT = (
    "/customers?period=all",
    "/customers?period=all&q=img",
    "/voice?period=all",
    "/service?period=all",
    "/respect",
    "/improve?period=all",
    "/data-health",
    "/service?period=all&open=cases_opened&over=all",
    "/customers?period=all&open=customers_gained&over=all&show=five",
)
UNFOLD = """() => {
    document.querySelectorAll("details").forEach(each => { each.open = true; });
    document.querySelectorAll("[title], [data-told], [data-tip], a.num, svg *").forEach(each => {
        for (const kind of ["mouseenter", "mouseover", "mousemove", "focusin"]) {
            each.dispatchEvent(new MouseEvent(kind, { bubbles: true }));
        }
    });
    return document.body.textContent;
}"""


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace whose people, words and files are called what a browser would run."""
    folder = tmp_path_factory.mktemp("hostile")
    for name, text in EXPORTS.items():
        for plain, script in PLACES.items():
            text = text.replace(plain, script)
        (folder / f"{IMAGE} {name}").write_text(text, encoding="utf-8")
    workspace = Workspace.create(folder / "mine")
    assert not load(workspace, [path for path in folder.iterdir() if path.is_file()]).refused
    return workspace.root


def test_what_people_wrote_is_shown_and_never_run(browser: Browser, hostile: Path, tmp_path: Path) -> None:
    center = CommandCenter.open(hostile)
    someone = str(center.search(IMAGE)[0]["customer_id"])
    center.close()
    shown = ""
    with served(hostile, tmp_path) as address, visits(browser) as opened:
        visit = opened(address)
        for path in (*LOOKED_AT, f"/customers/{quote(someone)}"):
            page = visit.go(path)
            if "open=" in path:
                page.wait_for_selector("#drawer-place h2")
            shown += page.evaluate(UNFOLD)
            assert page.evaluate("window.ran") is None, path
        page.keyboard.press("Control+k")
        page.get_by_role("combobox").fill("onerror")
        page.wait_for_selector('#ways-found li:has-text("onerror")')
        shown += page.inner_text("#ways-found")
        page.goto(f"{address}/?wall=1&pages=voice,service")
        page.wait_for_selector(".place:not([hidden]) h2")
        assert page.evaluate("window.ran") is None
    assert all(script in shown for script in (IMAGE, SCRIPT, DRAWING))
