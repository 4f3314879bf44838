-- One row per person of a company, by name.
--
-- grain: customer_id
-- reads: customers
-- takes: customer_id, most
select
    customer_id,
    name,
    email,
    records
from customers
where account_id = $customer_id and customer_id <> $customer_id
order by name, customer_id
limit $most
