-- One row per theme: the sums of the answers whose comment speaks of it, and of those whose comment does not.
--
-- grain: theme, speaks
-- reads: fct_comment_theme, selected_rows
-- takes: starts_at, ends_at (both null: undated)
-- note:  a customer without an identity is a cluster of its own and is not counted among the customers
with answers as (
    select
        row_id,
        customer_id,
        is_identified,
        value,
        is_hidden = 'yes' as is_hidden
    from selected_rows
    where ($starts_at is null or happened_at >= $starts_at) and ($ends_at is null or happened_at < $ends_at)
),

themes as (
    select distinct theme
    from fct_comment_theme
    semi join answers on fct_comment_theme.row_id = answers.row_id
),

spoken as (
    select
        themes.theme,
        answers.customer_id,
        answers.is_identified,
        answers.value,
        answers.is_hidden,
        fct_comment_theme.row_id is not null as speaks,
        fct_comment_theme.word
    from themes
    cross join answers
    left join fct_comment_theme
        on answers.row_id = fct_comment_theme.row_id and themes.theme = fct_comment_theme.theme
),

by_customer as (
    select
        theme,
        speaks,
        customer_id,
        is_identified,
        count(*) as n,
        count(*) filter (where is_hidden) as hidden,
        sum(value) as total,
        sum(value * value) as squares
    from spoken
    group by theme, speaks, customer_id, is_identified
),

words as (
    select theme, word, count(*) as n
    from spoken
    where speaks
    group by theme, word
),

listed as (
    select theme, list(word order by n desc, word)[:5] as words
    from words
    group by theme
)

select
    by_customer.theme,
    by_customer.speaks,
    listed.words,
    cast(sum(by_customer.n) as bigint) as n,
    cast(sum(by_customer.hidden) as bigint) as hidden,
    count(*) as clusters,
    count(distinct by_customer.customer_id) filter (where by_customer.is_identified) as customers,
    sum(by_customer.total) as total,
    sum(by_customer.squares) as squares,
    sum(by_customer.total * by_customer.total) as cluster_totals,
    cast(sum(by_customer.n * by_customer.n) as double) as cluster_counts,
    sum(by_customer.total * by_customer.n) as cluster_products
from by_customer
inner join listed on by_customer.theme = listed.theme
group by by_customer.theme, by_customer.speaks, listed.words
order by by_customer.theme, by_customer.speaks
