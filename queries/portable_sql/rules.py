"""The rules, one function each. A rule takes a parsed file and gives the breaches it finds.

Models (identity, facts) may run on another engine than DuckDB, so they keep to what both engines read alike.
Figures never leave DuckDB and may say what they like there, but never reach past the policy views.
"""

from collections.abc import Callable, Iterable, Iterator

from sqlglot import exp
from sqlglot.tokenizer_core import Token, TokenType

from queries.portable_sql.model import Breach, Kind, Sql, columns_of, line_of

Rule = Callable[[Sql], Iterable[Breach]]

# Words that may stand before a bracket without being a function.
NOT_FUNCTIONS = frozenset(
    "all and any as between by case cross decimal distinct else except exists filter from having in intersect interval is"
    " join like limit not null numeric on or order over partition qualify select then union using values varchar when where"
    " with".split()
)
# Functions that DuckDB and Spark read alike, or that the rewrite for Spark is known to get right.
FUNCTIONS = frozenset(
    "abs avg bool_and bool_or cast ceil coalesce concat_ws count date_diff date_trunc dense_rank exp extract first_value floor"
    " greatest lag last_value lead least length ln lower ltrim max md5 median min nullif power quantile_cont rank regexp_extract"
    " replace row_number rtrim sign sqrt string_agg substr substring sum trim try_cast upper".split()
)
INSTEAD = {
    "any_value": "say which one: row_number() over a total order, then the first",
    "arg_max": "say which one at a tie: row_number() over a total order, then the first",
    "arg_min": "say which one at a tie: row_number() over a total order, then the first",
    "array_agg": "use string_agg(x, ' > ' order by t, id)",
    "concat": "use ||; engines differ on a missing part",
    "date_add": "write an interval: a + interval '30 days'",
    "date_part": "use extract(year|month|hour|minute from x)",
    "datediff": "use date_diff('day', a, b) on dates",
    "epoch": "use date_diff('second', timestamp '1970-01-01', date_trunc('second', t))",
    "first": "say which one: first_value(x) over a total order",
    "generate_series": "the calendar is a table: join local_day",
    "if": "use case when … then … else … end",
    "ifnull": "use coalesce",
    "isodow": "join local_day",
    "dayofweek": "join local_day",
    "last": "say which one: last_value(x) over a total order",
    "list": "use string_agg(x, ' > ' order by t, id)",
    "max_by": "say which one at a tie: row_number() over a total order, then the first",
    "min_by": "say which one at a tie: row_number() over a total order, then the first",
    "mode": "count, then row_number() over a total order",
    "now": "use as_of of entity_as_of",
    "range": "the calendar is a table: join local_day",
    "regexp_matches": "use like, or regexp_extract(x, p, 1) <> ''",
    "round": "use cast(floor(x + 0.5) as bigint)",
    "strftime": "take the parts with extract, or join local_day",
    "strptime": "times are read by the intake; a model gets timestamps",
    "to_timestamp": "add an interval to a timestamp",
    "today": "use as_of of entity_as_of",
    "unnest": "join a table with one row per part",
}
TYPES = frozenset(
    {
        exp.DType.VARCHAR,
        exp.DType.TEXT,
        exp.DType.BIGINT,
        exp.DType.INT,
        exp.DType.SMALLINT,
        exp.DType.TINYINT,
        exp.DType.DOUBLE,
        exp.DType.DECIMAL,
        exp.DType.BOOLEAN,
        exp.DType.DATE,
        exp.DType.TIMESTAMP,
        exp.DType.TIMESTAMPNTZ,
    }
)
NEEDS_ORDER = (exp.RowNumber, exp.Lag, exp.Lead, exp.FirstValue, exp.LastValue, exp.NthValue, exp.Ntile)
ASKS_THE_CLOCK = frozenset(
    {"now", "today", "current_date", "current_time", "current_timestamp", "localtime", "localtimestamp", "get_current_timestamp"}
)


def breaches_of_sql(sql: Sql) -> list[Breach]:
    """What no SQL file of any kind may do."""
    return _ask(sql, [nothing_asks_the_clock])


def breaches_of_figure(sql: Sql) -> list[Breach]:
    """What a figure may not do, beside the rules for every file."""
    return _ask(sql, [figures_never_name_the_snapshot])


def breaches_of_model(sql: Sql) -> list[Breach]:
    """What a model of identity or facts may not do, beside the rules for every file."""
    return _ask(sql, MODEL_RULES)


