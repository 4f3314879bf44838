"""Takes the person out of raw records that are older than people are kept: only what figures count and split by stays in them.

The record stays, so that sums stay; cells that tell neither its time, its amounts, its own id nor one of the words figures are split
by become empty. A record without an id of its own gets a keyed hash in place of its person: told again it is still one row. So does
the record of a customer in place of its id, once nothing has been told of the customer for as long. What tells no time, or none that
can be read, is as old as its file.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import uuid4

from duckdb import DuckDBPyConnection
from sqlglot import exp

from queries.engines.duckdb import insert_rows
from queries.intake import manifest
from queries.intake.cast import make_typed, opened
from queries.intake.contract import Column, Entity
from queries.intake.database import exactly
from queries.intake.expressions import any_of, call, called, choose, first_of, is_null, is_told, named, nothing, sql, word
from queries.intake.forgotten import Forgotten, made_key
from queries.intake.manifest import TakenIn
from queries.intake.reading import LINE, PROBLEM, TEXT
from queries.intake.source import Cell
from queries.intake.strike import KEYS, prepare
from queries.intake.target import RawFile, Target, make, sources_in, targets
from queries.intake.told import conditions_of, expansions, problem_of, text_of
from queries.workspace import Workspace

MARK = "expired-"
SHARED = ("external_id", "email", "phone")
COUNTED = frozenset({
    "team", "channel", "category", "currency", "product", "pipeline", "stage", "purpose", "wave", "campaign_id", "event", "end_reason",
    "lost_reason", "priority", "case_id",
})  # fmt: skip
"""The words of rows that figures are split by; none of them is anybody's own."""

PEOPLE = "customer_records"

Until = Callable[[str, str], datetime | None]
"""Before when rows of an entity and a source lose their person; None where they keep it."""

