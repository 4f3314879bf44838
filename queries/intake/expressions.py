"""Small pieces of SQL as syntax trees: names are quoted and words are literals, so nothing a file says is ever run."""

from collections.abc import Iterable, Sequence

from sqlglot import exp

DIALECT = "duckdb"


def named(name: str) -> exp.Expr:
    """Return a column by its exact name."""
    return exp.column(name, quoted=True)


def word(text: str) -> exp.Expr:
    """Return a text as a literal."""
    return exp.Literal.string(text)


def nothing(kind: str = "varchar") -> exp.Expr:
    """Return a null of a type."""
    return exp.cast(exp.null(), kind)


def is_object(value: exp.Expr) -> exp.Expr:
    """Return whether a text is a JSON object."""
    return choose([(call("json_valid", value), exp.EQ(this=call("json_type", value), expression=word("OBJECT")))], exp.false())


def call(function: str, *values: exp.Expr) -> exp.Expr:
    """Return a call of a function or macro, by exactly this name."""
    return exp.Anonymous(this=function, expressions=[value.copy() for value in values])


def first_of(values: Sequence[exp.Expr]) -> exp.Expr:
    """Return the first of some values that is not null."""
    if not values:
        return nothing()
    return values[0] if len(values) == 1 else call("coalesce", *values)


def choose(cases: Iterable[tuple[exp.Expr, exp.Expr]], otherwise: exp.Expr | None = None) -> exp.Expr:
    """Return the value of the first condition that holds."""
    ifs = [exp.If(this=condition.copy(), true=value.copy()) for condition, value in cases]
    if not ifs:
        return otherwise if otherwise is not None else nothing()
    return exp.Case(ifs=ifs, default=otherwise.copy() if otherwise is not None else None)


def is_null(value: exp.Expr) -> exp.Expr:
    """Return whether a value is null."""
    return exp.Is(this=value.copy(), expression=exp.null())


def is_told(value: exp.Expr) -> exp.Expr:
    """Return whether a value is not null."""
    return exp.not_(is_null(value))


def is_false(condition: exp.Expr) -> exp.Expr:
    """Return whether a condition is broken: one that cannot be judged is not."""
    return exp.Is(this=exp.paren(condition.copy()), expression=exp.false())


def is_one_of(value: exp.Expr, words: Iterable[str]) -> exp.Expr:
    """Return whether a value is one of some words."""
    return exp.In(this=value.copy(), expressions=[word(one) for one in words])


def all_of(conditions: Sequence[exp.Expr]) -> exp.Expr:
    """Return whether all conditions hold."""
    return exp.and_(*[condition.copy() for condition in conditions]) if conditions else exp.true()


def any_of(conditions: Sequence[exp.Expr]) -> exp.Expr:
    """Return whether one of the conditions holds."""
    return exp.or_(*[condition.copy() for condition in conditions]) if conditions else exp.false()


def called(value: exp.Expr, name: str) -> exp.Expr:
    """Return a value under a name."""
    return exp.alias_(value, name, quoted=True)


def sql(tree: exp.Expr) -> str:
    """Return a tree as text for the database."""
    return tree.sql(dialect=DIALECT, normalize_functions=False)
