-- One row per customer id that is no longer used, with the one it leads to.
--
-- grain: old_customer_id
-- reads: customer_redirect
select
    old_customer_id,
    customer_id
from customer_redirect
