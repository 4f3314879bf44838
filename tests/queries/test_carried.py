"""What facts carry beside what their own queries tell: every segmentation as of the row, and declared properties."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from queries.carried import Carried, carried_by, carrying, needing
from queries.declarations import read_declared
from queries.errors import DeclarationErrors
from queries.load import load
from queries.local_day import NO_DATA, Span
from queries.model import Model, columns_of, read_models
from queries.workspace import Workspace
from tests.queries.test_told import write

FACTS = [model for model in read_models() if model.name.startswith("fct_")]
TIMED = [model for model in FACTS if model.taken_at]
EVENT = next(model for model in FACTS if model.name == "fct_event")
GROUP = Carried(column="group_then", segmentation="groups")
HEATING = Carried(column="heating", property_name="heating", subject="person")


@pytest.fixture(scope="module")
def snapshot(tiny_workspace: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    """The tiny sample's snapshot, with a second segmentation that is the workspace's own under another name."""
    root = tmp_path_factory.mktemp("twins") / "workspace"
    shutil.copytree(tiny_workspace, root)
    shutil.copy(root / "segments" / "kinds.toml", root / "segments" / "twin_kinds.toml")
    write(
        root / "dimensions",
        device='label = "Device"\nkind = "property"\nproperty = "medical device at home"\n',
        of_the_company='label = "Heating of the company"\nkind = "property"\nproperty = "heating"\nsubject = "company"\n',
    )
    made = load(Workspace.at(root), []).snapshot
    with duckdb.connect(str(root / "snapshots" / f"{made}.duckdb"), read_only=True) as connection:
        yield connection


@pytest.mark.parametrize("model", TIMED, ids=[model.name for model in TIMED])
def test_a_fact_carries_a_segmentation_as_of_the_moment_at_which_it_tells_its_own_segment(
    snapshot: duckdb.DuckDBPyConnection, model: Model
) -> None:
    of_known = "account_id in (select customer_id from customers)"  # a confidential answer is nobody's
    differ = f"select count(*) from {model.name} where segment <> twin_kinds and {of_known}"
    assert snapshot.execute(differ).fetchone() == (0,)


@pytest.mark.parametrize("model", FACTS, ids=[model.name for model in FACTS])
def test_the_moment_of_a_fact_is_told_by_its_own_columns(model: Model) -> None:
    assert set(model.taken_at) <= set(columns_of(model))


def test_a_property_is_carried_by_every_fact_and_one_that_is_marked_sensitive_by_none(
    snapshot: duckdb.DuckDBPyConnection,
) -> None:
    told = snapshot.execute("""
        select customer_of.customer_id, properties.value from properties
        inner join customer_records as record on record.row_id = properties.subject_id
        inner join customer_of on customer_of.entity = properties.subject_kind and customer_of.row_id = record.row_id
        where properties.name = 'heating'
        order by coalesce(properties.updated_at, record.updated_at, record.created_at) nulls first, properties.row_id desc
    """).fetchall()
    newest_heating = dict(told)
    assert newest_heating
    for model in FACTS:
        columns = [name for name, *_ in snapshot.execute(f"describe {model.name}").fetchall()]
        assert {"heating", "of_the_company"} <= set(columns), model.name
        assert "device" not in columns, model.name
        rows = snapshot.execute(f"select distinct customer_id, heating from {model.name}").fetchall()
        assert [row for row in rows if row[1] != newest_heating.get(row[0], "unknown")] == [], model.name
    assert snapshot.execute("select is_sensitive from dimension where dimension_id = 'device'").fetchone() == (True,)


def test_a_request_carries_the_stage_just_before_it(snapshot: duckdb.DuckDBPyConnection) -> None:
    stays = snapshot.execute("""
        select customer_id, label, entered_at, left_at from fct_stage_stay
        inner join journey using (journey_id) inner join journey_stage using (journey_id, stage_no) where is_default
    """).fetchall()
    for customer, opened_at, stage in snapshot.execute("select customer_id, opened_at, stage from fct_case").fetchall():
        here = [
            label
            for whose, label, entered, left in stays
            if whose == customer and entered < opened_at and (left is None or left >= opened_at)
        ]
        assert here == ([] if stage == "before any stage" else [stage])
    assert len(snapshot.execute("select distinct stage from fct_case").fetchall()) > 2


def test_the_rows_of_a_fact_keep_the_order_in_which_it_wants_them(snapshot: duckdb.DuckDBPyConnection) -> None:
    keys = snapshot.execute("select customer_id, happened_at from fct_event order by rowid").fetchall()
    assert keys == sorted(keys)


def test_every_segmentation_tells_the_movements_that_the_workspaces_own_tells(snapshot: duckdb.DuckDBPyConnection) -> None:
    columns = ", ".join(
        name for name in columns_of(next(one for one in FACTS if one.name == "fct_customer_movement")) if name != "movement_id"
    )
    own = snapshot.execute(f"select {columns} from fct_customer_movement order by all").fetchall()
    twin = f"select {columns} from fct_segmented_movement where segmentation = 'twin_kinds' order by all"
    assert snapshot.execute(twin).fetchall() == own


def test_a_property_of_the_event_is_carried_by_events_and_by_what_begins_with_one(tmp_path: Path) -> None:
    root = tmp_path / "workspace"
    write(root / "dimensions", device='label = "Device"\nkind = "property"\nproperty = "device"\nsubject = "event"\n')
    write(
        root / "journeys",
        signing_up="""
