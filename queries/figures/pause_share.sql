-- One row per group: how long the promises decided in the period lasted, how much of it they stood still, and the sums of its interval.
--
-- grain: split_1
-- reads: selected_rows
-- takes: starts_at, ends_at, most (groups shown; the rest is one group, unknown stays apart)
-- note:  a share of time: both sums go over all promises of a group, and vary between customers
with decided as (
    select
        split_1,
        customer_id,
        is_identified,
        value as paused,
        cast(lasted_seconds as double) as lasted
    from selected_rows
    where happened_at >= $starts_at and happened_at < $ends_at
),

sizes as (
    select
        split_1,
        row_number() over (order by count(*) desc, split_1) as place
    from decided
    where split_1 <> 'unknown'
    group by split_1
),

by_customer as (
    select
        case when decided.split_1 = 'unknown' or sizes.place <= $most then decided.split_1 else 'other' end as split_1,
        decided.customer_id,
        decided.is_identified,
        count(*) as n,
        count(*) filter (where decided.paused > 0) as stood_still,
        sum(decided.paused) as paused,
        sum(decided.lasted) as lasted
    from decided
    left join sizes on decided.split_1 = sizes.split_1
    group by all
)

select
    split_1,
    cast(sum(n) as bigint) as n,
    count(distinct customer_id) filter (where is_identified) as customers,
    count(*) as clusters,
    cast(sum(stood_still) as bigint) as stood_still,
    sum(paused) as paused,
    sum(lasted) as lasted,
    sum(paused * paused) as cluster_totals,
    sum(lasted * lasted) as cluster_counts,
    sum(paused * lasted) as cluster_products
from by_customer
group by split_1
order by n desc, split_1
