"""Figures by agent, and by small teams: told only where it is agreed, and never of fewer than five."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from metrics import CommandCenter
from queries.declarations import read_declared
from queries.errors import DeclarationErrors, QuestionError
from queries.local_day import NO_DATA, Span
from queries.policy import Policy
from queries.workspace import Settings, Workspace, read_settings
from tests.metrics.made import person, publish

TEAMS = {"Desk": 7, "Post": 2, "Shop": 3}


def settings(folder: Path, text: str) -> Settings:
    (folder / "workspace.toml").write_text(text, encoding="utf-8")
    return read_settings(folder / "workspace.toml")


def test_agents_are_shown_only_under_an_agreement_that_is_named(tmp_path: Path) -> None:
    assert not settings(tmp_path, "").shows_agents
    assert not settings(tmp_path, '[agents]\nshown = false\nagreement = "ours"').shows_agents
    assert settings(tmp_path, '[agents]\nshown = true\nagreement = "ours of May"').agents_agreement == "ours of May"
    with pytest.raises(DeclarationErrors, match="names no agreement that allows figures by agent"):
        settings(tmp_path, "[agents]\nshown = true")


def test_every_mistake_about_agents_is_told_together(tmp_path: Path) -> None:
    with pytest.raises(DeclarationErrors) as told:
        settings(tmp_path, '[agents]\nshwon = true\nshown = "yes"\nagreement = 3')
    assert len(told.value.problems) == 3
    with pytest.raises(DeclarationErrors, match="agents is not a table"):
        settings(tmp_path, 'agents = "yes"')


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    rows = [
        person(f"C{team}{n}", row_id=f"{team}{n}", team=team, agent=f"{team} agent {n}" if n else None, is_counted=True,
               opened_at="2026-10-05 08:00:00", channel="email")
        for team, agents in TEAMS.items() for n in range(agents)
    ]  # fmt: skip
    publish(tmp_path, {"fct_case": rows})
    yield tmp_path
    shutil.rmtree(tmp_path / "snapshots")


def changed(folder: Path, statement: str) -> CommandCenter:
    with duckdb.connect(str(folder / "snapshots" / "made-0001.duckdb")) as connection:
        connection.execute(statement)
    return CommandCenter.open(folder)


def test_small_teams_are_told_together_and_the_answer_says_so(folder: Path) -> None:
    center = changed(folder, "create table small_team as select 'Post' as team, 2 as agents union all select 'Shop', 3")
    answer = center.ask("cases_opened", period="2026-10", split_by="team")
    assert {row.by["team"]: row.value.n for row in answer.rows} == {"Desk": 7, "smaller teams": 5}
    assert "Teams of fewer than five known agents are told together, as smaller teams." in answer.notices
    assert center.ask("cases_opened", period="2026-10", where={"team": "Post"}).total.n == 0
    people = center.customers_behind("cases_opened", period="2026-10", mark={"team": "smaller teams"})
    assert (people.count, {row["team"] for row in people.rows}) == (5, {"smaller teams"})
    own = center.under(Policy(teams=frozenset({"Post"})))
    assert [(row.by["team"], row.value.n) for row in own.ask("cases_opened", period="2026-10", split_by="team").rows] == [
        ("smaller teams", 2)
    ]
    center.close()


def test_by_agent_is_refused_until_it_is_switched_on(folder: Path) -> None:
    center = changed(folder, "create table small_team as select 'Post' as team, 2 as agents where false")
    for asked in ({"split_by": "agent"}, {"where": {"agent": "Desk agent 1"}}):
        with pytest.raises(QuestionError, match="figures by agent are not switched on"):
            center.ask("cases_opened", period="2026-10", **asked)
    assert center.customers_behind("cases_opened", period="2026-10").rows[0].get("agent") is None
    center.close()
    on = "insert into dimension (dimension_id, label, kind, column_name, sort_no, most_values, is_sensitive) "
    center = changed(folder, on + "values ('agent', 'Agent', 'row', 'agent', 1, 20, false)")
    by_agent = center.ask("cases_opened", period="2026-10", split_by="agent").rows
    assert {row.by["agent"]: row.value.n for row in by_agent if row.value.n > 1} == {"unknown": 3}
    assert len(by_agent) == 10
    center.close()


def test_a_workspace_declares_the_dimension_only_with_an_agreement(tmp_path: Path) -> None:
    def dimensions() -> set[str]:
        return {row[0] for row in read_declared(Workspace.at(tmp_path), Span(NO_DATA, NO_DATA))["dimension"]}

    assert "agent" not in dimensions()
    (tmp_path / "workspace.toml").write_text('[agents]\nshown = true\nagreement = "Works agreement 7"\n', encoding="utf-8")
    assert "agent" in dimensions()
