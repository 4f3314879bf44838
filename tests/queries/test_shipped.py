"""What is shipped fits together: dimensions are columns of facts, and the models tell what their tables hold."""

from dataclasses import astuple

import pytest
import sqlglot

from queries.declarations import SHIPPED
from queries.dimension import Dimension, load_dimensions
from queries.local_day import ENTITIES, dated_columns
from queries.model import FOLDERS, Model, read_models
from queries.segment import load_segments

MODELS = read_models()
FACTS = {model.name: model for model in MODELS if model.name.startswith("fct_")}
DIMENSIONS = load_dimensions([SHIPPED / "dimensions"])


def columns_of(model: Model) -> set[str]:
    """The columns that a model's table has."""
    return set(sqlglot.parse_one(model.sql, read="duckdb").named_selects)


@pytest.mark.parametrize("dimension", DIMENSIONS.values(), ids=list(DIMENSIONS))
def test_a_shipped_dimension_is_a_column_of_some_fact(dimension: Dimension) -> None:
    assert dimension.segmentation or any(dimension.column in columns_of(fact) for fact in FACTS.values())


@pytest.mark.parametrize("fact", FACTS.values(), ids=list(FACTS))
def test_a_fact_belongs_to_a_customer_and_an_account(fact: Model) -> None:
    assert {"customer_id", "account_id"} <= columns_of(fact)


@pytest.mark.parametrize("model", MODELS, ids=[model.name for model in MODELS])
def test_a_model_says_what_one_row_is_and_of_what_grain(model: Model) -> None:
    assert model.says.startswith("One row")
    assert model.says.endswith(".")
    assert model.grain
    assert model.dated_by
    assert set(model.grain) <= columns_of(model)


@pytest.mark.parametrize("model", MODELS, ids=[model.name for model in MODELS])
def test_what_judges_a_model_is_an_entity(model: Model) -> None:
    assert set(model.judged_by) <= {path.stem for path in ENTITIES.glob("*.sql")}


def test_models_have_names_of_their_own() -> None:
    names = [
        path.stem for folder in (*FOLDERS, ENTITIES, SHIPPED / "declared", SHIPPED / "checks") for path in folder.glob("*.sql")
    ]
    assert len(names) == len(set(names))


def test_every_dated_entity_names_the_column_that_dates_it() -> None:
    for entity, column in dated_columns():
        assert f"    {column} " in (ENTITIES / f"{entity}.sql").read_text(encoding="utf-8")


def test_the_shipped_segmentation_takes_everybody() -> None:
    last = load_segments([SHIPPED / "segments"])["value_groups"].segments[-1]
    assert set(astuple(last.when)) == {None}