def _ask(sql: Sql, rules: Iterable[Rule]) -> list[Breach]:
    found = {breach for rule in rules for breach in rule(sql)}
    return sorted(found, key=lambda breach: (breach.line, breach.rule, breach.sentence))


# ── every file ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def nothing_asks_the_clock(sql: Sql) -> Iterator[Breach]:
    tokens = sql.tokens
    for at, token in enumerate(tokens):
        word = token.text.lower()
        is_call = at + 1 < len(tokens) and tokens[at + 1].token_type == TokenType.L_PAREN
        is_bare = word.startswith(("current_", "local")) and not (at and tokens[at - 1].token_type == TokenType.DOT)
        if token.token_type != TokenType.STRING and word in ASKS_THE_CLOCK and (is_call or is_bare):
            yield _at(sql, token.line, "no clock", f"{word} asks the machine's clock. Use as_of, which the data says.")


def figures_never_name_the_snapshot(sql: Sql) -> Iterator[Breach]:
    for token in sql.tokens:
        if token.text.lower() == "snap" or (token.token_type == TokenType.STRING and token.text.lower().startswith("snap.")):
            yield _at(
                sql, token.line, "behind the policy", "snap goes round the policy. Read the view of the same name without it."
            )


# ── models ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def a_model_is_one_query(sql: Sql) -> Iterator[Breach]:
    if len(sql.trees) != 1 or not isinstance(sql.trees[0], exp.Query):
        yield _at(sql, 1, "one query", "a model is one select; the build makes the table from it.")


def columns_are_named(sql: Sql) -> Iterator[Breach]:
    for select in sql.find(exp.Select):
        for column in select.expressions:
            if isinstance(column, exp.Star) or (isinstance(column, exp.Column) and isinstance(column.this, exp.Star)):
                yield _in(sql, column, "explicit columns", "name the columns instead of *.")
    for columns in sql.find(exp.Columns):
        yield _in(sql, columns, "explicit columns", "name the columns instead of columns(…).")


def grouping_names_its_columns(sql: Sql) -> Iterator[Breach]:
    for group in sql.find(exp.Group):
        if group.args.get("all"):
            yield _in(sql, group, "no group by all", "list the columns that you group by.")
    for order in sql.find(exp.Order):
        if any(part.name.lower() == "all" and isinstance(part, exp.Column | exp.Var) for part in _keys(order)):
            yield _in(sql, order, "no order by all", "list the columns that you order by.")


def select_comes_first(sql: Sql) -> Iterator[Breach]:
    opens = {TokenType.L_PAREN, TokenType.UNION, TokenType.SEMICOLON, TokenType.ALL, TokenType.R_PAREN}
    for at, token in enumerate(sql.tokens):
        if token.token_type == TokenType.FROM and not _is_part_of_call(sql.tokens, at):
            before = sql.tokens[at - 1].token_type if at else TokenType.SEMICOLON
            if before in opens and not _closes_a_select(sql.tokens, at):
                yield _at(sql, token.line, "select first", "begin with select, then from.")


def aliases_are_used_outside_only(sql: Sql) -> Iterator[Breach]:
    """A name made in a select list is not used again in the same select (ORDER BY may)."""
    for select in sql.find(exp.Select):
        made = {column.alias for column in select.expressions if isinstance(column, exp.Alias)}
        columns, is_complete = _columns_at_hand(sql, select)
        for column in _columns_of_its_own(select):
            name = column.name
            if name in made and not column.table and name not in columns and (is_complete or not _is_from_itself(select, name)):
                sentence = f"{name} is made in this select; use it in a select around it, or write the expression again."
                yield _in(sql, column, "no alias reuse", sentence)


def joins_and_sets_are_plain(sql: Sql) -> Iterator[Breach]:
    for pivot in sql.find(exp.Pivot):
        word, instead = ("unpivot", "union all") if pivot.args.get("unpivot") else ("pivot", "sum(case when … end)")
        yield _in(sql, pivot, f"no {word}", f"use {instead}.")
    for join in sql.find(exp.Join):
        kind = " ".join(str(join.args.get(part) or "") for part in ("method", "kind", "side")).lower()
        if "asof" in kind or "positional" in kind or "natural" in kind:
            yield _in(sql, join, "no asof", "make intervals with lead() and join on the range, or use an ordered window.")
    for distinct in sql.find(exp.Distinct):
        if distinct.args.get("on"):
            yield _in(sql, distinct, "no distinct on", "use row_number() over (partition by … order by …) and keep the first.")


