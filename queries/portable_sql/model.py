"""One SQL file as the rules see it: its text, its tokens, its tree, and where in the file each part stands."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TypeVar

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError
from sqlglot.tokenizer_core import Token

Kind = TypeVar("Kind", bound=exp.Expr)


@dataclass(frozen=True, slots=True, kw_only=True)
class Breach:
    """One line of one file that breaks one rule, and what to write instead."""

    file: str
    line: int
    rule: str
    sentence: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.rule}: {self.sentence}"


class Unparsable(ValueError):
    """sqlglot cannot read the file. Carries the file, the line and the parser's own words."""

    def __init__(self, file: str, line: int, words: str) -> None:
        self.breach = Breach(file=file, line=line, rule="unparsable", sentence=words)
        super().__init__(str(self.breach))


@dataclass(frozen=True, kw_only=True)
class Sql:
    """A parsed file. `known` holds the columns of the tables that it may read, as far as they are known."""

    file: str
    text: str
    tokens: tuple[Token, ...]
    trees: tuple[exp.Expr, ...]
    known: Mapping[str, frozenset[str]]

    def find(self, *kinds: type[Kind]) -> Iterator[Kind]:
        """Every node of these kinds, in the order of the file."""
        for tree in self.trees:
            yield from tree.find_all(*kinds, bfs=False)

    @cached_property
    def ctes(self) -> Mapping[str, frozenset[str]]:
        """The columns of each common table expression; empty where a star hides them."""
        return {cte.alias: columns_of(cte.this) for cte in self.find(exp.CTE)}


def read(file: str, text: str, known: Mapping[str, frozenset[str]] | None = None) -> Sql:
    """Parse one file. Raises Unparsable."""
    dialect = sqlglot.Dialect.get_or_raise("duckdb")
    try:
        tokens = tuple(dialect.tokenize(text))
        trees = tuple(tree for tree in dialect.parse(text) if tree is not None)
    except SqlglotError as problem:
        raise Unparsable(file, _line_of_error(problem), f"sqlglot cannot parse it: {_first_words(problem)}") from problem
    return Sql(file=file, text=text, tokens=tokens, trees=trees, known=known or {})


def line_of(node: exp.Expr) -> int:
    """The line a node begins on: the first position known in it, else that of the nearest node around it."""
    around: exp.Expr | None = node
    while around is not None:
        lines = [inner.meta["line"] for inner in around.walk() if "line" in inner.meta]
        if lines:
            return int(min(lines))
        around = around.parent
    return 1


def columns_of(query: exp.Expr) -> frozenset[str]:
    """The columns that a query gives; empty when a star hides them."""
    if not isinstance(query, exp.Query) or isinstance(query, exp.Pivot) or _has_star(query):
        return frozenset()
    return frozenset(query.named_selects)


def tables_known(models: Iterable[tuple[Path, str]], declared: Iterable[tuple[Path, str]]) -> dict[str, frozenset[str]]:
    """The columns of every declared table and of every model whose select list says them."""
    known: dict[str, frozenset[str]] = {}
    for _, text in declared:
        for tree in sqlglot.parse(text, read="duckdb"):
            if isinstance(tree, exp.Create) and isinstance(tree.this, exp.Schema):
                columns = [column.name for column in tree.this.expressions if isinstance(column, exp.ColumnDef)]
                known[tree.this.this.name] = frozenset(columns)
    for path, text in models:
        try:
            known[path.stem] = columns_of(sqlglot.parse_one(text, read="duckdb"))
        except SqlglotError:
            known[path.stem] = frozenset()
    return known


def _has_star(query: exp.Query) -> bool:
    return any(isinstance(column, exp.Star) or getattr(column, "is_star", False) for column in query.selects)


def _line_of_error(problem: SqlglotError) -> int:
    errors = getattr(problem, "errors", None) or [{}]
    return int(errors[0].get("line") or 1)


def _first_words(problem: SqlglotError) -> str:
    errors = getattr(problem, "errors", None) or [{}]
    return str(errors[0].get("description") or problem).splitlines()[0]
