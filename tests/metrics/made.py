"""A published snapshot put together by a test, row by row, and questions to it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb

from metrics import CommandCenter
from queries.fact import PARTS

ZONE = "Europe/Berlin"
AS_OF = datetime(2026, 10, 30, 13, 5)

COMMON = "customer_id varchar, account_id varchar, segment varchar, region varchar, customer_kind varchar, subject varchar, because varchar"
TABLES = {
    "workspace_setting": "title varchar, zone varchar, currency varchar, week_start varchar, default_journey varchar, "
    "segmentation varchar, locale varchar",
    "entity_as_of": "entity varchar, as_of timestamp",
    "known_until": "source varchar, title varchar, known_until timestamp, told_by varchar, newest_event_at timestamp, loaded_at timestamp, "
    "is_finished boolean, interval_seconds bigint",
    "dimension": "dimension_id varchar, label varchar, kind varchar, column_name varchar, sort_no int, most_values int, "
    "is_sensitive boolean, segmentation varchar, property varchar, subject varchar",
    "segmentation": "segmentation varchar, title varchar, kind varchar, segment_count int",
    "customer_redirect": "old_customer_id varchar, customer_id varchar",
    "customers": "customer_id varchar, account_id varchar, kind varchar, name varchar, email varchar, phone varchar, "
    "region varchar, lifecycle varchar, company_name varchar",
    "segment_membership": "segmentation varchar, customer_id varchar, segment varchar, from_day date, until_day date",
    "journey": "journey_id varchar, title varchar, window_seconds bigint, idle_gap_seconds bigint, stage_count int, "
    "is_default boolean, per varchar",
    "journey_stage": "journey_id varchar, stage_no int, stage_id varchar, says varchar, label varchar, owner varchar, "
    "dimension varchar, is_optional boolean, within_seconds bigint, promise varchar, target double, moved_words varchar",
    "journey_as_of": "journey_id varchar, as_of timestamp",
    "stage_heard": "journey_id varchar, stage_no int, stage_id varchar, events bigint, customers bigint, first_at timestamp, "
    "last_at timestamp",
    "fct_event": f"{COMMON}, event_id varchar, acquired_through varchar, entity varchar, entity_id varchar, event varchar, "
    "channel varchar, happened_at timestamp",
    "properties": "subject_kind varchar, subject_id varchar, name varchar, value varchar, sensitive boolean, updated_at timestamp",
    "customer_of": "entity varchar, row_id varchar, customer_id varchar, account_id varchar",
    "fct_case": f"{COMMON}, row_id varchar, case_id varchar, opened_at timestamp, resolved_at timestamp, is_open boolean, "
    "is_counted boolean, is_complaint boolean, seconds_to_resolve bigint, channel varchar, kind varchar, priority varchar, "
    "category varchar, team varchar, agent varchar, opened_by varchar, first_replied_at timestamp, as_of timestamp, is_spam boolean, "
    "is_merged boolean, is_withdrawn boolean, is_unsolved boolean, solved_at timestamp, wait_from timestamp, replied_at timestamp, "
    "seconds_to_first_reply bigint, seconds_unanswered bigint, seconds_to_leave bigint, company varchar, stage varchar",
    "cases": "row_id varchar, source varchar, team varchar, external_id varchar, case_id varchar",
    "ledger": "entity varchar, records bigint",
    "fct_case_spell": f"{COMMON}, spell_id varchar, row_id varchar, case_id varchar, spell_no int, opened_at timestamp, "
    "from_at timestamp, until_at timestamp, kind varchar, is_complaint boolean, is_counted boolean, channel varchar, priority varchar, "
    "category varchar, team varchar, as_of timestamp",
    "fct_promise": f"{COMMON}, clock_id varchar, clock_no bigint, promise varchar, subject_kind varchar, is_decided boolean, "
    "was_kept boolean, decided_at timestamp, channel varchar, priority varchar, team varchar, is_running boolean, "
    "state varchar, due_at timestamp, started_at timestamp, remaining_seconds bigint, subject_id varchar, occurrence int, "
    "version int, target_seconds bigint, in_force_at timestamp, fulfilled_at timestamp, ended_at timestamp, "
    "is_provisional boolean, is_past boolean, open_seconds bigint, calendar_seconds bigint, paused_seconds bigint, "
    "paused_open_seconds bigint, lasted_seconds bigint, stood_still_seconds bigint, "
    "loosened_late boolean, category varchar, calendar varchar, policy varchar, kind varchar, "
    "agent varchar, subject_opened_at timestamp, subject_resolved_at timestamp, company varchar, as_of timestamp",
    "fct_promise_span": "clock_id varchar, clock_no bigint, span_no int, from_at timestamp, until_at timestamp, status varchar, "
    "is_running boolean, customer_id varchar",
    "open_window": "calendar varchar, opens_at bigint, closes_at bigint, seconds_before bigint",
    "calendar_version": "calendar varchar, version_of varchar, title varchar, zone varchar, is_always boolean, from_at timestamp, "
    "until_at timestamp",
    "fct_reported_promise": f"{COMMON}, case_row_id varchar, case_id varchar, source varchar, promise varchar, was_kept boolean, "
    "reported_by varchar, happened_at timestamp, channel varchar, priority varchar, category varchar, team varchar",
    "fct_survey_response": f"{COMMON}, instrument varchar, programme varchar, is_comparable boolean, counts_once boolean, "
    "is_answered boolean, nps_points double, answered_at timestamp, stage varchar, row_id varchar, scale varchar, wave varchar, "
    "is_hidden varchar, has_comment boolean, case_id varchar, value_a_year double, net_points double, is_satisfied boolean, score double, "
    "tells_a_rate boolean, rate_known_at timestamp, delivered_at timestamp, comment varchar",
    "fct_comment_theme": f"{COMMON}, row_id varchar, theme varchar, theme_id varchar, word varchar, answered_at timestamp",
    "theme": "theme_id varchar, theme varchar, word_pattern varchar",
    "survey_responses": "row_id varchar, comment varchar",
    "fct_contact": f"{COMMON}, contact_id varchar, sent_at timestamp, purpose varchar, channel varchar, campaign varchar, "
    "campaign_id varchar, team varchar, grade varchar, is_contact boolean, is_outreach boolean, is_during_complaint boolean, "
    "is_trouble_known boolean, is_tired_known boolean, "
    "opted_out_after boolean, complained_after boolean, tired_known_at timestamp, pressure bigint, pressure_group varchar",
    "fct_opportunity_stage": f"{COMMON}, row_id varchar, stage varchar, place_no int, is_here boolean, is_decided boolean, "
    "is_won boolean, cents bigint, amount double, created_at timestamp, entered_at timestamp, product varchar",
    "fct_prospect": f"{COMMON}, known_at timestamp, approach_known_at timestamp, contacted_at timestamp, seconds_to_contact bigint",
    "account_origin": "customer_id varchar, account_id varchar, origin varchar",
    "fct_referral": f"{COMMON}, referrer_id varchar, referrer_account_id varchar, brought_at timestamp",
    "cost_of_month": "month date, kind varchar, starts_at timestamp, ends_at timestamp, cents bigint, unknown_amounts bigint",
    "fct_customer_movement": f"{COMMON}, movement varchar, happened_at timestamp, customers_change double, value_change double, "
    "known_change double, reason varchar, returned_after varchar",
    "fct_stage_stay": f"{COMMON}, journey_id varchar, stage_no int, stage_id varchar, stage varchar, attempt_no int, "
    "entered_at timestamp, previous_entered_at timestamp, moved_at timestamp, left_at timestamp, left_by varchar, "
    "within_seconds bigint, stay_id varchar, channel varchar",
    "fct_step_back": f"{COMMON}, step_back_id varchar, journey_id varchar, stage_no int, stage_id varchar, stage varchar, "
    "from_stage_no int, from_stage_id varchar, attempt_no int, stepped_back_at timestamp, channel varchar",
    "fct_stage_entry": f"{COMMON}, journey_id varchar, attempt_no int, channel varchar, entered_at timestamp, "
    "event_id varchar, attempt_entered_at timestamp, previous_entered_at timestamp, first_entered_at timestamp, "
    "earlier_first_entered_at timestamp, entered_stage int, starts_attempt boolean, is_first_entry boolean, excluded_after bigint, "
    "left_after bigint, left_by varchar, straight_through tinyint, "
    + ", ".join([*(f"next_{k} bigint" for k in range(1, 13)), *(f"then_{k} bigint" for k in range(2, 13))]),
    "journey_event": f"{COMMON}, journey_id varchar, event_id varchar, moment bigint, happened_at timestamp, stage_no int, "
    "event varchar, channel varchar, source varchar",
    "fct_cohort_member": f"{COMMON}, acquired_through varchar, event_id varchar, event varchar, cohort_month date, first_at timestamp, "
    "last_active_month date, last_active_since int, months_0_59 bigint, months_60_119 bigint, lapse_after_days int",
    "fct_customer_life": f"{COMMON}, acquired_through varchar, life_no int, began_on date, began_at timestamp, lost_on date, fate varchar, "
    "reason varchar, days bigint",
    "fct_contract_value": f"{COMMON}, acquired_through varchar, from_day date, until_day date, from_at timestamp, contracts bigint, "
    "cents bigint, is_known boolean",
    "account_active": "account_id varchar, customer_id varchar, kind varchar, row_id varchar, becomes boolean, from_at timestamp, "
    "last_at timestamp, from_day date, last_day date",
    "account_as_of": "as_of timestamp, as_of_day date",
    "local_day": "day date, starts_at timestamp, ends_at timestamp",
    "customer_rule": "lapse_after_days int, renewal_grace_days int",
    "fct_buyer": f"{COMMON}, first_bought_on date, last_bought_on date, last_bought_at timestamp, repeats int, recency_days int, "
    "age_days int, is_under_contract boolean, has_objected boolean",
    "purchase_day": "account_id varchar, day date",
    "account_contract": "account_id varchar, counts_from date, counts_until date, over_on date",
    "fct_contract_month": f"{COMMON}, day date, looked_at timestamp, is_now boolean, contracts int, value_a_year double, "
    "tenure_days int, has_returned boolean, requests int, complaints int, broken_promises int, contacts int, orders int, "
    "open_requests int, nps_points double, ended_after_days int, known_days int, has_objected boolean",
    "contract_sign": "account_id varchar, day date, kind varchar",
    "profiling_objection": "account_id varchar, objected_at timestamp",
    "event_as_of": "event varchar, events bigint, first_at timestamp, last_at timestamp, as_of timestamp",
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
    "campaign",
    "pressure_group",
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
        connection.begin()  # one write to the disk, not one a table
        connection.execute(";\n".join(f"create table {table} ({columns})" for table, columns in TABLES.items()))
        for table, rows in {**_given(as_of), **tables}.items():
            put(connection, table, rows)
        connection.commit()
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


def _given(as_of: datetime) -> Mapping[str, Rows]:
    settings = {"title": "Made", "zone": ZONE, "currency": "EUR", "week_start": "monday", "default_journey": "way"}
    return {
        "workspace_setting": [{**settings, "segmentation": "kinds", "locale": "en"}],
        "entity_as_of": [
            {"entity": entity, "as_of": as_of}
            for entity in ("cases", "case_events", "commitments", "survey_responses", "orders", "contracts", "customer_records", *PARTS)
        ],
        "dimension": [
            {"dimension_id": name, "label": name, "kind": "row", "column_name": name, "sort_no": 1, "most_values": 12,
             "is_sensitive": False}
            for name in DIMENSIONS
        ],
        "journey": [{"journey_id": "way", "title": "The way", "window_seconds": 864_000, "stage_count": 3, "is_default": True,
                     "per": "person"}],
        "journey_stage": [
            {"journey_id": "way", "stage_no": k, "stage_id": f"s{k}", "says": f"I am at {k}", "label": f"Stage {k}",
             "is_optional": False, "within_seconds": 432_000 if k == 2 else None}
            for k in (1, 2, 3)
        ],
        "journey_as_of": [{"journey_id": "way", "as_of": as_of}],
        "account_as_of": [{"as_of": as_of, "as_of_day": as_of.date()}],
        "customer_rule": [{"lapse_after_days": 365, "renewal_grace_days": 30}],
    }  # fmt: skip
