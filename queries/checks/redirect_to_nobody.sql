-- Old customer ids that lead to another old one instead of the last of the way.
--
-- severity: error
-- sentence: These old customer ids lead to another old one, not to the customer of today.
-- reads:    customer_redirect
select old_way.old_customer_id
from customer_redirect as old_way
inner join customer_redirect as next_way on next_way.old_customer_id = old_way.customer_id
