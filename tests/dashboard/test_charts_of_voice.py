"""The charts of voice: what is asked apart is drawn apart, what is too few says so, what was written in confidence is not shown."""

import re
from dataclasses import replace
from typing import Any

import pytest

from dashboard.charts import _scores, comments, loop, owed, scores, themes, voices, waves
from dashboard.look import Look
from dashboard.page import Pages
from dashboard.panels import Panels
from dashboard.view import View
from metrics.answer import Notice, Row
from metrics.notices import NOTHING
from tests.dashboard.fake_center import HOSTILE, FakeCenter
from tests.metrics import factory, voice_factory
from tests.metrics.factory import number


@pytest.fixture
def center() -> FakeCenter:
    return FakeCenter()


@pytest.fixture
def look(center: FakeCenter) -> Look:
    return Panels(center, Pages.found()).look(View.read("/voice", ""))


def text(html: object) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", str(html))).strip()


def test_a_wave_of_too_few_answers_has_no_point_and_no_line_over_it(look: Look) -> None:
    html = str(waves.draw({"nps_relational": voice_factory.waves()}, look))
    assert html.count("<circle") == 2
    assert 'class="line series-0"' not in html
    assert "◇ 7" in html
    assert "under 30, indicative" in html


def test_waves_that_follow_one_another_are_joined_with_their_band(look: Look) -> None:
    answer = voice_factory.waves()
    html = str(waves.draw({"nps_relational": replace(answer, rows=(answer.rows[0], answer.rows[2]))}, look))
    assert html.count('class="line series-0"') == html.count('class="area series-0"') == 1
    assert "aim 40" in html


def test_of_several_scales_one_is_drawn_and_the_others_are_named_apart(look: Look) -> None:
    rows = tuple(
        Row(by={"scale": scale}, at=f"2026-{month:02d}", value=number(0.8, n, n, 0.7, 0.9))
        for scale, n in (("1–5", 200), ("1–7", 60))
        for month in (8, 9, 10)
    )
    html = str(waves.draw({"x": replace(voice_factory.satisfied({"1–5": number(0.8, 600)}), rows=rows)}, look))
    assert html.count("<circle") == 3
    assert "Scale 1–5; the others are series of their own." in html


def test_an_unnamed_wave_is_no_wave(look: Look) -> None:
    answer = voice_factory.waves(Row(by={"wave": "no wave"}, value=number(12.0, 90, 90, 1.0, 23.0)))
    assert [row.by["wave"] for row in waves.shown_rows(answer)] == ["2024", "2025", "2026"]


def test_scores_of_several_scales_are_never_one_number(look: Look) -> None:
    answer = voice_factory.satisfied({"1–5": number(0.8, 200, 200, 0.74, 0.85), "1–7": number(0.6, 40, 40, 0.45, 0.74)})
    said = text(scores.draw({"satisfied_after_contact": answer}, look))
    assert "scale 1–5" in said
    assert "scale 1–7" in said
    assert said.count("80 %") == 1
    opened = re.findall(r'data-open="([^"]+)"', str(scores.draw({"satisfied_after_contact": answer}, look)))
    assert any("mark.scale=1%E2%80%935" in href for href in opened)


def test_a_score_of_seven_answers_says_so(look: Look) -> None:
    answer = factory.answer("nps_relational", "nps", number(57.0, 7, 7, 10.0, 80.0))
    said = text(scores.draw({"nps_relational": answer}, look))
    assert "7 rows, too few" in said
    assert "57" not in said


def test_what_nobody_answered_is_named_and_no_line_of_its_own(look: Look) -> None:
    answer = factory.answer("nps_relational", "nps", number(None, 0))
    said = text(scores.draw({"nps_relational": answer}, look))
    assert "No answers in this selection: nps relational." in said


def test_a_theme_without_a_clear_effect_is_grey_and_says_so(look: Look) -> None:
    html = str(themes.draw({"nps_themes": voice_factory.themes("late")}, look))
    assert text(html).count("no clear effect") == 1
    assert '<span class="st missed">−4.9</span>' in html
    assert '<span class="st none">+0.6</span>' in html
    assert "12 answers" in text(html)


def test_a_theme_leads_to_its_comments(look: Look) -> None:
    assert 'href="/voice?theme=Waiting"' in str(themes.draw({"nps_themes": voice_factory.themes("late")}, look))


def test_a_stage_that_was_not_asked_still_has_its_own_voice(look: Look) -> None:
    said = text(voices.draw({"voice_by_stage": voice_factory.voices()}, look))
    assert "no answers" in said
    assert "17 requests, 0 complaints Bill 8" in said
    assert "unknown" not in said


