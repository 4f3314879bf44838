"""The charts of service and respect: what they show, that every mark opens exactly its people, and the hold list as a file."""

import csv
import io
import re
from typing import Any

import pytest

from dashboard.app import create_app
from dashboard.charts import course, crossed, spans
from dashboard.charts._scale import axis, scale_of
from dashboard.look import Look
from dashboard.page import Ask, Pages
from dashboard.panels import Panels
from dashboard.settings import Settings
from dashboard.view import View
from metrics.named import group_name
from metrics.selection import Selection
from tests.dashboard.fake_center import HOSTILE, FakeCenter
from tests.dashboard.test_charts import text
from tests.metrics import service_factory
from tests.metrics.factory import number


@pytest.fixture
def panels() -> Panels:
    return Panels(FakeCenter(), Pages.found())


@pytest.fixture
def look(panels: Panels) -> Look:
    return panels.look(View.read("/service", ""))


def drawn(panels: Panels, path: str, panel: str, query: str = "") -> str:
    return str(panels.draw(path, panel, View.read(path, query)))


def shown(html: str) -> str:
    """What is seen before the table is unfolded."""
    return text(html.partition('class="as-table"')[0])


def test_the_pages_stand_in_the_menu_in_the_order_in_which_one_looks(panels: Panels) -> None:
    paths = [page.path for page in panels.pages.menu]
    assert [path for path in paths if path in ("/staying", "/service", "/respect", "/customers", "/glossary")] == [
        "/staying",
        "/service",
        "/respect",
        "/customers",
        "/glossary",
    ]


def test_a_cell_tells_share_interval_and_size_and_opens_its_pair(panels: Panels) -> None:
    html = drawn(panels, "/service", "do-we-keep-our-promises")
    assert "first reply" in shown(html)
    assert "95.6 % 91–100 · of 900" in shown(html)
    assert "mark.priority=high&amp;mark.promise=first_reply" in html
    assert "per=promise&amp;per=priority" in html


def test_a_cell_of_too_few_says_so_and_one_of_none_is_blank(panels: Panels) -> None:
    assert "too few of 12" in shown(drawn(panels, "/service", "do-we-keep-our-promises"))


def test_rows_and_columns_are_chosen_in_the_address(panels: Panels) -> None:
    html = drawn(panels, "/service", "do-we-keep-our-promises", "kept_by=team&across=channel")
    assert "mark.channel=email&amp;mark.team=Ada+Example" in html
    one = drawn(panels, "/service", "do-we-keep-our-promises", "kept_by=priority&across=priority")
    assert shown(one).count("high") == 1


def test_a_choice_narrows_the_promises_and_what_opens_from_them() -> None:
    center = FakeCenter()
    html = drawn(Panels(center, Pages.found()), "/service", "how-does-it-change", "team=Phone+desk&priority=high")
    assert {dict(selection.where)["team"] for _, selection in center.selections} == {("Phone desk",)}
    assert "with.priority=high&amp;with.team=Phone+desk" in html


def test_a_choice_of_a_dimension_offers_its_values(panels: Panels) -> None:
    html = drawn(panels, "/service", "service")
    assert 'href="/service?team=Homes%2C+solar"' in html
    assert ">all</b>" in html


def test_an_ask_is_narrowed_only_by_what_is_chosen() -> None:
    ask = Ask(metric="promises_kept", narrowed_by=("promise", "team"), crossed_by={"kept_by": "promise", "across": "priority"})
    view = View.read("/service", "team=Chat+desk&across=promise")
    assert ask.narrowed(view) == {"team": ("Chat desk",)}
    assert ask.by(view) == ("promise",)


def test_what_counts_in_no_share_stands_beside_it_and_opens(panels: Panels) -> None:
    html = drawn(panels, "/service", "what-became-of-them")
    assert "mark.part=undecided&amp;mark.promise=first_reply" in html
    assert "not decided yet" in shown(html)
    assert "mark.part=void" in html.partition('class="as-table"')[2]


def test_who_waits_past_a_promise_is_told_with_what_they_are_worth(panels: Panels) -> None:
    html = drawn(panels, "/service", "broken-now")
    assert "30 32 €27K" in shown(html)
    assert "mark.promise=first_reply" in html


