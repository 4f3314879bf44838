"""The planted dirt, found again in the ledger: every file adds up, every bad row is refused and named, every twin is seen."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from metrics import CommandCenter
from queries.snapshots import current
from queries.workspace import Workspace


@pytest.fixture(scope="module")
def loaded(sample_workspace: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    snapshot = current(Workspace.at(sample_workspace))
    assert snapshot is not None
    with duckdb.connect(str(snapshot.path), read_only=True) as connection:
        yield connection


def test_every_file_adds_up_and_holds_what_was_written(loaded: duckdb.DuckDBPyConnection, manifest: dict[str, Any]) -> None:
    counted = loaded.execute(
        "select file_name, records, loaded_new + loaded_updated, rejected, duplicates from ledger where is_primary"
    ).fetchall()
    assert {row[0] for row in counted} == set(manifest)
    for name, records, kept, rejected, duplicates in counted:
        planted = manifest[name]
        assert records == kept + rejected + duplicates, name
        assert records == planted["records"], name
        assert rejected == len(planted["rejected"]), name
        assert duplicates == planted["duplicates"], name


def test_every_planted_bad_row_is_refused_and_named(loaded: duckdb.DuckDBPyConnection, manifest: dict[str, Any]) -> None:
    refused = set(loaded.execute("select file_name, source_line from rejected_rows").fetchall())
    planted = {(name, bad["record"]) for name, told in manifest.items() for bad in told["rejected"]}
    assert planted
    assert refused == planted


def test_unknown_words_are_listed_and_never_guessed(loaded: duckdb.DuckDBPyConnection, manifest: dict[str, Any]) -> None:
    listed = {
        value: (read_as, rows)
        for value, read_as, rows in loaded.execute("select value, read_as, rows from unknown_values").fetchall()
    }
    for told in manifest.values():
        for word, rows in {**told.get("unknown_status", {}), **told.get("unknown_channel", {})}.items():
            assert listed[word] == ("other", rows)


def test_rows_of_the_future_never_move_what_is_known(loaded: duckdb.DuckDBPyConnection) -> None:
    known = dict(loaded.execute("select source, strftime(known_until, '%Y-%m-%d %H:%M') from known_until").fetchall())
    assert known["web"] == known["zendesk"] == known["tills"] == "2026-10-30 13:05"
    assert known["hubspot"] == "2026-10-30 13:00"
    assert known["qualtrics"] == known["askwell"] == "2026-10-29 11:00"


def test_a_mailbox_that_many_share_joins_nobody(sample_center: CommandCenter, manifest: dict[str, Any]) -> None:
    [mailbox] = {told["shared_mailbox"] for told in manifest.values() if "shared_mailbox" in told}
    assert len(sample_center.search(mailbox, limit=100)) == 14


def test_second_records_of_the_same_people_are_joined(loaded: duckdb.DuckDBPyConnection, manifest: dict[str, Any]) -> None:
    [told] = [told for told in manifest.values() if "same_person_by_email" in told]
    twins = told["same_person_by_email"] + told["same_person_by_phone_and_family_name"]
    found = loaded.execute(
        "select count(distinct customer_id) from customer_identity where source = 'hubspot' and record_id like '90______'"
        " and customer_id in (select customer_id from customer_identity where source = 'hubspot' and record_id not like '90______')"
    ).fetchone()
    assert found is not None
    assert found[0] == twins


def test_every_person_known_is_one_customer(loaded: duckdb.DuckDBPyConnection, truth: dict[str, Any]) -> None:
    found = loaded.execute("select count(*) from customers where kind <> 'unidentified'").fetchone()
    assert found is not None
    assert found[0] == truth["known_customers"]
