"""A build makes what people declare, then every model after those it reads, then the checks; a mistake is told in a sentence."""

import re
import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from queries.build import SEVERITIES, Check, Step, build, read_checks, run_models
from queries.engines.duckdb import (
    Connection,
    EngineError,
    _only,
    create_in_parts,
    create_table,
    insert_rows,
    open_build,
    read_rows,
    run_script,
    table_names,
)
from queries.errors import BuildError, DeclarationErrors
from queries.local_day import ENTITIES, Span, local_day_rows
from queries.model import Model, in_order, read_model, read_models
from queries.registry import keep_registry, registry_file
from queries.snapshots import current
from queries.workspace import Workspace

NOON = datetime(2026, 10, 30, 12)
MADE = {"known_until", "entity_source", "files"}
MADE_BY_INTAKE = """
    create table known_until (
        source varchar, known_until timestamp, told_by varchar, newest_event_at timestamp, loaded_at timestamp, is_finished boolean,
        interval_seconds bigint
    );
    create table entity_source (entity varchar, source varchar, rows bigint);
    create table files (file_id varchar, file_name varchar);
    insert into known_until (source, known_until, is_finished) values ('crm', timestamp '2026-10-30 12:00:00', false);
    insert into entity_source values ('customer_records', 'crm', 2), ('orders', 'crm', 1);
"""


@pytest.fixture
def database(tmp_path: Path) -> Connection:
    """A database with the entities, all empty, as the intake leaves it."""
    connection = open_build(tmp_path / "build.duckdb", temporary=tmp_path / "temporary", threads=1)
    for path in sorted(ENTITIES.glob("*.sql")):
        run_script(connection, path.read_text(encoding="utf-8"))
    run_script(connection, MADE_BY_INTAKE)
    return connection


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    """A workspace without declarations of its own."""
    return Workspace.create(tmp_path / "workspace")


def add_record(connection: Connection, record_id: str, email: str, created_at: datetime) -> None:
    """Put a person's record into the database."""
    row = f"('{record_id}', 'person', '{email}', '{created_at}', 'crm:{record_id}', 'crm', 'contacts.csv', 1)"
    columns = "record_id, kind, email, created_at, row_id, source, source_file, source_line"
    run_script(connection, f"insert into customer_records ({columns}) values {row}")


def test_a_build_of_no_rows_makes_every_table(database: Connection, workspace: Workspace) -> None:
    steps: list[Step] = []
    build(database, workspace, steps.append)
    models = read_models()
    assert {model.name for model in models if model.is_kept} <= table_names(database)
    assert [step.number for step in steps] == list(range(1, len(models) + 1))
    assert {step.of for step in steps} == {len(models)}
    assert len(read_rows(database, "check_result")) == len(read_checks())


def test_the_same_input_gives_the_same_customers_again(database: Connection, workspace: Workspace) -> None:
    add_record(database, "1", "anna@example.com", NOON)
    build(database, workspace)
    before = read_rows(database, "customer_of")
    for table in table_names(database) - {path.stem for path in ENTITIES.glob("*.sql")} - MADE:
        run_script(database, f"drop table {table}")
    build(database, workspace)
    assert read_rows(database, "customer_of") == before


def test_a_merge_keeps_the_oldest_id_and_the_other_leads_to_it(tmp_path: Path, workspace: Workspace) -> None:
    first = database_with(tmp_path / "first", [("1", "a@example.com", 5), ("2", "b@example.com", 3)])
    build(first, workspace)
    ids = {row_id: customer_id for entity, row_id, customer_id, *_ in read_rows(first, "customer_of")}
    second = database_with(tmp_path / "second", [("1", "a@example.com", 5), ("2", "b@example.com", 3), ("3", "a@example.com", 1)])
    run_script(second, "update customer_records set merged_into = '2' where record_id = '1'")
    build(second, workspace)
    kept = ids["crm:2"]
    assert {customer_id for _, _, customer_id, *_ in read_rows(second, "customer_of")} == {kept}
    assert read_rows(second, "customer_redirect") == [(ids["crm:1"], kept)]
    third = database_with(tmp_path / "third", [("1", "a@example.com", 5), ("2", "b@example.com", 3)])
    build(third, workspace)
    again = {row_id: customer_id for _, row_id, customer_id, *_ in read_rows(third, "customer_of")}
    assert again["crm:2"] == kept
    assert again["crm:1"] == ids["crm:1"], "records that part again get their own ids back"
    assert read_rows(third, "customer_redirect") == []


