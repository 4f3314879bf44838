-- One row per customer who waits past a promise now: since when, for what, and what the account is worth a year.
--
-- grain: customer_id
-- reads: selected_rows, account_worth, customers
-- takes: shown (the fact's columns to show), by_value, most, skipped, worth_before (worth at that moment)
with longest as (
    select
        happened_at,
        columns(lambda c: list_contains($shown, c)),
        count(*) over (partition by customer_id) as promises
    from selected_rows
    where is_identified
    qualify row_number() over (partition by customer_id order by happened_at, subject, because) = 1
)

select
    longest.*,
    coalesce(account_worth.value_a_year, 0.0) as value,
    customers.name
from longest
left join account_worth on longest.account_id = account_worth.account_id
left join customers on longest.customer_id = customers.customer_id
order by
    case when $by_value then coalesce(account_worth.value_a_year, 0.0) end desc nulls last,
    longest.happened_at,
    longest.customer_id
limit $most offset $skipped
