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
BY, OVER = "by:", "over:"
FOLDED = "folded:"
AFTER = "after:"
REQUIRED = " Required."


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One way in which a row cannot be taken in: when, under which column it is told, and why; `empty` is why where nothing is told."""

    when: exp.Expr
    column: str
    value: exp.Expr
    reason: str
    empty: str = ""


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
    return _times_and_over(_number(text, column, cell), column, cell)


def read_time(text: exp.Expr, column: Column, formats: tuple[str, ...], zone: exp.Expr) -> exp.Expr:
    """Return a moment in UTC, or a day; with several formats the first that reads the text."""
    return first_of([_read_as(text, column, one, zone) for one in formats or ("iso",)])


def counted_from(column: Column, cell: Cell, formats: tuple[str, ...], zone: exp.Expr) -> exp.Expr:
    """Return the moment that lies a told time (a number of so many seconds, or a clock's) after another; or is told itself."""
    start = read_time(named(AFTER + column.name), column, formats, zone)
    seconds = call("read_seconds", _with_point(told(column.name), cell), exp.Literal.number(cell.times))
    return first_of(
        [
            read_time(told(column.name), column, formats, zone),
            exp.Add(this=start, expression=call("to_seconds", seconds)),
        ]
    )


def on_the_same_day(column: Column, value: exp.Expr, other: exp.Expr) -> exp.Expr:
    """Return a moment, or the other one where it is a day told without a time and the other lies within that day."""
    a_day = call("is_a_day", told(column.name))
    its_end = exp.Add(this=value.copy(), expression=call("to_days", exp.Literal.number(1)))
    within = exp.and_(exp.GTE(this=other.copy(), expression=value.copy()), exp.LT(this=other.copy(), expression=its_end))
    return choose([(exp.and_(a_day, within), other)], value)


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


def faults(entity: Entity, cells: Mapping[str, Cell], needed: Collection[str]) -> Iterator[Fault]:
    """Yield every way in which a row of this entity, which needs some columns, can break its contract, in their order."""
    for column in entity.told:
        if column.name not in cells and column.name not in needed:
            continue
        value = named(column.name)
        unread = exp.and_(is_told(told(column.name)), is_null(value)) if column.name in cells else exp.false()
        when = is_null(value) if column.name in needed else unread
        yield Fault(
            when=when,
            column=column.name,
            value=told(column.name),
            reason=f"{_unreadable(column, cells.get(column.name))}: {_about(column)}",
            empty=f"Empty, and must not be: {_about(column).removesuffix(REQUIRED)}",
        )
    for rule in entity.rules:
        yield Fault(when=is_false(rule.condition), column=rule.column, value=told(rule.column), reason=rule.reason)


def _unreadable(column: Column, cell: Cell | None) -> str:
    """Return what a told value could not be read as."""
    if column.is_time:
        written = f" {cell.formats[0]}" if cell and len(cell.formats) == 1 and cell.formats != ("iso",) else ""
        return f"Not a {'day' if column.type == 'DATE' else 'time'} that can be read{written}"
    if column.is_number:
        return "Not a number that can be read"
    return "Neither yes nor no" if column.type == "BOOLEAN" else "Not a word known here"


def _about(column: Column) -> str:
    """Return what a column tells, as it stands within a sentence."""
    return column.comment if column.comment[1:2].isupper() else column.comment[:1].lower() + column.comment[1:]


def _read_as(text: exp.Expr, column: Column, told_format: str, zone: exp.Expr) -> exp.Expr:
    is_day = column.type == "DATE"
    if told_format == "unix":
        moment = call("read_unix", text)
        return exp.cast(call("as_local", moment, zone), "date") if is_day else moment
    if told_format == "iso":
        return call("day_of_iso" if is_day else "read_iso", text, zone)
    macros = {"day first": "wall_day_first", "month first": "wall_month_first"}
    wall = call(macros[told_format], text) if told_format in macros else call("try_strptime", text, word(told_format))
    return exp.cast(wall, "date") if is_day else call("to_utc", wall, zone)


def _number(text: exp.Expr, column: Column, cell: Cell) -> exp.Expr:
    plain = _with_point(bare_number(text, column), cell)
    kind = exp.DataType.build(column.type, dialect="duckdb")
    if column.name.endswith("_seconds"):
        return exp.TryCast(this=call("read_seconds", plain, exp.Literal.number(cell.times)), to=kind)
    if cell.times == 1.0 and column.type != "DOUBLE":
        return exp.TryCast(this=plain, to=kind)
    number = call("read_number", plain)
    times = exp.Mul(this=number, expression=exp.Literal.number(cell.times)) if cell.times != 1.0 else number
    return exp.TryCast(this=times, to=kind)


def bare_number(text: exp.Expr, column: Column) -> exp.Expr:
    """Return the text of a number alone: an amount without its currency, thousands without the spaces between them."""
    return call("bare_amount" if column.type.startswith("DECIMAL") else "bare_number", text)


def _with_point(text: exp.Expr, cell: Cell) -> exp.Expr:
    """Return a number with a point before its decimals and without groups of thousands; a clock's time as it is."""
    if cell.decimal != ",":
        return call("without_any_groups" if cell.decimal == "." else "without_groups", text)
    return first_of([call("comma_to_point", text), choose([(call("contains", text, word(":")), text)])])


def _times_and_over(number: exp.Expr, column: Column, cell: Cell) -> exp.Expr:
    """Return a number multiplied by and divided by what the record tells besides; null when one of these is no number, or 0."""
    if not cell.by and not cell.over:
        return number
    whole: exp.Expr = exp.cast(number, "double")
    for place in range(len(cell.by)):
        whole = exp.Mul(this=whole, expression=call("read_number", named(f"{BY}{place}:{column.name}")))
    for place in range(len(cell.over)):
        divisor = call("nullif", call("read_number", named(f"{OVER}{place}:{column.name}")), exp.Literal.number(0))
        whole = exp.Div(this=whole, expression=divisor)
    return exp.TryCast(this=whole, to=exp.DataType.build(column.type, dialect="duckdb"))


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