def database_with(folder: Path, records: list[tuple[str, str, int]]) -> Connection:
    """A database with these records: id, e-mail, day of October on which it was made."""
    connection = open_build(":memory:", temporary=folder, threads=1)
    for path in sorted(ENTITIES.glob("*.sql")):
        run_script(connection, path.read_text(encoding="utf-8"))
    run_script(connection, MADE_BY_INTAKE)
    for record_id, email, day in records:
        add_record(connection, record_id, email, NOON.replace(day=day))
    return connection


def test_the_registry_is_replaced_whole(database: Connection, workspace: Workspace) -> None:
    add_record(database, "1", "anna@example.com", NOON)
    build(database, workspace)
    keep_registry(database, workspace)
    assert [path.name for path in workspace.registry.iterdir()] == [registry_file(workspace).name]


def test_every_mistake_of_every_declaration_is_told_together(database: Connection, workspace: Workspace) -> None:
    (workspace.root / "workspace.toml").write_text('segmentation = "kinds"\ncurency = "EUR"\n')
    (workspace.root / "customer.toml").write_text('becomes_by = ["handshake"]\n')
    folder = workspace.declared("segments")
    folder.mkdir()
    (folder / "size.toml").write_text('title = "Size"\n[[segments]]\nnam = "Big"\nwhen = { kind = "firm" }\n')
    with pytest.raises(DeclarationErrors) as told:
        build(database, workspace)
    text = str(told.value)
    assert 'workspace.toml: "curency" is not a setting. Did you mean "currency"?' in text
    assert 'becomes_by "handshake"' in text
    assert '"nam" is not known here. Did you mean "name"?' in text
    assert 'kind = "firm" is not one' in text


def test_a_segmentation_that_nobody_declares_is_told(database: Connection, workspace: Workspace) -> None:
    (workspace.root / "workspace.toml").write_text('segmentation = "value_group"\n')
    with pytest.raises(DeclarationErrors, match=r'segmentation = "value_group" is not declared\. Did you mean "value_groups"'):
        build(database, workspace)


def test_a_header_that_disagrees_with_its_sql_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "fct_wish.sql"
    path.write_text("-- One row per wish.\n--\n-- reads: orders\nselect cases.row_id from cases\n")
    with pytest.raises(
        BuildError, match=r"the SQL reads cases unannounced and the header names orders, .* Write: reads: cases\."
    ):
        read_model(path)


def test_a_misspelt_word_of_a_header_is_told(tmp_path: Path) -> None:
    path = tmp_path / "fct_wish.sql"
    path.write_text("-- One row per wish.\n--\n-- read: cases\nselect cases.row_id from cases\n")
    with pytest.raises(BuildError, match=r'"read" is not a word of a header\. Did you mean "reads"'):
        read_model(path)


@pytest.mark.parametrize(
    ("name", "header", "told"),
    [
        ("wish", "kept: yes", 'kept "yes" says nothing. Write "kept: no", or leave it out'),
        ("fct_wish", "kept: no", "a fact, and what is repeated or made in parts, is always kept"),
    ],
)
def test_a_table_is_kept_unless_it_lies_in_between(tmp_path: Path, name: str, header: str, told: str) -> None:
    path = tmp_path / f"{name}.sql"
    path.write_text(f"-- One row per wish.\n--\n-- reads: orders\n-- {header}\nselect row_id from orders\n")
    with pytest.raises(BuildError, match=re.escape(told)):
        read_model(path)


@pytest.mark.parametrize(
    ("header", "told"),
    [
        ("worked out: wish", '"wish" cannot be worked out. Make it of what other columns of the query are by themselves'),
        ("worked out: shown", '"shown" cannot be worked out'),
        ("worked out: label\n-- kept: no", "only a table that is made at once and kept has columns that are worked out"),
    ],
)
def test_a_column_is_worked_out_of_those_that_are_written(tmp_path: Path, header: str, told: str) -> None:
    path = tmp_path / "hope.sql"
    query = "select source, row_id as hope_id, source || row_id as label, source || email as shown from orders"
    path.write_text(f"-- One row per hope.\n--\n-- reads: orders\n-- {header}\n{query}\n")
    with pytest.raises(BuildError, match=re.escape(told)):
        read_model(path)


