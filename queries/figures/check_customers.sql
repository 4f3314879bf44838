-- One row per customer of whom a check does not hold.
--
-- grain: customer_id
-- reads: broken, customers
-- takes: most, skipped
with found as (
    select distinct customer_id
    from broken
)

select
    customers.customer_id,
    customers.name,
    customers.kind,
    customers.created_at as dated_at
from found
inner join customers on found.customer_id = customers.customer_id
order by customers.customer_id
limit $most offset $skipped
