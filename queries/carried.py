"""What every fact of customers carries beside what its own query tells: the declared segmentations and properties.

They are stored with the row when the fact is made, so that splitting by one costs what splitting by any other column costs.
Everything here is built as a syntax tree; the fact's own query stays as it is written.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import takewhile
from typing import Final

from sqlglot import exp

from queries.engines.duckdb import Connection, read_columns
from queries.model import Model, columns_of, order_of

UNKNOWN: Final = "unknown"
BEFORE_ANY_STAGE: Final = "before any stage"
FACT: Final = "fct_"
SEGMENTATIONS: Final = "segmentation_at"
STAGES: Final = "stage_at"
PROPERTIES: Final = "customer_property"
ROW_PROPERTIES: Final = "row_property"
EVENT_PROPERTIES: Final = "event_property"


@dataclass(frozen=True, slots=True, kw_only=True)
class Carried:
    """One column that facts get: the segment in a segmentation as of the row, or a property of the person, company or event.

    With neither it is the customer's stage in the default journey just before the row.
    """

    column: str
    segmentation: str | None = None
    property_name: str | None = None
    subject: str | None = None

    @property
    def value(self) -> tuple[str, str]:
        """The column of its table that holds its value, and what stands where there is none."""
        if self.property_name:
            return "value", UNKNOWN
        return ("segment", UNKNOWN) if self.segmentation else ("stage", BEFORE_ANY_STAGE)

    def found_by(self, columns: Sequence[str]) -> tuple[str, Mapping[str, str]]:
        """Return the table that holds its values, and by which of a fact's columns each of its keys is found."""
        if self.segmentation:
            return SEGMENTATIONS, {"account_id": "account_id"}
        if self.property_name is None:
            return STAGES, {"customer_id": "customer_id"}
        if self.subject != "event":
            return PROPERTIES, {"customer_id": "account_id" if self.subject == "company" else "customer_id"}
        if "entity_id" in columns:
            return ROW_PROPERTIES, {"entity": "entity", "row_id": "entity_id"}
        return EVENT_PROPERTIES, {"event_id": "event_id"}


STAGE: Final = Carried(column="stage")


def carried_dimensions(connection: Connection) -> tuple[Carried, ...]:
    """Return what the declared dimensions ask facts to carry; `segment` they tell themselves, what is sensitive they never carry."""
    columns = ("dimension_id", "column_name", "segmentation", "property", "subject", "is_sensitive")
    declared = [
        Carried(column=column, segmentation=segmentation, property_name=name, subject=subject)
        for dimension, column, segmentation, name, subject, is_sensitive in read_columns(connection, "dimension", columns)
        if (segmentation or name) and not is_sensitive and dimension != "segment"
    ]
    return (*declared, STAGE)


def carried_by(model: Model, dimensions: Iterable[Carried]) -> tuple[Carried, ...]:
    """Return those of these columns that a model gets: facts of customers, where the fact does not tell the column itself."""
    columns = columns_of(model)
    if not model.name.startswith(FACT) or "customer_id" not in columns:
        return ()
    return tuple(one for one in dimensions if one.column not in columns and _is_wanted(model, one, columns))


def needing(model: Model, dimensions: Iterable[Carried]) -> Model:
    """Return the model with the tables among those it reads from which the columns are taken that it gets."""
    tables = {one.found_by(columns_of(model))[0] for one in carried_by(model, dimensions)}
    return replace(model, reads=model.reads | tables)


def carrying(model: Model, told: str, carried: Sequence[Carried]) -> str:
    """Return the query that adds columns to the rows of `told`, which holds what the model's own query returns.

    What is worked out of the other columns is left out.
    """
    return _carrying(model, told, tuple(carried))


@cache
def _carrying(model: Model, told: str, carried: tuple[Carried, ...]) -> str:
    """Return the same, written once per process: the next load asks for the same columns, nearly always."""
    written = [name for name in columns_of(model) if name not in model.worked_out]
    query = exp.select(*[exp.column(name, table="told", quoted=True) for name in written])
    query = query.from_(exp.alias_(exp.table_(told, quoted=True), "told"))
    for number, one in enumerate(carried, start=1):
        source, (value, otherwise) = f"carried_{number}", one.value
        known = exp.func("coalesce", exp.column(value, table=source), exp.Literal.string(otherwise))
        query = query.select(exp.alias_(known, one.column, quoted=True))
        table = exp.table_(one.found_by(columns_of(model))[0])
        query = query.join(exp.alias_(table, source), on=_found(model, one, source), join_type="left")
    kept = takewhile(lambda name: name in written, order_of(model))  # a join mixes up the order of rows
    for name in kept:
        query = query.order_by(exp.column(name, table="told", quoted=True))
    return query.sql("duckdb")


def _is_wanted(model: Model, one: Carried, columns: Sequence[str]) -> bool:
    if not set(one.found_by(columns)[1].values()) <= set(columns):
        return False
    if one.property_name:
        return True
    return bool(model.taken_at) and (one.segmentation is not None or one.column in model.carries)


def _found(model: Model, one: Carried, source: str) -> exp.Expr:
    """Return what joins a row to the value that it carries."""

    def of(name: str) -> exp.Column:
        return exp.column(name, table=source)

    keys = one.found_by(columns_of(model))[1]
    same = exp.and_(*[of(name).eq(exp.column(key, table="told")) for name, key in keys.items()])
    if one.property_name:
        return exp.and_(of("property").eq(exp.Literal.string(one.property_name)), same)
    moments = [exp.cast(exp.column(name, table="told", quoted=True), "TIMESTAMP") for name in model.taken_at]
    moment = exp.func("coalesce", *moments) if len(moments) > 1 else moments[0]
    if one.segmentation:
        of_it = exp.and_(of("segmentation").eq(exp.Literal.string(one.segmentation)), same)
        begun = exp.GTE(this=moment.copy(), expression=of("from_at"))
        return exp.and_(of_it, begun, exp.LT(this=moment.copy(), expression=of("until_at")))
    just_before = exp.LT(this=of("entered_at"), expression=moment.copy())
    not_left = exp.or_(of("left_at").is_(exp.null()), exp.GTE(this=of("left_at"), expression=moment.copy()))
    return exp.and_(same, just_before, not_left)
