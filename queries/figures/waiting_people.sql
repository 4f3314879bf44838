-- One row per customer who waits past a promise now: since when, for what, and what the account is worth a year.
--
-- grain: customer_id
-- reads: selected_rows, customers, fct_customer_movement
-- takes: shown (the fact's columns to show), by_value, most, skipped
with longest as (
    select
        happened_at,
        columns(lambda c: list_contains($shown, c)),
        count(*) over (partition by customer_id) as promises
    from selected_rows
    where is_identified
    qualify row_number() over (partition by customer_id order by happened_at, subject, because) = 1
),

worth as (
    select
        account_id,
        case when sum(customers_change) > 0 then sum(value_change) else 0 end as value
    from fct_customer_movement
    semi join longest on fct_customer_movement.account_id = longest.account_id
    group by account_id
)

select
    longest.*,
    coalesce(worth.value, 0.0) as value,
    customers.name
from longest
left join worth on longest.account_id = worth.account_id
left join customers on longest.customer_id = customers.customer_id
order by
    case when $by_value then coalesce(worth.value, 0.0) end desc nulls last,
    longest.happened_at,
    longest.customer_id
limit $most offset $skipped
