"""What every panel offers beside its name: its table, the same as a file, a picture, and how its figures are worked out."""

import csv
import io
import json
import re
from html import unescape
from typing import Any

import pytest

from dashboard import panel_menu
from dashboard.files import csv_of
from dashboard.page import Pages, Section
from dashboard.panels import Panels
from dashboard.view import View
from metrics import CommandCenter
from tests.dashboard.fake_center import FakeCenter

TABLE = re.compile(r'<details class="as-table".*?</details>', re.DOTALL)
CELLS = re.compile(r"<t[dh][^>]*>(.*?)</t[dh]>", re.DOTALL)
PATHS = ("/", "/journey", "/voice", "/service", "/customers")
WITHOUT = {"chooser", "search", "lists"}  # they show no figure, or none yet


def drawn(center: Any, path: str, section: Section, query: str = "") -> str:
    return str(Panels(center, Pages.found()).draw(path, section.id, View.read(path, query)))


def sections(path: str) -> list[Section]:
    page = Pages.found().at(path)
    assert page
    return [section for section in page.sections if section.kind not in WITHOUT]


@pytest.mark.parametrize("path", PATHS)
def test_every_panel_that_shows_figures_has_one_menu_and_its_table_is_its_file(tiny_center: CommandCenter, path: str) -> None:
    panels = Panels(tiny_center, Pages.found())
    for section in sections(path):
        html = drawn(tiny_center, path, section)
        assert html.count('class="chooser panel-menu"') == 1, section.id
        table = panels.table(path, section.id, View.read(path, ""))
        assert table is not None
        written = list(csv.reader(io.StringIO(csv_of(table.heads, table.plain()))))
        shown = TABLE.search(html)
        assert (shown is not None) == bool(table.rows), section.id
        if shown:
            cells = [unescape(re.sub(r"<[^>]+>", "", cell)) for cell in CELLS.findall(shown[0])]
            assert cells[: len(table.heads)] == list(table.heads) == written[0]
            assert len(cells) == len(table.heads) * len(written)


def test_the_menu_leads_to_how_each_metric_is_worked_out(tiny_center: CommandCenter) -> None:
    (section,) = [each for each in sections("/") if each.chart == "strip"]
    html = drawn(tiny_center, "/", section)
    links = [unescape(href) for href in re.findall(r'data-open="([^"]+show=how[^"]*)"', html)]
    assert len(links) == 8
    for href in links:
        told = str(Panels(tiny_center, Pages.found()).draw_drawer(View.read("/", href.partition("?")[2])))
        assert "formula" in told
        assert "selected_rows" in told


def test_a_picture_says_of_what_of_when_and_from_which_data_it_is() -> None:
    center = FakeCenter()
    (section,) = [each for each in sections("/") if each.chart == "reasons"]
    found = re.search(r'data-told="([^"]*)"', drawn(center, "/", section, "where.segment=Homes"))
    assert found
    told = json.loads(unescape(found[1]))
    assert told["title"] == "Why they left"
    assert told["question"]
    assert told["lines"][0] == "Fernhill Energy · Homes · October 2026 to date"
    assert told["lines"][1].startswith("data as of 30 Oct 2026")
    assert told["lines"][1].endswith(f"snapshot {center.snapshot}")


def test_no_picture_is_made_of_what_names_customers_or_foretells_them(tiny_center: CommandCenter) -> None:
    named = [each for each in sections("/customers") if each.kind in ("who_left", "who_joined")]
    foretold = [each for path in ("/staying",) for each in sections(path) if "likely" in each.id]
    assert named
    assert foretold
    for path, each in [*(("/customers", one) for one in named), *(("/staying", one) for one in foretold)]:
        html = drawn(tiny_center, path, each, "period=2026")
        assert "panel-menu" in html
        assert 'data-does="png"' not in html


def test_answers_are_found_wherever_a_component_holds_them(tiny_center: CommandCenter) -> None:
    answer = tiny_center.ask("customers_lost")
    people = tiny_center.customers_behind("customers_lost", limit=1)
    held = {"deep": {"answer": answer}, "rows": ({"plain": 1},), "people": people, "problem": ValueError("none")}
    assert list(panel_menu.sources_in(held)) == [answer, people]
