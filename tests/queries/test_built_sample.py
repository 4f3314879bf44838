"""What holds of every table of a built snapshot, whatever it was built from."""

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from queries.local_day import ENTITIES
from queries.model import Model, read_models

MODELS = read_models()
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
    path = tiny_workspace / "snapshots" / (tiny_workspace / "CURRENT").read_text(encoding="utf-8").strip()
    with duckdb.connect(str(path), read_only=True) as connection:
        yield connection


def number(snapshot: duckdb.DuckDBPyConnection, query: str) -> int:
    """The one number that a query returns."""
    return int(snapshot.execute(query).fetchall()[0][0])


@pytest.mark.parametrize("model", MODELS, ids=[model.name for model in MODELS])
def test_a_table_has_one_row_for_each_of_its_grain(snapshot: duckdb.DuckDBPyConnection, model: Model) -> None:
    different = number(snapshot, f"select count(*) from (select distinct {', '.join(model.grain)} from {model.name})")
    assert number(snapshot, f"select count(*) from {model.name}") == different


@pytest.mark.parametrize("model", FACTS, ids=[model.name for model in FACTS])
def test_every_row_of_a_fact_leads_to_a_customer(snapshot: duckdb.DuckDBPyConnection, model: Model) -> None:
    named = f"select count(*) from {model.name} anti join customers using (customer_id)"
    assert number(snapshot, f"{named} where not confidential" if model.name == "fct_survey_response" else named) == 0


def test_every_keyed_row_has_a_customer(snapshot: duckdb.DuckDBPyConnection) -> None:
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
    assert told <= {path.stem for path in ENTITIES.glob("*.sql")}
