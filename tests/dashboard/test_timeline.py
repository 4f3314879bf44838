"""A story is told by years, the newest first: what was asked and promised, and which promises broke."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from dashboard import timeline
from dashboard.reader import Reader
from metrics.answer import Story
from tests.dashboard.fake_center import story
from tests.metrics.factory import AS_OF

READER = Reader.of({"locale": "en_GB", "zone": "Europe/Berlin", "currency": "EUR"})
ASKED_AT = AS_OF - timedelta(days=3)
CASE = {"case_id": "41998", "source": "zendesk", "subject": "Does the price hold?", "team": "Post desk"}
PROMISE = {
    "promise": "first_reply",
    "subject": "41998",
    "started_at": ASKED_AT,
    "due_at": ASKED_AT + timedelta(hours=4),
    "fulfilled_at": None,
    "state": "broken_open",
    "channel": "email",
    "team": "Post desk",
}


def event(name: str, at: Any = ASKED_AT, **more: Any) -> dict[str, Any]:
    return {"happened_at": at, "event": name, "channel": "email", "direction": "inbound", "source": "zendesk", **more}


def told(**parts: Any) -> Story:
    empty = dict.fromkeys(("events", "promises", "cases", "scores"), ())
    return replace(story("C-1", "Ada Example"), **{**empty, **parts})


def moments(of: Story) -> list[dict[str, Any]]:
    return timeline.moments(of, READER, {"zendesk": "Help desk"})


def test_what_was_asked_names_what_was_promised() -> None:
    asked = event("case opened", entity_id="zendesk:41998")
    (_, moment) = moments(told(events=(asked,), cases=(CASE,), promises=(PROMISE,)))
    assert moment["what"] == "Asked: “Does the price hold?”"
    assert moment["about"] == "e-mail · we promised an answer by 27 Oct 18:05 · Help desk"


@pytest.mark.parametrize(
    ("changes", "what", "about"),
    [
        ({}, "Promise broken: no answer", "e-mail · Post desk · still open · 41998"),
        (
            {"state": "broken_closed", "fulfilled_at": ASKED_AT + timedelta(hours=9)},
            "Promise broken: answered late",
            "e-mail · Post desk · kept 27 Oct 23:05 · 41998",
        ),
        ({"state": "closed_unanswered"}, "Promise broken: closed without an answer", "e-mail · Post desk · 41998"),
        ({"promise": "call_back", "state": "broken_open"}, "Promise broken: not kept", "e-mail · Post desk · still open · 41998"),
    ],
)
def test_a_promise_that_broke_stands_at_the_moment_it_was_due(changes: dict[str, Any], what: str, about: str) -> None:
    (moment,) = moments(told(promises=({**PROMISE, **changes},)))
    assert (moment["what"], moment["about"], moment["mark"]) == (what, about, "broken")
    assert (moment["day"], moment["time"]) == ("27 Oct", "18:05")


def test_a_promise_kept_or_still_running_is_no_moment() -> None:
    running = {**PROMISE, "state": "at_risk", "due_at": AS_OF + timedelta(hours=1)}
    assert moments(told(promises=({**PROMISE, "state": "kept"}, running))) == []


def test_what_two_sources_tell_of_one_moment_is_told_once() -> None:
    told_twice = (event("consent taken back"), event("consent taken back", at=ASKED_AT + timedelta(seconds=27), source="hubspot"))
    assert len(moments(told(events=told_twice))) == 1


def test_a_first_order_is_not_told_again_as_an_order() -> None:
    both = (event("order placed", detail="EUR", value=71.32), event("first order", detail="EUR", value=71.32))
    (moment,) = moments(told(events=both))
    assert (moment["what"], moment["about"]) == ("First order", "e-mail · €71.32 · Help desk")


def test_many_of_the_same_in_a_row_are_one_moment_that_counts_them_all() -> None:
    visits = tuple(event("portal visit", at=ASKED_AT - timedelta(days=i)) for i in range(5))
    (year,) = timeline.years(told(events=visits), READER, {})
    assert year["count"] == 5
    assert [moment["about"] for moment in year["shown"]] == ["5 times since 23 Oct · e-mail · zendesk"]


def test_a_long_story_opens_at_its_newest_year_and_says_where_promises_broke() -> None:
    names = ("bill sent", "meter read")
    long_ago = tuple(event(names[i % 2], at=AS_OF - timedelta(days=10 * i)) for i in range(100))
    years = timeline.years(told(events=long_ago, promises=({**PROMISE, "due_at": AS_OF - timedelta(days=400)},)), READER, {})
    assert [year["name"] for year in years] == ["2026", "2025", "2024"]
    assert [year["is_open"] for year in years] == [True, False, False]
    assert [year["broken"] for year in years] == [0, 1, 0]
    assert sum(year["count"] for year in years) == 101


def test_an_answer_to_a_survey_tells_its_score_and_words() -> None:
    score = {"instrument": "nps", "programme": "relational", "score": 4, "answered_at": ASKED_AT, "comment": "Too slow."}
    (moment,) = moments(told(events=(event("survey answered"),), scores=(score,)))
    assert moment["what"] == "Answered our survey: NPS 4"
    assert "“Too slow.”" in moment["about"]
