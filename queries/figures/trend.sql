-- One row per piece of time and group: how many rows and customers, and the sums that a value and its interval are made of.
--
-- grain: at_piece, split_1, split_2
-- reads: selected_rows
-- takes: names, starts, ends (one of each per piece of time, in order), most (groups shown of split_1)
-- note:  pieces follow each other without a gap, so the latest that has begun is the one that holds a row
with pieces as (
    select
        unnest($names) as at_piece,
        unnest($starts) as starts_at,
        unnest($ends) as ends_at
),

counted as (
    select
        pieces.at_piece,
        selected_rows.split_1,
        selected_rows.split_2,
        selected_rows.customer_id,
        selected_rows.is_identified,
        selected_rows.value
    from selected_rows
    asof join pieces on selected_rows.happened_at >= pieces.starts_at
    where
        selected_rows.happened_at >= list_min($starts)
        and selected_rows.happened_at < list_max($ends)
        and selected_rows.happened_at < pieces.ends_at
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
        counted.at_piece,
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
    at_piece,
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
group by at_piece, split_1, split_2
order by at_piece, n desc, split_1, split_2
