"""Which typed rows break their entity's contract, and the words that nobody declared: both are told, neither stops a load."""

from collections.abc import Iterator, Sequence

from duckdb import DuckDBPyConnection
from sqlglot import exp

from queries.intake.contract import Column
from queries.intake.expressions import (
    all_of,
    any_of,
    call,
    called,
    choose,
    is_null,
    is_object,
    is_told,
    named,
    nothing,
    sql,
    word,
)
from queries.intake.reading import LINE, PROBLEM, TEXT
from queries.intake.target import FAULT, UNFOLD, RawFile, Target, show
from queries.intake.told import Header, problem_of
from queries.intake.typed import Fault, told

NOT_AN_OBJECT = "A JSON object with the further things the source tells."


def record_faults(target: Target) -> list[Fault]:
    """Return what can be wrong with a record as a whole, before its columns are looked at."""
    found = [Fault(when=is_told(named(PROBLEM)), column="", value=named(TEXT), reason="")]
    if target.block.unfold:
        when = exp.and_(is_told(named(UNFOLD)), exp.not_(is_object(named(UNFOLD))))
        found.append(Fault(when=when, column="properties", value=named(UNFOLD), reason=NOT_AN_OBJECT))
    return found


def judge(connection: DuckDBPyConnection, found: Sequence[Fault], unknown: Sequence[exp.Expr], *, once: bool) -> None:
    """Let judged_rows stand for the typed rows with the number of their first fault, kept_rows for those without one.

    odd_rows stands for all that have a fault or an unknown word. Where rows are not worked out once and kept, these alone are.
    """
    show(connection, "judged_rows", _judged_rows(found), once=once)
    kept = exp.select("*").from_("judged_rows").where(is_null(named(FAULT)))
    if once:
        show(connection, "odd_rows", exp.select("*").from_("judged_rows"), once=False)
        show(connection, "kept_rows", kept, once=False)
        return
    is_odd = any_of([is_told(named(FAULT)), *unknown])
    counts = exp.select(call("count", named(FAULT)), call("count_if", is_odd)).from_("judged_rows")
    faulty, odd = connection.sql(sql(counts)).fetchall()[0]
    odd_rows = exp.select("*").from_("judged_rows").where(is_odd if odd else exp.false())
    show(connection, "odd_rows", odd_rows, once=True)
    lines = exp.select(named(LINE)).from_("odd_rows").where(is_told(named(FAULT)))
    is_kept = exp.not_(exp.In(this=named(LINE), query=lines.subquery())) if faulty else exp.true()
    show(connection, "kept_rows", exp.select("*").from_("typed_rows").where(is_kept), once=False)


def _judged_rows(found: Sequence[Fault]) -> exp.Expr:
    """Select the typed rows, each with the number of its first fault."""
    number = choose([(fault.when, exp.Literal.number(place)) for place, fault in enumerate(found)])
    return exp.select("*", called(exp.cast(number, "integer"), FAULT)).from_("typed_rows")


def rejected(target: Target, found: Sequence[Fault]) -> exp.Expr:
    """Select the rows that have a fault, as they are told."""
    cells = target.block.columns

    def by_fault(values: Iterator[exp.Expr]) -> exp.Expr:
        return choose([(exp.EQ(this=named(FAULT), expression=exp.Literal.number(n)), value) for n, value in enumerate(values)])

    shown = (fault.value if fault.column in ("", "properties") or fault.column in cells else nothing() for fault in found)
    return (
        exp.select(
            called(word(target.raw.file_id), "file_id"),
            called(word(target.raw.name), "file_name"),
            called(word(target.block.name), "block"),
            called(named(LINE), "source_line"),
            called(word(target.entity.name), "entity"),
            called(by_fault(word(fault.column) if fault.column else nothing() for fault in found), "column_name"),
            called(by_fault(shown), "value"),
            called(by_fault(_reason(fault, is_told_by=fault.column in cells) for fault in found), "reason"),
        )
        .from_("odd_rows")
        .where(is_told(named(FAULT)))
    )


def _reason(fault: Fault, *, is_told_by: bool) -> exp.Expr:
    """Return why a row cannot be taken in; what no column of the file tells is empty."""
    if not fault.reason:
        return named(PROBLEM)
    if not fault.empty:
        return word(fault.reason)
    return choose([(is_null(fault.value), word(fault.empty))], word(fault.reason)) if is_told_by else word(fault.empty)


def unread_records(raw: RawFile, header: Header) -> exp.Expr:
    """Select the records of which nothing could be read or that are left out, in a file without a primary block."""
    problem = problem_of(raw.source, header)
    return (
        exp.select(
            called(word(raw.file_id), "file_id"),
            called(word(raw.name), "file_name"),
            called(word(raw.source.title), "block"),
            named(LINE),
            called(word(raw.source.blocks[0].entity), "entity"),
            nothing(),
            named(TEXT),
            problem,
        )
        .from_("raw_records")
        .where(is_told(problem))
    )


def unknown(target: Target, column: Column, unknown: exp.Expr) -> exp.Expr:
    """Select how often each word stands in a column that nobody declared."""
    counted = exp.select(
        named("source"),
        called(word(target.entity.name), "entity"),
        called(word(column.name), "column_name"),
        called(told(column.name), "value"),
        called(exp.cast(named(column.name), "varchar"), "read_as"),
        called(call("count", exp.Star()), "rows"),
    )
    return counted.from_("odd_rows").where(all_of([is_null(named(FAULT)), unknown])).group_by("all")
