-- Those of some customer ids that are customers still.
--
-- grain: customer_id
-- reads: customers
-- takes: ids
select customer_id
from customers
where customer_id in (select unnest($ids))