def test_a_column_that_is_worked_out_is_read_as_the_query_returns_it_and_never_written(
    database: Connection, tmp_path: Path
) -> None:
    path = tmp_path / "hope.sql"
    header = "-- One row per hope.\n--\n-- reads: customer_records\n-- worked out: label, subject\n"
    query = "select source, row_id as hope_id, source || ':' || upper(row_id) as label, row_id as subject from customer_records"
    path.write_text(f"{header}{query} order by hope_id\n")
    add_record(database, "b", "anna@example.com", NOON)
    add_record(database, "a", "ada@example.com", NOON)
    run_models(database, (read_model(path),))
    told = database.execute("select hope_id, label, subject, source from hope order by rowid").fetchall()
    assert told == [("crm:a", "crm:CRM:A", "crm:a", "crm"), ("crm:b", "crm:CRM:B", "crm:b", "crm")]
    written = database.execute("select distinct column_name from pragma_storage_info('hope')").fetchall()
    assert sorted(name for (name,) in written) == ["hope_id", "source"]


def test_what_is_not_kept_is_there_until_its_last_reader_is_made(database: Connection, tmp_path: Path) -> None:
    wish = model_in(tmp_path, "wish", "orders")
    passing = replace(wish, is_kept=False)
    readers = (model_in(tmp_path, "dream", "wish"), model_in(tmp_path, "hope", "dream"), model_in(tmp_path, "hunch", "wish"))
    there: list[tuple[str, bool]] = []

    def note(step: Step) -> None:
        there.append((step.name, "wish" in temporary_tables(database)))

    run_models(database, (passing, *readers), note)
    names = [name for name, _ in there]
    last = max(names.index("dream"), names.index("hunch"))
    assert [is_there for _, is_there in there] == [True] * (last + 1) + [False] * (len(names) - last - 1)
    assert "wish" not in table_names(database) | temporary_tables(database)


def temporary_tables(connection: Connection) -> frozenset[str]:
    """The names of the tables that are not written to the database."""
    return frozenset(name for (name,) in connection.execute("select table_name from duckdb_tables() where temporary").fetchall())


def test_a_table_that_nobody_makes_is_told(tmp_path: Path) -> None:
    path = tmp_path / "fct_wish.sql"
    path.write_text("-- One row per wish.\n--\n-- reads: orderz\nselect row_id from orderz\n")
    with pytest.raises(BuildError, match=r'reads "orderz", which nobody makes\. Did you mean "orders"'):
        in_order([read_model(path)], frozenset({"orders", "cases"}))


def test_models_in_a_circle_are_told(tmp_path: Path) -> None:
    models = [model_in(tmp_path, "egg", "hen"), model_in(tmp_path, "hen", "egg")]
    with pytest.raises(BuildError, match="in a circle"):
        in_order(models, frozenset())


def test_each_model_comes_after_those_it_reads() -> None:
    made: set[str] = set()
    models = read_models()
    outside = frozenset().union(*(model.needs for model in models)) - {model.name for model in models}
    for model in in_order(models, outside):
        assert model.needs - outside <= made
        made.add(model.name)


def test_a_query_that_the_database_refuses_names_its_file(database: Connection, tmp_path: Path) -> None:
    path = tmp_path / "fct_wish.sql"
    path.write_text("-- One row per wish.\n--\n-- reads: orders\nselect orders.wish from orders\n")
    with pytest.raises(BuildError, match=r"fct_wish\.sql: the database refuses it: Binder Error: .*wish"):
        run_models(database, (read_model(path),))


def model_in(folder: Path, name: str, reads: str) -> Model:
    """A model of this name that reads one table."""
    path = folder / f"{name}.sql"
    path.write_text(f"-- One row per {name}.\n--\n-- reads: {reads}\nselect row_id from {reads}\n")
    return read_model(path)


