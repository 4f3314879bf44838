"""What holds for every metric there is, asked of the tiny sample."""

import json
import re
from datetime import date
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from metrics import CommandCenter
from metrics.answer import Answer, Value
from metrics.catalog import SHIPPED, load_catalog
from metrics.metric import Metric
from metrics.selection import Selection

METRICS = load_catalog([SHIPPED]).all()
CASES = [(metric, by) for metric in METRICS for by in (None, *metric.split_by)]
VALUE = {"value", "n", "customers", "low", "high", "numerator", "denominator"}
WIDE = "2026"
SPLIT_FIGURES = (
    "summary",
    "scores",
    "equation",
    "funnel",
    "value_changes",
    "earned_growth",
    "referrers",
    "affected",
    "rehearsal",
)


def period_of(metric: Metric) -> str | None:
    return None if metric.is_now else WIDE


@pytest.mark.parametrize("metric", METRICS, ids=lambda metric: metric.metric_id)
def test_the_answer_is_the_json_that_is_documented(tiny_center: CommandCenter, metric: Metric) -> None:
    told = json.loads(json.dumps(tiny_center.ask(metric.metric_id, period=period_of(metric)).to_json(), allow_nan=False))
    wanted = {"metric", "selection", "options", "snapshot", "as_of", "unit", "total", "rows", "comparison", "notices", "caption"}
    assert set(told) == wanted | ({"changes"} if any(row["at"] for row in told["rows"]) else set())
    assert set(told["total"]) == VALUE
    assert told["snapshot"] == tiny_center.snapshot
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", told["as_of"])
    assert set(told["selection"]) == {"period", "compare", "where", "by"}
    assert all({"by", "at", *VALUE} <= set(row) for row in told["rows"])
    assert not [row for row in told["rows"] if any(isinstance(row[name], dict | list) for name in VALUE)], (
        "its own fields hide the value"
    )
    if told["comparison"]:
        assert set(told["comparison"]) == {"period", "total", "rows", "change"}
        assert set(told["comparison"]["change"]) == {"value", "low", "high", "clear"}
    assert told["caption"].endswith(".")


@pytest.mark.parametrize(("metric", "by"), CASES, ids=[f"{metric.metric_id}-{by}" for metric, by in CASES])
def test_the_list_behind_a_number_has_exactly_its_unit_and_count(
    tiny_center: CommandCenter, metric: Metric, by: str | None
) -> None:
    answer = tiny_center.ask(metric.metric_id, period=period_of(metric), split_by=[by] if by else [])
    assert_listed(tiny_center, answer, answer.total, {})
    if metric.figure in SPLIT_FIGURES and by:
        for row in answer.rows:
            assert_listed(tiny_center, answer, row.value, dict(row.by))


def assert_listed(center: CommandCenter, answer: Answer, value: Value, mark: dict[str, str]) -> None:
    people = center.customers_behind(answer.metric, answer.selection, mark=mark, limit=100_000)
    known = {row["customer_id"] for row in people.rows}
    assert (people.count, len(people.rows), people.customers) == (value.n, value.n, value.customers), mark
    assert len(known) >= people.customers
    assert all({"customer_id", "name", "value", "at", "subject", "because"} <= set(row) for row in people.rows)
    metric = center.metric(answer.metric)
    if metric.aggregate in ("sum", "mean") and metric.figure == "summary" and value.value is not None:
        total = sum(row["value"] for row in people.rows)
        assert (total if metric.aggregate == "sum" else total / people.count) == pytest.approx(value.value)


@pytest.mark.parametrize("metric", METRICS, ids=lambda metric: metric.metric_id)
def test_a_question_survives_its_url_and_is_answered_as_it_was_asked(tiny_center: CommandCenter, metric: Metric) -> None:
    chosen = Selection.of(period=period_of(metric), compare="year", by=metric.split_by[:1])
    assert Selection.from_query(chosen.to_query()) == chosen
    assert tiny_center.ask(metric.metric_id, chosen).selection == chosen


@pytest.mark.parametrize("metric", METRICS, ids=lambda metric: metric.metric_id)
def test_every_metric_says_how_it_is_worked_out(tiny_center: CommandCenter, metric: Metric) -> None:
    told = tiny_center.explain(metric.metric_id)
    assert told.question.endswith("?")
    assert metric.fact in told.sql
    assert "selected_rows" in told.sql
    assert "snap." not in told.sql
    assert told.coverage.endswith(".")
    assert told.judged_by or metric.fact in ("fct_stage_entry", "fct_stage_stay")
    assert isinstance(told.reviewed, date)
    json.dumps(told.to_json())


@pytest.mark.parametrize("metric", METRICS, ids=lambda metric: metric.metric_id)
def test_what_a_metric_says_it_is_split_by_is_a_dimension_of_its_fact(tiny_center: CommandCenter, metric: Metric) -> None:
    assert tiny_center.explain(metric.metric_id).split_by == metric.split_by


@pytest.mark.parametrize(
    "metric", [metric for metric in METRICS if metric.figure == "summary" and not metric.is_now], ids=lambda m: m.metric_id
)
def test_the_last_of_a_row_of_periods_is_the_period_asked(tiny_center: CommandCenter, metric: Metric) -> None:
    answer = tiny_center.ask(metric.metric_id, period="2026-10", series=3)
    assert [row.at for row in answer.rows] == ["2026-08", "2026-09", "2026-10"]
    assert answer.rows[-1].value == answer.total


@pytest.mark.parametrize(
    "metric", [metric for metric in METRICS if metric.figure == "summary"], ids=lambda metric: metric.metric_id
)
def test_the_groups_of_a_total_add_up_to_it(tiny_center: CommandCenter, metric: Metric) -> None:
    for by, most in product(metric.split_by, (0, 1)):
        answer = tiny_center.ask(metric.metric_id, period=period_of(metric), split_by=[by], most=most)
        if metric.aggregate != "customers":
            assert sum(row.value.n for row in answer.rows) == answer.total.n
        assert len(answer.rows) <= (most or 500) + 2


def test_what_ships_fits_the_snapshot(tiny_center: CommandCenter) -> None:
    assert {row["severity"] for row in tiny_center.check()} <= {"error", "warning", "note"}


def test_the_glossary_holds_every_metric(tiny_center: CommandCenter) -> None:
    assert [entry["metric"] for entry in tiny_center.glossary()] == [metric.metric_id for metric in METRICS]
    json.dumps(tiny_center.glossary())


def test_a_new_definition_needs_no_new_snapshot(own_workspace: Path) -> None:
    folder = own_workspace / "metrics"
    folder.mkdir(exist_ok=True)
    text = (SHIPPED / "cases_opened.toml").read_text(encoding="utf-8")
    (folder / "chats_opened.toml").write_text(
        text.replace('"is_counted"', "\"is_counted and channel = 'chat'\""), encoding="utf-8"
    )
    center = CommandCenter.open(own_workspace)
    every: dict[str, Any] = {
        row.by["channel"]: row.value.n for row in center.ask("cases_opened", period="all", split_by="channel").rows
    }
    assert center.ask("chats_opened", period="all").total.n == every.get("chat", 0)
