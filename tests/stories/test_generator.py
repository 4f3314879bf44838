"""The sample exports: the same bytes every time, every entity, every format, every kind of dirt, and a manifest that tells the truth."""

import csv
import gzip
import io
import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

import duckdb
import pytest

from sample_data.following import Following
from sample_data.generate import prepare_workspace, write_exports
from sample_data.live import drop_hour, hour_tables, hours_of
from sample_data.moments import LAST, NOW, at, clock, local_text, open_after, open_before
from sample_data.sizes import SEED, TINY
from sample_data.world import World, make_world

ROOT = Path(__file__).resolve().parents[2]
COMMITTED = ROOT / "sample_data" / "tiny"
ENTITIES = {path.stem for path in (ROOT / "queries" / "entities").glob("*.sql")}
AUDITS = "zendesk_ticket_audits.jsonl"


@pytest.fixture(scope="module")
def tiny_world() -> World:
    return make_world(TINY, SEED)


@pytest.fixture(scope="module")
def tiny_manifest() -> dict[str, Any]:
    told: dict[str, Any] = json.loads((COMMITTED / ".truth" / "manifest.json").read_text(encoding="utf-8"))
    return told


def files_in(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def text_of(path: Path, encoding: str) -> str:
    content = path.read_bytes()
    return (gzip.decompress(content) if path.suffix == ".gz" else content).decode(encoding)


def records_in(path: Path, told: dict[str, Any]) -> int:
    """How many records a file holds, counted without the generator and without the loader."""
    if path.suffix == ".parquet":
        return len(duckdb.read_parquet(str(path)).fetchall())
    text = text_of(path, told.get("encoding", "utf-8"))
    if ".jsonl" in path.name:
        return len(text.splitlines())
    delimiter = ";" if ";" in text.splitlines()[0] else ","
    above = 3 if '{""ImportId""' in text else 1
    return len(list(csv.reader(io.StringIO(text), delimiter=delimiter))) - above - told.get("footer_lines", 0)


def test_the_committed_tiny_set_is_what_the_generator_writes(tmp_path: Path, tiny_world: World) -> None:
    write_exports(tiny_world, tmp_path)
    written, committed = files_in(tmp_path), files_in(COMMITTED)
    assert sorted(written) == sorted(committed)
    assert [name for name in written if written[name] != committed[name]] == []


def test_the_same_seed_gives_the_same_bytes_and_another_seed_other_ones(tmp_path: Path, tiny_world: World) -> None:
    write_exports(make_world(TINY, SEED), tmp_path / "again")
    write_exports(tiny_world, tmp_path / "first")
    write_exports(make_world(TINY, SEED + 1), tmp_path / "other")
    assert files_in(tmp_path / "first") == files_in(tmp_path / "again")
    assert files_in(tmp_path / "first") != files_in(tmp_path / "other")


def test_the_tiny_set_is_small() -> None:
    assert sum(len(content) for content in files_in(COMMITTED).values()) < 400_000


def test_every_entity_has_a_file(tiny_manifest: dict[str, Any]) -> None:
    assert {told["entity"] for told in tiny_manifest.values()} == ENTITIES


def test_every_form_of_file_is_there(tiny_manifest: dict[str, Any]) -> None:
    names = " ".join(tiny_manifest)
    for ending in (".csv ", ".csv.gz", ".jsonl", ".parquet"):
        assert ending in names
    assert {told.get("encoding") for told in tiny_manifest.values()} >= {"utf-8", "cp1252"}


@pytest.mark.parametrize("name", sorted(json.loads((COMMITTED / ".truth" / "manifest.json").read_text(encoding="utf-8"))))
def test_the_manifest_counts_what_the_file_holds(name: str, tiny_manifest: dict[str, Any]) -> None:
    assert records_in(COMMITTED / name, tiny_manifest[name]) == tiny_manifest[name]["records"]


def test_every_kind_of_dirt_is_planted(tiny_manifest: dict[str, Any]) -> None:
    reasons = Counter(bad["why"] for told in tiny_manifest.values() for bad in told["rejected"])
    assert set(reasons) >= {
        "no id", "no time", "not a time", "no such day", "not a number", "below zero", "preview", "no such kind",
        "not three letters", "ended before it began", "outside its scale", "not above zero", "not the first of a month", "no @",
    }  # fmt: skip
    notes = {note for told in tiny_manifest.values() for note in told}
    assert notes >= {
        "unknown_status", "unknown_channel",
        "sentinel_date", "future_rows", "formula_names", "shared_mailbox", "day_first_column", "unknown_buyers",
        "same_person_by_email", "same_person_by_phone_and_family_name", "answered_twice", "previews", "unfinished",
    }  # fmt: skip
    assert sum(told["duplicates"] for told in tiny_manifest.values()) > 0
    assert sum(told.get("footer_lines", 0) for told in tiny_manifest.values()) == 1


def test_a_row_that_must_be_refused_stands_where_the_manifest_says(tiny_manifest: dict[str, Any]) -> None:
    rows = list(csv.DictReader(io.StringIO(text_of(COMMITTED / "shop_orders.csv", "utf-8"))))
    amounts = [
        rows[bad["record"] - 1]["amount"] for bad in tiny_manifest["shop_orders.csv"]["rejected"] if bad["column"] == "amount"
    ]
    assert amounts
    assert set(amounts) == {"twelve"}


def test_umlauts_are_written_as_cp1252_bytes() -> None:
    content = (COMMITTED / "erp_customers.csv").read_bytes()
    assert "ü".encode("cp1252") in content
    with pytest.raises(UnicodeDecodeError):
        content.decode("utf-8")


def test_the_surveys_are_a_day_older_than_the_others() -> None:
    rows = csv.reader(io.StringIO(text_of(COMMITTED / "Fernhill NPS 2026-10-29.csv", "utf-8")))
    assert max(row[1] for row in list(rows)[3:]) == "2026-10-29 12:00:00"
    tickets = csv.DictReader(io.StringIO(text_of(COMMITTED / "zendesk_tickets_2026-10-30.csv", "utf-8")))
    assert max(row["Created at"] for row in tickets) > "2026-10-30 08:00:00"


def test_the_help_desk_is_known_until_five_past_two() -> None:
    audits = [json.loads(line) for line in text_of(COMMITTED / AUDITS, "utf-8").splitlines()]
    assert max(audit["created_at"] for audit in audits) == "2026-10-30T13:05:00Z"
    assert {"Create", "Change", "Comment", "Notification"} == {event["type"] for audit in audits for event in audit["events"]}
    assert any(audit["via"]["channel"] == "rule" for audit in audits)


def test_people_are_invented_and_reachable_by_nobody() -> None:
    everything = "".join(
        text_of(path, "cp1252" if path.name.startswith("erp_c") else "utf-8") for path in COMMITTED.iterdir()
        if path.is_file() and path.suffix != ".parquet"
    )  # fmt: skip
    addresses = re.findall(r"[\w.+-]+@[\w.-]+\.[a-z]+", everything, re.IGNORECASE)
    assert addresses
    assert {
        address for address in addresses if not re.search(r"@([\w-]+\.)?example\.(com|net|org)$", address, re.IGNORECASE)
    } == set()
    phones = {re.sub(r"^00", "+", re.sub(r" ", "", phone)) for phone in re.findall(r"(?:\+|00)49[\d ]{8,}", everything)}
    ranges = ("+4930231250", "+4940669690", "+4969900090", "+4922147100", "+4989999980")
    assert phones
    assert all(phone.startswith(ranges) for phone in phones)


def test_a_dozen_clocks_run_out_around_the_end(tiny_world: World) -> None:
    waiting = [case for case in tiny_world.cases if case.replied is None and case.solved is None]
    soon = [case for case in waiting if NOW <= case.due <= NOW + 4 * 3600]
    assert len(soon) == 17
    assert len([case for case in waiting if NOW - 3600 <= case.due < NOW]) == 5
    assert {case.channel for case in waiting} >= {"phone", "chat", "email", "social"}


def test_nothing_happens_after_the_end(tiny_world: World) -> None:
    assert max(contact.moment for contact in tiny_world.contacts) <= NOW
    assert max(case.touched for case in tiny_world.cases) <= NOW
    assert max(order.moment for life in tiny_world.lives for order in life.orders) <= NOW


def test_opening_hours_end_on_friday_evening_and_go_on_on_saturday() -> None:
    friday_evening = at(LAST, clock(17, 30))
    assert local_text(open_after(friday_evening, 3_600)) == "2026-10-31 09:30:00"
    assert open_before(open_after(friday_evening, 7_200), 7_200) == friday_evening
    assert local_text(open_after(at(LAST, clock(14)), 4 * 3_600)) == "2026-10-30 18:00:00"


def test_a_workspace_is_prepared_once_and_never_overwritten(tmp_path: Path) -> None:
    prepare_workspace(tmp_path)
    assert (tmp_path / "journeys" / "becoming_and_staying.toml").exists()
    (tmp_path / "workspace.toml").write_text('title = "Mine"\n', encoding="utf-8")
    prepare_workspace(tmp_path)
    assert (tmp_path / "workspace.toml").read_text(encoding="utf-8") == 'title = "Mine"\n'


def test_the_following_hours_are_the_same_bytes_every_time(tmp_path: Path, tiny_world: World) -> None:
    for name in ("one", "two"):
        following = Following(tiny_world)
        for hour, _ in zip(hours_of(tiny_world), range(3), strict=False):
            drop_hour(following, hour, tmp_path / name / "inbox")
    assert files_in(tmp_path / "one" / "inbox") == files_in(tmp_path / "two" / "inbox")
    assert files_in(tmp_path / "one" / ".dropping") == {}


def test_every_source_tells_something_in_every_hour(tiny_world: World) -> None:
    following = Following(tiny_world)
    hour = next(hours_of(tiny_world))
    tables, audits = hour_tables(following, hour)
    sources = {table.source for table in tables if table.source}
    for table in tables:
        if "source" in table.header:
            sources |= {row[table.column("source")] for row in table.rows}
    assert sources >= {"zendesk", "web", "outreach", "desk", "erp", "field", "shop", "tills", "askwell"}
    assert any(table.file.startswith("hubspot") for table in tables)
    assert audits


def test_an_open_case_that_is_solved_keeps_its_number(tiny_world: World) -> None:
    was_open = {str(case.number) for case in tiny_world.cases if case.last_solved is None}
    following, solved = Following(tiny_world), set()
    for hour, _ in zip(hours_of(tiny_world), range(12), strict=False):
        tickets = hour_tables(following, hour)[0][0]
        solved |= {row[tickets.column("Id")] for row in tickets.rows if row[tickets.column("Status")] == "Solved"}
    assert solved & was_open


def test_the_full_sample_is_as_large_as_it_should_be(truth: dict[str, Any], manifest: dict[str, Any]) -> None:
    assert 24_000 <= truth["people"] <= 26_500
    assert 380_000 <= truth["interactions"] <= 420_000
    assert truth["cases"] == 12_000
    assert sum(told["records"] for told in manifest.values()) > 500_000