def test_those_who_wait_lead_to_their_stories(panels: Panels) -> None:
    html = drawn(panels, "/service", "they-wait-past-our-promise")
    assert 'href="/customers/C-000000000000"' in html
    assert 'data-open="/service?open=past_promise_now"' in html


def test_the_clocks_of_service_are_of_every_promise_or_of_the_chosen_one(panels: Panels) -> None:
    assert "open=running_clocks&amp;mark.part=at_risk&quot;" not in drawn(panels, "/service", "about-to-break")
    every = drawn(panels, "/service", "about-to-break")
    assert 'href="/service?open=running_clocks&amp;mark.part=at_risk"' in every
    assert "First reply" in text(every)
    one = drawn(panels, "/service", "about-to-break", "promise=first_reply")
    assert "open=running_clocks&amp;mark.part=at_risk&amp;with.promise=first_reply" in one


def test_where_too_few_went_before_nothing_is_foretold(panels: Panels) -> None:
    said = shown(drawn(panels, "/service", "what-is-going-to-break"))
    assert "about 12 10–14" in said
    assert "too few to say" in said


def test_the_backlog_adds_up_and_each_age_opens(panels: Panels) -> None:
    html = drawn(panels, "/service", "who-waits-for-a-solution")
    assert "90 at the start + 60 opened + 4 opened again − 47 solved = 107 at the end" in shown(html)
    assert "mark.age=30%2B+days" in html
    over_time = drawn(panels, "/service", "does-the-pile-grow")
    assert "mark.age=30%2B+days&amp;mark.at=2026-09" in over_time


def test_a_wait_tells_calendar_time_beside_open_time(panels: Panels) -> None:
    html = drawn(panels, "/service", "how-long-until-someone-answers")
    assert "calendar time: half in 2.0 h · nine in ten 6.0 h" in shown(html)
    assert "open time: half in 1.0 h · nine in ten 2.0 h" in shown(html)
    assert "mark.part=open" in html
    split = drawn(panels, "/service", "how-long-until-someone-answers", "by=segment")
    assert "mark.part=finished&amp;mark.segment=unknown" in split


def test_the_steps_of_the_bridge_lead_from_their_figure_to_ours(panels: Panels) -> None:
    html = drawn(panels, "/service", "from-their-figure-to-ours")
    said = shown(html)
    assert "70.0 %" in said
    assert "+16 points" in said
    assert "88.9 %" in said
    assert "mark.step=scope" in html


def test_the_rehearsal_tells_as_it_was_beside_as_it_would_be_and_each_change_is_a_link() -> None:
    center = FakeCenter()
    html = drawn(Panels(center, Pages.found()), "/service", "what-if-we-promised-something-else", "target=4h&hours=")
    assert "75.0 % → 95.0 %" in shown(html)
    assert "mark.part=mended&amp;mark.priority=high" in html
    assert 'href="/service?hours=&amp;target=8h"' in html
    _, asked = center.selections[-1]
    assert dict(asked.options) == {"open": "", "target": "4h"}


def test_what_was_told_otherwise_is_listed_with_its_cause(panels: Panels) -> None:
    html = drawn(panels, "/service", "counted-otherwise-since")
    assert "4 promises of October 2026" in text(html)
    assert "mark.cause=came+late" in html


def test_what_hit_somebody_is_told_with_customers_and_value(panels: Panels) -> None:
    html = drawn(panels, "/respect", "sold-to-in-trouble")
    assert "46" in shown(html)
    assert "€46K" in shown(html)
    assert "mark.campaign=Ada+Example&amp;mark.part=affected" in html
    team = drawn(panels, "/respect", "sold-to-in-trouble", "whose=team")
    assert "mark.part=affected&amp;mark.team=Ada+Example" in team


def test_the_cap_stands_between_what_is_allowed_and_what_is_too_many(panels: Panels) -> None:
    center = FakeCenter()
    allowed = drawn(Panels(center, Pages.found()), "/respect", "how-often-do-we-turn-to-them")
    assert 'class="part too_many"' in allowed
    assert "mark.part=affected&amp;mark.pressure_group=1" in allowed


def test_permission_not_known_is_a_class_of_its_own(panels: Panels) -> None:
    html = drawn(panels, "/respect", "were-we-allowed-to")
    assert "mark.consent=breached&amp;mark.purpose=promotional" in html
    assert "against their word" in shown(html)


