"""What a center tells beside answers: stories, search, sources, the ledger, dimensions, checks."""

import json
from pathlib import Path

import duckdb
import pytest

from metrics import CommandCenter
from metrics.errors import UnknownName
from queries.policy import Policy


def test_a_customer_is_found_by_name_mail_phone_and_id(tiny_center: CommandCenter) -> None:
    someone = next(row for row in tiny_center.customers_behind("customers_gained", period="all").rows if row["name"])
    story = tiny_center.story(someone["customer_id"])
    customer = story.customer
    for text in (customer["customer_id"], customer["name"], customer["name"].upper()[:6], customer["email"], customer["phone"]):
        if text:
            assert customer["customer_id"] in {row["customer_id"] for row in tiny_center.search(text, limit=100)}, text


def test_a_search_says_what_it_found_the_text_in_names_before_addresses(tiny_center: CommandCenter) -> None:
    found = tiny_center.search("example", limit=500)
    assert {row["matched"] for row in found} == {"e-mail"}
    someone = next(row for row in found if row["name"])
    assert tiny_center.search(someone["customer_id"])[0]["matched"] == "id"
    by_name = tiny_center.search(someone["name"].split()[0], limit=500)
    assert by_name[0]["matched"] == "name"
    places = [row["matched"] == "name" for row in by_name]
    assert places == sorted(places, reverse=True)


@pytest.mark.parametrize("text", ["", "a", "  ", "%", "no such person anywhere", "' or '1'='1"])
def test_a_search_for_nothing_finds_nothing(tiny_center: CommandCenter, text: str) -> None:
    assert tiny_center.search(text) == ()


def test_a_search_never_finds_someone_without_an_identity(tiny_center: CommandCenter) -> None:
    assert all(row["kind"] != "unidentified" for row in tiny_center.search("example", limit=500))


def test_a_story_holds_what_the_facts_hold_newest_first(tiny_center: CommandCenter) -> None:
    someone = tiny_center.customers_behind("cases_opened", period="all", limit=1).rows[0]["customer_id"]
    story = tiny_center.story(someone)
    moments = [event["happened_at"] for event in story.events]
    assert moments == sorted(moments, reverse=True)
    assert moments
    assert story.cases
    assert all(record["rule"] for record in story.records)
    json.dumps(story.to_json())


def test_a_customers_value_is_what_the_equation_adds_up(tiny_center: CommandCenter) -> None:
    people = tiny_center.customers_behind("customer_equation", period="all", mark={"part": "closing"})
    for row in people.rows[:5]:
        story = tiny_center.story(row["customer_id"])
        assert story.customer["is_customer"]
        assert story.value.value == pytest.approx(row["value"])


def test_an_id_that_was_merged_away_leads_to_the_one_kept(own_workspace: Path, tiny_center: CommandCenter) -> None:
    center = CommandCenter.open(own_workspace)
    kept = tiny_center.search("example", limit=1)[0]["customer_id"]
    path = own_workspace / "snapshots" / f"{center.snapshot}.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute("insert into customer_redirect (old_customer_id, customer_id) values ('C-old', ?)", [kept])
    assert center.story("C-old").customer["customer_id"] == kept


def test_an_unknown_customer_is_told_so(tiny_center: CommandCenter) -> None:
    with pytest.raises(UnknownName, match='there is no customer "C-nobody"'):
        tiny_center.story("C-nobody")


def test_the_ledger_adds_up(tiny_center: CommandCenter) -> None:
    told = tiny_center.ledger_summary()
    assert told["records"] == told["loaded_new"] + told["loaded_updated"] + told["rejected"] + told["duplicates"]
    assert told["files"] > 20


def test_the_age_of_a_source_is_counted_from_the_newest(tiny_center: CommandCenter) -> None:
    sources = [row for row in tiny_center.sources() if not row["is_finished"]]
    newest = max(row["known_until"] for row in sources)
    assert {row["age_seconds"] for row in sources} == {int((newest - row["known_until"]).total_seconds()) for row in sources}


def test_a_dimensions_values_are_those_of_today(tiny_center: CommandCenter) -> None:
    assert set(tiny_center.dimension_values("region")) >= {"north", "south"}
    with pytest.raises(UnknownName, match='"regoin" is not a dimension'):
        tiny_center.dimension_values("regoin")


def test_values_that_no_row_ever_had_are_told(tiny_center: CommandCenter) -> None:
    where = {
        "region": ("north", "nowhere"),
        "channel": ("email", "pigeon"),
        "segment": ("unknown",),
        "list": ("gone",),
        "regoin": ("north",),
    }
    assert tiny_center.not_found(where) == (("region", "nowhere"), ("channel", "pigeon"))


def test_dimensions_and_journeys_are_told(tiny_center: CommandCenter) -> None:
    assert {"segment", "region", "channel"} <= {row["dimension_id"] for row in tiny_center.dimensions()}
    default = tiny_center.settings()["default_journey"]
    stages = [row for row in tiny_center.journeys() if row["journey_id"] == default]
    assert [row["stage_no"] for row in stages] == list(range(1, len(stages) + 1))
    assert stages[-1]["within_seconds"] is None


def test_someone_limited_to_a_region_finds_and_reads_nobody_elses_story(tiny_center: CommandCenter) -> None:
    limited = tiny_center.under(Policy(regions=frozenset({"north"})))
    found = limited.search("example", limit=500)
    assert found
    assert {row["region"] for row in found} == {"north"}
    other = next(row for row in tiny_center.search("example", limit=500) if row["region"] == "south")
    with pytest.raises(UnknownName):
        limited.story(other["customer_id"])
    assert tiny_center.story(other["customer_id"]).events


def test_a_part_of_a_figure_and_a_filter_narrow_together(tiny_center: CommandCenter) -> None:
    joined = tiny_center.customers_behind(
        "customer_equation", period="all", where={"movement": "gained"}, mark={"part": "gained"}
    )
    neither = tiny_center.customers_behind(
        "customer_equation", period="all", where={"movement": "gained"}, mark={"part": "ended"}
    )
    assert joined.count > 0
    assert (neither.count, neither.rows) == (0, ())
