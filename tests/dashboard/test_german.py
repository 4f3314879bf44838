"""Every page and drawer over the tiny sample in German: nothing that the catalog can say is left in English."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any, Final

import pytest

from dashboard.far import is_told
from dashboard.page import Page, Pages
from dashboard.panels import FRAME, Panels
from dashboard.view import View
from dashboard.wall import Wall, WallView
from metrics import CommandCenter
from metrics.language import speaking
from metrics.sentences import in_words
from tests.dashboard.test_language import forms
from tools.words import kept

PAGES: Final = Pages.found()
SPOKEN: Final = "lang=de"
OF_FILES: Final = ("pre", "code", "blockquote", "script", "style")
READ_OUT: Final = ("aria-label", "title", "alt", "placeholder")
FIELD: Final = re.compile(r"\\{\w+\\}")
ALIKE: Final = frozenset(
    {
        "Service",
        "Team",
        "Name",
        "Website",
        "Meter",
        "Bill",
        "Tariff",
        "Moving house",
        "Installation",
        "Finance",
        "Sales",
        "customer",
        "web",
        "was",
    }
)
"""Words of the sample's own files that are texts of the catalog too, and one that is German as well."""
COLUMNS: Final = ("how-complete-are-the-fields", "what-was-refused-and-why", "which-records", "which-words-do-we-not-know")
"""Panels that name the columns of files as they stand there."""


class Said(HTMLParser):
    """Collects what a page says and reads out, without what stands in files word for word."""

    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []
        self.within = 0

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self.within += tag in OF_FILES
        self.said += [value for name, value in attrs if name in READ_OUT and value]

    def handle_endtag(self, tag: str) -> None:
        self.within -= tag in OF_FILES

    def handle_data(self, data: str) -> None:
        self.said += [data.strip()] if data.strip() and not self.within else []


def said_by(html: object) -> list[str]:
    parser = Said()
    parser.feed(str(html))
    parser.close()
    return parser.said


def english() -> tuple[frozenset[str], list[re.Pattern[str]]]:
    """Returns the texts that German says otherwise: those without a field as they are, the others as patterns."""
    plain, fielded = set(), []
    for message in kept("de"):
        for one, told in zip(forms(message.id) if message.id else (), forms(message.string), strict=False):
            if one == told or not re.search("[a-z]{2}", one):
                continue
            words = re.findall(r"[A-Za-z]{2,}", re.sub(r"\{\w+\}", " ", one))
            if "{" not in one:
                plain.add(one.strip())
            elif len(words) > 2:
                fielded.append(re.compile(FIELD.sub(".+?", re.escape(one.strip()))))
    return frozenset(plain - ALIKE), fielded


PLAIN, FIELDED = english()


def left_in_english(html: object) -> list[str]:
    """Returns what a page says that the catalog says otherwise in German."""
    return [text for text in dict.fromkeys(said_by(html)) if text in PLAIN or any(form.fullmatch(text) for form in FIELDED)]


@pytest.fixture(scope="module")
def panels(tiny_center: CommandCenter) -> Panels:
    return Panels(tiny_center, PAGES)


def address(page: Page, panels: Panels) -> str:
    if "<" not in page.path:
        return page.path
    people = panels.center.customers_behind("customers_gained", limit=1).rows
    return f"/customers/{people[0]['customer_id']}"


@pytest.mark.parametrize("page", [page for page in PAGES.pages if page.path != "/start"], ids=lambda page: page.path)
def test_a_page_says_everything_in_german(panels: Panels, page: Page) -> None:
    path = address(page, panels)
    found = {
        section.id: left
        for section in page.sections
        if section.id not in COLUMNS and (left := left_in_english(panels.draw(path, section.id, View.read(path, SPOKEN))))
    }
    assert found == {}


def test_the_frame_says_everything_in_german(panels: Panels) -> None:
    drawn = [panels.draw("*", name, View.read("/", SPOKEN)) for name in FRAME if name != "sample"]
    assert [left_in_english(html) for html in drawn] == [[]] * len(drawn)


def test_the_list_behind_every_figure_is_told_in_german(panels: Panels) -> None:
    found = {}
    for metric in panels.center.metrics():
        query = f"{SPOKEN}&period=all&open={metric.metric_id}"
        if left := left_in_english(panels.draw_drawer(View.read("/", query))):
            found[metric.metric_id] = left
    assert found == {}


def told_screens() -> Iterator[tuple[str, int]]:
    for page in PAGES.menu:
        if page.path != "/start" and any(is_told(section.kind) for section in page.sections):
            yield page.path.strip("/") or "overview", 0


@pytest.mark.parametrize(("name", "screen"), [*told_screens()])
def test_the_wall_says_everything_in_german(panels: Panels, name: str, screen: int) -> None:
    wall = Wall(panels, Uncached())
    asked = WallView.read(f"wall=1&{SPOKEN}&pages={name}", PAGES)
    told = wall.screen(asked, screen)
    assert [left for panel in told["panels"] if (left := left_in_english(panel["html"]))] == []
    assert [
        title for title in (told["screens"][0]["title"], *(panel["title"] for panel in told["panels"])) if title in PLAIN
    ] == []
    assert left_in_english(wall.document(asked)) == []


class Uncached:
    """A cache that keeps nothing."""

    def once(self, parts: Any, make: Any) -> Any:
        return make()


@pytest.mark.parametrize(
    ("english", "german"),
    [
        ("First contract on 2026-10-21", "Vertrag, zum ersten Mal, am 21. Oktober 2026"),
        ("Value a year changed by -1234.50", "Wert im Jahr geändert um −1.234,50"),
        ("2 contracts at the start, none at the end; from 120.00 to 0.00 a year",
         "2 Verträge am Anfang, keiner am Ende; von 120,00 auf 0,00 im Jahr"),
        ("the call-back is past its promise and still missing", "Rückruf: überfällig, fehlt noch"),
        ("set out with first order on 3 May 2026; turned away: the time ended on 1 June 2026",
         "begann am 3. Mai 2026: erste Bestellung; abgesprungen: Die Zeit endete am 1. Juni 2026"),
        ("sales call, contact 4 where 3 are allowed, then complained", "Verkaufsanruf, Kontakt 4, erlaubt sind 3, danach Beschwerde"),
        ("a.csv: 1,204 cases lie after the load", "a.csv: 1.204 Zeilen liegen nach dem Laden (Anfragen)"),
        ("Not a time that can be read: when it happened, UTC. Required.", "Keine lesbare Zeit."),
        ("What somebody once wrote", "What somebody once wrote"),
    ],
)  # fmt: skip
def test_a_kept_sentence_is_read_by_its_form_and_any_other_stays(english: str, german: str) -> None:
    assert in_words(english) == english
    with speaking("de"):
        assert in_words(english) == german
