"""A metric's view: which rows of a fact count and what each is worth, checked before it reaches the database.

Everything here is built and checked as a syntax tree (sqlglot); no text is pasted.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Final

import sqlglot
from sqlglot import exp

from queries.dimension import AGENT
from queries.errors import DeclarationError, did_you_mean
from queries.nameless import COMPANY, NO_COMPANY, Pads, told_without_names
from queries.policy import CLOSED, Policy
from queries.redaction import LEFT_OUT

NOW: Final = "now"
FOREVER: Final = "9999-12-31"
FACT: Final = "fct_"
NUMBER: Final = "customer_no"
SMALLER_TEAMS: Final = "smaller teams"
MOST_KEPT: Final = 4096
MADE: Final = ("happened_at", "value", "is_identified")
SEGMENTED: Final = {"fct_customer_movement": "fct_segmented_movement"}
OF_ROWS: Final = {
    "case_events": ("cases", "case_id"),
    "order_lines": ("orders", "order_id"),
    "reported_promises": ("cases", "case_id"),
    "survey_answers": ("survey_responses", "response_id"),
}
"""The entities whose rows name a row that names its customer, and by which column: they are seen where that row is."""
OF_OTHERS: Final = {
    ("customers", "company_name"): ("account_id", exp.column("account_id", quoted=True)),
    ("fct_event", "subject"): ("subject", exp.null()),
    ("fct_referral", "because"): ("referrer_id", exp.Literal.string(f"recommended by {LEFT_OUT}")),
    ("fct_referral", "referrer_id"): ("referrer_id", exp.null()),
    ("fct_referral", "subject"): ("referrer_id", exp.null()),
}
"""The columns that tell of another customer than the row's own: which column says whom, and what is told where they are hidden."""

