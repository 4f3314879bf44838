"""What holds of every table of a built snapshot, whatever it was built from."""

from collections.abc import Iterator
from pathlib import Path
from shutil import copy

import duckdb
import pytest

from queries.build import run_models
from queries.engines.duckdb import open_build
from queries.fact import PARTS
from queries.local_day import ENTITIES
from queries.model import Model, read_models

MODELS = read_models()
KEPT = [model for model in MODELS if model.is_kept]
FACTS = [model for model in MODELS if model.name.startswith("fct_")]
KEYED = (
    "cases",
    "commitments",
    "consents",
    "contracts",
    "customer_records",
    "interactions",
    "opportunities",
    "orders",
    "survey_responses",
)


@pytest.fixture(scope="module")
def snapshot(tiny_workspace: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """The tiny sample's snapshot."""
    with duckdb.connect(str(path_of(tiny_workspace)), read_only=True) as connection:
        yield connection


def path_of(workspace: Path) -> Path:
    """The file of a workspace's snapshot."""
    return workspace / "snapshots" / (workspace / "CURRENT").read_text(encoding="utf-8").strip()


def number(snapshot: duckdb.DuckDBPyConnection, query: str) -> int:
    """The one number that a query returns."""
    return int(snapshot.execute(query).fetchall()[0][0])


def has_one_row_each(connection: duckdb.DuckDBPyConnection, model: Model) -> bool:
    """Whether no two rows of a model's table are of one grain."""
    different = number(connection, f"select count(*) from (select distinct {', '.join(model.grain)} from {model.name})")
    return number(connection, f"select count(*) from {model.name}") == different


@pytest.mark.parametrize("model", KEPT, ids=[model.name for model in KEPT])
def test_a_table_has_one_row_for_each_of_its_grain(snapshot: duckdb.DuckDBPyConnection, model: Model) -> None:
    assert has_one_row_each(snapshot, model)


def test_a_table_that_is_not_kept_has_one_row_for_each_of_its_grain(tiny_workspace: Path, tmp_path: Path) -> None:
    copied = Path(copy(path_of(tiny_workspace), tmp_path / "copy.duckdb"))
    passing = {model.name: model for model in MODELS if not model.is_kept}
    told: list[bool] = []
    with open_build(copied, temporary=tmp_path / "temporary", threads=1) as connection:
        run_models(
            connection, tuple(passing.values()), lambda step: told.append(has_one_row_each(connection, passing[step.name]))
        )
    assert told == [True] * len(passing)


def test_what_is_not_kept_is_not_in_the_snapshot(snapshot: duckdb.DuckDBPyConnection) -> None:
    kept = {name for (name,) in snapshot.execute("select table_name from duckdb_tables()").fetchall()}
    assert [model.name for model in MODELS if model.is_kept != (model.name in kept)] == []


@pytest.mark.parametrize("model", FACTS, ids=[model.name for model in FACTS])
def test_every_row_of_a_fact_leads_to_a_customer(snapshot: duckdb.DuckDBPyConnection, model: Model) -> None:
    named = f"select count(*) from {model.name} anti join customers using (customer_id)"
    assert number(snapshot, f"{named} where not confidential" if model.name == "fct_survey_response" else named) == 0


def test_every_row_that_names_its_customer_has_one(snapshot: duckdb.DuckDBPyConnection) -> None:
    for entity in KEYED:
        owned = number(snapshot, f"select count(*) from customer_of where entity = '{entity}'")
        assert owned == number(snapshot, f"select count(*) from {entity}"), entity


def test_no_check_finds_an_error(snapshot: duckdb.DuckDBPyConnection) -> None:
    assert snapshot.execute("select check_id, rows from check_result where severity = 'error' and rows > 0").fetchall() == []


def test_nothing_that_happened_lies_after_what_is_known(snapshot: duckdb.DuckDBPyConnection) -> None:
    late = "select count(*) from fct_event join entity_as_of using (entity) where happened_at > as_of"
    assert number(snapshot, late) == 0


def test_every_entity_told_of_is_a_table(snapshot: duckdb.DuckDBPyConnection) -> None:
    told = {entity for (entity,) in snapshot.execute("select entity from entity_as_of").fetchall()}
    assert told <= {path.stem for path in ENTITIES.glob("*.sql")} | set(PARTS)
