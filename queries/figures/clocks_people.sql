-- One row per clock of a part of the line of time: whose it is and when it is due; the one due first first.
--
-- grain: one row of selected_rows
-- reads: selected_rows, customers
-- takes: begins_at, ends_at (the line: begins_at < due_at <= ends_at), part, shown (the fact's columns to show), most, skipped
with placed as (
    select
        happened_at,
        value,
        is_identified,
        due_at as at_due,
        case
            when state in ('broken_open', 'broken_paused') then 'broke_last_hour'
            when state = 'at_risk' then 'at_risk'
            else 'time_left'
        end as part,
        columns(lambda c: list_contains($shown, c))
    from selected_rows
    where due_at > $begins_at and due_at <= $ends_at
)

select
    placed.* exclude (at_due),
    customers.name
from placed
left join customers on placed.customer_id = customers.customer_id
where placed.part = $part
order by placed.at_due, placed.customer_id, placed.subject
limit $most offset $skipped
