-- One row per group: the customers of whom a promise was decided in the period, and those of whom every one was kept.
--
-- grain: split_1
-- reads: selected_rows
-- takes: starts_at, ends_at, most (groups shown; the rest is one group, unknown stays apart)
-- note:  a customer counts in every group in which a promise was decided, so groups may add up to more than all
with decided as (
    select
        split_1,
        customer_id,
        value
    from selected_rows
    where is_identified and happened_at >= $starts_at and happened_at < $ends_at
),

sizes as (
    select
        split_1,
        row_number() over (order by count(distinct customer_id) desc, split_1) as place
    from decided
    where split_1 <> 'unknown'
    group by split_1
),

by_customer as (
    select
        case when decided.split_1 = 'unknown' or sizes.place <= $most then decided.split_1 else 'other' end as split_1,
        decided.customer_id,
        min(decided.value) = 1 as is_kept
    from decided
    left join sizes on decided.split_1 = sizes.split_1
    group by all
)

select
    split_1,
    count(*) as n,
    count(*) filter (where is_kept) as kept
from by_customer
group by split_1
order by n desc, split_1
