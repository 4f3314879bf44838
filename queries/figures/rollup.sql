-- One row per group: how many rows and customers, and the sums that a value and its interval are made of.
--
-- grain: split_1, split_2
-- reads: rollup_row
-- takes: starts_at, ends_at (both null: undated), shown (the groups of split_1 that are told by name, the rest is "other"; null: all)
-- note:  a customer without an identity is a cluster of its own and is not counted among the customers
with by_customer as (
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
)

select
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
from by_customer
group by split_1, split_2
order by n desc, split_1, split_2
