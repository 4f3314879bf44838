"""Charts are pure: answers in, escaped text and SVG out."""

import re
from dataclasses import replace
from datetime import timedelta
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from dashboard.charts import bars, clocks, cohorts, equation, intervals, ratebar, sparkline, strip, tiles
from dashboard.components import drawer
from dashboard.first_run import Shown
from dashboard.look import Look
from dashboard.page import Pages
from dashboard.panels import Panels
from dashboard.view import View
from metrics.answer import Row
from metrics.errors import UnknownName
from metrics.selection import Selection
from tests.dashboard.fake_center import HOSTILE, FakeCenter, running_clocks
from tests.dashboard.healthy_center import Healthy
from tests.metrics import factory
from tests.metrics.factory import AS_OF, number


@pytest.fixture
def center() -> FakeCenter:
    return Healthy()


@pytest.fixture
def look(center: FakeCenter) -> Look:
    return Panels(center, Pages.found()).look(View.read("/", ""))


def text(html: object) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", str(html))).strip()


class Balanced(HTMLParser):
    """Fails on a tag that is never closed."""

    void = ("wbr", "br", "img", "input", "path", "rect", "line", "circle")

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        if tag not in self.void:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in self.void:
            assert self.open, f"</{tag}> was never opened"
            assert self.open.pop() == tag


def every_panel(center: FakeCenter, folder: Path, query: str = "") -> list[tuple[str, str]]:
    panels = Panels(Shown(center, folder), Pages.found())
    drawn = [("header", str(panels.draw("*", "header", View.read("/", query))))]
    for page in panels.pages.pages:
        path = page.path.replace("<customer_id>", "C-00000000002a")
        drawn += [(section.id, str(panels.draw(path, section.id, View.read(path, query)))) for section in page.sections]
    drawer = panels.draw_drawer(View.read("/", "open=customers_lost&" + query))
    return [*drawn, ("drawer", str(drawer))]


def test_every_panel_is_well_formed(center: FakeCenter, tmp_path: Path) -> None:
    for name, html in every_panel(center, tmp_path):
        reader = Balanced()
        reader.feed(html)
        assert not reader.open, name
        assert "failed" not in html, name


def test_hostile_names_are_shown_and_never_run(tmp_path: Path) -> None:
    panels = every_panel(Healthy(name=HOSTILE), tmp_path, "q=img")
    for name, html in panels:
        assert "<img" not in html, name
    shown = [name for name, html in panels if "&lt;img src=x onerror=" in html]
    assert {"story", "drawer", "find-a-customer"} <= set(shown)


def test_every_number_of_the_overview_is_a_link_that_opens(center: FakeCenter, look: Look) -> None:
    html = str(equation.draw({"customer_equation": center.ask("customer_equation")}, look))
    for part in ("opening", "gained", "returned", "ended", "fell_silent", "grown", "shrunk", "closing"):
        assert f"mark.part={part}" in html
    assert html.count("data-open=") == html.count("href=")


def test_the_headline_marks_what_is_worse(center: FakeCenter, look: Look) -> None:
    html = str(equation.draw({"customer_equation": center.ask("customer_equation")}, look))
    assert '<span class="missed">€22K a year less</span>' in html
    assert "115 more customers, but €22K a year less : we lose the more valuable ones." in text(html)


def test_a_count_under_the_clocks_opens_exactly_its_clocks(center: FakeCenter) -> None:
    panels = Panels(center, Pages.found())
    html = str(panels.draw("/", "about-to-break", View.read("/", "")))
    for part, count in (("broke_last_hour", 5), ("at_risk", 6), ("time_left", 11)):
        query = f"open=running_clocks&mark.part={part}&with.promise=first_reply"
        assert query.replace("&", "&amp;") in html
        listed = drawer.people(center, View.read("/", query), limit=50)
        assert listed.count == len(listed.rows) == count
        assert f"{count} " in text(html)


