"""Every rule of the portable subset catches a planted breach, and leaves the portable way of saying it alone."""

import pytest

from queries.portable_sql import Breach, breaches_of_figure, breaches_of_model, breaches_of_sql, breaches_of_transpiling, read
from queries.portable_sql.model import Unparsable

KNOWN = {"cases": frozenset({"case_id", "customer_id", "opened_at", "resolved_at", "channel", "opened_on"})}

BREACHES = [
    ("one query", "create table x as select case_id from cases"),
    ("explicit columns", "select * from cases"),
    ("explicit columns", "select c.* from cases as c"),
    ("explicit columns", "select * exclude (channel) from cases"),
    ("explicit columns", "select columns('c.*') from cases"),
    ("no group by all", "select channel, count(*) as n from cases group by all"),
    ("no order by all", "select channel from cases order by all"),
    ("select first", "from cases select case_id"),
    ("select first", "with a as (from cases) select case_id from a"),
    ("no alias reuse", "select lower(channel) as door, door || '!' as loud from cases"),
    ("no alias reuse", "select lower(channel) as door from cases where door = 'web'"),
    ("no alias reuse", "select lower(channel) as door, count(*) as n from cases group by door"),
    ("no unpivot", "select case_id, name, value from cases unpivot (value for name in (opened_at, resolved_at))"),
    ("no pivot", "select case_id from (pivot cases on channel using count(*))"),
    (
        "no asof",
        "select a.case_id from cases as a asof join cases as b on a.customer_id = b.customer_id and a.opened_at >= b.opened_at",
    ),
    ("no distinct on", "select distinct on (customer_id) case_id from cases"),
    ("scalars only", "select [case_id, channel] as both from cases"),
    ("scalars only", "select {'a': case_id} as both from cases"),
    ("scalars only", "select map {'a': case_id} as both from cases"),
    ("scalars only", "select case_id[1] as first_letter from cases"),
    ("scalars only", "select array_agg(case_id) as ids from cases"),
    ("types", "select cast(opened_at as timestamptz) as t from cases"),
    ("types", "select cast(case_id as json) as j from cases"),
    ("total order", "select string_agg(channel, ' > ') as path from cases"),
    ("total order", "select string_agg(channel, ' > ' order by opened_at) as path from cases"),
    ("elapsed seconds", "select date_diff('second', opened_at, resolved_at) as s from cases"),
    ("days between dates", "select date_diff('day', opened_at, resolved_at) as d from cases"),
    ("date_diff", "select date_diff('minute', opened_at, resolved_at) as m from cases"),
    ("date_diff", "select date_diff('hour', opened_at, resolved_at) as h from cases"),
    ("date_diff", "select date_diff('month', opened_on, opened_on) as m from cases"),
    ("no local to UTC", "select cast(opened_at at time zone 'Europe/Berlin' at time zone 'UTC' as timestamp) as t from cases"),
    ("UTC to local", "select cast(opened_at at time zone 'Europe/Berlin' as timestamp) as t from cases"),
    ("UTC to local", "select opened_at at time zone 'UTC' at time zone 'Europe/Berlin' as t from cases"),
    ("extract", "select extract(dow from opened_at) as d from cases"),
    ("extract", "select extract(epoch from opened_at) as d from cases"),
    ("date_trunc", "select date_trunc('month', opened_at) as m from cases"),
    ("division", "select a / b as share from t"),
    ("division", "select cast(a as double) / b as share from t"),
    ("division", "select a / nullif(b, 0) as share from t"),
    ("division", "select a // b as share from t"),
    ("total order", "select row_number() over (partition by customer_id) as n from cases"),
    ("total order", "select lag(opened_at) over (partition by customer_id) as n from cases"),
    ("plain aggregates", "select median(seconds) over (partition by customer_id) as n from cases"),
    ("plain aggregates", "select quantile_cont(seconds, 0.9) over (partition by customer_id) as n from cases"),
    ("filter on count", "select sum(a) filter (where b) as n from t"),
    ("functions", "select strftime(opened_at, '%Y') as y from cases"),
    ("functions", "select strptime(channel, '%Y') as y from cases"),
    ("functions", "select epoch(opened_at) as y from cases"),
    ("functions", "select round(a) as y from t"),
    ("functions", "select any_value(channel) as y from cases"),
    ("functions", "select arg_max(channel, opened_at) as y from cases"),
    ("functions", "select concat(a, b) as y from t"),
    ("functions", "select jaro_winkler_similarity(a, b) as y from t"),
    ("text", "select case_id from cases where channel ilike 'web'"),
    ("text", "select regexp_extract(channel, '(w)') as w from cases"),
    (
        "no range self-join",
        "select a.case_id from cases as a inner join cases as b on a.customer_id = b.customer_id and a.opened_at < b.opened_at",
    ),
]

