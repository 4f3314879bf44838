"""What is said in Spark's words so that it means the same; what is asked of a Spark that is not there. The rows: tests/spark."""

import sys
from pathlib import Path

import pytest
from sqlglot import parse_one

from queries.engines.spark import is_spark, open_spark
from queries.errors import BuildError, DeclarationErrors
from queries.load import load
from queries.portable_sql import query_to_spark
from queries.workspace import Workspace, read_settings


@pytest.mark.parametrize(
    ("duckdb", "spark"),
    [
        (
            "select row_number() over (order by a) * 1000 as n from t",
            "select cast(row_number() over (order by a asc nulls last) as bigint) * 1000 as n from t",
        ),
        ("select extract(year from a) as y from t", "select cast(extract(year from a) as bigint) as y from t"),
        ("select median(length(a)) as m from t", "select percentile(cast(length(a) as bigint), 0.5) as m from t"),
        ("select quantile_cont(a, 0.9) as m from t", "select percentile(a, 0.9) as m from t"),
        ("select cast(a as timestamp) as t from t", "select cast(a as timestamp_ntz) as t from t"),
    ],
)
def test_a_query_is_said_so_that_it_means_the_same(duckdb: str, spark: str) -> None:
    assert parse_one(query_to_spark(duckdb), read="spark") == parse_one(spark, read="spark")


@pytest.mark.parametrize(
    "url", ["local[*]", "local", "spark://127.0.0.1:7077", "sc://127.0.0.1", "yarn", "k8s://https://127.0.0.1:6443"]
)
def test_an_address_of_a_spark_is_known(url: str) -> None:
    assert is_spark(url)


def test_an_address_of_none_is_refused_before_anything_is_made(own_workspace: Path) -> None:
    with pytest.raises(BuildError, match=r"http://127\.0\.0\.1.*is no Spark.*local"):
        load(Workspace.at(own_workspace), (), anew=True, engine="http://127.0.0.1")


def test_workspace_toml_names_an_engine_or_says_what_is_wrong_with_it(tmp_path: Path) -> None:
    path = tmp_path / "workspace.toml"
    path.write_text('engine = "local[2]"', encoding="utf-8")
    assert read_settings(path).engine == "local[2]"
    path.write_text('engine = "sparks://127.0.0.1"', encoding="utf-8")
    with pytest.raises(DeclarationErrors, match=r"sparks://.*is not a Spark"):
        read_settings(path)


def test_without_spark_the_error_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("py4j.protocol", "pyspark.errors", "pyspark.sql"):
        monkeypatch.setitem(sys.modules, name, None)
    with (
        pytest.raises(BuildError, match=r"Spark is not installed.*customer-command-center\[spark\].*Java 17"),
        open_spark("local", tmp_path / "made"),
    ):
        pytest.fail("there is no Spark to work with")