def test_where_no_promise_fell_due_nobody_is_said_to_be_served_well(look: Look) -> None:
    none = {name: factory.answer(name, "customers", number(None, 0)) for name in ("replied_in_time", "past_promise_now")}
    html = str(strip.draw({"journey_strip": factory.strip(), **none}, look))
    assert "no promise of a reply fell due" in html
    assert "past our promise" not in html


def test_past_our_promise_opens_exactly_the_promises_it_counts(look: Look) -> None:
    past = factory.answer(
        "past_promise_now", "customers", number(37.0, 37), selection=Selection.of(where={"promise": "first_reply"})
    )
    html = str(strip.draw({"journey_strip": factory.strip(), "past_promise_now": past}, look))
    assert "open=past_promise_now&amp;with.promise=first_reply" in html
    assert "37 wait past our promise of a reply" in text(html)


def test_a_share_that_cannot_be_known_yet_is_blank_and_one_that_may_change_is_dashed(center: FakeCenter, look: Look) -> None:
    html = str(cohorts.draw({"retention": center.ask("retention")}, look))
    assert "Jun 2026, 3 months on: 94.0 % of 310, can still rise" in html
    assert "Jun 2026, 4 months on" not in html
    assert 'class="provisional"' in html
    assert "Aug 2024" not in html
    assert "mark.cohort=2026-06&amp;mark.since=3" in html


def test_a_share_that_is_left_out_for_few_is_drawn_faint_and_told_as_nothing(center: FakeCenter, look: Look) -> None:
    answer = center.ask("retention")
    cells = [{**cell, "value": number(None, 0), "provisional": False} for cell in answer.rows[2].extra["cells"]]
    hidden = replace(answer.rows[2], extra={**answer.rows[2].extra, "cells": cells})
    html = str(cohorts.draw({"retention": replace(answer, rows=(answer.rows[0], hidden))}, look))
    assert "Sept 2025, 3 months on: – of 0" in html


def test_reasons_stand_the_most_first_and_the_unknown_last(center: FakeCenter, look: Look) -> None:
    answer = replace(factory.lost_by_reason(), selection=Selection.of(by="reason"))
    names = re.findall(r'data-key="([^"]+)"', str(bars.draw({"lost": answer}, look)))
    assert names[0] == "Waited too long for help"
    assert names[-1] == "unknown"


def test_reasons_that_find_no_room_are_one_bar_that_opens_all_of_them(look: Look) -> None:
    rows = tuple(Row(by={"reason": f"reason {i}"}, value=number(10.0 - i, 10 - i)) for i in range(9))
    answer = factory.answer("customers_lost", "customers", number(54.0, 54), rows, selection=Selection.of(by="reason"))
    html = str(bars.draw({"lost": answer}, look))
    assert "3 others: 9" in html
    assert "with.reason=reason+6&amp;with.reason=reason+7&amp;with.reason=reason+8" in html


@pytest.mark.parametrize("chart", [bars, intervals])
def test_a_chart_without_rows_says_why(chart: Any, look: Look) -> None:
    answer = replace(factory.nothing(), selection=Selection.of(by="channel"))
    said = text(chart.draw({"replied_in_time": answer}, look))
    assert "Nothing in this range No first replies in this range." in said


def test_shares_are_never_added_up(center: FakeCenter, look: Look) -> None:
    rows = tuple(Row(by={"channel": f"c{i}"}, value=number(0.9, 100 if i else 5, 90, 0.8, 0.95)) for i in range(9))
    answer = factory.answer("replied_in_time", "percent", number(0.9, 900), rows, selection=Selection.of(by="channel"))
    said = text(bars.draw({"replied": answer}, look))
    assert "others" not in said
    assert "90.0 %" in said
    assert "too few" in said


def test_a_share_of_too_few_people_is_not_shown(look: Look) -> None:
    plain = factory.strip()
    few = replace(plain.rows[0], extra={**plain.rows[0].extra, "share": number(0.5, 12, 12, 0.2, 0.8)})
    html = str(strip.draw({"journey_strip": replace(plain, rows=(few, *plain.rows[1:]))}, look))
    assert "too few to say" in html
    assert "50.0 %" not in html


