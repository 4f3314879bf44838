"""The grid's words: what may be asked of it, what it says, and what it refuses."""

import json
from itertools import product
from typing import Any

import pytest

from dashboard.cli import main
from metrics import CommandCenter
from metrics.errors import QuestionError
from metrics.selection import Selection

ORDERS = {"start": "order placed", "return": "order placed"}


def test_every_combination_is_answered_and_lists_its_people(tiny_center: CommandCenter) -> None:
    events: tuple[dict[str, str], ...] = ({}, {"start": "order placed"}, {"return": "order placed"}, ORDERS)
    ways = (("on", "calendar"), ("on_or_after", "rolling"))
    for cohort, interval, own, (mode, bucketing) in product(("first", "recurring"), ("day", "week", "quarter"), events, ways):
        answer = tiny_center.ask("retention", cohort=cohort, interval=interval, mode=mode, bucketing=bucketing, **own)
        people = tiny_center.customers_behind("retention", answer.selection, limit=10_000)
        assert (people.count, people.customers) == (answer.total.n, answer.total.customers)
        assert len(people.rows) == people.count
        assert answer.caption.endswith(".")


def test_python_and_the_command_line_take_the_same_words(
    tiny_center: CommandCenter, tiny_workspace: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["--cohort", "recurring", "--interval", "week", "--mode", "on", "--bucketing", "rolling"]
    command = ["ask", "retention", *words, "--start", "order placed", "--return", "order placed", "--by", "channel", "--json"]
    with pytest.raises(SystemExit) as ended:
        main([*command, "--workspace", str(tiny_workspace)])
    assert not ended.value.code
    told = json.loads(capsys.readouterr().out)
    asked = {"cohort": "recurring", "interval": "week", "mode": "on", "bucketing": "rolling", "start": "order placed"}
    answer = tiny_center.ask("retention", split_by="channel", return_="order placed", **asked)
    assert told == json.loads(json.dumps(answer.to_json()))
    assert told["options"]["return"] == "order placed"
    again = Selection.from_query(answer.selection.to_query())
    assert tiny_center.ask("retention", again).to_json() == answer.to_json()


def test_an_event_that_never_happened_is_refused_with_the_nearest(tiny_center: CommandCenter) -> None:
    with pytest.raises(QuestionError, match=r'there is no event "order plced"\. Did you mean "order placed"'):
        tiny_center.ask("retention", start="order plced")


def test_an_event_has_dimensions_of_its_own(tiny_center: CommandCenter) -> None:
    assert {row.by["channel"] for row in tiny_center.ask("retention", split_by="channel", **ORDERS).rows}
    with pytest.raises(QuestionError, match='"channel" is not a dimension of fct_cohort_member'):
        tiny_center.ask("retention", split_by="channel")


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"cohort": "recurring"}, "Everyone becomes a customer once"),
        ({"bucketing": "rolling"}, "A rolling interval is 30 times 24 hours, from each one's own first moment."),
        ({"bucketing": "rolling", "interval": "day"}, "A rolling day is 24 hours"),
        ({"start": "order placed"}, 'The data tells of "order placed" from'),
        ({}, "The data begins in"),
    ],
)
def test_what_has_to_be_known_is_said(tiny_center: CommandCenter, options: dict[str, str], words: str) -> None:
    assert any(words in notice for notice in tiny_center.ask("retention", **options).notices)


def test_between_two_events_people_are_counted_and_else_customers(tiny_center: CommandCenter) -> None:
    assert tiny_center.customers_behind("retention", **ORDERS).unit == "people"
    assert tiny_center.customers_behind("retention", start="order placed").unit == "customers"


def test_a_shorter_silence_makes_more_cohorts_known(tiny_center: CommandCenter) -> None:
    usual, short = (tiny_center.ask("retention", lapse=lapse).total.n for lapse in ("", "30 days"))
    assert usual < short


@pytest.mark.parametrize("metric", ["retention", "survival", "lifecycle", "logo_retention", "net_revenue_retention"])
def test_groups_that_are_hidden_are_one_and_add_up(tiny_center: CommandCenter, metric: str) -> None:
    period = "2026-08" if metric == "lifecycle" else None
    every, few = (tiny_center.ask(metric, period=period, split_by="acquired_through", most=most) for most in (500, 1))
    sizes = {row.by["acquired_through"]: row.value.n for row in few.rows if row.by.get("cohort", "all known") == "all known"}
    assert len(set(sizes) - {"other", "unknown"}) == 1
    assert every.total == few.total == tiny_center.ask(metric, period=period).total
    people = tiny_center.customers_behind(metric, few.selection, mark={"acquired_through": "other"}, limit=10_000)
    named = set(sizes) - {"other"}
    hidden = {row.by["acquired_through"] for row in every.rows} - named
    assert {row["acquired_through"] for row in people.rows} <= hidden
    assert people.count == len(people.rows) == sizes["other"]


def test_the_row_of_all_known_cohorts_lists_the_customers_of_its_own_number(tiny_center: CommandCenter) -> None:
    for split_by in ((), "segment"):
        answer = tiny_center.ask("retention", split_by=split_by)
        for row in answer.rows:
            people = tiny_center.customers_behind("retention", answer.selection, mark=row.by, limit=10_000)
            assert (people.count, people.customers, len(people.rows)) == (row.value.n, row.value.customers, row.value.n)


def test_a_group_lists_its_people_of_a_month_before_anybody_of_it_came(tiny_center: CommandCenter) -> None:
    answer = tiny_center.ask("lifecycle", period="all", grain="month", split_by="segment")
    first = {row.by["segment"]: row for row in reversed(answer.rows)}.values()
    assert 0 in {row.value.n for row in first}
    for row in first:
        people = tiny_center.customers_behind("lifecycle", answer.selection, mark={**row.by, "at": row.at or ""})
        assert people.count == len(people.rows) == row.value.n
