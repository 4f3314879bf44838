-- One row per piece of time and group: how many rows and customers, and the sums that a value and its interval are made of.
--
-- grain: at_piece, split_1, split_2
-- reads: trend_row
-- takes: names, starts, ends (one of each per piece of time, in order), shown (as for the rollup)
with by_customer as (
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
)

select
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
from by_customer
group by at_piece, split_1, split_2
order by at_piece, n desc, split_1, split_2
