"""The charts of the journey, of staying and of customers: what they show, and that every mark opens exactly its people."""

import csv
import io
import re
from dataclasses import replace
from typing import Any

import pytest

from dashboard.asking import selection_of
from dashboard.charts._columns import Column, Part, placed
from dashboard.components import drawer, lists, search
from dashboard.files import csv_of
from dashboard.page import Ask, Pages
from dashboard.panels import Panels
from dashboard.view import View
from metrics.answer import Answer
from metrics.selection import Selection
from tests.dashboard.fake_center import FakeCenter
from tests.dashboard.test_charts import text
from tests.metrics import factory


@pytest.fixture
def panels() -> Panels:
    return Panels(FakeCenter(), Pages.found())


def drawn(panels: Panels, path: str, panel: str, query: str = "") -> str:
    return str(panels.draw(path, panel, View.read(path, query)))


def test_a_bar_is_split_into_seen_and_skipped_and_the_not_yet_known_stand_beside(panels: Panels) -> None:
    html = drawn(panels, "/journey", "how-far-did-they-get")
    assert "“I discover you”" in html
    assert "+120 not yet known" in html
    assert "60 skipped ahead" in html
    assert "mark.part=skipped&amp;mark.stage=2" in html
    assert "mark.part=not_yet_known&amp;mark.stage=1" in html
    assert "470 turned away" in text(html)
    assert "mark.part=turned_away&amp;mark.stage=1" in html


def test_a_step_that_got_worse_says_by_how_much(panels: Panels) -> None:
    said = text(drawn(panels, "/journey", "how-far-did-they-get"))
    assert "51.2 % of the stage before (48.0–54.3)" in said
    assert "a month before 55.6: no clear change" in said
    assert "a month before 48.0: 10 points worse" in said
    assert "half within 9.0 days, nine in ten within 44 days" in said


def test_a_mark_opens_the_funnel_exactly_as_it_was_asked(panels: Panels) -> None:
    html = drawn(panels, "/journey", "how-far-did-they-get", "mode=strict&window=30d")
    found = re.search(r'href="(/journey[^"]*mark.part=turned_away[^"]*)"', html)
    assert found is not None
    path, _, query = found[1].replace("&amp;", "&").partition("?")
    view = View.read(path, query)
    assert view.target is not None
    assert view.target.options == {"mode": "strict", "window": "30d", "period_of": "window_end"}
    assert view.options == {"mode": "strict", "window": "30d"}
    assert view.target.period == "2026-10"


def test_split_each_group_has_its_own_people(panels: Panels) -> None:
    html = drawn(panels, "/journey", "how-far-did-they-get", "by=segment")
    assert "mark.part=known&amp;mark.segment=web" in html
    assert "per=segment" in html
    assert "too few" in html


def test_the_report_takes_the_place_of_the_funnel(panels: Panels) -> None:
    here = text(drawn(panels, "/journey", "how-far-did-they-get", "report=here_now"))
    assert "4,221" in here
    assert "half here for 93 days or longer" in here
    moved = drawn(panels, "/journey", "how-far-did-they-get", "report=moved")
    assert "350 people" in moved
    assert "mark.part=left&amp;mark.stage=1" in moved


def test_a_curve_of_too_few_is_not_drawn(panels: Panels) -> None:
    html = drawn(panels, "/journey", "how-long-does-it-take", "by=segment")
    assert "38.4 % Homes" in html
    assert "Tiny" not in html.split("as-table")[0]


def test_what_is_not_clear_is_only_in_the_table(panels: Panels) -> None:
    html = drawn(panels, "/journey", "what-goes-along-with-turning-away")
    shown, _, table = html.partition("as-table")
    assert "+17 points" in shown
    assert "nothing to it" not in shown
    assert "nothing to it" in table
    assert "not shown to be the cause" in shown


def test_a_change_inside_its_interval_is_said_to_be_none(panels: Panels) -> None:
    html = drawn(panels, "/journey", "why-did-it-move")
    assert "no clear change" in html
    assert "mark.part=came&amp;mark.segment=Homes%2C+other&amp;mark.when=before" in html


def test_a_way_opens_its_people(panels: Panels) -> None:
    html = drawn(panels, "/journey", "which-ways-do-they-take")
    assert "mark.from=Attract&amp;mark.step=1&amp;mark.to=went+no+further" in html
    assert html.count('class="band') == 3


def test_those_who_set_out_are_asked_of_the_days_before_their_time_ended() -> None:
    center = FakeCenter()
    ask = Ask(metric="time_to_convert", period="entry", options={"window": "90d"}, step={"from_stage": "from", "to_stage": "to"})
    asked = selection_of(ask, center, View.read("/journey", "period=2026-09"))
    assert asked.period == "2026-06-03..2026-07-03"
    assert asked.options == {"from_stage": "discover", "to_stage": "choose", "window": "90d"}
    later = selection_of(ask, center, View.read("/journey", "period=2026-09&period_of=entry&step=settle"))
    assert later.period == "2026-09"
    assert later.options["from_stage"] == "choose"