_ALLOWED: Final = (
    exp.Column, exp.Identifier, exp.Literal, exp.Boolean, exp.Null, exp.Paren, exp.And, exp.Or, exp.Not, exp.EQ, exp.NEQ,
    exp.GT, exp.GTE, exp.LT, exp.LTE, exp.Is, exp.In, exp.Between, exp.Like, exp.ILike, exp.Add, exp.Sub, exp.Mul, exp.Div,
    exp.Neg, exp.Case, exp.If, exp.Cast, exp.DataType, exp.DataTypeParam, exp.Coalesce, exp.Nullif, exp.Abs, exp.Least,
    exp.Greatest, exp.Round, exp.Floor, exp.Ceil, exp.Lower, exp.Upper, exp.Length, exp.Trim,
)  # fmt: skip
FUNCTIONS: Final = (
    "case", "cast", "coalesce", "nullif", "abs", "least", "greatest", "round", "floor", "ceil", "lower", "upper", "length", "trim",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Hidden:
    """What no figure tells of those who work here: the teams too small to be told apart, and agents unless they may be shown.

    pads: the key by which ids that are made of addresses are hashed, where people have no names.
    """

    teams: tuple[str, ...] = ()
    shows_agents: bool = False
    pads: Pads = ("", "")


@dataclass(frozen=True, slots=True, kw_only=True)
class ViewSpec:
    """The rows of `fact` for which `counts` holds, each worth `value`, dated by the column `dated_by`.

    "now" is undated: no period is asked of it, and `at` says which column a list shows as when.
    segmentation: of a fact that books movements between segments (SEGMENTED), the segmentation beside the workspace's own whose
    bookings are asked for.
    """

    metric_id: str
    fact: str
    counts: str = "true"
    value: str = "1"
    dated_by: str = NOW
    at: str = ""
    segmentation: str = ""

    @property
    def table(self) -> str:
        """The table that holds the fact's rows, in another segmentation's bookings where one is asked for."""
        return SEGMENTED[self.fact] if self.segmentation else self.fact

    @property
    def moment(self) -> str:
        """The column that becomes happened_at, empty when there is none."""
        return self.at if self.dated_by == NOW else self.dated_by

    @property
    def name(self) -> str:
        """The view's name, which no fact's begins like; a metric asked of several facts, or dated otherwise, has one for each."""
        name = f"metric_{self.metric_id}_of_{self.fact}_by_{self.dated_by}"
        return f"{name}:{self.segmentation}" if self.segmentation else name


def problems_of(spec: ViewSpec, columns: Sequence[str]) -> list[DeclarationError]:
    """Returns what is wrong with a specification, given the columns that the fact has."""
    problems: list[DeclarationError] = []
    for part, text in (("counts", spec.counts), ("value", spec.value)):
        try:
            _checked(spec, part, text, columns)
        except DeclarationError as error:
            problems.append(error)
    if spec.moment and spec.moment not in columns:
        problems.append(_no_column(spec, "at" if spec.dated_by == NOW else "dated_by", spec.moment, columns))
    return problems


def view_statement(spec: ViewSpec, schema: str, columns: Sequence[str]) -> str:
    """Returns the statement that makes the metric's view in a schema; raises DeclarationError."""
    return _create(spec.name, schema, view_query(spec, columns, schema))


def view_query(spec: ViewSpec, columns: Sequence[str], schema: str = "") -> exp.Select:
    """Returns the query behind a metric's view: the fact's columns with happened_at, value, is_identified and a customer_no."""
    for problem in problems_of(spec, columns):
        raise problem
    kept: list[exp.Expr] = [exp.column(name, quoted=True) for name in columns if name not in MADE]
    if "customer_id" in columns and NUMBER not in columns:
        kept.append(_number(columns))
    query = (
        exp.select(*kept, _dated(spec), _worth(spec, columns), _identified(columns))
        .from_(exp.table_(spec.table, db=schema or None))
        .where(_checked(spec, "counts", spec.counts, columns))
    )
    return query.where(exp.column("segmentation").eq(exp.Literal.string(spec.segmentation))) if spec.segmentation else query


@cache
def selection_query(name: str, allowed: tuple[tuple[str, int], ...], lists: tuple[str, ...], split: tuple[str, ...]) -> str:
    """Returns the query of a view's rows, narrowed, with the columns of `split` as split_1 and split_2.

    allowed: of how many values each column may be one; the values are the parameters that `allowed_name` names.
    lists: tables of customers that its rows' customers must be in.
    """
    query = exp.select(exp.Star()).from_(exp.table_(name, quoted=True))
    for place, column in enumerate((*split, *[""] * (2 - len(split))), start=1):
        told = exp.column(column, quoted=True) if column else exp.Literal.string("")
        query = query.select(exp.alias_(exp.cast(told, "VARCHAR"), f"split_{place}"))
    for table in lists:
        query = query.where(exp.column("customer_id").isin(query=exp.select("customer_id").from_(exp.table_(table, quoted=True))))
    for place, (column, count) in enumerate(allowed):
        values = [exp.Parameter(this=exp.var(allowed_name(place, number))) for number in range(count)]
        query = query.where(exp.column(column, quoted=True).isin(*values) if values else exp.false())
    return query.sql("duckdb")


def allowed_name(place: int, number: int) -> str:
    """Returns the name of the parameter that binds a value of a selection, by the place of its column and its own."""
    return f"allowed_{place}_{number}"


def readable_query(spec: ViewSpec, columns: Sequence[str], shown: Iterable[str]) -> str:
    """Returns the query behind a metric's view with some of its columns, for a person to read."""
    query = view_query(spec, columns)
    query.set("expressions", [one for one in query.expressions if one.alias_or_name in (*MADE, *shown)])
    for name in query.find_all(exp.Identifier):
        name.set("quoted", False)
    text = query.sql("duckdb", pretty=True, comments=False)
    for token in sqlglot.tokenize(text, read="duckdb"):
        if token.token_type.name != "STRING":
            text = text[: token.start] + text[token.start : token.end + 1].lower() + text[token.end + 1 :]
    return text


def policy_statements(
    policy: Policy, tables: Mapping[str, Sequence[str]], keyed: Iterable[str], segmentation: str, hidden: Hidden
) -> list[str]:
    """Returns the statements that make a policy's schema: one view per table of the snapshot, with the policy's filter.

    tables: columns by table.   keyed: the entities whose rows customer_of resolves to a customer.   hidden: what facts tell of nobody.
    """
    schema = exp.Create(this=exp.Table(db=exp.to_identifier(policy.key)), kind="SCHEMA").sql("duckdb")
    known = frozenset(keyed)
    ordered = sorted(tables, key=lambda table: (table in OF_ROWS, table))  # a view is made after those that it reads
    views = [_policy_view(policy, table, tuple(tables[table]), known, segmentation, hidden) for table in ordered]
    return [schema, *views]


@lru_cache(maxsize=MOST_KEPT)
def _policy_view(
    policy: Policy, table: str, columns: tuple[str, ...], keyed: frozenset[str], segmentation: str, hidden: Hidden
) -> str:
    """Returns the statement of one view, written once per process: the next snapshot's tables are those of the last, nearly always."""
    return _create(table, policy.key, _policy_query(policy, table, columns, keyed, segmentation, hidden))


def _create(name: str, schema: str, query: exp.Select) -> str:
    return exp.Create(this=exp.table_(name, db=schema, quoted=True), kind="VIEW", replace=True, expression=query).sql("duckdb")


def _policy_query(
    policy: Policy, table: str, columns: Sequence[str], keyed: frozenset[str], segmentation: str, hidden: Hidden
) -> exp.Select:
    told = [_told(table, name, hidden) if policy.names else _nameless(table, name, columns, hidden) for name in columns]
    if policy.is_limited:
        told = [_without_others(policy, table, name, one, segmentation) for name, one in zip(columns, told, strict=True)]
    query = exp.select(*told).from_(_snap(table))
    for condition in _conditions(policy, table, columns, keyed, segmentation):
        query = query.where(condition)
    return query


def _told(table: str, name: str, hidden: Hidden) -> exp.Expr:
    """Returns a column as a policy's view tells it: small teams together, and no agent unless they may be shown."""
    column = exp.column(name, quoted=True)
    if table.startswith(FACT) and name == AGENT:
        known = exp.func("coalesce", column, exp.Literal.string("unknown"))
        return exp.alias_(known if hidden.shows_agents else exp.cast(exp.null(), "VARCHAR"), name, quoted=True)
    if table.startswith(FACT) and name == "team" and hidden.teams:
        together = exp.case().when(_among("team", hidden.teams), exp.Literal.string(SMALLER_TEAMS)).else_(column)
        return exp.alias_(together, name, quoted=True)
    return column


def _nameless(table: str, name: str, columns: Sequence[str], hidden: Hidden) -> exp.Expr:
    found = told_without_names(table, name, columns, hidden.pads)
    return _told(table, name, hidden) if found is None else exp.alias_(found, name, quoted=True)


def _without_others(policy: Policy, table: str, name: str, told: exp.Expr, segmentation: str) -> exp.Expr:
    """Returns a column as it is told, but of no other customer whom the policy hides; a company is told by its id then."""
    is_company = table.startswith(FACT) and name == COMPANY
    by, instead = OF_OTHERS.get(("customers", "company_name") if is_company else (table, name), ("", exp.null()))
    if not by:
        return told
    no_company = exp.column(name, table=table, quoted=True).isin(*map(exp.Literal.string, NO_COMPANY))
    is_hidden = exp.column(by, table=table, quoted=True).isin(query=_hidden_customers(policy, segmentation))
    case = exp.case().when(exp.and_(is_hidden, no_company.not_()) if is_company else is_hidden, instead.copy())
    return exp.alias_(case.else_(told.unalias()), name, quoted=True)


def _hidden_customers(policy: Policy, segmentation: str) -> exp.Select:
    """Return the customers whose own record a policy does not show: all of them to somebody who is limited by team."""
    customers = exp.select("customer_id").from_(_snap("customers"))
    if policy.teams is not None:
        return customers
    seen = (exp.column("customer_id").isin(query=one) for one in _allowed_customers(policy, segmentation))
    return customers.where(exp.and_(*seen).not_())


def _conditions(policy: Policy, table: str, columns: Sequence[str], keyed: frozenset[str], segmentation: str) -> list[exp.Expr]:
    if not policy.is_limited:
        return []
    if table in OF_ROWS:
        return [_of_row(policy, table)]
    of_people = "customer_id" in columns or table in keyed
    if table in CLOSED or (policy.teams is not None and of_people and "team" not in columns):
        return [exp.false()]
    found: list[exp.Expr] = []
    if policy.teams is not None and "team" in columns:
        found.append(_among("team", policy.teams, table))
    if of_people:
        found += [_of(table, columns, allowed) for allowed in _allowed_customers(policy, segmentation)]
    return found


def _allowed_customers(policy: Policy, segmentation: str) -> list[exp.Select]:
    allowed = []
    if policy.regions is not None:
        allowed.append(exp.select("customer_id").from_(_snap("customers")).where(_among("region", policy.regions)))
    if policy.segments is not None:
        current = exp.select("customer_id").from_(_snap("segment_membership")).where(_among("segment", policy.segments))
        current = current.where(exp.column("segmentation").eq(exp.Literal.string(segmentation)))
        current = current.where(exp.column("until_day").eq(exp.cast(exp.Literal.string(FOREVER), "DATE")))
        accounts = exp.column("account_id").isin(query=current)
        allowed.append(exp.select("customer_id").from_(_snap("customers")).where(accounts))
    return allowed


def _of(table: str, columns: Sequence[str], allowed: exp.Select) -> exp.Expr:
    if "customer_id" in columns:
        return exp.column("customer_id").isin(query=allowed)
    rows = exp.select("row_id").from_(_snap("customer_of")).where(exp.column("entity").eq(exp.Literal.string(table)))
    return exp.column("row_id", table=table, quoted=True).isin(query=rows.where(exp.column("customer_id").isin(query=allowed)))


def _of_row(policy: Policy, table: str) -> exp.Expr:
    """Return that the row which a row names may be seen itself."""
    other, key = OF_ROWS[table]
    seen = exp.select("source", key).from_(exp.table_(other, db=policy.key, quoted=True))
    return exp.In(
        this=exp.Tuple(expressions=[exp.column(one, table=table, quoted=True) for one in ("source", key)]), query=seen.subquery()
    )


def _among(column: str, values: Iterable[str], table: str = "") -> exp.Expr:
    listed = [exp.Literal.string(value) for value in sorted(values)]
    return exp.column(column, table=table or None, quoted=True).isin(*listed) if listed else exp.false()


def _snap(table: str) -> exp.Table:
    return exp.table_(table, db="main", catalog="snap", quoted=True)


def _dated(spec: ViewSpec) -> exp.Expr:
    moment = exp.column(spec.moment, quoted=True) if spec.moment else exp.null()
    return exp.alias_(exp.cast(moment, "TIMESTAMP"), "happened_at")


def _worth(spec: ViewSpec, columns: Sequence[str]) -> exp.Expr:
    return exp.alias_(exp.cast(_checked(spec, "value", spec.value, columns), "DOUBLE"), "value")


def _identified(columns: Sequence[str]) -> exp.Expr:
    return exp.alias_(_is_known(columns), "is_identified")


def _is_known(columns: Sequence[str]) -> exp.Expr:
    return exp.column("customer_kind").neq(exp.Literal.string("unidentified")) if "customer_kind" in columns else exp.true()


def _number(columns: Sequence[str]) -> exp.Expr:
    """Return 63 bits of a hash of the customer, for a fact that knows no number of theirs; negative where nobody knows who it is."""
    customer = exp.column("customer_id")
    hashed = exp.cast(exp.BitwiseRightShift(this=exp.func("hash", customer), expression=exp.Literal.number(1)), "BIGINT")
    known = exp.and_(_is_known(columns), customer.copy().is_(exp.null()).not_())
    return exp.alias_(exp.case().when(known, hashed).else_(exp.Neg(this=hashed.copy())), NUMBER)


def _checked(spec: ViewSpec, part: str, text: str, columns: Sequence[str]) -> exp.Expr:
    where = f"definition {spec.metric_id}"
    try:
        trees = sqlglot.parse(text, read="duckdb")
    except (sqlglot.errors.SqlglotError, RecursionError):
        raise DeclarationError(f'{part} = "{text[:200]}" cannot be read', where=where, instead="Write one expression") from None
    if len(trees) != 1 or trees[0] is None:
        raise DeclarationError(f'{part} = "{text}" is not one expression', where=where, instead="Write one expression")
    for node in trees[0].walk():
        if isinstance(node, exp.Column) and (node.args.get("table") or node.name not in columns):
            raise _no_column(spec, part, node.sql("duckdb"), columns)
        if not isinstance(node, _ALLOWED):
            instead = f"Columns, comparisons and these may be used: {', '.join(FUNCTIONS)}"
            raise DeclarationError(f'{part} uses "{node.sql("duckdb")}", which is not allowed', where=where, instead=instead)
    return trees[0]


def _no_column(spec: ViewSpec, part: str, name: str, columns: Sequence[str]) -> DeclarationError:
    return DeclarationError(
        f"{part} names column '{name}' which {spec.fact} doesn't have",
        where=f"definition {spec.metric_id}",
        instead=did_you_mean(name, columns).replace('"', "'"),
    )