def test_a_rate_per_thousand_of_few_contacts_is_not_told(look: Look) -> None:
    asked = Selection.of(period="2026-10", by="pressure_group")
    values = (number(4.1, 400, 390, 2.0, 8.0), number(900.0, 20, 20, 100.0, 999.0))
    answer = service_factory.by_one("fatigue", "score", "1", asked, values)
    html = str(spans.draw({"fatigue": answer_of(answer, asked)}, look)).partition('class="as-table"')[0]
    assert "900" not in html
    assert "too few" in html


def answer_of(answer: Any, selection: Selection) -> Any:
    from dataclasses import replace

    return replace(answer, selection=selection)


def test_the_hold_list_says_why_and_gives_each_tool_its_file(panels: Panels) -> None:
    html = drawn(panels, "/respect", "whom-must-we-leave-alone-today")
    assert 'href="/hold-list.csv?for=mailchimp" download' in html
    assert "cx hold-list --for hubspot --out hold-list.csv" in text(html)
    assert "40 customers, 6 without an id of theirs" in text(html)


def test_the_hold_list_is_a_file_that_no_spreadsheet_runs(tmp_path: Any) -> None:
    client = create_app(Settings(workspace=tmp_path), FakeCenter()).server.test_client()
    answer = client.get("/hold-list.csv?for=mailchimp")
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert rows == [
        {
            "Email Address": "ada@example.com",
            "Name": "'=Ada Example",
            "Do not contact": "open complaint",
            "Until": "2026-10-30T13:05:00Z",
        }
    ]
    assert "hold-list-mailchimp.csv" in answer.headers["Content-Disposition"]
    refused = client.get("/hold-list.csv?for=fax")
    assert refused.status_code == 400
    assert '"fax" is not one' in refused.text


def test_nothing_in_a_range_is_said_and_never_looks_kept(look: Look) -> None:
    answer = answer_of(service_factory.too_few(service_factory.promises_kept("x", Selection())), Selection.of(by="promise"))
    html = str(crossed.draw({"rows": answer, "columns": answer, "cells": answer}, look))
    assert "There is no promise in this range." in html
    assert 'class="met' not in html
    assert "Nothing in this range" in str(course.draw({"promises_kept": answer}, look))


def test_a_metric_that_is_not_there_leaves_a_sentence(look: Look) -> None:
    panels = Panels(FakeCenter(missing=("promises_kept",)), Pages.found())
    for panel in ("do-we-keep-our-promises", "which-team", "how-does-it-change"):
        html = drawn(panels, "/service", panel)
        assert "there is no metric" in html
        assert "<h2>" in html, "a panel that cannot be told still says which it is"


def test_every_panel_of_both_pages_is_a_table_too(panels: Panels) -> None:
    for path in ("/service", "/respect"):
        page = panels.pages.at(path)
        assert page is not None
        for section in page.sections:
            if section.component is None:
                made = panels.table(path, section.id, View.read(path, ""))
                assert made is not None, section.id
                assert made.plain(), section.id
                assert len(set(made.heads)) == len(made.heads), section.id


def test_a_hostile_group_is_shown_and_never_run() -> None:
    panels = Panels(FakeCenter(name=HOSTILE), Pages.found())
    for path in ("/service", "/respect"):
        page = panels.pages.at(path)
        assert page
        for section in page.sections:
            html = drawn(panels, path, section.id, "kept_by=team&whose=team&by=segment")
            assert "<img" not in html, section.id
            assert not re.search(r"failed", html), (section.id, html)


def test_a_scale_holds_every_interval_and_ends_on_round_marks(look: Look) -> None:
    scale = scale_of([number(0.86, 500, low=0.81, high=0.93)], 0.9, "percent", from_zero=False)
    assert (scale.low, scale.high) == (0.8, 0.94) or (scale.low <= 0.81 and scale.high >= 0.93)
    assert scale.x(scale.low) == 0
    assert scale.x(2.0) == 100
    assert all(mark["name"].endswith("%") for mark in axis(scale, 0.9, "percent", look))
    assert scale_of([number(0.999, 500, low=0.99, high=1.0)], None, "percent").high == 1.0
    assert scale_of([number(0.0, 0)], None, "count").high > 0


def test_codes_become_words_and_names_stay() -> None:
    assert [group_name(each) for each in ("first_reply", "unknown", "Phone desk", "email")] == [
        "first reply",
        "not known",
        "Phone desk",
        "e-mail",
    ]
