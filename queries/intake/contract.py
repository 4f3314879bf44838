"""The eighteen entities as their SQL files declare them: columns, types, keys, and the rules every row must keep."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import sqlglot
from sqlglot import exp

from queries.intake.database import connect

FOLDER = Path(__file__).parents[1] / "entities"
MADE = ("row_id", "source", "source_file", "source_line")

# What only says that something lies ahead: it never tells how far a source knows.
AHEAD = frozenset({"due_at", "ends_on", "starts_on", "effective_at"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column of an entity; `allowed` lists the words it takes, empty when any word will do."""

    name: str
    type: str
    required: bool
    comment: str
    allowed: tuple[str, ...] = ()

    @property
    def is_text(self) -> bool:
        """True when the column holds words."""
        return self.type == "VARCHAR"

    @property
    def is_number(self) -> bool:
        """True when the column holds a number."""
        return not self.is_text and not self.is_time and self.type != "BOOLEAN"

    @property
    def is_time(self) -> bool:
        """True when the column holds a moment or a day."""
        return self.type in ("TIMESTAMP", "DATE")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A condition that no row may break, the column it is told under, and the sentence that says so."""

    column: str
    condition: exp.Expr
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Entity:
    """One entity: what its CREATE TABLE and its header say; `absent` is what a file tells that has no such column at all."""

    name: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    dated_by: str
    rules: tuple[Rule, ...]
    absent: Mapping[str, str] = field(default_factory=dict)

    @property
    def told(self) -> tuple[Column, ...]:
        """The columns that a source tells; the others are made by the intake."""
        return tuple(column for column in self.columns if column.name not in MADE)

    @property
    def required(self) -> tuple[str, ...]:
        """The columns without which no row can be taken in."""
        return tuple(column.name for column in self.told if column.required)

    def needed(self, *, adds: bool, of: str = "") -> tuple[str, ...]:
        """Return the columns without which no row is taken in; of a row that only adds to others, what these are known by."""
        if of:
            return (of,)
        return tuple(name for name in self.key if name in self.required or len(self.key) == 1) if adds else self.required

    @property
    def bound(self) -> frozenset[str]:
        """The columns that a rule judges together with others."""
        judged = [{column.name for column in rule.condition.find_all(exp.Column)} for rule in self.rules]
        return frozenset(name for names in judged if len(names) > 1 for name in names)

    def column(self, name: str) -> Column:
        """Return one column by name."""
        return next(column for column in self.columns if column.name == name)

    @property
    def moments(self) -> tuple[str, ...]:
        """The columns that tell when something happened, as opposed to when something is due."""
        return tuple(c.name for c in self.told if c.type == "TIMESTAMP" and c.name not in AHEAD)


@cache
def contract() -> Mapping[str, Entity]:
    """Return every entity by name, read back from the database that ran the CREATE TABLE files."""
    connection = connect(threads=1)
    headers = {path.stem: path.read_text(encoding="utf-8") for path in sorted(FOLDER.glob("*.sql"))}
    for text in headers.values():
        connection.execute(text)
    columns = connection.execute((Path(__file__).parent / "contract_columns.sql").read_text(encoding="utf-8")).fetchall()
    checks = connection.execute((Path(__file__).parent / "contract_checks.sql").read_text(encoding="utf-8")).fetchall()
    connection.close()
    return {name: _entity(name, text, columns, checks) for name, text in headers.items()}


def _entity(name: str, header: str, columns: list[tuple[str, ...]], checks: list[tuple[str, ...]]) -> Entity:
    comments = {column: comment for table, column, _, _, comment in columns if table == name}
    sentences = _sentences(header)
    rules = tuple(_rule(names, expression, comments, sentences) for table, expression, names in checks if table == name)
    allowed = {rule.column: words for rule in rules if (words := tuple(_words(rule.condition)))}
    return Entity(
        name=name,
        columns=tuple(
            Column(name=column, type=kind, required=not nullable, comment=comment, allowed=allowed.get(column, ()))
            for table, column, kind, nullable, comment in columns
            if table == name
        ),
        key=_told(header, "key"),
        dated_by=next(iter(_told(header, "dated by")), ""),
        rules=rules,
        absent=dict(told.split(" ", 1) for told in _told(header, "absent")),
    )


def _rule(names: list[str] | str, expression: str, comments: Mapping[str, str], sentences: Mapping[str, str]) -> Rule:
    condition = sqlglot.parse_one(expression, dialect="duckdb").unnest()
    of_one_column = len(set(names)) == 1
    must_hold = "" if of_one_column else f" Must hold: {condition.sql(dialect='duckdb').lower()}."
    reason = sentences.get(_bare(condition.sql(dialect="duckdb")), comments[names[0]] + must_hold)
    return Rule(column=names[0], condition=condition, reason=reason)


def _sentences(statement: str) -> Mapping[str, str]:
    """Return what is said of a row that breaks a check, by the check, where a sentence stands in the line above it."""
    found = re.findall(r"^ +-- (.+)\n +check \((.+)\),?$", statement, re.MULTILINE)
    told = [(sqlglot.parse_one(condition, dialect="duckdb").sql(dialect="duckdb"), sentence) for sentence, condition in found]
    return {_bare(condition): sentence for condition, sentence in told}


def _bare(condition: str) -> str:
    """Return a condition's words alone: however its brackets and spaces are written."""
    return re.sub(r"[\s()]+", "", condition.lower())


def _words(condition: exp.Expr) -> Iterator[str]:
    listed = condition.find(exp.In)
    if listed is not None and isinstance(listed.this, exp.Column):
        yield from (str(word.this) for word in listed.expressions)


def _told(header: str, what: str) -> tuple[str, ...]:
    found = re.search(rf"^-- {what}:\s+(.+)$", header, re.MULTILINE)
    names = [name.strip() for name in found.group(1).split(",")] if found else []
    return tuple(name for name in names if name != "none")
