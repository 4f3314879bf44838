-- One row per group: the median and 90th percentile of its values, and the two values whose ranks hold the median.
--
-- grain: split_1, split_2
-- reads: selected_rows
-- takes: starts_at, ends_at (both null: undated), most (as for the rollup, whose groups these are),
--        groups_1, groups_2, lows, highs (one of each per group; a rank of null gives no value)
with wanted as (
    select
        unnest($groups_1) as split_1,
        unnest($groups_2) as split_2,
        unnest($lows) as low_rank,
        unnest($highs) as high_rank
),

counted as (
    select
        split_1,
        split_2,
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

grouped as (
    select
        case when counted.split_1 = 'unknown' or sizes.place <= $most then counted.split_1 else 'other' end as split_1,
        counted.split_2,
        counted.value
    from counted
    left join sizes on counted.split_1 = sizes.split_1
),

ranked as (
    select
        grouped.split_1,
        grouped.split_2,
        grouped.value,
        wanted.low_rank,
        wanted.high_rank,
        row_number() over (partition by grouped.split_1, grouped.split_2 order by grouped.value) as value_rank
    from grouped
    inner join wanted on grouped.split_1 = wanted.split_1 and grouped.split_2 = wanted.split_2
)

select
    split_1,
    split_2,
    median(value) as median_value,
    quantile_cont(value, 0.9) as p90_value,
    max(value) filter (where value_rank = low_rank) as low_value,
    max(value) filter (where value_rank = high_rank) as high_value
from ranked
group by split_1, split_2
order by split_1, split_2
