-- One row per group: how many rows and customers, and the sums that a value and its interval are made of.
--
-- grain: split_1, split_2
-- reads: selected_rows
-- takes: starts_at, ends_at (both null: undated), most (groups shown of split_1; the rest is one group, unknown stays apart)
-- note:  a customer without an identity is a cluster of its own and is not counted among the customers
with counted as (
    select
        split_1,
        split_2,
        customer_id,
        is_identified,
        value
    from selected_rows
    where ($starts_at is null or happened_at >= $starts_at) and ($ends_at is null or happened_at < $ends_at)
),

sizes as (
    select
        split_1,
        row_number() over (order by count(*) desc, split_1) as place
    from counted
    where split_1 <> 'unknown'
    group by split_1
),

by_customer as (
    select
        case when counted.split_1 = 'unknown' or sizes.place <= $most then counted.split_1 else 'other' end as split_1,
        counted.split_2,
        counted.customer_id,
        counted.is_identified,
        count(*) as n,
        sum(counted.value) as total,
        sum(counted.value * counted.value) as squares
    from counted
    left join sizes on counted.split_1 = sizes.split_1
    group by all
)

select
    split_1,
    split_2,
    cast(sum(n) as bigint) as n,
    count(*) as clusters,
    count(distinct customer_id) filter (where is_identified) as customers,
    coalesce(sum(total), 0.0) as total,
    coalesce(sum(squares), 0.0) as squares,
    coalesce(sum(total * total), 0.0) as cluster_totals,
    cast(sum(n * n) as double) as cluster_counts,
    coalesce(sum(total * n), 0.0) as cluster_products
from by_customer
group by split_1, split_2
order by n desc, split_1, split_2
