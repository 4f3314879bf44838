"""The shapes of what the API answers, as JSON Schema; those of metrics.answer, written down for programs."""

from typing import Any, Final

from dashboard.api.problems import PREFIX
from metrics.metric import BETTER, RELATIONSHIP, UNITS

Json = dict[str, Any]
TEXT: Final[Json] = {"type": "string"}
TEXTS: Final[Json] = {"type": "array", "items": TEXT}
NUMBER: Final[Json] = {"type": ["number", "null"]}
COUNT: Final[Json] = {"type": "integer", "minimum": 0}
FLAG: Final[Json] = {"type": "boolean"}
MOMENT: Final[Json] = {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$"}
DAY: Final[Json] = {"type": "string", "pattern": r"^\d{4}-\d\d-\d\d$"}
BY_NAME: Final[Json] = {"type": "object", "additionalProperties": TEXT}


def _object(described: str, properties: Json, *, may_have: Json | None = None, is_open: bool = False) -> Json:
    """Returns an object whose properties are always there, but those that it may have."""
    return {
        "type": "object", "description": described, "properties": {**properties, **(may_have or {})}, "required": list(properties),
        "additionalProperties": is_open,
    }  # fmt: skip


def _ref(name: str) -> Json:
    return {"$ref": f"#/components/schemas/{name}"}


def _listed(items: Json) -> Json:
    return {"type": "array", "items": items}


def _or_null(schema: Json) -> Json:
    return {"oneOf": [schema, {"type": "null"}]}


VALUE: Final[Json] = {
    "value": NUMBER, "n": COUNT, "customers": COUNT, "low": NUMBER, "high": NUMBER, "numerator": NUMBER, "denominator": NUMBER,
}  # fmt: skip
ROW: Final[Json] = {"by": BY_NAME, "at": {"type": ["string", "null"]}, **VALUE}
PERSON: Final[Json] = {"customer_id": {"type": ["string", "null"]}, "name": {"type": ["string", "null"]}, "value": NUMBER}
ASKED: Final[Json] = {"metric": TEXT, "selection": _ref("Selection")}
METRIC: Final[Json] = {
    **dict.fromkeys(("metric", "title", "question", "formula", "owner", "fact"), TEXT),
    "unit": {"enum": list(UNITS)}, "better": {"enum": list(BETTER)}, "target": NUMBER, "dimension": {"enum": list(RELATIONSHIP)},
    "reviewed": DAY, "split_by": TEXTS,
}  # fmt: skip

SCHEMAS: Final[Json] = {
    "Value": _object("A number, the rows and customers it stands on, and its 95 % interval.", VALUE),
    "Row": _object("One group of an answer, at its place in time; beside these it has the figure's own fields.", ROW, is_open=True),
    "Change": _object("The difference to the comparison; clear when 0 lies outside its interval.", {
        "value": NUMBER, "low": NUMBER, "high": NUMBER, "clear": FLAG,
    }),
    "Period": _object("What a period's text means on the workspace's clock.", {
        "text": TEXT, "label": TEXT, "starts_at": MOMENT, "ends_at": MOMENT, "to_date": FLAG,
    }),
    "Selection": _object("The question as it was understood.", {
        "period": _or_null(_ref("Period")), "compare": TEXT, "where": {"type": "object", "additionalProperties": TEXTS}, "by": TEXTS,
    }),
    "Comparison": _object("The same question of another period.", {
        "period": _ref("Period"), "total": _ref("Value"), "rows": _listed(_ref("Row")), "change": _ref("Change"),
    }),
    "Answer": _object(
        "A metric's answer. changes: of one with rows in time, what was changed then.",
        {
            **ASKED, "options": {"type": "object"}, "snapshot": TEXT, "as_of": MOMENT, "unit": {"enum": list(UNITS)},
            "total": _ref("Value"), "rows": _listed(_ref("Row")), "comparison": _or_null(_ref("Comparison")), "notices": TEXTS,
            "caption": TEXT,
        },
        may_have={"changes": _listed({"type": "object"})},
    ),
    "People": _object("What a number counted, one page of it; count is the whole.", {
        **ASKED, "mark": BY_NAME, "unit": TEXT, "count": COUNT, "customers": COUNT,
        "rows": _listed(_object("One of them, with the dimensions of its fact.", PERSON, is_open=True)),
        "as_of": MOMENT, "snapshot": TEXT, "notices": TEXTS, "sentence": TEXT,
    }),
    "Metrics": _listed(_object("One metric as it is declared.", METRIC)),
    "Snapshot": _object("What is asked.", {
        "snapshot": TEXT, "as_of": _or_null(MOMENT), "definitions": TEXT, "is_sample": FLAG,
        **dict.fromkeys(("title", "zone", "currency", "locale", "default_journey"), TEXT),
        "sources": _listed(_object("One source.", {"source": TEXT, "title": TEXT, "known_until": _or_null(MOMENT), "is_finished": FLAG})),
    }),
    "Health": _object("Whether what is asked can be relied on.", {
        "status": {"enum": ["well", "look"]}, "snapshot": TEXT,
        "told": _listed(_object("One thing to look at.", {
            "kind": {"enum": ["alarm", "error", "warning", "note"]}, "name": TEXT, "source": {"type": ["string", "null"]}, "sentence": TEXT,
        })),
    }),
    "Kind": _object("What a kind of problem means.", {"type": TEXT, "title": TEXT, "status": COUNT, "means": TEXT}),
    "Description": {"type": "object"},
    "Problem": _object(
        f"An RFC 9457 problem; type is below {PREFIX}problems/.",
        {"type": TEXT, "title": TEXT, "status": COUNT, "detail": TEXT},
        may_have={"instead": TEXT, "failure": TEXT},
    ),
}  # fmt: skip
