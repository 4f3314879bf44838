"""What the funnel says in words, what it refuses, and how its answers hang together, on a few invented people."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from metrics import CommandCenter
from metrics.answer import Row
from metrics.errors import QuestionError
from tests.metrics.made import AS_OF, made_center, person

DAY = timedelta(days=1)
MAY = datetime(2026, 5, 2, 22, 30)  # half past midnight on 3 May in Berlin
JOURNEY = {"period": "2026-05", "journey": "way", "compare": "none"}


def entry(name: str, at: datetime, number: int = 1, **told: Any) -> dict[str, Any]:
    """Returns an attempt's start with the first stage; s2=3 says that the second stage came 3 days later."""
    days = {int(key[1]): told.pop(key) for key in ("s2", "s3") if key in told}
    seconds = {f"{kind}_{k}": round(after * 86_400) for k, after in days.items() for kind in ("next", "then")}
    started = {"attempt_entered_at": at, "first_entered_at": at, "starts_attempt": True, "is_first_entry": True}
    whose = {"journey_id": "way", "attempt_no": number, "event_id": f"{name}{number}", "entered_at": at, "entered_stage": 1}
    rest = {"channel": "web", "next_1": 0, "straight_through": 1 + len(days), "because": "set out with web visit"}
    return person(name, **{**whose, **started, **rest, **seconds, **told})


def without_times(rows: Sequence[Row]) -> list[Any]:
    """Returns all that rows tell but how long the steps took."""
    names = ("timed", "tied", "median_seconds", "mean_seconds", "p90_seconds")
    stages = [[{k: v for k, v in stage.items() if k not in names} for stage in row.extra["stages"]] for row in rows]
    return [(row.by, row.at, row.value, {**row.extra, "stages": own}) for row, own in zip(rows, stages, strict=True)]


@pytest.fixture(scope="module")
def center(tmp_path_factory: pytest.TempPathFactory) -> CommandCenter:
    late = AS_OF - 5 * DAY
    entries = [
        entry("moved", MAY, s2=3, s3=3),
        entry("turned", MAY, s2=4),
        entry("aside", MAY, excluded_after=86_400),
        entry("nobody", MAY, channel="store", s2=11),
        entry("waits", late, s2=1),
    ]
    rows = [
        {"journey_id": "way", "event_id": one["event_id"], "customer_id": one["customer_id"], "happened_at": one["entered_at"]}
        for one in entries
    ]
    return made_center(tmp_path_factory.mktemp("funnel"), {"fct_stage_entry": entries, "journey_event": rows})


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"mode": "reach"}, 'mode = "reach" is not one of its values. Did you mean "reached"?'),
        ({"anchor": "last"}, 'anchor = "last" is not one of its values. Did you mean "latest"?'),
        (
            {"attribution": "last"},
            "attribution says where a split's value is read (last), and nothing is split. Add --by channel.",
        ),
        ({"attribution": "step"}, 'attribution = "step" is not one of its values'),
        ({"attribution": "step:9", "split_by": "channel"}, '"9" in attribution = "step:9" is not a stage'),
        ({"grain": "year"}, 'grain = "year" is not one of its values'),
        ({"window": "999999 weeks"}, "a window of 6999993 days is longer than a journey can be. Write at most 36500 days."),
        ({"split_by": ["channel", "region"]}, "journey_funnel cannot be split by channel and region. Split by at most 1."),
    ],
)
def test_what_cannot_be_asked_is_said_in_a_sentence(center: CommandCenter, options: dict[str, Any], words: str) -> None:
    with pytest.raises(QuestionError) as refused:
        center.ask("journey_funnel", **{**JOURNEY, **options})
    assert str(refused.value).startswith(words)


@pytest.mark.parametrize(
    ("part", "who", "because"),
    [
        ("reached", "moved", "set out with web visit on 3 May 2026; reached Stage 3 on 6 May 2026"),
        (
            "turned_away",
            "turned",
            "set out with web visit on 3 May 2026; reached Stage 2 on 7 May 2026; Stage 3 did not follow: the 10 days ended on 13 May 2026",
        ),
        ("excluded", "aside", "set out with web visit on 3 May 2026; set aside on 4 May 2026"),
        (
            "turned_away",
            "nobody",
            "set out with web visit on 3 May 2026; Stage 2 did not follow: the 10 days ended on 13 May 2026",
        ),
    ],
)
def test_a_row_says_by_which_rule_it_is_there(center: CommandCenter, part: str, who: str, because: str) -> None:
    rows = center.customers_behind("journey_funnel", mark={"part": part}, period="2026-05").rows
    assert {row["customer_id"]: row["because"] for row in rows}[who] == because


def test_what_is_not_known_yet_says_until_when(center: CommandCenter) -> None:
    (row,) = center.customers_behind("journey_funnel", mark={"part": "open"}, period="2026-10").rows
    assert row["because"].endswith("reached Stage 2 on 26 October 2026; not yet known: the 10 days end on 4 November 2026")


def test_nobody_came_to_the_first_stage_in_the_second_of_the_one_before(tmp_path: Path) -> None:
    entries = [entry("at once", MAY, s2=0, s3=1)]
    rows = [{"journey_id": "way", "event_id": "at once1", "customer_id": "at once", "happened_at": MAY}]
    center = made_center(tmp_path, {"fct_stage_entry": entries, "journey_event": rows})
    for stage, who in (({}, ["at once"]), ({"stage": "1"}, []), ({"stage": "2"}, ["at once"]), ({"stage": "3"}, [])):
        people = center.customers_behind("journey_funnel", mark={"part": "tied", **stage}, period="2026-05")
        assert [row["customer_id"] for row in people.rows] == who
        assert people.count == len(who)


