"""Every panel over the tiny sample: no two columns of its table are called the same, its file loses none, its picture names nobody."""

import csv
import io
import re
from html import unescape

import pytest

from dashboard.files import csv_of
from dashboard.page import Page, Pages
from dashboard.panels import Panels
from dashboard.table import Cell, Table
from dashboard.view import View
from metrics import CommandCenter
from metrics.language import LANGUAGES

PAGES = Pages.found()
LINK = re.compile(r'<a[^>]*href="/customers/(C-[0-9a-f]+)[^>]*>\s*([^<]+)')
"""A link to a customer that says something which can be read."""


def address(page: Page, center: CommandCenter) -> str:
    if "<" not in page.path:
        return page.path
    return f"/customers/{center.customers_behind('customers_gained', limit=1).rows[0]['customer_id']}"


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_two_columns_of_a_table_are_called_the_same(tiny_center: CommandCenter, language: str) -> None:
    panels, doubled, seen = Panels(tiny_center, PAGES), {}, 0
    for page in PAGES.pages:
        path = address(page, tiny_center)
        for section in page.sections:
            table = None if section.before_data else panels.table(path, section.id, View.read(path, f"lang={language}"))
            if table is not None:
                seen += 1
                heads = list(table.heads)
                doubled |= {section.id: heads} if len(set(heads)) < len(heads) else {}
    assert seen > 40
    assert doubled == {}


def test_a_file_holds_every_column_even_where_two_are_called_the_same() -> None:
    table = Table(("Wert", "Wert"), [[Cell("a", 1), Cell("b", 2)]])
    assert list(csv.reader(io.StringIO(csv_of(table.heads, table.plain())))) == [["Wert", "Wert"], ["1", "2"]]


def test_what_names_customers_is_offered_as_no_picture(tiny_center: CommandCenter) -> None:
    panels, naming = Panels(tiny_center, PAGES), {}
    for page in PAGES.pages:
        path = address(page, tiny_center)
        for section in page.sections:
            html = "" if section.before_data else str(panels.draw(path, section.id, View.read(path, "period=all")))
            link = LINK.search(html.partition('class="as-table"')[0])
            if link and unescape(link[2]).strip() in (link[1], tiny_center.story(link[1]).customer["name"]):
                naming[section.id] = 'data-does="png"' in html
    assert len(naming) > 3
    assert not any(naming.values()), naming
