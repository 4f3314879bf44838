"""Charts on pages of another origin: the two examples of the docs, in a browser, before a real server."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.request import urlopen

import pytest
from playwright.sync_api import Browser, FrameLocator, Page, expect

from dashboard.embed.keyring import Keyring
from dashboard.embed.token import DAY, Grant, signed
from queries.load import load
from queries.snapshots import current
from queries.workspace import Workspace
from tests.browser.conftest import ROOT, free_port, served
from tests.browser.test_live import new_customer

pytestmark = pytest.mark.browser

WIKI = ROOT / "docs" / "examples" / "embed_wiki.html"
HOST = ROOT / "docs" / "examples" / "flask_host.py"
WARM_MS = 1000


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: Any) -> None:
        """Nothing is said of each request."""


class Site:
    """A command center at 127.0.0.1 and a wiki at localhost, which is another origin."""

    def __init__(self, address: str, workspace: Path, folder: Path, wiki: str) -> None:
        self.address, self.folder, self.wiki = address, folder, wiki
        self.ring = Keyring(Workspace.at(workspace))
        self.own_key = self.ring.add_host(wiki, "now", long_lived=True)

    def token(self, **how: Any) -> str:
        now = int(time.time())
        usual: dict[str, Any] = {
            "metric": "replied_in_time",
            "query": "by=channel",
            "audience": self.wiki,
            "begun": now,
            "ends": now + 600,
        }
        return signed(Grant(**{**usual, **how}), self.ring.signing("now"))

    def page(self, name: str, token: str) -> str:
        """Puts the wiki page of the docs there with a token in it, and returns its address."""
        text = WIKI.read_text(encoding="utf-8").replace("https://cx.example.com", self.address).replace("TOKEN", token)
        (self.folder / f"{name}.html").write_text(text, encoding="utf-8")
        return f"{self.wiki}/{name}.html"


@pytest.fixture(scope="module")
def site(tiny_workspace: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    workspace = Path(shutil.copytree(tiny_workspace, tmp_path_factory.mktemp("embeds") / "workspace"))
    folder = tmp_path_factory.mktemp("wiki")
    with served(workspace, tmp_path_factory.mktemp("panels")) as address, wiki_of(folder) as wiki:
        yield Site(address, workspace, folder, wiki)


@contextmanager
def wiki_of(folder: Path) -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder)))
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://localhost:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture
def opened(browser: Browser) -> Iterator[Callable[..., Page]]:
    """Opens pages in contexts of their own, and keeps what their consoles complain of in page.complaints."""
    contexts = []

    def open_one(address: str, **how: Any) -> Page:
        context = browser.new_context(viewport={"width": 1280, "height": 800}, **how)
        contexts.append(context)
        page = context.new_page()
        page.complaints = []  # type: ignore[attr-defined]  # beside what a page has of its own
        page.on("console", lambda told: page.complaints.append(told.text) if told.type in ("error", "warning") else None)  # type: ignore[attr-defined]
        page.goto(address)
        return page

    yield open_one
    for context in contexts:
        context.close()


def chart(page: Page) -> FrameLocator:
    return page.frame_locator("iframe[data-command-center]")


def test_a_wiki_shows_a_chart_of_another_origin_in_under_a_second(site: Site, opened: Callable[..., Page]) -> None:
    address = site.page("warm", site.token(is_long=True, ends=int(time.time()) + 30 * DAY))
    page = opened(address)
    heading = chart(page).get_by_role("heading", name="Answered when promised")
    expect(heading).to_be_visible()
    took = []
    for _ in range(5):
        page.goto("about:blank")
        begun = time.monotonic()
        page.goto(address, wait_until="commit")
        heading.wait_for(state="visible")
        took.append(round(1000 * (time.monotonic() - begun)))
    assert sorted(took)[2] < WARM_MS, took
    assert page.complaints == []  # type: ignore[attr-defined]
    lines = chart(page).locator("#lines").inner_text()
    assert "data as of" in lines
    assert "snapshot" in lines


def test_the_frame_is_as_tall_as_its_chart_and_says_what_is_clicked(site: Site, opened: Callable[..., Page]) -> None:
    page = opened(site.page("clicks", site.token()))
    inside = chart(page)
    inside.locator("a[data-part][role=button]").first.wait_for()
    page.wait_for_function("document.querySelector('iframe').style.height")
    tall = page.evaluate("parseInt(document.querySelector('iframe').style.height)")
    assert abs(tall - inside.locator("body").evaluate("e => e.getBoundingClientRect().height")) <= 1
    inside.locator('a[data-part*="channel"]').first.click()
    expect(page.locator("#clicked")).to_contain_text('"channel"')
    assert page.url.endswith("clicks.html")
    inside.get_by_text("Show as a table").first.click()
    page.wait_for_function(f"parseInt(document.querySelector('iframe').style.height) > {tall}")


def test_the_page_around_chooses_theme_and_size(site: Site, opened: Callable[..., Page]) -> None:
    page = opened(site.page("theme", site.token()), color_scheme="light")
    root = chart(page).locator("html")
    expect(root).to_have_attribute("data-bs-theme", "light")
    page.evaluate("commandCenterCharts.theme('dark')")
    expect(root).to_have_attribute("data-bs-theme", "dark")
    page.evaluate("document.querySelector('iframe').setAttribute('data-size', 'large')")
    expect(root).to_have_attribute("data-size", "large")


def test_it_shows_what_is_published_by_itself_and_says_as_of_when(
    own_workspace: Path, panels: Path, tmp_path: Path, opened: Callable[..., Page]
) -> None:
    with served(own_workspace, panels) as address, wiki_of(tmp_path) as wiki:
        site = Site(address, own_workspace, tmp_path, wiki)
        page = opened(site.page("follows", site.token(metric="customers_gained", query="period=2026")))
        inside = chart(page)
        lines, drawn = inside.locator("#lines"), inside.locator("#chart")
        expect(lines).to_contain_text("data as of")
        before, figure = lines.inner_text(), drawn.inner_text()
        page.evaluate("window.stays = true")
        drawn.evaluate("() => { window.stays = true; }")
        load(Workspace.at(own_workspace), [new_customer(tmp_path)])
        published = current(Workspace.at(own_workspace))
        assert published is not None
        expect(lines).to_contain_text(f"snapshot {published.snapshot_id}")
        expect(lines).to_contain_text("data as of")
        assert lines.inner_text() != before
        assert drawn.inner_text() != figure
        assert page.evaluate("window.stays")
        assert drawn.evaluate("() => window.stays")
        page.goto("about:blank")


def test_no_other_page_may_frame_it_and_an_ended_one_says_so(site: Site, opened: Callable[..., Page]) -> None:
    elsewhere = opened(site.page("foreign", site.token()).replace("localhost", "127.0.0.1"))
    elsewhere.wait_for_timeout(1500)
    assert elsewhere.frames[-1].url.startswith("chrome-error") or elsewhere.frames[-1].locator("h2").count() == 0
    assert any("frame-ancestors" in told for told in elsewhere.complaints)  # type: ignore[attr-defined]
    ended = opened(site.page("ended", site.token(ends=1)))
    expect(chart(ended).get_by_text("This link has ended")).to_be_visible()
    changed = opened(site.page("changed", site.token()[:-4] + "AAAA"))
    expect(chart(changed).get_by_text("This link opens nothing")).to_be_visible()


def test_nothing_of_the_link_is_sent_on_and_nothing_is_kept_in_the_browser(site: Site, opened: Callable[..., Page]) -> None:
    page = opened("about:blank")
    referrers: list[str] = []
    page.on("request", lambda request: referrers.append(request.headers.get("referer", "")))
    page.goto(site.page("quiet", site.token()))
    chart(page).locator("#lines").wait_for()
    page.wait_for_timeout(6500)  # once and again: it asks for a new version
    assert not any("/embed/" in each for each in referrers)
    assert page.context.cookies() == []


@contextmanager
def flask_host(site: Site) -> Iterator[str]:
    """Runs the example of a program of its own, as its first lines say."""
    port = free_port()
    origin = f"http://localhost:{port}"
    environment = os.environ | {"CX_ADDRESS": site.address, "CX_HOST_KEY": site.ring.add_host(origin, "now")}
    environment["CX_LINK"] = f"{site.address}/embed/{signed_for(site, origin)}"
    command = [sys.executable, "-m", "flask", "--app", str(HOST), "run", "--host", "localhost", "--port", str(port)]
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
        try:
            for _ in range(200):
                try:
                    urlopen(origin, timeout=5).close()
                    break
                except OSError:
                    time.sleep(0.1)
            yield origin
        finally:
            server.terminate()


def signed_for(site: Site, origin: str, seconds: int = 600) -> str:
    now = int(time.time())
    return signed(
        Grant(metric="nps_relational", query="", audience=origin, begun=now, ends=now + seconds), site.ring.signing("now")
    )


def test_a_program_s_page_is_renewed_and_survives_a_change_of_keys(site: Site, opened: Callable[..., Page]) -> None:
    with flask_host(site) as origin:
        page = opened(origin)
        inside = chart(page)
        expect(inside.get_by_role("heading", name="Would recommend us")).to_be_visible()
        expect(inside.locator("html")).to_have_attribute("data-bs-theme", "dark")
        (old,) = site.ring.read().active
        site.ring.add_key("now")
        page.evaluate("document.addEventListener('commandcenter:renewed', () => { window.renewed = true; })")
        short = signed_for(site, origin, seconds=30)  # of the new key, and soon over: the page asks for another
        page.evaluate(
            "token => document.querySelector('iframe').src = document.querySelector('iframe').src.replace(/[^/]*$/, token)", short
        )
        page.wait_for_function("window.renewed === true", timeout=30_000)
        site.ring.retire_key(old.key_id, "later")
        with page.expect_response(lambda answer: "/panel" in answer.url and short not in answer.url) as told:
            pass
        assert told.value.status in (200, 304)
        expect(inside.locator("#band")).to_be_hidden()


def test_a_number_opens_who_is_behind_it_only_where_the_link_lets_it(site: Site, opened: Callable[..., Page]) -> None:
    page = opened(site.page("opens", site.token(opens=True)))
    inside = chart(page)
    inside.locator("a[data-behind][role=button]").first.click()
    expect(inside.locator("#behind td").first).to_be_visible()
    inside.get_by_role("button", name="Close").click()
    expect(inside.locator("#behind")).to_be_hidden()
    closed = opened(site.page("closed", site.token()))
    chart(closed).locator("a[data-part]").first.wait_for()
    assert chart(closed).locator("a[data-behind]").count() == 0


def test_the_menu_of_a_panel_gives_it_to_the_wiki(site: Site, opened: Callable[..., Page]) -> None:
    page = opened(f"{site.address}/service")
    section = page.locator('section[data-section="do-we-keep-our-promises"]')
    section.locator(".panel-menu > summary").click()
    section.get_by_role("button", name="Show this chart on another page…").click()
    page.get_by_label("Which page").select_option(site.wiki)
    page.get_by_role("button", name="Make the link").click()
    link = page.get_by_label("Link", exact=True).input_value()
    assert "<iframe" in page.get_by_label("For the page's HTML").input_value()
    wiki = opened(site.page("given", link.rpartition("/")[2]))
    expect(chart(wiki).get_by_role("heading", name="Do we keep our promises?")).to_be_visible()
    page.get_by_role("button", name="Close").click()
    expect(page.locator("dialog")).to_have_count(0)
    assert page.complaints == []  # type: ignore[attr-defined]