def values_are_scalars(sql: Sql) -> Iterator[Breach]:
    nested = (
        exp.Array,
        exp.Struct,
        exp.Map,
        exp.Bracket,
        exp.ArrayAgg,
        exp.Unnest,
        exp.Lambda,
        exp.JSONExtract,
        exp.JSONExtractScalar,
    )
    for node in sql.find(*nested):
        instead = "a column or a row for each part; paths by string_agg(x, ' > ' order by t, id)."
        yield _in(sql, node, "scalars only", f"no lists, structs, maps or subscripts: {instead}")
    for cast in sql.find(exp.Cast, exp.TryCast):
        kind = cast.to
        if kind.this not in TYPES:
            sentence = (
                f"{kind.sql('duckdb').lower()} differs between engines. Use varchar, bigint, double, decimal, date, timestamp."
            )
            yield _in(sql, cast, "types", sentence)


def text_is_gathered_in_order(sql: Sql) -> Iterator[Breach]:
    for gathered in sql.find(exp.GroupConcat):
        order = gathered.find(exp.Order)
        if order is None or len(_keys(order)) < 2:
            yield _in(sql, gathered, "total order", "string_agg needs a total order: string_agg(x, ' > ' order by t, id).")


def elapsed_time_is_counted_in_seconds(sql: Sql) -> Iterator[Breach]:
    for difference in sql.find(exp.DateDiff, exp.TimestampDiff):
        unit = str(difference.args.get("unit") or "day").lower().strip("'")
        ends = [difference.this, difference.expression]
        if unit == "second" and not all(_is_whole_second(end) for end in ends):
            yield _in(
                sql, difference, "elapsed seconds", "write date_diff('second', date_trunc('second', a), date_trunc('second', b))."
            )
        elif unit == "day" and not all(_is_date(end) for end in ends):
            yield _in(
                sql,
                difference,
                "days between dates",
                "date_diff('day', …) takes dates: cast(… as date), or a column named …_on, …_day.",
            )
        elif unit not in {"second", "day"}:
            sentence = f"date_diff in {unit}s is counted otherwise elsewhere. Count seconds, or days between dates."
            yield _in(sql, difference, "date_diff", sentence)


def times_are_utc(sql: Sql) -> Iterator[Breach]:
    for shift in sql.find(exp.AtTimeZone):
        inner, outer = shift.this, shift.parent
        if isinstance(outer, exp.AtTimeZone):
            continue  # judged with the one around it
        if _is_text(shift.args["zone"], "UTC"):
            yield _in(
                sql,
                shift,
                "no local to UTC",
                "local time to UTC is read otherwise elsewhere. Go from UTC to local, by local_day.",
            )
        elif not (isinstance(inner, exp.AtTimeZone) and _is_text(inner.args["zone"], "UTC") and isinstance(outer, exp.Cast)):
            sentence = "write cast(t at time zone 'UTC' at time zone zone as timestamp)."
            yield _in(sql, shift, "UTC to local", sentence)


def parts_of_time_are_few(sql: Sql) -> Iterator[Breach]:
    for part in sql.find(exp.Extract):
        if part.name.lower() not in {"year", "month", "hour", "minute"}:
            yield _in(
                sql,
                part,
                "extract",
                f"extract({part.name.lower()} …) is not portable. Use year, month, hour, minute, or local_day.",
            )
    for cut in sql.find(exp.TimestampTrunc, exp.DateTrunc):
        around = cut.parent
        is_date = isinstance(around, exp.Cast) and around.to.this == exp.DType.DATE
        if not is_date and str(cut.args.get("unit")).lower().strip("'") != "second":
            yield _in(sql, cut, "date_trunc", "write cast(date_trunc(…) as date).")


def division_is_of_doubles(sql: Sql) -> Iterator[Breach]:
    for division in sql.find(exp.Div):
        left, right = division.this.unnest(), division.expression.unnest()
        is_double = isinstance(left, exp.Cast) and left.to.this == exp.DType.DOUBLE
        if not (is_double and _is_never_zero(right)):
            yield _in(sql, division, "division", "write cast(a as double) / nullif(b, 0).")
    for whole in sql.find(exp.IntDiv):
        if not _is_never_zero(whole.expression.unnest()):
            yield _in(sql, whole, "division", "write a // nullif(b, 0).")


