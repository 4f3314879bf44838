-- One row per account that is a customer at an instant: its value a year then, and what last happened to it.
--
-- grain: customer_id
-- reads: selected_rows, customers
-- takes: instant, most, skipped
with changed as (
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
    where happened_at < $instant
    group by customer_id, account_id
    having sum(customers_change) > 0
)

select
    changed.*,
    true as is_identified,
    customers.name
from changed
left join customers on changed.customer_id = customers.customer_id
order by changed.value desc, changed.customer_id
limit $most offset $skipped
