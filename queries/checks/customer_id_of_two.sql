-- Customer ids given to more than one customer.
--
-- severity: error
-- sentence: These customer ids are given to more than one group of records.
-- reads:    group_customer
select customer_id
from group_customer
group by customer_id
having count(*) > 1
