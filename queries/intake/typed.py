"""From text to the type that the entity's column has: one tree per column, and the rules that a row must keep."""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from sqlglot import exp

from queries.intake.contract import Column, Entity
from queries.intake.expressions import (
    call,
    choose,
    first_of,
    is_false,
    is_null,
    is_one_of,
    is_told,
    named,
    nothing,
    word,
)
from queries.intake.source import Cell

TOLD = "told:"
FOLDED = "folded:"
AFTER = "after:"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One way in which a row cannot be taken in: when, under which column it is told, and why."""

    when: exp.Expr
    column: str
    value: exp.Expr
    reason: str


def told(name: str) -> exp.Expr:
    """Return the column that holds what the source told for an entity's column, as text."""
    return named(TOLD + name)


def typed(column: Column, cell: Cell, formats: tuple[str, ...], zone: exp.Expr) -> exp.Expr:
    """Return a column's value in its own type, null when its text cannot be read so."""
    text = words(column, cell)
    if column.is_time:
        return read_time(text, column, formats, zone)
    if column.type == "VARCHAR":
        return text
    if column.type == "BOOLEAN":
        return call("read_truth", text)
    return _number(text, column, cell)


def read_time(text: exp.Expr, column: Column, formats: tuple[str, ...], zone: exp.Expr) -> exp.Expr:
    """Return a moment in UTC, or a day; with several formats the first that reads the text."""
    return first_of([_read_as(text, column, one, zone) for one in formats or ("iso",)])


def counted_from(column: Column, formats: tuple[str, ...], times: float, zone: exp.Expr) -> exp.Expr:
    """Return the moment that lies a told number (times `times`: of seconds) after another told moment."""
    start = read_time(named(AFTER + column.name), column, formats, zone)
    seconds = exp.Mul(this=call("read_number", told(column.name)), expression=exp.Literal.number(times))
    return exp.Add(this=start, expression=call("to_seconds", seconds))


def words(column: Column, cell: Cell) -> exp.Expr:
    """Return a column's text with the source's words read as ours."""
    text = told(column.name)
    if not cell.map and not column.allowed:
        return first_of([text, word(cell.empty)]) if cell.empty else text
    ours = [(_is(column, theirs), word(ours)) for theirs, ours in cell.map.items()]
    ours += [(_is(column, one), word(one)) for one in column.allowed if column.is_text]
    return choose([(is_null(text), word(cell.empty) if cell.empty else nothing()), *ours], _otherwise(column, cell))


def has_words(column: Column, cell: Cell) -> bool:
    """Return whether a column's text is compared with known words."""
    return bool(cell.map or column.allowed)


def is_unknown(column: Column, cell: Cell) -> exp.Expr | None:
    """Return whether a column's text is a word that nobody declared, or None when any word will do."""
    if not column.allowed and not (cell.map and cell.otherwise):
        return None
    known = [*cell.map, *column.allowed]
    return exp.and_(is_told(told(column.name)), exp.not_(is_one_of(named(FOLDED + column.name), map(folded, known))))


def date_only(entity: Entity, cells: Collection[str]) -> exp.Expr:
    """Return whether the moment that dates a row was told as a day, without a time."""
    text = first_of([told(name) for name in (entity.dated_by, "closed_at", "left_at") if name in cells])
    return exp.and_(is_told(text), exp.not_(call("contains", text, word(":"))))


def faults(entity: Entity, cells: Mapping[str, Cell]) -> Iterator[Fault]:
    """Yield every way in which a row of this entity can break its contract, in the order of the columns."""
    for column in entity.told:
        if column.name not in cells and not column.required:
            continue
        value = named(column.name)
        unread = exp.and_(is_told(told(column.name)), is_null(value)) if column.name in cells else exp.false()
        when = is_null(value) if column.required else unread
        yield Fault(when=when, column=column.name, value=told(column.name), reason=column.comment)
    for rule in entity.rules:
        yield Fault(when=is_false(rule.condition), column=rule.column, value=told(rule.column), reason=rule.reason)


def _read_as(text: exp.Expr, column: Column, told_format: str, zone: exp.Expr) -> exp.Expr:
    is_day = column.type == "DATE"
    if told_format == "iso":
        return call("day_of_iso" if is_day else "read_iso", text, zone)
    macros = {"day first": "wall_day_first", "month first": "wall_month_first"}
    wall = call(macros[told_format], text) if told_format in macros else call("try_strptime", text, word(told_format))
    return exp.cast(wall, "date") if is_day else call("to_utc", wall, zone)


def _number(text: exp.Expr, column: Column, cell: Cell) -> exp.Expr:
    plain = call("comma_to_point" if cell.decimal == "," else "without_groups", text)
    kind = exp.DataType.build(column.type, dialect="duckdb")
    if cell.times == 1.0 and column.type != "DOUBLE":
        return exp.TryCast(this=plain, to=kind)
    number = call("read_number", plain)
    times = exp.Mul(this=number, expression=exp.Literal.number(cell.times)) if cell.times != 1.0 else number
    return exp.TryCast(this=times, to=kind)


def folded(text: str) -> str:
    """Return a word as the macro of this name returns it: lower case, and any of space, underscore and dash a space."""
    return " ".join(re.split(r"[\s_-]+", text.lower())).strip()


def _is(column: Column, theirs: str) -> exp.Expr:
    return exp.EQ(this=named(FOLDED + column.name), expression=word(folded(theirs)))


def _otherwise(column: Column, cell: Cell) -> exp.Expr:
    if cell.otherwise:
        return word(cell.otherwise)
    if not column.allowed:
        return told(column.name)
    return word("other") if "other" in column.allowed else nothing()