def test_survival_is_drawn_as_long_as_enough_are_followed(panels: Panels) -> None:
    html = drawn(panels, "/staying", "how-long-do-they-stay")
    assert "78 % Ada Example" in html
    assert "20 %" not in html.split("as-table")[0].replace("aria", "")
    assert "2.46 %" in html


def test_the_lifecycle_tells_the_open_month_apart(panels: Panels) -> None:
    html = drawn(panels, "/staying", "who-is-active")
    assert "mark.at=2026-10&amp;mark.part=not_seen_yet" in html
    assert "mark.at=2026-09&amp;mark.part=dormant" in html


def test_moves_between_groups_open_both_ends(panels: Panels) -> None:
    html = drawn(panels, "/staying", "do-they-become-worth-more-to-us")
    assert "mark.from=High+value&amp;mark.to=not+a+customer" in html
    assert "−€124K" in html


def test_a_score_never_stands_without_how_it_came_true(panels: Panels) -> None:
    html = drawn(panels, "/staying", "who-is-likely-to-leave")
    assert "40 expected (28–53), €26K a year" in html
    assert "foretold 3.0 %, came true 4.0 % of 900" in html


def test_a_range_is_told_from_end_to_end(panels: Panels) -> None:
    assert "−1.9 to 0.4 %" in drawn(panels, "/staying", "do-contracts-stay-and-grow")


def test_a_list_narrows_every_page_and_opens_its_people(panels: Panels) -> None:
    html = drawn(panels, "/customers", "lists-of-people")
    assert "/customers?where.list=movers" in html
    assert "open=customers_lost&amp;over=2026-09&amp;mark.reason=Moved+away" in html
    assert "it is no more" in html


def test_another_segmentation_splits_the_table_by_its_dimension() -> None:
    center = FakeCenter()
    Panels(center, Pages.found()).draw("/customers", "segments-and-moves", View.read("/customers", "segmentation=rfm"))
    assert dict(center.selections)["customer_equation"].by == ("rfm",)


def test_segments_of_no_customers_are_an_empty_table(monkeypatch: pytest.MonkeyPatch) -> None:
    center = FakeCenter()
    nobody = replace(factory.equation(), rows=(replace(factory.equation().rows[0], by={}),))
    monkeypatch.setattr(center, "ask", lambda *_, **__: nobody)
    html = str(Panels(center, Pages.found()).draw("/customers", "segments-and-moves", View.read("/customers", "")))
    assert "failed" not in html
    assert "No customers in this range" in html


def test_an_event_of_a_menu_may_be_called_anything() -> None:
    hostile = FakeCenter(name="<b>&")
    html = str(Panels(hostile, Pages.found()).draw("/staying", "staying", View.read("/staying", "")))
    assert "&lt;b&gt;&amp;" in html
    assert "start=%3Cb%3E%26" in html


def test_what_a_chart_shows_is_a_file_of_plain_numbers(panels: Panels) -> None:
    table = panels.table("/journey", "how-far-did-they-get", View.read("/journey", ""))
    assert table is not None
    rows = list(csv.DictReader(io.StringIO(csv_of(table.heads, table.plain()))))
    assert [row["reached"] for row in rows] == ["963", "493", "189"]
    assert float(rows[1]["of the stage before"]) == pytest.approx(493 / 963)


def test_the_people_of_a_number_can_be_kept_as_a_list() -> None:
    query = "open=journey_funnel&over=2026-10&mark.stage=1&mark.part=turned_away&opt.window=90d&where.segment=Homes, gas"
    asked = "--period 2026-10 --where 'segment=Homes, gas' --window 90d --mark stage=1 --mark part=turned_away"
    assert drawer.command(View.read("/journey", query)) == f"cx save NAME journey_funnel {asked}"


def test_an_option_goes_with_its_own_page_only() -> None:
    view = View.read("/journey", "mode=strict&by=segment&period=2026-09")
    assert view.elsewhere("/staying") == "/staying?period=2026-09"
    assert view.chosen(mode=None).href() == "/journey?period=2026-09&by=segment"


def test_where_nothing_moved_clearly_the_greatest_loss_is_said_in_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    few = factory.funnel_row({}, (120, 80, 20), (0, 0, 0))
    answer = replace(factory.answer("journey_funnel", "percent", few.value, (few,)), selection=Selection.of(period="2026-10"))
    center = FakeCenter()
    monkeypatch.setattr(center, "ask", lambda *_, **__: answer)
    html = Panels(center, Pages.found()).draw("/journey", "how-far-did-they-get", View.read("/journey", ""))
    assert "Most turned away after “I choose you”: 60 of 80." in text(str(html))