PORTABLE = [
    "select case_id, count(*) over (partition by customer_id) as n from cases",
    "select customer_id, count(*) filter (where channel = 'web') as n from cases group by customer_id",
    "select lower(channel) as channel from cases where channel = 'web'",
    "select case_id from cases where opened_at is distinct from resolved_at",
    "select cast(opened_at at time zone 'UTC' at time zone 'Europe/Berlin' as timestamp) as t from cases",
    "select cast(date_trunc('month', opened_at) as date) as month from cases",
    "select extract(year from opened_at) as y, extract(hour from opened_at) as h from cases",
    "select date_diff('second', date_trunc('second', opened_at), date_trunc('second', resolved_at)) as s from cases",
    "select date_diff('second', timestamp '1970-01-01', date_trunc('second', opened_at)) as s from cases",
    "select date_diff('day', opened_on, cast(resolved_at as date)) as d from cases",
    "select cast(a as double) / nullif(b, 0) as share, c // 86400 as day_number from t",
    "select cast(floor(x + 0.5) as bigint) as whole from t",
    "select median(x) as middle, quantile_cont(x, 0.9) as most from t",
    "select string_agg(channel, ' > ' order by opened_at, case_id) as path from cases group by customer_id",
    "select row_number() over (partition by customer_id order by opened_at, case_id) as n from cases",
    "select first_value(channel ignore nulls) over w as d from cases window w as (partition by a order by opened_at, case_id)",
    "select case_id, opened_at from cases qualify row_number() over (partition by customer_id order by opened_at, case_id) = 1",
    "with a as (select lower(channel) as door from cases) select door, count(*) as n from a group by door",
    "select a.case_id from cases as a inner join opens as b on a.opened_at >= b.opens_at and a.opened_at < b.closes_at",
    "select opened_at + interval '30 days' as due_at, md5(lower(trim(channel))) as door from cases",
    "select regexp_extract(channel, '(w)', 1) as w from cases where channel like 'w%'",
]

CLOCKS = [
    "select now() as t",
    "select current_date as t",
    "select current_timestamp as t",
    "select today() as t",
    "select a from t where at_second < get_current_timestamp()",
]


def rules_broken(text: str) -> set[str]:
    return {breach.rule for breach in breaches_of_model(read("facts/planted.sql", text, KNOWN))}


@pytest.mark.parametrize(("rule", "text"), BREACHES, ids=[f"{rule}-{at}" for at, (rule, _) in enumerate(BREACHES)])
def test_each_rule_catches_a_planted_breach(rule: str, text: str) -> None:
    assert rule in rules_broken(text)


@pytest.mark.parametrize("text", PORTABLE)
def test_the_portable_way_of_saying_it_passes_and_can_be_said_in_spark(text: str) -> None:
    sql = read("facts/planted.sql", text, KNOWN)
    assert [*breaches_of_model(sql), *breaches_of_transpiling(sql)] == []


@pytest.mark.parametrize("text", CLOCKS)
def test_no_file_asks_the_clock(text: str) -> None:
    assert [breach.rule for breach in breaches_of_sql(read("checks/planted.sql", text))] == ["no clock"]


def test_a_column_or_word_that_only_looks_like_a_clock_passes() -> None:
    sql = read("checks/planted.sql", "select t.current_date, here_now, 'now()' as said from t -- now()")
    assert breaches_of_sql(sql) == []


@pytest.mark.parametrize(
    "text", ["select a from snap.fct_case", "select a from query_table('snap.fct_case')", 'select a from "snap"."t"']
)
def test_a_figure_never_names_the_snapshot(text: str) -> None:
    assert {breach.rule for breach in breaches_of_figure(read("figures/planted.sql", text))} == {"behind the policy"}


def test_a_figure_may_read_a_view_and_the_columns_of_a_snapshot() -> None:
    assert breaches_of_figure(read("figures/planted.sql", "select snapshot from fct_case where channel = $channel")) == []


def test_what_spark_cannot_say_is_a_breach() -> None:
    sql = read("facts/planted.sql", "select a from t positional join u")
    assert {breach.rule for breach in [*breaches_of_model(sql), *breaches_of_transpiling(sql)]}


def test_a_breach_names_file_line_and_rule_and_says_what_instead() -> None:
    (breach,) = breaches_of_model(read("facts/planted.sql", "select\n    case_id,\n    round(a) as whole\nfrom cases", KNOWN))
    assert isinstance(breach, Breach)
    assert str(breach) == (
        "facts/planted.sql:3: functions: round() is not in the portable list: use cast(floor(x + 0.5) as bigint)."
    )


def test_a_file_that_cannot_be_read_is_a_breach_too() -> None:
    with pytest.raises(Unparsable, match=r"^facts/planted\.sql:2: unparsable: "):
        read("facts/planted.sql", "select a\nfrom (select")