def test_each_step_of_a_customers_way_is_told(center: CommandCenter) -> None:
    told = center.explain_customer("journey_funnel", "nobody", period="2026-05", mode="ordered")
    assert told.steps == (
        "In “The way”, each stage counts after the one before it, in its own time, within 10 days from the first entry.",
        "Attempt 1 set out with web visit on 3 May 2026: counted, as the first one entered in the period.",
        "Stage 2: came on 14 May 2026, 11 days after, when the 10 days had ended on 13 May 2026.",
        "Stage 3: did not come.",
        "So: set out with web visit on 3 May 2026; Stage 2 did not follow: the 10 days ended on 13 May 2026.",
    )
    assert told.to_json()["steps"] == list(told.steps)


def test_who_is_not_counted_is_told_why(center: CommandCenter) -> None:
    told = center.explain_customer("journey_funnel", "moved", period="2026-04")
    assert told.steps[1].endswith("not counted, as it was entered after the period.")
    told = center.explain_customer("journey_funnel", "moved", period="2026-05", where={"channel": "store"})
    assert told.steps[-1] == "Not counted among those who entered in May 2026 with channel = store."
    with pytest.raises(QuestionError, match="has no stage of way"):
        center.explain_customer("journey_funnel", "stranger", period="2026-05")
    with pytest.raises(QuestionError, match="does not follow its customers step by step"):
        center.explain_customer("cases_opened", "moved", period="2026-05")


def test_modes_that_count_the_whole_window_only_say_so(center: CommandCenter) -> None:
    words = "Only the 10 days in all are counted; the own time of Stage 2 is kept in the modes ordered and strict."
    assert words in center.ask("journey_funnel", **JOURNEY).notices
    assert words not in center.ask("journey_funnel", **{**JOURNEY, "mode": "ordered"}).notices


def test_a_window_of_one_day_is_over_and_not_are(center: CommandCenter) -> None:
    asked = {"period": "2026-05", "compare": "none", "window": "1 day"}
    answer = center.ask("journey_funnel", **asked)
    assert answer.caption.startswith("Of 3 people who entered in May 2026 and whose 1 day is over, ")
    assert "%" not in answer.caption  # three are too few for a percentage
    assert answer.notices[-1].startswith("Only the 1 day in all is counted; ")
    nobody = center.ask("journey_funnel", **{**asked, "period": "2026-03"})
    assert nobody.caption == "No people who entered in March 2026 and whose 1 day is over."
    assert center.ask("journey_paths", **asked).caption.endswith(" and whose 1 day is over.")
    assert "whose 1 day is over and who " in center.ask("journey_drivers", **asked, span="1 hour").caption


def test_a_window_of_one_day_ends(tmp_path: Path) -> None:
    center = made_center(tmp_path, {"fct_stage_entry": [entry("waits", AS_OF - timedelta(hours=2))]})
    (row,) = center.customers_behind("journey_funnel", mark={"part": "open"}, period="2026-10", window="1 day").rows
    assert row["because"].endswith("; not yet known: the 1 day ends on 31 October 2026")


def test_one_person_was_in_all_stages(center: CommandCenter) -> None:
    assert "1 was in all 3 stages, in whatever order" in center.ask("journey_funnel", **JOURNEY, mode="any").caption


def test_the_comparison_is_what_the_period_before_alone_would_answer(center: CommandCenter) -> None:
    asked: dict[str, Any] = {"journey": "way", "split_by": "channel", "mode": "ordered", "anchor": "latest"}
    compared = center.ask("journey_funnel", period="2026-06", **asked).comparison
    alone = center.ask("journey_funnel", period="2026-05", compare="none", **asked)
    assert compared is not None
    assert (compared.total, compared.rows) == (alone.total, alone.rows)


@pytest.mark.parametrize("mode", ["reached", "ordered", "strict", "any"])
@pytest.mark.parametrize("anchor", ["first", "latest"])
def test_without_times_the_same_people_are_counted(center: CommandCenter, mode: str, anchor: str) -> None:
    for more in ({}, {"split_by": "channel"}, {"split_by": "channel", "most": "1"}, {"grain": "month"}):
        asked = {**JOURNEY, "compare": "before", "mode": mode, "anchor": anchor, **more}
        told, lean = center.ask("journey_funnel", **asked), center.ask("journey_funnel", **asked, times=False)
        assert (lean.total, lean.caption, lean.notices) == (told.total, told.caption, told.notices)
        assert without_times(lean.rows) == without_times(told.rows)
        assert lean.comparison
        assert told.comparison
        assert without_times(lean.comparison.rows) == without_times(told.comparison.rows)
        stages = [stage for row in lean.rows for stage in row.extra["stages"]]
        assert {(stage["timed"], stage["median_seconds"], stage["tied"].value) for stage in stages} == {(None, None, None)}
        assert (lean.options["times"], "times" in told.options) == (False, False)


def test_no_people_at_all_is_no_share(tmp_path: Path) -> None:
    for mode in ("reached", "ordered", "strict", "any"):
        answer = made_center(tmp_path / mode, {}).ask(
            "journey_funnel", period="2026-05", mode=mode, anchor="latest", compare="none"
        )
        assert (answer.total.value, answer.total.n, answer.rows[0].extra["entered"]) == (None, 0, 0)
        assert answer.caption.startswith("No people who entered in May 2026")