title = "Signing up"
stages = [
    { id = "a", says = "I look", label = "Look", events = ["looked"] },
    { id = "b", says = "I sign", label = "Sign", events = ["signed"] },
]
""",
    )
    (root / "workspace.toml").write_text('default_journey = "signing_up"\n')
    told = ("ios", "web", "", "ios")
    rows = [
        f'u{i},2026-03-0{i + 1}T10:00:00Z,{event},"{{""device"": ""{on}"", ""n"": {i}}}"'
        for i, on in enumerate(told)
        for event in ("looked", "signed")
    ]
    (tmp_path / "interactions.csv").write_text("\n".join(["record_id,happened_at,event,properties", *rows]) + "\n")
    made = load(Workspace.create(root), [tmp_path / "interactions.csv"]).snapshot
    with duckdb.connect(str(root / "snapshots" / f"{made}.duckdb"), read_only=True) as connection:
        of_events = connection.execute(
            "select event, device, count(*) from fct_event where entity = 'interactions' group by all order by all"
        )
        assert of_events.fetchall() == [
            (event, *told) for event in ("looked", "signed") for told in (("ios", 2), ("unknown", 1), ("web", 1))
        ]
        entries = connection.execute(
            "select device, count(*) from fct_stage_entry where journey_id = 'signing_up' group by 1 order by 1"
        )
        assert entries.fetchall() == [("ios", 2), ("unknown", 1), ("web", 1)]
        assert "device" not in [name for name, *_ in connection.execute("describe fct_case").fetchall()]


def test_a_fact_that_tells_the_column_itself_or_is_of_no_customer_carries_nothing() -> None:
    assert carried_by(EVENT, [GROUP, HEATING]) == (GROUP, HEATING)
    assert carried_by(EVENT, [Carried(column="channel", segmentation="groups")]) == ()
    untimed = next(one for one in FACTS if one.name == "fct_customer_movement")
    assert carried_by(untimed, [GROUP, HEATING]) == (HEATING,)
    assert needing(untimed, [GROUP, HEATING]).reads == untimed.reads | {"customer_property"}
    other = next(one for one in read_models() if one.name == "customers")
    assert carried_by(other, [GROUP, HEATING]) == ()


def test_what_is_carried_is_looked_up_by_bound_names_only() -> None:
    told = carrying(EVENT, "rows", [Carried(column='a"b', property_name="it's", subject="company")])
    assert "'it''s'" in told
    assert 'AS "a""b"' in told


def test_names_that_are_taken_and_segmentations_that_are_none_are_told_together(tmp_path: Path) -> None:
    write(tmp_path / "segments", region='title = "Regions"\n[[segments]]\nname = "A"\n')
    write(tmp_path / "dimensions", size='label = "Size"\nkind = "as of the row"\nsegmentation = "sizes"\n')
    write(tmp_path / "dimensions", channel='label = "Own"\nkind = "property"\nproperty = "x"\n')

    with pytest.raises(DeclarationErrors) as mistakes:
        read_declared(Workspace.at(tmp_path), Span(NO_DATA, NO_DATA))
    assert 'facts have a column "channel" of their own' in str(mistakes.value)
    (tmp_path / "dimensions" / "channel.toml").unlink()
    with pytest.raises(DeclarationErrors) as mistakes:
        read_declared(Workspace.at(tmp_path), Span(NO_DATA, NO_DATA))
    assert 'size.toml: segmentation = "sizes" is not declared' in str(mistakes.value)
    assert 'region.toml: "region" is the name of something else' in str(mistakes.value)