@pytest.mark.parametrize("check", read_checks(), ids=lambda check: check.check_id)
def test_a_check_tells_its_severity_and_a_sentence(check: Check) -> None:
    assert check.severity in SEVERITIES
    assert check.sentence.endswith(".")


def test_days_start_at_the_first_of_two_midnights_and_past_a_gap() -> None:
    havana = local_day_rows(Span(date(2026, 3, 8), date(2026, 3, 8)), "America/Havana", "monday")
    assert havana[0][1] == datetime(2026, 3, 8, 5), "at midnight the clock goes to one: the day starts there"
    autumn = local_day_rows(Span(date(2026, 11, 1), date(2026, 11, 1)), "America/Havana", "monday")
    assert autumn[0][1:3] == (datetime(2026, 11, 1, 4), datetime(2026, 11, 2, 5)), (
        "midnight comes twice: the first counts, 25 hours"
    )


def test_weeks_start_on_the_day_that_the_workspace_says() -> None:
    span = Span(date(2026, 10, 30), date(2026, 10, 30))
    assert local_day_rows(span, "Europe/Berlin", "monday")[0][3] == date(2026, 10, 26)
    assert local_day_rows(span, "Europe/Berlin", "sunday")[0][3] == date(2026, 10, 25)
    assert local_day_rows(span, "Europe/Berlin", "friday")[0][3:] == (
        date(2026, 10, 30),
        date(2026, 10, 1),
        date(2026, 10, 1),
        date(2026, 1, 1),
    )


def test_dates_that_stand_for_not_known_do_not_stretch_the_calendar(database: Connection, workspace: Workspace) -> None:
    add_record(database, "1", "anna@example.com", datetime(1900, 1, 1))
    add_record(database, "2", "ben@example.com", datetime(2025, 1, 1))
    add_record(database, "3", "cleo@example.com", datetime(9999, 1, 1))
    build(database, workspace)
    days = [row[0] for row in read_rows(database, "local_day")]
    assert (min(days), max(days)) == (date(2023, 11, 28), date(2029, 1, 7))


def test_rows_go_into_a_table_as_they_are(database: Connection) -> None:
    insert_rows(database, "entity_source", [("cases", 'it\'s; a "source"', 3), ("orders", None, None)])
    assert read_rows(database, "entity_source")[-2:] == [("cases", 'it\'s; a "source"', 3), ("orders", None, None)]


def test_a_table_made_in_parts_is_the_table_made_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    connection = open_build(tmp_path / "build.duckdb", temporary=tmp_path / "temporary", threads=1)
    run_script(connection, "create table step as select 'j' || n % 5 as journey_id, n as moment from range(100) as numbers (n)")
    run_script(connection, "create table factor as select 2 as times")
    sql = """
        select step.journey_id, step.moment * factor.times as moment,
            lag(step.moment) over (partition by step.journey_id order by step.moment) as before
        from step cross join factor order by journey_id, moment
    """
    whole = create_in_parts(connection, "whole", sql, ["factor", "step"], ["journey_id"])
    monkeypatch.setattr("queries.engines.duckdb.PART_ROWS", 45)  # two journeys of twenty rows at a time, and a last one
    parted = create_in_parts(connection, "parted", sql, ["factor", "step"], ["journey_id"])
    assert whole == parted == 100
    assert read_rows(connection, "parted") == read_rows(connection, "whole")
    assert len(read_rows(connection, "step")) == 100