def test_what_to_bear_in_mind_of_a_split_stands_beneath_it(monkeypatch: pytest.MonkeyPatch) -> None:
    center = FakeCenter()
    asked = center.ask
    monkeypatch.setattr(center, "ask", lambda *a, **k: replace(asked(*a, **k), notices=("bear this in mind",)))
    html = str(Panels(center, Pages.found()).draw("/journey", "how-far-did-they-get", View.read("/journey", "by=segment")))
    assert html.count("bear this in mind") == 1


def test_a_row_too_few_keeps_its_number_in_the_file(panels: Panels) -> None:
    few = factory.funnel_row({}, (12, 8, 2), (0, 0, 0))
    answer = replace(factory.answer("journey_funnel", "percent", few.value, (few,)), selection=Selection.of(period="2026-10"))

    class OfFew(FakeCenter):
        def ask(self, metric: str, selection: Selection | None = None, **_: Any) -> Answer:
            return answer

    table = Panels(OfFew(), Pages.found()).table("/journey", "how-far-did-they-get", View.read("/journey", ""))
    assert table is not None
    shares = [cell for row in table.rows for cell in row if cell.text == "too few"]
    assert shares
    assert all(isinstance(cell.plain, float) for cell in shares)


def columns(panels: Panels, up: float, down: float) -> tuple[dict[str, Any], list[str]]:
    def part(count: float) -> Part:
        return Part(count=count, kind="gained", name="", href="")

    column = Column(key="2026-10", name="Oct", ups=[part(up)], downs=[part(down)])
    drawing = placed([column], panels.look(View.read("/staying", "")))
    return drawing, [line["name"] for line in drawing["lines"]]


@pytest.mark.parametrize(
    ("up", "down", "marks"),
    [
        (401, 284, ["200", "0", "200", "400"]),
        (390, 160, ["200", "100", "0", "100", "200", "300", "400"]),
        (3, 0, ["0", "1", "2", "3"]),
        (1, 1, ["1", "0", "1"]),
        (12_345, 900, ["0", "5,000", "10,000"]),
        (0, 0, ["0"]),
    ],
)
def test_an_axis_of_columns_ends_near_the_highest_one_at_round_marks(
    panels: Panels, up: float, down: float, marks: list[str]
) -> None:
    drawing, names = columns(panels, up, down)
    assert names == marks
    drawn_part = sum(part["height"] for part in drawing["columns"][0]["parts"])
    assert drawn_part == 0 if up == 0 else drawn_part >= 80
    assert all(0 <= line["y"] <= 100 for line in drawing["lines"])


def test_those_who_went_no_further_are_named_once_and_every_place_says_its_people_where_it_is_pointed_at(panels: Panels) -> None:
    html = drawn(panels, "/journey", "which-ways-do-they-take")
    named = re.findall(r'<span class="place-name[^>]*>([^<]+)</span>', html)
    assert named == ["Attract", "Ada Example", "went no further"]
    assert "<title>went no further, 206 people</title>" in html
    assert "<title>went no further, 292 people</title>" in html


def test_a_list_says_when_it_was_saved_as_people_write_a_day(panels: Panels) -> None:
    look, row = panels.look(View.read("/customers", "")), panels.center.lists()[0]
    assert "saved 30 Oct<" in str(lists.draw((row,), look))
    assert "saved 30 Oct 2025<" in str(lists.draw(({**row, "saved_at": "2025-10-30T13:05:00Z"},), look))
    assert "saved last spring<" in str(lists.draw(({**row, "saved_at": "last spring"},), look))


def test_without_a_list_the_panel_says_how_one_is_saved(panels: Panels) -> None:
    assert "Keep these people as a list" in text(lists.draw((), panels.look(View.read("/customers", ""))))


def test_a_search_marks_what_it_found_and_says_so_where_that_is_not_the_name(panels: Panels) -> None:
    person = panels.center.search("ada")[0]

    def found(searched: str, matched: str, **known: str) -> str:
        look = panels.look(View.read("/customers", f"?q={searched}"))
        return str(search.draw(search.Found(customers=({**person, "matched": matched, **known},)), look))

    assert "<mark>Ada</mark> Example" in found("ada", "name")
    assert "found by" not in found("ada", "name")
    by_mail = found("rosskamp", "e-mail", email="x@pottery-rosskamp-5.example.com")
    assert "x@pottery-<mark>rosskamp</mark>-5.example.com" in by_mail
    assert "found by e-mail" in by_mail
    assert "<mark>+49301234567</mark>" in found("030 1234", "phone")
    assert "<mark>Ro</mark> &amp; Co" in found("ro", "company", company_name="Ro & Co")
    assert "<mark>&lt;b&gt;</mark>" in found("<b>", "name", name="<b>")
