"""Takes the records of forgotten people out of a raw file, and what names them out of the records that stay.

Records keep their numbers. A record goes when it is told by a key of the person, or hangs on one that is; the ledger tells how many.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from string import Template
from uuid import uuid4

from duckdb import DuckDBPyConnection, DuckDBPyRelation
from sqlglot import exp

from queries.engines.duckdb import insert_rows
from queries.intake import manifest
from queries.intake.cast import make_typed, opened
from queries.intake.contract import Entity
from queries.intake.database import exactly
from queries.intake.expressions import any_of, call, called, choose, is_told, named, nothing, sql, word
from queries.intake.forgotten import Forgotten, pattern_of
from queries.intake.manifest import TakenIn
from queries.intake.reading import LINE, PROBLEM, TEXT
from queries.intake.source import Cell
from queries.intake.target import RawFile, Target, make, statements, targets
from queries.intake.told import expansions, text_of
from queries.registry import registry_file
from queries.workspace import Workspace

GONE = "[removed on request]"
PARENTS: Mapping[str, tuple[str, str]] = {
    "case_events": ("cases", "case_id"),
    "reported_promises": ("cases", "case_id"),
    "order_lines": ("orders", "order_id"),
    "survey_answers": ("survey_responses", "response_id"),
}
"""The entities whose rows name no customer: what each hangs on, and the column that says so."""

SUBJECTS = {"opportunity": "opportunities", "case": "cases"}
NAMES = ("referred_by", "company_id", "actor", "merged_into", "record_id")
KEYS = ("record_id", "external_id", "email", "phone")
ADDRESS = r"[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:[.][A-Za-z0-9-]+)*"
NUMBER = r"[+]?[0-9][0-9 ()/.-]{5,}[0-9]"
RUN_OF_CAPITALS = r"\p{Lu}[\p{L}\p{M}\d'-]*(?:[ \t]+\p{Lu}[\p{L}\p{M}\d'-]*)+"


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedBy:
    """What names somebody who is forgotten in records that stay.

    words: texts that name nobody else.   names: full names, which others may bear.   lines: by header, the lines whose cell is an id
    of theirs and nothing else.   counted: the headers of numbers, times and truths, in which a word of digits is none of theirs.
    """

    words: frozenset[str] = frozenset()
    names: frozenset[str] = frozenset()
    lines: Mapping[str, frozenset[int]] = field(default_factory=dict)
    counted: frozenset[str] = frozenset()

    def cell(self, header: str) -> exp.Expr:
        """Return a cell without them."""
        told = call("without_words" if header in self.counted else "without_them", named(header))
        lines = self.lines.get(header)
        return choose([(exp.In(this=named(LINE), expressions=_numbers(lines)), nothing())], told) if lines else told


def strike(workspace: Workspace, file: TakenIn, raw: RawFile, forgotten: Forgotten) -> tuple[TakenIn, Forgotten]:
    """Rewrite a raw file without the records of forgotten people; return it, and them with the keys of what went with it."""
    manifest.check_raw(workspace, file)
    connection = opened(raw, workspace.staging)
    try:
        _prepare(connection, workspace, forgotten)
        lines, things = _struck(connection, raw)
        new = {forgotten.hash_of(thing) for thing in things} - forgotten.hashes
        if new:
            forgotten = forgotten.knowing(workspace, new)
        named_by = _named(connection, raw, forgotten)
        make(connection, "struck", _lines(lines))
        written = workspace.staging / f"{uuid4().hex}.struck"
        if not lines and not named_by.lines and not _mentions(connection, raw, named_by):
            return file, forgotten
        _rows_left(connection, raw, named_by).write_parquet(str(written), compression="zstd")
    finally:
        connection.close()
    return manifest.rewrite_raw(workspace, file, written, len(lines)), forgotten


def records_of(workspace: Workspace, raw: RawFile, forgotten: Forgotten) -> tuple[list[dict[str, object]], set[str]]:
    """Return the raw records that tell of somebody, as the file told them, and the things that they are."""
    connection = opened(raw, workspace.staging)
    try:
        _prepare(connection, workspace, forgotten)
        lines, things = _struck(connection, raw)
        make(connection, "struck", _lines(lines))
        rows = connection.table("raw_records").filter(sql(_is_struck()))
        return [dict(zip(rows.columns, row, strict=True)) for row in rows.fetchall()], things
    finally:
        connection.close()


def prepare(connection: DuckDBPyConnection, forgotten: Forgotten) -> None:
    """Make the macros that bring keys into one form and hash them, and the table of the hashes of forgotten people."""
    inner, outer = forgotten.pads()
    connection.execute("create table forgotten (hash varchar)")
    insert_rows(connection, "forgotten", [(one,) for one in sorted(forgotten.hashes)])
    connection.execute(Template(statements("strike.sql")).substitute(inner=inner, outer=outer))


def _prepare(connection: DuckDBPyConnection, workspace: Workspace, forgotten: Forgotten) -> None:
    prepare(connection, forgotten)
    connection.execute("create table known_record (node_key varchar)")
    path = registry_file(workspace)
    if path.exists():
        known = connection.read_parquet(exactly(path)).select(sql(named("node_key")))
        known.filter(sql(exp.not_(call("is_forgotten", named("node_key"))))).insert_into("known_record")


def _struck(connection: DuckDBPyConnection, raw: RawFile) -> tuple[set[int], set[str]]:
    """Return the lines to be taken out, and what they are; repeated while what was found has others hang on it."""
    lines = {line for (line,) in connection.execute(sql(_unread(raw))).fetchall()}
    things: set[str] = set()
    every = list(targets(raw))
    has_primary = any(target.block.primary for target in every)
    deciding = [target for target in every if target.block.primary or not has_primary]
    while True:
        before = len(things)
        for target in deciding:
            make_typed(connection, target)
            make(connection, "named_rows", _named_rows(target))
            found = connection.execute(statements("struck_lines.sql")).fetchall()
            lines |= {line for line, _ in found}
            fresh = {thing for _, thing in found if thing} - things
            connection.execute(sql(_hashed(fresh))) if fresh else None
            things |= fresh
        if len(things) == before or len(deciding) == 1:
            return lines, things


def _hashed(things: Iterable[str]) -> exp.Expr:
    hashes = exp.select(call("keyed", named("thing"))).from_(
        exp.values([(word(one),) for one in sorted(things)], alias="told", columns=["thing"])
    )
    return exp.insert(hashes, "forgotten")


def _unread(raw: RawFile) -> exp.Expr:
    """Select the lines that could not be read as a record and name somebody who is forgotten by an address or an id."""
    pieces = call("regexp_split_to_array", named(TEXT), word(r"""[,;\t|"{}\[\]]|": """))
    told = exp.select(named(LINE), called(call("trim", call("unnest", pieces)), "piece")).from_("raw_records")
    unread = told.where(exp.and_(is_told(named(PROBLEM)), is_told(named(TEXT)))).subquery("told")
    forms = (
        call("email_key", named("piece")),
        call("phone_key", named("piece")),
        call("id_key", word(raw.default_source), named("piece")),
    )
    return exp.select(named(LINE)).distinct().from_(unread).where(any_of([call("is_forgotten", form) for form in forms]))


def _named_rows(target: Target) -> exp.Expr:
    """Select, by line, what names the customer of a block's rows, what each is, and what it hangs on."""
    told = {column.name for column in target.entity.told}
    cells = {name: named(name) if name in told else nothing() for name in (*KEYS, "merged_into")}
    if target.entity.name != "customer_records":
        cells["merged_into"] = nothing()
    if target.entity.name == "stage_changes":
        is_customer = exp.EQ(this=named("subject_kind"), expression=word("customer"))
        cells["record_id"] = choose([(is_customer, named("subject_id"))])
    keys = [called(exp.cast(cell, "varchar"), name) for name, cell in cells.items()]
    thing, parent = called(_thing(target.entity), "thing"), called(_parent(target.entity), "parent")
    return exp.select(called(named(LINE), "line"), named("source"), *keys, thing, parent).from_("typed_rows")


def _thing(entity: Entity) -> exp.Expr:
    things = {parent for parent, _ in PARENTS.values()} | set(SUBJECTS.values())
    return _key_of(entity.name, named(entity.key[0])) if entity.name in things else nothing()


def _parent(entity: Entity) -> exp.Expr:
    if entity.name == "stage_changes":
        kinds = [
            (exp.EQ(this=named("subject_kind"), expression=word(kind)), _key_of(name, named("subject_id")))
            for kind, name in SUBJECTS.items()
        ]
        return choose(kinds)
    if entity.name not in PARENTS:
        return nothing()
    parent, column = PARENTS[entity.name]
    return _key_of(parent, named(column))


def _key_of(entity: str, key: exp.Expr) -> exp.Expr:
    text = exp.DPipe(this=word(f"{entity} "), expression=named("source"), safe=False)
    return exp.DPipe(this=exp.DPipe(this=text, expression=word(":"), safe=False), expression=key, safe=False)


def _named(connection: DuckDBPyConnection, raw: RawFile, forgotten: Forgotten) -> NamedBy:
    """Return what in the file names somebody who is forgotten."""
    words = {text for person in forgotten.pending for text in person.words}
    names = {text for person in forgotten.pending for text in person.names}
    cells = call("unnest", exp.Array(expressions=[named(header) for header in raw.reading.headers]))
    every = exp.select(called(cells, "cell")).from_("raw_records")
    cell = named("cell")
    addresses = call("unnest", call("regexp_extract_all", cell, word(ADDRESS)))
    words |= _hashed_in(connection, every, addresses, call("contains", cell, word("@")), "email_key")
    number = call("trim", cell)
    words |= _hashed_in(connection, every, number, call("regexp_full_match", number, word(NUMBER)), "phone_key")
    names |= _names_in(connection, every, forgotten)
    _make_without(connection, words, names)
    counted: set[str] = set()
    lines: dict[str, set[int]] = {}
    for target in targets(raw):
        for column, told in target.columns:
            if not column.is_text:
                counted |= headers_of(target, told)
        for header, found in _named_by_id(connection, target).items():
            lines.setdefault(header, set()).update(found)
    return NamedBy(
        words=frozenset(words),
        names=frozenset(names),
        lines={header: frozenset(found) for header, found in lines.items()},
        counted=frozenset(counted),
    )


def _names_in(connection: DuckDBPyConnection, every: exp.Select, forgotten: Forgotten) -> set[str]:
    """Return the full names of forgotten people that stand within the cells of a file."""
    runs = call("unnest", call("regexp_extract_all", named("cell"), word(RUN_OF_CAPITALS)))
    told = exp.select(called(runs, "run")).distinct().from_(every.subquery("every"))
    found = connection.execute(sql(told)).fetchall() if forgotten.hashes else []
    return {name for (run,) in found for name in forgotten.names_in(run)}


def _named_by_id(connection: DuckDBPyConnection, target: Target) -> dict[str, set[int]]:
    """Return, by header, the lines that name somebody by an id of theirs: in whose record somebody else is told of."""
    mentioned = [name for name in NAMES if name in target.block.columns and _is_somebody(target.entity, name)]
    if not mentioned:
        return {}
    make_typed(connection, target)
    found: dict[str, set[int]] = {}
    for name in mentioned:
        key = call("id_key", named("source"), exp.cast(named(name), "varchar"))
        told = exp.select(named(LINE)).distinct().from_("typed_rows").where(call("is_forgotten", key))
        lines = {line for (line,) in connection.execute(sql(told)).fetchall()}
        for header in headers_of(target, target.block.columns[name]) if lines else ():
            found.setdefault(header, set()).update(lines)
    return found


def _is_somebody(entity: Entity, name: str) -> bool:
    """Return whether a column names a customer: what a case was merged into is another case."""
    return entity.name == "customer_records" or name != "merged_into"


def headers_of(target: Target, cell: Cell) -> set[str]:
    """Return the headers of the file that a cell is made of."""
    trees = [text_of(cell, header) for header in expansions(target.block, target.header)]
    return {column.name for tree in trees for column in tree.find_all(exp.Column)} & set(target.raw.reading.headers)


def _hashed_in(connection: DuckDBPyConnection, every: exp.Select, token: exp.Expr, where: exp.Expr, form: str) -> set[str]:
    tokens = exp.select(called(token, "token")).distinct().from_(every.subquery("every")).where(where).subquery("tokens")
    found = exp.select(named("token")).from_(tokens).where(call("is_forgotten", call(form, named("token"))))
    return {text for (text,) in connection.execute(sql(found)).fetchall()}


def _make_without(connection: DuckDBPyConnection, words: set[str], names: set[str]) -> None:
    """Make the macros that take texts out of a cell: all of them, and of cells that count something only those with a letter."""
    connection.execute(_without("without_them", words, names))
    connection.execute(_without("without_words", {text for text in words if re.search("[^\\W\\d_]", text)}, names))


def _without(macro: str, words: set[str], names: set[str]) -> str:
    """Return the statement that makes a macro: a cell that holds nothing else is empty, but for a name, which others may bear."""
    told = exp.column("told")
    found = rf"(^|[^A-Za-z0-9._%+-])({_any_text(words | names)})([.]?(?:$|[^A-Za-z0-9_.-]))"
    made: exp.Expr = told
    for _ in range(2):  # two texts may share the sign between them
        made = call("regexp_replace", made, word(found), word(rf"\1{GONE}\3"), word("gi"))
    listed = [(words, nothing()), (names - words, told)]
    whole = [
        (call("regexp_full_match", call("trim", told), word(_any_text(texts)), word("i")), value)
        for texts, value in listed
        if texts
    ]
    body = choose(whole, made) if whole else told
    return f"create or replace macro {macro}(told) as {sql(body)}"


def _any_text(texts: set[str]) -> str:
    return "|".join(pattern_of(one.strip()) for one in sorted(texts, key=len, reverse=True))


def _mentions(connection: DuckDBPyConnection, raw: RawFile, named_by: NamedBy) -> bool:
    """Return whether any record would be written otherwise."""
    if not named_by.words and not named_by.names:
        return False
    changed = [exp.NullSafeNEQ(this=named(name), expression=named_by.cell(name)) for name in (*raw.reading.headers, TEXT)]
    found = exp.select(exp.Literal.number(1)).from_("raw_records").where(any_of(changed)).limit(1)
    return bool(connection.execute(sql(found)).fetchall())


def _rows_left(connection: DuckDBPyConnection, raw: RawFile, named_by: NamedBy) -> DuckDBPyRelation:
    columns = {name: named(name) for name in (LINE, *raw.reading.headers, PROBLEM, TEXT)}
    columns |= {name: named_by.cell(name) for name in (*raw.reading.headers, TEXT)}
    every = connection.read_parquet(exactly(raw.path))
    every.create_view("every_row", replace=True)
    rows = exp.select(*[called(cell, name) for name, cell in columns.items()]).from_("every_row")
    return connection.sql(sql(rows.where(exp.not_(_is_struck()))))


def _is_struck() -> exp.Expr:
    return exp.In(this=named(LINE), query=exp.select(named("line")).from_("struck").subquery())


def _lines(lines: Iterable[int]) -> exp.Expr:
    listed = exp.Array(expressions=_numbers(lines))
    return exp.select(called(call("unnest", exp.cast(listed, "bigint[]")), "line"))


def _numbers(lines: Iterable[int]) -> list[exp.Expr]:
    return [exp.Literal.number(line) for line in sorted(lines)]
