"""Every scenario in its short form loses nothing, and notices each of the breaks that are planted for it."""

import pytest

from tests.faults.__main__ import SEED
from tests.faults.fault import Counts, console, scenarios, stopped_at_once
from tests.faults.service import first_service

SCENARIOS = {scenario.name: scenario for scenario in scenarios()}


@pytest.mark.parametrize("name", SCENARIOS)
def test_nothing_is_lost(name):
    counts = SCENARIOS[name].run(SCENARIOS[name].short, SEED)
    console.print(counts.line)
    assert not counts.misses
    assert counts.counted


@pytest.mark.parametrize(("name", "planted"), [(name, planted) for name, one in SCENARIOS.items() for planted in one.planted])
def test_a_break_that_was_planted_is_noticed(name, planted):
    first_service()  # whole before anything is broken, whichever test comes first
    with SCENARIOS[name].planted[planted](), stopped_at_once():
        assert SCENARIOS[name].run(SCENARIOS[name].short, SEED).misses


def test_every_scenario_has_a_break_that_it_must_notice():
    assert all(scenario.planted for scenario in SCENARIOS.values())


def test_a_line_of_counts_tells_what_was_done_and_what_was_missed():
    counts = Counts("kills")
    counts.count("kills", 1000)
    counts.count("at work", 612)
    counts.expect(False, "half a snapshot was published")
    assert counts.line == "kills: 1,000 kills, 612 at work; 1 misses"
