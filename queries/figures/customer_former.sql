-- One row per customer id that is no longer used and leads to a customer.
--
-- grain: old_customer_id
-- reads: customer_redirect
-- takes: customer_id
select old_customer_id
from customer_redirect
where customer_id = $customer_id
order by old_customer_id
