"""The truths planted in the help desk's histories, and in what leaves the house: sample_data/STORIES.md."""

import csv
import io
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import duckdb
import pytest

from dashboard.cli import main
from dashboard.files import as_csv
from metrics import CommandCenter
from metrics.answer import Answer, Value
from queries.calendar_file import load_calendars
from queries.snapshots import current
from queries.workspace import Workspace
from sample_data.dirt import FORMULAS
from sample_data.moments import LAST, at, clock, open_after

OCTOBER = "2026-10"
BERLIN = ZoneInfo("Europe/Berlin")


def by(answer: Answer, dimension: str) -> dict[str, Value]:
    return {row.by[dimension]: row.value for row in answer.rows}


def counted(value: Value) -> tuple[float | None, int]:
    """What was counted as good, and of how many."""
    return value.numerator, value.n


# -- promises after the first reply ---------------------------------------------------------------------


def test_thirty_six_further_questions_wait_and_most_of_them_past_the_promise(
    sample_center: CommandCenter, truth: dict[str, Any]
) -> None:  # fmt: skip
    where, planted = {"promise": "next_reply"}, truth["desk"]["asking_now"]
    assert sample_center.ask("running_clocks", where=where).total.n == planted["waiting"]
    assert sample_center.ask("past_promise_now", where=where).total.n == planted["past_promise"]
    assert planted["waiting"] > planted["past_promise"] > 0


def test_who_writes_again_by_mail_waits_past_the_promise_more_often(sample_center: CommandCenter, truth: dict[str, Any]) -> None:
    found = by(sample_center.ask("next_replies_in_time", period=OCTOBER, split_by="channel"), "channel")
    planted = {channel: (counts["kept"], counts["decided"]) for channel, counts in truth["desk"]["next_replies"].items()}
    assert {channel: counted(value) for channel, value in found.items()} == planted
    assert (found["email"].high or 1) < min(found["phone"].low or 0, found["chat"].low or 0)


def test_the_chat_desk_waits_for_its_customers_far_more_than_others(
    sample_center: CommandCenter, sample_workspace: Path, truth: dict[str, Any]
) -> None:
    """The planted time goes on to the solution, as that of the clocks does; the share ends where the promise was kept or broke."""
    teams = ("Chat desk", "Post desk", "Phone desk")
    snapshot = current(Workspace.at(sample_workspace))
    assert snapshot is not None
    with duckdb.connect(str(snapshot.path), read_only=True) as connection:
        stood_still = dict(
            connection.execute(
                "select team, sum(paused_seconds) / sum(calendar_seconds) from fct_promise"
                " where promise = 'customer_wait' and is_decided group by team"
            ).fetchall()
        )
    for team in teams:
        counts = truth["desk"]["paused"][team]
        assert stood_still[team] == pytest.approx(counts["paused"] / counts["unsolved"], abs=0.05), team
    answer = sample_center.ask("pause_share", split_by="team", period="all", where={"promise": "customer_wait"})
    found = {team: value.value or 0 for team, value in by(answer, "team").items()}
    assert found["Chat desk"] > 3 * max(share for team, share in found.items() if team != "Chat desk")
    assert [found[team] for team in teams] == sorted((found[team] for team in teams), reverse=True)


def test_the_phone_desk_lowers_priorities_shortly_before_its_promises_break(
    sample_center: CommandCenter, truth: dict[str, Any]
) -> None:  # fmt: skip
    answer = sample_center.ask("targets_loosened_late", period="all", split_by="team")
    assert {team: value.n for team, value in by(answer, "team").items()} == truth["desk"]["lowered_late"]


def test_requests_about_installations_are_opened_again_more_often(sample_center: CommandCenter, truth: dict[str, Any]) -> None:
    found = by(sample_center.ask("reopened", period="all", split_by="category"), "category")
    planted = truth["desk"]["came_back"]
    assert {category: counted(value) for category, value in found.items()} == {
        category: (counts["reopened"], counts["solved"]) for category, counts in planted.items()
    }
    others = [value.high or 1 for category, value in found.items() if category != "Installation"]
    assert (found["Installation"].low or 0) > max(others)


def test_an_hour_from_half_past_five_on_friday_ends_at_half_past_nine_on_saturday(sample_workspace: Path) -> None:
    calendar = load_calendars([sample_workspace / "calendars"])["service_hours"]
    friday = datetime(2026, 10, 30, 17, 30, tzinfo=BERLIN)
    ends = calendar.add(friday.astimezone(UTC).replace(tzinfo=None), 3_600)
    assert ends.replace(tzinfo=UTC).astimezone(BERLIN) == datetime(2026, 10, 31, 9, 30, tzinfo=BERLIN)
    assert ends.replace(tzinfo=UTC).timestamp() == open_after(at(LAST, clock(17, 30)), 3_600)


@pytest.mark.parametrize("wave", ["2024", "2025", "2026"])
def test_more_and_more_of_those_who_would_not_recommend_us_are_called_back_in_time(
    sample_center: CommandCenter, truth: dict[str, Any], wave: str
) -> None:
    planted = truth["called_back"][wave]
    found = sample_center.ask("detractors_called_back", period=f"{wave}-10").total
    assert counted(found) == (planted["kept"], planted["decided"])


# -- what is known, and what leaves the house -----------------------------------------------------------


def test_the_value_of_who_pays_in_a_currency_without_a_rate_is_not_known(
    sample_center: CommandCenter, truth: dict[str, Any]
) -> None:  # fmt: skip
    [row] = sample_center.ask("customer_equation", period=OCTOBER).rows
    planted = truth["values_known"]
    assert row.extra["closing"]["customers"] == planted["customers"]
    assert row.extra["value_coverage"] == pytest.approx(planted["known"] / planted["customers"])
    assert 0.96 < row.extra["value_coverage"] < 0.98


def test_names_that_look_like_formulas_leave_as_text(
    sample_workspace: Path, sample_center: CommandCenter, capsys: pytest.CaptureFixture[str]
) -> None:  # fmt: skip
    asked = ["customers", "customer_equation", "--period", OCTOBER, "--mark", "part=closing", "--csv", "--limit", "100000"]
    with pytest.raises(SystemExit):
        main([*asked, "--workspace", str(sample_workspace)])
    told = {row["name"] for row in csv.DictReader(io.StringIO(capsys.readouterr().out))}
    assert told & set(FORMULAS) == set()
    assert len(told & {f"'{name}" for name in FORMULAS}) == 3
    for name in FORMULAS:
        page = csv.DictReader(io.StringIO(as_csv(sample_center.search(name, limit=5))))
        assert f"'{name}" in {row["name"] for row in page}, name