Forget = Callable[[TakenIn, Collection[str]], None]
Lasting = Callable[[datetime], Collection[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ageing:
    """What decides which rows lose their person.

    entities: those whose rows do at all.   until: before when.   lasting: the records of customers of whom something is told since a
    moment, which keep their name; None when nobody can say yet.   stamp: changes with the day and the rule.   forget: is given a
    file, and the addresses, numbers and shared ids of those of its rows that lose their person, before they do.
    """

    entities: Collection[str]
    until: Until
    lasting: Lasting | None
    stamp: str
    forget: Forget


def expire(workspace: Workspace, file: TakenIn, raw: RawFile, ageing: Ageing) -> tuple[TakenIn, int]:
    """Rewrite a raw file in which records are too old; return it, and how many lost their person.

    A record goes by all rows that it tells of the entities that age: it is too old when each of them is. What also tells rows of
    entities that do not age stays in it.
    """
    ruled = [target for target in targets(raw) if target.entity.name in ageing.entities]
    if file.expired == ageing.stamp or not ruled:
        return file, 0
    if ageing.lasting is None and any(target.entity.name == PEOPLE for target in ruled):
        return file, 0
    manifest.check_raw(workspace, file)
    connection = opened(raw, workspace.staging)
    try:
        prepare(connection, Forgotten(secret=made_key(workspace)))
        blanked = _blanked(raw, ruled)
        _find_expired(connection, raw, ruled, ageing, blanked)
        rows = connection.table("expired").count("*").fetchall()[0][0]
        written = workspace.staging / f"{uuid4().hex}.expired"
        if rows:
            ageing.forget(file, _keys_of(connection, ruled))
            _rewritten(connection, raw, ruled, blanked, str(written))
    finally:
        connection.close()
    if not rows:
        looked = replace(file, expired=ageing.stamp)
        manifest.write(workspace, looked)
        return looked, 0
    return manifest.rewrite_raw(workspace, file, written, 0, expired=ageing.stamp), rows


def _find_expired(
    connection: DuckDBPyConnection, raw: RawFile, ruled: Sequence[Target], ageing: Ageing, blanked: Sequence[str]
) -> None:
    """Make the table of the lines that are too old and still tell what is to go, each with what stands for its person."""
    connection.execute("create table ages (line bigint, is_old boolean, mark varchar, merged_mark varchar)")
    for target in ruled:
        make_typed(connection, target)
        connection.sql(sql(_ages(connection, target, ageing))).insert_into("ages")
    tells = [
        exp.and_(is_told(named(name)), exp.not_(call("coalesce", call("starts_with", named(name), word(MARK)), exp.false())))
        for name in blanked
    ]
    still = exp.select(named(LINE)).from_("raw_records").where(any_of([*tells, is_told(named(TEXT))]))
    marks = [called(call("any_value", named(name)), name) for name in ("mark", "merged_mark")]
    old = exp.select("line", *marks).from_("ages").where(exp.In(this=named("line"), query=still.subquery()))
    make(connection, "expired", old.group_by("line").having(call("bool_and", named("is_old"))))


def _ages(connection: DuckDBPyConnection, target: Target, ageing: Ageing) -> exp.Expr:
    """Select, of every row of a block, whether it is too old, and what stands for its person where its key would else be lost."""
    entity, limits = target.entity, {source: ageing.until(target.entity.name, source) for source in sources_in(connection)}
    is_people = entity.name == PEOPLE
    told_at = [
        *(exp.cast(named(name), "timestamp") for name in (("updated_at", entity.dated_by) if is_people else (entity.dated_by,))),
        exp.cast(word(target.raw.time_text.rstrip("Z")), "timestamp"),
    ]
    dated = any_of([
        exp.and_(
            exp.EQ(this=named("source"), expression=word(source)),
            exp.LT(this=first_of(told_at), expression=exp.cast(word(f"{moment:%Y-%m-%d %H:%M:%S}"), "timestamp")),
            *([_is_over(connection, ageing.lasting, moment)] if is_people and ageing.lasting else ()),
        )
        for source, moment in limits.items() if moment is not None
    ])  # fmt: skip
    record, merged = (
        _mark(call("id_key", named("source"), exp.cast(named(name), "varchar"))) for name in ("record_id", "merged_into")
    )
    is_nameless = exp.true() if entity.key[0] in KEYS else is_null(exp.cast(named(entity.key[0]), "varchar"))
    nameless = choose([(is_nameless, _mark(named("whole")))]) if target.block.primary or entity.key[0] in KEYS else nothing()
    marks = {"mark": record, "merged_mark": merged} if is_people else {"mark": nameless, "merged_mark": nothing()}
    made = [called(named(LINE), "line"), called(call("coalesce", dated, exp.false()), "is_old")]
    made += [called(mark, name) for name, mark in marks.items()]
    whole = call("concat_ws", word("|"), *[call("coalesce", named(name), word("")) for name in target.raw.reading.headers])
    records = exp.select(called(named(LINE), "at_line"), called(whole, "whole")).from_("raw_records").subquery("records")
    joined = exp.EQ(this=named(LINE), expression=named("at_line"))
    return exp.select(*made).from_("typed_rows").join(records, on=joined)


def _mark(key: exp.Expr) -> exp.Expr:
    return exp.DPipe(
        this=word(MARK), expression=call("substr", call("keyed", key), exp.Literal.number(1), exp.Literal.number(16)), safe=False
    )


def _is_over(connection: DuckDBPyConnection, lasting: Lasting, moment: datetime) -> exp.Expr:
    """Return whether a record is none of a customer of whom something is told since a moment."""
    name = f"lasting_{moment:%Y%m%d}"
    make(connection, name, exp.select(called(nothing(), "row_id")).where(exp.false()))
    insert_rows(connection, name, [(one,) for one in lasting(moment)])
    key = call("id_key", named("source"), exp.cast(named("record_id"), "varchar"))
    is_lasting = exp.In(this=key, query=exp.select(named("row_id")).from_(name).subquery())
    return exp.not_(call("coalesce", is_lasting, exp.false()))


def _keys_of(connection: DuckDBPyConnection, ruled: Sequence[Target]) -> list[str]:
    """Return the addresses, numbers and shared ids that the expired records tell, in the form in which they are compared."""
    found: set[str] = set()
    lines = exp.select(named("line")).from_("expired").subquery()
    for target in ruled:
        make_typed(connection, target)
        columns = connection.table("typed_rows").columns
        forms = [call(f"{name.removesuffix('_id')}_key", exp.cast(named(name), "varchar")) for name in SHARED if name in columns]
        if target.entity.name == PEOPLE:
            forms.append(call("id_key", named("source"), exp.cast(named("record_id"), "varchar")))
        if not forms:
            continue
        told = exp.select(*forms).distinct().from_("typed_rows").where(exp.In(this=named(LINE), query=lines.copy()))
        found |= {key for row in connection.execute(sql(told)).fetchall() for key in row if key}
    return sorted(found)


def _rewritten(connection: DuckDBPyConnection, raw: RawFile, ruled: Sequence[Target], blanked: Sequence[str], path: str) -> None:
    connection.read_parquet(exactly(raw.path)).create_view("every_row", replace=True)
    stands = {header: "mark" for target in reversed(ruled) for header in _headers_of(target, KEYS)[:1]}
    stands |= {
        header: "merged_mark"
        for target in ruled
        if target.entity.name == PEOPLE
        for header in _headers_of(target, ("merged_into",))
    }
    is_old = is_told(named("line"))
    cells = {name: named(name) for name in (LINE, *raw.reading.headers, PROBLEM, TEXT)}
    for name in blanked:
        cells[name] = choose([(is_old, named(stands[name]) if name in stands else nothing())], named(name))
    cells[TEXT] = choose([(is_old, nothing())], named(TEXT))
    rows = exp.select(*[called(cell, name) for name, cell in cells.items()]).from_("every_row")
    rows = rows.join("expired", on=exp.EQ(this=named(LINE), expression=named("line")), join_type="left")
    connection.sql(sql(rows.order_by(named(LINE)))).write_parquet(path, compression="zstd")


def _blanked(raw: RawFile, ruled: Sequence[Target]) -> list[str]:
    """Return the headers that a record loses: all but those that figures count by, and those of entities that keep their person."""
    kept: set[str] = set()
    for target in targets(raw):
        if target in ruled:
            kept |= _kept_headers(target, [cell for column, cell in target.columns if _counts(column, target)])
        elif target.block.primary or (ages(target.entity) and target.entity.name != PEOPLE):
            kept |= _kept_headers(target, [*target.block.columns.values(), *target.block.properties.values()])
        elif target.entity.name != PEOPLE and not target.block.unnest:
            kept |= _kept_headers(target, [cell for column, cell in target.columns if _counts(column, target)])
    return [name for name in raw.reading.headers if name not in kept]


def ages(entity: Entity) -> bool:
    """Return whether rows of an entity can lose their person: they name one, and are dated."""
    return bool(entity.dated_by) and {column.name for column in entity.told} >= {"record_id", "email"}


def _kept_headers(target: Target, kept: Sequence[Cell]) -> frozenset[str]:
    """Return the headers of some cells, and those that decide what a record becomes."""
    told = [target.block.columns["source"]] if "source" in target.block.columns else []
    trees = [text_of(cell, header) for cell in (*kept, *told) for header in expansions(target.block, target.header)]
    trees += [problem_of(target.raw.source, target.header), conditions_of(target.block, target.header)]
    return frozenset(column.name for tree in trees for column in tree.find_all(exp.Column))


def _headers_of(target: Target, names: Sequence[str]) -> list[str]:
    cells: list[Cell] = [target.block.columns[name] for name in names if name in target.block.columns]
    return [column.name for cell in cells for column in text_of(cell, target.header).find_all(exp.Column)]


def _counts(column: Column, target: Target) -> bool:
    if column.name in (*KEYS, "merged_into", "subject_id"):
        return False
    return not column.is_text or bool(column.allowed) or column.required or column.name in (*target.entity.key, *COUNTED)
