"""The description of the API as OpenAPI 3.1, made of the catalog: an address for each metric, with the options of its figure.

What a dimension or a journey may be called is known once data is loaded; a description made before says only that it is a text.
"""

from collections.abc import Mapping, Sequence
from dataclasses import Field, fields
from typing import Any, Final

from dashboard.api.asked import FORMATS, LAST_OFFSET, LONGEST, MOST_ROWS, USUAL_ROWS
from dashboard.api.problems import KINDS, MIMETYPE, PREFIX
from dashboard.api.schemas import SCHEMAS
from dashboard.api.tokens import CUSTOMERS, READ
from metrics.command_center import ORDERS
from metrics.figures import families
from metrics.metric import RELATIONSHIP, Metric
from metrics.options import FLAGS, option_name
from metrics.selection import COMPARISONS

Json = dict[str, Any]
REFUSED: Final = (400, 401, 403, 404, 422, 429, 500, 503)
DURATION: Final = r"^([0-9]{1,6} ?(s|m|h|d|w|seconds?|minutes?|hours?|days?|weeks?))?$"
_YEAR: Final = "(19|20|21)[0-9]{2}"
_DAY: Final = f"{_YEAR}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])"
PERIOD: Final = f"^(all|{_YEAR}(-Q[1-4]|-(0[1-9]|1[0-2])|-W(0[1-9]|[1-4][0-9]|5[0-3]))?|{_DAY}|{_DAY}[.][.]{_DAY})$"
LONGEST_TEXT: Final = 200


def described(metrics: Sequence[Metric], dimensions: Sequence[str], program: str) -> Json:
    """Returns the description of every address; dimensions are those that may be split and filtered by, none where not known."""
    paths: Json = {
        "/metrics": {"get": _operation("metrics", "Every metric with the question it answers.", "Metrics", columns=True)},
        "/snapshot": {"get": _operation("snapshot", "What is asked: the snapshot, and until when its sources are known.", "Snapshot")},
        "/health": {"get": _operation("health", "What is wrong with the data: alarms, and checks that fail.", "Health", is_marked=False)},
        "/problems/{kind}": {"get": _kind()},
        "/openapi.json": {"get": _operation("openapi", "This description.", "Description", columns=False)},
    }  # fmt: skip
    for metric in metrics:
        paths[f"/ask/{metric.metric_id}"] = {"get": _asked(metric)}
        paths[f"/customers/{metric.metric_id}"] = {"get": _listed(metric)}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Customer experience command center",
            "version": program,
            "description": "The answers of `cx ask` and the customers of `cx customers`, by the same words. Percents are fractions, "
            "moments UTC, durations seconds; a missing number is null.",
        },
        "servers": [{"url": PREFIX.rstrip("/")}],
        "tags": [{"name": name} for name in ("data", *RELATIONSHIP)],
        "security": [{"token": []}, {}],
        "paths": paths,
        "components": {
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer", "description": "A token of `cx token add`."}},
            "parameters": {**_common(dimensions), **_options()},
            "responses": {str(status): _problem(status) for status in REFUSED},
            "schemas": SCHEMAS,
        },
    }


def _asked(metric: Metric) -> Json:
    names = ["period", "compare", "where", "by", "format"]
    told = _operation(f"ask_{metric.metric_id}", metric.question, "Answer", names=[*_period(metric, names), *_own(metric)])
    words = f"{metric.title}. {metric.formula}. In {metric.unit}, {metric.better} is better."
    return {**told, "description": words, "tags": [metric.dimension], "x-scope": READ}


def _listed(metric: Metric) -> Json:
    names = ["period", "where", "by", "mark", "limit", "offset", "order", "format"]
    told = _operation(
        f"customers_{metric.metric_id}", f"The customers behind: {metric.question}", "People",
        names=[*_period(metric, names), *_own(metric)], is_marked=False,
    )  # fmt: skip
    words = f"{metric.title}: what the number counted, in its own unit. Needs a token of the scope {CUSTOMERS}."
    return {**told, "description": words, "tags": [metric.dimension], "x-scope": CUSTOMERS}


def _period(metric: Metric, names: Sequence[str]) -> list[str]:
    """Returns the names without those that a metric judged now cannot take."""
    return [name for name in names if not (metric.is_now and name == "period")]


def _own(metric: Metric) -> list[str]:
    return [f"{metric.figure}.{option_name(option)}" for option in fields(families()[metric.figure].Options)]


