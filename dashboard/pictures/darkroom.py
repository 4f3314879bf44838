"""The process that takes pictures: one headless Chromium, kept alive, one picture after the other, until its pipe is closed.

What is photographed is a text of ours. It is shown without scripts, without the network and without anything kept from one picture
to the next, so that even a text that should not have been in it reaches nobody.
"""

import json
import os
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Any, BinaryIO, Final

from playwright.sync_api import Browser, Page, sync_playwright
from playwright.sync_api import Error as BrowserError

from dashboard.pictures.wire import FAILED, GOOD, receive, send
from dashboard.scripts import ASSETS

ARGUMENTS: Final = (
    "--disable-gpu",
    "--disable-background-networking",
    "--no-first-run",
    "--host-resolver-rules=MAP * ~NOTFOUND",
)
LONGEST_MS: Final = 20_000
LOW: Final = 10
"""The height of a window whose picture is as tall as what is in it."""
DRAWING: Final = "() => commandCenterPicture.draw(document.querySelector('.panel-menu'), innerWidth).text"

Job = Mapping[str, Any]


def main() -> None:
    """Answers each message with a picture; the first answer says whether there is a browser at all."""
    jobs, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what else is printed is no answer
    with sync_playwright() as driver:
        try:
            browser = driver.chromium.launch(executable_path=sys.argv[1], args=[*ARGUMENTS], timeout=LONGEST_MS)
        except BrowserError as error:
            send(answers, FAILED + _first_line(error))
            return
        send(answers, GOOD)
        _take(browser, jobs, answers)
        browser.close()


def _take(browser: Browser, jobs: BinaryIO, answers: BinaryIO) -> None:
    while (message := receive(jobs)) is not None:
        job = json.loads(message)
        try:
            send(answers, GOOD + TAKES[job["what"]](browser, job))
        except BrowserError as error:
            if not _is_alive(browser):  # whoever asked starts another one
                os._exit(1)  # what drives it may be gone, and would be waited for
            send(answers, FAILED + _first_line(error))


def _is_alive(browser: Browser) -> bool:
    try:
        browser.new_context().close()
    except BrowserError:
        return False
    return True


def _png(browser: Browser, job: Job) -> bytes:
    with _shown(browser, job) as page:
        return page.screenshot(full_page=job["height"] is None, animations="disabled", timeout=LONGEST_MS)


def _svg(browser: Browser, job: Job) -> bytes:
    """A panel as a drawing, made by the script that makes it in a reader's browser."""
    with _shown(browser, job) as page:
        page.evaluate((ASSETS / "picture.js").read_text(encoding="utf-8"))
        return str(page.evaluate(DRAWING)).encode()


def _pdf(browser: Browser, job: Job) -> bytes:
    with _shown(browser, job) as page:
        return page.pdf(
            format=job["paper"], landscape=job["landscape"], print_background=True, prefer_css_page_size=True, tagged=True
        )


TAKES: Final[Mapping[str, Callable[[Browser, Job], bytes]]] = {"png": _png, "svg": _svg, "pdf": _pdf}


@contextmanager
def _shown(browser: Browser, job: Job) -> Iterator[Page]:
    """Shows a text in a window of its own, which is closed whatever happens."""
    context = browser.new_context(
        viewport={"width": job["width"], "height": job["height"] or LOW},
        device_scale_factor=job["scale"],
        java_script_enabled=False,
        offline=True,
        accept_downloads=False,
        service_workers="block",
        reduced_motion="reduce",
    )
    try:
        context.set_default_timeout(LONGEST_MS)
        context.route("**/*", lambda route: route.abort("aborted"))  # any other end of a refresh shows a page of its own instead
        page = context.new_page()
        page.set_content(job["html"], wait_until="load")
        yield page
    finally:
        with suppress(BrowserError):  # it may be gone
            context.close()


def _first_line(error: Exception) -> bytes:
    return str(error).partition("\n")[0].encode()


if __name__ == "__main__":
    main()
