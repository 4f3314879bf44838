"""A mark that means nothing is refused with the nearest that does; one that is only empty in the period lists nobody."""

from pathlib import Path
from typing import Any

import pytest

from metrics import CommandCenter
from metrics.errors import UnknownName
from metrics.selection import Selection
from queries.policy import Policy


@pytest.mark.parametrize(
    ("metric", "mark", "words"),
    [
        ("reasons_lost", {"reason": "Moved awa"}, '"Moved awa" is not a value of reason. Did you mean "Moved away"?'),
        ("reasons_lost", {"reason": "fell silnt"}, '"fell silnt" is not a value of reason. Did you mean "fell silent"?'),
        ("pipeline", {"stage": "xyz"}, '"xyz" is not a value of stage. Use one of: '),
        ("value_movement", {"from": "not a custmer"}, '"not a custmer" is not a value of from. Did you mean "not a customer"?'),
        ("value_movement", {"from": "not a customer", "to": "xyz"}, '"xyz" is not a value of to. Use one of: '),
        ("retention", {"cohort": "2031-01"}, '"2031-01" is not a value of cohort. Did you mean "20'),
        ("retention", {"cohort": "all known", "region": "nrth"}, '"nrth" is not a value of region. Did you mean "north"?'),
        ("lifecycle", {"part": "active", "region": "nrth"}, '"nrth" is not a value of region. Did you mean "north"?'),
        ("survival", {"part": "ended", "region": "nrth"}, '"nrth" is not a value of region'),
        ("customer_equation", {"part": "opening", "region": "nrth"}, '"nrth" is not a value of region'),
        ("journey_funnel", {"part": "entered", "region": "nrth"}, '"nrth" is not a value of region'),
        ("journey_here_now", {"part": "here_now", "region": "nrth"}, '"nrth" is not a value of region'),
        ("cases_opened", {"region": "nrth"}, '"nrth" is not a value of region'),
    ],
)
def test_a_mark_that_is_nowhere_is_refused_with_what_there_is(
    tiny_center: CommandCenter, metric: str, mark: dict[str, str], words: str
) -> None:
    with pytest.raises(UnknownName) as refused:
        tiny_center.customers_behind(metric, mark=mark)
    assert str(refused.value).startswith(words)


@pytest.mark.parametrize("metric", ["clearly_grown", "earned_growth", "customers_who_refer"])
def test_a_group_that_is_nowhere_is_refused(tiny_center: CommandCenter, metric: str) -> None:
    with pytest.raises(UnknownName, match='"nrth" is not a value of region'):
        tiny_center.customers_behind(metric, split_by="region", mark={"region": "nrth"})


def test_a_long_list_of_what_there_is_is_cut(tiny_center: CommandCenter) -> None:
    with pytest.raises(UnknownName) as refused:
        tiny_center.customers_behind("customers_lost", mark={"region": "§"})
    assert str(refused.value).count(",") < 12


@pytest.mark.parametrize(
    ("metric", "mark", "asked"),
    [
        ("reasons_lost", {"reason": "Moved away"}, {"period": "2019-01"}),
        ("reasons_lost", {"reason": "fell silent"}, {"period": "2019-01"}),
        ("reasons_lost", {"reason": "other"}, {"period": "2019-01"}),
        ("value_movement", {"from": "not a customer", "to": "not a customer"}, {}),
        ("cases_opened", {"region": "north"}, {"period": "2019-01"}),
        ("cases_opened", {"region": "unknown"}, {"period": "2019-01"}),
        ("cases_opened", {"region": "north"}, {"period": "2019-01", "where": {"region": "south"}}),
        ("journey_funnel", {"stage": "2", "part": "tied"}, {"period": "2019-01"}),
    ],
)
def test_what_is_there_but_not_in_this_period_lists_nobody(
    tiny_center: CommandCenter, metric: str, mark: dict[str, str], asked: dict[str, Any]
) -> None:
    people = tiny_center.customers_behind(metric, mark=mark, **asked)
    assert (people.count, people.rows) == (0, ())


def test_a_saved_list_whose_value_is_hidden_from_who_reads_it_holds_nobody(own_workspace: Path) -> None:
    whole = CommandCenter.open(own_workspace)
    whole.save_list("northerners", "cases_opened", Selection.of(period="all"), mark={"region": "north"})
    southern = CommandCenter.open(own_workspace, policy=Policy(regions=("south",)))
    try:
        assert southern.ask("cases_opened", period="all", where={"list": "northerners"}).total.n == 0
        with pytest.raises(UnknownName, match='"north" is not a value of region'):
            southern.customers_behind("cases_opened", mark={"region": "north"})
    finally:
        whole.close()
        southern.close()