def test_a_change_inside_its_interval_is_grey_and_says_so(look: Look) -> None:
    said = text(strip.draw({"journey_strip": factory.strip()}, look))
    assert "a month before 14.0 : no clear change" in said.replace("14.0:", "14.0 :")
    assert "8 points worse" in said


def test_a_stock_of_a_period_that_is_over_names_its_day(look: Look) -> None:
    over = replace(factory.strip(), period=factory.SEPTEMBER)
    assert "prospects here on 30 September" in text(strip.draw({"journey_strip": over}, look))
    assert "prospects here now" in text(strip.draw({"journey_strip": factory.strip()}, look))


def test_lines_whose_figures_do_not_exist_are_absent(look: Look) -> None:
    missing = UnknownName('there is no metric "open_cases"', name="open_cases")
    html = str(strip.draw({"journey_strip": factory.strip(), "open_cases": missing}, look))
    assert "I need help" not in html
    assert "voice" not in html


def test_no_two_clocks_lie_on_each_other() -> None:
    rows = [{"due_at": AS_OF + timedelta(minutes=30), "state": "open"} for _ in range(40)]
    crowd = [clocks.Clock(x=30.0 + i / 50, part="time_left", row=row) for i, row in enumerate(rows)]
    placed = [(x, level) for _, x, level in clocks.spread(crowd)]
    assert len(set(placed)) == 40
    for level in clocks.LEVELS:
        row = sorted(x for x, at in placed if at == level)
        assert all(b - a >= clocks.GAP - 1e-9 for a, b in pairwise(row))


def test_each_clock_names_who_waits_and_until_when(look: Look) -> None:
    html = str(clocks.draw({part: running_clocks(part) for part, _, _ in clocks.PARTS}, look))
    assert 'aria-label="Example Person 2: T-1002, due 14:13, at risk"' in html
    assert "6 at risk" in text(html)


def test_without_clocks_the_panel_says_so(look: Look) -> None:
    empty = replace(running_clocks(), rows=(), count=0, customers=0)
    assert "No promise runs out" in text(clocks.draw(dict.fromkeys(("broke_last_hour", "at_risk", "time_left"), empty), look))


def test_too_few_answers_are_words_and_not_a_score(center: FakeCenter, look: Look) -> None:
    answer = center.ask("nps_relational", Selection.of(by="stage"))
    said = text(intervals.draw({"nps_relational": answer}, look))
    assert "7, too few" in said
    assert "answers are known until" in said


def test_a_tile_that_cannot_be_answered_says_what_instead(look: Look) -> None:
    problem = UnknownName('there is no metric "repled_in_time"', name="repled_in_time", known=["replied_in_time"])
    assert 'Did you mean "replied_in_time"?' in text(tiles.draw({"repled_in_time": problem}, look)).replace("&#34;", '"')


def test_a_tile_shows_counts_interval_and_change(center: FakeCenter, look: Look) -> None:
    said = text(tiles.draw({"replied_in_time": center.ask("replied_in_time")}, look))
    assert "90.6 %" in said
    assert "between 88.8 % and 92.1 %" in said
    assert "1,204 rows" in said
    assert "no clear change" in said


def test_a_tile_without_rows_is_never_green(look: Look) -> None:
    html = str(tiles.draw({"replied_in_time": factory.nothing()}, look))
    assert "no data" in html
    assert 'class="st met"' not in html


def test_a_sparkline_needs_two_values() -> None:
    assert str(sparkline.draw([1.0], "one")) == ""
    assert "<path" in str(sparkline.draw([1.0, None, 3.0], "three"))


def test_a_bar_never_leaves_its_axis() -> None:
    html = str(ratebar.draw(number(0.24, 100, 100, 0.2, 0.29), before=0.1, aim=None, label="a"))
    widths = [float(x) for x in re.findall(r'(?:x1|x2|width)="([\d.]+)%"', html)]
    assert max(widths) <= 100
    assert "50 %" in html
