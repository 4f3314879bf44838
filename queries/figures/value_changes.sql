-- One row per group: the accounts that stayed all through, and of those whose value is known, how many clearly rose or fell.
--
-- grain: split_1
-- reads: selected_rows
-- takes: starts_at, ends_at, percent, rises
-- note:  in whole cents, so that exactly so many percent are not more; a rise from nothing is clear
with accounts as (
    select
        customer_id,
        arg_max(split_1, happened_at) filter (where customers_change >= 0) as split_1,
        sum(case when happened_at < $starts_at then customers_change else 0 end) as here_before,
        sum(case when happened_at < $starts_at then known_change else 0 end) as known_before,
        sum(known_change) as known_after,
        count(*) filter (
            where happened_at >= $starts_at and movement in ('gained', 'returned', 'ended', 'fell_silent')
        ) as interruptions,
        cast(floor(sum(case when happened_at < $starts_at then value_change else 0 end) * 100 + 0.5) as bigint) as cents_before,
        cast(floor(sum(value_change) * 100 + 0.5) as bigint) as cents_after
    from selected_rows
    where happened_at < $ends_at
    group by customer_id
    having here_before > 0 and sum(customers_change) > 0 and interruptions = 0
),

judged as (
    select
        split_1,
        cents_before,
        cents_after,
        known_before > 0 and known_after > 0 as is_known,
        known_before > 0 and known_after > 0 and case
            when $rises then (cents_after - cents_before) * 100 > cents_before * $percent
            else (cents_before - cents_after) * 100 > cents_before * $percent
        end as is_clear
    from accounts
)

select
    split_1,
    count(*) as stayed,
    count(*) filter (where is_known) as known,
    count(*) filter (where is_clear) as n,
    coalesce(sum(cents_before) filter (where is_clear), 0) as cents_before,
    coalesce(sum(cents_after) filter (where is_clear), 0) as cents_after
from judged
group by split_1
order by n desc, split_1