def windows_have_a_total_order(sql: Sql) -> Iterator[Breach]:
    for window in sql.find(exp.Window):
        inner = window.this
        while isinstance(inner, exp.IgnoreNulls | exp.RespectNulls):
            inner = inner.this
        order = _order_of(window)
        if isinstance(inner, NEEDS_ORDER) and order is None:
            yield _in(sql, window, "total order", f"{inner.key} needs an order by that ends in a unique column, such as an id.")
        if isinstance(inner, exp.Median | exp.Quantile | exp.PercentileCont):
            yield _in(sql, window, "plain aggregates", "median and quantile_cont are plain aggregates only: group, then join.")


def filters_stand_on_counts(sql: Sql) -> Iterator[Breach]:
    for kept in sql.find(exp.Filter):
        if not isinstance(kept.this, exp.Count):
            yield _in(sql, kept, "filter on count", "put the case inside: sum(case when … then x end).")


def functions_are_known(sql: Sql) -> Iterator[Breach]:
    tokens = sql.tokens
    for at, token in enumerate(tokens[:-1]):
        name = token.text.lower()
        if tokens[at + 1].token_type != TokenType.L_PAREN or not name.replace("_", "").isalnum() or name[0].isdigit():
            continue
        if token.token_type == TokenType.STRING or name in NOT_FUNCTIONS or name in FUNCTIONS or _names_a_cte(tokens, at):
            continue
        instead = INSTEAD.get(
            name, "use one of those in queries/portable_sql/rules.py, or prove it on both engines and add it there"
        )
        yield _at(sql, token.line, "functions", f"{name}() is not in the portable list: {instead}.")


def text_patterns_are_like(sql: Sql) -> Iterator[Breach]:
    for node in sql.find(exp.ILike, exp.SimilarTo, exp.Glob, exp.RegexpLike):
        yield _in(sql, node, "text", "use lower(x) like '…', or regexp_extract(x, p, 1).")
    for found in sql.find(exp.RegexpExtract):
        if str(found.args.get("group")) != "1":
            yield _in(sql, found, "text", "say the group: regexp_extract(x, p, 1).")


def events_never_range_join_themselves(sql: Sql) -> Iterator[Breach]:
    """A range join of one customer's rows with each other costs the square of the busiest customer."""
    for select in sql.find(exp.Select):
        named = {source.alias_or_name: source.name for source in _sources(select) if isinstance(source, exp.Table)}
        twice = {name for name in named.values() if list(named.values()).count(name) > 1}
        for compared in _own(select, exp.LT, exp.LTE, exp.GT, exp.GTE, exp.Between):
            used = {named.get(column.table) for column in compared.find_all(exp.Column)}
            aliases = {column.table for column in compared.find_all(exp.Column)}
            if len(aliases) > 1 and len(used) == 1 and used <= twice:
                yield _in(
                    sql,
                    compared,
                    "no range self-join",
                    "use an ordered window over the rows instead of joining them to themselves.",
                )


MODEL_RULES: tuple[Rule, ...] = (
    a_model_is_one_query,
    columns_are_named,
    grouping_names_its_columns,
    select_comes_first,
    aliases_are_used_outside_only,
    joins_and_sets_are_plain,
    values_are_scalars,
    text_is_gathered_in_order,
    elapsed_time_is_counted_in_seconds,
    times_are_utc,
    parts_of_time_are_few,
    division_is_of_doubles,
    windows_have_a_total_order,
    filters_stand_on_counts,
    functions_are_known,
    text_patterns_are_like,
    events_never_range_join_themselves,
)


# ── what the rules ask of a tree ───────────────────────────────────────────────────────────────────────────────────────


def _at(sql: Sql, line: int, rule: str, sentence: str) -> Breach:
    return Breach(file=sql.file, line=line, rule=rule, sentence=sentence)


def _in(sql: Sql, node: exp.Expr, rule: str, sentence: str) -> Breach:
    return _at(sql, line_of(node), rule, sentence)


def _keys(order: exp.Order) -> list[exp.Expr]:
    return [part.this if isinstance(part, exp.Ordered) else part for part in order.expressions]


def _is_text(node: exp.Expr, text: str) -> bool:
    return isinstance(node, exp.Literal) and node.is_string and node.this.upper() == text.upper()


