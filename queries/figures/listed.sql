-- One row per customer of a list: those named, as they are called now, and the people of the companies among them.
--
-- grain: customer_id
-- reads: customers, customer_redirect
-- takes: ids
with named as (
    select unnest($ids) as customer_id
),

living as (
    select coalesce(customer_redirect.customer_id, named.customer_id) as customer_id
    from named
    left join customer_redirect on named.customer_id = customer_redirect.old_customer_id
)

select customer_id
from living
union
select customers.customer_id
from customers
semi join living on customers.account_id = living.customer_id
