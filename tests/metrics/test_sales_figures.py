"""Sales under way, and what is not yet known: the figures against the rows they are made of."""

from collections import defaultdict
from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest

from metrics import CommandCenter
from metrics.errors import UnknownName
from metrics.intervals import wilson
from queries.policy import Policy
from tests.metrics.made import AS_OF, made_center, person

DAY = timedelta(days=1)
STAGES = ("New", "Qualified", "Proposal", "Legal")


def some_stages(draw: Random) -> list[dict[str, Any]]:
    """Sales that went through some stages; open ones are in the last of them."""
    rows = []
    for number in range(draw.choice((1, 40, 200))):
        through = STAGES[: draw.randrange(1, 5)]
        outcome, cents = draw.choice(("open", "open", "won", "lost")), draw.choice((None, 0, draw.randrange(1_000_000)))
        told = {
            "row_id": f"o{number}",
            "cents": cents,
            "amount": None if cents is None else cents / 100,
            "created_at": AS_OF - number * DAY,
        }
        for place, stage in enumerate(through, start=1):
            is_here = outcome == "open" and place == len(through)
            flags = {"is_here": is_here, "is_decided": outcome != "open", "is_won": outcome == "won"}
            rows.append(person(f"C-{number % 60}", stage=stage, place_no=place, entered_at=AS_OF - number * DAY, **told, **flags))
    return rows


@pytest.mark.parametrize("seed", range(4))
def test_a_stage_is_expected_to_bring_what_such_sales_brought(seed: int, tmp_path: Path) -> None:
    rows = some_stages(Random(seed))
    center = made_center(tmp_path, {"fct_opportunity_stage": rows})
    answer = center.ask("pipeline")
    by_stage = defaultdict(list)
    for row in rows:
        by_stage[row["stage"]].append(row)
    assert [row.by["stage"] for row in answer.rows] == [
        stage for stage in STAGES if any(row["is_here"] for row in by_stage[stage])
    ]
    for row in answer.rows:
        here = [one for one in by_stage[row.by["stage"]] if one["is_here"]]
        decided = [one for one in by_stage[row.by["stage"]] if one["is_decided"]]
        won, amount = sum(one["is_won"] for one in decided), sum(one["cents"] or 0 for one in here) / 100
        assert (row.value.n, row.value.customers) == (len(here), len({one["customer_id"] for one in here}))
        assert row.extra["amount"] == pytest.approx(amount)
        assert (row.extra["win_rate"].numerator, row.extra["win_rate"].denominator) == (won, len(decided))
        assert row.extra["win_rate"].n == len(decided)
        assert row.extra["win_rate"].customers == len({one["customer_id"] for one in decided})
        if decided:
            assert row.value.value == pytest.approx(amount * won / len(decided))
            assert (row.value.low, row.value.high) == pytest.approx(
                tuple(amount * bound for bound in wilson(won, len(decided)) or ())
            )
        people = center.customers_behind("pipeline", mark=dict(row.by), limit=10_000)
        assert people.count == len(people.rows) == len(here)
    known = [row.value.value for row in answer.rows if row.value.value is not None]
    assert answer.total.value == (pytest.approx(sum(known)) if known else None)
    assert answer.total.n == center.customers_behind("pipeline", limit=10_000).count == sum(row["is_here"] for row in rows)


def test_a_stage_without_a_decided_sale_expects_nothing_and_says_so(tmp_path: Path) -> None:
    flags = {"is_here": True, "is_decided": False, "is_won": False}
    row = person("C-1", stage="New", place_no=1, row_id="o1", cents=100, amount=1.0, created_at=AS_OF, entered_at=AS_OF, **flags)
    answer = made_center(tmp_path, {"fct_opportunity_stage": [row]}).ask("pipeline")
    assert (answer.total.value, answer.rows[0].value.value, answer.rows[0].extra["amount"]) == (None, None, 1.0)
    assert "New: nothing decided yet, too few to expect anything by." in answer.notices
    assert answer.caption == "1 open sale on 30 October 2026, 14:05: €1."


def prospects(*seconds: int, known_at: datetime) -> list[dict[str, Any]]:
    return [
        person(f"C-{place}-{known_at:%d}", known_at=known_at, approach_known_at=known_at + 30 * DAY, seconds_to_contact=told)
        for place, told in enumerate(seconds)
    ]


@pytest.fixture
def waiting(tmp_path: Path) -> CommandCenter:
    """Seven prospects whose thirty days are over, and two whose are not."""
    over = prospects(3600, 7200, 7200, 86_400, 2_592_000, 2_592_000, 2_592_000, known_at=AS_OF - 31 * DAY)
    return made_center(tmp_path, {"fct_prospect": over + prospects(60, 60, known_at=AS_OF - 30 * DAY + timedelta(seconds=1))})


def test_who_waits_is_neither_left_out_nor_counted_too_soon(waiting: CommandCenter) -> None:
    answer = waiting.ask("time_to_first_contact", period="2026-10")
    assert (answer.total.value, answer.total.n) == (86_400, 7)
    assert "2 more prospects are not yet known: their time is not over." in answer.notices
    people = waiting.customers_behind("time_to_first_contact", period="2026-10", mark={"part": "not_yet_known"})
    assert people.count == len(people.rows) == 2


def test_a_median_at_its_limit_is_told_as_longer(tmp_path: Path) -> None:
    rows = prospects(60, 2_592_000, 2_592_000, known_at=AS_OF - 31 * DAY)
    answer = made_center(tmp_path, {"fct_prospect": rows}).ask("time_to_first_contact", period="2026-10")
    assert answer.caption.startswith(
        "At least half of 3 prospects whose 30 days were over in October 2026 to date took more than 30 days"
    )


def test_a_part_that_is_none_is_named(waiting: CommandCenter) -> None:
    with pytest.raises(UnknownName, match="not_yet_known"):
        waiting.customers_behind("time_to_first_contact", period="2026-10", mark={"part": "known"})


def test_a_month_without_costs_between_others_leaves_no_figure(tmp_path: Path) -> None:
    months = [{"month": date(2026, month, 1), "kind": "acquire", "cents": 1000, "unknown_amounts": 0} for month in (5, 6, 8)]
    gained = [
        person("C-1", movement="gained", happened_at=datetime(2026, 6, 2), customers_change=1, value_change=1.0, known_change=1)
    ]
    center = made_center(tmp_path, {"cost_of_month": months, "fct_customer_movement": gained})
    whole, part = (center.ask("cost_to_acquire", period=period) for period in ("2026", "2026-Q2"))
    assert (whole.total.value, whole.total.numerator) == (None, None)
    assert "No costs to acquire are told of July 2026: without them there is no figure." in whole.notices
    assert (part.total.value, part.total.n, part.caption) == (
        20.0,
        1,
        "May 2026 to June 2026: €20 for 1 customer gained, €20.00 each.",
    )


def test_who_may_not_see_everything_sees_no_costs(tmp_path: Path) -> None:
    months = [{"month": date(2026, 6, 1), "kind": "acquire", "cents": 1000, "unknown_amounts": 0}]
    center = made_center(tmp_path, {"cost_of_month": months})
    assert center.under(Policy(regions=frozenset({"North"}))).ask("cost_to_acquire", period="2026-06").total.numerator is None
    assert center.ask("cost_to_acquire", period="2026-06").total.numerator == 10.0