def _operation(
    name: str, summary: str, schema: str, *, names: Sequence[str] = ("format",), columns: bool = True, is_marked: bool = True
) -> Json:
    """Returns one address: what it takes, and everything that it may answer."""
    content: Json = {"application/json": {"schema": {"$ref": f"#/components/schemas/{schema}"}}}
    if columns:
        content["text/csv"] = {"schema": {"type": "string"}}
        content[FORMATS["xlsx"]] = {"schema": {"type": "string", "format": "binary"}}
    told: Json = {"200": {"description": "What was asked for.", "content": content}}
    if is_marked:
        told["200"]["headers"] = {"ETag": {"description": "Send it as If-None-Match.", "schema": {"type": "string"}}}
        told["304"] = {"description": "Nothing has changed since that mark."}
    told |= {str(status): {"$ref": f"#/components/responses/{status}"} for status in REFUSED}
    parameters = [{"$ref": f"#/components/parameters/{one}"} for one in (names if columns else ())]
    return {"operationId": name, "summary": summary, "tags": ["data"], "parameters": parameters, "responses": told}


def _kind() -> Json:
    told = _operation("problem", "What a kind of problem means.", "Kind", columns=False, is_marked=False)
    named = {"name": "kind", "in": "path", "required": True, "schema": {"enum": list(KINDS)}, "description": "The kind."}
    return {**told, "parameters": [named]}


def _problem(status: int) -> Json:
    kinds = [kind for kind in KINDS.values() if kind.status == status]
    content = {MIMETYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {"description": "; ".join(kind.title for kind in kinds), "content": content}


def _common(dimensions: Sequence[str]) -> Json:
    """Returns the words of every question."""
    by: Json = {"enum": list(dimensions)} if dimensions else {"type": "string"}
    return {
        "period": _taken(
            "period",
            "2026, 2026-Q3, 2026-10, 2026-W41, START..END or all; this month unless said.",
            {"type": "string", "pattern": PERIOD},
        ),
        "compare": _taken("compare", "With the period before, the year before, or none.", {"enum": list(COMPARISONS)}),
        "where": _taken("where", "Only these: dimension=value; repeat it for more.", _pairs("|".join(dimensions) or "[a-z_]+")),
        "by": _taken("by", "Split by this dimension; at most two.", {"type": "array", "items": by, "maxItems": 2}),
        "mark": _taken("mark", "A part of the figure: part=gained, stage=2, reason=Price.", _pairs("[a-z_]+")),
        "limit": _taken("limit", "How many rows.", _whole(0, MOST_ROWS, USUAL_ROWS)),
        "offset": _taken("offset", "After how many rows.", _whole(0, LAST_OFFSET, 0)),
        "order": _taken("order", "The newest first, or the greatest value.", {"enum": list(ORDERS), "default": ORDERS[0]}),
        "format": _taken("format", f"Over Accept. An address is at most {LONGEST} letters long.", {"enum": list(FORMATS)}),
    }


def _pairs(names: str) -> Json:
    """Returns a list of name=value texts."""
    return {"type": "array", "maxItems": 10, "items": {"type": "string", "pattern": f"^({names})=.+$", "maxLength": LONGEST_TEXT}}


def _options() -> Json:
    """Returns the options of every figure family, as FAMILY.OPTION."""
    return {
        f"{name}.{option_name(option)}": _taken(option_name(option), str(option.metadata["help"]), _schema(option))
        for name, family in families().items()
        for option in fields(family.Options)
    }


def _schema(option: Field[Any]) -> Json:
    told: Mapping[str, Any] = option.metadata
    if told.get("duration"):
        return {"type": "string", "pattern": DURATION}
    if option.type == "bool":
        return {"enum": list(FLAGS)}
    if option.type == "int":
        return _whole(told.get("least", 0), told.get("most", 1000))
    return {"enum": list(told["choices"])} if told.get("choices") else {"type": "string", "maxLength": LONGEST_TEXT}


def _whole(least: int, most: int, usual: int | None = None) -> Json:
    return {"type": "integer", "minimum": least, "maximum": most, **({"default": usual} if usual is not None else {})}


def _taken(name: str, words: str, schema: Json) -> Json:
    is_list = schema.get("type") == "array"
    return {
        "name": name,
        "in": "query",
        "description": words,
        "schema": schema,
        **({"style": "form", "explode": True} if is_list else {}),
    }
