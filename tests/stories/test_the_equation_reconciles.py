"""The customer equation of the sample company adds up: every month, every segment, in customers and in value a year."""

import itertools
from collections import defaultdict
from typing import Any

import pytest

from metrics import CommandCenter

MONTHS = 26
CAME = ("gained", "returned", "moved_in")
WENT = ("ended", "fell_silent", "moved_out")
CENT = 0.005


@pytest.fixture(scope="module")
def months(sample_center: CommandCenter) -> dict[str, list[dict[str, Any]]]:
    """The rows of each segment by month; under "" those of all customers."""
    rows = defaultdict(list)
    for split in ((), ("segment",)):
        answer = sample_center.ask("customer_equation", period="2026-10", series=MONTHS, split_by=split)
        for row in sorted(answer.rows, key=lambda row: str(row.at)):
            rows[row.by.get("segment", "")].append({"at": row.at, **row.extra})
    return rows


def test_every_month_and_segment_adds_up(months: dict[str, list[dict[str, Any]]]) -> None:
    assert len(months) == 6
    for segment, told in months.items():
        assert len(told) == MONTHS
        for row in told:
            came, went = (CAME, WENT) if segment else (CAME[:2], WENT[:2])
            for kind, grew in (("customers", 0), ("value", row["grown"]["value"] - row["shrunk"]["value"])):
                made = row["opening"][kind] + sum(row[part][kind] for part in came) - sum(row[part][kind] for part in went) + grew
                assert row["closing"][kind] == pytest.approx(made, abs=CENT), (segment, row["at"], kind)


def test_each_month_begins_where_the_one_before_ended(months: dict[str, list[dict[str, Any]]]) -> None:
    for told in months.values():
        for before, after in itertools.pairwise(told):
            assert before["closing"]["customers"] == after["opening"]["customers"]
            assert before["closing"]["value"] == pytest.approx(after["opening"]["value"], abs=CENT)


@pytest.mark.parametrize("kind", ["customers", "value"])
def test_the_segments_make_up_the_whole(months: dict[str, list[dict[str, Any]]], kind: str) -> None:
    for place in range(MONTHS):
        for stock in ("opening", "closing"):
            parts = sum(told[place][stock][kind] for segment, told in months.items() if segment)
            assert parts == pytest.approx(months[""][place][stock][kind], abs=CENT)
        moved = [
            sum(told[place][part][kind] for segment, told in months.items() if segment) for part in ("moved_in", "moved_out")
        ]
        assert moved[0] == pytest.approx(moved[1], abs=CENT)
