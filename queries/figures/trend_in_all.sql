-- One row per piece of time and group like the trend, and one of all of them together (is_total), in which a customer is one cluster.
--
-- grain: is_total, at_piece, split_1, split_2
-- reads: trend_row
-- takes: names, starts, ends (one of each per piece of time, in order), shown (as for the rollup)
with by_customer as materialized (
    select
        at_piece,
        split_1,
        split_2,
        customer_no,
        bool_or(is_known) as is_known,
        count(*) as n,
        sum(value) as total,
        sum(value * value) as squares
    from trend_row
    group by at_piece, split_1, split_2, customer_no
),

clusters as (
    select
        false as is_total,
        at_piece,
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
        '' as at_piece,
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
    at_piece,
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
group by is_total, at_piece, split_1, split_2
order by at_piece, n desc, split_1, split_2
