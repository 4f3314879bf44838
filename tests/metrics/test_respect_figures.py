"""Whom it hit: customers and their value beside a share, and opt-outs per 1,000 contacts, against plain Python."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from metrics import CommandCenter
from metrics.answer import Row
from metrics.errors import UnknownName
from metrics.intervals import Sums, per_thousand, wilson
from tests.metrics.made import AS_OF, ZONE, made_center, person

PEOPLE = tuple(f"C-{number}" for number in range(12))
CAMPAIGNS = ("Spring", "Autumn", "no campaign")
OUTREACH = "outreach_during_complaint"
Made = dict[str, Any]


def some_contacts(draw: Random) -> list[Made]:
    """Contacts of October and a few of September; two people belong to one company, some are unidentified."""
    made = []
    for number in range(60):
        name = draw.choice(PEOPLE)
        sent_at = AS_OF - timedelta(days=draw.randrange(40), seconds=draw.randrange(86_400))
        made.append(
            person(
                name,
                account_id="C-0" if name == "C-1" else name,
                customer_kind="unidentified" if name == "C-11" else "person",
                contact_id=str(number),
                sent_at=sent_at,
                campaign=draw.choice(CAMPAIGNS),
                is_contact=True,
                is_trouble_known=True,
                is_tired_known=True,
                is_outreach=draw.random() < 0.8,
                is_during_complaint=draw.random() < 0.3,
                opted_out_after=draw.random() < 0.1,
                complained_after=draw.random() < 0.1,
                tired_known_at=sent_at + timedelta(days=7),
                pressure_group=draw.choice(("1", "2")),
            )
        )
    return made


def some_movements(draw: Random) -> list[Made]:
    """What accounts are worth, in cents that add up; of one nothing is known, one comes only after the period."""
    made = []
    for name in (*PEOPLE[:9], "C-0"):
        known = name != "C-3"
        told = {"movement": "gained", "happened_at": AS_OF - timedelta(days=draw.randrange(100, 400)), "customers_change": 1.0}
        if name == "C-0" and made and made[0]["account_id"] == "C-0":
            told |= {"movement": "grown", "customers_change": 0.0}
        worth = float(draw.randrange(10_000)) if known else 0.0
        is_told = float(known and told["movement"] == "gained")
        made.append(person(name, value_change=worth, known_change=is_told, **told))
    return made


def is_in_october(moment: datetime) -> bool:
    return moment.replace(tzinfo=UTC).astimezone(ZoneInfo(ZONE)).month == 10


def expected(contacts: Sequence[Made], movements: Sequence[Made]) -> Made:
    """What a group's row tells, from its rows one by one."""
    hit = [row for row in contacts if row["is_during_complaint"]]
    accounts = {row["account_id"] for row in hit}
    told = {account: [one for one in movements if one["account_id"] == account] for account in accounts}
    known = {
        account
        for account, rows in told.items()
        if sum(one["customers_change"] for one in rows) <= 0 or sum(one["known_change"] for one in rows) > 0
    }
    return {
        "affected": len(hit),
        "customers_affected": len({row["customer_id"] for row in hit if row["customer_kind"] != "unidentified"}),
        "accounts": len(accounts),
        "known_accounts": len(known),
        "value_a_year": pytest.approx(sum(one["value_change"] for account in known for one in told[account])),
    }


@pytest.mark.parametrize("seed", range(6))
def test_a_share_tells_whom_it_hit_and_what_they_are_worth(tmp_path: Path, seed: int) -> None:
    draw = Random(seed)
    contacts, movements = some_contacts(draw), some_movements(draw)
    center = made_center(tmp_path, {"fct_contact": contacts, "fct_customer_movement": movements})
    october = [row for row in contacts if row["is_outreach"] and is_in_october(row["sent_at"])]
    whole = center.ask(OUTREACH, period="2026-10")
    assert [dict(row.extra) for row in whole.rows] == [expected(october, movements)]
    assert whole.total.numerator == whole.rows[0].extra["affected"]
    rows = {row.by["campaign"]: row for row in center.ask(OUTREACH, period="2026-10", split_by="campaign").rows}
    assert {name: dict(row.extra) for name, row in rows.items()} == {
        name: expected([row for row in october if row["campaign"] == name], movements) for name in rows
    }
    for name, row in rows.items():
        assert_listed(center, row, {"part": "affected", "campaign": name})
    center.close()


def assert_listed(center: CommandCenter, row: Row, mark: dict[str, str]) -> None:
    behind = center.customers_behind(OUTREACH, period="2026-10", split_by="campaign", mark=mark)
    assert (behind.count, len(behind.rows), behind.customers) == (
        row.extra["affected"], row.extra["affected"], row.extra["customers_affected"],
    )  # fmt: skip


def test_groups_that_are_not_shown_are_told_together(tmp_path: Path) -> None:
    draw = Random(1)
    contacts, movements = some_contacts(draw), some_movements(draw)
    center = made_center(tmp_path, {"fct_contact": contacts, "fct_customer_movement": movements})
    october = [row for row in contacts if row["is_outreach"] and is_in_october(row["sent_at"])]
    rows = center.ask(OUTREACH, period="2026-10", split_by="campaign", most=1).rows
    [shown] = [row.by["campaign"] for row in rows if row.by["campaign"] != "other"]
    [other] = [row for row in rows if row.by["campaign"] == "other"]
    assert dict(other.extra) == expected([row for row in october if row["campaign"] != shown], movements)
    center.close()


def test_a_part_that_is_none_is_refused(tmp_path: Path) -> None:
    center = made_center(tmp_path, {"fct_contact": some_contacts(Random(1))})
    with pytest.raises(UnknownName, match='"hit" is not a part'):
        center.customers_behind(OUTREACH, period="2026-10", mark={"part": "hit"})
    center.close()


def test_opt_outs_and_complaints_are_told_per_thousand_contacts_whose_time_is_over(tmp_path: Path) -> None:
    contacts = some_contacts(Random(3))
    center = made_center(tmp_path, {"fct_contact": contacts})
    over = [row for row in contacts if row["tired_known_at"] <= AS_OF and is_in_october(row["tired_known_at"])]
    answer = center.ask("fatigue", period="2026-10", split_by="pressure_group")
    assert answer.total.n == len(over)
    assert answer.total.value == pytest.approx(
        1000 * sum(row["opted_out_after"] + row["complained_after"] for row in over) / len(over)
    )
    waiting = sum(row["tired_known_at"] > AS_OF for row in contacts)
    assert f"{waiting} more contacts are not yet known: their time is not over." in answer.notices
    center.close()


def test_none_of_many_is_not_certainly_none() -> None:
    sums = Sums(n=1000, clusters=1000, total=0.0, squares=0.0, cluster_totals=0.0, cluster_counts=1000.0, cluster_products=0.0)
    low, high = per_thousand(sums) or (None, None)
    assert (low, high) == tuple(pytest.approx(1000 * bound) for bound in wilson(0, 1000) or ())
    assert high is not None
    assert 3 < high < 5
