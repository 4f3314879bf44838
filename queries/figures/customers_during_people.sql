-- One row per account that was a customer at the start of a period or came in it, the most valuable first.
--
-- grain: customer_id
-- reads: customers, selected_rows
-- takes: starts_at, ends_at, most, skipped
with accounts as (
    select
        customer_id,
        account_id,
        sum(value_change) as value,
        max(happened_at) as happened_at,
        arg_max(subject, happened_at) as subject,
        arg_max(because, happened_at) as because,
        arg_max(segment, happened_at) as segment,
        arg_max(region, happened_at) as region
    from selected_rows
    where happened_at < $ends_at
    group by customer_id, account_id
    having
        coalesce(sum(customers_change) filter (where happened_at < $starts_at), 0) > 0
        or count(*) filter (where happened_at >= $starts_at and customers_change > 0) > 0
)

select
    accounts.*,
    customers.name
from accounts
left join customers on accounts.customer_id = customers.customer_id
order by accounts.value desc, accounts.customer_id
limit $most offset $skipped
