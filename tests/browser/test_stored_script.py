"""Script in names, comments, subjects and a file's name is text wherever it is shown: a browser runs none of it.

So it is on every page, in a chart on a page of another origin, and in a pack that somebody opens from their disk.
"""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser, Page

from metrics import CommandCenter
from queries.load import load
from queries.workspace import Workspace
from tests.browser.conftest import served, visits
from tests.browser.test_embeds import Site, chart, wiki_of
from tests.conftest import run_module
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
SCRIPTS = (IMAGE, SCRIPT, DRAWING)
MANY = range(20, 62)  # enough of each for groups that are told on another page
CROWD = {
    "crowd.csv": "record_id,kind,name,email,external_id,region,lifecycle,created_at\n"
    + "".join(f"{n},person,{SCRIPT} {n},n{n}@example.com,X{n},{SCRIPTS[n % 3]},customer,2025-01-05T08:00:00Z\n" for n in MANY),
    "asked.csv": "case_id,external_id,opened_at,opened_by,kind,channel,category,status,subject\n"
    + "".join(f"N{n},X{n},2026-10-02T09:00:00Z,customer,complaint,email,{SCRIPTS[n % 3]},open,{SCRIPT}\n" for n in MANY),
}
PACK = f"""
title = '{SCRIPT}'
names = true
stories = {{ metric = "cases_opened" }}

[[sections]]
metric = "cases_opened"
split_by = "category"

[[sections]]
metric = "cases_opened"
split_by = "region"
"""
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
    for name, text in (EXPORTS | CROWD).items():
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
    assert all(script in shown for script in SCRIPTS)


@pytest.fixture
def unwatched(browser: Browser) -> Iterator[Page]:
    """A page, and what it complains of: a policy that has to stop something complains."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda told: complaints.append(told.text) if told.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield page
    context.close()
    assert not complaints


@pytest.mark.parametrize("split", ["category", "region"])
def test_a_chart_on_another_page_shows_it_and_runs_nothing(
    split: str, unwatched: Page, hostile: Path, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("wiki")
    with served(hostile, tmp_path) as address, wiki_of(folder) as wiki:
        site = Site(address, hostile, folder, wiki)
        token = site.token(metric="cases_opened", query=f"by={split}&period=2026", opens=True)
        unwatched.goto(site.page("hostile", token))
        inside = chart(unwatched)
        inside.locator("a[data-behind][role=button]").first.wait_for()
        inside.get_by_text("Show as a table").first.click()
        shown = inside.locator("body").inner_text()
        inside.locator("a[data-behind][role=button]").first.click()
        inside.locator("#behind td").first.wait_for()
        shown += inside.locator("#behind").inner_text()
        inside.locator("body").evaluate(UNFOLD)
        assert inside.locator("body").evaluate("() => window.ran") is None
        assert unwatched.evaluate("window.ran") is None
        unwatched.goto("about:blank")  # a page that asks for news of a server that is gone complains
    assert any(script in shown for script in SCRIPTS)


def test_a_pack_shows_it_and_runs_nothing(unwatched: Page, hostile: Path, tmp_path: Path) -> None:
    declared = Workspace.at(hostile).packs / "asked.toml"
    declared.parent.mkdir(exist_ok=True)
    declared.write_text(PACK, encoding="utf-8")
    run_module("dashboard.cli", "pack", "asked", "--period", "2026", "--form", "html", "--out", str(tmp_path), "-w", str(hostile))
    (written,) = tmp_path.glob("*.html")
    unwatched.goto(written.as_uri())
    shown = unwatched.evaluate(UNFOLD)
    assert unwatched.evaluate("window.ran") is None
    assert all(script in shown for script in SCRIPTS)
