"""The hours after the sample's end, loaded one after the other: what changes is the same case, the same commitment, the same customer."""

import shutil
from pathlib import Path

import pytest

from metrics import CommandCenter
from queries.load import load
from queries.workspace import Workspace
from sample_data.following import Following
from sample_data.live import drop_hour, hours_of
from sample_data.sizes import SEED, TINY
from sample_data.world import make_world


@pytest.fixture(scope="module")
def live_workspace(tiny_workspace: Path, tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """The tiny workspace, two hours later."""
    folder = tmp_path_factory.mktemp("live") / "workspace"
    shutil.copytree(tiny_workspace, folder)
    workspace = Workspace.at(folder)
    following = Following(make_world(TINY, SEED))
    for hour, _ in zip(hours_of(following.world), range(2), strict=False):
        drop_hour(following, hour, workspace.inbox)
    report = load(workspace, [workspace.inbox])
    assert report.changed
    assert report.refused == ()
    return workspace


def test_a_case_that_is_solved_an_hour_later_is_still_one_case(live_workspace: Workspace, tiny_center: CommandCenter) -> None:
    later = CommandCenter.open(live_workspace.root)
    before = {row["subject"] for row in tiny_center.customers_behind("open_cases", limit=1_000).rows}
    after = {row["subject"] for row in later.customers_behind("open_cases", limit=1_000).rows}
    opened = [row["subject"] for row in later.customers_behind("cases_opened", period="all", limit=10_000).rows]
    assert before - after
    assert after - before
    assert before | after <= set(opened)
    assert len(opened) == len(set(opened))


def test_every_source_but_the_yearly_survey_is_known_two_hours_longer(
    live_workspace: Workspace, tiny_center: CommandCenter
) -> None:
    before = {row["source"]: row["known_until"] for row in tiny_center.sources()}
    after = {row["source"]: row["known_until"] for row in CommandCenter.open(live_workspace.root).sources()}
    assert {source for source in before if after[source] > before[source]} == set(before) - {"qualtrics", "finance"}


def test_new_customers_are_booked_as_they_come(live_workspace: Workspace, tiny_center: CommandCenter) -> None:
    before = tiny_center.ask("customers_gained", period="2026-10").total.value or 0
    after = CommandCenter.open(live_workspace.root).ask("customers_gained", period="2026-10").total.value or 0
    assert after > before
