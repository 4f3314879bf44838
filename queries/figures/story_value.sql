-- One row: what a customer's account is worth a year now, and whether it is a customer.
--
-- grain: one row
-- reads: fct_customer_movement
-- takes: account_id
select
    coalesce(sum(customers_change), 0) as is_customer,
    coalesce(sum(value_change), 0) as value,
    count(*) as movements,
    min(happened_at) filter (where movement = 'gained') as customer_since
from fct_customer_movement
where account_id = $account_id
