"""Five stories behind a number: drawn by lot, the same for a link, told without who it is."""

import re
from dataclasses import replace
from html import unescape

import pytest

from dashboard import five
from dashboard.page import Pages
from dashboard.panels import Panels
from dashboard.view import View
from metrics import CommandCenter
from metrics.sentences import without_people

OPENED = "open=replied_in_time&over=all&show=five"
CUSTOMER = re.compile(r"/customers/(C-[0-9a-f]+)")


def html_of(center: CommandCenter, query: str) -> str:
    return unescape(str(Panels(center, Pages.found()).draw_drawer(View.read("/", query))))


def drawn(html: str) -> list[str]:
    return CUSTOMER.findall(html)


def test_a_link_shows_the_same_five_and_another_draw_others(tiny_center: CommandCenter) -> None:
    first, again, other = (drawn(html_of(tiny_center, query)) for query in (OPENED, OPENED, f"{OPENED}&draw=2"))
    assert first == again
    assert len(set(first)) == len(first) == 5
    assert first != other
    assert "draw=2" in html_of(tiny_center, OPENED)


def test_the_five_are_of_those_behind_the_number(tiny_center: CommandCenter) -> None:
    behind = {row["customer_id"] for row in tiny_center.customers_behind("replied_in_time", period="all").rows}
    assert set(drawn(html_of(tiny_center, OPENED))) <= behind


@pytest.mark.parametrize("number", range(1, 4))
def test_nothing_that_is_shown_names_anybody(tiny_center: CommandCenter, number: int) -> None:
    html = html_of(tiny_center, f"{OPENED}&draw={number}")
    shown = re.sub(r"<[^>]+>", " ", html[html.index("told-story") :])
    for customer in drawn(html):
        told = tiny_center.story(customer).customer
        for known in (told["name"], told.get("email"), told.get("phone")):
            assert not known or str(known) not in shown
    assert not re.search(r"\S+@\S+\.\w", shown)


def test_what_people_wrote_is_redacted_before_it_is_told(tiny_center: CommandCenter) -> None:
    row = tiny_center.customers_behind("nps_relational", period="all", limit=1).rows[0]
    story = tiny_center.story(str(row["customer_id"]))
    name = str(story.customer["name"])
    said = {**story.scores[0], "comment": f"Call {name} under 0151 / 998 877 or ada@example.com"}
    bare = five.redacted(tiny_center, replace(story, scores=(said,)))
    assert bare.scores[0]["comment"] == f"Call {' '.join('[…]' for _ in name.split())} under […] or […]"
    assert bare.customer == story.customer


def test_who_joins_a_list_takes_one_place_of_the_five_at_most() -> None:
    rows = [{"customer_id": f"C-{number}"} for number in range(40)]
    before = {row["customer_id"] for row in five.draw(rows, "seed")}
    after = {row["customer_id"] for row in five.draw([{"customer_id": "C-new"}, *reversed(rows)], "seed")}
    assert len(before & after) >= 4
    assert [len(five.draw(rows[:few], "seed")) for few in (0, 3, 5)] == [0, 3, 5]


@pytest.mark.parametrize(("metric", "said"), [("customers_brought", "empfohlen von […]"), ("higher_plan", "folgte auf […]")])
def test_why_they_are_listed_names_no_other_customer_and_no_contract(tiny_center: CommandCenter, metric: str, said: str) -> None:
    behind = tiny_center.customers_behind(metric, period="all").rows
    assert behind
    html = html_of(tiny_center, f"open={metric}&over=all&show=five&lang=de")
    because = re.findall(r'<p class="because">(.*?)</p>', html)
    assert set(because) == {said}
    shown = re.sub(r"<[^>]+>", " ", html[html.index("told-story") :])
    for row in behind:
        last = str(row["because"]).rpartition(" ")[2]
        assert last not in shown


def test_the_days_of_a_reason_stay_and_words_that_people_wrote_are_bared() -> None:
    def bare(text: str) -> str:
        return text.replace("Ada", "[…]")

    assert without_people("became a customer on 2026-10-05; recommended by Ada; Söhne", bare) == (
        "became a customer on 2026-10-05; recommended by […]; Söhne"
    )
    assert without_people("lost: Ada was rude", bare) == "lost: […] was rude"
    assert without_people("speaks of price: “Ada”", bare) == "speaks of price: “[…]”"
    assert without_people(None, bare) == ""
