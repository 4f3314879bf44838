"""Whether the numbers can be trusted: what is told of checks, completeness, doubled records, identity and coverage."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from metrics import CommandCenter
from metrics.coverage import IN_PART, NOT_YET, POSSIBLE
from metrics.data_health import check_rows, checks_told
from metrics.errors import UnknownName
from queries.build import read_checks
from queries.load import load
from queries.policy import Policy
from queries.workspace import Workspace

TICKETS = """case_id,email,opened_at,opened_by,kind,channel,status
1,ada@example.com,2026-10-01T10:00:00Z,customer,question,email,open
2,ben@example.com,2026-10-02T10:00:00Z,customer,complaint,email,open
"""


@pytest.fixture(scope="module")
def with_tickets(tmp_path_factory: pytest.TempPathFactory) -> CommandCenter:
    """A workspace that holds two tickets and nothing else."""
    folder = tmp_path_factory.mktemp("tickets")
    (folder / "cases.csv").write_text(TICKETS, encoding="utf-8")
    workspace = Workspace.create(folder / "workspace")
    load(workspace, [folder / "cases.csv"])
    return CommandCenter.open(workspace.root)


@pytest.mark.parametrize("check", [check.check_id for check in read_checks()])
def test_a_check_opens_onto_exactly_the_rows_it_counted(tiny_center: CommandCenter, check: str) -> None:
    told = tiny_center.check_rows(check)
    assert len(told.found) == told.rows
    assert told.sentence
    if told.kind == "rows":
        assert all(row["source_file"] and row["source_line"] for row in told.found)
    if told.kind == "customers":
        assert all(row["customer_id"] for row in told.found)


def test_the_rows_of_a_check_come_page_by_page(tiny_center: CommandCenter) -> None:
    whole = tiny_center.check_rows("lost_without_reason").found
    pages = [tiny_center.check_rows("lost_without_reason", limit=1, offset=at).found for at in range(len(whole))]
    assert {row["row_id"] for page in pages for row in page} == {row["row_id"] for row in whole}


class Broken:
    """A reading in which the first rows of a check are of one customer."""

    def __init__(self, customers: list[str | None]) -> None:
        self.customers = customers

    def constant(self, figure: str) -> list[dict[str, Any]]:
        return [{"check_id": "lost_without_reason", "severity": "error", "sentence": "Lost.", "rows": len(self.customers)}]

    def run(self, figure: str, *, most: int, skipped: int) -> list[dict[str, Any]]:
        return [{"row_id": f"r{at}", "customer_id": told} for at, told in enumerate(self.customers)][skipped : skipped + most]


@pytest.mark.parametrize(
    ("customers", "is_listed"),
    [(["a"] * 7, False), (["a", "b", "c", "d", *[None] * 5], False), (["a", "b", "c", "d", "e", "e"], True)],
)
def test_the_rows_of_a_check_are_listed_from_five_customers_on(customers: list[str | None], is_listed: bool) -> None:
    def told(least: int, limit: int, offset: int) -> list[str]:
        reading: Any = Broken(customers)
        found = check_rows(reading, Policy(names=False, least=least), "lost_without_reason", limit=limit, offset=offset)
        return [row["row_id"] for row in found.found]

    assert told(1, 2, 1) == ["r1", "r2"]
    assert told(5, 2, 1) == (["r1", "r2"] if is_listed else [])
    assert told(5, 9, 5) == ([f"r{at}" for at in range(5, len(customers))] if is_listed else [])


@pytest.mark.parametrize(("rows", "told"), [(0, 0), (1, 5), (4, 5), (5, 5), (7, 7)])
def test_few_rows_of_a_check_are_told_as_the_fewest_that_are_told(rows: int, told: int) -> None:
    assert checks_told([{"rows": rows}], Policy(names=False, least=5))[0]["rows"] == told
    assert checks_told([{"rows": rows}], Policy())[0]["rows"] == rows


def test_a_check_that_there_is_not_is_said_so(tiny_center: CommandCenter) -> None:
    with pytest.raises(UnknownName, match="there is no check"):
        tiny_center.check_rows("order_told_thrice")


def test_what_is_nobodys_row_is_told_only_to_who_may_see_all(tiny_center: CommandCenter) -> None:
    limited = tiny_center.under(replace(Policy.everything(), regions=frozenset({"North"})))
    assert tiny_center.check_rows("address_of_many").found
    assert not limited.check_rows("address_of_many").found
    assert not limited.unknown_words()


def test_every_source_s_rows_are_counted_field_by_field(tiny_center: CommandCenter) -> None:
    rows = {(row["entity"], row["source"], row["field"]): row for row in tiny_center.completeness()}
    assert all(row["filled"] <= row["rows"] for row in rows.values())
    required = [row for (entity, _, field), row in rows.items() if (entity, field) == ("customer_records", "record_id")]
    assert len(required) >= 4
    assert all(row["filled"] == row["rows"] for row in required)


def test_who_doubles_records_is_told_without_naming_anybody(tiny_center: CommandCenter) -> None:
    rows = tiny_center.doubled_records()
    assert {row["owner"] for row in rows} == {None}
    assert sum(row["doubled"] for row in rows) == tiny_center.check_rows("record_doubled").rows


def test_identity_adds_up(tiny_center: CommandCenter) -> None:
    told = tiny_center.identity()
    assert told.sums["joined"] <= told.sums["customers"] <= told.sums["records"]
    assert {row["rule"] for row in told.joins} >= {"same e-mail", "its own record"}
    assert all(row["customers"] for row in told.conflicts)


def test_the_whole_sample_gives_nearly_every_figure(tiny_center: CommandCenter) -> None:
    told = tiny_center.coverage()
    assert told.count(NOT_YET) < 10
    assert [one.entity for one in told.wanted] == ["survey_responses"], "all but a survey of effort is there"
    assert all("effort" in part or "satisfaction" in part for part in told.wanted[0].parts)
    assert told.sentence.startswith(f"Your {told.files} files give ")


def test_tickets_alone_tell_what_they_give_and_what_would_add_to_it(with_tickets: CommandCenter) -> None:
    told = with_tickets.coverage()
    states = {one.metric: one for one in told.figures}
    assert states["cases_opened"].state == IN_PART
    assert states["cases_opened"].lacks == ("case_events",)
    assert states["nps_relational"].state == NOT_YET
    assert states["nps_relational"].missing == "recommendations asked once a year"
    assert states["replied_in_time"].missing.startswith("case_events")
    wanted = {one.entity: one for one in told.wanted}
    assert wanted["survey_responses"].opens >= wanted["survey_responses"].opens_alone >= 5
    assert "satisfaction asked after a contact" in wanted["survey_responses"].parts
    assert all(one.exports for one in told.wanted), "whatever is missing, an export tells it"
    assert wanted["case_events"].completes >= 1
    assert "Zendesk ticket audits" in wanted["case_events"].exports
    assert wanted["case_events"].exports[-1] == "case_events in the import format"
    assert told.count(POSSIBLE) + told.count(IN_PART) + told.count(NOT_YET) == len(told.figures)


def test_coverage_before_anything_is_loaded_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(Exception, match="nothing has been loaded yet"):
        CommandCenter.open(tmp_path).coverage()


def test_answers_alone_give_what_they_are_and_lack_only_the_other_kinds(tmp_path: Path) -> None:
    text = "response_id,email,instrument,programme,wave,answered_at,score\n" + "".join(
        f"{n},a{n}@example.com,nps,relational,2026,2026-10-0{n}T09:00:00Z,{n + 4}\n" for n in range(1, 6)
    )
    (tmp_path / "answers.csv").write_text(text, encoding="utf-8")
    load(Workspace.create(tmp_path / "workspace"), [tmp_path / "answers.csv"])
    told = CommandCenter.open(tmp_path / "workspace").coverage()
    states = {one.metric: one for one in told.figures}
    assert states["nps_relational"].state == POSSIBLE
    assert states["nps_relational"].missing == ""
    assert states["nps_transactional"].missing == "recommendations asked after a contact"
    (surveys,) = [one for one in told.wanted if one.entity == "survey_responses"]
    assert "recommendations asked once a year" not in surveys.parts
