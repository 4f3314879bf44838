"""Words follow their numbers: one is not many, and what is not quite all is not told as all."""

import re
from itertools import product
from pathlib import Path

import pytest

from metrics import CommandCenter
from metrics.catalog import SHIPPED, load_catalog
from metrics.figures.strip import share_value
from metrics.metric import Metric
from metrics.options import duration_words, is_one
from metrics.question import one_of
from metrics.things import Thing, words_of
from metrics.words import Words, event_words
from tests.metrics.made import AS_OF, made_center, person

WORDS = Words(locale="en_GB", currency="EUR")
ONE_DAY = 86_400


@pytest.mark.parametrize(
    ("fraction", "digits", "told"),
    [
        (0.9961, 0, "99.6 %"), (0.9951, 0, "99.5 %"), (0.995, 0, "99.5 %"), (0.9949, 0, "99 %"), (0.9996, 1, "99.96 %"),
        (0.0004, 1, "0.04 %"), (0.0005, 1, "0.05 %"), (0.004, 0, "0.4 %"), (0.999999, 0, "99.9999 %"),
        (0.0, 0, "0 %"), (1.0, 0, "100 %"), (1.0, 1, "100.0 %"), (1.0004, 1, "100.0 %"), (0.906, 1, "90.6 %"), (0.5, 0, "50 %"),
        (1 - 1e-16, 1, "100.0 %"), (1e-16, 1, "0.0 %"),
    ],
)  # fmt: skip
def test_not_quite_all_is_never_told_as_all_nor_something_as_nothing(fraction: float, digits: int, told: str) -> None:
    assert WORDS.percent(fraction, digits) == told


def test_in_another_locale_not_quite_all_is_no_more_all() -> None:
    assert Words(locale="de_DE", currency="EUR").percent(0.9996, 0) == "99,96 %"


@pytest.mark.parametrize(
    ("seconds", "told", "single"), [(ONE_DAY, "1 day", True), (2 * ONE_DAY, "2 days", False), (3600, "1 hour", True)]
)
def test_one_day_is_over_and_two_are(seconds: int, told: str, single: bool) -> None:
    assert (duration_words(seconds), is_one(seconds)) == (told, single)


@pytest.mark.parametrize(("kept", "told"), [(1, "1 was kept in time"), (2, "2 were kept in time")])
def test_of_a_single_one_it_is_said_that_it_was(tmp_path: Path, kept: int, told: str) -> None:
    rows = [
        person(
            f"C-{place}", clock_id=f"k{place}", subject_kind="commitment", is_decided=True, was_kept=place < kept,
            decided_at=AS_OF, promise="offer",
        )
        for place in range(4)
    ]  # fmt: skip
    assert told in made_center(tmp_path, {"fct_promise": rows}).ask("commitments_kept", period="2026-10").caption


def test_a_single_path_is_the_path(tiny_center: CommandCenter) -> None:
    assert "; the path shown is that of " in tiny_center.ask("journey_paths", period="all", most=1).caption
    assert "; the 2 paths shown are those of " in tiny_center.ask("journey_paths", period="all", most=2).caption


def test_who_cannot_be_valued_is_said_to_be_left_out(tiny_center: CommandCenter) -> None:
    metric = tiny_center.metric("value_after_a_year")
    assert metric.counts == "value_known_after_a_year"
    assert metric.formula.endswith("whose value is known; the others are left out")


@pytest.mark.parametrize(
    ("event", "told"),
    [
        ("lifecycle: opportunity", "lifecycle stage “opportunity”"), ("opportunity: Proposal", "sales stage “Proposal”"),
        ("sales call", "sales call"), ("note: urgent", "note: urgent"),
    ],
)  # fmt: skip
def test_an_event_that_a_stage_made_says_of_what(event: str, told: str) -> None:
    assert event_words(event) == told


@pytest.mark.parametrize(
    ("key", "told"),
    [
        ({"kind": "event", "event": "lifecycle: lead", "times": 3}, "lifecycle stage “lead”, three times or more"),
        ({"kind": "dimension", "name": "acquired_through", "value": "web"}, "what brought the customer = web"),
        ({"kind": "dimension", "name": "own_column", "value": "x"}, "own column = x"),
    ],
)
def test_what_goes_along_with_turning_away_is_told_by_its_label(key: dict[str, object], told: str) -> None:
    thing = Thing(key=key, with_it=share_value(1, 2), without=share_value(1, 2))
    assert words_of(thing, ONE_DAY, {"acquired_through": "what brought the customer"}) == told


OF_FEW = ("2026-W20", "2026-05", "2026-Q2", "2025")


@pytest.mark.parametrize(
    "metric", [one for one in load_catalog([SHIPPED]).all() if one.unit == "percent"], ids=lambda one: one.metric_id
)
def test_fewer_than_twenty_are_told_as_counts_and_never_as_a_percentage(tiny_center: CommandCenter, metric: Metric) -> None:
    for period in (None,) if metric.is_now else OF_FEW:
        answer = tiny_center.ask(metric.metric_id, period=period)
        of_rate = answer.caption.partition(", at a false-discovery rate")[0]
        if answer.total.n < 20:
            assert not re.search(r"\d\s?%(?! more)|points", of_rate), answer.caption


def test_a_path_that_few_took_is_told_as_a_count(tiny_center: CommandCenter) -> None:
    answer = tiny_center.ask("journey_paths", period="2026-05", window="7 days")
    assert 0 < answer.total.n < 20
    assert "%" not in answer.caption


@pytest.mark.parametrize(
    ("unit", "told"),
    [
        ("people here now", "person here now"), ("visits begun", "visit begun"), ("moves on", "move on"),
        ("customers under contract at the start", "customer under contract at the start"), ("prospects", "prospect"),
    ],
)  # fmt: skip
def test_a_list_of_one_names_one(unit: str, told: str) -> None:
    assert one_of(unit) == told


def test_the_list_of_a_single_person_says_so(tiny_center: CommandCenter) -> None:
    lists = [
        tiny_center.customers_behind("journey_strip", period=f"2026-{month:02}", mark={"stage": stage, "part": part})
        for month, stage, part in product(range(1, 11), "1234", ("here_now", "entered", "moved_on", "went_away", "turned_away"))
    ]
    of_one = [people.sentence for people in lists if people.count == 1]
    assert of_one
    assert not [sentence for sentence in of_one if re.match(r"1 (people|visits|moves)", sentence)]


@pytest.mark.parametrize(
    ("told", "words"),
    [
        (WORDS.number(-0.04), "0.0"), (WORDS.percent(-0.0004), "0.0 %"), (WORDS.points(-0.0004, 1), "0.0"), (WORDS.count(-0.4), "0"),
        (WORDS.money(-0.2), "€0"), (WORDS.whole_money(-0.2), "€0"), (WORDS.exact_money(-0.001), "€0.00"), (WORDS.signed(0.4), "0"),
        (WORDS.signed_money(0.4), "€0"), (WORDS.duration(-0.2), "0 s"), (WORDS.number(-0.06), "−0.1"), (WORDS.signed(3), "+3"),
    ],
)  # fmt: skip
def test_what_rounds_to_zero_has_no_sign(told: str, words: str) -> None:
    assert told == words
