-- One row per part of the line of time: the clocks whose time ran out just now, and those whose time runs out soon.
--
-- grain: part
-- reads: selected_rows
-- takes: begins_at, ends_at (the line: begins_at < due_at <= ends_at)
-- note:  a clock's own state says whether it broke or is at risk: another source may be known less far; time_left is the rest
with placed as (
    select
        customer_id,
        is_identified,
        case
            when state in ('broken_open', 'broken_paused') then 'broke_last_hour'
            when state = 'at_risk' then 'at_risk'
            else 'time_left'
        end as part
    from selected_rows
    where due_at > $begins_at and due_at <= $ends_at
)

select
    part,
    count(*) as n,
    count(distinct customer_id) filter (where is_identified) as customers
from placed
group by part
order by part
