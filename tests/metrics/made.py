"""A published snapshot put together by a test, row by row, and questions to it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb

from metrics import CommandCenter

ZONE = "Europe/Berlin"
AS_OF = datetime(2026, 10, 30, 13, 5)

COMMON = "customer_id varchar, account_id varchar, segment varchar, region varchar, customer_kind varchar, subject varchar, because varchar"
TABLES = {
    "workspace_setting": "title varchar, zone varchar, currency varchar, week_start varchar, default_journey varchar, "
    "segmentation varchar, locale varchar",
    "entity_as_of": "entity varchar, as_of timestamp",
    "dimension": "dimension_id varchar, label varchar, kind varchar, column_name varchar, sort_no int, most_values int, "
    "is_sensitive boolean",
    "customers": "customer_id varchar, account_id varchar, kind varchar, name varchar, email varchar, phone varchar, "
    "region varchar, lifecycle varchar, company_name varchar",
    "segment_membership": "segmentation varchar, customer_id varchar, segment varchar, from_day date, until_day date",
    "journey": "journey_id varchar, title varchar, window_seconds bigint, idle_gap_seconds bigint, stage_count int, "
    "is_default boolean",
    "journey_stage": "journey_id varchar, stage_no int, stage_id varchar, says varchar, label varchar, owner varchar, "
    "dimension varchar, is_optional boolean, within_seconds bigint, promise varchar, target double, moved_words varchar",
    "journey_as_of": "journey_id varchar, as_of timestamp",
    "fct_event": f"{COMMON}, entity varchar, event varchar, channel varchar, happened_at timestamp",
    "fct_case": f"{COMMON}, case_id varchar, opened_at timestamp, resolved_at timestamp, is_open boolean, is_counted boolean, "
    "is_complaint boolean, seconds_to_resolve bigint, channel varchar, kind varchar, priority varchar, category varchar, team varchar",
    "fct_promise": f"{COMMON}, clock_id varchar, promise varchar, subject_kind varchar, is_decided boolean, was_kept boolean, "
    "decided_at timestamp, channel varchar, priority varchar, team varchar, is_running boolean, state varchar, due_at timestamp, "
    "started_at timestamp, remaining_seconds bigint",
    "fct_survey_response": f"{COMMON}, instrument varchar, programme varchar, is_comparable boolean, counts_once boolean, "
    "is_answered boolean, nps_points double, answered_at timestamp, stage varchar",
    "fct_customer_movement": f"{COMMON}, movement varchar, happened_at timestamp, customers_change double, value_change double, "
    "known_change double, reason varchar, returned_after varchar",
    "fct_stage_stay": f"{COMMON}, journey_id varchar, stage_no int, stage_id varchar, stage varchar, attempt_no int, "
    "entered_at timestamp, previous_entered_at timestamp, moved_at timestamp, left_at timestamp, within_seconds bigint",
    "fct_stage_entry": f"{COMMON}, journey_id varchar, attempt_no int, channel varchar, entered_at timestamp, "
    "previous_entered_at timestamp, starts_attempt boolean, excluded_after bigint, left_after bigint, "
    + ", ".join(f"next_{k} bigint" for k in range(1, 13)),
    "fct_cohort_member": f"{COMMON}, acquired_through varchar, cohort_month date, first_at timestamp, last_active_month date, "
    "last_active_since int, lapse_after_days int",
}
DIMENSIONS = (
    "promise",
    "segment",
    "region",
    "customer_kind",
    "channel",
    "priority",
    "team",
    "category",
    "kind",
    "reason",
    "movement",
    "stage",
)

Rows = Sequence[Mapping[str, Any]]


def made_center(folder: Path, tables: Mapping[str, Rows], *, as_of: datetime = AS_OF, name: str = "made-0001") -> CommandCenter:
    """Returns a center over a snapshot that holds these rows; what a row does not name is NULL."""
    publish(folder, tables, as_of=as_of, name=name)
    return CommandCenter.open(folder)


def publish(folder: Path, tables: Mapping[str, Rows], *, as_of: datetime = AS_OF, name: str = "made-0001") -> None:
    """Writes a snapshot and moves the pointer to it."""
    (folder / "snapshots").mkdir(parents=True, exist_ok=True)
    path = folder / "snapshots" / f"{name}.duckdb"
    with duckdb.connect(str(path), config={"threads": 1}) as connection:
        for table, columns in TABLES.items():
            connection.execute(f"create table {table} ({columns})")
            put(connection, table, tables.get(table, _given(table, as_of)))
    pointer = folder / ".next"
    pointer.write_text(f"{path.name}\n", encoding="utf-8")
    pointer.replace(folder / "CURRENT")


def put(connection: duckdb.DuckDBPyConnection, table: str, rows: Rows) -> None:
    """Adds rows to a table by the names of their columns."""
    columns = connection.table(table).columns
    assert not {name for row in rows for name in row} - set(columns), f"{table} has other columns"
    with connection.appender(table) as appender:
        appender.append_rows([tuple(row.get(name) for name in columns) for row in rows])


def person(name: str, **told: Any) -> dict[str, Any]:
    """Returns what every fact's row carries of its customer."""
    row = {"customer_id": name, "account_id": name, "segment": "A", "region": "North", "customer_kind": "person"}
    return {**row, "subject": f"S {name}", "because": "it was so", **told}


def _given(table: str, as_of: datetime) -> Rows:
    settings = {"title": "Made", "zone": ZONE, "currency": "EUR", "week_start": "monday", "default_journey": "way"}
    given: dict[str, Rows] = {
        "workspace_setting": [{**settings, "segmentation": "kinds", "locale": "en"}],
        "entity_as_of": [
            {"entity": entity, "as_of": as_of}
            for entity in ("cases", "case_events", "commitments", "survey_responses", "orders", "contracts", "customer_records")
        ],
        "dimension": [
            {"dimension_id": name, "label": name, "kind": "row", "column_name": name, "sort_no": 1, "most_values": 12,
             "is_sensitive": False}
            for name in DIMENSIONS
        ],
        "journey": [{"journey_id": "way", "title": "The way", "window_seconds": 864_000, "stage_count": 3, "is_default": True}],
        "journey_stage": [
            {"journey_id": "way", "stage_no": k, "stage_id": f"s{k}", "says": f"I am at {k}", "label": f"Stage {k}",
             "is_optional": False, "within_seconds": 432_000 if k == 2 else None}
            for k in (1, 2, 3)
        ],
        "journey_as_of": [{"journey_id": "way", "as_of": as_of}],
    }  # fmt: skip
    return given.get(table, ())
