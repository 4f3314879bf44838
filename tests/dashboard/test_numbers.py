"""Every number that the pages show opens onto exactly as many as it says, from real answers."""

import re
from collections.abc import Sequence
from dataclasses import replace
from html import unescape
from typing import Any

import pytest

from dashboard.components import drawer
from dashboard.page import Pages
from dashboard.panels import Panels
from dashboard.view import View
from metrics import CommandCenter
from metrics.answer import People
from metrics.selection import Selection

LINK = re.compile(r'<a (?!class="num score-of")[^>]*data-open="([^"]+)"[^>]*>(.*?)</a>', re.DOTALL)
WHOLE = re.compile(
    r"([\d,]*\d)(?:,? (?!(?:s|min|h|days|to)\b)[a-z].*)?"
)  # a count by itself, or before what it counts; no time, no range
SELECTIONS = ("", "period=2026-09", "period=2026-Q3&compare=year", "where.segment=Homes%2C+gas", "period=all")


OF = re.compile(r"of ([\d,]+)$")
OPENED = re.compile(r"open=(\w+)")
PATHS = ("/", "/customers")
MOST = 10_000


class Remembering:
    """The tiny sample's center, which remembers whom it listed: most cells of cohorts are the same whatever period a page shows."""

    def __init__(self, center: CommandCenter) -> None:
        self.center = center
        self.listed: dict[tuple[str, ...], People] = {}

    def __getattr__(self, name: str) -> Any:
        return getattr(self.center, name)

    def customers_behind(self, metric: str, selection: Selection, *, limit: int, **how: Any) -> People:
        """The list behind a number, as long as is asked; with what the period is compared says nothing of it."""
        place = (metric, selection.changed(compare="none").to_query(), repr(sorted(how.items())))
        if place not in self.listed:
            self.listed[place] = self.center.customers_behind(metric, selection, limit=MOST, **how)
        found = self.listed[place]
        return replace(found, rows=found.rows[:limit])


@pytest.fixture(scope="module")
def center(tiny_center: CommandCenter) -> Any:
    return Remembering(tiny_center)


def links(panels: Panels, query: str, paths: Sequence[str] = PATHS) -> list[tuple[str, str, str]]:
    """Each panel's links that open, with the text that they show."""
    found = []
    for path in paths:
        page = panels.pages.at(path)
        assert page
        for section in page.sections:
            html = str(panels.draw(path, section.id, View.read(path, query)))
            assert "failed" not in html, html
            plain = [(unescape(href), re.sub(r"<[^>]+>|\s+", " ", text).strip()) for href, text in LINK.findall(html)]
            found += [(section.id, href, text) for href, text in plain]
    return found


@pytest.mark.parametrize("query", SELECTIONS)
def test_every_number_opens_onto_exactly_what_it_counts(center: Any, query: str) -> None:
    panels = Panels(center, Pages.found())
    opened = links(panels, query)
    assert len(opened) > 40
    behind = {href: people_behind(center, href) for href in {href for _, href, _ in opened}}
    wrong = [problem for section, href, text in opened if (problem := problem_of(behind[href], section, href, text))]
    assert not wrong


def people_behind(center: Any, href: str) -> People:
    return drawer.people(center, View.read("/", href.partition("?")[2]), limit=MOST)


def problem_of(people: People, section: str, href: str, text: str) -> str:
    told = f"{section}: {text!r} opens onto {people.count} ({people.customers} customers) with {len(people.rows)} rows, {href}"
    if len(people.rows) != people.count:
        return told
    number = WHOLE.fullmatch(text)
    if number and int(number[1].replace(",", "")) not in (people.count, people.customers):
        return told
    of = OF.search(text)
    return told if of and int(of[1].replace(",", "")) != people.count else ""


@pytest.mark.parametrize(
    ("path", "query"),
    [
        ("/voice", ""),
        ("/voice", "period=2026-Q3&compare=year&by=segment&survey=satisfied_after_contact&weigh=value"),
        ("/service", "period=2026-09"),
        ("/service", "kept_by=team&across=channel&by=channel&where.segment=Homes%2C+gas"),
        ("/respect", ""),
        ("/respect", "whose=team&period=2026-Q3"),
    ],
)
def test_every_number_of_voice_service_and_respect_opens_onto_exactly_what_it_counts(center: Any, path: str, query: str) -> None:
    panels = Panels(center, Pages.found())
    opened = links(panels, query, (path,))
    assert len(opened) > 15
    behind = {href: people_behind(center, href) for href in spread(sorted({href for _, href, _ in opened}))}
    asked = [(section, href, text) for section, href, text in opened if href in behind]
    wrong = [problem for section, href, text in asked if (problem := problem_of(behind[href], section, href, text))]
    assert not wrong


def spread(hrefs: Sequence[str], most: int = 30) -> list[str]:
    """Each metric's links; of a metric that has more than so many, as many from all over them."""
    by_metric: dict[str, list[str]] = {}
    for href in hrefs:
        by_metric.setdefault(OPENED.findall(href)[0], []).append(href)
    return [href for found in by_metric.values() for href in found[:: -(-len(found) // most)]]


def test_every_opened_number_can_be_drawn(center: Any) -> None:
    panels = Panels(center, Pages.found())
    for _, href, _ in links(panels, ""):
        html = str(panels.draw_drawer(View.read("/", href.partition("?")[2])))
        assert "cannot be opened" not in html, (href, html)
