"""How complete the rows are: of every field of every entity, how many rows of each source and month tell it."""

from collections.abc import Iterator
from typing import Final

from sqlglot import exp

from queries.engines.duckdb import Connection, Row, insert_rows, rows_of
from queries.intake.contract import Entity, contract
from queries.intake.expressions import call, called, named, sql

TABLE: Final = "field_filled"


def tell_completeness(connection: Connection) -> None:
    """Count the rows that tell each field into the table field_filled; each entity is read once."""
    for entity in contract().values():
        insert_rows(connection, TABLE, list(_of_entity(connection, entity)))


def _of_entity(connection: Connection, entity: Entity) -> Iterator[Row]:
    fields = [column.name for column in entity.told]
    for source, month, rows, *filled in rows_of(connection, sql(_counted(entity, fields))):
        yield from ((entity.name, source, field, month, rows, count) for field, count in zip(fields, filled, strict=True))


def _counted(entity: Entity, fields: list[str]) -> exp.Expr:
    month: exp.Expr = exp.cast(exp.null(), "DATE")
    if entity.dated_by:
        month = exp.cast(call("date_trunc", exp.Literal.string("month"), named(entity.dated_by)), "DATE")
    counts = [called(call("count", named(field)), f"told_{place}") for place, field in enumerate(fields)]
    chosen = exp.select(named("source"), called(month, "month"), called(call("count", exp.Star()), "rows"), *counts)
    return chosen.from_(entity.name).group_by(exp.Literal.number(1), exp.Literal.number(2))