def test_where_nobody_was_asked_there_is_no_axis_and_why_is_said_once(look: Look) -> None:
    answer = voice_factory.voices()
    rows = tuple(replace(row, value=number(None, 0)) for row in answer.rows)
    why = Notice("No answers in May 2026. Widest range with data: 1 June 2026 to 9 June 2026.", NOTHING)
    html = str(
        voices.draw(
            {"voice_by_stage": replace(answer, rows=rows, caption="No answers in May 2026.", notices=(why,))},
            look,
        )
    )
    assert 'class="aim"' not in html
    assert html.count("No answers in May 2026.") == 1
    assert "17 requests, 0 complaints Bill 8" in text(html)


def test_what_was_written_in_confidence_is_not_shown(look: Look) -> None:
    answer = voice_factory.comments("x")
    html = str(comments.draw({"comments": answer}, look))
    assert "A secret." not in html
    assert "C-000000000003" not in html
    assert "written in confidence is not shown" in html
    assert "A secret." not in str(comments.table({"comments": answer}, look).plain())


def test_the_words_of_a_theme_are_marked_and_nothing_of_a_comment_runs(look: Look) -> None:
    html = str(comments.draw({"comments": voice_factory.comments(HOSTILE)}, look))
    assert "<mark>Waited</mark>" in html
    assert "<img" not in html


def test_whose_comments_are_read_is_a_link_that_keeps_the_theme(look: Look) -> None:
    chosen = replace(look, view=look.view.chosen(theme="Waiting"))
    html = str(comments.draw({"comments": voice_factory.comments("x")}, chosen))
    assert 'href="/voice?given=detractors&amp;theme=Waiting"' in html
    assert '<a href="/voice?theme=Waiting" data-nav="true" aria-current="true">all</a>' in html
    assert "detractor" in text(html)


def test_of_nobody_who_wrote_so_the_way_back_stays(look: Look) -> None:
    answer = voice_factory.comments("x")
    none = replace(answer, rows=(), options={**answer.options, "given": "promoters", "theme": "Waiting"})
    html = str(comments.draw({"comments": none}, look))
    assert "3 comments of promoters; none speaks of Waiting" in text(html)
    assert 'aria-current="true">promoters</a>' in html
    assert "Nothing in this range" in str(comments.draw({"comments": replace(answer, rows=())}, look))


@pytest.mark.parametrize(
    ("comment", "words", "pieces"),
    [
        ("Too late, LATE again", ["late", "late again"], [("Too ", False), ("late", True), (", ", False), ("LATE again", True)]),
        ("Fine", [], [("Fine", False)]),
        ("a.c abc", ["a.c"], [("a.c", True), (" abc", False)]),
    ],
)
def test_words_are_found_however_they_are_written(comment: str, words: list[str], pieces: list[Any]) -> None:
    assert comments.marked(comment, words) == pieces


def test_what_we_owe_goes_by_what_the_customers_are_worth_and_who_is_to_be_left_alone_comes_last(
    center: FakeCenter, look: Look
) -> None:
    names = ("must_not_be_contacted", "silence", "outreach_during_complaint")
    answers = {name: center.ask(name) for name in names}
    assert [each.answer.metric for each in owed.owed_of(answers)] == [
        "outreach_during_complaint",
        "silence",
        "must_not_be_contacted",
    ]
    html = str(owed.draw(answers, look))
    assert "46 sold to while complaining" in text(html)
    assert "mark.part=affected" in html


def test_nobody_let_down_is_met_and_said_in_words(look: Look) -> None:
    nobody = replace(voice_factory.affected("silence", "customers", 0, 0.0), period=None)
    html = str(owed.draw({"silence": nobody}, look))
    assert "nobody let down and left alone" in html
    assert 'class="st met"' in html


def test_an_axis_holds_every_interval_and_the_aim() -> None:
    axis = _scores.axis_of([number(36.0, 90, 90, 31.0, 41.0)], 62.0, "nps")
    assert (axis.low, axis.high) == (30.0, 70.0)
    assert axis.marks == [30.0, 40.0, 50.0, 60.0, 70.0]
    assert axis.x(50.0) == 50.0
    assert axis.up(30.0) == 100.0


def test_an_axis_of_shares_ends_at_none_and_all() -> None:
    axis = _scores.axis_of([number(0.99, 90, 90, 0.97, 1.0)], None, "percent")
    assert axis.high == 1.0
    assert axis.low >= 0


def test_the_loop_tells_who_waits_who_was_reached_and_who_was_won_back(look: Look) -> None:
    answers = {
        "detractors_waiting": factory.answer("detractors_waiting", "customers", number(29.0, 29)),
        "past": factory.answer("past_promise_now", "customers", number(11.0, 11)),
        "detractors_called_back": factory.answer("detractors_called_back", "percent", number(0.62, 120, 118, 0.53, 0.7)),
        "detractors_recovered": voice_factory.recovered(),
    }
    said = text(loop.draw(answers, look))
    assert "29 detractors to call back now" in said
    assert "11 of them past our promise" in said
    assert "62 %" in said
    assert "called back 42 % 30–55 · of 60 rows" in said
    assert "4, too few" in said
