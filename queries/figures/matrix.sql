-- One row per pair of segments: how many accounts were in the one at the start and are in the other at the end, and their value a year then.
--
-- grain: from_segment, to_segment
-- reads: selected_rows
-- takes: starts_at, ends_at
-- note:  null is who was, or is, no customer; in each segment the row's customers are the opening and the column's the closing of the equation;
--        known: of whom the value is known in full where they were customers
with standing as (
    select
        customer_id,
        segment,
        sum(case when happened_at < $starts_at then customers_change else 0 end) as here_before,
        sum(case when happened_at < $starts_at then value_change else 0 end) as value_before,
        sum(case when happened_at < $starts_at then known_change else 0 end) as known_before,
        sum(customers_change) as here_after,
        sum(value_change) as value_after,
        sum(known_change) as known_after
    from selected_rows
    where happened_at < $ends_at
    group by customer_id, segment
),

accounts as (
    select
        customer_id,
        max(segment) filter (where here_before > 0) as from_segment,
        max(segment) filter (where here_after > 0) as to_segment,
        coalesce(sum(value_before) filter (where here_before > 0), 0) as value_before,
        coalesce(sum(value_after) filter (where here_after > 0), 0) as value_after,
        bool_and(known_before >= here_before and known_after >= here_after) as is_known
    from standing
    where here_before > 0 or here_after > 0
    group by customer_id
)

select
    from_segment,
    to_segment,
    count(*) as customers,
    count(*) filter (where is_known) as known,
    sum(value_before) as value_before,
    sum(value_after) as value_after
from accounts
group by from_segment, to_segment
order by from_segment nulls last, to_segment nulls last
