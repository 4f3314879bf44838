-- One row per group like the rollup, and one of all of them together (is_total), in which a customer of several groups is one cluster.
--
-- grain: is_total, split_1, split_2
-- reads: rollup_row
-- takes: starts_at, ends_at (both null: undated), shown (the groups of split_1 that are told by name, the rest is "other"; null: all)
with by_customer as materialized (
    select
        split_1,
        split_2,
        customer_no,
        bool_or(is_known) as is_known,
        count(*) as n,
        sum(value) as total,
        sum(value * value) as squares
    from rollup_row
    group by split_1, split_2, customer_no
),

clusters as (
    select
        false as is_total,
        split_1,
        split_2,
        is_known,
        n,
        total,
        squares
    from by_customer
    union all
    select
        true as is_total,
        '' as split_1,
        '' as split_2,
        bool_or(is_known) as is_known,
        cast(sum(n) as bigint) as n,
        sum(total) as total,
        sum(squares) as squares
    from by_customer
    group by customer_no
)

select
    is_total,
    split_1,
    split_2,
    cast(sum(n) as bigint) as n,
    count(*) as clusters,
    count(*) filter (where is_known) as customers,
    coalesce(sum(total), 0.0) as total,
    coalesce(sum(squares), 0.0) as squares,
    coalesce(sum(total * total), 0.0) as cluster_totals,
    cast(sum(n * n) as double) as cluster_counts,
    coalesce(sum(total * n), 0.0) as cluster_products
from clusters
group by is_total, split_1, split_2
order by n desc, split_1, split_2
