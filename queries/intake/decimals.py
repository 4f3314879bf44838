"""Which sign stands before the decimals of a column: decided once by all its texts, declared or remembered, never cell by cell."""

from collections.abc import Mapping

from duckdb import DuckDBPyConnection
from sqlglot import exp

from queries.errors import IntakeError
from queries.intake.contract import Column
from queries.intake.expressions import call, choose, is_told, named, sql
from queries.intake.remembered import SIGNS, Choices
from queries.intake.source import Cell, Habits
from queries.intake.target import Target, habits_in
from queries.intake.typed import TOLD, bare_number

POINT, COMMA = SIGNS
STRICT = ""  # a point, and no groups of thousands that could be anything else


def decimals_of(connection: DuckDBPyConnection, target: Target, choices: Choices) -> Mapping[str, str]:
    """Return, by column that holds numbers, the sign before its decimals, or STRICT where its format says so."""
    habits = habits_in(connection, target)
    signs: dict[str, str] = {}
    for column, cell in target.columns:
        if not _has_decimals(column, cell):
            continue
        if habits.decimal:
            choices.declared(habits.source, target.key(column.name), habits.decimal)
            signs[column.name] = habits.decimal
        elif cell.decimal:
            signs[column.name] = STRICT if cell.decimal == POINT else COMMA
        else:
            signs[column.name] = _decided(connection, target, column, habits, choices)
    return signs


def _has_decimals(column: Column, cell: Cell) -> bool:
    is_number = column.type.startswith("DECIMAL") or column.type == "DOUBLE" or column.name.endswith("_seconds")
    return is_number or (column.is_time and bool(cell.after))


def _decided(connection: DuckDBPyConnection, target: Target, column: Column, habits: Habits, choices: Choices) -> str:
    text = bare_number(named(TOLD + column.name), column)
    by_point, by_comma = call("number_with_point", text), call("number_with_comma", text)
    differ = exp.NullSafeNEQ(this=by_point.copy(), expression=by_comma.copy())
    both = exp.and_(is_told(by_point), is_told(by_comma), differ.copy())
    counts = [
        call("count", by_point),
        call("count", by_comma),
        call("count_if", differ),
        call("any_value", choose([(both, text)])),
    ]
    points, commas, differing, example = connection.sql(sql(exp.select(*counts).from_("told_rows"))).fetchall()[0]
    if not differing:
        return POINT
    if points != commas:
        sign = POINT if points > commas else COMMA
        choices.seen(habits.source, target.key(column.name), sign)
        return sign
    if target.raw.reading.is_typed:
        return POINT
    return choices.unclear(habits.source, target.key(column.name), SIGNS) or _ask(target, column, habits, points, example)


def _ask(target: Target, column: Column, habits: Habits, count: int, example: str | None) -> str:
    """Raise IntakeError: a column can be read two ways, and nobody has said which."""
    what = f"every {column.name} can be read with a decimal point and with a decimal comma"
    if example is None:
        what = f"as many {column.name} can be read with a decimal point only as with a decimal comma only: {count:,}"
    else:
        what += f', such as "{example}"'
    instead = f'Write decimal = "." or "," under [{habits.source}] in sources.toml'
    raise IntakeError(what, where=target.raw.name, instead=instead)
