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


MARK = re.compile(r'<a ([^>]*data-open="([^"]+)"[^>]*)>(.*?)</a>', re.DOTALL)
NAMED = re.compile(r'aria-label="([^"]*)"')
NO_COUNT = re.compile(
    r"[€−+-][\d.,]+[KM]?|[\d.,−]* +aim [\d.,]+|by \w+ \d{4}|NPS [−-]?\d+|\b20\d\d\b(?:-\w+)?"
    r"|\d+\+? ?(?:%|points?|days?|h|min|s|months?|years?|weeks?)\b|[\d.]+–[\d.]+|\d+\.\d+|\d+(?:st|nd|rd|th)\b"
)  # a sum of money, a score beside its aim, a share, a time, a range, a date
COUNT = re.compile(r"\d[\d,]*")


def counts_in(label: str) -> set[int]:
    """The counts that a mark tells: no share, no score, no money, no time and no date."""
    return {int(found.replace(",", "")) for found in COUNT.findall(NO_COUNT.sub(" ", label)) if found.strip(",")}


def marks_of(panels: Panels, path: str) -> dict[str, str]:
    """By its link, what each mark of a page says of itself, seen and spoken; scores and what leads to an explanation are no counts."""
    page = panels.pages.at(path)
    assert page
    found = {}
    for section in page.sections:
        html = str(panels.draw(path, section.id, View.read(path, "")))
        for attributes, href, inner in MARK.findall(html):
            if "score-of" not in attributes and "show=how" not in href:
                spoken = NAMED.search(attributes)
                seen = re.sub(r"<[^>]+>|\s+", " ", inner)
                found[unescape(href)] = f"{section.id}: {unescape(spoken[1]) if spoken else ''} {unescape(seen)}"
    return found


@pytest.mark.parametrize("path", [page.path for page in Pages.found().menu])
def test_what_a_mark_says_is_what_its_drawer_counts(center: Any, path: str) -> None:
    marks = marks_of(Panels(center, Pages.found()), path)
    wrong = []
    for href in spread(sorted(marks), most=25):
        counts, people = counts_in(marks[href].partition(": ")[2]), people_behind(center, href)
        if counts and not counts & {people.count, people.customers}:
            wrong.append(f"{marks[href]!r} opens onto {people.count} {people.unit} by {people.customers}: {href}")
    assert not wrong
