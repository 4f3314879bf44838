"""The customer equation of the sample company adds up: every month, every segment and value group, in customers and in value a year."""

import itertools
from collections import defaultdict
from typing import Any

import pytest

from metrics import CommandCenter

MONTHS = 26
CAME = ("gained", "returned", "moved_in")
WENT = ("ended", "fell_silent", "moved_out")
CENT = 0.005
SPLITS = {"segment": 5, "value_group": 4}

Months = dict[str, list[dict[str, Any]]]


@pytest.fixture(scope="module")
def whole(sample_center: CommandCenter) -> list[dict[str, Any]]:
    """The rows of all customers, month after month."""
    answer = sample_center.ask("customer_equation", period="2026-10", series=MONTHS)
    return [{"at": row.at, **row.extra} for row in sorted(answer.rows, key=lambda row: str(row.at))]


@pytest.fixture(scope="module", params=SPLITS)
def split(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def months(sample_center: CommandCenter, split: str) -> Months:
    """The rows of each group of a split by month."""
    rows = defaultdict(list)
    answer = sample_center.ask("customer_equation", period="2026-10", series=MONTHS, split_by=split)
    for row in sorted(answer.rows, key=lambda row: str(row.at)):
        rows[row.by[split]].append({"at": row.at, **row.extra})
    assert len(rows) == SPLITS[split]
    return rows


def assert_adds_up(told: list[dict[str, Any]], parts: int) -> None:
    """Each row adds up, and each begins where the one before ended."""
    for row in told:
        came, went = CAME[:parts], WENT[:parts]
        for kind, flow, grew in (("customers", "n", 0), ("value", "value", row["grown"]["value"] - row["shrunk"]["value"])):
            made = row["opening"][kind] + sum(row[part][flow] for part in came) - sum(row[part][flow] for part in went) + grew
            assert row["closing"][kind] == pytest.approx(made, abs=CENT), (row["at"], kind)
    for before, after in itertools.pairwise(told):
        assert before["closing"]["customers"] == after["opening"]["customers"]
        assert before["closing"]["value"] == pytest.approx(after["opening"]["value"], abs=CENT)


def test_every_month_adds_up_and_follows_the_one_before(whole: list[dict[str, Any]]) -> None:
    assert len(whole) == MONTHS
    assert_adds_up(whole, 2)


def test_every_group_adds_up_every_month(months: Months) -> None:
    for told in months.values():
        assert len(told) == MONTHS
        assert_adds_up(told, 3)


@pytest.mark.parametrize("grain", ["day", "week", "quarter"])
def test_every_day_week_and_quarter_adds_up(sample_center: CommandCenter, grain: str) -> None:
    for split_by, parts in (((), 2), ("segment", 3), ("value_group", 3)):
        answer = sample_center.ask("customer_equation", period="2025-11-01..2026-11-01", grain=grain, split_by=split_by)
        groups: dict[Any, list[dict[str, Any]]] = defaultdict(list)
        for row in answer.rows:
            groups[tuple(row.by.values())].append({"at": row.at, **row.extra})
        for told in groups.values():
            assert_adds_up(sorted(told, key=lambda row: row["opens_on"]), parts)


@pytest.mark.parametrize("kind", ["customers", "value"])
def test_the_groups_make_up_the_whole(months: Months, whole: list[dict[str, Any]], kind: str) -> None:
    for place in range(MONTHS):
        for stock in ("opening", "closing"):
            parts = sum(told[place][stock][kind] for told in months.values())
            assert parts == pytest.approx(whole[place][stock][kind], abs=CENT)
        moved = [sum(told[place][part][kind] for told in months.values()) for part in ("moved_in", "moved_out")]
        assert moved[0] == pytest.approx(moved[1], abs=CENT)


@pytest.mark.parametrize("period", ["2026-10", "2026-Q3", "2025", "2026-W41"])
def test_the_ends_of_the_matrix_are_the_stocks_of_the_equation(sample_center: CommandCenter, period: str) -> None:
    groups = sample_center.ask("customer_equation", period=period, split_by="value_group").rows
    cells = sample_center.ask("value_movement", period=period).rows
    for group in groups:
        name = group.by["value_group"]
        for stock, end, worth in (("opening", "from", "value_before"), ("closing", "to", "value_after")):
            here = [cell for cell in cells if cell.by[end] == name]
            assert group.extra[stock]["customers"] == sum(cell.value.n for cell in here)
            assert group.extra[stock]["value"] == pytest.approx(sum(cell.extra[worth] for cell in here), abs=CENT)
