"""The description of the API: what it says is taken is taken, what it says is answered is answered, and nothing else.

schemathesis makes requests of it, as it says they should be and as it says they should not, and holds each answer against it.
"""

from collections import Counter
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import CHECKS, load_all_checks
from schemathesis.schemas import APIOperation

from metrics.catalog import SHIPPED, load_catalog
from metrics.figures import families
from tests.api.conftest import Caller

METRICS = load_catalog([SHIPPED]).all()
ONE_OF_A_FIGURE = {metric.figure: metric.metric_id for metric in METRICS}
ANSWERED = {GenerationMode.POSITIVE: {200, 422}, GenerationMode.NEGATIVE: {400, 404, 422}}
PLAIN = {"Host": "localhost", "Accept-Encoding": "identity"}

load_all_checks()
# what is of the right form may still be no question to this data: "channel=fax". Which refusals are meant is asserted here instead
NOT_HERE = CHECKS.get_by_names(["positive_data_acceptance"])


@pytest.fixture(scope="module")
def operations(api: Caller) -> dict[str, APIOperation]:  # type: ignore[type-arg]
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", api.client.application)
    return {found.ok().label: found.ok() for found in schema.get_all_operations()}


def asked(operation: APIOperation, mode: GenerationMode, examples: int) -> Counter[int]:  # type: ignore[type-arg]
    """Asks an address a few times, and returns how often it answered with which status."""
    told: Counter[int] = Counter()

    @settings(
        max_examples=examples, deadline=None, database=None, derandomize=True, phases=(Phase.generate,),
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(case=operation.as_strategy(generation_mode=mode))
    def ask(case: Any) -> None:
        answer = case.call(headers=PLAIN)
        case.validate_response(answer, excluded_checks=NOT_HERE)
        told[answer.status_code] += 1

    ask()
    return told


@pytest.mark.parametrize("mode", list(ANSWERED), ids=lambda mode: mode.value)
def test_every_kind_of_figure_answers_as_it_is_described(operations: dict[str, Any], mode: GenerationMode) -> None:
    names = [f"GET /{kind}/{name}" for name in ONE_OF_A_FIGURE.values() for kind in ("ask", "customers")]
    told = sum((asked(operations[name], mode, 2) for name in names), Counter[int]())
    assert set(told) <= ANSWERED[mode], told
    assert len(names) == 2 * len(families())
    assert mode is GenerationMode.NEGATIVE or told[200] > len(names) / 4, told


@pytest.mark.parametrize("name", ["metrics", "snapshot", "health", "problems/{kind}"])
def test_what_is_no_figure_answers_as_it_is_described(operations: dict[str, Any], name: str) -> None:
    assert set(asked(operations[f"GET /{name}"], GenerationMode.POSITIVE, 10)) == {200}
    assert set(asked(operations[f"GET /{name}"], GenerationMode.NEGATIVE, 10)) <= {400, 404}


@pytest.mark.long
@pytest.mark.parametrize("mode", list(ANSWERED), ids=lambda mode: mode.value)
@pytest.mark.parametrize("metric", METRICS, ids=lambda metric: metric.metric_id)
def test_every_metric_answers_as_it_is_described(operations: dict[str, Any], metric: Any, mode: GenerationMode) -> None:
    for kind in ("ask", "customers"):
        assert set(asked(operations[f"GET /{kind}/{metric.metric_id}"], mode, 20)) <= ANSWERED[mode]


def test_the_description_has_every_metric_with_its_question_and_its_options(api: Caller) -> None:
    told = api.told("openapi.json")
    asking = {path.removeprefix("/ask/"): one["get"] for path, one in told["paths"].items() if path.startswith("/ask/")}
    assert {name: one["summary"] for name, one in asking.items()} == {
        one["metric"]: one["question"] for one in api.told("metrics")
    }
    taken = told["components"]["parameters"]
    names = [taken[one["$ref"].split("/")[-1]]["name"] for one in asking["journey_funnel"]["parameters"]]
    assert names[:5] == ["period", "compare", "where", "by", "format"]
    assert {"journey", "window", "mode", "anchor"} <= set(names)
    assert "period" not in [taken[one["$ref"].split("/")[-1]]["name"] for one in asking["open_cases"]["parameters"]]


def test_a_description_that_is_wrong_is_found(api: Caller) -> None:
    wrong = api.told("openapi.json")
    wrong["components"]["schemas"]["Answer"]["properties"]["caption"] = {"type": "integer"}
    schema = schemathesis.openapi.from_dict(wrong)
    schema.app = api.client.application
    found = {one.ok().label: one.ok() for one in schema.get_all_operations()}
    with pytest.raises(BaseException, match="caption"):
        asked(found["GET /ask/open_cases"], GenerationMode.POSITIVE, 5)
