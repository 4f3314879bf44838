"""What is shipped fits together: dimensions are columns of facts, and the models tell what their tables hold."""

import re
from dataclasses import astuple

import pytest
import sqlglot

from queries.declarations import SHIPPED
from queries.dimension import Dimension, load_dimensions
from queries.fact import PARTS
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
    assert set(model.judged_by) <= {path.stem for path in ENTITIES.glob("*.sql")} | set(PARTS)


def test_what_is_not_kept_is_read_by_models_only() -> None:
    passing = {model.name for model in MODELS if not model.is_kept}
    assert passing
    models = {path for folder in FOLDERS for path in folder.glob("*.sql")}
    for folder in (SHIPPED, SHIPPED.parent / "metrics", SHIPPED.parent / "dashboard"):
        for path in folder.rglob("*"):
            if path.suffix in {".sql", ".py", ".toml"} and path not in models:
                assert not passing & set(re.findall(r"\w+", path.read_text(encoding="utf-8"))), path


def test_what_is_made_in_parts_reads_what_is_kept() -> None:
    passing = {model.name for model in MODELS if not model.is_kept}
    assert [model.name for model in MODELS if model.in_parts and model.needs & passing] == []


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


def test_what_clocks_are_read_from_is_judged_by_all_that_decides_any_but_a_call_back() -> None:
    models = {model.name: model for model in MODELS}
    deciding = {entity for name in ("fct_case", "clock_commitment") for entity in models[name].judged_by}
    for name in ("fct_promise", "fct_promise_span", "fct_restatement", "fct_silence", "fct_hold", "fct_contact"):
        assert deciding <= set(models[name].judged_by), name