def test_a_part_that_fails_leaves_the_tables_names_as_they_were(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    connection = open_build(tmp_path / "build.duckdb", temporary=tmp_path / "temporary", threads=1)
    run_script(connection, "create table step as select 'j' || n as journey_id, n as moment from range(4) as numbers (n)")
    monkeypatch.setattr("queries.engines.duckdb.PART_ROWS", 1)
    with pytest.raises(EngineError):
        create_in_parts(connection, "failing", "select cast(journey_id as integer) as number from step", ["step"], ["journey_id"])
    assert len(read_rows(connection, "step")) == 4


def test_what_is_made_in_parts_is_so_by_a_column_of_its_grain_or_by_whose_it_is() -> None:
    in_parts = [model for model in read_models() if model.in_parts]
    assert in_parts
    assert [model.name for model in in_parts if model.in_parts[0] not in (*model.grain, "customer_id")] == []


def test_a_column_of_many_values_is_parted_by_how_they_begin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    connection = open_build(tmp_path / "build.duckdb", temporary=tmp_path / "temporary", threads=1)
    customers = "case when n % 10 > 0 then 'C-' || lpad(cast(n % 50 as varchar), 4, '0') end"
    run_script(connection, f"create table step as select {customers} as customer_id, n as moment from range(400) as numbers (n)")
    run_script(connection, "create table factor as select 2 as times")
    sql = """
        select step.customer_id, step.moment * factor.times as moment,
            lag(step.moment) over (partition by step.customer_id order by step.moment) as before
        from step cross join factor order by step.customer_id nulls first, step.moment
    """
    create_table(connection, "whole", sql)
    parts: list[object] = []
    monkeypatch.setattr("queries.engines.duckdb._only", noting(_only, parts))
    monkeypatch.setattr("queries.engines.duckdb.PART_ROWS", 60)
    monkeypatch.setattr("queries.engines.duckdb.MOST_VALUES", 20)
    assert create_in_parts(connection, "parted", sql, ["factor", "step"], ["customer_id"]) == 400
    assert len(parts) > 4
    assert read_rows(connection, "parted") == read_rows(connection, "whole")


def test_a_journey_too_large_for_one_part_is_made_from_some_customers_at_a_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    connection = open_build(tmp_path / "build.duckdb", temporary=tmp_path / "temporary", threads=1)
    run_script(
        connection,
        """create table step as
        select 'j' || least(n // 60, 1) as journey_id, 'C-' || lpad(cast(n % 7 as varchar), 3, '0') as customer_id, n as moment
        from range(100) as numbers (n)""",
    )
    run_script(connection, "create table stage as select 'j' || n as journey_id, n as number from range(2) as numbers (n)")
    sql = """
        select step.journey_id, step.customer_id, step.moment, stage.number,
            lag(step.moment) over (partition by step.journey_id, step.customer_id order by step.moment) as before
        from step inner join stage on step.journey_id = stage.journey_id
        order by step.journey_id, step.customer_id, step.moment
    """
    create_table(connection, "whole", sql)
    monkeypatch.setattr("queries.engines.duckdb.PART_ROWS", 20)
    parts: list[object] = []
    monkeypatch.setattr("queries.engines.duckdb._only", noting(_only, parts))
    assert create_in_parts(connection, "parted", sql, ["stage", "step"], ["journey_id", "customer_id"]) == 100
    assert len(parts) > 4, "each journey in several parts"
    assert read_rows(connection, "parted") == read_rows(connection, "whole")


def noting(function: Callable[..., Any], calls: list[object]) -> Callable[..., Any]:
    """A function that does the same, and notes its last argument."""

    def noted(*given: Any) -> Any:
        calls.append(given[-1])
        return function(*given)

    return noted


@pytest.mark.parametrize(
    "model", [model for model in read_models() if "customer_id" in model.in_parts], ids=lambda model: model.name
)
def test_what_is_made_from_some_customers_at_a_time_is_the_same(
    model: Model, tiny_workspace: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    snapshot = current(Workspace.at(tiny_workspace))
    assert snapshot is not None
    shutil.copy(snapshot.path, tmp_path / "copy.duckdb")
    connection = open_build(tmp_path / "copy.duckdb", temporary=tmp_path / "temporary", threads=1)
    create_table(connection, "at_once", model.sql)
    parts: list[object] = []
    monkeypatch.setattr("queries.engines.duckdb._only", noting(_only, parts))
    monkeypatch.setattr("queries.engines.duckdb.PART_ROWS", 60)
    monkeypatch.setattr("queries.engines.duckdb.MOST_VALUES", 10)
    rows = create_in_parts(connection, "in_parts", model.sql, sorted(model.reads), model.in_parts)
    assert len(parts) > 1
    assert rows == len(read_rows(connection, "at_once")) > 20
    for one, other in (("at_once", "in_parts"), ("in_parts", "at_once")):
        assert connection.table(one).except_(connection.table(other)).fetchall() == []
