"""How the dates of a column are written: decided once by all its texts, or declared, never cell by cell."""

from collections.abc import Mapping

from duckdb import DuckDBPyConnection
from sqlglot import exp

from queries.errors import IntakeError
from queries.intake.expressions import call, choose, is_told, named, sql, word
from queries.intake.remembered import DATES, Choices
from queries.intake.source import Cell, Habits
from queries.intake.target import SOURCE_TOLD, RawFile, Target, habits_in, sources_in
from queries.intake.typed import AFTER, TOLD, read_time


def formats_of(connection: DuckDBPyConnection, target: Target, choices: Choices) -> Mapping[str, tuple[str, ...]]:
    """Return the one format of every column that may have several: decided by all its texts, never cell by cell."""
    habits = habits_in(connection, target)
    candidates = {column.name: _candidates(cell, habits) for column, cell in target.columns if column.is_time}
    for column, cell in target.columns:
        if column.is_time and habits.dates and set(DATES) <= set(cell.formats):
            choices.declared(habits.source, target.key(column.name), habits.dates)
    several = [name for name, formats in candidates.items() if len(formats) > 1]
    if several:
        other = [exp.and_(is_told(_moment(target, name)), exp.not_(call("is_iso", _moment(target, name)))) for name in several]
        counted = connection.sql(sql(exp.select(*[call("count_if", one) for one in other]).from_("told_rows"))).fetchall()[0]
        for name, count in zip(several, counted, strict=True):
            candidates[name] = _best_format(connection, target, name, candidates[name], habits, choices) if count else ("iso",)
    return candidates


def _moment(target: Target, name: str) -> exp.Expr:
    return named((AFTER if target.block.columns[name].after else TOLD) + name)


def _best_format(
    connection: DuckDBPyConnection,
    target: Target,
    name: str,
    formats: tuple[str, ...],
    habits: Habits,
    choices: Choices,
) -> tuple[str, ...]:
    """Return the format that reads most of a column's texts; a column that can be read two ways is an error."""
    readings = [read_time(_moment(target, name), target.entity.column(name), (one,), word("UTC")) for one in formats]
    differ: exp.Expr = exp.false()
    if {"day first", "month first"} <= set(formats):
        first, second = (readings[formats.index(one)] for one in ("day first", "month first"))
        differ = exp.NullSafeNEQ(this=first.copy(), expression=second.copy())
    counts = [call("count", reading) for reading in readings]
    all_told = call("count", _moment(target, name))
    counted = exp.select(*counts, call("count_if", differ), all_told).from_("told_rows")
    *read, differing, told = connection.sql(sql(counted)).fetchall()[0]
    most = [one for one, count in zip(formats, read, strict=True) if count == max(read)]
    if set(DATES) <= set(most) and max(read) and differing:
        if reading := choices.unclear(habits.source, target.key(name), DATES):
            return (reading,)
        what = f"every {name} can be read day first and month first"
        if max(read) < told:
            what = f"of {told:,} {name} as many can be read day first as month first: {max(read):,}"
        raise IntakeError(
            what,
            where=target.raw.name,
            instead=f'Write dates = "day first" or "month first" under [{habits.source}] in sources.toml',
        )
    if most[0] in DATES and differing:
        choices.seen(habits.source, target.key(name), most[0])
    return (most[0],)


def _candidates(cell: Cell, habits: Habits) -> tuple[str, ...]:
    if habits.dates and set(cell.formats) & {"day first", "month first"}:
        other = {"day first", "month first"} - {habits.dates}
        return tuple(one for one in cell.formats if one not in other)
    return cell.formats or ("iso",)


def zone_of(connection: DuckDBPyConnection, target: Target) -> exp.Expr:
    """Return the zone of the file's times: the format's own, else by the source that each row names, else the workspace's."""
    zones = {source: _zone_of(target.raw, source) for source in sources_in(connection)}
    if len(set(zones.values())) < 2:
        return word(next(iter(zones.values()), target.raw.zone))
    return choose([(exp.EQ(this=named(SOURCE_TOLD), expression=word(source)), word(zone)) for source, zone in zones.items()])


def _zone_of(raw: RawFile, source: str) -> str:
    habits = raw.habits.get(source)
    return raw.source.zone or (habits.zone if habits else "") or raw.zone
