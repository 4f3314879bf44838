-- One row per customer of some states in a piece of time: worth 1 when active in it, 0 when only in the one before.
--
-- grain: customer_id
-- reads: selected_rows, account_active, customers
-- note:  happened_at is the last sign of life, of a contract that goes on the last moment of the piece
-- takes: before_starts_at, starts_at, ends_at (of the piece before, which ends where the piece starts, and of the piece), states, most, skipped
with present as (
    select
        account_id,
        max(case when last_at >= $starts_at then from_at end) as active_at,
        bool_or(last_at >= $starts_at) as is_active,
        bool_or(from_at < $starts_at) as was_active,
        max(last_at) as last_at
    from account_active
    where from_at < $ends_at and last_at >= $before_starts_at
    group by account_id
),

told as (
    select
        selected_rows.customer_id,
        selected_rows.account_id,
        present.is_active,
        least(present.last_at, $ends_at - interval '1 microsecond') as last_at,
        selected_rows.subject,
        selected_rows.because,
        selected_rows.segment,
        selected_rows.region,
        selected_rows.acquired_through,
        case
            when not present.is_active then 'dormant'
            when selected_rows.first_at >= $starts_at then 'new'
            when present.was_active then 'returning'
            else 'resurrected'
        end as state
    from present
    inner join selected_rows on present.account_id = selected_rows.account_id
)

select
    told.customer_id,
    told.account_id,
    customers.name,
    case when told.is_active then 1.0 else 0.0 end as value,
    told.last_at as happened_at,
    told.subject,
    told.because,
    told.state,
    told.segment,
    told.region,
    told.acquired_through
from told
left join customers on told.customer_id = customers.customer_id
where list_contains($states, told.state)
order by told.last_at desc, told.customer_id
limit $most offset $skipped