def _is_whole_second(node: exp.Expr) -> bool:
    node = node.unnest()
    if isinstance(node, exp.TimestampTrunc | exp.DateTrunc):
        return str(node.args.get("unit")).lower().strip("'") == "second"
    return isinstance(node, exp.Cast) and isinstance(node.this, exp.Literal)  # timestamp '1970-01-01 00:00:00'


def _is_date(node: exp.Expr) -> bool:
    node = node.unnest()
    if isinstance(node, exp.Cast):
        return bool(node.to.this == exp.DType.DATE)
    if isinstance(node, exp.Coalesce | exp.Least | exp.Greatest):
        return all(_is_date(part) for part in [node.this, *node.expressions] if part is not None)
    name = node.name.lower()
    return isinstance(node, exp.Column) and (
        name in {"day", "month"} or name.endswith(("_on", "_day", "_month", "_start", "_date"))
    )


def _is_never_zero(node: exp.Expr) -> bool:
    is_number = isinstance(node, exp.Literal) and not node.is_string and float(node.this) != 0
    return is_number or isinstance(node, exp.Nullif)


def _order_of(window: exp.Expr) -> exp.Expr | None:
    own: exp.Expr | None = window.args.get("order")
    if own is not None:
        return own
    alias = window.args.get("alias")
    select = window.find_ancestor(exp.Select)
    named = {item.name: item for item in (select.args.get("windows") or [])} if select else {}
    meant = named.get(alias.name) if alias is not None else None
    order: exp.Expr | None = meant.args.get("order") if meant is not None else None
    return order


def _sources(select: exp.Expr) -> list[exp.Expr]:
    begin = select.args.get("from_") or select.args.get("from")
    joins = select.args.get("joins") or []
    return [part.this for part in [begin, *joins] if part is not None]


def _columns_at_hand(sql: Sql, select: exp.Expr) -> tuple[frozenset[str], bool]:
    """The columns that the sources of a select bring, and whether all of them are known."""
    columns: set[str] = set()
    is_complete = True
    for source in _sources(select):
        if isinstance(source, exp.Subquery):
            brought = columns_of(source.this)
        else:
            brought = sql.ctes.get(source.name) or sql.known.get(source.name, frozenset())
        is_complete = is_complete and bool(brought)
        columns |= brought
    return frozenset(columns), is_complete


def _own(select: exp.Expr, *kinds: type[Kind]) -> Iterator[Kind]:
    """The nodes of a select that do not belong to a select inside it."""
    for node in select.find_all(*kinds):
        if node.find_ancestor(exp.Select) is select:
            yield node


def _columns_of_its_own(select: exp.Expr) -> Iterator[exp.Column]:
    for column in _own(select, exp.Column):
        order = column.find_ancestor(exp.Order, exp.Window, exp.GroupConcat)
        if not (isinstance(order, exp.Order) and order.parent is select):
            yield column


def _is_from_itself(select: exp.Expr, name: str) -> bool:
    """`select lower(x) as x`: the x inside is the source's."""
    makers = [column for column in select.expressions if isinstance(column, exp.Alias) and column.alias == name]
    return any(inner.name == name for maker in makers for inner in maker.this.find_all(exp.Column))


def _is_part_of_call(tokens: tuple[Token, ...], at: int) -> bool:
    """`extract(year from t)`, `trim(both from t)`, `is distinct from b`."""
    before = tokens[at - 1].text.lower() if at else ""
    return before == "distinct"


def _closes_a_select(tokens: tuple[Token, ...], at: int) -> bool:
    """Walks back from a `from` to the select it belongs to, over closed brackets."""
    depth = 0
    for token in reversed(tokens[:at]):
        if token.token_type == TokenType.R_PAREN:
            depth += 1
        elif token.token_type == TokenType.L_PAREN:
            if depth == 0:
                return False
            depth -= 1
        elif depth == 0 and token.token_type in {TokenType.SELECT, TokenType.DISTINCT}:
            return True
        elif depth == 0 and token.token_type in {TokenType.UNION, TokenType.SEMICOLON, TokenType.FROM, TokenType.WITH}:
            return False
    return False


def _names_a_cte(tokens: tuple[Token, ...], at: int) -> bool:
    """`with spans(a, b) as (`: the name of a common table expression with its columns."""
    before = tokens[at - 1].text.lower() if at else ""
    return before in {"with", "recursive"} and tokens[at].token_type == TokenType.VAR
